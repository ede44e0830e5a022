import type { Queue, QueuePriority } from '../../ports/queue.js';
import { createPlaces, type Places, priorities } from './places.js';

export interface EmbeddedQueueOptions {
  /** Told when a handler throws: the id is dropped here and comes back by the sweep. */
  readonly onFault?: (flowId: string, error: unknown) => void;
}

/**
 * A queue in memory: first in, first out within a priority. It may be lost at any time: the sweep over the database
 * fills it again.
 */
export function embeddedQueue({ onFault }: EmbeddedQueueOptions = {}): Queue {
  // A Set keeps the order of insertion and answers "already waiting?" at once.
  const waiting: Record<QueuePriority, Set<string>> = {
    single: new Set(),
    bulk: new Set(),
    replay: new Set(),
  };
  const working = new Map<string, Promise<void>>();
  let worker: { handler: (flowId: string) => Promise<void>; places: Places } | null = null;

  const isKnown = (id: string): boolean =>
    working.has(id) || priorities.some((priority) => waiting[priority].has(id));

  const hand = (): void => {
    while (worker !== null) {
      const priority = worker.places.take((one) => waiting[one].size > 0);
      if (priority === null) return;
      const [id = ''] = waiting[priority];
      waiting[priority].delete(id);
      const { handler, places } = worker;
      working.set(
        id,
        work(id, handler, () => places.free(priority)),
      );
    }
  };

  const work = async (
    id: string,
    handler: (flowId: string) => Promise<void>,
    free: () => void,
  ): Promise<void> => {
    // Without this turn a handler that ends at once would leave before it is entered among those in work.
    await Promise.resolve();
    try {
      await handler(id);
    } catch (error) {
      onFault?.(id, error);
    } finally {
      working.delete(id);
      free();
      hand();
    }
  };

  return {
    add(flowId, { priority = 'single' } = {}) {
      if (!isKnown(flowId)) waiting[priority].add(flowId);
      hand();
      return Promise.resolve();
    },
    start(handler, concurrency) {
      worker = { handler, places: createPlaces(Math.max(1, concurrency)) };
      hand();
    },
    depth: () => Promise.resolve(priorities.reduce((sum, one) => sum + waiting[one].size, 0) + working.size),
    async stop(deadlineMs) {
      worker = null;
      const ended = Promise.allSettled(working.values());
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((done) => {
        timer = setTimeout(done, deadlineMs);
      });
      await Promise.race([ended, deadline]);
      clearTimeout(timer);
    },
  };
}
