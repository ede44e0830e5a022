import type { ListedAlert } from '../domain/alert.js';
import { dayAfter, dayInParis, instantInParis } from '../domain/dates.js';
import type { Flow, FlowState } from '../domain/flow.js';
import { asError } from '../errors.js';
import type { HourCount, OpenFlows, RefusalCount } from '../ports/store-console-reads.js';
import type { ConsoleParts } from './parts.js';

/** Days that the page counts over; today is one of them. */
export const periods = [1, 7, 30] as const;
export type Period = (typeof periods)[number];

/** What came in within a period, and what became of it. */
export interface PeriodFigures {
  readonly days: Period;
  readonly flows: number;
  readonly integrated: number;
  readonly partial: number;
  readonly rejected: number;
  /** Refused before their invoices were looked at. */
  readonly unreceivable: number;
  readonly incident: number;
  readonly waiting: number;
  readonly invoices: number;
  readonly invoicesIntegrated: number;
  readonly invoicesRejected: number;
}

export interface Figures {
  readonly at: Date;
  readonly periods: readonly PeriodFigures[];
  readonly open: OpenFlows;
  /** Open alerts, newest first, so many at most. */
  readonly alerts: readonly ListedAlert[];
  /** Flows that have waited for longer than `alerts.flowMs`, and those whose report is not written. */
  readonly late: readonly LateFlow[];
  /** Files in `out` that nobody fetched in time, by partner. */
  readonly unfetched: readonly {
    readonly partner: string;
    readonly late: number;
    readonly oldestAt: string;
  }[];
  /** Flows received in each of the last hours, oldest first. */
  readonly hours: readonly { readonly hour: string; readonly flows: number; readonly refused: number }[];
}

export interface LateFlow {
  readonly flow: Pick<Flow, 'id' | 'depositedName' | 'partner' | 'receivedAt' | 'state'>;
  readonly why: 'no-verdict' | 'report';
}

const hourMs = 3_600_000;
const hoursShown = 48;
const openMax = 20_000;
const lateMax = 10;
export const openAlertsMax = 200;
/** Everybody who looks within this time is shown the same figures: they are read once. */
const keptMs = 2_000;
const foldRows = 2_000;
const foldsMax = 5;
const foldEveryMs = 30_000;

const hourOf = (at: Date): string => at.toISOString().slice(0, 13);

interface Kept {
  readonly at: number;
  readonly figures: Promise<Figures>;
}
const kept = new WeakMap<object, Kept>();
const refusalsKept = new WeakMap<
  object,
  Map<Period, { at: number; found: Promise<readonly RefusalCount[]> }>
>();
const folded = new WeakMap<object, number>();

/** The figures of the first page: what is read is shared for two seconds. */
export function figuresOf(parts: ConsoleParts): Promise<Figures> {
  const known = kept.get(parts.archive);
  const now = parts.clock.now();
  if (known !== undefined && Math.abs(now.getTime() - known.at) < keptMs) return known.figures;
  const figures = read(parts, now);
  kept.set(parts.archive, { at: now.getTime(), figures });
  figures.catch(() => kept.delete(parts.archive));
  void fold(parts, now.getTime());
  return figures;
}

/** Reads the figures anew at the next question: who has just acted sees it. */
export function forgetFigures(parts: ConsoleParts): void {
  kept.delete(parts.archive);
}

/** Rules by how often they have refused within a period, fifteen at most. */
export function refusalsOf(parts: ConsoleParts, days: Period): Promise<readonly RefusalCount[]> {
  const now = parts.clock.now();
  const own = refusalsKept.get(parts.archive) ?? new Map();
  refusalsKept.set(parts.archive, own);
  const known = own.get(days);
  if (known !== undefined && Math.abs(now.getTime() - known.at) < keptMs) return known.found;
  const found = parts.store.refusalsByRule(startOf(now, days).toISOString(), nextHour(now), 15);
  own.set(days, { at: now.getTime(), found });
  found.catch(() => own.delete(days));
  return found;
}

/** Midnight in Paris of the first day of a period. */
export function startOf(now: Date, days: Period): Date {
  return instantInParis(dayAfter(dayInParis(now), 1 - days));
}

const nextHour = (now: Date): string => hourOf(new Date(now.getTime() + hourMs));

