import { setMaxListeners } from 'node:events';
import type { Lookout } from '../deliver/lookout.js';
import type { Outbox } from '../deliver/outbox.js';
import { asError } from '../errors.js';
import type { CircuitSettings } from '../intake/circuit.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';
import type { Gate } from './gate.js';
import { createHold } from './hold.js';
import { createIntakeLoops, type IntakeFolder } from './intake-loops.js';
import type { Jobs } from './jobs.js';
import type { createLifecycleJob } from './lifecycle-job.js';
import type { Priorities } from './priority.js';
import type { Replayer } from './replayer.js';
import type { RetentionJob } from './retention-job.js';
import type { Lane, Runner } from './run.js';
import type { RunSummary } from './summary.js';

export interface EngineParts {
  readonly store: Store;
  readonly queue: Queue;
  /** Large flows wait here for each other, so that they take no place from the others. */
  readonly largeQueue: Queue;
  readonly intakes: readonly IntakeFolder[];
  readonly gate: Gate;
  readonly outbox: Outbox;
  readonly lookout: Lookout;
  readonly lifecycle: ReturnType<typeof createLifecycleJob>;
  readonly replayer: Replayer;
  /** Purges by the settings; absent: it does not. */
  readonly retention?: RetentionJob;
  /** Passes works invoices on whose validators let their time pass. */
  readonly worksWatch: { turn(): Promise<unknown> };
  /** Looks at deadlines, and tells people what is late. */
  readonly alerts: { turn(): Promise<void> };
  /** Writes the files of each day; absent: there are none. */
  readonly daily?: { turn(): Promise<unknown> };
  readonly process: Runner['process'];
  readonly jobs: Jobs;
  readonly priorities: Pick<Priorities, 'ofDue'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told in French when the intake stops for want of space, and when it goes on. */
  readonly onHold: (text: string, held: boolean) => void;
  readonly settings: {
    readonly pollMs: number;
    readonly sweepMs: number;
    readonly retryMs: number;
    readonly stopMsMax: number;
    readonly inFlight: number;
    readonly lookMs: number;
    readonly circuit: CircuitSettings;
    readonly alertMs: number;
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

/** Flows that one sweep puts back in the queue. */
const sweepCountMax = 2_000;
/** Added at once, each waiting for its answer. */
const sweepTogether = 50;
/** What operators want, and the disk, are looked at as often as the folders, but no more often than this. */
const refreshMsMin = 50;
const refreshMsMax = 1_000;
/** How often it is looked whether the files of a day are due. */
const dailyMs = 10_000;
/** The outbox and the lifecycle job look for work so often. */
const tickMs = 25;
/** Whether it is time for a purge is asked so often. */
const retentionTickMs = 60_000;

/** The loops of the engine. Each goes at its own pace; none reacts to an event of the outside world. */
export function createEngine(parts: EngineParts): Engine {
  const { store, queue, largeQueue, clock, log, settings, gate } = parts;
  const startedAt = clock.now();
  const stop = new AbortController();
  const loops: Promise<void>[] = [];
  // Every loop listens while it pauses.
  setMaxListeners(0, stop.signal);
  const hold = createHold(parts);
  const intakes = createIntakeLoops({
    ...parts,
    ...settings,
    folders: parts.intakes,
    stopped: () => stop.signal.aborted,
    pause,
  });
  let flushing = false;

  async function start(): Promise<void> {
    await refresh();
    queue.start((flowId) => work(flowId, 'common'), settings.inFlight);
    largeQueue.start((flowId) => work(flowId, 'large'), 1);
    await sweep();
    loops.push(
      ...intakes.start(),
      loop('gate', Math.min(Math.max(settings.pollMs, refreshMsMin), refreshMsMax), refresh),
      loop('sweep', settings.sweepMs, sweep),
      loop('outbox', tickMs, async () => void (await parts.outbox.drain())),
      loop('lookout', settings.lookMs, () => parts.lookout.look()),
      loop('daily files', dailyMs, async () => void (await parts.daily?.turn())),
      loop('works', settings.lookMs, async () => void (await parts.worksWatch.turn())),
      loop('replays', tickMs, async () => void (await parts.replayer.turn())),
      loop('lifecycle', tickMs * 4, async () => void (await parts.lifecycle.flush(flushing))),
      loop('alerts', settings.alertMs, () => parts.alerts.turn()),
      loop(
        'retention',
        retentionTickMs,
        async () => void (await parts.retention?.turn(() => stop.signal.aborted)),
      ),
    );
  }

  async function work(flowId: string, lane: Lane): Promise<void> {
    try {
      if ((await parts.process(flowId, lane)) === 'large') return await largeQueue.add(flowId);
      gate.done(flowId);
    } catch (thrown) {
      if ((await parts.jobs.fault(flowId, thrown)) === 'dead') gate.done(flowId);
    }
  }

  /** Puts flows that are recorded but not final, and due, back in the queue: the database is the only truth. */
  async function sweep(): Promise<void> {
    const due = await parts.jobs.due(sweepCountMax);
    const priorities = parts.priorities.ofDue(due);
    for (let first = 0; first < due.length; first += sweepTogether) {
      const some = due.slice(first, first + sweepTogether);
      await Promise.all(
        some.map(({ id }, i) => queue.add(id, { priority: priorities[first + i] ?? 'single' })),
      );
    }
  }

  async function refresh(): Promise<void> {
    await hold.tell(await gate.refresh());
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
    if (!intakes.idle() || (await queue.depth()) + (await largeQueue.depth()) > 0) return false;
    if (!(await parts.jobs.idle()) || !(await parts.replayer.idle())) return false;
    // A partner that is paused is not waited for.
    const waiting = await store.partnersWithDeliveries();
    return waiting.every((partner) => gate.mode(partner) === 'paused');
  }

  /**
   * Quiet at two observations with a whole scan of every folder between them, and no status left to send. A scan that
   * had begun before may have looked at the folder too early: it does not count.
   */
  async function idle(): Promise<void> {
    while (!stop.signal.aborted) {
      const before = intakes.now();
      const wasQuiet = await quiet();
      flushing = wasQuiet;
      const until = Date.now() + settings.pollMs * 3;
      do await pause(tickMs);
      while (!stop.signal.aborted && !intakes.scannedSince(before) && (wasQuiet || Date.now() < until));
      if (!wasQuiet || !intakes.scannedSince(before)) continue;
      if (!(await parts.lifecycle.waiting()) && (await quiet())) return;
    }
  }

  return {
    start,
    idle,
    async stop() {
      stop.abort();
      gate.close();
      await Promise.all([queue.stop(settings.stopMsMax), largeQueue.stop(settings.stopMsMax)]);
      // A call to a folder that hangs must not keep the engine from ending.
      await within(Promise.all([...loops, parts.lookout.close()]), settings.stopMsMax);
    },
    async summary() {
      const counts = await store.summary(startedAt.toISOString());
      return { ...counts, durationMs: clock.now().getTime() - startedAt.getTime() };
    },
  };
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
