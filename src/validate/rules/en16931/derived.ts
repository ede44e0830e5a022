import type { AllowanceCharge, Invoice, Party } from '../../../domain/invoice.js';
import type {
  AddressOccurrence,
  AllowanceOccurrence,
  BreakdownOccurrence,
  CodeOccurrence,
  CodeUse,
  Occurrences,
  PeriodOccurrence,
  SchemeOccurrence,
  TaxIdOccurrence,
  TaxOccurrence,
} from '../../../domain/occurrences.js';
import { isCii } from '../../../domain/syntax.js';

/**
 * The occurrences of an invoice of which only the terms are known (made by a program, not read from a file of the
 * norm): one of each term, everything said to be of VAT.
 */
export function derivedOccurrences(invoice: Invoice): Occurrences {
  const breakdowns = invoice.vatBreakdown.map(
    (one, i): BreakdownOccurrence => ({
      ...taxOf(`vatBreakdown[${i}]`, one.category, one.rate),
      level: 'document',
      base: one.base,
      amount: one.amount,
      reason: one.exemptionReason,
      reasonCode: one.exemptionCode,
    }),
  );
  return {
    lines: invoice.lines.map((line, i) => ({
      at: `lines[${i}]`,
      unit: line.unit,
      taxes: taxesOf(`lines[${i}]`, line.vatCategory, line.vatRate),
    })),
    allowances: [
      ...invoice.allowancesCharges.map((one, i) => allowanceOf(one, `allowancesCharges[${i}]`, 'document')),
      ...invoice.lines.flatMap(({ allowancesCharges }, line) =>
        allowancesCharges.map((one, i) => allowanceOf(one, `lines[${line}].allowancesCharges[${i}]`, 'line')),
      ),
    ],
    taxTotals: [
      { at: 'totals.tax', amount: invoice.totals.tax, currency: invoice.currency, breakdowns },
      {
        at: 'totals.taxInAccountingCurrency',
        amount: invoice.totals.taxInAccountingCurrency,
        currency: invoice.taxCurrency,
        breakdowns: [],
      },
    ].filter(({ amount }) => amount !== null),
    breakdowns,
    otherTaxes: [],
    taxIds: [
      ...taxIdsOf('seller', invoice.seller),
      ...taxIdsOf('buyer', invoice.buyer),
      ...taxIdsOf('taxRepresentative', invoice.taxRepresentative),
    ],
    addresses: addressesOf(invoice),
    periods: periodsOf(invoice),
    means: meansOf(invoice),
    documents: invoice.attachments.map(({ name }, i) => ({ at: `attachments[${i}].name`, text: name })),
    precedingInvoices: invoice.precedingInvoices.map(({ number }, i) => ({
      at: `precedingInvoices[${i}].number`,
      text: number,
    })),
    attributes: invoice.lines.flatMap(({ attributes }, line) =>
      attributes.map(({ name, value }, i) => ({ at: `lines[${line}].attributes[${i}]`, name, value })),
    ),
    schemes: schemesOf(invoice),
    codes: codesOf(invoice),
    repeated: [],
    unusualDates: [],
    padded: [],
    currencies: { invoice: invoice.currency, tax: invoice.taxCurrency },
    hasTotals: true,
    hasSeller: true,
  };
}

const taxOf = (at: string, category: string | null, rate: string | null): TaxOccurrence => ({
  at,
  category,
  rate,
  vat: category !== null,
});

function taxesOf(at: string, category: string | null, rate: string | null): TaxOccurrence[] {
  return category === null && rate === null ? [] : [taxOf(at, category, rate)];
}

function allowanceOf(one: AllowanceCharge, at: string, level: 'document' | 'line'): AllowanceOccurrence {
  const { charge, amount, base, reason, reasonCode } = one;
  const taxes = taxesOf(at, one.vatCategory, one.vatRate);
  return { at, level, charge, amount, base, reason, reasonCode, taxes };
}

function taxIdsOf(of: 'seller' | 'buyer' | 'taxRepresentative', party: Party | null): TaxIdOccurrence[] {
  const { vatId = null, taxRegistrationId = null } = party ?? {};
  return [
    ...(vatId === null ? [] : [{ at: `${of}.vatId`, of, text: vatId, vat: true }]),
    ...(taxRegistrationId === null
      ? []
      : [{ at: `${of}.taxRegistrationId`, of, text: taxRegistrationId, vat: false }]),
  ];
}

function addressesOf({ seller, buyer, taxRepresentative, delivery }: Invoice): AddressOccurrence[] {
  const parties = { seller, buyer, taxRepresentative, delivery };
  return (['seller', 'buyer', 'taxRepresentative', 'delivery'] as const).flatMap((of) => {
    const address = parties[of]?.address ?? null;
    return address === null ? [] : [{ at: `${of}.address`, of, country: address.country }];
  });
}

