import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { embeddedQueue } from '../../src/adapters/queue/embedded.js';
import type { Queue } from '../../src/ports/queue.js';

const adapters: readonly (readonly [string, (onFault: (id: string) => void) => Queue])[] = [
  ['embedded', (onFault) => embeddedQueue({ onFault })],
];

/** A handler whose works end when the test says so. */
function handler() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const handle = (id: string): Promise<void> =>
    new Promise((resolve, reject) => {
      begun.push(id);
      ends.set(id, (error) => (error === undefined ? resolve() : reject(error)));
    });
  const end = async (id: string, error?: Error): Promise<void> => {
    ends.get(id)?.(error);
    await pause(5);
  };
  return { begun, handle, end };
}

describe.each(adapters)('queue: %s', (_, make) => {
  const quiet = () => undefined;

  it('hands ids out in order, at most so many at a time', async () => {
    const queue = make(quiet);
    const { begun, handle, end } = handler();
    for (const id of ['a', 'b', 'c', 'd']) await queue.add(id);
    expect(await queue.depth()).toBe(4);
    queue.start(handle, 2);
    await pause(5);
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(await queue.depth()).toBe(3);
  });

  it('adds an id that is waiting or in work no second time', async () => {
    const queue = make(quiet);
    const { begun, handle, end } = handler();
    queue.start(handle, 1);
    for (const id of ['a', 'a', 'b', 'b', 'a']) await queue.add(id);
    await pause(5);
    expect(await queue.depth()).toBe(2);
    await end('a');
    await end('b');
    expect(begun).toEqual(['a', 'b']);
    await queue.add('a');
    await pause(5);
    expect(begun).toEqual(['a', 'b', 'a']);
  });

  it('leaves an id whose handler throws to the sweep, and goes on', async () => {
    const faults: string[] = [];
    const queue = make((id) => faults.push(id));
    const { begun, handle, end } = handler();
    queue.start(handle, 1);
    await queue.add('a');
    await queue.add('b');
    await pause(5);
    await end('a', new Error('no'));
    expect(begun).toEqual(['a', 'b']);
    expect(faults).toEqual(['a']);
    expect(await queue.depth()).toBe(1);
  });

  it('stops handing out and waits for those in work', async () => {
    const queue = make(quiet);
    const { begun, handle, end } = handler();
    queue.start(handle, 1);
    await queue.add('a');
    await queue.add('b');
    await pause(5);
    let stopped = false;
    const stop = queue.stop(5_000).then(() => {
      stopped = true;
    });
    await pause(10);
    expect(stopped).toBe(false);
    await end('a');
    await stop;
    expect(begun).toEqual(['a']);
  });

  it('waits no longer than its deadline', async () => {
    const queue = make(quiet);
    queue.start(() => new Promise(() => undefined), 1);
    await queue.add('a');
    await pause(5);
    const startedMs = performance.now();
    await queue.stop(30);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
