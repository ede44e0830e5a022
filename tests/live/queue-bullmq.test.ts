import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BullmqOptions, bullmqQueue } from '../../src/adapters/queue/bullmq.js';
import type { Log } from '../../src/log.js';
import type { Queue } from '../../src/ports/queue.js';
import { type RedisServer, type RedisServerOptions, redisMissing, startRedis } from '../helpers/redis.js';

if (redisMissing !== null) console.warn(`skipped: queue over Redis in its troubles (${redisMissing})`);

vi.setConfig({ testTimeout: 150_000 });
const soon = { timeout: 60_000, interval: 10 };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function redisOf(options: RedisServerOptions = {}): Promise<RedisServer> {
  const redis = await startRedis(options);
  closers.push(() => redis.close());
  return redis;
}

/** As it is in the field: a Redis that is away, or frozen, is given up soon. */
const impatient = ({ connection }: RedisServer): Partial<BullmqOptions> => ({ connection });

/** Without more a slow machine is not taken for a Redis that does not answer. */
function queueOf(redis: RedisServer, more: Partial<BullmqOptions> = {}) {
  const lines: string[] = [];
  const tell = (message: string): void => void lines.push(message);
  const log: Log = { error: tell, warn: tell, info: tell, debug: tell, with: () => log };
  const queue = bullmqQueue({
    connection: { ...redis.connection, connectMsMax: 20_000, commandMsMax: 20_000 },
    prefix: 'test',
    lane: 'common',
    log,
    lockMs: 1_000,
    stalledMs: 200,
    renewMs: 2_000,
    lookMs: 100,
    ...more,
  });
  closers.push(() => queue.stop(200));
  return { queue, lines };
}

/** A database of flows, the sweep over it, and a handler that answers them. */
function world(queue: Queue, count: number, workMs = 2) {
  const open = new Set(Array.from({ length: count }, (_, i) => `flow-${i}`));
  const inWork = new Set<string>();
  let doubled = 0;
  let sweeping = true;
  const sweeps = (async () => {
    while (sweeping) {
      await Promise.all([...open].map((id) => queue.add(id)));
      await pause(50);
    }
  })();
  closers.push(async () => {
    sweeping = false;
    await sweeps;
  });
  const handle = async (id: string): Promise<void> => {
    if (inWork.has(id)) doubled += 1;
    inWork.add(id);
    await pause(workMs);
    inWork.delete(id);
    open.delete(id);
  };
  return { open, handle, doubled: () => doubled };
}

/** Waits until an id that is added from now on is worked. */
async function works(queue: Queue, seen: ReadonlySet<string>, id: string): Promise<void> {
  await vi.waitFor(async () => {
    await queue.add(id);
    expect(seen.has(id), id).toBe(true);
  }, soon);
}

const commands = async ({ client }: RedisServer): Promise<number> =>
  Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]);

async function commandsPerSecond(redis: RedisServer, ms: number): Promise<number> {
  const [before, beganMs] = [await commands(redis), performance.now()];
  await pause(ms);
  return (((await commands(redis)) - before) * 1_000) / (performance.now() - beganMs);
}

