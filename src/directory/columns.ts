import { isCalendarDay } from '../domain/dates.js';
import { identifierTypes, isSiretShape } from '../domain/identifiers.js';
import type { DirectoryRow } from '../ports/store.js';

export const kinds = ['structure', 'service', 'supplier'] as const;
export type Kind = DirectoryRow['kind'];

/** The columns of a directory file (docs/directory.md), in the order in which they are documented. */
export const columnNames = [
  'kind',
  'siret',
  'code',
  'name',
  'active',
  'service_required',
  'engagement_required',
  'service_or_engagement_required',
  'routed_by_service',
  'partner',
  'valid_from',
  'valid_to',
  'id_type',
  'id',
] as const;

export type Column = (typeof columnNames)[number];

/** One row as read: text by column, an absent column as empty text. */
export type Cells = Readonly<Partial<Record<Column, string>>>;

/** A cell that cannot be taken over: which, what it holds, what is allowed there. */
export class CellProblem extends Error {
  constructor(
    readonly column: Column,
    readonly value: string,
    readonly allowed: string,
  ) {
    super(`${column}: ${allowed}`);
  }
}

const usedBy: Readonly<Record<Column, readonly Kind[]>> = {
  kind: kinds,
  siret: ['structure', 'service'],
  code: ['service'],
  name: kinds,
  active: kinds,
  service_required: ['structure'],
  engagement_required: ['structure', 'service'],
  service_or_engagement_required: ['structure'],
  routed_by_service: ['structure'],
  partner: ['structure', 'service'],
  valid_from: ['structure', 'service'],
  valid_to: ['structure', 'service'],
  id_type: ['supplier'],
  id: ['supplier'],
};

const truths = new Map([
  ...['true', '1', 'oui', 'vrai', 'yes'].map((word) => [word, true] as const),
  ...['false', '0', 'non', 'faux', 'no'].map((word) => [word, false] as const),
]);

const idTypes = new Map(
  Object.entries(identifierTypes).flatMap(([type, { api }]) => [
    [type, type],
    [api, type],
  ]),
);

const nameLengthMax = 255;
const codeLengthMax = 100;
const idLengthMax = 80;

/**
 * A row of the directory from its cells.
 * @throws CellProblem naming the first cell that cannot be taken over.
 */
export function toDirectoryRow(cells: Cells): DirectoryRow {
  const kind = kindOf(cells);
  refuseForeignCells(cells, kind);
  switch (kind) {
    case 'structure':
      return {
        kind,
        structure: {
          siret: siret(cells),
          name: name(cells),
          active: truth(cells, 'active', true),
          serviceRequired: truth(cells, 'service_required', false),
          engagementRequired: truth(cells, 'engagement_required', false),
          serviceOrEngagementRequired: truth(cells, 'service_or_engagement_required', false),
          routedByService: truth(cells, 'routed_by_service', false),
          ...reach(cells),
        },
      };
    case 'service':
      return {
        kind,
        service: {
          siret: siret(cells),
          code: text(cells, 'code', codeLengthMax),
          name: name(cells),
          active: truth(cells, 'active', true),
          engagementRequired: truth(cells, 'engagement_required', false),
          ...reach(cells),
        },
      };
    case 'supplier':
      return {
        kind,
        supplier: { ...identity(cells), name: name(cells), active: truth(cells, 'active', true) },
      };
  }
}

function kindOf(cells: Cells): Kind {
  const value = cells.kind ?? '';
  const kind = kinds.find((known) => known === value.toLowerCase());
  if (kind === undefined) throw new CellProblem('kind', value, `one of ${kinds.join(', ')}`);
  return kind;
}

/** A value where the kind has none most often means that the columns have slipped. */
function refuseForeignCells(cells: Cells, kind: Kind): void {
  for (const column of columnNames) {
    const value = cells[column] ?? '';
    if (value === '' || usedBy[column].includes(kind) || truths.get(value.toLowerCase()) === false) continue;
    throw new CellProblem(column, value, `nothing: a ${kind} does not have it`);
  }
}

function siret(cells: Cells): string {
  const value = (cells.siret ?? '').replace(/\s+/g, '');
  if (isSiretShape(value)) return value;
  throw new CellProblem(
    'siret',
    cells.siret ?? '',
    '14 digits (a spreadsheet drops leading zeros: keep the column as text)',
  );
}

function text(cells: Cells, column: Column, lengthMax: number): string {
  const value = cells[column] ?? '';
  if (value !== '' && value.length <= lengthMax) return value;
  throw new CellProblem(column, value, `1 to ${lengthMax} characters`);
}

function name(cells: Cells): string {
  return text(cells, 'name', nameLengthMax);
}

function truth(cells: Cells, column: Column, whenEmpty: boolean): boolean {
  const value = cells[column] ?? '';
  if (value === '') return whenEmpty;
  const known = truths.get(value.toLowerCase());
  if (known !== undefined) return known;
  throw new CellProblem(
    column,
    value,
    `one of ${[...truths.keys()].join(', ')}, or nothing for ${whenEmpty}`,
  );
}

function reach(cells: Cells) {
  const partner = cells.partner ?? '';
  if (partner !== '' && !/^[A-Z0-9]{6}$/.test(partner)) {
    throw new CellProblem('partner', partner, 'six capital letters or digits, or nothing when not connected');
  }
  const validFrom = day(cells, 'valid_from');
  const validTo = day(cells, 'valid_to');
  if (validFrom !== null && validTo !== null && validTo < validFrom) {
    throw new CellProblem('valid_to', validTo, `a day on or after valid_from (${validFrom})`);
  }
  return { partner: partner === '' ? null : partner, validFrom, validTo };
}

function day(cells: Cells, column: 'valid_from' | 'valid_to'): string | null {
  const value = cells[column] ?? '';
  if (value === '') return null;
  if (isCalendarDay(value)) return value;
  throw new CellProblem(column, value, 'a day as YYYY-MM-DD, or nothing');
}

function identity(cells: Cells): { idType: string; id: string } {
  const idType = idTypes.get((cells.id_type ?? '').toUpperCase());
  if (idType === undefined) {
    throw new CellProblem('id_type', cells.id_type ?? '', `one of ${[...idTypes.keys()].join(', ')}`);
  }
  const id = text(cells, 'id', idLengthMax).replace(/\s+/g, '').toUpperCase();
  if (idType === '1' && !isSiretShape(id))
    throw new CellProblem('id', id, '14 digits for the type 1 (SIRET)');
  return { idType, id };
}
