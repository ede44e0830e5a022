import type { Invoice } from './invoice.js';
import { chorusRows, type Row, semanticRows } from './semantic-terms.js';

/** Id of a term by its path without positions; where a list holds both, that of a charge stands apart. */
interface TermIds {
  readonly id: string;
  readonly charge?: string;
}

const ids = new Map<string, TermIds>();

function note(path: string, row: Row, prefix: string): void {
  if (path === '') return;
  const known = ids.get(path);
  const id = `${prefix}${row.id}`;
  if (known === undefined) ids.set(path, { id });
  else if (known.charge === undefined && known.id !== id) ids.set(path, { ...known, charge: id });
}

/** `prefix` stands before the ids of terms whose name alone does not say whose they are: `supplier.id`. */
function collect(rows: readonly Row[], above: string, prefix: string): void {
  for (const row of rows) {
    const path = row.field === null ? above : above === '' ? row.field : `${above}.${row.field}`;
    if (row.field !== null) note(path, row, prefix);
    if ('rows' in row) collect(row.rows, path, row.id.startsWith('BG-') ? '' : `${row.id}.`);
  }
}

collect(semanticRows, '', '');
collect(chorusRows, 'chorus', '');
// Amounts of a line that PES Facture has and the norm has not.
ids.set('lines.vat', { id: 'mtTVA' });
ids.set('lines.ttc', { id: 'mtTTC' });

/** Fields of a value that belong to the term itself. */
const withinTerm = /\.(value|scheme|code|list|version|charge)$/;

/**
 * The business term that a path in `Invoice` holds: a number of EN 16931-1 (`BT-112`, `BG-25`), else the name of the
 * Chorus term (`cadre`, `supplier.id`), as `ecluse convert --to json` names it. Null for a path that is no term.
 */
export function businessTermOf(path: string, invoice: Invoice): string | null {
  const plain = path.replace(/\[\d+\]/g, '');
  const known = ids.get(plain) ?? ids.get(plain.replace(withinTerm, ''));
  if (known === undefined) return null;
  return known.charge !== undefined && isCharge(path, invoice) ? known.charge : known.id;
}

/** Whether a path of allowances and charges leads to a charge. */
function isCharge(path: string, invoice: Invoice): boolean {
  const [, line, position = '0'] = /^(?:lines\[(\d+)\]\.)?allowancesCharges(?:\[(\d+)\])?/.exec(path) ?? [];
  const of = line === undefined ? invoice : invoice.lines[Number(line)];
  return of?.allowancesCharges[Number(position)]?.charge === true;
}
