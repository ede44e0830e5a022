import type { Syntax } from './syntax.js';

/** French names of the types that sniffing tells apart (`PieceFacts.type`). */
const typeWords: Readonly<Record<string, string>> = {
  zip: 'archive ZIP',
  gzip: 'archive gzip',
  bzip2: 'archive bzip2',
  tar: 'archive tar',
  '7z': 'archive 7z',
  rar: 'archive RAR',
  xz: 'archive xz',
  pdf: 'PDF',
  png: 'image PNG',
  jpeg: 'image JPEG',
  gif: 'image GIF',
  tiff: 'image TIFF',
  bmp: 'image BMP',
  rtf: 'document RTF',
  ole: 'document Office (ancien format)',
  xml: 'XML',
  text: 'texte sans balises',
  unknown: 'indéterminé',
};

/** French names of the syntaxes, as people who send invoices call them. */
const syntaxWords: Readonly<Record<Syntax, string>> = {
  'ubl-invoice': 'UBL Invoice',
  'ubl-creditnote': 'UBL CreditNote',
  cii: 'CII D16B',
  facturx: 'Factur-X',
  'pes-facture': 'PES Facture',
  'cpp-mixte': 'CPPFactureMixte',
  'cpp-pivot': 'CPPFacturePivot',
  'cpp-statut': 'CPPStatut',
  signature: 'signature électronique',
  unknown: 'syntaxe inconnue',
};

/** The French name of a sniffed type; the type itself where there is none. */
export function typeWord(type: string): string {
  return typeWords[type] ?? type;
}

export function syntaxWord(syntax: Syntax): string {
  return syntaxWords[syntax];
}

/** The count and its noun, the noun with an `s` from two on: `1 facture`, `2 factures`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count >= 2 ? noun.replace(/(\S+)/g, '$1s') : noun}`;
}
