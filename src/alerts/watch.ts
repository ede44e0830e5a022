import type { Alert, Problem } from '../domain/alert.js';
import { newId } from '../domain/ids.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import {
  archiveDamaged,
  deadJob,
  failedDelivery,
  intakeHeld,
  lateFlow,
  lateReport,
  more,
  notFetched,
  refusedPivot,
  unreachable,
} from './problems.js';

export interface WatchSettings {
  /** Time from a deposit to its verdict, and from there to its written report, after which people are told; 0: never. */
  readonly flowMs: number;
  /** Time from a written delivery to its being fetched; 0: never. */
  readonly fetchMs: number;
  /** How long a pivot that its recipient refused stays an alert. */
  readonly refusedMs: number;
  /** Alerts of one kind that are told one by one. */
  readonly openMax: number;
}

export interface WatchOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: WatchSettings;
  /** Names of the channels that tell people. */
  readonly channels: readonly string[];
  /** Key of the store under which the reason of a stopped intake is kept. */
  readonly holdKey: string;
  /** Key of the store under which damages of the archive are kept; absent: nobody looks. */
  readonly damageKey?: string;
}

/**
 * Looks at everything that has a deadline. What is wrong and not open yet begins an alert, what is right again ends
 * one: each beginning and each end is told once (the alert and its notices share one transaction).
 */
export function createWatch(options: WatchOptions): { look(): Promise<{ begun: number; ended: number }> } {
  const { store, clock, settings, channels } = options;

  async function look(): Promise<{ begun: number; ended: number }> {
    const now = clock.now();
    const problems = new Map((await allProblems(now)).map((problem) => [problem.key, problem]));
    const open = await store.openAlerts();
    const openKeys = new Set(open.map(({ key }) => key));
    const fresh = [...problems.values()].filter(({ key }) => !openKeys.has(key));
    const over = open.filter(({ key, kind }) => kind !== 'test' && !problems.has(key));
    if (fresh.length === 0 && over.length === 0) return { begun: 0, ended: 0 };
    return store.transaction(async (tx) => {
      const at = now.toISOString();
      let begun = 0;
      let ended = 0;
      for (const problem of fresh) if (await tx.beginAlert(toAlert(problem, at), channels)) begun += 1;
      for (const alert of over) if (await tx.endAlert(alert.id, at)) ended += 1;
      await tx.insertEvents([
        ...fresh.map((problem) => eventOf('alert', problem, at, problem.text)),
        ...over.map((alert) => eventOf('alert-ended', alert, at, `alerte terminée : ${alert.text}`)),
      ]);
      return { begun, ended };
    });
  }

  async function allProblems(now: Date): Promise<readonly Problem[]> {
    const { flowMs, fetchMs, refusedMs, openMax } = settings;
    const before = (ms: number): string => new Date(now.getTime() - ms).toISOString();
    const limit = openMax + 1;
    const flows = flowMs === 0 ? [] : await store.lateFlows(before(flowMs), limit);
    const reports = flowMs === 0 ? [] : await store.lateReports(before(flowMs), limit);
    const lying = fetchMs === 0 ? [] : await store.lateDeliveries(before(fetchMs), limit);
    const held = await store.meta(options.holdKey);
    const damage = options.damageKey === undefined ? null : await store.meta(options.damageKey);
    return [
      ...capped(flows.map(lateFlow)),
      ...capped((await store.deadJobs(limit)).map(deadJob)),
      ...capped(reports.map(lateReport)),
      ...capped(lying.map(notFetched)),
      ...capped((await store.failedDeliveries(limit)).map(failedDelivery)),
      ...capped((await store.refusedPivots(before(refusedMs), limit)).map(refusedPivot)),
      ...(await store.partnerHealth()).filter(({ circuit }) => circuit === 'open').map(unreachable),
      ...(held === null || held === '' ? [] : [intakeHeld(held, now.toISOString())]),
      ...(damage === null || damage === '' ? [] : [archiveDamaged(damage)]),
    ];
  }

  function capped(problems: readonly Problem[]): readonly Problem[] {
    const [first] = problems;
    if (first === undefined || problems.length <= settings.openMax) return problems;
    return [...problems.slice(0, settings.openMax), more(first.kind, settings.openMax, first.since)];
  }

  return { look };
}

function toAlert(problem: Problem, at: string): Alert {
  return { ...problem, id: newId(), beganAt: at, endedAt: null };
}

function eventOf(kind: string, { flow }: Problem, at: string, text: string) {
  return { at, actor: 'engine' as const, kind, flow, invoice: null, text };
}
