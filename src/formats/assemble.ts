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
} from '../domain/invoice.js';
import type { Syntax } from '../domain/syntax.js';
import { attr, type XmlNode } from '../xml/node.js';
import { addressOf, chorusPartyOf, partyOf } from './assemble-party.js';
import { type Edge, readDate } from './dates.js';
import type { View } from './shape.js';
import { texts } from './texts.js';

/** Says which piece an element's content became; null when it had none. */
export type PieceOf = (content: XmlNode) => number | null;

const references = [
  'number',
  'typeCode',
  'currency',
  'taxCurrency',
  'taxPointDateCode',
  'buyerReference',
  'projectReference',
  'contractReference',
  'orderReference',
  'salesOrderReference',
  'receivingAdviceReference',
  'despatchAdviceReference',
  'tenderReference',
  'buyerAccountingReference',
  'paymentTerms',
  'businessProcess',
  'specification',
] as const;
const totals = [
  'lines',
  'allowances',
  'charges',
  'taxExclusive',
  'tax',
  'taxInAccountingCurrency',
  'taxInclusive',
  'prepaid',
  'rounding',
  'payable',
] as const;
const vatTerms = ['base', 'amount', 'category', 'rate', 'exemptionReason', 'exemptionCode'] as const;

/** Builds the model of one invoice from a view of its element; the same for every syntax. */
export function invoiceOf(view: View, syntax: Syntax, pieceOf: PieceOf): Invoice {
  const payee = view.group('payee');
  const taxRepresentative = view.group('taxRepresentative');
  return {
    syntax,
    creditNoteRoot: syntax === 'ubl-creditnote',
    ...texts(view, references),
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
    totals: texts(view.group('totals'), totals),
    vatBreakdown: view.all('vatBreakdown').map((one) => texts(one, vatTerms)),
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
    ...texts(view, [
      'meansCode',
      'meansText',
      'remittance',
      'cardNumber',
      'cardHolder',
      'mandate',
      'creditorId',
      'debitedAccount',
    ]),
    accounts: view.all('accounts').map((one): Account => texts(one, ['id', 'name', 'bic'])),
  };
}

function allowanceChargeOf(view: View): AllowanceCharge {
  const charge = view.text('charge')?.toLowerCase();
  return {
    charge: charge === 'true' || charge === '1' ? true : charge === 'false' || charge === '0' ? false : null,
    ...texts(view, ['amount', 'base', 'percent', 'vatCategory', 'vatRate', 'reason', 'reasonCode']),
  };
}

function attachmentOf(view: View, pieceOf: PieceOf): Attachment {
  const content = view.element('piece');
  return {
    ...texts(view, ['name', 'description', 'uri', 'mime', 'filename', 'chorusType']),
    piece: content === null ? null : pieceOf(content),
  };
}

function lineOf(view: View): Line {
  return {
    ...texts(view, [
      'id',
      'note',
      'quantity',
      'unit',
      'netAmount',
      'orderLineReference',
      'accountingReference',
      'netPrice',
      'priceDiscount',
      'grossPrice',
      'priceBaseQuantity',
      'priceBaseUnit',
      'vatCategory',
      'vatRate',
      'name',
      'description',
      'sellerItemId',
      'buyerItemId',
      'originCountry',
      'kind',
    ]),
    object: identifierOf(view.group('object')),
    period: periodOf(view.group('period')),
    allowancesCharges: view.all('allowancesCharges').map(allowanceChargeOf),
    standardItemId: identifierOf(view.group('standardItemId')),
    classifications: view.all('classifications').map(classificationOf),
    attributes: view.all('attributes').map((one): ItemAttribute => texts(one, ['name', 'value'])),
  };
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
    ...texts(view, [
      'cadre',
      'serviceCode',
      'serviceName',
      'supplierServiceCode',
      'engagement',
      'market',
      'contract',
      'contractType',
      'originalInvoice',
    ]),
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
