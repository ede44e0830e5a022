import { readFileSync } from 'node:fs';
import type { RedisConnection } from '../adapters/queue/bullmq.js';
import { embeddedQueue } from '../adapters/queue/embedded.js';
import { asError, Fault } from '../errors.js';
import type { Log } from '../log.js';
import type { Queue } from '../ports/queue.js';
import type { LoadedSettings } from '../settings/load.js';
import type { RedisSettings } from '../settings/queue.js';
import { resolveSecret } from '../settings/secret.js';

export interface Queues {
  readonly queue: Queue;
  /** Large flows, and those that may have crashed their process: one at a time in each process. */
  readonly largeQueue: Queue;
}

/** How Redis is reached. @throws Fault SECRET_UNRESOLVED, CONFIG_INVALID (the certificate cannot be read). */
export function redisConnectionOf(redis: RedisSettings): RedisConnection {
  const { host, port, db, connectMsMax, commandMsMax } = redis;
  return {
    host,
    port,
    db,
    username: redis.username ?? null,
    password: redis.password === undefined ? null : resolveSecret(redis.password),
    tls:
      redis.tls === undefined
        ? null
        : {
            ca: redis.tls.ca === undefined ? null : certificate(redis.tls.ca),
            serverName: redis.tls.serverName ?? null,
          },
    connectMsMax,
    commandMsMax,
  };
}

function certificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const text = `redis.tls.ca: ${path}: ${asError(error).message}`;
    throw new Fault('CONFIG_INVALID', text, { file: path }, error);
  }
}

/** The queues of the settings; BullMQ is loaded only where it is wanted. @throws Fault as `redisConnectionOf`. */
export async function queuesOf({ settings }: LoadedSettings, log: Log): Promise<Queues> {
  if (settings.queue === 'embedded') return { queue: embeddedQueue(), largeQueue: embeddedQueue() };
  const { bullmqQueue } = await import('../adapters/queue/bullmq.js');
  const { redis } = settings;
  const common = { ...redis, connection: redisConnectionOf(redis), log };
  return {
    queue: bullmqQueue({ ...common, lane: 'common' }),
    largeQueue: bullmqQueue({ ...common, lane: 'large' }),
  };
}
