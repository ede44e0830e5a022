/**
 * What the rules of EN 16931 look at beside the terms of the `Invoice`: every occurrence of what the norm gives a code
 * list, a VAT category, a scheme or a number of times, wherever it stands in the sender's file.
 *
 * `at` names the element: by the path of a term in `Invoice` where it is one, else `occurrences[n]`, which only the
 * `place` of the invoice understands.
 */
export interface Occurrences {
  readonly lines: readonly LineOccurrence[]; // BG-25, in the order of `Invoice.lines`
  readonly allowances: readonly AllowanceOccurrence[]; // BG-20, 21, 27, 28
  readonly taxTotals: readonly TaxTotalOccurrence[]; // BT-110, BT-111
  readonly breakdowns: readonly BreakdownOccurrence[]; // BG-23
  /** VAT categories that stand elsewhere: UBL's withholding taxes. */
  readonly otherTaxes: readonly TaxOccurrence[];
  readonly taxIds: readonly TaxIdOccurrence[]; // BT-31, 32, 48, 63
  readonly addresses: readonly AddressOccurrence[]; // BG-5, 8, 12, 15
  readonly periods: readonly PeriodOccurrence[]; // BG-14, BG-26
  readonly means: readonly MeansOccurrence[]; // BG-16
  /** Texts of BT-122 and of the other references that UBL and CII keep in the same element. */
  readonly documents: readonly TextOccurrence[];
  readonly precedingInvoices: readonly TextOccurrence[]; // BT-25
  readonly attributes: readonly AttributeOccurrence[]; // BG-32
  readonly schemes: readonly SchemeOccurrence[];
  /** Codes of a list of the norm: each different one once, where it stands first. */
  readonly codes: readonly CodeOccurrence[];
  /** Terms of which there are more than the norm allows, where the second stands. */
  readonly repeated: readonly RepeatedOccurrence[];
  /** Days written in a format other than the norm's (CII: other than 102), by their path in `Invoice`. */
  readonly unusualDates: readonly string[];
  /** Amounts with white space after their decimals, by their path in `Invoice`: validators count it as digits. */
  readonly padded: readonly TextOccurrence[];
  /** BT-5 and BT-6 with the white space around them: a currency is compared as it stands. */
  readonly currencies: { readonly invoice: Written; readonly tax: Written };
  /** Whether the group of totals (BG-22) is there. */
  readonly hasTotals: boolean;
  /** Whether the seller (BG-4) is there. */
  readonly hasSeller: boolean;
}

/** The sender's text; empty for an element without content, null for none. */
export type Written = string | null;

export interface TextOccurrence {
  readonly at: string;
  readonly text: Written;
}

/** A VAT category where it is used. */
export interface TaxOccurrence {
  readonly at: string;
  /** In CII with the white space around it: codes are compared as they stand there. */
  readonly category: Written;
  readonly rate: Written;
  /** True when it is said to be of VAT (tax scheme `VAT`). */
  readonly vat: boolean;
}

export interface LineOccurrence {
  readonly at: string;
  readonly unit: Written; // BT-130
  readonly taxes: readonly TaxOccurrence[]; // BG-30
}

export interface AllowanceOccurrence {
  readonly at: string;
  readonly level: 'document' | 'line' | 'price';
  /** Null when it is not said which of both it is. */
  readonly charge: boolean | null;
  readonly amount: Written;
  readonly base: Written;
  readonly reason: Written;
  readonly reasonCode: Written;
  readonly taxes: readonly TaxOccurrence[];
}

export interface TaxTotalOccurrence {
  readonly at: string;
  readonly amount: Written;
  /** As it stands. */
  readonly currency: Written;
  /** UBL keeps a breakdown per total; CII one for the document, so that none is any total's own. */
  readonly breakdowns: readonly BreakdownOccurrence[];
}

export interface BreakdownOccurrence extends TaxOccurrence {
  /** UBL allows taxes per line too. */
  readonly level: 'document' | 'line';
  readonly base: Written;
  readonly amount: Written;
  readonly reason: Written;
  readonly reasonCode: Written;
}

export type PartyRole = 'seller' | 'buyer' | 'taxRepresentative' | 'other';

export interface TaxIdOccurrence {
  readonly at: string;
  readonly of: PartyRole;
  /** With the white space around it: the number begins with its first character. */
  readonly text: string;
  readonly vat: boolean;
}

export interface AddressOccurrence {
  readonly at: string;
  readonly of: PartyRole | 'delivery';
  readonly country: Written;
}

export interface PeriodOccurrence {
  readonly at: string;
  readonly level: 'document' | 'line';
  readonly start: Written;
  readonly end: Written;
  /** BT-8, which UBL writes into the period. */
  readonly code: Written;
}

export interface MeansOccurrence {
  readonly at: string;
  readonly code: Written;
  /** Number of each account; null for an account without one. */
  readonly accounts: readonly TextOccurrence[];
  /** Card numbers (BT-87). */
  readonly cards: readonly TextOccurrence[];
}

export interface AttributeOccurrence {
  readonly at: string;
  readonly name: Written;
  readonly value: Written;
}

/** An identifier that needs a scheme: BT-34, BT-49, BT-157, BT-158. */
export interface SchemeOccurrence {
  readonly at: string;
  readonly of: 'seller' | 'buyer' | 'item' | 'classification';
  readonly value: string;
  readonly scheme: Written;
}

/** What the code lists of the norm are for; the rule BR-CL-nn that reads it says which list. */
export type CodeUse =
  | 'type'
  | 'amountCurrency'
  | 'currency'
  | 'taxCurrency'
  | 'vatDate'
  | 'reference'
  | 'noteSubject'
  | 'partyScheme'
  | 'legalScheme'
  | 'classification'
  | 'country'
  | 'originCountry'
  | 'means'
  | 'vatCategory'
  | 'lineVatCategory'
  | 'allowanceReason'
  | 'chargeReason'
  | 'itemScheme'
  | 'exemption'
  | 'unit'
  | 'media'
  | 'endpointScheme'
  | 'locationScheme';

export interface CodeOccurrence {
  readonly use: CodeUse;
  readonly at: string;
  readonly code: string;
  /** How many times it stands in the file. */
  readonly count: number;
}

/** A term that stands there more than once, by its number. */
export interface RepeatedOccurrence {
  readonly term: string;
  readonly at: string;
}
