import type { Queue } from '../../ports/queue.js';

export interface EmbeddedQueueOptions {
  /** Told when a handler throws: the id is dropped here and comes back by the sweep. */
  readonly onFault?: (flowId: string, error: unknown) => void;
}

/**
 * A queue in memory, first in first out. It may be lost at any time: the sweep over the database fills it again.
 */
export function embeddedQueue({ onFault }: EmbeddedQueueOptions = {}): Queue {
  // A Set keeps the order of insertion and answers "already waiting?" at once.
  const waiting = new Set<string>();
  const working = new Map<string, Promise<void>>();
  let worker: { handler: (flowId: string) => Promise<void>; concurrency: number } | null = null;

  const hand = (): void => {
    while (worker !== null && working.size < worker.concurrency) {
      const [id] = waiting;
      if (id === undefined) return;
      waiting.delete(id);
      working.set(id, work(id, worker.handler));
    }
  };

  const work = async (id: string, handler: (flowId: string) => Promise<void>): Promise<void> => {
    // Without this turn a handler that ends at once would leave before it is entered among those in work.
    await Promise.resolve();
    try {
      await handler(id);
    } catch (error) {
      onFault?.(id, error);
    } finally {
      working.delete(id);
      hand();
    }
  };

  return {
    add(flowId) {
      if (!working.has(flowId)) waiting.add(flowId);
      hand();
      return Promise.resolve();
    },
    start(handler, concurrency) {
      worker = { handler, concurrency: Math.max(1, concurrency) };
      hand();
    },
    depth: () => Promise.resolve(waiting.size + working.size),
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
