import type { Attachment, Invoice, Line, Party, VatBreakdown } from '../../../src/domain/invoice.js';
import type { PlacedInvoice } from '../../../src/domain/reading.js';
import type { FlowKind, PieceFacts, RuleContext, RuleOptions } from '../../../src/domain/rule.js';

/** Fields to replace in an invoice; lists are replaced whole. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Patch<T[K]> | null }
    : T;

export const pdfInZip: PieceFacts = {
  sizeBytes: 4000,
  type: 'zip',
  inside: [{ name: 'facture.pdf', sizeBytes: 9000, type: 'pdf' }],
  problem: null,
};

export const party: Party = {
  name: null,
  tradingName: null,
  identifiers: [],
  legalId: null,
  vatId: null,
  taxRegistrationId: null,
  legalForm: null,
  endpoint: null,
  address: null,
  contact: null,
};

export const attachment: Attachment = {
  name: 'facture.pdf',
  description: '01',
  uri: null,
  mime: 'application/pdf',
  filename: null,
  chorusType: '01',
  piece: 0,
};

export const vat: VatBreakdown = {
  base: '100.00',
  amount: '20.00',
  category: 'S',
  rate: '20.00',
  exemptionReason: null,
  exemptionCode: null,
};

export const line: Line = {
  id: '1',
  note: null,
  object: null,
  quantity: '2',
  unit: 'C62',
  netAmount: '100.00',
  orderLineReference: null,
  accountingReference: null,
  period: null,
  allowancesCharges: [],
  netPrice: '50.00',
  priceDiscount: null,
  grossPrice: null,
  priceBaseQuantity: null,
  priceBaseUnit: null,
  vatCategory: 'S',
  vatRate: '20.00',
  name: 'Chaise',
  description: null,
  sellerItemId: null,
  buyerItemId: null,
  standardItemId: null,
  classifications: [],
  originCountry: null,
  attributes: [],
  kind: null,
};

export const allowance = {
  charge: false,
  amount: '10.00',
  base: null,
  percent: null,
  vatCategory: 'S',
  vatRate: '20.00',
  reason: 'Remise de bienvenue',
  reasonCode: null,
};

/** An invoice that no rule has anything to say about, in any kind of flow but E3. */
export const base: Invoice = {
  syntax: 'cii',
  creditNoteRoot: false,
  number: 'F-2026/001',
  issueDate: '2026-01-15',
  typeCode: '380',
  currency: 'EUR',
  taxCurrency: null,
  taxPointDate: null,
  taxPointDateCode: null,
  dueDate: '2026-02-14',
  buyerReference: 'SERV1',
  projectReference: null,
  contractReference: null,
  orderReference: 'ENG-1',
  salesOrderReference: null,
  receivingAdviceReference: null,
  despatchAdviceReference: null,
  tenderReference: null,
  invoicedObject: null,
  buyerAccountingReference: null,
  paymentTerms: null,
  notes: [],
  businessProcess: null,
  specification: null,
  precedingInvoices: [],
  seller: { ...party, name: 'Atelier du Bois' },
  buyer: { ...party, name: 'Ville de Démonstration' },
  payee: null,
  taxRepresentative: null,
  delivery: null,
  period: null,
  payment: {
    meansCode: '30',
    meansText: null,
    remittance: null,
    accounts: [{ id: 'FR7630006000011234567890189', name: null, bic: null }],
    cardNumber: null,
    cardHolder: null,
    mandate: null,
    creditorId: null,
    debitedAccount: null,
  },
  allowancesCharges: [],
  totals: {
    lines: '100.00',
    allowances: null,
    charges: null,
    taxExclusive: '100.00',
    tax: '20.00',
    taxInAccountingCurrency: null,
    taxInclusive: '120.00',
    prepaid: null,
    rounding: null,
    payable: '120.00',
  },
  vatBreakdown: [vat],
  attachments: [attachment],
  lines: [line],
  chorus: {
    cadre: 'A1',
    supplier: { idType: '1', idTypeRaw: '1', id: '79955500000014', name: 'Atelier du Bois', country: 'FR' },
    recipient: { idType: '1', idTypeRaw: '1', id: '53514650090018', name: null, country: null },
    serviceCode: 'SERV1',
    serviceName: null,
    supplierServiceCode: null,
    engagement: 'ENG-1',
    market: null,
    contract: null,
    contractType: null,
    validator: null,
    payee: null,
    vatRegime: 'TVA_SUR_DEBIT',
    originalInvoice: null,
    deliveryDate: null,
  },
};

function merge(onto: unknown, patch: unknown): unknown {
  const plain = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!plain(onto) || !plain(patch)) return patch;
  const result: Record<string, unknown> = { ...(onto as object) };
  for (const [key, value] of Object.entries(patch as object)) result[key] = merge(result[key], value);
  return result;
}

export function invoiceWith(patch: Patch<Invoice> = {}): Invoice {
  return merge(base, patch) as Invoice;
}

export function placed(invoice: Invoice, index = 0): PlacedInvoice {
  return { invoice, index, place: (term) => ({ path: `/Facture/${term}`, line: 7 }) };
}

export function optionsOf(options: Partial<RuleOptions> = {}): RuleOptions {
  return {
    siretKey: false,
    paymentMeansDefault: false,
    attachmentSizeBytesMax: 10 * 1024 * 1024,
    attachmentExtensions: ['pdf', 'zip', 'png', 'docx', 'odt', 'xlsx', 'txt', 'xml'],
    findingsPerRuleMax: 20,
    ...options,
  };
}

export interface Circumstances {
  readonly kind?: FlowKind;
  readonly options?: Partial<RuleOptions>;
  readonly pieces?: readonly PieceFacts[];
  readonly today?: string;
  readonly interfaceCode?: string;
}

export function contextOf({ kind, options, pieces, today, interfaceCode }: Circumstances = {}): RuleContext {
  return {
    kind: kind ?? 'E2',
    interfaceCode: interfaceCode ?? null,
    today: today ?? '2026-01-31',
    options: optionsOf(options),
    pieces: new Map((pieces ?? [pdfInZip]).map((facts, index) => [index, facts])),
  };
}
