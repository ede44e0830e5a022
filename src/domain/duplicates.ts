import type { Finding } from './finding.js';

/** The three ways in which something may have come before (ARCHITECTURE 3.8), as kinds of the audit trail. */
export type DuplicateKind = 'duplicate-bytes' | 'duplicate-name' | 'duplicate-number';

export const duplicateLabels: Readonly<Record<DuplicateKind, string>> = {
  'duplicate-bytes': 'mêmes octets',
  'duplicate-name': 'même nom de flux',
  'duplicate-number': 'même numéro de facture',
};

const kinds: Readonly<Record<string, DuplicateKind>> = {
  'ECL-ENV-SAME-BYTES': 'duplicate-bytes',
  IRR_UNICITE: 'duplicate-name',
  REJ_UNI: 'duplicate-number',
  'ECL-DUP-IN-FLOW': 'duplicate-number',
};

export interface Duplicate {
  readonly kind: DuplicateKind;
  readonly rule: string;
  /** Number of the invoice; null where the whole flow is meant. */
  readonly invoice: string | null;
  /** French: it names the flow that came first. */
  readonly message: string;
}

/** What of a flow had come before, of the findings about it. */
export function duplicatesIn(findings: readonly Finding[]): readonly Duplicate[] {
  return findings.flatMap(({ rule, invoice, message }) => {
    const kind = kinds[rule];
    return kind === undefined ? [] : [{ kind, rule, invoice, message }];
  });
}
