import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Queue } from '../../src/ports/queue.js';

const soon = { timeout: 20_000, interval: 2 };

/** Where queues of one kind live. */
export interface QueuePlace {
  /** A queue over what the others of this place are over, where that is shared. */
  make(onFault: (flowId: string) => void): Queue;
  /**
   * Whether a queue with one place has fetched what it may hold of each priority; without it, it holds all at once.
   * Which id a free place is given depends on what is there: a slow way to the queue changes it.
   */
  fetched?(): Promise<boolean>;
  close(): Promise<void>;
}

/** A handler whose works end when the test says so. */
export function controlled() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const handle = (id: string): Promise<void> =>
    new Promise((resolve, reject) => {
      begun.push(id);
      ends.set(id, (error) => (error === undefined ? resolve() : reject(error)));
    });
  /** Ends a work, once it has begun. */
  const end = async (id: string, error?: Error): Promise<void> => {
    await vi.waitFor(() => expect(ends.has(id), id).toBe(true), soon);
    ends.get(id)?.(error);
    ends.delete(id);
  };
  return { begun, handle, end };
}

/** Time in which something that must not happen would have happened. */
const quietMs = 60;

/** What every queue does. */
export function queueContract(name: string, createPlace: () => Promise<QueuePlace>): void {
  describe(`queue: ${name}`, () => {
    let place: QueuePlace;
    const queues: Queue[] = [];
    const faults: string[] = [];
    const make = (): Queue => {
      const queue = place.make((id) => faults.push(id));
      queues.push(queue);
      return queue;
    };
    const fetched = async (): Promise<void> => {
      await vi.waitFor(async () => expect((await place.fetched?.()) ?? true).toBe(true), soon);
      // What has left the place has still to be read.
      await pause(quietMs);
    };
    beforeEach(async () => {
      faults.length = 0;
      place = await createPlace();
    });
    afterEach(async () => {
      await Promise.all(queues.splice(0).map((queue) => queue.stop(10)));
      await place.close();
    });

    it('hands ids out in order, at most so many at a time', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      for (const id of ['a', 'b', 'c', 'd']) await queue.add(id);
      expect(await queue.depth()).toBe(4);
      queue.start(handle, 2);
      await vi.waitFor(() => expect(begun).toEqual(['a', 'b']), soon);
      await pause(quietMs);
      await end('b');
      await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c']), soon);
      await vi.waitFor(async () => expect(await queue.depth()).toBe(3), soon);
      for (const id of ['a', 'c', 'd']) await end(id);
      await vi.waitFor(async () => expect(await queue.depth()).toBe(0), soon);
    });

    it('adds an id that is waiting or in work no second time, whatever its priority', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      queue.start(handle, 1);
      await queue.add('a');
      await vi.waitFor(() => expect(begun).toEqual(['a']), soon);
      for (const id of ['a', 'b', 'b', 'a']) await queue.add(id);
      await queue.add('a', { priority: 'bulk' });
      await queue.add('b', { priority: 'replay' });
      expect(await queue.depth()).toBe(2);
      await end('a');
      await end('b');
      await vi.waitFor(async () => expect(await queue.depth()).toBe(0), soon);
      expect(begun).toEqual(['a', 'b']);
      await queue.add('a');
      await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'a']), soon);
      await end('a');
    });

    it('takes ids of any form', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      queue.start(handle, 9);
      const ids = ['12345', 'a:b', 'é ü', '7e3c2f9a-0d7f-4a35-8d5c-3f6b6a1c0e11'];
      for (const id of ids) await queue.add(id);
      await vi.waitFor(() => expect([...begun].sort()).toEqual([...ids].sort()), soon);
      for (const id of ids) await queue.add(id);
      await pause(quietMs);
      expect(begun).toHaveLength(ids.length);
      for (const id of ids) await end(id);
    });

    it('leaves an id whose handler throws to the sweep, and goes on', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      queue.start(handle, 1);
      await queue.add('a');
      await queue.add('b');
      await end('a', new Error('no'));
      await vi.waitFor(() => expect(begun).toEqual(['a', 'b']), soon);
      expect(faults).toEqual(['a']);
      await vi.waitFor(async () => expect(await queue.depth()).toBe(1), soon);
      await queue.add('a');
      await end('b');
      await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'a']), soon);
      await end('a');
    });

    it('hands out what came alone before bulk and replays', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      queue.start(handle, 1);
      await queue.add('first');
      await vi.waitFor(() => expect(begun).toEqual(['first']), soon);
      for (let i = 0; i < 50; i++) await queue.add(`bulk-${i}`, { priority: 'bulk' });
      for (let i = 0; i < 50; i++) await queue.add(`replay-${i}`, { priority: 'replay' });
      await queue.add('alone');
      await fetched();
      await end('first');
      for (let i = 0; !begun.includes('alone'); i++) {
        await vi.waitFor(() => expect(begun.length).toBe(i + 2), soon);
        await fetched();
        if (!begun.includes('alone')) await end(begun.at(-1) ?? '');
      }
      // Those that the worker holds already, and their turns, may come before it: not those that wait.
      expect(begun.indexOf('alone')).toBeLessThanOrEqual(3);
      await end('alone');
    }, 120_000);

    it('gives bulk and replays a share of the turns while others keep coming', async () => {
      const queue = make();
      const begun: string[] = [];
      for (let i = 0; i < 40; i++) {
        await queue.add(`s-${i}`);
        await queue.add(`b-${i}`, { priority: 'bulk' });
        await queue.add(`r-${i}`, { priority: 'replay' });
      }
      queue.start(async (id) => {
        begun.push(id);
        await fetched();
      }, 1);
      await vi.waitFor(() => expect(begun.length).toBeGreaterThanOrEqual(32), { ...soon, timeout: 90_000 });
      const of = (letter: string) => begun.slice(0, 32).filter((id) => id.startsWith(letter)).length;
      expect(of('s')).toBeGreaterThanOrEqual(14);
      expect(of('b')).toBeGreaterThanOrEqual(5);
      expect(of('r')).toBeGreaterThanOrEqual(2);
      expect(begun.filter((id) => id.startsWith('s'))).toEqual(
        Array.from(
          {
            length:
              of('s') +
              (begun.length - 32 > 0 ? begun.slice(32).filter((id) => id.startsWith('s')).length : 0),
          },
          (_, i) => `s-${i}`,
        ),
      );
    }, 120_000);

    it('keeps places free for what comes alone while bulk is long in work', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      queue.start(handle, 4);
      for (let i = 0; i < 10; i++) await queue.add(`bulk-${i}`, { priority: 'bulk' });
      await vi.waitFor(() => expect(begun.length).toBe(3), soon);
      await pause(quietMs);
      expect(begun.length).toBe(3);
      await queue.add('alone');
      await vi.waitFor(() => expect(begun).toContain('alone'), soon);
      for (const id of [...begun]) await end(id);
    });

    it('stops handing out and waits for those in work', async () => {
      const queue = make();
      const { begun, handle, end } = controlled();
      queue.start(handle, 1);
      await queue.add('a');
      await queue.add('b');
      await vi.waitFor(() => expect(begun).toEqual(['a']), soon);
      let stopped = false;
      const stop = queue.stop(5_000).then(() => {
        stopped = true;
      });
      await pause(quietMs);
      expect(stopped).toBe(false);
      await end('a');
      await stop;
      expect(begun).toEqual(['a']);
    });

    it('waits no longer than its deadline', async () => {
      const queue = make();
      let begun = false;
      queue.start(() => {
        begun = true;
        return new Promise(() => undefined);
      }, 1);
      await queue.add('a');
      await vi.waitFor(() => expect(begun).toBe(true), soon);
      const startedMs = performance.now();
      await queue.stop(30);
      expect(performance.now() - startedMs).toBeLessThan(10_000);
    });
  });
}
