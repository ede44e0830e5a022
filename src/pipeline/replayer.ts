import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';

export interface ReplayerOptions {
  readonly store: Pick<Store, 'replayLoad' | 'transaction'>;
  readonly queue: Queue;
  readonly clock: Clock;
  /** No replay is taken while so many flows are in the queue: live traffic goes first. */
  readonly queueDepthMax: number;
  /** Replays in work at a time. */
  readonly inFlight: number;
}

export interface Replayer {
  /** Takes replays that wait, oldest first, as many as there is room for; tells how many. */
  turn(): Promise<number>;
  /** No replay waits. */
  idle(): Promise<boolean>;
}

/**
 * Feeds replays into the queue behind live traffic. A flow is reopened and its replay marked as taken in one
 * transaction; from then on the sweep finds it, whatever becomes of this process.
 */
export function createReplayer(options: ReplayerOptions): Replayer {
  const { store, queue, clock } = options;
  return {
    async turn() {
      const { waiting, taken } = await store.replayLoad();
      if (waiting === 0) return 0;
      const room = Math.min(options.queueDepthMax - (await queue.depth()), options.inFlight - taken);
      if (room <= 0) return 0;
      const flows = await store.transaction((tx) => tx.takeReplays(room, clock.now().toISOString()));
      for (const flow of flows) await queue.add(flow, { priority: 'replay' });
      return flows.length;
    },
    idle: async () => (await store.replayLoad()).waiting === 0,
  };
}
