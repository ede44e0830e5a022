import { extname } from 'node:path';
import { shownValue } from '../domain/finding.js';
import { asError, Fault } from '../errors.js';
import type { DirectoryRow, DirectoryStore, ImportCounts } from '../ports/store.js';
import { CellProblem, type Cells, type Column, columnNames, kinds, toDirectoryRow } from './columns.js';
import { CsvProblem, csvRecords } from './csv.js';
import { textChunks } from './text-file.js';

/**
 * Adds the rows of a file to the directory, or updates those that stand there: CSV (columns by name, `;` or `,`), or
 * JSON where the name ends in `.json`. Rows that the file does not name stay. All or nothing; of rows with the same
 * key the last wins. Columns: docs/directory.md.
 * @throws Fault DIRECTORY_IMPORT naming line, column, value and what is allowed; FILE_UNREADABLE.
 */
export async function importDirectoryFile(
  path: string,
  directory: DirectoryStore,
  shownName = path,
): Promise<ImportCounts> {
  const json = extname(shownName).toLowerCase() === '.json';
  return directory.importRows(json ? jsonRows(path) : csvRows(path));
}

/** What a file says, row by row, the rows that cannot be taken over among them; it ends at what makes the rest unreadable. */
export function* directoryRows(path: string, shownName = path): Generator<DirectoryRow | RowProblem> {
  const problems: RowProblem[] = [];
  const json = extname(shownName).toLowerCase() === '.json';
  const tell = (problem: Fault): void => void problems.push({ problem });
  try {
    for (const row of json ? jsonRows(path, tell) : csvRows(path, tell)) {
      yield* problems.splice(0);
      yield row;
    }
    yield* problems.splice(0);
  } catch (error) {
    yield* problems.splice(0);
    if (!(error instanceof Fault)) throw error;
    yield { problem: error };
  }
}

/** A row that cannot be taken over; `details` of the fault name where, which column and which value. */
export interface RowProblem {
  readonly problem: Fault;
}

type Tell = (problem: Fault) => void;

/** Without anybody to tell, the first problem ends the import. */
const raise: Tell = (problem) => {
  throw problem;
};

function* taken(work: () => DirectoryRow, tell: Tell): Generator<DirectoryRow> {
  let row: DirectoryRow;
  try {
    row = work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    tell(error);
    return;
  }
  yield row;
}

function* csvRows(path: string, tell: Tell = raise): Generator<DirectoryRow> {
  let header: readonly Column[] | null = null;
  try {
    for (const { line, fields } of csvRecords(textChunks(path))) {
      const columns: readonly Column[] | null = header;
      if (columns === null) header = headerOf(fields, path, line);
      else yield* taken(() => rowOf(cellsOf(columns, fields, path, line), path, `line ${line}`), tell);
    }
  } catch (error) {
    if (error instanceof CsvProblem)
      throw fault(path, `line ${error.line}`, error.message, { line: error.line });
    throw error;
  }
  if (header === null)
    throw fault(
      path,
      'line 1',
      `the file is empty: a header with the columns ${columnNames.join(';')} is expected`,
    );
}

function headerOf(fields: readonly string[], path: string, line: number): Column[] {
  const where = `line ${line}`;
  const columns = fields.map((field) => {
    const column = columnNames.find((name) => name === field.toLowerCase());
    if (column !== undefined) return column;
    throw fault(
      path,
      where,
      `the column "${shownValue(field)}" is not known; known are ${columnNames.join(', ')}`,
    );
  });
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw fault(path, where, `the column "${twice}" stands there twice`);
  const missing = (['kind', 'name'] as const).find((column) => !columns.includes(column));
  if (missing !== undefined) throw fault(path, where, `the column "${missing}" is missing`);
  return columns;
}

function cellsOf(header: readonly Column[], fields: readonly string[], path: string, line: number): Cells {
  if (fields.length !== header.length) {
    throw fault(path, `line ${line}`, `${fields.length} fields, where the header has ${header.length}`, {
      line,
    });
  }
  const cells: Partial<Record<Column, string>> = {};
  for (let i = 0; i < header.length; i += 1) {
    const column = header[i];
    if (column !== undefined) cells[column] = fields[i] ?? '';
  }
  return cells;
}

function rowOf(cells: Cells, path: string, where: string): DirectoryRow {
  try {
    return toDirectoryRow(cells);
  } catch (error) {
    if (!(error instanceof CellProblem)) throw error;
    const { column, value, allowed } = error;
    const found = value === '' ? 'nothing stands there' : `"${shownValue(value)}" is not allowed`;
    throw fault(path, `${where}, column ${column}`, `${found}; allowed: ${allowed}`, { column, value });
  }
}

/** `{"structures": [...], "services": [...], "suppliers": [...]}`, or one list of objects with a `kind`. */
function* jsonRows(path: string, tell: Tell = raise): Generator<DirectoryRow> {
  const content = parsed(path);
  if (Array.isArray(content)) {
    for (const [i, item] of content.entries())
      yield* taken(() => rowOf(jsonCells(item, path, `item ${i}`), path, `item ${i}`), tell);
    return;
  }
  if (typeof content !== 'object' || content === null) {
    throw fault(
      path,
      'top level',
      'an object with structures, services and suppliers, or a list, is expected',
    );
  }
  const groups = new Map(kinds.map((kind) => [`${kind}s`, kind]));
  for (const [group, items] of Object.entries(content)) {
    const kind = groups.get(group);
    if (kind === undefined)
      throw fault(
        path,
        'top level',
        `"${shownValue(group)}" is not known; known are ${[...groups.keys()].join(', ')}`,
      );
    if (!Array.isArray(items)) throw fault(path, group, 'a list is expected');
    for (const [i, item] of items.entries()) {
      const where = `${group}[${i}]`;
      yield* taken(() => rowOf({ ...jsonCells(item, path, where), kind }, path, where), tell);
    }
  }
}

function parsed(path: string): unknown {
  const text = [...textChunks(path)].join('');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(path, 'JSON', asError(error).message);
  }
}

/** Keys as the columns are named, or in the spelling of `ecluse directory list --format json` (`serviceRequired`). */
function jsonCells(item: unknown, path: string, where: string): Cells {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw fault(path, where, 'an object is expected');
  const cells: Partial<Record<Column, string>> = {};
  for (const [key, value] of Object.entries(item)) {
    const snake = key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
    const column = columnNames.find((name) => name === snake);
    if (column === undefined)
      throw fault(path, where, `"${shownValue(key)}" is not known; known are ${columnNames.join(', ')}`);
    if (value !== null && typeof value === 'object')
      throw fault(path, `${where}.${key}`, 'a text or a truth value is expected');
    cells[column] = value === null ? '' : String(value).trim();
  }
  return cells;
}

function fault(path: string, where: string, message: string, details: Record<string, unknown> = {}): Fault {
  return new Fault('DIRECTORY_IMPORT', `${path}, ${where}: ${message}`, { path, where, ...details });
}
