import { type JobsOptions, Queue as Waiting } from 'bullmq';
import type { QueuePriority } from '../../../ports/queue.js';
import { priorities } from '../places.js';
import { type RedisConnection, redisClient } from './connection.js';
import { within } from './deadline.js';
import type { Word } from './word.js';

export interface Job {
  readonly flow: string;
}

export interface Producer {
  add(flowId: string, priority: QueuePriority): Promise<void>;
  depth(): Promise<number>;
  /** Ids of a priority that nobody works on. */
  waiting(priority: QueuePriority): Promise<number>;
  /** Writes a mark, so that it is known whether Redis takes writes, and puts right what it lost; false when it does not. */
  beat(): Promise<boolean>;
  close(): Promise<void>;
}

/** Events that the library writes for listeners; we have none. */
const eventsMax = 100;
/** After a command that had no answer in time, none is tried for so long: callers must not queue up behind it. */
const restMs = 1_000;
/** The mark lapses by itself. */
const beatMs = 600_000;
const jobOptions: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** Ids with a colon, or of digits only, are refused by the library. */
export function jobIdOf(flowId: string): string {
  return /^\d+$|:/.test(flowId) ? `flow-${encodeURIComponent(flowId)}` : flowId;
}

export function queueName(lane: string, priority: QueuePriority): string {
  return `${lane}-${priority}`;
}

/** The adding side of one lane: each priority is a queue of its own. */
export function createProducer(options: {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly lane: string;
  readonly word: Word;
}): Producer {
  const { connection, prefix, lane, word } = options;
  const client = redisClient(connection, 'producer', word.failed);
  const queues = new Map(
    priorities.map((priority) => {
      const queue = new Waiting<Job>(queueName(lane, priority), {
        connection: client,
        prefix,
        skipVersionCheck: true,
        streams: { events: { maxLen: eventsMax } },
      });
      queue.on('error', word.failed);
      return [priority, queue] as const;
    }),
  );
  const all = [...queues.values()];
  // Only the first connection is waited for: later on, what is not connected fails at once.
  const first = within(
    new Promise((resolve) => client.once('ready', resolve)),
    connection.connectMsMax,
    'connect',
  ).catch(() => undefined);
  let restUntilMs = 0;
  // Ids of which the job was there already when they were added: that of a queue in one piece is worked some day.
  const there = new Set<string>();
  let known = 0;
  let missed = 0;

  async function ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (client.status !== 'ready') await first;
    if (client.status !== 'ready') throw new Error(`${what}: Redis is not connected (${client.status})`);
    if (performance.now() < restUntilMs) throw new Error(`${what}: Redis did not answer a moment ago`);
    try {
      return await within(call(), connection.commandMsMax, what);
    } catch (error) {
      if (client.status === 'ready' && /no answer|timed out/.test(String(error)))
        restUntilMs = performance.now() + restMs;
      throw error;
    }
  }

  async function put(flowId: string, priority: QueuePriority): Promise<void> {
    const jobId = jobIdOf(flowId);
    const jobs = await client.exists(...all.map((queue) => queue.toKey(jobId)));
    if (jobs > 0) there.add(jobId);
    else await queues.get(priority)?.add('flow', { flow: flowId }, { ...jobOptions, jobId });
  }

  async function lengths(): Promise<number> {
    const keys = all.flatMap((queue) => [queue.toKey('wait'), queue.toKey('active')]);
    const counts = await Promise.all(keys.map((key) => client.llen(key)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** A Redis that threw away lists and kept jobs would hold these back for ever: no list names them. */
  async function dropOrphans(): Promise<void> {
    const ids = [...there];
    there.clear();
    if (ids.length === 0 || (await lengths()) > 0) return;
    for (const id of ids) await client.del(...all.map((queue) => queue.toKey(id)));
  }

  return {
    async add(flowId, priority) {
      try {
        await ask('add', () => put(flowId, priority));
        missed = 0;
        word.works();
      } catch (error) {
        missed += 1;
        word.failed(error);
      }
    },
    async depth() {
      try {
        known = await ask('depth', lengths);
        missed = 0;
      } catch (error) {
        word.failed(error);
      }
      return known + missed;
    },
    waiting: (priority) => ask('waiting', () => client.llen(queues.get(priority)?.toKey('wait') ?? '')),
    async beat() {
      try {
        const now = String(Date.now());
        await ask('beat', async () => {
          await client.set(`${prefix}:${lane}:beat`, now, 'PX', beatMs);
          // An emptied Redis has forgotten how much of its events is kept.
          await Promise.all(
            all.map((queue) => client.hsetnx(queue.toKey('meta'), 'opts.maxLenEvents', String(eventsMax))),
          );
          await dropOrphans();
        });
        word.works();
        return true;
      } catch (error) {
        word.failed(error);
        return false;
      }
    },
    async close() {
      await Promise.allSettled(all.map((queue) => within(queue.close(), connection.commandMsMax, 'close')));
      client.disconnect();
    },
  };
}
