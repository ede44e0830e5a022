import type { Invoice } from '../domain/invoice.js';
import {
  type SemanticGroup,
  type SemanticTerm,
  type SemanticTerms,
  semanticJson,
} from '../formats/semantic.js';

export type { SemanticGroup, SemanticTerm, SemanticTerms };

/** The terms of an invoice by number of EN 16931-1 and Chorus name, with French names. */
export function invoiceTerms(invoice: Invoice): {
  readonly terms: SemanticTerms;
  readonly chorus: SemanticTerms;
} {
  return semanticJson(invoice);
}
