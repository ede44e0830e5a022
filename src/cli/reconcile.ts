import { dayAfter, instantInParis } from '../domain/dates.js';
import type { Flow } from '../domain/flow.js';
import type { Store } from '../ports/store.js';
import type { SentLine } from './sent-list.js';

/**
 * What became of a line of the list. `received`: as it says. `other-count`: with another number of invoices.
 * `other-bytes`: under this name, with other bytes. `other-name`: these bytes, under another name only. `listed-twice`:
 * there are fewer flows of this name than lines. `not-listed`: a flow that no line names.
 */
export type SentVerdict =
  | 'received'
  | 'other-count'
  | 'other-bytes'
  | 'other-name'
  | 'never-received'
  | 'listed-twice'
  | 'unreadable'
  | 'not-listed';

export interface Reconciled {
  readonly sent: SentLine | null;
  readonly verdict: SentVerdict;
  /** The flow meant, if any. */
  readonly flow: Flow | null;
}

export interface Period {
  /** ISO instants, the second one excluded. */
  readonly from: string;
  readonly to: string;
}

type Reads = Pick<Store, 'flowsCalled' | 'flowsWithBytes' | 'flowsBetween'>;

const batchSize = 500;
const flowNameLength = 41;

/**
 * Compares a list with the flows of a partner, line by line, and then names the flows of the same time that are not on
 * it. The list is never whole in memory; names and the flows found are.
 * @param given what to compare beside the list; by default the days it tells, else the time of the flows found
 */
export async function* reconcile(
  store: Reads,
  partner: string,
  lines: Iterable<SentLine>,
  given: Partial<Period>,
): AsyncGenerator<Reconciled> {
  const seen: Seen = { flows: new Set(), names: new Set(), days: null, times: null };
  let batch: SentLine[] = [];
  for (const line of lines) {
    batch.push(line);
    if (batch.length < batchSize) continue;
    yield* reconcileBatch(store, partner, batch, seen);
    batch = [];
  }
  yield* reconcileBatch(store, partner, batch, seen);
  const period = { ...periodOf(seen), ...given };
  if (period.from !== undefined && period.to !== undefined)
    yield* notListed(store, partner, { from: period.from, to: period.to }, seen);
}

interface Seen {
  readonly flows: Set<string>;
  readonly names: Set<string>;
  /** First and last day that the list tells. */
  days: readonly [string, string] | null;
  /** When the first and the last of the flows found were received. */
  times: readonly [string, string] | null;
}

function widened(range: readonly [string, string] | null, value: string): readonly [string, string] {
  if (range === null) return [value, value];
  return [value < range[0] ? value : range[0], value > range[1] ? value : range[1]];
}

function periodOf({ days, times }: Seen): Partial<Period> {
  if (days !== null)
    return {
      from: instantInParis(days[0]).toISOString(),
      to: instantInParis(dayAfter(days[1])).toISOString(),
    };
  if (times === null) return {};
  return { from: times[0], to: new Date(Date.parse(times[1]) + 1).toISOString() };
}

/** A name as the flow id tells it, without the extension that some senders add. */
const stemOf = (name: string): string =>
  /^[A-Z]{3}\d{4}[A-Z]_[A-Z0-9]{6}_[A-Z0-9]{25}(?:\.|$)/.test(name) ? name.slice(0, flowNameLength) : name;

async function* reconcileBatch(
  store: Reads,
  partner: string,
  batch: readonly SentLine[],
  seen: Seen,
): AsyncGenerator<Reconciled> {
  const asked = new Set(batch.flatMap(({ name }) => [name, ...flowIdIn(name)]));
  const byName = grouped(await store.flowsCalled(partner, [...asked]), ({ depositedName }) =>
    stemOf(depositedName),
  );
  const unnamed = batch.filter(({ name, sha256 }) => sha256 !== null && !byName.has(stemOf(name)));
  const hashes = new Set(unnamed.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256])));
  const byBytes = grouped(await store.flowsWithBytes(partner, [...hashes]), ({ sha256 }) => sha256);
  for (const sent of batch) {
    const found = judged(
      sent,
      byName.get(stemOf(sent.name)) ?? [],
      byBytes.get(sent.sha256 ?? '') ?? [],
      seen,
    );
    seen.names.add(stemOf(sent.name));
    if (sent.sentOn !== null) seen.days = widened(seen.days, sent.sentOn);
    if (found.flow !== null) {
      seen.flows.add(found.flow.id);
      seen.times = widened(seen.times, found.flow.receivedAt);
    }
    yield found;
  }
}

function flowIdIn(name: string): string[] {
  const stem = stemOf(name);
  return stem.length === flowNameLength && stem[8] === '_' ? [stem.slice(16)] : [];
}

function grouped(flows: readonly Flow[], keyOf: (flow: Flow) => string): Map<string, Flow[]> {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = keyOf(flow);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flow]);
    else group.push(flow);
  }
  return groups;
}

function judged(sent: SentLine, called: readonly Flow[], sameBytes: readonly Flow[], seen: Seen): Reconciled {
  if (sent.problem !== null) return { sent, verdict: 'unreadable', flow: null };
  const free = called.filter(({ id }) => !seen.flows.has(id));
  const flow = best(free, sent);
  if (flow !== null) return { sent, verdict: compared(sent, flow), flow };
  if (called.length > 0) return { sent, verdict: 'listed-twice', flow: called.at(-1) ?? null };
  const other = sameBytes.find(({ id }) => !seen.flows.has(id)) ?? sameBytes[0];
  if (other !== undefined) return { sent, verdict: 'other-name', flow: other };
  return { sent, verdict: 'never-received', flow: null };
}

/** Of several flows of a name: that with the bytes, then one that was integrated, then the newest. */
function best(flows: readonly Flow[], { sha256 }: SentLine): Flow | null {
  const rank = (flow: Flow): number =>
    (flow.sha256 === sha256 ? 2 : 0) + (flow.invoicesIntegrated > 0 ? 1 : 0);
  return flows.reduce<Flow | null>((a, b) => (a === null || rank(b) >= rank(a) ? b : a), null);
}

function compared({ sha256, invoices }: SentLine, flow: Flow): SentVerdict {
  if (sha256 !== null && flow.sha256 !== sha256) return 'other-bytes';
  const counted = flow.finalAt !== null && flow.state !== 'IN_INCIDENTE';
  return invoices !== null && counted && invoices !== flow.invoicesReceived ? 'other-count' : 'received';
}

const pageSize = 1_000;

async function* notListed(
  store: Reads,
  partner: string,
  period: Period,
  { flows, names }: Seen,
): AsyncGenerator<Reconciled> {
  for (let after: Flow | null = null; ; ) {
    const page: readonly Flow[] = await store.flowsBetween(partner, period, after, pageSize);
    for (const flow of page)
      if (!flows.has(flow.id) && !names.has(stemOf(flow.depositedName)))
        yield { sent: null, verdict: 'not-listed', flow };
    after = page.at(-1) ?? null;
    if (page.length < pageSize) return;
  }
}
