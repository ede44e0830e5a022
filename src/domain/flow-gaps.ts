/** One flow id that was received, as gaps are looked for. */
export interface NumberedFlow {
  /** 25 characters: partner, then what the sender counts with (DOMAIN 2.1). */
  readonly flowId: string;
  readonly interfaceCode: string;
  /** ISO instant. */
  readonly receivedAt: string;
}

/** Flow ids that were not received though one before and one after them were; both ends are missing. */
export interface MissingRange {
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** When the flow before and the flow after the gap were received. */
  readonly beforeAt: string;
  readonly afterAt: string;
}

/**
 * What a sequence is good for. `judged`: its gaps are told. `single`: one number alone has no gaps. `no-number`: the ids
 * do not end with a number. `sparse`: the numbers lie so far apart that they count no flows.
 */
export type SequenceVerdict = 'judged' | 'single' | 'no-number' | 'sparse';

/** Flow ids that count together. */
export interface FlowSequence {
  /** What the ids begin with, the number apart. */
  readonly prefix: string;
  /** Interface codes of its flows; several where the ids do not repeat the number of their interface. */
  readonly interfaces: readonly string[];
  readonly verdict: SequenceVerdict;
  /** Different ids. */
  readonly count: number;
  readonly firstId: string;
  readonly latestId: string;
  readonly latestAt: string;
  readonly missing: readonly MissingRange[];
  /** Numbers missing in all. */
  readonly missingCount: number;
}

const partnerLength = 6;
/** A leap over more numbers than were received so many times over, and over more than `leapMin`, is no gap. */
const leapTimes = 10n;
const leapMin = 1_000n;

interface Numbered {
  readonly number: bigint;
  readonly at: string;
  readonly id: string;
}

interface Group {
  readonly prefix: string;
  readonly interfaces: Set<string>;
  /** Length of the number with its leading zeros; 0: there is none. */
  readonly digits: number;
  readonly rows: Numbered[];
}

/**
 * Finds the sequences of one sender's flow ids and their gaps. The number is the tail of digits behind the partner's
 * code and, where the id repeats it, the number of the interface; what stands before it must be the same. A day at the
 * beginning of that tail (`AAAAMMJJ` or `AAMMJJ`, near the day of receipt in all of them) is no part of the number: it
 * belongs to the prefix where the count begins anew each day, and is passed over where it goes on.
 */
export function flowSequences(flows: Iterable<NumberedFlow>): FlowSequence[] {
  const groups = new Map<string, Group>();
  for (const { flowId, interfaceCode, receivedAt } of flows) {
    const { head, tail, own } = takenApart(flowId, interfaceCode);
    const key = `${head} ${tail.length} ${own ? interfaceCode : ''}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { prefix: head, interfaces: new Set(), digits: tail.length, rows: [] };
      groups.set(key, group);
    }
    group.interfaces.add(interfaceCode);
    group.rows.push({ number: tail === '' ? 0n : BigInt(tail), at: receivedAt, id: flowId });
  }
  return [...groups.values()].flatMap(sequencesOf).sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

function takenApart(flowId: string, interfaceCode: string): { head: string; tail: string; own: boolean } {
  const number = interfaceCode.slice(3, 7);
  const own = flowId.startsWith(number, partnerLength);
  const from = partnerLength + (own ? number.length : 0);
  const tail = /\d*$/.exec(flowId.slice(from))?.[0] ?? '';
  return { head: flowId.slice(0, flowId.length - tail.length), tail, own };
}

function sequencesOf(group: Group): FlowSequence[] {
  group.rows.sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : a.at < b.at ? -1 : 1));
  const rows = group.rows.filter(
    (row, i) => i === 0 || row.number !== group.rows[i - 1]?.number || group.digits === 0,
  );
  for (const dayDigits of [8, 6] as const) {
    if (!rows.every((row) => startsWithDay(row, group.digits, dayDigits))) continue;
    return byDay(group, rows, dayDigits);
  }
  return sequences(group, group.prefix, rows);
}

const dayMs = 86_400_000;
/** A flow may be named some days before it is sent. */
const daysApartMax = 10;

function startsWithDay({ number, at }: Numbered, digits: number, dayDigits: 8 | 6): boolean {
  if (digits <= dayDigits) return false;
  const day = dayOf(number, digits, dayDigits);
  const text = dayDigits === 8 ? day : `20${day}`;
  const ms = Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T12:00:00Z`);
  return Math.abs(ms - Date.parse(at)) <= daysApartMax * dayMs;
}

