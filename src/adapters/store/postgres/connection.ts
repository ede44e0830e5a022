import type { PoolClient, QueryResultRow } from 'pg';
import { Fault } from '../../../errors.js';
import type { Connection } from '../sql/connection.js';
import type { Insertion, Query, Value } from '../sql/query.js';
import { toFault } from './faults.js';
import { numbered, storable } from './text.js';

const texts = new WeakMap<object, string>();
const manyTexts = new WeakMap<object, string>();

function textOf(query: Query<never, unknown>): string {
  const known = texts.get(query);
  if (known !== undefined) return known;
  const text = numbered(query.sql);
  texts.set(query, text);
  return text;
}

/**
 * All rows in one statement whose text is always the same, so that it stays prepared: they come as JSON, which the
 * table's own columns give their types.
 */
function manyText(insertion: Insertion<never>): string {
  const known = manyTexts.get(insertion);
  if (known !== undefined) return known;
  const text = { insert: manyInserted, change: manyChanged, remove: manyRemoved }[insertion.kind](insertion);
  manyTexts.set(insertion, text);
  return text;
}

/** Fails, and so fails the transaction and a commit sent behind it, unless so many rows were written as were given. */
const checkedTexts = new WeakMap<object, string>();
function checkedText(insertion: Insertion<never>): string {
  const known = checkedTexts.get(insertion);
  if (known !== undefined) return known;
  const check = 'SELECT 1 / CASE WHEN count(*) = $2::int THEN 1 ELSE 0 END FROM done';
  const text = `WITH done AS (${manyText(insertion)} RETURNING 1) ${check}`;
  checkedTexts.set(insertion, text);
  return text;
}
/** SQLSTATE of a division by zero: no other statement of ours divides. */
const checkFailed = '22012';

const rowsGiven = (table: string) => `json_populate_recordset(NULL::"${table}", $1::json)`;

function manyInserted({ table, columns, rest }: Insertion<never>): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `INSERT INTO "${table}" (${names}) SELECT ${names} FROM ${rowsGiven(table)} ${rest}`;
}

function manyChanged({ table, columns, keys, rest }: Insertion<never>): string {
  const changed = columns.filter((column) => !keys.includes(column));
  const set = changed.map((column) => `"${column}" = given."${column}"`).join(', ');
  return `UPDATE "${table}" SET ${set} FROM ${rowsGiven(table)} AS given WHERE ${same(table, keys)} ${rest}`;
}

function manyRemoved({ table, keys }: Insertion<never>): string {
  return `DELETE FROM "${table}" USING ${rowsGiven(table)} AS given WHERE ${same(table, keys)}`;
}

const same = (table: string, keys: readonly string[]): string =>
  keys.map((key) => `"${table}"."${key}" = given."${key}"`).join(' AND ');

/** Rows in one statement: a message of PostgreSQL holds no more than a gigabyte, and memory is to be spared. */
export const rowsMax = 1_000;

const given = (value: Value): Value => (typeof value === 'string' ? storable(value) : value);

/** A connection on a client of the pool. @param server as messages name it */
export function postgresConnection(client: PoolClient, server: string): Connection {
  async function ask(text: string, name: string | null, values: readonly Value[]) {
    try {
      return await client.query<QueryResultRow>({
        text,
        values: [...values],
        ...(name === null ? {} : { name }),
      });
    } catch (error) {
      throw toFault(error, server);
    }
  }
  const asked = <Params>(query: Query<Params, unknown>, params: Params) =>
    ask(textOf(query), query.name, query.values(params).map(given));

  async function some<Params>(insertion: Insertion<Params>, rows: readonly Params[]): Promise<number> {
    const [only] = rows;
    if (rows.length === 1 && only !== undefined) return (await asked(insertion, only)).rowCount ?? 0;
    const name = insertion.name === null ? null : `${insertion.name}m`;
    return (await ask(manyText(insertion), name, [jsonOf(insertion, rows)])).rowCount ?? 0;
  }

  async function checked<Params>(
    insertion: Insertion<Params>,
    rows: readonly Params[],
    missing: (rows: readonly Params[]) => Error,
  ): Promise<void> {
    const name = insertion.name === null ? null : `${insertion.name}c`;
    try {
      await ask(checkedText(insertion), name, [jsonOf(insertion, rows), rows.length]);
    } catch (error) {
      throw error instanceof Fault && error.details.postgres === checkFailed ? missing(rows) : error;
    }
  }

  async function inParts<Params>(insertion: Insertion<Params>, rows: readonly Params[]): Promise<number> {
    let changed = 0;
    for (let at = 0; at < rows.length; at += rowsMax)
      changed += await some(insertion, rows.slice(at, at + rowsMax));
    return changed;
  }

  return {
    all: async <Params, Row>(query: Query<Params, Row>, params: Params) =>
      (await asked(query, params)).rows as Row[],
    one: async <Params, Row>(query: Query<Params, Row>, params: Params) =>
      ((await asked(query, params)).rows[0] ?? null) as Row | null,
    run: async (query, params) => (await asked(query, params)).rowCount ?? 0,
    runMany: inParts,
    async later(insertion, rows, missing) {
      if (missing === undefined) return void (await inParts(insertion, rows));
      for (let at = 0; at < rows.length; at += rowsMax)
        await checked(insertion, rows.slice(at, at + rowsMax), missing);
    },
  };
}

/** The rows as one value, whose objects the table's own columns give their types. */
function jsonOf<Params>(insertion: Insertion<Params>, rows: readonly Params[]): string {
  return JSON.stringify(
    rows.map((row) => {
      const values = insertion.values(row);
      return Object.fromEntries(insertion.columns.map((column, i) => [column, given(values[i] ?? null)]));
    }),
  );
}
