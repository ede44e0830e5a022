import { timestampInParis } from '../domain/dates.js';

/** One reason for which something of a partner's flow was refused. */
export interface Reject {
  readonly flow: string;
  readonly attempt: number;
  /** French word for the state of the flow. */
  readonly state: string;
  readonly receivedAt: Date;
  readonly refusedAt: Date;
  readonly entry: string | null;
  /** Null where the reason is about the flow or a file of it. */
  readonly invoice: string | null;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  readonly value: string | null;
  readonly line: number | null;
  readonly path: string | null;
}

const columns: readonly (readonly [string, (reject: Reject) => string | number | null])[] = [
  ['Flux', ({ flow }) => flow],
  ['Tentative', ({ attempt }) => attempt],
  ['État du flux', ({ state }) => state],
  ['Reçu le', ({ receivedAt }) => moment(receivedAt)],
  ['Rejeté le', ({ refusedAt }) => moment(refusedAt)],
  ['Fichier', ({ entry }) => entry],
  ['Facture', ({ invoice }) => invoice],
  ['Fournisseur', ({ supplierId }) => supplierId],
  ['Nom du fournisseur', ({ supplierName }) => supplierName],
  ['Règle', ({ rule }) => rule],
  ['Motif', ({ message }) => message],
  ['Remède', ({ fix }) => fix],
  ['Valeur', ({ value }) => value],
  ['Ligne', ({ line }) => line],
  ['Chemin', ({ path }) => path],
];

/** As French spreadsheets read a date with its time. */
const moment = (at: Date): string => timestampInParis(at).slice(0, 19).replace('T', ' ');

/** What a spreadsheet would take for a formula (OWASP, CSV injection), also behind blanks. */
const formula = /^\s*[=+\-@\t\r]/;

/**
 * A cell: a text that a spreadsheet would run as a formula gets an apostrophe before it, line ends become blanks, and
 * what holds a separator or a quote stands in quotes.
 */
function cell(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const flat = (value ?? '').replace(/[\r\n\u0085\u2028\u2029]+/g, ' ');
  const safe = formula.test(flat) ? `'${flat}` : flat;
  return /[";]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** First line of the file, with the mark by which spreadsheets know UTF-8. */
export const rejectsHead = `\ufeff${columns.map(([title]) => cell(title)).join(';')}\r\n`;

/** One line of the file. */
export function rejectLine(reject: Reject): string {
  return `${columns.map(([, of]) => cell(of(reject))).join(';')}\r\n`;
}

/** Name of the file of a partner's rejects of a day (`YYYY-MM-DD`); `part` counts from 1. */
export function rejectsName(partner: string, day: string, part: number): string {
  return `REJETS_${partner}_${day}${part === 1 ? '' : `_${part}`}.csv`;
}
