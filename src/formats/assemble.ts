import type {
  Account,
  AllowanceCharge,
  Attachment,
  ChorusParty,
  ChorusTerms,
  Classification,
  Delivery,
  Identifier,
  Invoice,
  ItemAttribute,
  Line,
  Note,
  Payment,
  Period,
  PrecedingInvoice,
  Totals,
  VatBreakdown,
} from '../domain/invoice.js';
import type { Syntax } from '../domain/syntax.js';
import { attr, type XmlNode } from '../xml/node.js';
import { addressOf, chorusPartyOf, partyOf } from './assemble-party.js';
import { type Edge, readDate } from './dates.js';
import type { View } from './shape.js';

/** Says which piece an element's content became; null when it had none. */
export type PieceOf = (content: XmlNode) => number | null;

/**
 * Builds the model of one invoice from a view of its element; the same for every syntax. Terms are written out one by
 * one: a record filled in a loop, and a copy of one, take several times as long to make.
 */
export function invoiceOf(view: View, syntax: Syntax, pieceOf: PieceOf): Invoice {
  const payee = view.group('payee');
  const taxRepresentative = view.group('taxRepresentative');
  return {
    syntax,
    creditNoteRoot: syntax === 'ubl-creditnote',
    number: view.text('number'),
    typeCode: view.text('typeCode'),
    currency: view.text('currency'),
    taxCurrency: view.text('taxCurrency'),
    taxPointDateCode: view.text('taxPointDateCode'),
    buyerReference: view.text('buyerReference'),
    projectReference: view.text('projectReference'),
    contractReference: view.text('contractReference'),
    orderReference: view.text('orderReference'),
    salesOrderReference: view.text('salesOrderReference'),
    receivingAdviceReference: view.text('receivingAdviceReference'),
    despatchAdviceReference: view.text('despatchAdviceReference'),
    tenderReference: view.text('tenderReference'),
    buyerAccountingReference: view.text('buyerAccountingReference'),
    paymentTerms: view.text('paymentTerms'),
    businessProcess: view.text('businessProcess'),
    specification: view.text('specification'),
    issueDate: dateOf(view, 'issueDate'),
    taxPointDate: dateOf(view, 'taxPointDate'),
    dueDate: dateOf(view, 'dueDate'),
    invoicedObject: identifierOf(view.group('invoicedObject')),
    notes: view.all('notes').map((note) => noteOf(note, syntax)),
    precedingInvoices: view.all('precedingInvoices').map(precedingOf),
    seller: partyOf(view.group('seller')),
    buyer: partyOf(view.group('buyer')),
    payee: payee.node === null ? null : partyOf(payee),
    taxRepresentative: taxRepresentative.node === null ? null : partyOf(taxRepresentative),
    delivery: deliveryOf(view.group('delivery')),
    period: periodOf(view.group('period')),
    payment: paymentOf(view.group('payment')),
    allowancesCharges: view.all('allowancesCharges').map(allowanceChargeOf),
    totals: totalsOf(view.group('totals')),
    vatBreakdown: view.all('vatBreakdown').map(vatOf),
    attachments: view.all('attachments').map((one) => attachmentOf(one, pieceOf)),
    lines: view.all('lines').map(lineOf),
    chorus: chorusOf(view.group('chorus')),
  };
}

function dateOf(view: View, term: string, edge: Edge = 'first'): string | null {
  const text = view.text(term);
  if (text === null) return null;
  const element = view.element(term);
  return readDate(text, element === null ? null : attr(element, 'format'), edge);
}

function identifierOf(view: View): Identifier | null {
  const value = view.text('value');
  return value === null ? null : { value, scheme: view.text('scheme') };
}

/** UBL has no element for BT-21: its code stands before the text as `#AAB#` (EN 16931-3-2, BT-21). */
function noteOf(view: View, syntax: Syntax): Note {
  const text = view.text('text') ?? '';
  if (syntax !== 'ubl-invoice' && syntax !== 'ubl-creditnote') {
    return { subjectCode: view.text('subjectCode'), text };
  }
  const coded = /^#([A-Z]{3})#\s*(.*)$/s.exec(text);
  return coded === null
    ? { subjectCode: null, text }
    : { subjectCode: coded[1] ?? null, text: coded[2] ?? '' };
}

function precedingOf(view: View): PrecedingInvoice {
  return { number: view.text('number'), issueDate: dateOf(view, 'issueDate') };
}

function deliveryOf(view: View): Delivery | null {
  const read: Delivery = {
    name: view.text('name'),
    location: identifierOf(view.group('location')),
    date: dateOf(view, 'date'),
    address: addressOf(view.group('address')),
  };
  return Object.values(read).every((value) => value === null) ? null : read;
}

/** Null also for a period of nothing but a code (BT-8 stands in UBL's period). */
function periodOf(view: View): Period | null {
  const start = dateOf(view, 'start');
  const end = dateOf(view, 'end', 'last');
  return start === null && end === null ? null : { start, end };
}

