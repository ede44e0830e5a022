import type { PoolClient, QueryResultRow } from 'pg';
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
  const text = insertion.key === null ? manyInserted(insertion) : manyChanged(insertion, insertion.key);
  manyTexts.set(insertion, text);
  return text;
}

const rowsGiven = (table: string) => `json_populate_recordset(NULL::"${table}", $1::json)`;

function manyInserted({ table, columns, conflict }: Insertion<never>): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `INSERT INTO "${table}" (${names}) SELECT ${names} FROM ${rowsGiven(table)} ${conflict}`;
}

function manyChanged({ table, columns }: Insertion<never>, key: string): string {
  const set = columns.filter((column) => column !== key).map((column) => `"${column}" = given."${column}"`);
  return (
    `UPDATE "${table}" SET ${set.join(', ')} FROM ${rowsGiven(table)} AS given ` +
    `WHERE "${table}"."${key}" = given."${key}"`
  );
}

/** Rows in one statement: a message of PostgreSQL holds no more than a gigabyte, and memory is to be spared. */
const rowsMax = 1_000;

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
    const objects = rows.map((row) => {
      const values = insertion.values(row);
      return Object.fromEntries(insertion.columns.map((column, i) => [column, given(values[i] ?? null)]));
    });
    const name = insertion.name === null ? null : `${insertion.name}m`;
    return (await ask(manyText(insertion), name, [JSON.stringify(objects)])).rowCount ?? 0;
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
    add: async (insertion, rows) => void (await inParts(insertion, rows)),
  };
}
