import type { Flow } from '../domain/flow.js';
import { asError, Fault } from '../errors.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Store, StoreTransaction } from '../ports/store.js';
import type { DueFlow, JobFault } from '../ports/store-jobs.js';

export interface JobSettings {
  /** First wait after a fault; it doubles with each further one, up to `retryMsMax`. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** A wait is longer by up to so many hundredths, by chance: flows that failed together do not come back together. */
  readonly jitterPercent: number;
  /** Faults in a row without an answer after which a job is dead. */
  readonly faultsMax: number;
  /** Attempts cut short in a row after which a flow is worked apart. */
  readonly cutsTogetherMax: number;
  /** Attempts cut short in a row after which a job is dead. */
  readonly cutsMax: number;
}

/** What an attempt may begin with; `later`: not now, the sweep brings the flow again when it is due, or somebody does. */
export type Opening =
  | { readonly kind: 'go'; readonly faults: number; readonly apart: boolean }
  | { readonly kind: 'later' };

export interface Jobs {
  /** Flows that may be worked now, oldest first. */
  due(limit: number): Promise<readonly DueFlow[]>;
  /** Nothing is left but flows that wait for somebody. */
  idle(): Promise<boolean>;
  /** Looks, before an attempt in a lane, at what became of those before it. */
  open(flow: Flow, lane: 'common' | 'large'): Promise<Opening>;
  /** Notes a fault; never throws. Tells whether the flow now waits for somebody. */
  fault(flowId: string, thrown: unknown): Promise<'waits' | 'dead'>;
}

/** The code of a job whose attempts were cut short. */
export const cutShort = 'ATTEMPT_CUT_SHORT';
/** After every instant. */
const never = '9999-12-31T23:59:59.999Z';
const errorLengthMax = 500;

/** Without its antivirus a flow waits, however long: that counts for nothing. */
export function isWaiting(thrown: unknown): boolean {
  return thrown instanceof Fault && ['ANTIVIRUS_UNREACHABLE', 'ANTIVIRUS_FAILED'].includes(thrown.code);
}

/** @param random a number from 0 up to 1 */
export function retryDelayMs(settings: JobSettings, faults: number, random: number): number {
  const { retryMs, retryMsMax, jitterPercent } = settings;
  const delayMs = Math.min(retryMs * 2 ** Math.min(faults - 1, 30), retryMsMax);
  return Math.round(delayMs * (1 + (random * jitterPercent) / 100));
}

/**
 * Decides when a flow that met a fault is tried again, in the database, so that it outlives every process.
 *
 * A fault is ours to count; an attempt that was cut short may not be the flow's doing: the process was stopped, or it
 * crashed by another of the flows it worked on. So those are counted apart. After `cutsTogetherMax` of them the flow is
 * worked apart, one such flow at a time: from then on a crash speaks against this flow only, and each further try waits
 * longer. At `cutsMax` it is dead: nothing is answered before somebody has looked.
 */
