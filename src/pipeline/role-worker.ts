import type { Queue } from '../ports/queue.js';
import type { EngineRole } from './engine-role.js';
import type { Gate } from './gate.js';
import type { Jobs } from './jobs.js';
import type { Leases } from './leases.js';
import type { Loops, Pace } from './loops.js';
import type { Priorities } from './priority.js';
import type { Replayer } from './replayer.js';
import type { Lane, Runner } from './run.js';

export interface WorkerRoleOptions {
  readonly queue: Queue;
  /** Large flows wait here for each other, so that they take no place from the others. */
  readonly largeQueue: Queue;
  readonly process: Runner['process'];
  readonly jobs: Jobs;
  readonly priorities: Pick<Priorities, 'ofDue'>;
  readonly replayer: Replayer;
  readonly gate: Pick<Gate, 'done'>;
  readonly leases: Leases;
  readonly settings: {
    readonly sweepMs: number;
    readonly inFlight: number;
    /** How often it is looked whether replays wait. */
    readonly replays: Pace;
  };
}

/** Flows that one sweep puts back in the queue. */
const sweepCountMax = 2_000;
/** Added at once, each waiting for its answer. */
const sweepTogether = 50;

/** Works what the queue hands out. One process brings back what the queue has lost (`sweep`), and replays (`replays`). */
export function createWorkerRole(options: WorkerRoleOptions): EngineRole {
  const { queue, largeQueue, gate, jobs, leases, settings } = options;

  async function work(flowId: string, lane: Lane): Promise<void> {
    try {
      if ((await options.process(flowId, lane)) === 'large') return await largeQueue.add(flowId);
      gate.done(flowId);
    } catch (thrown) {
      if ((await jobs.fault(flowId, thrown)) === 'dead') gate.done(flowId);
    }
  }

  /** Puts flows that are recorded but not final, and due, back in the queue: the database is the only truth. */
  async function sweep(): Promise<void> {
    if (!leases.holds('sweep')) return;
    const due = await jobs.due(sweepCountMax);
    const priorities = options.priorities.ofDue(due);
    for (let first = 0; first < due.length; first += sweepTogether) {
      const some = due.slice(first, first + sweepTogether);
      await Promise.all(
        some.map(({ id }, i) => queue.add(id, { priority: priorities[first + i] ?? 'single' })),
      );
    }
  }

  return {
    groups: [{ role: 'worker', names: ['sweep', 'replays'] }],
    async start(loops: Loops) {
      queue.start((flowId) => work(flowId, 'common'), settings.inFlight);
      largeQueue.start((flowId) => work(flowId, 'large'), 1);
      await sweep();
      loops.run('sweep', settings.sweepMs, sweep);
      loops.run('replays', settings.replays, async () =>
        leases.holds('replays') ? options.replayer.turn() : 0,
      );
    },
    quiet: async () => (await queue.depth()) + (await largeQueue.depth()) === 0,
    async stop(deadlineMs) {
      await Promise.all([queue.stop(deadlineMs), largeQueue.stop(deadlineMs)]);
    },
  };
}
