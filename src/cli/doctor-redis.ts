import { probeRedis, type RedisFacts } from '../adapters/queue/bullmq/probe.js';
import { redisConnectionOf } from '../app/queues.js';
import { asError } from '../errors.js';
import type { LoadedSettings } from '../settings/load.js';
import type { Check } from './doctor-check.js';

/** Scripts of the queue library need this. */
const versionMin = [6, 2] as const;

/** The Redis of the settings, for `queue: bullmq`. */
export async function checkRedis({ settings }: LoadedSettings): Promise<Check[]> {
  if (settings.queue !== 'bullmq') return [];
  const { redis } = settings;
  try {
    const facts = await probeRedis(redisConnectionOf(redis));
    const at = `${redis.host}:${redis.port}, database ${redis.db}, version ${facts.version}`;
    return [{ what: 'redis', state: 'ok', detail: at, remedy: null }, ...checksOf(facts)];
  } catch (error) {
    return [
      {
        what: 'redis',
        state: 'fault',
        detail: asError(error).message,
        remedy:
          'start Redis, or correct redis.host, port, username, password and tls: flows are taken in and kept, none is worked until it answers',
      },
    ];
  }
}

/** What the facts of a server ask for. */
export function checksOf({ version, maxmemoryPolicy, appendOnly, role }: RedisFacts): Check[] {
  const checks: Check[] = [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < versionMin[0] || (major === versionMin[0] && minor < versionMin[1]))
    checks.push({
      what: 'redis version',
      state: 'fault',
      detail: version,
      remedy: `install Redis ${versionMin.join('.')} or later`,
    });
  if (role === 'slave')
    checks.push({
      what: 'redis role',
      state: 'fault',
      detail: 'a replica, which takes no writes',
      remedy: 'name the primary in redis.host, or promote this one (`replicaof no one`)',
    });
  if (maxmemoryPolicy !== null && maxmemoryPolicy !== 'noeviction')
    checks.push({
      what: 'redis maxmemory-policy',
      state: 'fault',
      detail: maxmemoryPolicy,
      remedy:
        'set `maxmemory-policy noeviction` in redis.conf: any other throws parts of the queue away when memory is short, and flows then wait for the sweep',
    });
  if (appendOnly === false)
    checks.push({
      what: 'redis appendonly',
      state: 'warning',
      detail: 'no append-only file',
      remedy:
        'set `appendonly yes` in redis.conf: without it a restart empties the queue; nothing is lost, but flows wait for the next sweep',
    });
  return checks;
}
