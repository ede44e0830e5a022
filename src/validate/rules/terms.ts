import type { Invoice } from '../../domain/invoice.js';

/** A term of an invoice that is there: its path in `Invoice`, its text, and its French name. */
export interface Term {
  readonly path: string;
  readonly text: string;
  readonly field: string;
}

type Maybe = readonly [path: string, text: string | null | undefined, field: string];

/** Several rules ask for the same terms of an invoice in turn. */
function once(make: (invoice: Invoice) => readonly Term[]): (invoice: Invoice) => readonly Term[] {
  const known = new WeakMap<Invoice, readonly Term[]>();
  return (invoice) => {
    const terms = known.get(invoice) ?? make(invoice);
    known.set(invoice, terms);
    return terms;
  };
}

function present(terms: readonly Maybe[]): Term[] {
  return terms.flatMap(([path, text, field]) =>
    text === null || text === undefined ? [] : [{ path, text, field }],
  );
}

/** The amounts of BG-22. */
export const totalTerms = once(totalsOf);

function totalsOf({ totals }: Invoice): Term[] {
  return present([
    ['totals.lines', totals.lines, 'la somme des lignes'],
    ['totals.allowances', totals.allowances, 'le total des remises'],
    ['totals.charges', totals.charges, 'le total des charges'],
    ['totals.taxExclusive', totals.taxExclusive, 'le montant HT'],
    ['totals.tax', totals.tax, 'le montant de la TVA'],
    ['totals.taxInAccountingCurrency', totals.taxInAccountingCurrency, 'la TVA en devise de comptabilité'],
    ['totals.taxInclusive', totals.taxInclusive, 'le montant TTC'],
    ['totals.prepaid', totals.prepaid, 'le montant déjà payé'],
    ['totals.rounding', totals.rounding, "l'arrondi"],
    ['totals.payable', totals.payable, 'le net à payer'],
  ]);
}

/** Amounts and rates of BG-20, BG-21 and BG-23. */
export const taxTerms = once(taxesOf);

function taxesOf(invoice: Invoice): Term[] {
  return present([
    ...invoice.vatBreakdown.flatMap((vat, i): Maybe[] => [
      [`vatBreakdown[${i}].base`, vat.base, 'la base HT du récapitulatif de TVA'],
      [`vatBreakdown[${i}].amount`, vat.amount, 'le montant du récapitulatif de TVA'],
      [`vatBreakdown[${i}].rate`, vat.rate, 'le taux du récapitulatif de TVA'],
    ]),
    ...invoice.allowancesCharges.flatMap((one, i): Maybe[] => [
      [`allowancesCharges[${i}].amount`, one.amount, "le montant d'une remise ou d'une charge"],
      [`allowancesCharges[${i}].base`, one.base, "la base d'une remise ou d'une charge"],
      [`allowancesCharges[${i}].percent`, one.percent, "le taux d'une remise ou d'une charge"],
      [`allowancesCharges[${i}].vatRate`, one.vatRate, "le taux de TVA d'une remise ou d'une charge"],
    ]),
  ]);
}

/** Numbers of the lines. */
export const lineTerms = once(linesOf);

function linesOf(invoice: Invoice): Term[] {
  return invoice.lines.flatMap((line, i) =>
    present([
      [`lines[${i}].quantity`, line.quantity, "la quantité d'une ligne"],
      [`lines[${i}].netAmount`, line.netAmount, "le montant d'une ligne"],
      [`lines[${i}].netPrice`, line.netPrice, 'le prix unitaire net'],
      [`lines[${i}].grossPrice`, line.grossPrice, 'le prix unitaire brut'],
      [`lines[${i}].priceDiscount`, line.priceDiscount, 'la remise sur le prix'],
      [`lines[${i}].priceBaseQuantity`, line.priceBaseQuantity, 'la quantité de base du prix'],
      [`lines[${i}].vatRate`, line.vatRate, "le taux de TVA d'une ligne"],
    ]),
  );
}

/** Every date but the date of issue. */
export function dateTerms(invoice: Invoice): Term[] {
  const { period, delivery } = invoice;
  const terms: Maybe[] = [
    ['taxPointDate', invoice.taxPointDate, "la date d'exigibilité de la TVA"],
    ['dueDate', invoice.dueDate, "la date d'échéance"],
    ['period.start', period?.start, 'le début de la période de facturation'],
    ['period.end', period?.end, 'la fin de la période de facturation'],
    delivery?.date === undefined || delivery.date === null
      ? ['chorus.deliveryDate', invoice.chorus.deliveryDate, 'la date de livraison']
      : ['delivery.date', delivery.date, 'la date de livraison'],
    ...invoice.precedingInvoices.map(
      (one, i): Maybe => [
        `precedingInvoices[${i}].issueDate`,
        one.issueDate,
        "la date de la facture d'origine",
      ],
    ),
    ...invoice.lines.flatMap((line, i): Maybe[] => [
      [`lines[${i}].period.start`, line.period?.start, "le début de la période d'une ligne"],
      [`lines[${i}].period.end`, line.period?.end, "la fin de la période d'une ligne"],
    ]),
  ];
  return present(terms);
}

/** Texts that are bounded in length, and the longest length (DOMAIN 2.3). */
export function boundedNames(invoice: Invoice): Term[] {
  return present([
    ['seller.tradingName', invoice.seller.tradingName, 'le nom commercial du fournisseur'],
    ['buyer.name', invoice.buyer.name, 'la raison sociale du destinataire'],
  ]);
}

export function boundedReasons(invoice: Invoice): Term[] {
  return present([
    ...invoice.allowancesCharges.map(
      (one, i): Maybe => [
        `allowancesCharges[${i}].reason`,
        one.reason,
        "le motif d'une remise ou d'une charge",
      ],
    ),
    ...invoice.vatBreakdown.map(
      (vat, i): Maybe => [
        `vatBreakdown[${i}].exemptionReason`,
        vat.exemptionReason,
        "le motif d'exonération de TVA",
      ],
    ),
  ]);
}
