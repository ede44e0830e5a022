import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { together } from '../../src/adapters/store/postgres/together.js';

describe('questions by key', () => {
  it('that come while one is under way go together, none answered by a reading that began before it came', async () => {
    const asked: string[][] = [];
    let value = 1;
    const ask = together(async (keys: readonly string[]) => {
      asked.push([...keys]);
      const seen = value;
      await sleep(20);
      return keys.map((key) => `${key}${seen}`);
    });
    const first = ask('a');
    value = 2;
    const others = [ask('b'), ask('a'), ask('c')];
    expect(await first).toBe('a1');
    expect(await Promise.all(others)).toEqual(['b2', 'a2', 'c2']);
    expect(asked).toEqual([['a'], ['b', 'a', 'c']]);
  });

  it('are asked in parts when they are many', async () => {
    const sizes: number[] = [];
    const ask = together(
      async (keys: readonly number[]) => {
        sizes.push(keys.length);
        await sleep(1);
        return keys;
      },
      { keysMax: 10 },
    );
    const keys = Array.from({ length: 26 }, (_, i) => i);
    expect(await Promise.all(keys.map(ask))).toEqual(keys);
    expect(sizes).toEqual([1, 10, 10, 5]);
  });

  it('fail together, and those after them do not', async () => {
    let down = true;
    const ask = together(async (keys: readonly string[]) => {
      await sleep(1);
      if (down) throw new Error('down');
      return keys;
    });
    const ends = await Promise.allSettled([ask('a'), ask('b')]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    down = false;
    expect(await ask('c')).toBe('c');
  });
});
