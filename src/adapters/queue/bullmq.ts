import type { Log } from '../../log.js';
import type { Queue } from '../../ports/queue.js';
import { type Bench, createBench } from './bullmq/bench.js';
import type { RedisConnection } from './bullmq/connection.js';
import { createProducer } from './bullmq/producer.js';
import { createWord } from './bullmq/word.js';

export type { RedisConnection } from './bullmq/connection.js';

export interface BullmqOptions {
  readonly connection: RedisConnection;
  /** First part of every key. */
  readonly prefix: string;
  /** Name of the lane; queues of one lane and prefix are one queue, on whatever machine. */
  readonly lane: string;
  readonly log: Log;
  /** An id whose worker has not renewed its lock for so long is handed to another. */
  readonly lockMs: number;
  /** How often it is looked for such ids. */
  readonly stalledMs: number;
  /** After so long a worker that ought to work and does not is made anew. */
  readonly renewMs: number;
  /** Between two looks at Redis and at the workers. */
  readonly lookMs: number;
  /** Told when a handler throws: the id is dropped here and comes back by the sweep. */
  readonly onFault?: (flowId: string, error: unknown) => void;
}

/**
 * A queue over Redis, by BullMQ. Redis may be emptied, stopped, out of memory or away at any time: adding gives up
 * within its deadline, workers go on by themselves, and the sweep over the database brings back what was lost.
 */
export function bullmqQueue(options: BullmqOptions): Queue {
  const { connection, prefix, lane, log } = options;
  const word = createWord(log, { redis: `${connection.host}:${connection.port}`, lane });
  const producer = createProducer({ connection, prefix, lane, word });
  let bench: Bench | null = null;
  let looking = false;
  const timer = setInterval(() => void look(), options.lookMs);
  timer.unref();

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      if (await producer.beat()) await bench?.look((priority) => producer.waiting(priority));
    } catch (error) {
      word.failed(error);
    } finally {
      looking = false;
    }
  }

  return {
    add: (flowId, { priority = 'single' } = {}) => producer.add(flowId, priority),
    start(handler, concurrency) {
      bench ??= createBench({
        ...options,
        word,
        handler,
        concurrency: Math.max(1, concurrency),
        onFault: options.onFault ?? (() => undefined),
      });
    },
    depth: () => producer.depth(),
    async stop(deadlineMs) {
      clearInterval(timer);
      await bench?.stop(deadlineMs);
      await producer.close();
    },
  };
}
