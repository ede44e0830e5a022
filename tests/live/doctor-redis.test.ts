import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRedis, checksOf } from '../../src/cli/doctor-redis.js';
import { loadSettings } from '../../src/settings/load.js';
import { type RedisServer, redisMissing, startRedis } from '../helpers/redis.js';

const facts = { version: '7.0.15', maxmemoryPolicy: 'noeviction', appendOnly: true, role: 'master' };
const settingsOf = (redis: object) =>
  loadSettings({ env: {}, flags: { queue: 'bullmq', redis: { connectMsMax: 5_000, ...redis } } });

describe('what doctor says of Redis', () => {
  it('is nothing where there is none in the settings', async () => {
    expect(await checkRedis(loadSettings({ env: {} }))).toEqual([]);
  });

  it('asks for a version, for a primary, for noeviction and for an append-only file', () => {
    const states = (more: object) => checksOf({ ...facts, ...more }).map(({ what, state }) => [what, state]);
    expect(states({})).toEqual([]);
    expect(states({ version: '6.2.0' })).toEqual([]);
    expect(states({ version: '6.0.16' })).toEqual([['redis version', 'fault']]);
    expect(states({ version: '5.9.9' })).toEqual([['redis version', 'fault']]);
    expect(states({ role: 'slave' })).toEqual([['redis role', 'fault']]);
    expect(states({ maxmemoryPolicy: 'allkeys-lru' })).toEqual([['redis maxmemory-policy', 'fault']]);
    expect(states({ appendOnly: false })).toEqual([['redis appendonly', 'warning']]);
    expect(states({ appendOnly: null, maxmemoryPolicy: null, role: null })).toEqual([]);
  });

  it('says why it cannot be reached', async () => {
    const [check] = await checkRedis(settingsOf({ port: 1 }));
    expect(check).toMatchObject({ what: 'redis', state: 'fault' });
    expect(check?.detail).toContain('ECONNREFUSED');
  });
});

if (redisMissing !== null) console.warn(`skipped: doctor beside a Redis (${redisMissing})`);
describe.skipIf(redisMissing !== null)('what doctor says of a Redis that is there', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ password: 'right' });
  });
  afterAll(() => redis.close());

  it('tells its version, and what is to be done', async () => {
    process.env.TEST_REDIS_PASSWORD = 'right';
    const checks = await checkRedis(
      settingsOf({
        port: redis.port,
        password: { env: 'TEST_REDIS_PASSWORD' },
        connectMsMax: 60_000,
        commandMsMax: 60_000,
      }),
    );
    delete process.env.TEST_REDIS_PASSWORD;
    expect(checks[0]?.detail).toMatch(/version \d+\.\d+/);
    expect(checks.map(({ what, state }) => [what, state])).toEqual([
      ['redis', 'ok'],
      ['redis appendonly', 'warning'],
    ]);
  });

  it('tells a password that is refused', async () => {
    const [check] = await checkRedis(settingsOf({ port: redis.port }));
    expect(check).toMatchObject({ what: 'redis', state: 'fault' });
    expect(check?.detail).toContain('NOAUTH');
  });
});
