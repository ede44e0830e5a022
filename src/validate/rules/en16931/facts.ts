import type { Invoice, Totals } from '../../../domain/invoice.js';
import type {
  AllowanceOccurrence,
  BreakdownOccurrence,
  Occurrences,
  TaxIdOccurrence,
  TaxOccurrence,
} from '../../../domain/occurrences.js';
import type { PlacedInvoice } from '../../../domain/reading.js';
import { isCii } from '../../../domain/syntax.js';
import { derivedOccurrences } from './derived.js';
import { type Exact, exactOf, plus, zero } from './exact.js';
import { type CategoryUse, type Sums, sumsOf, usesOf } from './usage.js';

/** An invoice with what several rules of the norm compute from it; each part is computed at most once. */
export class Facts {
  readonly invoice: Invoice;
  readonly occurrences: Occurrences;
  /** Of the bindings of the norm, the one at hand: some rules differ between them. */
  readonly ubl: boolean;
  /** Paths of amounts with white space after their decimals; null when there are none. */
  readonly padded: ReadonlySet<string> | null;
  /** Paths of days in a format other than the norm's. */
  readonly unusualDates: ReadonlySet<string>;
  private uses: ReadonlyMap<string, CategoryUse> | null = null;
  private sums: ((category: string, rate?: Exact) => Readonly<Sums>) | null = null;
  private linesSum: Exact | null | undefined;
  private readonly amounts = new Map<keyof Totals, Exact | null>();

  constructor(subject: PlacedInvoice) {
    this.invoice = subject.invoice;
    this.occurrences = subject.occurrences?.() ?? derivedOccurrences(subject.invoice);
    this.ubl = !isCii(subject.invoice.syntax);
    const { padded, unusualDates } = this.occurrences;
    this.unusualDates = new Set(unusualDates);
    this.padded = padded.length === 0 ? null : new Set(padded.map(({ at }) => at));
  }

  /** Every use of a category; undefined when it is used nowhere. */
  use(category: string): CategoryUse | undefined {
    return this.allUses.get(category);
  }

  get allUses(): ReadonlyMap<string, CategoryUse> {
    this.uses ??= usesOf(this.occurrences);
    return this.uses;
  }

  /** What lines, allowances and charges of a category add up to; of one rate of it when a rate is given. */
  sumsOf(category: string, rate?: Exact): Readonly<Sums> {
    this.sums ??= sumsOf(this.invoice, this.occurrences);
    return this.sums(category, rate);
  }

  /** A total of the document as a number; null when absent or no number. */
  total(term: keyof Totals): Exact | null {
    let amount = this.amounts.get(term);
    if (amount === undefined) {
      amount = exactOf(this.invoice.totals[term]);
      this.amounts.set(term, amount);
    }
    return amount;
  }

  /** Sum of the net amounts of all lines; null when one of them is no number. */
  get linesTotal(): Exact | null {
    if (this.linesSum === undefined) {
      this.linesSum = added(this.invoice.lines.map(({ netAmount }) => netAmount));
    }
    return this.linesSum;
  }

  allowances(level: AllowanceOccurrence['level'], charge: boolean): readonly AllowanceOccurrence[] {
    return this.occurrences.allowances.filter((one) => one.level === level && one.charge === charge);
  }

  /** The groups of BG-23 and, in UBL, those of lines, which the norm's rules on single groups reach too. */
  get breakdowns(): readonly BreakdownOccurrence[] {
    return this.occurrences.breakdowns;
  }

  hasTaxId(of: TaxIdOccurrence['of'], wanted: 'vat' | 'any'): boolean {
    return this.occurrences.taxIds.some((id) => id.of === of && (wanted === 'any' || id.vat));
  }
}

/** Exact sum; absent amounts count nothing; null when a text is no number. */
export function added(texts: readonly (string | null)[]): Exact | null {
  let result = zero;
  for (const text of texts) {
    if (text === null) continue;
    const value = exactOf(text);
    if (value === null) return null;
    result = plus(result, value);
  }
  return result;
}

/** True when an element says that it is of VAT and names a category. */
export function isVatCategory({ vat, category }: TaxOccurrence): boolean {
  return vat && category !== null;
}

let last: { readonly subject: PlacedInvoice; readonly facts: Facts } | null = null;

/** The facts of an invoice. Rules are put to one invoice after the other, so only the last one's are kept. */
export function factsOf(subject: PlacedInvoice): Facts {
  if (last?.subject !== subject) last = { subject, facts: new Facts(subject) };
  return last.facts;
}
