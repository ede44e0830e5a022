import { Worker } from 'bullmq';
import type { QueuePriority } from '../../../ports/queue.js';
import { type RedisConnection, redisClient } from './connection.js';
import { within } from './deadline.js';
import { type Job, queueName } from './producer.js';
import type { Word } from './word.js';

export interface SeatOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly lane: string;
  readonly priority: QueuePriority;
  readonly concurrency: number;
  readonly lockMs: number;
  readonly stalledMs: number;
  readonly word: Word;
  readonly work: (flowId: string) => Promise<void>;
}

/** One worker of the library, with connections of its own. */
export interface Seat {
  /** When it last was handed an id, or was made, by the clock of this process. */
  readonly aliveAtMs: () => number;
  readonly inWork: () => number;
  /** Since when it has had no connection; null while it has one. */
  readonly cutSinceMs: () => number | null;
  /** Errors since the last call. */
  readonly errors: () => number;
  /** Takes no more ids; those in work go on. */
  close(force: boolean, deadlineMs: number): Promise<void>;
}

/** The number of stalls after which the library gives a job up: never; crashes are counted in the database. */
const stalledCountMax = 1_000_000;
/** The library waits so long before it asks again after a connection was lost. */
const runRetryMs = 1_000;
const restMs = 1_000;

export function createSeat(options: SeatOptions): Seat {
  const { connection, word } = options;
  let aliveAtMs = performance.now();
  let cutSinceMs: number | null = aliveAtMs;
  let inWork = 0;
  let errors = 0;
  const failed = (error: unknown): void => {
    errors += 1;
    word.failed(error);
  };
  const client = redisClient(connection, 'worker', failed);
  client.on('ready', () => {
    cutSinceMs = null;
  });
  client.on('close', () => {
    cutSinceMs ??= performance.now();
  });
  const worker = new Worker<Job>(
    queueName(options.lane, options.priority),
    async ({ data }) => {
      aliveAtMs = performance.now();
      inWork += 1;
      try {
        await options.work(data.flow);
      } finally {
        inWork -= 1;
      }
    },
    {
      connection: client,
      prefix: options.prefix,
      concurrency: options.concurrency,
      lockDuration: options.lockMs,
      stalledInterval: options.stalledMs,
      maxStalledCount: stalledCountMax,
      runRetryDelay: runRetryMs,
      skipVersionCheck: true,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  let resting: NodeJS.Timeout | undefined;
  let closed = false;
  worker.on('error', (error) => {
    failed(error);
    if (closed || resting !== undefined || error.name !== 'ReplyError') return;
    // Asked by a Redis that refuses (out of memory, read-only), the library would ask again at once, for ever.
    void worker.pause(true).catch(failed);
    resting = setTimeout(() => {
      resting = undefined;
      if (!closed) worker.resume().catch(failed);
    }, restMs);
  });
  return {
    aliveAtMs: () => aliveAtMs,
    inWork: () => inWork,
    cutSinceMs: () => cutSinceMs,
    errors: () => {
      const count = errors;
      errors = 0;
      return count;
    },
    async close(force, deadlineMs) {
      closed = true;
      clearTimeout(resting);
      try {
        await within(worker.close(force), deadlineMs, 'close');
      } catch {
        // What does not close in time is cut off below.
      }
      await within(worker.disconnect(), connection.commandMsMax, 'disconnect').catch(() => undefined);
      client.disconnect();
    },
  };
}
