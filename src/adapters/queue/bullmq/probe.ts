import type { Redis } from 'ioredis';
import { asError, Fault } from '../../../errors.js';
import { type RedisConnection, redisClient } from './connection.js';
import { within } from './deadline.js';

/** What a Redis says of itself; null where it may not be asked. */
export interface RedisFacts {
  readonly version: string;
  readonly maxmemoryPolicy: string | null;
  /** Whether it keeps an append-only file. */
  readonly appendOnly: boolean | null;
  /** `slave` for a replica: it takes no jobs. */
  readonly role: string | null;
}

/**
 * Connects, asks and leaves.
 * @throws Fault CONNECTION_FAILED with the cause in words of the server or of the system.
 */
export async function probeRedis(connection: RedisConnection): Promise<RedisFacts> {
  let last = '';
  const client = redisClient(connection, 'producer', (error) => {
    last = error.message;
  });
  const where = `${connection.host}:${connection.port}`;
  try {
    await within(new Promise((resolve) => client.once('ready', resolve)), connection.connectMsMax, 'connect');
    return await within(factsOf(client), connection.commandMsMax, 'info');
  } catch (error) {
    const cause = last === '' ? asError(error).message : last;
    throw new Fault('CONNECTION_FAILED', `Redis at ${where}: ${cause}`, { host: where }, error);
  } finally {
    client.disconnect();
  }
}

async function factsOf(client: Redis): Promise<RedisFacts> {
  const info = await client.info();
  const fact = (name: string): string | null =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
  const aof = fact('aof_enabled');
  return {
    version: fact('valkey_version') ?? fact('redis_version') ?? 'unknown',
    maxmemoryPolicy: fact('maxmemory_policy'),
    appendOnly: aof === null ? null : aof === '1',
    role: fact('role'),
  };
}