async function read(parts: ConsoleParts, now: Date): Promise<Figures> {
  const { store, loaded } = parts;
  const { alerts, delivery } = loaded.settings;
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
  const longest = startOf(now, 30);
  const counts = await store.countsByHour(hourOf(longest), nextHour(now));
  const open = await store.openFlows(openMax);
  // 0 turns an alert off: nothing is late then.
  const late = alerts.flowMs === 0 ? [] : await lateOnes(parts, ago(alerts.flowMs));
  const lying = delivery.fetchAlertMs === 0 ? [] : await store.lyingCounts(ago(delivery.fetchAlertMs));
  return {
    at: now,
    periods: periods.map((days) => periodFigures(days, hourOf(startOf(now, days)), counts, open)),
    open,
    alerts: await store.listAlerts({ open: true, limit: openAlertsMax }),
    late,
    unfetched: lying
      .filter(({ late }) => late > 0)
      .map(({ partner, late, oldestAt }) => ({ partner, late, oldestAt })),
    hours: byHour(now, counts, open),
  };
}

/** Counts of an hour belong to the day in Paris that the hour stands in: its offset is of whole hours. */
export function periodFigures(
  days: Period,
  fromHour: string,
  counts: readonly HourCount[],
  open: OpenFlows,
): PeriodFigures {
  const own = counts.filter(({ hour }) => hour >= fromHour);
  const of = (state: FlowState) => total(own.filter((c) => c.state === state).map(({ flows }) => flows));
  const waiting = total(open.hours.filter(({ hour }) => hour >= fromHour).map(({ flows }) => flows));
  return {
    days,
    flows: total(own.map(({ flows }) => flows)) + waiting,
    integrated: of('IN_INTEGRE'),
    partial: of('IN_INTEGRE_PARTIEL'),
    rejected: of('IN_REJETE'),
    unreceivable: of('QP_IRRECEVABLE'),
    incident: of('IN_INCIDENTE'),
    waiting,
    invoices: total(own.map(({ received }) => received)),
    invoicesIntegrated: total(own.map(({ integrated }) => integrated)),
    invoicesRejected: total(own.map(({ rejected }) => rejected)),
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function byHour(now: Date, counts: readonly HourCount[], open: OpenFlows): Figures['hours'] {
  const flows = new Map<string, number>();
  const refused = new Map<string, number>();
  const add = (to: Map<string, number>, hour: string, more: number) =>
    to.set(hour, (to.get(hour) ?? 0) + more);
  for (const count of counts) {
    add(flows, count.hour, count.flows);
    if (count.state !== 'IN_INTEGRE') add(refused, count.hour, count.flows);
  }
  for (const { hour, flows: waiting } of open.hours) add(flows, hour, waiting);
  return Array.from({ length: hoursShown }, (_, i) => {
    const hour = hourOf(new Date(now.getTime() - (hoursShown - 1 - i) * hourMs));
    return { hour, flows: flows.get(hour) ?? 0, refused: refused.get(hour) ?? 0 };
  });
}

async function lateOnes({ store }: ConsoleParts, before: string): Promise<LateFlow[]> {
  const found: LateFlow[] = (await store.unreportedFlows(before, lateMax)).map(({ flow }) => ({
    flow,
    why: 'report',
  }));
  for (const { id } of await store.lateFlows(before, lateMax)) {
    const flow = await store.flow(id);
    if (flow !== null && flow.finalAt === null) found.push({ flow, why: 'no-verdict' });
  }
  return found.sort((a, b) => a.flow.receivedAt.localeCompare(b.flow.receivedAt)).slice(0, lateMax);
}

/** Folds what has changed into the sums now and then, beside the answer and a little at a time. */
async function fold({ store, archive, log }: ConsoleParts, nowMs: number): Promise<void> {
  if (Math.abs(nowMs - (folded.get(archive) ?? 0)) < foldEveryMs) return;
  folded.set(archive, nowMs);
  try {
    for (let turn = 0; turn < foldsMax; turn++)
      if ((await store.transaction((tx) => tx.foldCounts(foldRows))) < foldRows) break;
  } catch (error) {
    log.warn(`console: counts could not be folded: ${asError(error).message}`);
  }
}
