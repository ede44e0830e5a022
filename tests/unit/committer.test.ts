import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createCommitter } from '../../src/pipeline/committer.js';
import type { Store, StoreTransaction } from '../../src/ports/store.js';

/** A store that counts its transactions and the works in each; they end when `ending` does. */
function counting(ending: Promise<void> = Promise.resolve()) {
  const groups: number[] = [];
  let begun = 0;
  let under = 0;
  let mostAtOnce = 0;
  const store = {
    async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
      begun += 1;
      under += 1;
      mostAtOnce = Math.max(mostAtOnce, under);
      let works = 0;
      const setMeta = async () => {
        works += 1;
      };
      const tx = { setMeta } as unknown as StoreTransaction;
      try {
        const done = await work(tx);
        await ending;
        groups.push(works);
        return done;
      } finally {
        under -= 1;
      }
    },
  } as unknown as Store;
  return { store, groups, begun: () => begun, mostAtOnce: () => mostAtOnce };
}

/** What lasts until a test ends it. */
function holding() {
  let end: () => void = () => undefined;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ending, end };
}

describe('the committer', () => {
  const write = (tx: StoreTransaction) => tx.setMeta('k', 'v');

  it('gathers works while a group is under way, where groups do not overlap', async () => {
    const held = holding();
    const { store, groups, begun, mostAtOnce } = counting(held.ending);
    const committer = createCommitter(store, { overlapping: false, groupMax: 50 });
    const done = [committer.run((tx) => write(tx).then(() => 0))];
    await vi.waitFor(() => expect(begun()).toBe(1), { timeout: 20_000 });
    for (let i = 1; i < 30; i++) done.push(committer.run((tx) => write(tx).then(() => i)));
    // Many times as long as the first of a group waits for others.
    await sleep(60);
    expect(begun()).toBe(1);
    held.end();
    expect(await Promise.all(done)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(mostAtOnce()).toBe(1);
    expect(groups).toEqual([1, 29]);
  });

  it('lets groups overlap where the store keeps their order', async () => {
    const held = holding();
    const { store, begun, mostAtOnce } = counting(held.ending);
    const committer = createCommitter(store);
    const done: Promise<void>[] = [];
    for (let i = 1; i <= 3; i++) {
      done.push(committer.run(write));
      await vi.waitFor(() => expect(begun()).toBe(i), { timeout: 20_000 });
    }
    held.end();
    await Promise.all(done);
    expect(mostAtOnce()).toBe(3);
  });

  it('runs the works of a failed group one by one, and fails the faulty one alone', async () => {
    const { store } = counting();
    const committer = createCommitter(store, { overlapping: false });
    const works = ['a', 'b', 'c'].map((name) =>
      committer.run(async () => {
        if (name === 'b') throw new Error('faulty');
        return name;
      }),
    );
    const ends = await Promise.allSettled(works);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('works that are done together', () => {
  const joint =
    (seen: string[][]) =>
    async (_tx: StoreTransaction, items: readonly string[]): Promise<readonly string[]> => {
      seen.push([...items]);
      if (items.includes('faulty')) throw new Error('faulty');
      return items.map((item) => item.toUpperCase());
    };

  it('are given in one call, and each gets its own answer', async () => {
    const { store } = counting();
    const committer = createCommitter(store, { overlapping: false });
    const [first, second]: string[][][] = [[], []];
    const [one, other] = [joint(first ?? []), joint(second ?? [])];
    const answers = await Promise.all([
      committer.join(one, 'a'),
      committer.join(other, 'b'),
      committer.join(one, 'c'),
      committer.run(async () => 'd'),
    ]);
    expect(answers).toEqual(['A', 'B', 'C', 'd']);
    expect([first, second]).toEqual([[['a', 'c']], [['b']]]);
  });

  it('are done one by one when one of them fails', async () => {
    const { store } = counting();
    const committer = createCommitter(store, { overlapping: false });
    const seen: string[][] = [];
    const one = joint(seen);
    const ends = await Promise.allSettled(['a', 'faulty', 'c'].map((item) => committer.join(one, item)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual([['a', 'faulty', 'c'], ['a'], ['faulty'], ['c']]);
  });
});
