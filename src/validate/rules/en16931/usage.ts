import type { Invoice } from '../../../domain/invoice.js';
import type { BreakdownOccurrence, Occurrences, TaxOccurrence } from '../../../domain/occurrences.js';
import { type Exact, exactOf, keyOf, plus, zero } from './exact.js';

/** Where one VAT category is used. */
export interface CategoryUse {
  readonly lines: TaxOccurrence[];
  /** At every level: document, line, price. */
  readonly allowances: TaxOccurrence[];
  readonly charges: TaxOccurrence[];
  readonly documentAllowances: TaxOccurrence[];
  readonly documentCharges: TaxOccurrence[];
  /** Of the document: BG-23. */
  readonly breakdowns: BreakdownOccurrence[];
  /** Elsewhere: taxes of lines, withholding taxes. */
  readonly others: TaxOccurrence[];
}

/** What lines, allowances and charges of the document add up to. */
export interface Sums {
  lines: Exact;
  allowances: Exact;
  charges: Exact;
  /** How many there are, allowances and charges of lines counted too. */
  count: number;
}

const noSums = (): Sums => ({ lines: zero, allowances: zero, charges: zero, count: 0 });
const nothing: Readonly<Sums> = noSums();

export function usesOf(occurrences: Occurrences): Map<string, CategoryUse> {
  const uses = new Map<string, CategoryUse>();
  const of = (category: string): CategoryUse => {
    let use = uses.get(category);
    if (use === undefined) {
      use = {
        ...{ lines: [], allowances: [], charges: [], documentAllowances: [], documentCharges: [] },
        ...{ breakdowns: [], others: [] },
      };
      uses.set(category, use);
    }
    return use;
  };
  for (const { taxes } of occurrences.lines) {
    for (const tax of taxes) if (tax.category !== null) of(tax.category).lines.push(tax);
  }
  for (const { charge, level, taxes } of occurrences.allowances) {
    for (const tax of taxes) {
      if (tax.category === null) continue;
      const use = of(tax.category);
      if (charge === null) use.others.push(tax);
      else use[charge ? 'charges' : 'allowances'].push(tax);
      if (charge !== null && level === 'document') {
        use[charge ? 'documentCharges' : 'documentAllowances'].push(tax);
      }
    }
  }
  for (const group of occurrences.breakdowns) {
    if (group.category === null) continue;
    if (group.level === 'document') of(group.category).breakdowns.push(group);
    else of(group.category).others.push(group);
  }
  for (const tax of occurrences.otherTaxes) if (tax.category !== null) of(tax.category).others.push(tax);
  return uses;
}

/** Goes through lines, allowances and charges once, and answers for each category, or category and rate. */
export function sumsOf(
  invoice: Invoice,
  occurrences: Occurrences,
): (category: string, rate?: Exact) => Readonly<Sums> {
  const sums = new Map<string, Sums>();
  const under = (key: string): Sums => {
    let found = sums.get(key);
    if (found === undefined) {
      found = noSums();
      sums.set(key, found);
    }
    return found;
  };
  const keys = keysOfTaxes();
  occurrences.lines.forEach(({ taxes }, i) => {
    const amount = exactOf(invoice.lines[i]?.netAmount ?? null) ?? zero;
    for (const key of keys(taxes)) {
      const found = under(key);
      found.lines = plus(found.lines, amount);
      found.count++;
    }
  });
  for (const { level, charge, amount, taxes } of occurrences.allowances) {
    const value = exactOf(amount) ?? zero;
    for (const key of keys(taxes)) {
      const found = under(key);
      found.count++;
      if (level !== 'document' || charge === null) continue;
      if (charge) found.charges = plus(found.charges, value);
      else found.allowances = plus(found.allowances, value);
    }
  }
  return (category, rate) =>
    sums.get(rate === undefined ? category : `${category} ${keyOf(rate)}`) ?? nothing;
}

/** Keys under which an amount with these taxes is counted; the rates are parsed once per text. */
function keysOfTaxes(): (taxes: readonly TaxOccurrence[]) => readonly string[] {
  const memo = new Map<string, readonly string[]>();
  return (taxes) => {
    let text = '';
    for (const { category, rate } of taxes) text += `${category} ${rate}|`;
    let keys = memo.get(text);
    if (keys === undefined) {
      const all = taxes.flatMap(({ category, rate }) => {
        if (category === null) return [];
        const value = exactOf(rate);
        return value === null ? [category] : [category, `${category} ${keyOf(value)}`];
      });
      keys = [...new Set(all)];
      memo.set(text, keys);
    }
    return keys;
  };
}
