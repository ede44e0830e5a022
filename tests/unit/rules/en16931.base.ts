import type { AllowanceCharge, Invoice, Line, VatBreakdown } from '../../../src/domain/invoice.js';
import type { Occurrences } from '../../../src/domain/occurrences.js';
import type { PlacedInvoice } from '../../../src/domain/reading.js';
import { derivedOccurrences } from '../../../src/validate/rules/en16931/derived.js';
import { allowance, invoiceWith, line, type Patch, placed, vat } from './base.js';

/** An invoice as a difference to `normBase`, and what its file says beside the terms. */
export interface NormExample {
  readonly invoice?: Patch<Invoice>;
  readonly occurrences?: Partial<Occurrences>;
  /** Refused examples: term of the first finding, and texts of its message. */
  readonly term?: string;
  readonly says?: readonly string[];
}

export interface NormCase {
  readonly rule: string;
  readonly accept: readonly NormExample[];
  readonly refuse: readonly NormExample[];
}

export const cii = { syntax: 'cii' } as const;

const address = {
  ...{ line1: '1 rue Haute', line2: null, line3: null, city: 'Lyon', postCode: '69001', subdivision: null },
  country: 'FR',
};
export const nowhere = { ...address, country: null };

/** An invoice that no rule of the norm has anything to say about, in UBL and in CII. */
export const normBase: Patch<Invoice> = {
  syntax: 'ubl-invoice',
  specification: 'urn:cen.eu:en16931:2017',
  seller: { address, vatId: 'FR00123456789', legalId: { value: '123456789', scheme: '0002' } },
  buyer: { address, vatId: 'FR00987654321', legalId: { value: '987654321', scheme: '0002' } },
};

export const representative = {
  ...{ name: 'Fiscalia', tradingName: null, identifiers: [], legalId: null, vatId: 'FR00111222333' },
  ...{ taxRegistrationId: null, legalForm: null, endpoint: null, address, contact: null },
};

export function normSubject({ invoice: patch = {}, occurrences }: NormExample): PlacedInvoice {
  const base = invoiceWith(normBase);
  const invoice = patched(base, patch);
  const subject = placed(invoice);
  if (occurrences === undefined) return subject;
  return { ...subject, occurrences: () => ({ ...derivedOccurrences(invoice), ...occurrences }) };
}

/** The patch again over the base of the norm: one level of objects, lists replaced whole. */
function patched(base: Invoice, patch: Patch<Invoice>): Invoice {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key];
    const mergeable = [before, value].every(
      (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
    );
    result[key] = mergeable ? { ...(before as object), ...(value as object) } : value;
  }
  return result as unknown as Invoice;
}

export const lineOf = (more: Partial<Line>): Patch<Invoice> => ({ lines: [{ ...line, ...more }] });
export const groupOf = (more: Partial<VatBreakdown>): Patch<Invoice> => ({
  vatBreakdown: [{ ...vat, ...more }],
});
export const allowanceOf = (more: Partial<AllowanceCharge>): Patch<Invoice> => ({
  allowancesCharges: [{ ...allowance, ...more }],
});
export const chargeOf = (more: Partial<AllowanceCharge>) => allowanceOf({ charge: true, ...more });
export const onLine = (more: Partial<AllowanceCharge>) =>
  lineOf({ allowancesCharges: [{ ...allowance, ...more }] });
