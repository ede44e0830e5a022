import type { IdentifierType } from './identifiers.js';
import type { Syntax } from './syntax.js';

/**
 * An invoice (demande de paiement) as read from any syntax: the business terms (BT) and groups (BG) of
 * EN 16931-1, and the terms of Chorus Pro that the norm does not know (DOMAIN 9 and 10).
 *
 * Every value is the sender's own text, trimmed; amounts, rates and quantities too (see `decimal.ts` for their
 * exact value). Dates are `YYYY-MM-DD` where the text could be read as a date, else the text as it stands.
 * Absent means null, or an empty list.
 */
export interface Invoice {
  readonly syntax: Syntax;
  /** True for a CreditNote root; the type code alone says it elsewhere. */
  readonly creditNoteRoot: boolean;
  readonly number: string | null; // BT-1
  readonly issueDate: string | null; // BT-2
  readonly typeCode: string | null; // BT-3
  readonly currency: string | null; // BT-5
  readonly taxCurrency: string | null; // BT-6
  readonly taxPointDate: string | null; // BT-7
  readonly taxPointDateCode: string | null; // BT-8
  readonly dueDate: string | null; // BT-9
  readonly buyerReference: string | null; // BT-10
  readonly projectReference: string | null; // BT-11
  readonly contractReference: string | null; // BT-12
  readonly orderReference: string | null; // BT-13
  readonly salesOrderReference: string | null; // BT-14
  readonly receivingAdviceReference: string | null; // BT-15
  readonly despatchAdviceReference: string | null; // BT-16
  readonly tenderReference: string | null; // BT-17
  readonly invoicedObject: Identifier | null; // BT-18
  readonly buyerAccountingReference: string | null; // BT-19
  readonly paymentTerms: string | null; // BT-20
  readonly notes: readonly Note[]; // BG-1
  readonly businessProcess: string | null; // BT-23
  readonly specification: string | null; // BT-24
  readonly precedingInvoices: readonly PrecedingInvoice[]; // BG-3
  readonly seller: Party; // BG-4
  readonly buyer: Party; // BG-7
  readonly payee: Party | null; // BG-10
  readonly taxRepresentative: Party | null; // BG-11
  readonly delivery: Delivery | null; // BG-13
  readonly period: Period | null; // BG-14
  readonly payment: Payment; // BG-16
  readonly allowancesCharges: readonly AllowanceCharge[]; // BG-20, BG-21
  readonly totals: Totals; // BG-22
  readonly vatBreakdown: readonly VatBreakdown[]; // BG-23
  readonly attachments: readonly Attachment[]; // BG-24
  readonly lines: readonly Line[]; // BG-25
  readonly chorus: ChorusTerms;
}

/** A value with the scheme that says what it is (schemeID, or schemeName in Chorus' UBL). */
export interface Identifier {
  readonly value: string;
  readonly scheme: string | null;
}

export interface Note {
  readonly subjectCode: string | null; // BT-21
  readonly text: string; // BT-22
}

export interface PrecedingInvoice {
  readonly number: string | null; // BT-25
  readonly issueDate: string | null; // BT-26
}

/** A seller, buyer, payee, tax representative (BG-4, 7, 10, 11). BT numbers are the seller's / the buyer's. */
export interface Party {
  readonly name: string | null; // BT-27 / BT-44
  readonly tradingName: string | null; // BT-28 / BT-45
  readonly identifiers: readonly Identifier[]; // BT-29 / BT-46
  readonly legalId: Identifier | null; // BT-30 / BT-47
  readonly vatId: string | null; // BT-31 / BT-48
  readonly taxRegistrationId: string | null; // BT-32
  readonly legalForm: string | null; // BT-33
  readonly endpoint: Identifier | null; // BT-34 / BT-49
  readonly address: Address | null; // BG-5 / BG-8
  readonly contact: Contact | null; // BG-6 / BG-9
}

export interface Address {
  readonly line1: string | null; // BT-35
  readonly line2: string | null; // BT-36
  readonly line3: string | null; // BT-162
  readonly city: string | null; // BT-37
  readonly postCode: string | null; // BT-38
  readonly subdivision: string | null; // BT-39
  readonly country: string | null; // BT-40
}

export interface Contact {
  readonly name: string | null; // BT-41
  readonly phone: string | null; // BT-42
  readonly email: string | null; // BT-43
}

export interface Delivery {
  readonly name: string | null; // BT-70
  readonly location: Identifier | null; // BT-71
  readonly date: string | null; // BT-72
  readonly address: Address | null; // BG-15
}

export interface Period {
  readonly start: string | null; // BT-73 / BT-134
  readonly end: string | null; // BT-74 / BT-135
}

export interface Payment {
  readonly meansCode: string | null; // BT-81
  readonly meansText: string | null; // BT-82
  readonly remittance: string | null; // BT-83
  readonly accounts: readonly Account[]; // BG-17
  readonly cardNumber: string | null; // BT-87
  readonly cardHolder: string | null; // BT-88
  readonly mandate: string | null; // BT-89
  readonly creditorId: string | null; // BT-90
  readonly debitedAccount: string | null; // BT-91
}

export interface Account {
  readonly id: string | null; // BT-84
  readonly name: string | null; // BT-85
  readonly bic: string | null; // BT-86
}

