import type { TaxOccurrence } from '../../../domain/occurrences.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import { isVat, placeOf } from './categories.js';
import type { Facts } from './facts.js';
import { none, norm, violation, when } from './norm.js';
import type { CategoryUse } from './usage.js';

const emptyUse: CategoryUse = {
  ...{ lines: [], allowances: [], charges: [], documentAllowances: [], documentCharges: [] },
  ...{ breakdowns: [], others: [] },
};

/** K: a delivery to another member state says when and where (BR-IC-11 and 12). */
function intraCommunity(id: string, term: string, isTold: (facts: Facts) => boolean): Rule {
  return norm({
    id,
    check: (facts) => {
      const declared = facts.use('K')?.breakdowns.some(isVat) === true;
      return when(declared && !isTold(facts), term);
    },
  });
}

/** Anything said of the period counts in UBL, BT-8 too. */
function isDeliveryDated({ ubl, invoice, occurrences }: Facts): boolean {
  if ((invoice.delivery?.date ?? null) !== null) return true;
  return occurrences.periods.some(
    ({ level, start, end, code }) =>
      level === 'document' && (start !== null || end !== null || (ubl && code !== null)),
  );
}

type Pick = (use: CategoryUse, ubl: boolean) => readonly TaxOccurrence[];

/** O stands alone: no other category beside it (BR-O-11 to 14). */
function aloneRule(id: string, pick: Pick): Rule {
  return norm({
    id,
    check: (facts) => {
      if (facts.use('O')?.breakdowns.some(isVat) !== true) return none;
      const found: Violation[] = [];
      for (const [category, use] of facts.allUses) {
        if (category === 'O') continue;
        const other = pick(use, facts.ubl).find(({ vat }) => vat || !facts.ubl);
        if (other !== undefined) found.push(violation(`${other.at}.vatCategory`, category));
      }
      return found;
    },
  });
}

const everyGroup: Pick = ({ breakdowns, lines }, ubl) => (ubl ? breakdowns : [...breakdowns, ...lines]);
const everyLine: Pick = ({ breakdowns, lines }, ubl) => (ubl ? lines : [...breakdowns, ...lines]);
const everyAllowance: Pick = ({ allowances, charges }, ubl) =>
  ubl ? allowances : [...allowances, ...charges];
const everyCharge: Pick = ({ allowances, charges }, ubl) => (ubl ? charges : [...allowances, ...charges]);

/** Whether the invoice names a country other than Italy; UBL looks at countries of origin too. */
function isOutsideItaly({ ubl, occurrences }: Facts): boolean {
  return occurrences.codes.some(
    ({ use, code }) => (use === 'country' || (ubl && use === 'originCountry')) && code !== 'IT',
  );
}

/** Split payment (B) beside standard rate (S): UBL looks at lines, groups, and allowances of the document. */
function isInContent(use: CategoryUse | undefined, ubl: boolean): boolean {
  if (use === undefined) return false;
  const { lines, breakdowns, documentAllowances, documentCharges, allowances, charges, others } = use;
  const content = ubl ? [documentAllowances, documentCharges] : [allowances, charges, others];
  return [lines, breakdowns, ...content].some((taxes) => taxes.length > 0);
}

/** The rules that one category has of its own. */
export const categoryRules: readonly Rule[] = [
  intraCommunity('BR-IC-11', 'delivery.date', isDeliveryDated),
  intraCommunity('BR-IC-12', 'delivery.address.country', ({ ubl, occurrences }) =>
    occurrences.addresses.some(
      ({ of, country }) => of === 'delivery' && country !== null && (!ubl || country.length > 1),
    ),
  ),
  aloneRule('BR-O-11', everyGroup),
  aloneRule('BR-O-12', everyLine),
  aloneRule('BR-O-13', everyAllowance),
  aloneRule('BR-O-14', everyCharge),
  norm({
    id: 'BR-B-01',
    check: (facts) => {
      const use = facts.use('B');
      return use === undefined ? none : when(isOutsideItaly(facts), placeOf(use), 'B', '');
    },
  }),
  norm({
    id: 'BR-B-02',
    check: (facts) => {
      const [split, standard] = [facts.use('B'), facts.use('S')];
      const both = isInContent(split, facts.ubl) && isInContent(standard, facts.ubl);
      return when(both, placeOf(split ?? emptyUse), 'B', '');
    },
  }),
];