function paymentOf(view: View): Payment {
  return {
    meansCode: view.text('meansCode'),
    meansText: view.text('meansText'),
    remittance: view.text('remittance'),
    cardNumber: view.text('cardNumber'),
    cardHolder: view.text('cardHolder'),
    mandate: view.text('mandate'),
    creditorId: view.text('creditorId'),
    debitedAccount: view.text('debitedAccount'),
    accounts: view.all('accounts').map(accountOf),
  };
}

function accountOf(view: View): Account {
  return { id: view.text('id'), name: view.text('name'), bic: view.text('bic') };
}

function totalsOf(view: View): Totals {
  return {
    lines: view.text('lines'),
    allowances: view.text('allowances'),
    charges: view.text('charges'),
    taxExclusive: view.text('taxExclusive'),
    tax: view.text('tax'),
    taxInAccountingCurrency: view.text('taxInAccountingCurrency'),
    taxInclusive: view.text('taxInclusive'),
    prepaid: view.text('prepaid'),
    rounding: view.text('rounding'),
    payable: view.text('payable'),
  };
}

function vatOf(view: View): VatBreakdown {
  return {
    base: view.text('base'),
    amount: view.text('amount'),
    category: view.text('category'),
    rate: view.text('rate'),
    exemptionReason: view.text('exemptionReason'),
    exemptionCode: view.text('exemptionCode'),
  };
}

function allowanceChargeOf(view: View): AllowanceCharge {
  const charge = view.text('charge')?.toLowerCase();
  return {
    charge: charge === 'true' || charge === '1' ? true : charge === 'false' || charge === '0' ? false : null,
    amount: view.text('amount'),
    base: view.text('base'),
    percent: view.text('percent'),
    vatCategory: view.text('vatCategory'),
    vatRate: view.text('vatRate'),
    reason: view.text('reason'),
    reasonCode: view.text('reasonCode'),
  };
}

function attachmentOf(view: View, pieceOf: PieceOf): Attachment {
  const content = view.element('piece');
  return {
    name: view.text('name'),
    description: view.text('description'),
    uri: view.text('uri'),
    mime: view.text('mime'),
    filename: view.text('filename'),
    chorusType: view.text('chorusType'),
    piece: content === null ? null : pieceOf(content),
  };
}

function lineOf(view: View): Line {
  return {
    id: view.text('id'),
    note: view.text('note'),
    quantity: view.text('quantity'),
    unit: view.text('unit'),
    netAmount: view.text('netAmount'),
    orderLineReference: view.text('orderLineReference'),
    accountingReference: view.text('accountingReference'),
    netPrice: view.text('netPrice'),
    priceDiscount: view.text('priceDiscount'),
    grossPrice: view.text('grossPrice'),
    priceBaseQuantity: view.text('priceBaseQuantity'),
    priceBaseUnit: view.text('priceBaseUnit'),
    vatCategory: view.text('vatCategory'),
    vatRate: view.text('vatRate'),
    name: view.text('name'),
    description: view.text('description'),
    sellerItemId: view.text('sellerItemId'),
    buyerItemId: view.text('buyerItemId'),
    originCountry: view.text('originCountry'),
    kind: view.text('kind'),
    object: identifierOf(view.group('object')),
    period: periodOf(view.group('period')),
    allowancesCharges: view.all('allowancesCharges').map(allowanceChargeOf),
    standardItemId: identifierOf(view.group('standardItemId')),
    classifications: view.all('classifications').map(classificationOf),
    attributes: view.all('attributes').map(attributeOf),
  };
}

function attributeOf(view: View): ItemAttribute {
  return { name: view.text('name'), value: view.text('value') };
}

function classificationOf(view: View): Classification {
  return { code: view.text('code') ?? '', list: view.text('list'), version: view.text('version') };
}

function chorusOf(view: View): ChorusTerms {
  const party = (name: string): ChorusParty | null => {
    const one = view.group(name);
    return one.node === null ? null : chorusPartyOf(one);
  };
  return {
    cadre: view.text('cadre'),
    serviceCode: view.text('serviceCode'),
    serviceName: view.text('serviceName'),
    supplierServiceCode: view.text('supplierServiceCode'),
    engagement: view.text('engagement'),
    market: view.text('market'),
    contract: view.text('contract'),
    contractType: view.text('contractType'),
    originalInvoice: view.text('originalInvoice'),
    supplier: chorusPartyOf(view.group('supplier')),
    recipient: chorusPartyOf(view.group('recipient')),
    validator: party('validator'),
    payee: party('payee'),
    vatRegime: regimeOf(view.text('vatRegime')),
    deliveryDate: dateOf(view, 'deliveryDate'),
  };
}

/**
 * VAT regime of the supplier (DOMAIN 3.6): text of a UBL TaxTypeCode, or a code for the day VAT falls due, of
 * UNTDID 2475 in CII (5, 72) or of 2005 in UBL (3, 432).
 */
function regimeOf(text: string | null): string | null {
  if (text === null) return null;
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  if (['5', '3'].includes(plain) || /\bDEBITS?\b/.test(plain.replaceAll('_', ' '))) return 'TVA_SUR_DEBIT';
  if (['72', '432'].includes(plain) || plain.includes('ENCAISSEMENT')) return 'TVA_SUR_ENCAISSEMENT';
  return text;
}