function dayOf(number: bigint, digits: number, dayDigits: number): string {
  return number.toString().padStart(digits, '0').slice(0, dayDigits);
}

/** A count that goes on from day to day is one sequence; one that begins anew is a sequence for each day. */
function byDay(group: Group, rows: readonly Numbered[], dayDigits: 8 | 6): FlowSequence[] {
  const days = new Map<string, Numbered[]>();
  const base = 10n ** BigInt(group.digits - dayDigits);
  for (const row of rows) {
    const day = dayOf(row.number, group.digits, dayDigits);
    const of = days.get(day);
    const counted = { ...row, number: row.number % base };
    if (of === undefined) days.set(day, [counted]);
    else of.push(counted);
  }
  const all = [...days.values()];
  const goesOn = all.every(
    (of, i) => i === 0 || (all[i - 1]?.at(-1)?.number ?? -1n) < (of[0]?.number ?? -1n),
  );
  const counting = { ...group, digits: group.digits - dayDigits };
  if (goesOn) return sequences(counting, group.prefix, all.flat());
  return [...days].flatMap(([day, of]) => sequences(counting, group.prefix + day, of));
}

/** A leap begins another count; where most numbers are leaps apart, they count no flows. */
function sequences(group: Group, prefix: string, rows: readonly Numbered[]): FlowSequence[] {
  if (group.digits === 0) return [sequence(group, prefix, rows, 'no-number')];
  const parts: Numbered[][] = [];
  for (const row of rows) {
    const part = parts.at(-1);
    const apart = row.number - (part?.at(-1)?.number ?? row.number) - 1n;
    const leap = apart > leapMin && apart > BigInt(rows.length) * leapTimes;
    if (part === undefined || leap) parts.push([row]);
    else part.push(row);
  }
  if (parts.length > 1 && parts.length * 2 > rows.length) return [sequence(group, prefix, rows, 'sparse')];
  return parts.map((part) => sequence(group, prefix, part, part.length === 1 ? 'single' : 'judged'));
}

function sequence(
  group: Group,
  prefix: string,
  rows: readonly Numbered[],
  verdict: SequenceVerdict,
): FlowSequence {
  const [first, latest] = [rows[0], rows.at(-1)];
  const missing = verdict === 'judged' ? gapsBetween(rows) : [];
  return {
    prefix,
    interfaces: [...group.interfaces].sort(),
    verdict,
    count: rows.length,
    firstId: first?.id ?? '',
    latestId: latest?.id ?? '',
    latestAt: latest?.at ?? '',
    missing: missing.map((gap) => ranged(gap, group.digits)),
    missingCount: Number(missing.reduce((sum, { count }) => sum + count, 0n)),
  };
}

interface Gap {
  readonly before: Numbered;
  readonly after: Numbered;
  readonly count: bigint;
}

function gapsBetween(rows: readonly Numbered[]): Gap[] {
  const gaps: Gap[] = [];
  for (let i = 1; i < rows.length; i += 1) {
    const [before, after] = [rows[i - 1], rows[i]];
    if (before === undefined || after === undefined) continue;
    const count = after.number - before.number - 1n;
    if (count > 0n) gaps.push({ before, after, count });
  }
  return gaps;
}

/** Ids are written as their neighbours are: with the head of the one before the gap. */
function ranged({ before, after, count }: Gap, digits: number): MissingRange {
  const head = before.id.slice(0, before.id.length - digits);
  const id = (number: bigint): string => head + number.toString().padStart(digits, '0');
  return {
    first: id(before.number + 1n),
    last: id(after.number - 1n),
    count: Number(count),
    beforeAt: before.at,
    afterAt: after.at,
  };
}
