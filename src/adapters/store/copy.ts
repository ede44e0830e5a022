import { createHash, type Hash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { Fault } from '../../errors.js';
import { begunCopy, endCopy, markCopy, openCopy } from './postgres/copying.js';
import { toFault } from './postgres/faults.js';
import { createPool, type PostgresPoolOptions } from './postgres/pool.js';
import { storable } from './postgres/text.js';
import { schemaVersion } from './sql/migrate.js';
import type { Query, Value } from './sql/query.js';
import { openConnection, type SqliteConnection } from './sqlite/connection.js';

export interface CopyOptions {
  /** The database file: of this program's version, and nobody works on it. */
  readonly source: string;
  readonly target: PostgresPoolOptions;
  /** Forgets what an earlier copy that did not end has written. */
  readonly restart?: boolean;
  /** After each portion; `verified` counts the rows compared, once all are there. */
  readonly onProgress?: (progress: CopyProgress) => void;
}

export interface CopyProgress {
  readonly step: 'copied' | 'verified';
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** Of all rows in the order of their keys, as both databases give them. */
  readonly sha256: string;
}

/** One table as the source has it. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly rows: number;
}

type Row = Readonly<Record<string, Value>>;

/** What only the processes of now are told of, and what SQLite says of itself. */
const leftOut = new Set(['leases', 'members']);
const ownMeta = 'schema.oldest';

/** Rows of a portion: it grows while portions are small, and shrinks before they take much memory. */
const rowsFirst = 50;
const rowsMost = 2_000;
const lengthWanted = 4 * 1024 * 1024;

/**
 * Copies every table of a SQLite database to PostgreSQL, in portions, each in a transaction that notes how far it came:
 * a copy that was stopped goes on from there. At its end each table is counted and hashed on both sides.
 * @throws Fault STORE_CONFLICT when the target holds other data or another copy runs, STORE_MIGRATION when a side has
 * another version, BACKUP_FAILED when a table differs, STORE_UNAVAILABLE.
 */
export async function copyStore(options: CopyOptions): Promise<readonly CopiedTable[]> {
  const source = openConnection(options.source, 5_000);
  const pool = createPool({ ...options.target, poolMax: 1 });
  try {
    source.pragma('query_only = ON');
    checkSource(source, options.source);
    const tables = await tablesOf(source);
    return await pool.use(async (client) => {
      const names = tables.map(({ name }) => name);
      await openCopy(client, {
        names,
        version: schemaVersion,
        restart: options.restart === true,
        server: pool.server,
      });
      for (const table of tables) await copyTable(source, client, table, options);
      const verified: CopiedTable[] = [];
      for (const table of tables) verified.push(await verify(source, client, table, options));
      await endCopy(client, names);
      return verified;
    });
  } catch (error) {
    throw toFault(error, pool.server);
  } finally {
    source.close();
    await pool.close();
  }
}

function checkSource(source: SqliteConnection, path: string): void {
  const version = Number(source.pragma('user_version'));
  if (version === schemaVersion) return;
  throw new Fault(
    'STORE_MIGRATION',
    `${path} has version ${version}, this program ${schemaVersion}: let this program open it once (\`ecluse doctor\`)`,
    { version, known: schemaVersion },
  );
}

const raw = (sql: string, values: readonly Value[] = []): Query<object, Row> => ({
  sql,
  name: null,
  values: () => [...values],
});

/** In the order in which they were made: a table refers to those before it only. */
async function tablesOf(source: SqliteConnection): Promise<readonly Table[]> {
  const found = await source.all(
    raw(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`),
    {},
  );
  const tables: Table[] = [];
  for (const { name } of found) {
    if (typeof name !== 'string' || leftOut.has(name)) continue;
    const columns = await source.all(
      raw('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid', [name]),
      {},
    );
    const key = columns
      .filter(({ pk }) => Number(pk) > 0)
      .sort((a, b) => Number(a.pk) - Number(b.pk))
      .map((column) => String(column.name));
    const count = await source.one(raw(`SELECT count(*) AS "rows" FROM "${name}"${condition(name)}`), {});
    tables.push({
      name,
      columns: columns.map((column) => String(column.name)),
      key,
      rows: Number(count?.rows),
    });
  }
  return tables;
}

const condition = (table: string): string => (table === 'meta' ? ` WHERE "key" <> '${ownMeta}'` : '');

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The rows after a key, as the text of both engines; `place` writes the place of a value. */
function portion(
  table: Table,
  after: readonly Value[] | null,
  limit: number,
  place: (n: number) => string,
): string {
  const own = condition(table.name);
  const from =
    after === null
      ? ''
      : `${own === '' ? ' WHERE' : ' AND'} (${list(table.key)}) > (${after.map((_, i) => place(i + 1)).join(', ')})`;
  return `SELECT ${list(table.columns)} FROM "${table.name}"${own}${from} ORDER BY ${list(table.key)} LIMIT ${limit}`;
}

const keyOf = (table: Table, row: Row): Value[] => table.key.map((column) => row[column] ?? null);

async function copyTable(
  source: SqliteConnection,
  client: PoolClient,
  table: Table,
  { onProgress }: CopyOptions,
): Promise<void> {
  const begun = await begunCopy(client, table.name);
  let { after, rows } = begun;
  if (begun.done) return;
  for (let limit = rowsFirst; ; ) {
    const some = await source.all(
      raw(
        portion(table, after, limit, () => '?'),
        after ?? [],
      ),
      {},
    );
    const last = some.at(-1);
    if (last !== undefined) after = keyOf(table, last);
    rows += some.length;
    const text = JSON.stringify(some, (_key, value: unknown) =>
      typeof value === 'string' ? storable(value) : value,
    );
    await client.query('BEGIN');
    if (some.length > 0)
      await client.query(
        `INSERT INTO "${table.name}" (${list(table.columns)}) SELECT ${list(table.columns)}
         FROM json_populate_recordset(NULL::"${table.name}", $1::json)`,
        [text],
      );
    await markCopy(client, table.name, { after, rows, done: some.length < limit });
    await client.query('COMMIT');
    onProgress?.({ step: 'copied', table: table.name, rows, of: table.rows });
    if (some.length < limit) return;
    limit = nextLimit(limit, text.length);
  }
}

function nextLimit(limit: number, length: number): number {
  if (length > lengthWanted) return Math.max(1, Math.floor((limit * lengthWanted) / length / 2));
  return Math.min(rowsMost, length * 4 < lengthWanted ? limit * 2 : limit);
}

/** @throws Fault BACKUP_FAILED when the table is not the same on both sides. */
async function verify(
  source: SqliteConnection,
  client: PoolClient,
  table: Table,
  { onProgress }: CopyOptions,
): Promise<CopiedTable> {
  const tell = (rows: number) => onProgress?.({ step: 'verified', table: table.name, rows, of: table.rows });
  const here = await digest(
    table,
    () => undefined,
    (sql, values) => source.all(raw(sql, values), {}),
    () => '?',
  );
  const there = await digest(
    table,
    tell,
    async (sql, values) => (await client.query<Record<string, Value>>(sql, [...values])).rows,
    (n) => `$${n}`,
  );
  if (here.rows === there.rows && here.sha256 === there.sha256) return { table: table.name, ...there };
  throw new Fault(
    'BACKUP_FAILED',
    `table ${table.name} differs: ${here.rows} rows in SQLite, ${there.rows} in PostgreSQL, or their contents. Did an engine work on either meanwhile? Stop it and begin anew with --restart`,
    { table: table.name, here, there },
  );
}

async function digest(
  table: Table,
  tell: (rows: number) => void,
  ask: (sql: string, values: readonly Value[]) => Promise<readonly Row[]>,
  place: (n: number) => string,
): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  let after: Value[] | null = null;
  for (let limit = rowsFirst; ; ) {
    const some: readonly Row[] = await ask(portion(table, after, limit, place), after ?? []);
    const length = addRows(hash, table, some);
    rows += some.length;
    tell(rows);
    const last = some.at(-1);
    if (last === undefined || some.length < limit) return { rows, sha256: hash.digest('hex') };
    after = keyOf(table, last);
    limit = nextLimit(limit, length);
  }
}

function addRows(hash: Hash, table: Table, rows: readonly Row[]): number {
  let length = 0;
  for (const row of rows) {
    const values = table.columns.map((column) => {
      const value = row[column] ?? null;
      return typeof value === 'string' ? storable(value) : value;
    });
    const text = `${JSON.stringify(values)}\n`;
    length += text.length;
    hash.update(text);
  }
  return length;
}
