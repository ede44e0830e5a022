import { describe, expect, it } from 'vitest';
import { flowSequences, type NumberedFlow } from '../../src/domain/flow-gaps.js';

const flow = (
  flowId: string,
  receivedAt = '2026-03-02T09:00:00.000Z',
  interfaceCode = 'FSO1100A',
): NumberedFlow => {
  expect(flowId).toHaveLength(25);
  return { flowId, interfaceCode, receivedAt };
};
const id = (n: number | string, number = '1100') => `FRN001${number}${String(n).padStart(15, '0')}`;

describe('gaps in flow ids', () => {
  it('tells what is missing between the numbers of an interface, whatever the order of receipt', () => {
    const [only, ...others] = flowSequences([7, 2, 3, 4, 9, 9].map((n) => flow(id(n))));
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      prefix: 'FRN0011100',
      interfaces: ['FSO1100A'],
      verdict: 'judged',
      count: 5,
      firstId: id(2),
      latestId: id(9),
      missingCount: 3,
    });
    expect(only?.missing.map(({ first, last, count }) => [first, last, count])).toEqual([
      [id(5), id(6), 2],
      [id(8), id(8), 1],
    ]);
  });

  it('counts interfaces apart where ids repeat their number, together where they do not', () => {
    const apart = flowSequences([flow(id(1)), flow(id(2)), flow(id(5, '1116'), undefined, 'FSO1116A')]);
    expect(apart.map(({ prefix, verdict }) => [prefix, verdict])).toEqual([
      ['FRN0011100', 'judged'],
      ['FRN0011116', 'single'],
    ]);
    const shared = (n: number) => `FRN001ABCD${String(n).padStart(15, '0')}`;
    const [together] = flowSequences([
      flow(shared(1)),
      flow(shared(2), undefined, 'FSO1116A'),
      flow(shared(4)),
    ]);
    expect(together).toMatchObject({ interfaces: ['FSO1100A', 'FSO1116A'], missingCount: 1 });
  });

  it('keeps the prefix a sender counts under apart, and numbers above 2^53 exact', () => {
    const big = (n: number) => `FRN00199999999999999999${n}`;
    const found = flowSequences([
      flow(`${big(0)}0`),
      flow(`${big(0)}3`),
      flow('FRN0011100SITEA0000000001'),
      flow('FRN0011100SITEA0000000003'),
    ]);
    expect(found.map(({ prefix, missingCount }) => [prefix, missingCount])).toEqual([
      ['FRN001', 2],
      ['FRN0011100SITEA', 1],
    ]);
    expect(found[0]?.missing[0]?.first).toBe(`${big(0)}1`);
  });

  it('reads a day before the number: a count that begins anew each day, and one that goes on', () => {
    const on = (day: string, n: number) =>
      flow(
        id(`${day}${String(n).padStart(7, '0')}`),
        `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T09:00:00.000Z`,
      );
    const anew = flowSequences([on('20260302', 1), on('20260302', 3), on('20260303', 1), on('20260303', 2)]);
    expect(anew.map(({ prefix, missingCount }) => [prefix, missingCount])).toEqual([
      ['FRN001110020260302', 1],
      ['FRN001110020260303', 0],
    ]);
    const [goesOn, ...others] = flowSequences([
      on('20260302', 1),
      on('20260302', 2),
      on('20260305', 3),
      on('20260306', 5),
    ]);
    expect(others).toEqual([]);
    expect(goesOn).toMatchObject({ prefix: 'FRN0011100', missingCount: 1, count: 4 });
    expect(goesOn?.missing[0]?.first).toBe(id('202603050000004'));
  });

  it('says what cannot be judged: no number, one number, numbers that count no flows', () => {
    const letters = flowSequences([flow('FRN0011100ABCDEFGHIJKLMNO')]);
    expect(letters[0]).toMatchObject({ verdict: 'no-number', missing: [] });
    expect(flowSequences([flow(id(5))])[0]?.verdict).toBe('single');
    const clock = flowSequences([flow(id('931204')), flow(id('12931207')), flow(id('99999999'))]);
    expect(clock).toMatchObject([{ verdict: 'sparse', missing: [], missingCount: 0, count: 3 }]);
  });

  it('takes a leap for another count: one number out of all proportion hides no gap', () => {
    const found = flowSequences([1, 2, 4, 5, 6, 900_000_000].map((n) => flow(id(n))));
    expect(found.map(({ verdict, count, missingCount }) => [verdict, count, missingCount])).toEqual([
      ['judged', 5, 1],
      ['single', 1, 0],
    ]);
  });
});
