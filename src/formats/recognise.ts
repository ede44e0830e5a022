import type { Syntax } from '../domain/syntax.js';

/** Namespaces of the syntaxes, as their schemas declare them. */
export const namespaces = {
  invoice: 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2',
  creditNote: 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2',
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
  ext: 'urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2',
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  qdt: 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
  cppMixte: 'http://chorus-factures.budget.gouv.fr/facture',
} as const;

const pesNamespace = /^http:\/\/www\.minefi\.gouv\.fr\/cp\/helios\//;

/** The syntax of a document by its root element: `name` is the local name. */
export function recogniseRoot(root: { readonly name: string; readonly namespace: string }): Syntax {
  const { name, namespace } = root;
  if (name === 'Invoice' && namespace === namespaces.invoice) return 'ubl-invoice';
  if (name === 'CreditNote' && namespace === namespaces.creditNote) return 'ubl-creditnote';
  if (name === 'CrossIndustryInvoice' && namespace === namespaces.rsm) return 'cii';
  // DECISIONS: V1_16 of CPPFactureMixte has a namespace, the real sample has none; both are read.
  if (name === 'CPPFactureMixte' && (namespace === '' || namespace === namespaces.cppMixte))
    return 'cpp-mixte';
  if (name === 'CPPFacturePivot' && namespace === '') return 'cpp-pivot';
  if (name === 'CPPStatut' && namespace === '') return 'cpp-statut';
  if ((name === 'PES_Aller' || name.startsWith('PES_Facture')) && pesNamespace.test(namespace))
    return 'pes-facture';
  return 'unknown';
}

/** What kind of file the first bytes announce (some hundred bytes are enough). */
export function recogniseBytes(head: Buffer): 'pdf' | 'gzip' | 'zip' | 'xml' | 'unknown' {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6))) return 'zip';
  if (firstText(head).startsWith('<')) return 'xml';
  return head.subarray(0, 1024).includes('%PDF-') ? 'pdf' : 'unknown';
}

/** The first characters behind a byte order mark and white space. */
function firstText(head: Buffer): string {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return head.toString('latin1', 3).trimStart();
  if (a === 0xff && b === 0xfe) return head.toString('utf16le', 2).trimStart();
  if (a === 0xfe && b === 0xff) return head.toString('latin1', 2).replaceAll('\0', '').trimStart();
  return head.toString('latin1').replaceAll('\0', '').trimStart();
}
