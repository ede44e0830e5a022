import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bullmqQueue } from '../../src/adapters/queue/bullmq.js';
import { embeddedQueue } from '../../src/adapters/queue/embedded.js';
import { createPlaces, placesMax } from '../../src/adapters/queue/places.js';
import { createLog } from '../../src/log.js';
import { type RedisServer, redisMissing, startRedis } from '../helpers/redis.js';
import { queueContract } from './queue.contract.js';

queueContract('embedded', async () => ({
  make: (onFault) => embeddedQueue({ onFault }),
  close: async () => undefined,
}));

if (redisMissing !== null) console.warn(`skipped: queue over Redis (${redisMissing})`);
describe.skipIf(redisMissing !== null)('over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  queueContract('bullmq', async () => ({
    make: (onFault) =>
      bullmqQueue({
        // No Redis is away here: what is slow is the machine, and what it costs must not look like a fault.
        connection: { ...redis.connection, connectMsMax: 10_000, commandMsMax: 10_000 },
        prefix: 'test',
        lane: 'common',
        log: createLog({ level: 'error', format: 'text' }),
        lockMs: 30_000,
        stalledMs: 500,
        renewMs: 30_000,
        lookMs: 200,
        onFault,
      }),
    async fetched() {
      const lists = ['single', 'bulk', 'replay'].map(async (priority) => {
        const key = `test:common-${priority}`;
        const [active, waiting] = await Promise.all([
          redis.client.llen(`${key}:active`),
          redis.client.llen(`${key}:wait`),
        ]);
        return active > 0 || waiting === 0;
      });
      return (await Promise.all(lists)).every(Boolean);
    },
    close: async () => void (await redis.client.flushall()),
  }));
});

describe('places', () => {
  it('gives a turn that nobody wants to the others, and saves none up', () => {
    const places = createPlaces(1);
    const take = (waiting: readonly string[]) => {
      const priority = places.take((one) => waiting.includes(one));
      if (priority !== null) places.free(priority);
      return priority;
    };
    for (let i = 0; i < 20; i++) expect(take(['bulk'])).toBe('bulk');
    const turns = Array.from({ length: 80 }, () => take(['single', 'bulk', 'replay']));
    const count = (wanted: string) => turns.filter((one) => one === wanted).length;
    expect([count('single'), count('bulk'), count('replay')]).toEqual([50, 20, 10]);
    expect(take([])).toBeNull();
  });

  it('leaves one place in four to what came alone, and takes no more places than there are', () => {
    expect([1, 2, 4, 32].map((count) => placesMax('bulk', count))).toEqual([1, 1, 3, 24]);
    const places = createPlaces(4);
    const taken = Array.from({ length: 6 }, () => places.take((one) => one !== 'single'));
    expect(taken.filter((one) => one !== null)).toHaveLength(3);
    expect(places.take(() => true)).toBe('single');
    expect(places.take(() => true)).toBeNull();
  });
});
