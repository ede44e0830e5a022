import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkerPool, type WorkerPool } from '../../src/workers/pool.js';
import type { CheckRequest } from '../../src/workers/protocol.js';

const script = new URL('../fixtures/pool-thread.mjs', import.meta.url);
const request = (entry: string, entryMsMax = 10_000) =>
  ({ kind: 'check', entry, limits: { entryMsMax } }) as CheckRequest;

it('a thread that is still starting is ended once it has started, where Node asks for it', async () => {
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const code = `import { parentPort, workerData } from 'node:worker_threads';
    setInterval(() => undefined, 1_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    Atomics.store(workerData.begun, 0, 1);
    parentPort.postMessage({ ready: true });`;
  const slow = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const setup = { begun } as never;
  const pool = createWorkerPool({ size: 1, setup, script: slow, endsOnceStarted: true });
  pool.start();
  await pool.close();
  expect(Atomics.load(begun, 0)).toBe(1);
});

describe('the worker pool', () => {
  let pool: WorkerPool;
  beforeEach(() => {
    pool = createWorkerPool({ size: 1, setup: { schemasDir: null, findingsMax: 1 } as never, script });
  });
  afterEach(() => pool.close());

  it('answers in any number, and passes faults on with their code', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `entry-${i}`);
    const results = await Promise.all(names.map((name) => pool.check(request(name))));
    expect(results.map((result) => result.entry)).toEqual(names);
    await expect(pool.check(request('fault'))).rejects.toMatchObject({
      code: 'SCHEMA_MISSING',
      message: 'no schema',
    });
  });

  it('ends a thread that passes the deadline; jobs behind it are worked by another', async () => {
    const hanging = pool.check(request('hang', 300));
    // Far beyond the test's own time: none of them may wait for its deadline.
    const innocents = ['a', 'b', 'c', 'd'].map((name) => pool.check(request(name, 120_000)));
    await expect(hanging).rejects.toMatchObject({ code: 'WORKER_TIMEOUT', details: { deadlineMs: 300 } });
    expect((await Promise.all(innocents)).map((result) => result.entry)).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each(['crash', 'throw'])('survives a thread that ends by itself: %s', async (how) => {
    const first = pool.check(request(how));
    const second = pool.check(request('after'));
    await expect(first).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    expect((await second).entry).toBe('after');
  });

  it('refuses what is waiting when it is closed, and what comes after', async () => {
    const hanging = pool.check(request('hang', 5_000)).catch((error: unknown) => error);
    const waiting = Array.from({ length: 5 }, (_, i) =>
      pool.check(request(`w${i}`)).catch((error: unknown) => error),
    );
    await pool.close();
    for (const outcome of await Promise.all([hanging, ...waiting]))
      expect(outcome).toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    await expect(pool.check(request('late'))).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE' });
  });

  it('holds nothing against a document when a thread cannot start', async () => {
    const absent = new URL('../fixtures/no-such-thread.mjs', import.meta.url);
    const broken = createWorkerPool({ size: 1, setup: {} as never, script: absent });
    const outcomes = ['a', 'b'].map((name) => broken.check(request(name)).catch((error: unknown) => error));
    for (const outcome of await Promise.all(outcomes))
      expect(outcome).toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    await broken.close();
  });
});

describe('large entries in the worker pool', () => {
  let pool: WorkerPool;
  /** How many slow entries may end, how many are in work, and the most at once. */
  let slow: Int32Array;
  const letOneEnd = () => {
    Atomics.add(slow, 0, 1);
    Atomics.notify(slow, 0);
  };
  beforeEach(() => {
    slow = new Int32Array(new SharedArrayBuffer(12));
    pool = createWorkerPool({
      size: 1,
      largeBytes: 1_000,
      setup: { schemasDir: null, findingsMax: 1, slow } as never,
      script,
    });
  });
  afterEach(() => pool.close());

  it('do not hold up the others, and go one at a time', async () => {
    const ended: string[] = [];
    const noted = (name: string, sizeBytes: number) =>
      pool.check(request(name, 120_000), { sizeBytes }).then((result) => ended.push(result.entry));
    const large = [noted('slow-1', 1_001), noted('slow-2', 1_001)];
    const small = ['a', 'b', 'c', 'd', 'e'].map((name) => noted(name, 1_000));
    await Promise.all(small);
    expect(ended).toEqual(['a', 'b', 'c', 'd', 'e']);
    letOneEnd();
    await Promise.race(large);
    expect(ended.slice(5)).toEqual(['slow-1']);
    letOneEnd();
    await Promise.all(large);
    expect(ended.slice(5)).toEqual(['slow-1', 'slow-2']);
    expect(Atomics.load(slow, 2)).toBe(1);
  });

  it('each end their thread, which another then replaces', async () => {
    const thread = async () => {
      const { entry } = await pool.check(request('thread'), { sizeBytes: 1_001 });
      return entry;
    };
    const [one, two] = [await thread(), await thread()];
    expect(one).not.toBe(two);
    const small = await pool.check(request('thread'));
    expect((await pool.check(request('thread'))).entry).toBe(small.entry);
  });

  it('one of many takes turns with what came alone', async () => {
    const ended: string[] = [];
    const many = Array.from({ length: 40 }, (_, i) =>
      pool.check(request(`many-${i}`), { bulk: true }).then(() => ended.push('many')),
    );
    const alone = Array.from({ length: 5 }, (_, i) =>
      pool.check(request(`alone-${i}`)).then(() => ended.push('alone')),
    );
    await Promise.all([...many, ...alone]);
    expect(ended.lastIndexOf('alone')).toBeLessThan(15);
  });
});
