import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DirectoryRow, DirectoryStore } from '../ports/store.js';
import { directoryRows } from './import.js';

export type ChangeKind = 'added' | 'changed';

/** A row that an import would add or change. */
export interface RowChange {
  readonly kind: ChangeKind;
  readonly of: DirectoryRow['kind'];
  /** SIRET, SIRET and service code, or identifier of a supplier. */
  readonly key: string;
  readonly name: string;
  /** What would change, field by field; empty for a row that is added. */
  readonly fields: readonly { readonly field: string; readonly from: string; readonly to: string }[];
}

export interface RowFault {
  /** `line 12`, `line 12, column siret`, `structures[3]`. */
  readonly where: string;
  readonly message: string;
}

/** What an import would do, without doing it. */
export interface ImportPreview {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly faults: number;
  /** The first of them. */
  readonly changes: readonly RowChange[];
  readonly problems: readonly RowFault[];
}

const rowsPerTurn = 200;

/**
 * Looks at what the import of a file would change, row by row, and at every row that cannot be taken over. A row is the
 * same as one that stands there when their keys and first days are.
 * @param options.listMax changes and problems that are listed; all are counted
 */
export async function previewImport(
  path: string,
  directory: DirectoryStore,
  options: { readonly shownName?: string; readonly listMax?: number } = {},
): Promise<ImportPreview> {
  const { shownName = path, listMax = 100 } = options;
  const counts = { added: 0, changed: 0, unchanged: 0, faults: 0 };
  const changes: RowChange[] = [];
  const problems: RowFault[] = [];
  let seen = 0;
  for (const row of directoryRows(path, shownName)) {
    seen += 1;
    if (seen % rowsPerTurn === 0) await nextTurn();
    if ('problem' in row) {
      counts.faults += 1;
      const { details, message } = row.problem;
      const where = typeof details.where === 'string' ? details.where : '';
      if (problems.length < listMax) problems.push({ where, message: bare(message) });
      continue;
    }
    const change = await changeOf(row, directory);
    if (change === null) {
      counts.unchanged += 1;
      continue;
    }
    counts[change.kind] += 1;
    if (changes.length < listMax) changes.push(change);
  }
  return { ...counts, changes, problems };
}

/** The message without the path of our copy, and without the place, which is told apart. */
function bare(message: string): string {
  const at = message.indexOf(': ');
  return at < 0 ? message : message.slice(at + 2);
}

/** Before every day that a row may begin with. */
const always = '0000-01-01';

async function changeOf(row: DirectoryRow, directory: DirectoryStore): Promise<RowChange | null> {
  switch (row.kind) {
    case 'structure': {
      const { structure } = row;
      const now = await directory.structure(structure.siret, structure.validFrom ?? always);
      return compare(row.kind, structure.siret, structure, now);
    }
    case 'service': {
      const { service } = row;
      const now = await directory.service(service.siret, service.code, service.validFrom ?? always);
      return compare(row.kind, `${service.siret} ${service.code}`, service, now);
    }
    case 'supplier': {
      const { supplier } = row;
      const now = await directory.supplier(supplier.idType, supplier.id);
      return compare(row.kind, `${supplier.idType} ${supplier.id}`, supplier, now);
    }
  }
}

function compare<T extends { readonly name: string; readonly validFrom?: string | null }>(
  of: DirectoryRow['kind'],
  key: string,
  to: T,
  found: T | null,
): RowChange | null {
  const from = found !== null && (found.validFrom ?? null) === (to.validFrom ?? null) ? found : null;
  if (from === null) return { kind: 'added', of, key, name: to.name, fields: [] };
  const was = from as Readonly<Record<string, unknown>>;
  const fields = Object.entries(to).flatMap(([field, value]) =>
    (was[field] ?? null) === (value ?? null) ? [] : [{ field, from: shown(was[field]), to: shown(value) }],
  );
  return fields.length === 0 ? null : { kind: 'changed', of, key, name: to.name, fields };
}

function shown(value: unknown): string {
  if (value === true) return 'oui';
  if (value === false) return 'non';
  return value === null || value === undefined || value === '' ? '(vide)' : String(value);
}
