import type { Totals } from '../../../domain/invoice.js';
import type { BreakdownOccurrence } from '../../../domain/occurrences.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import { type Exact, equal, minus, plus, rounded, shown, zero } from './exact.js';
import { added, type Facts } from './facts.js';
import { each, none, norm, repetitions, violation } from './norm.js';

/** A total that every group of totals has. */
function required(id: string, bt: string, term: keyof Totals): Rule {
  return norm({
    id,
    check: (facts) => {
      if (!facts.occurrences.hasTotals) return none;
      return facts.invoice.totals[term] === null ? [violation(`totals.${term}`)] : repetitions(facts, bt);
    },
  });
}

/** Judges a total against what it should be; `expected` null where that cannot be computed. */
function judged(facts: Facts, term: keyof Totals, expected: Exact | null): readonly Violation[] {
  const found = facts.total(term);
  if (found !== null && expected !== null && equal(found, expected)) return none;
  const text = facts.invoice.totals[term];
  const told = found === null ? 'Trouvé : aucun montant' : `Trouvé : ${shown(found)}`;
  return [
    violation(
      `totals.${term}`,
      text,
      expected === null ? `${told}.` : `${told} ; attendu : ${shown(expected)}.`,
    ),
  ];
}

/** BR-CO-11 and 12: the sum of allowances, or of charges, of the document. */
function sumOfAllowances(id: string, bt: string, term: 'allowances' | 'charges'): Rule {
  return norm({
    id,
    check: (facts) => {
      if (!facts.occurrences.hasTotals) return none;
      const own = facts.allowances('document', term === 'charges');
      if (own.length === 0 && facts.invoice.totals[term] === null) return repetitions(facts, bt);
      const sum = added(own.map(({ amount }) => amount));
      return [...judged(facts, term, sum === null ? null : rounded(sum, 2)), ...repetitions(facts, bt)];
    },
  });
}

/** An optional total that is computed with: 0 when absent; null when it is no number. */
function optional(facts: Facts, term: keyof Totals): Exact | null {
  return facts.invoice.totals[term] === null ? zero : facts.total(term);
}

/** BT-109 = BT-106 - BT-107 + BT-108. */
function taxExclusive(facts: Facts): Exact | null {
  const lines = facts.total('lines');
  const allowances = optional(facts, 'allowances');
  const charges = optional(facts, 'charges');
  if (lines === null || allowances === null || charges === null) return null;
  const { allowances: less, charges: more } = facts.invoice.totals;
  const sum = plus(minus(lines, allowances), charges);
  return facts.ubl && less === null && more === null ? sum : rounded(sum, 2);
}

/** BT-115 = BT-112 - BT-113 + BT-114; UBL rounds to the cent, on the side of BT-115 when there is a BT-114. */
function wrongPayable(facts: Facts): readonly Violation[] {
  const { ubl, invoice } = facts;
  const total = facts.total('taxInclusive');
  const prepaid = optional(facts, 'prepaid');
  const rounding = optional(facts, 'rounding');
  const payable = facts.total('payable');
  if (total === null || prepaid === null || rounding === null || payable === null) {
    return judged(facts, 'payable', null);
  }
  const due = minus(total, prepaid);
  const left = ubl && invoice.totals.prepaid !== null ? rounded(due, 2) : due;
  const right = minus(payable, rounding);
  const paid = ubl && invoice.totals.rounding !== null ? rounded(right, 2) : right;
  return equal(left, paid) ? none : judged(facts, 'payable', plus(left, rounding));
}

/** BT-112 = BT-109 + BT-110, where there is exactly one total of VAT in the currency of the invoice. */
function wrongTaxInclusive(facts: Facts): readonly Violation[] {
  const { ubl, invoice, occurrences } = facts;
  const ofInvoice = occurrences.currencies.invoice;
  if (ofInvoice === null) return none;
  const taxes = occurrences.taxTotals.filter(({ currency }) => currency === ofInvoice);
  const [inclusive, exclusive] = [facts.total('taxInclusive'), facts.total('taxExclusive')];
  // CII lets an invoice without VAT do without the total of VAT.
  if (!ubl && inclusive !== null && exclusive !== null && equal(inclusive, exclusive)) return none;
  const [tax] = taxes;
  if (tax === undefined || taxes.length > 1) {
    const found = `Totaux de TVA en « ${ofInvoice.trim()} » : ${taxes.length}, il en faut un.`;
    return [violation('totals.taxInclusive', invoice.totals.taxInclusive, found)];
  }
  const amount = added([tax.amount]);
  const expected = exclusive === null || amount === null ? null : rounded(plus(exclusive, amount), 2);
  return judged(facts, 'taxInclusive', expected);
}

/** BT-110 is the sum of the groups: in UBL of each total's own, in CII of all. */
function wrongTax({ ubl, occurrences, breakdowns }: Facts): readonly Violation[] {
  const sumOf = (groups: readonly BreakdownOccurrence[]) => added(groups.map((group) => group.amount));
  const all = ubl ? null : sumOf(breakdowns);
  return each(occurrences.taxTotals, ({ at, amount, currency, breakdowns: own }) => {
    if (ubl ? own.length === 0 : currency !== occurrences.currencies.invoice) return null;
    const sum = ubl ? sumOf(own) : all;
    const found = added([amount]);
    const expected = sum === null ? null : rounded(sum, 2);
    if (amount !== null && found !== null && expected !== null && equal(found, expected)) return null;
    const told = `Trouvé : ${amount ?? 'aucun montant'}`;
    return violation(at, amount, expected === null ? `${told}.` : `${told} ; attendu : ${shown(expected)}.`);
  });
}

export const totalRules: readonly Rule[] = [
  required('BR-12', 'BT-106', 'lines'),
  required('BR-13', 'BT-109', 'taxExclusive'),
  required('BR-14', 'BT-112', 'taxInclusive'),
  required('BR-15', 'BT-115', 'payable'),
  norm({
    id: 'BR-CO-10',
    check: (facts) => {
      if (!facts.occurrences.hasTotals) return none;
      const sum = facts.linesTotal;
      return judged(facts, 'lines', sum === null ? null : rounded(sum, 2));
    },
  }),
  sumOfAllowances('BR-CO-11', 'BT-107', 'allowances'),
  sumOfAllowances('BR-CO-12', 'BT-108', 'charges'),
  norm({
    id: 'BR-CO-13',
    check: (facts) =>
      facts.occurrences.hasTotals ? judged(facts, 'taxExclusive', taxExclusive(facts)) : none,
  }),
  norm({ id: 'BR-CO-14', check: wrongTax }),
  norm({ id: 'BR-CO-15', check: wrongTaxInclusive }),
  norm({
    id: 'BR-CO-16',
    check: (facts) =>
      facts.occurrences.hasTotals
        ? [...wrongPayable(facts), ...repetitions(facts, 'BT-113'), ...repetitions(facts, 'BT-114')]
        : none,
  }),
];
