import type { BreakdownOccurrence } from '../../../domain/occurrences.js';
import type { Rule } from '../../../domain/rule.js';
import {
  absolute,
  compare,
  type Exact,
  exactOf,
  hundredth,
  minus,
  one,
  plus,
  rounded,
  shown,
  times,
} from './exact.js';
import { type Facts, isVatCategory } from './facts.js';
import { each, norm, repetitions, violation, when } from './norm.js';

/** Categories whose groups CII's binding gives to rules of their own before those on single groups. */
const apartInCii: ReadonlySet<string> = new Set(['L', 'M', 'O']);

function isApart(group: BreakdownOccurrence, ubl: boolean): boolean {
  return !ubl && group.vat && group.category !== null && apartInCii.has(group.category);
}

export function onBreakdowns(
  id: string,
  field: string,
  refuse: (group: BreakdownOccurrence, facts: Facts) => string | null,
  bt?: string,
): Rule {
  return norm({
    id,
    check: (facts) => {
      const found = each(facts.breakdowns, (group) => {
        const problem = isApart(group, facts.ubl) ? null : refuse(group, facts);
        return problem === null ? null : violation(`${group.at}.${field}`, shownField(group, field), problem);
      });
      return bt === undefined ? found : [...found, ...repetitions(facts, bt)];
    },
  });
}

function shownField(group: BreakdownOccurrence, field: string): string | null {
  if (field === 'base') return group.base;
  return field === 'amount' ? group.amount : field === 'rate' ? group.rate : group.category;
}

/** What a group is called in messages. */
export function groupName({ category, rate }: BreakdownOccurrence): string {
  const percent = rate === null || rate === '' ? '' : ` à ${rate} %`;
  return `Groupe ${category ?? 'sans catégorie'}${percent}`;
}

const missing = (group: BreakdownOccurrence, absent: boolean) => (absent ? `${groupName(group)}.` : null);

/** Base times rate, to the cent. */
export function taxOn(base: Exact, rate: Exact): Exact {
  return rounded(hundredth(times(absolute(base), rate)), 2);
}

/** Whether an amount is less than one unit of the currency from what it should be; `edge`: one unit is let pass. */
export function isNear(amount: Exact, expected: Exact, edge = false): boolean {
  const limit = edge ? 1 : 0;
  return compare(minus(amount, one), expected) < limit && compare(plus(amount, one), expected) > -limit;
}

function isZeroRounded(amount: Exact): boolean {
  return rounded(amount, 0).units === 0n;
}

/** BR-CO-17: the tax of a group, told within one unit of the currency. */
function wrongTax(group: BreakdownOccurrence, { ubl }: Facts): string | null {
  const rate = group.vat ? exactOf(group.rate) : null;
  const tax = exactOf(group.amount);
  if (tax === null) return `${groupName(group)}.`;
  if (rate === null || isZeroRounded(rate)) {
    return isZeroRounded(tax) ? null : `${groupName(group)} : trouvé ${shown(tax)}, attendu 0.`;
  }
  const base = exactOf(group.base);
  if (base === null) return `${groupName(group)}.`;
  const expected = taxOn(base, rate);
  if (isNear(absolute(tax), expected, !ubl)) return null;
  return `${groupName(group)} : trouvé ${shown(tax)}, attendu ${shown(expected)}.`;
}

export const breakdownRules: readonly Rule[] = [
  onBreakdowns('BR-45', 'base', (group) => missing(group, group.base === null), 'BT-116'),
  onBreakdowns('BR-46', 'amount', (group) => missing(group, group.amount === null), 'BT-117'),
  onBreakdowns('BR-47', 'category', (group) => missing(group, !isVatCategory(group))),
  onBreakdowns('BR-48', 'rate', (group) =>
    missing(group, !(group.vat && (group.rate !== null || group.category === 'O'))),
  ),
  onBreakdowns('BR-CO-17', 'amount', wrongTax),
  norm({
    id: 'BR-CO-18',
    check: ({ ubl, invoice, breakdowns }) => {
      const absent = !breakdowns.some(({ level }) => level === 'document');
      return when(absent && (ubl || invoice.lines.length > 0), 'vatBreakdown');
    },
  }),
];
