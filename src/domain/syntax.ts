/** The syntaxes an entry can be written in, as the command line names them. */
export const syntaxes = [
  'ubl-invoice',
  'ubl-creditnote',
  'cii',
  'facturx',
  'pes-facture',
  'cpp-mixte',
  'cpp-pivot',
  'cpp-statut',
  // A signature beside an invoice.
  'signature',
  'unknown',
] as const;

export type Syntax = (typeof syntaxes)[number];

/** True for CII itself and for the CII inside a Factur-X. */
export function isCii(syntax: Syntax): boolean {
  return syntax === 'cii' || syntax === 'facturx';
}
