import type { Totals } from '../../../domain/invoice.js';
import type { AllowanceOccurrence, BreakdownOccurrence } from '../../../domain/occurrences.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import { onBreakdowns } from './breakdown.js';
import { equal, exactOf, rounded } from './exact.js';
import type { Facts } from './facts.js';
import { each, none, norm, onlyCii, violation, when } from './norm.js';

const decimalsMax = 2;

/** True for an amount written with more decimals than the norm lets stand, zeros counted. */
function isTooFine(text: string | null): boolean {
  if (text === null) return false;
  const point = text.indexOf('.');
  return point >= 0 && text.length - point - 1 > decimalsMax;
}

/** As above, or with white space after its decimals. */
function isRefused({ padded }: Facts, text: string | null, path: string): boolean {
  return isTooFine(text) || padded?.has(path) === true;
}

function refused(facts: Facts, text: string | null, path: string): Violation | null {
  if (!isRefused(facts, text, path)) return null;
  return isTooFine(text)
    ? violation(path, text)
    : violation(path, text, `Des espaces suivent le montant « ${text} ».`);
}

function ofTotal(id: string, term: keyof Totals): Rule {
  return norm({
    id,
    check: (facts) => {
      const one = refused(facts, facts.invoice.totals[term], `totals.${term}`);
      return one === null ? none : [one];
    },
  });
}

function ofAllowance(
  id: string,
  level: AllowanceOccurrence['level'],
  charge: boolean,
  field: 'amount' | 'base',
): Rule {
  return norm({
    id,
    check: (facts) =>
      each(facts.occurrences.allowances, (one) =>
        one.level === level && one.charge === charge
          ? refused(facts, one[field], `${one.at}.${field}`)
          : null,
      ),
  });
}

function ofBreakdown(id: string, field: 'base' | 'amount'): Rule {
  return onBreakdowns(id, field, (group: BreakdownOccurrence, facts: Facts) =>
    isRefused(facts, group[field], `${group.at}.${field}`) ? `Valeur trouvée : « ${group[field]} ».` : null,
  );
}

/** Whether a value has no more than two decimals that count. */
function isFine(text: string | null): boolean {
  const value = exactOf(text);
  return value !== null && equal(value, rounded(value, decimalsMax));
}

/** BT-110: refused when every total of VAT is in the currency of the invoice, and none has two decimals. */
function fineTax({ invoice, occurrences: { taxTotals, currencies } }: Facts) {
  const refused = taxTotals.every(
    ({ currency, amount }) => currency !== null && currency === currencies.invoice && !isFine(amount),
  );
  return refused && taxTotals.length > 0 ? [violation('totals.tax', invoice.totals.tax)] : none;
}

/** BT-111: with a BT-6, a total of VAT in that currency has two decimals. */
function fineAccountingTax({ invoice, occurrences: { taxTotals, currencies } }: Facts) {
  if (currencies.tax === null || taxTotals.length === 0) return none;
  const told = taxTotals.some(({ currency, amount }) => currency === currencies.tax && isFine(amount));
  return when(!told, 'totals.taxInAccountingCurrency', invoice.totals.taxInAccountingCurrency);
}

export const decimalRules: readonly Rule[] = [
  ofAllowance('BR-DEC-01', 'document', false, 'amount'),
  ofAllowance('BR-DEC-02', 'document', false, 'base'),
  ofAllowance('BR-DEC-05', 'document', true, 'amount'),
  ofAllowance('BR-DEC-06', 'document', true, 'base'),
  ofTotal('BR-DEC-09', 'lines'),
  ofTotal('BR-DEC-10', 'allowances'),
  ofTotal('BR-DEC-11', 'charges'),
  ofTotal('BR-DEC-12', 'taxExclusive'),
  // The UBL binding never refuses these two.
  norm({ id: 'BR-DEC-13', syntaxes: onlyCii, check: fineTax }),
  ofTotal('BR-DEC-14', 'taxInclusive'),
  norm({ id: 'BR-DEC-15', syntaxes: onlyCii, check: fineAccountingTax }),
  ofTotal('BR-DEC-16', 'prepaid'),
  ofTotal('BR-DEC-17', 'rounding'),
  ofTotal('BR-DEC-18', 'payable'),
  ofBreakdown('BR-DEC-19', 'base'),
  ofBreakdown('BR-DEC-20', 'amount'),
  norm({
    id: 'BR-DEC-23',
    check: (facts) =>
      each(facts.invoice.lines, ({ netAmount }, i) => refused(facts, netAmount, `lines[${i}].netAmount`)),
  }),
  ofAllowance('BR-DEC-24', 'line', false, 'amount'),
  ofAllowance('BR-DEC-25', 'line', false, 'base'),
  ofAllowance('BR-DEC-27', 'line', true, 'amount'),
  ofAllowance('BR-DEC-28', 'line', true, 'base'),
];