function periodsOf(invoice: Invoice): PeriodOccurrence[] {
  const { period, taxPointDateCode: code } = invoice;
  const own: PeriodOccurrence[] =
    period === null && (code === null || isCii(invoice.syntax))
      ? []
      : [{ at: 'period', level: 'document', start: period?.start ?? null, end: period?.end ?? null, code }];
  const ofLines = invoice.lines.flatMap((line, i): PeriodOccurrence[] =>
    line.period === null ? [] : [{ at: `lines[${i}].period`, level: 'line', ...line.period, code: null }],
  );
  return [...own, ...ofLines];
}

function meansOf({ payment }: Invoice): Occurrences['means'] {
  const accounts = payment.accounts.map(({ id }, i) => ({ at: `payment.accounts[${i}].id`, text: id }));
  const cards = payment.cardNumber === null ? [] : [{ at: 'payment.cardNumber', text: payment.cardNumber }];
  const none = payment.meansCode === null && accounts.length === 0 && cards.length === 0;
  return none ? [] : [{ at: 'payment.meansCode', code: payment.meansCode, accounts, cards }];
}

function schemesOf({ seller, buyer, lines }: Invoice): SchemeOccurrence[] {
  const endpoints = (['seller', 'buyer'] as const).flatMap((of): SchemeOccurrence[] => {
    const { endpoint } = of === 'seller' ? seller : buyer;
    return endpoint === null ? [] : [{ at: `${of}.endpoint`, of, ...endpoint }];
  });
  const items = lines.flatMap((line, i): SchemeOccurrence[] => [
    ...(line.standardItemId === null
      ? []
      : [{ at: `lines[${i}].standardItemId`, of: 'item' as const, ...line.standardItemId }]),
    ...line.classifications.map(({ code, list }, n) => ({
      at: `lines[${i}].classifications[${n}]`,
      of: 'classification' as const,
      value: code,
      scheme: list,
    })),
  ]);
  return [...endpoints, ...items];
}

function codesOf(invoice: Invoice): CodeOccurrence[] {
  const codes: CodeOccurrence[] = [];
  const add = (use: CodeUse, at: string, code: string | null | undefined) => {
    if (code !== null && code !== undefined) codes.push({ use, at, code, count: 1 });
  };
  add('type', 'typeCode', invoice.typeCode);
  add('currency', 'currency', invoice.currency);
  add('amountCurrency', 'currency', invoice.currency);
  add('taxCurrency', 'taxCurrency', invoice.taxCurrency);
  add('vatDate', 'taxPointDateCode', invoice.taxPointDateCode);
  add('reference', 'invoicedObject.scheme', invoice.invoicedObject?.scheme);
  add('means', 'payment.meansCode', invoice.payment.meansCode);
  add('locationScheme', 'delivery.location.scheme', invoice.delivery?.location?.scheme);
  add('country', 'delivery.address.country', invoice.delivery?.address?.country);
  for (const [i, note] of invoice.notes.entries())
    add('noteSubject', `notes[${i}].subjectCode`, note.subjectCode);
  for (const of of ['seller', 'buyer', 'payee', 'taxRepresentative'] as const) {
    const party = invoice[of];
    add('country', `${of}.address.country`, party?.address?.country);
    add('endpointScheme', `${of}.endpoint.scheme`, party?.endpoint?.scheme);
    add('legalScheme', `${of}.legalId.scheme`, party?.legalId?.scheme);
    for (const [i, id] of (party?.identifiers ?? []).entries())
      add('partyScheme', `${of}.identifiers[${i}].scheme`, id.scheme);
  }
  for (const [i, one] of invoice.attachments.entries()) add('media', `attachments[${i}].mime`, one.mime);
  for (const [i, one] of invoice.vatBreakdown.entries()) {
    add('vatCategory', `vatBreakdown[${i}].category`, one.category);
    add('exemption', `vatBreakdown[${i}].exemptionCode`, one.exemptionCode);
  }
  allowanceCodes(invoice.allowancesCharges, '', add);
  for (const [i, line] of invoice.lines.entries()) {
    const at = `lines[${i}]`;
    allowanceCodes(line.allowancesCharges, `${at}.`, add);
    add('lineVatCategory', `${at}.vatCategory`, line.vatCategory);
    add('unit', `${at}.unit`, line.unit);
    add('unit', `${at}.priceBaseUnit`, line.priceBaseUnit);
    add('originCountry', `${at}.originCountry`, line.originCountry);
    add('itemScheme', `${at}.standardItemId.scheme`, line.standardItemId?.scheme);
    add('reference', `${at}.object.scheme`, line.object?.scheme);
    for (const [n, { list }] of line.classifications.entries())
      add('classification', `${at}.classifications[${n}].list`, list);
  }
  return codes;
}

function allowanceCodes(
  all: readonly AllowanceCharge[],
  before: string,
  add: (use: CodeUse, at: string, code: string | null) => void,
): void {
  for (const [i, one] of all.entries()) {
    const at = `${before}allowancesCharges[${i}]`;
    add('vatCategory', `${at}.vatCategory`, one.vatCategory);
    if (one.charge !== null)
      add(one.charge ? 'chargeReason' : 'allowanceReason', `${at}.reasonCode`, one.reasonCode);
  }
}
