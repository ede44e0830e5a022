import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkerPool, type WorkerPool } from '../../src/workers/pool.js';
import type { CheckRequest } from '../../src/workers/protocol.js';

const script = new URL('../fixtures/pool-thread.mjs', import.meta.url);
const request = (entry: string, entryMsMax = 10_000) =>
  ({ kind: 'check', entry, limits: { entryMsMax } }) as CheckRequest;

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
    const startedMs = performance.now();
    const hanging = pool.check(request('hang', 300));
    const innocents = ['a', 'b', 'c', 'd'].map((name) => pool.check(request(name)));
    await expect(hanging).rejects.toMatchObject({ code: 'WORKER_TIMEOUT' });
    expect((await Promise.all(innocents)).map((result) => result.entry)).toEqual(['a', 'b', 'c', 'd']);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
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
