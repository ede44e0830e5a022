import { describe, expect, it } from 'vitest';
import { createTurns } from '../../src/workers/turns.js';

const jobs = (bulk: boolean, ...names: string[]) => names.map((name) => ({ name, bulk }));

describe('turns', () => {
  it('are taken in order, the two lines one after the other while both wait', () => {
    const turns = createTurns<{ name: string; bulk: boolean }>();
    for (const job of [...jobs(true, 'b1', 'b2', 'b3'), ...jobs(false, 's1', 's2')]) turns.add(job);
    const order = Array.from({ length: 5 }, () => turns.take()?.name);
    expect(order).toEqual(['s1', 'b1', 's2', 'b2', 'b3']);
    expect(turns.take()).toBeUndefined();
  });

  it('given back come first again, in their own line', () => {
    const turns = createTurns<{ name: string; bulk: boolean }>();
    for (const job of [...jobs(true, 'b3'), ...jobs(false, 's1')]) turns.add(job);
    turns.putBack(jobs(true, 'b1', 'b2'));
    const order = Array.from({ length: 4 }, () => turns.take()?.name);
    expect(order).toEqual(['s1', 'b1', 'b2', 'b3']);
  });
});
