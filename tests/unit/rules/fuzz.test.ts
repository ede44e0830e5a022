import { expect, it } from 'vitest';
import type { Invoice } from '../../../src/domain/invoice.js';
import { runRules } from '../../../src/validate/rule-engine.js';
import { rulesFor } from '../../../src/validate/rule-sets.js';
import { effortMs } from '../../helpers/effort.js';
import { allowance, base, contextOf, line, placed } from './base.js';

const full: Invoice = {
  ...base,
  period: { start: '2026-01-01', end: '2026-01-31' },
  precedingInvoices: [{ number: 'F-1', issueDate: '2025-12-01' }],
  allowancesCharges: [allowance],
  lines: [line, { ...line, standardItemId: { value: '1', scheme: '0160' } }],
};
const odd = [
  '',
  ' ',
  '-',
  '.',
  '0',
  '-0',
  '00.00',
  '1e9',
  'NaN',
  '１２',
  'é',
  '𝔘',
  '\u0000',
  '{value}',
  '$&',
  '--',
];
const long = ['9'.repeat(5000), `0.${'1'.repeat(5000)}`, 'A'.repeat(5000), ' '.repeat(5000)];
const kinds = ['E1', 'E2', 'E3', 'E4', 'E5', 'none'] as const;

/** A seeded source of numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function spoilt(value: unknown, random: () => number, share: number): unknown {
  if (Array.isArray(value)) return value.map((one) => spoilt(one, random, share));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoilt(one, random, share)]));
  }
  if (typeof value !== 'string' || random() > share) return value;
  const texts = random() < 0.05 ? long : odd;
  return random() < 0.2 ? null : texts[Math.floor(random() * texts.length)];
}

it('never throws, whatever the texts are, and shows no more than it may', () => {
  const random = seeded(20260121);
  const rules = rulesFor('chorus');
  for (let i = 0; i < 2000; i++) {
    const kind = kinds[i % kinds.length] ?? 'E2';
    const invoice = { ...(spoilt(full, random, 0.2) as Invoice), syntax: full.syntax };
    const context = contextOf({ kind, options: { siretKey: true, paymentMeansDefault: i % 2 === 0 } });
    for (const { message, fix, value } of runRules([placed(invoice)], rules, context).findings) {
      expect(`${message}${fix}`.length).toBeLessThan(1200);
      expect(value?.length ?? 0).toBeLessThanOrEqual(120);
      expect(message).not.toMatch(/undefined|\[object/);
    }
  }
}, 120_000);

it('stays quick on numbers of a million digits', async () => {
  const digits = '9'.repeat(1_000_000);
  const vat = {
    base: digits,
    amount: digits,
    category: 'S',
    rate: digits,
    exemptionReason: null,
    exemptionCode: null,
  };
  const invoice: Invoice = {
    ...full,
    number: digits,
    totals: { ...full.totals, taxExclusive: digits, tax: digits, prepaid: digits },
    vatBreakdown: [vat],
    lines: [{ ...line, quantity: digits }],
  };
  const spentMs = await effortMs(() =>
    runRules([placed(invoice)], rulesFor('chorus'), contextOf({ kind: 'E1' })),
  );
  expect(spentMs).toBeLessThan(5_000);
});
