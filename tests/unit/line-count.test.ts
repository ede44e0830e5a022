import { expect, it } from 'vitest';
import { createLineCount } from '../../src/pipeline/line-count.js';
import type { CheckResult } from '../../src/workers/protocol.js';
import { invoiceWith } from './rules/base.js';

const [line] = invoiceWith().lines;

function resultOf(...counts: readonly number[]): CheckResult {
  const invoices = counts.map((count, index) => {
    const lines = line === undefined ? [] : Array.from({ length: count }, () => line);
    return { index, invoice: invoiceWith({ lines }), places: {}, valid: true };
  });
  return {
    kind: 'checked',
    entry: 'facture',
    syntax: 'cii',
    layers: [],
    findings: [],
    invoices,
    pieces: [],
    unfinished: false,
    durationMs: 1,
  };
}

it('passes results on as they are up to the limit', () => {
  const lines = createLineCount(6);
  const [first, second] = [resultOf(1, 2), resultOf(3)];
  expect([lines.take(first), lines.take(second)]).toEqual([first, second]);
  expect([lines.found(), lines.over()]).toEqual([6, false]);
});

it('lets go of everything that comes beyond it, and counts on', () => {
  const lines = createLineCount(6);
  const kept = [resultOf(4), resultOf(3), resultOf(1), resultOf(100, 100)].map((one) => lines.take(one));
  expect(kept.map(({ invoices }) => invoices.length)).toEqual([1, 0, 0, 0]);
  expect([lines.found(), lines.over()]).toEqual([208, true]);
});
