import type { Invoice } from '../../domain/invoice.js';
import { type Digits, digitsOf } from './numbers.js';

/** A term of an invoice that is there: its path in `Invoice`, its text, and its French name. */
export interface Term {
  readonly path: string;
  readonly text: string;
  readonly field: string;
}

/** A term that holds a number, with what is written of it; null when it is none. */
export interface NumberTerm extends Term {
  readonly digits: Digits | null;
}

/** The numbers of an invoice, in the order in which rules tell them. */
interface Numbers {
  /** The amounts of BG-22. */
  readonly totals: readonly NumberTerm[];
  /** Amounts and rates of BG-20, BG-21 and BG-23, then the numbers of the lines. */
  readonly details: readonly NumberTerm[];
  readonly quantities: readonly NumberTerm[];
}

type Text = string | null | undefined;

/** `at` and `name` make the path, put together only for a term that is there. */
function add(terms: Term[], at: string, name: string, text: Text, field: string): void {
  if (text !== null && text !== undefined) terms.push({ path: at + name, text, field });
}

function addNumber(terms: NumberTerm[], at: string, name: string, text: Text, field: string): void {
  if (text === null || text === undefined) return;
  terms.push({ path: at + name, text, field, digits: digitsOf(text) });
}

/** Of the invoice that rules look at now. A weak map of all of them was measured to slow every collection down. */
let last: { readonly invoice: Invoice; readonly numbers: Numbers } | null = null;

/** The numbers of an invoice; several rules ask for them in turn. */
export function numbersOf(invoice: Invoice): Numbers {
  if (last?.invoice === invoice) return last.numbers;
  const lines = lineNumbers(invoice);
  const quantities = lines.filter(({ path }) => path.endsWith('.quantity'));
  const numbers = { totals: totalsOf(invoice), details: [...taxNumbers(invoice), ...lines], quantities };
  last = { invoice, numbers };
  return numbers;
}

function totalsOf({ totals }: Invoice): NumberTerm[] {
  const terms: NumberTerm[] = [];
  const at = 'totals.';
  addNumber(terms, at, 'lines', totals.lines, 'la somme des lignes');
  addNumber(terms, at, 'allowances', totals.allowances, 'le total des remises');
  addNumber(terms, at, 'charges', totals.charges, 'le total des charges');
  addNumber(terms, at, 'taxExclusive', totals.taxExclusive, 'le montant HT');
  addNumber(terms, at, 'tax', totals.tax, 'le montant de la TVA');
  const accounting = totals.taxInAccountingCurrency;
  addNumber(terms, at, 'taxInAccountingCurrency', accounting, 'la TVA en devise de comptabilité');
  addNumber(terms, at, 'taxInclusive', totals.taxInclusive, 'le montant TTC');
  addNumber(terms, at, 'prepaid', totals.prepaid, 'le montant déjà payé');
  addNumber(terms, at, 'rounding', totals.rounding, "l'arrondi");
  addNumber(terms, at, 'payable', totals.payable, 'le net à payer');
  return terms;
}

function taxNumbers({ vatBreakdown, allowancesCharges }: Invoice): NumberTerm[] {
  const terms: NumberTerm[] = [];
  for (const [i, vat] of vatBreakdown.entries()) {
    const at = `vatBreakdown[${i}].`;
    addNumber(terms, at, 'base', vat.base, 'la base HT du récapitulatif de TVA');
    addNumber(terms, at, 'amount', vat.amount, 'le montant du récapitulatif de TVA');
    addNumber(terms, at, 'rate', vat.rate, 'le taux du récapitulatif de TVA');
  }
  for (const [i, one] of allowancesCharges.entries()) {
    const at = `allowancesCharges[${i}].`;
    addNumber(terms, at, 'amount', one.amount, "le montant d'une remise ou d'une charge");
    addNumber(terms, at, 'base', one.base, "la base d'une remise ou d'une charge");
    addNumber(terms, at, 'percent', one.percent, "le taux d'une remise ou d'une charge");
    addNumber(terms, at, 'vatRate', one.vatRate, "le taux de TVA d'une remise ou d'une charge");
  }
  return terms;
}

function lineNumbers({ lines }: Invoice): NumberTerm[] {
  const terms: NumberTerm[] = [];
  for (const [i, line] of lines.entries()) {
    const at = `lines[${i}].`;
    addNumber(terms, at, 'quantity', line.quantity, "la quantité d'une ligne");
    addNumber(terms, at, 'netAmount', line.netAmount, "le montant d'une ligne");
    addNumber(terms, at, 'netPrice', line.netPrice, 'le prix unitaire net');
    addNumber(terms, at, 'grossPrice', line.grossPrice, 'le prix unitaire brut');
    addNumber(terms, at, 'priceDiscount', line.priceDiscount, 'la remise sur le prix');
    addNumber(terms, at, 'priceBaseQuantity', line.priceBaseQuantity, 'la quantité de base du prix');
    addNumber(terms, at, 'vatRate', line.vatRate, "le taux de TVA d'une ligne");
  }
  return terms;
}

/** Every date but the date of issue. */
export function dateTerms(invoice: Invoice): Term[] {
  const { period, delivery, precedingInvoices, lines } = invoice;
  const terms: Term[] = [];
  add(terms, '', 'taxPointDate', invoice.taxPointDate, "la date d'exigibilité de la TVA");
  add(terms, '', 'dueDate', invoice.dueDate, "la date d'échéance");
  add(terms, 'period.', 'start', period?.start, 'le début de la période de facturation');
  add(terms, 'period.', 'end', period?.end, 'la fin de la période de facturation');
  if (delivery?.date === undefined || delivery.date === null)
    add(terms, 'chorus.', 'deliveryDate', invoice.chorus.deliveryDate, 'la date de livraison');
  else add(terms, 'delivery.', 'date', delivery.date, 'la date de livraison');
  for (const [i, one] of precedingInvoices.entries())
    add(terms, `precedingInvoices[${i}].`, 'issueDate', one.issueDate, "la date de la facture d'origine");
  for (const [i, { period: own }] of lines.entries()) {
    if (own === null) continue;
    const at = `lines[${i}].period.`;
    add(terms, at, 'start', own.start, "le début de la période d'une ligne");
    add(terms, at, 'end', own.end, "la fin de la période d'une ligne");
  }
  return terms;
}

/** Texts that are bounded in length, and the longest length (DOMAIN 2.3). */
export function boundedNames({ seller, buyer }: Invoice): Term[] {
  const terms: Term[] = [];
  add(terms, 'seller.', 'tradingName', seller.tradingName, 'le nom commercial du fournisseur');
  add(terms, 'buyer.', 'name', buyer.name, 'la raison sociale du destinataire');
  return terms;
}

export function boundedReasons({ allowancesCharges, vatBreakdown }: Invoice): Term[] {
  const terms: Term[] = [];
  for (const [i, one] of allowancesCharges.entries())
    add(terms, `allowancesCharges[${i}].`, 'reason', one.reason, "le motif d'une remise ou d'une charge");
  for (const [i, { exemptionReason }] of vatBreakdown.entries())
    add(terms, `vatBreakdown[${i}].`, 'exemptionReason', exemptionReason, "le motif d'exonération de TVA");
  return terms;
}