export function createJobs(options: {
  readonly store: Pick<Store, 'dueFlows' | 'jobFault' | 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: JobSettings;
  readonly random?: () => number;
}): Jobs {
  const { store, clock, log, settings, random = Math.random } = options;

  function after(now: Date, faults: number): string {
    return new Date(now.getTime() + retryDelayMs(settings, faults, random())).toISOString();
  }

  async function open(flow: Flow, lane: 'common' | 'large'): Promise<Opening> {
    if (flow.attempt === 0) return { kind: 'go', faults: 0, apart: false };
    const before = await store.jobFault(flow.id);
    // It may be in work there this moment: only the lane in which it is worked can tell that it is not.
    const elsewhere = lane === 'common' && before !== null && before.cuts >= settings.cutsTogetherMax;
    const job =
      elsewhere || (before?.accounted ?? 0) >= flow.attempt
        ? before
        : await store.transaction((tx) => countCut(tx, flow, clock.now()));
    if (job === null) return { kind: 'go', faults: 0, apart: false };
    if (job.deadAt !== null || job.nextAt > clock.now().toISOString()) return { kind: 'later' };
    return { kind: 'go', faults: job.faults, apart: job.cuts >= settings.cutsTogetherMax };
  }

  async function countCut(tx: StoreTransaction, flow: Flow, now: Date): Promise<JobFault | null> {
    const before = await tx.jobFault(flow.id);
    if ((before?.accounted ?? 0) >= flow.attempt) return before;
    // Another process may have gone on with it, and answered it, since it was read here.
    const present = await tx.flow(flow.id);
    if (present?.finalAt !== null || present.attempt !== flow.attempt) return before;
    if (!(await tx.isAttemptOpen(flow.id, flow.attempt))) return before;
    const at = now.toISOString();
    const cuts = (before?.cuts ?? 0) + 1;
    const dead = cuts >= settings.cutsMax;
    const apart = cuts - settings.cutsTogetherMax;
    const job: JobFault = {
      ...(before ?? freshFault(flow.id, at)),
      cuts,
      accounted: flow.attempt,
      lastAt: at,
      nextAt: apart < 0 ? at : after(now, apart + 1),
      code: cutShort,
      error: `${cuts} attempts in a row were cut short: the process ended in their midst`,
      deadAt: dead ? at : null,
    };
    await tx.putJobFault(job);
    if (dead) await tellDead(tx, job);
    return job;
  }

  async function tellDead(tx: StoreTransaction, { flow, faults, cuts, error }: JobFault): Promise<void> {
    const what = faults === 0 ? `${cuts} tentatives interrompues` : `${faults} échecs de suite`;
    const text = `mis de côté après ${what} : ${error ?? ''}`;
    const at = clock.now().toISOString();
    await tx.insertEvents([{ at, actor: 'engine', kind: 'job-dead', flow, invoice: null, text }]);
    log.error('flow put aside: it is not tried again until somebody has it tried', { flow, faults, cuts });
  }

  async function note(flowId: string, thrown: unknown): Promise<JobFault | null> {
    const waits = isWaiting(thrown);
    return store.transaction(async (tx) => {
      const flow = await tx.flow(flowId);
      if (flow === null || flow.finalAt !== null) return null;
      // Nothing has been begun, nothing needs to be told: thousands of flows wait like this for an antivirus.
      if (waits && flow.attempt === 0) return null;
      const now = clock.now();
      const at = now.toISOString();
      const before = (await tx.jobFault(flowId)) ?? freshFault(flowId, at);
      if (before.deadAt !== null) return before;
      const faults = before.faults + (waits ? 0 : 1);
      const dead = !waits && faults >= settings.faultsMax;
      const error = asError(thrown);
      const job: JobFault = {
        ...before,
        faults,
        // It has come to a fault of its own: its process did not end.
        cuts: waits ? before.cuts : 0,
        accounted: flow.attempt,
        lastAt: at,
        nextAt: waits ? new Date(now.getTime() + settings.retryMs).toISOString() : after(now, faults),
        code: error instanceof Fault ? error.code : null,
        error: error.message.slice(0, errorLengthMax),
        deadAt: dead ? at : null,
      };
      await tx.putJobFault(job);
      if (dead) await tellDead(tx, job);
      return job;
    });
  }

  return {
    due: (limit) => store.dueFlows(clock.now().toISOString(), limit),
    idle: async () => (await store.dueFlows(never, 1)).length === 0,
    open,
    async fault(flowId, thrown) {
      try {
        const job = await note(flowId, thrown);
        if (job?.deadAt != null) return 'dead';
        if (!isWaiting(thrown))
          log.error('flow left to the sweep', {
            flow: flowId,
            faults: job?.faults ?? null,
            nextAt: job?.nextAt ?? null,
            error: asError(thrown).message,
          });
      } catch (error) {
        log.error('a fault of a flow could not be noted: the sweep brings the flow again', {
          flow: flowId,
          error: asError(error).message,
          fault: asError(thrown).message,
        });
      }
      return 'waits';
    },
  };
}

function freshFault(flow: string, at: string): JobFault {
  return {
    flow,
    faults: 0,
    cuts: 0,
    accounted: 0,
    firstAt: at,
    lastAt: at,
    nextAt: at,
    code: null,
    error: null,
    deadAt: null,
    retriedAt: null,
    retriedBy: null,
  };
}
