import type { Outbox } from '../deliver/outbox.js';
import { asError } from '../errors.js';
import type { Intake } from '../intake/intake.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';
import type { createLifecycleJob } from './lifecycle-job.js';
import type { RunSummary } from './summary.js';

export interface EngineParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly intakes: readonly { readonly partner: string; readonly intake: Intake }[];
  readonly outbox: Outbox;
  readonly lifecycle: ReturnType<typeof createLifecycleJob>;
  readonly process: (flowId: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: {
    readonly pollMs: number;
    readonly sweepMs: number;
    readonly retryMs: number;
    readonly stopMsMax: number;
    readonly inFlight: number;
  };
}

export interface Engine {
  /** Recovers what an earlier run left, then starts to work. */
  start(): Promise<void>;
  /** Resolves once every deposited file has been processed and every delivery made. */
  idle(): Promise<void>;
  /** Stops taking files in, lets what is in work end within the deadline, and stops. */
  stop(): Promise<void>;
  summary(): Promise<RunSummary>;
}

/** Flows waiting beyond which no more are taken in: the drop folders hold the rest. */
const queueDepthMax = 2_000;
/** The outbox and the lifecycle job look for work so often. */
const tickMs = 25;

/** The loops of the engine. Each goes at its own pace; none reacts to an event of the outside world. */
export function createEngine(parts: EngineParts): Engine {
  const { store, queue, clock, log, settings } = parts;
  const startedAt = clock.now();
  const stop = new AbortController();
  const loops: Promise<void>[] = [];
  const notBefore = new Map<string, { atMs: number; faults: number }>();
  /** The last scan of each folder that ended: its ordinal is that of its beginning. */
  const scans = new Map<string, { idle: boolean; ordinal: number }>();
  const scansBegun = new Map<string, number>();
  let flushing = false;

  async function start(): Promise<void> {
    for (const { intake } of parts.intakes) await intake.recover();
    queue.start(work, settings.inFlight);
    await sweep();
    loops.push(
      loop('intake', settings.pollMs, scanAll),
      loop('sweep', settings.sweepMs, sweep),
      loop('outbox', tickMs, async () => void (await parts.outbox.drain())),
      loop('lifecycle', tickMs * 4, async () => void (await parts.lifecycle.flush(flushing))),
    );
  }

  async function work(flowId: string): Promise<void> {
    try {
      await parts.process(flowId);
      notBefore.delete(flowId);
    } catch (thrown) {
      const faults = (notBefore.get(flowId)?.faults ?? 0) + 1;
      const delayMs = Math.min(settings.retryMs * 2 ** (faults - 1), 60_000);
      notBefore.set(flowId, { atMs: Date.now() + delayMs, faults });
      log.error('flow left to the sweep', { flow: flowId, faults, delayMs, error: asError(thrown).message });
    }
  }

  /** Puts flows that are recorded but not final back in the queue: the database is the only truth. */
  async function sweep(): Promise<void> {
    for (const flowId of await store.unfinishedFlows(queueDepthMax)) {
      if ((notBefore.get(flowId)?.atMs ?? 0) > Date.now()) continue;
      await queue.add(flowId);
    }
  }

  /** A round over the partners, so that one partner's thousands of files do not starve the others. */
  async function scanAll(): Promise<void> {
    for (const { partner, intake } of parts.intakes) {
      if (stop.signal.aborted || (await queue.depth()) > queueDepthMax) return;
      const ordinal = (scansBegun.get(partner) ?? 0) + 1;
      scansBegun.set(partner, ordinal);
      try {
        const result = await intake.scan();
        scans.set(partner, { idle: result.idle, ordinal });
      } catch (thrown) {
        scans.set(partner, { idle: false, ordinal });
        log.error('drop folder cannot be read', { partner, error: asError(thrown).message });
      }
    }
  }

  async function loop(name: string, everyMs: number, turn: () => Promise<void>): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await turn();
      } catch (thrown) {
        log.error('loop turn failed', { loop: name, error: asError(thrown).message });
        await pause(settings.retryMs);
      }
      await pause(everyMs);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (stop.signal.aborted) return resolve();
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        stop.signal.removeEventListener('abort', done);
        resolve();
      }
      stop.signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Everything quiet at once: folders, queue, store, outbox, statuses waiting to be sent. */
  async function quiet(): Promise<boolean> {
    const foldersIdle = parts.intakes.every(({ partner }) => scans.get(partner)?.idle === true);
    if (!foldersIdle || (await queue.depth()) > 0) return false;
    if ((await store.unfinishedFlows(1)).length > 0) return false;
    return (await store.partnersWithDeliveries()).length === 0;
  }

  /**
   * Quiet at two observations with a whole scan of every folder between them, and no status left to send. A scan that
   * had begun before may have looked at the folder too early: it does not count.
   */
  async function idle(): Promise<void> {
    while (!stop.signal.aborted) {
      const before = new Map(scansBegun);
      const wasQuiet = await quiet();
      flushing = wasQuiet;
      const until = Date.now() + settings.pollMs * 3;
      do await pause(tickMs);
      while (!stop.signal.aborted && !scannedSince(before) && (wasQuiet || Date.now() < until));
      if (!wasQuiet || !scannedSince(before)) continue;
      if ((await store.statusBacklog()).length === 0 && (await quiet())) return;
    }
  }

  function scannedSince(before: ReadonlyMap<string, number>): boolean {
    return parts.intakes.every(
      ({ partner }) => (scans.get(partner)?.ordinal ?? 0) > (before.get(partner) ?? 0),
    );
  }

  return {
    start,
    idle,
    async stop() {
      stop.abort();
      await queue.stop(settings.stopMsMax);
      await Promise.all(loops);
    },
    async summary() {
      const counts = await store.summary(startedAt.toISOString());
      return { ...counts, durationMs: clock.now().getTime() - startedAt.getTime() };
    },
  };
}