describe.skipIf(redisMissing !== null)('the queue over Redis', () => {
  it('loses nothing when Redis is emptied again and again, and works nothing twice at once', async () => {
    const redis = await redisOf();
    const { queue } = queueOf(redis);
    const { open, handle, doubled } = world(queue, 600, 5);
    queue.start(handle, 8);
    for (let i = 0; i < 5; i++) {
      await pause(60);
      await redis.client.flushall();
    }
    await vi.waitFor(() => expect(open.size).toBe(0), soon);
    expect(doubled()).toBe(0);
    await vi.waitFor(async () => expect(await queue.depth()).toBe(0), soon);
  });

  it('goes on by itself when Redis was restarted and has forgotten all, and says so once', async () => {
    const redis = await redisOf();
    const { queue, lines } = queueOf(redis);
    const { open, handle } = world(queue, 300, 10);
    queue.start(handle, 4);
    await pause(100);
    await redis.restart();
    await vi.waitFor(() => expect(open.size).toBe(0), soon);
    expect(lines.length).toBeLessThanOrEqual(4);
  });

  it('goes on with what an append-only file kept, without a sweep', async () => {
    const redis = await redisOf({ aof: true });
    const { queue } = queueOf(redis);
    for (let i = 0; i < 50; i++) await queue.add(`kept-${i}`);
    await redis.restart();
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 4);
    await vi.waitFor(() => expect(seen.size).toBe(50), soon);
  });

  it('adds without waiting while Redis is away, and tells it once; starts before Redis does', async () => {
    const redis = await redisOf();
    await redis.stop();
    const { queue, lines } = queueOf(redis, impatient(redis));
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 2);
    await queue.add('first');
    const startedMs = performance.now();
    for (let i = 0; i < 500; i++) await queue.add(`away-${i}`);
    // Each would wait for half a second at the least, or for as long as Redis is away.
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(await queue.depth()).toBe(501);
    await pause(1_000);
    expect(lines.filter((line) => line.includes('does not take jobs')).length).toBeLessThanOrEqual(2);
    await redis.start();
    await works(queue, seen, 'back');
    await vi.waitFor(() => expect(lines.at(-1)).toContain('takes jobs again'), soon);
  });

  it('waits for a frozen Redis once, within its deadline, and goes on when it thaws', async () => {
    const redis = await redisOf();
    const { queue, lines } = queueOf(redis, impatient(redis));
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 2);
    await works(queue, seen, 'before');
    redis.freeze();
    const linesBefore = lines.length;
    const startedMs = performance.now();
    await queue.add('frozen');
    const onceMs = performance.now() - startedMs;
    expect(onceMs).toBeLessThan(15_000);
    for (let i = 0; i < 100; i++) await queue.add(`frozen-${i}`);
    // Half a second for each would be 50 s.
    expect(performance.now() - startedMs - onceMs).toBeLessThan(15_000);
    await pause(1_500);
    expect(lines.length - linesBefore).toBeLessThanOrEqual(3);
    redis.thaw();
    await works(queue, seen, 'after');
  });

  it('takes a Redis out of memory for one that is away, and does not spin', async () => {
    const redis = await redisOf();
    const { queue, lines } = queueOf(redis);
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) await queue.add(`early-${i}`);
    await redis.client.config('SET', 'maxmemory', '1');
    queue.start(async (id) => void seen.add(id), 4);
    for (let i = 0; i < 20; i++) await queue.add(`full-${i}`);
    await pause(500);
    expect(await commandsPerSecond(redis, 2_000)).toBeLessThan(200);
    expect(lines.filter((line) => line.includes('does not take jobs')).length).toBeLessThanOrEqual(2);
    await redis.client.config('SET', 'maxmemory', '0');
    await works(queue, seen, 'after');
    await vi.waitFor(() => expect(seen.has('early-19')).toBe(true), soon);
  });

  it('outlives a Redis that is read-only for a while', async () => {
    const redis = await redisOf();
    const { queue } = queueOf(redis);
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 4);
    await works(queue, seen, 'before');
    await redis.client.replicaof('127.0.0.1', 1);
    for (let i = 0; i < 20; i++) await queue.add(`fixed-${i}`);
    await pause(1_000);
    expect(await commandsPerSecond(redis, 1_000)).toBeLessThan(500);
    await redis.client.replicaof('NO', 'ONE');
    await works(queue, seen, 'after');
  });

  it('outlives a wrong password, and the right one later', async () => {
    const redis = await redisOf({ password: 'right' });
    const wrong = { ...redis, connection: { ...redis.connection, password: 'wrong' } };
    const { queue, lines } = queueOf(wrong, impatient(wrong));
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 4);
    await queue.add('refused');
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), soon);
    await pause(1_000);
    expect(lines.length).toBeLessThanOrEqual(2);
    await redis.client.config('SET', 'requirepass', 'wrong');
    await works(queue, seen, 'after');
  });

  it('goes on after its connections were cut again and again', async () => {
    const redis = await redisOf();
    const { queue } = queueOf(redis);
    const { open, handle } = world(queue, 400, 5);
    queue.start(handle, 4);
    for (let i = 0; i < 10; i++) {
      await pause(50);
      await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    }
    await vi.waitFor(() => expect(open.size).toBe(0), soon);
  });

  it('hands an id on whose worker died with it in work', async () => {
    const redis = await redisOf();
    const { queue } = queueOf(redis);
    await queue.add('orphan');
    const { host, port } = redis.connection;
    const dead = new Worker('common-single', null, {
      connection: { host, port },
      prefix: 'test',
      autorun: false,
      lockDuration: 1_000,
    });
    dead.on('error', () => undefined);
    closers.push(() => dead.close(true));
    const lockedMs = performance.now();
    expect((await dead.getNextJob('a process that is no more'))?.data).toEqual({ flow: 'orphan' });
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 4);
    await vi.waitFor(() => expect(seen.has('orphan')).toBe(true), soon);
    // Not before its lock has ended.
    expect(performance.now() - lockedMs).toBeGreaterThan(900);
  });

  it('survives the loss of a lock: another works the id too, and neither of them is disturbed', async () => {
    const redis = await redisOf();
    const first = queueOf(redis);
    const begun: string[] = [];
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    first.queue.start(async () => {
      begun.push('first');
      await ended;
    }, 1);
    await first.queue.add('twice');
    await vi.waitFor(() => expect(begun).toEqual(['first']), soon);
    const second = queueOf(redis);
    second.queue.start(async () => void begun.push('second'), 1);
    // Once: a lock that is gone is not renewed, and that of the second one must stand.
    expect(await redis.client.del('test:common-single:twice:lock')).toBe(1);
    await vi.waitFor(() => expect(begun).toContain('second'), soon);
    end();
    const seen = new Set<string>();
    await vi.waitFor(async () => expect(await second.queue.depth()).toBe(0), soon);
    await first.queue.add('next');
    await vi.waitFor(() => expect(begun.length).toBe(3), soon);
    expect(seen.size).toBe(0);
  });

  it('puts right what a Redis has half thrown away: jobs that no list names, names without a job', async () => {
    const redis = await redisOf();
    const { queue } = queueOf(redis);
    await queue.add('listed');
    await redis.client.hset('test:common-single:ghost', 'data', '{}');
    await redis.client.lpush('test:common-single:wait', 'phantom');
    const seen = new Set<string>();
    queue.start(async (id) => void seen.add(id), 2);
    for (const id of ['ghost', 'phantom', 'listed', 'other']) await works(queue, seen, id);
    await vi.waitFor(async () => expect(await queue.depth()).toBe(0), soon);
  });

  it('keeps nothing of what is done: no job, and few events', async () => {
    const redis = await redisOf();
    const { queue } = queueOf(redis);
    const done = new Set<string>();
    queue.start(async (id) => void done.add(id), 16);
    for (let i = 0; i < 1_000; i++) await queue.add(`one-${i}`);
    await vi.waitFor(() => expect(done.size).toBe(1_000), soon);
    await vi.waitFor(async () => expect(await queue.depth()).toBe(0), soon);
    expect(await redis.client.keys('test:common-single:one-*')).toEqual([]);
    expect(await redis.client.xlen('test:common-single:events')).toBeLessThan(500);
  });
});