export interface AllowanceCharge {
  readonly charge: boolean | null;
  readonly amount: string | null; // BT-92 / BT-99
  readonly base: string | null; // BT-93 / BT-100
  readonly percent: string | null; // BT-94 / BT-101
  readonly vatCategory: string | null; // BT-95 / BT-102
  readonly vatRate: string | null; // BT-96 / BT-103
  readonly reason: string | null; // BT-97 / BT-104
  readonly reasonCode: string | null; // BT-98 / BT-105
}

export interface Totals {
  readonly lines: string | null; // BT-106
  readonly allowances: string | null; // BT-107
  readonly charges: string | null; // BT-108
  readonly taxExclusive: string | null; // BT-109, Chorus: montant HT
  readonly tax: string | null; // BT-110
  readonly taxInAccountingCurrency: string | null; // BT-111
  readonly taxInclusive: string | null; // BT-112, Chorus: montant TTC
  readonly prepaid: string | null; // BT-113
  readonly rounding: string | null; // BT-114
  readonly payable: string | null; // BT-115, Chorus: net à payer
}

export interface VatBreakdown {
  readonly base: string | null; // BT-116
  readonly amount: string | null; // BT-117
  readonly category: string | null; // BT-118
  readonly rate: string | null; // BT-119
  readonly exemptionReason: string | null; // BT-120
  readonly exemptionCode: string | null; // BT-121
}

/**
 * A supporting document (BG-24). Its content was cut out of the byte stream: `piece` names it among the
 * entry's pieces; null when there was none.
 */
export interface Attachment {
  readonly name: string | null; // BT-122 (Chorus: the file name)
  readonly description: string | null; // BT-123 (Chorus CII and UBL: the type, 01 or 02)
  readonly uri: string | null; // BT-124
  readonly mime: string | null; // BT-125, attribute mimeCode
  readonly filename: string | null; // BT-125, attribute filename
  /** Chorus' type of piece: `01` main readable piece, `02` complementary; the sender's text otherwise. */
  readonly chorusType: string | null;
  readonly piece: number | null;
}

export interface Line {
  readonly id: string | null; // BT-126
  readonly note: string | null; // BT-127
  readonly object: Identifier | null; // BT-128
  readonly quantity: string | null; // BT-129
  readonly unit: string | null; // BT-130
  readonly netAmount: string | null; // BT-131
  readonly orderLineReference: string | null; // BT-132
  readonly accountingReference: string | null; // BT-133
  readonly period: Period | null; // BG-26
  readonly allowancesCharges: readonly AllowanceCharge[]; // BG-27, BG-28
  readonly netPrice: string | null; // BT-146
  readonly priceDiscount: string | null; // BT-147
  readonly grossPrice: string | null; // BT-148
  readonly priceBaseQuantity: string | null; // BT-149
  readonly priceBaseUnit: string | null; // BT-150
  readonly vatCategory: string | null; // BT-151
  readonly vatRate: string | null; // BT-152
  readonly name: string | null; // BT-153
  readonly description: string | null; // BT-154
  readonly sellerItemId: string | null; // BT-155
  readonly buyerItemId: string | null; // BT-156
  readonly standardItemId: Identifier | null; // BT-157
  readonly classifications: readonly Classification[]; // BT-158
  readonly originCountry: string | null; // BT-159
  readonly attributes: readonly ItemAttribute[]; // BG-32
  /** Chorus: INFORMATION and REGROUPEMENT lines carry no amount (UBL TYPE_LIGNE, CII LineStatusCode). */
  readonly kind: string | null;
}

export interface Classification {
  readonly code: string;
  readonly list: string | null;
  readonly version: string | null;
}

export interface ItemAttribute {
  readonly name: string | null; // BT-160
  readonly value: string | null; // BT-161
}

/** A party as Chorus Pro names it: kind of identifier, identifier, name, country. */
export interface ChorusParty {
  /** The kind, resolved from the sender's spelling (DOMAIN 3.3); null when absent or not understood. */
  readonly idType: IdentifierType | null;
  /** The sender's own spelling of the kind: `1`, `0002`, `RIDET`, `ETR`, ... */
  readonly idTypeRaw: string | null;
  readonly id: string | null;
  readonly name: string | null;
  readonly country: string | null;
}

/** What Chorus Pro reads in an invoice beside the norm's terms (DOMAIN 9 and 10). */
export interface ChorusTerms {
  /** Cadre de facturation A1...A25 as written; null when absent (then A1 applies). */
  readonly cadre: string | null;
  readonly supplier: ChorusParty;
  readonly recipient: ChorusParty;
  /** Code service of the debtor. */
  readonly serviceCode: string | null;
  readonly serviceName: string | null;
  readonly supplierServiceCode: string | null;
  readonly engagement: string | null;
  readonly market: string | null;
  readonly contract: string | null;
  /** What the reference is said to be, market or contract, as written. */
  readonly contractType: string | null;
  readonly validator: ChorusParty | null;
  /** The party that is paid instead of the supplier: factor or payee (encaisseur). */
  readonly payee: ChorusParty | null;
  /** `TVA_SUR_DEBIT`, `TVA_SUR_ENCAISSEMENT`, or the sender's text when neither is recognised. */
  readonly vatRegime: string | null;
  /** Number of the original invoice (credit notes). */
  readonly originalInvoice: string | null;
  readonly deliveryDate: string | null;
}
