import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Tables } from './tables.js';

/** What both engines take and give here: SQLite as it is, PostgreSQL once its connection has read its types. */
export type Value = string | number | null;

/**
 * Builds typed queries; never runs one: `Connection` does, on statements that stay prepared. The text is SQL that
 * both engines speak; the places of its values are written `?`, which PostgreSQL's connection numbers.
 */
export const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Stands in a query for a value that is only known when the query runs. */
class Slot {
  constructor(readonly name: string) {}
}

/** A query turned into SQL once, with the places of its values. */
export interface Query<Params, Row> {
  readonly sql: string;
  /** Names the statement that a connection may keep prepared; null for one that is put together anew each time. */
  readonly name: string | null;
  readonly values: (params: Params) => Value[];
  /** Never present: carries the type of the rows. */
  readonly row?: Row;
}

let named = 0;
const nextName = () => `q${++named}`;

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

/**
 * Compiles a query once; the builder is given slots in place of parameters. Kysely takes tens of microseconds to
 * compile, SQLite three to run: at thousands of statements a second the text must be kept.
 */
export function query<Params extends { readonly [name in keyof Params]: Value }, Row>(
  build: (slots: Params) => Compilable<Row>,
): Query<Params, Row> {
  const slots = new Proxy({}, { get: (_target, name) => new Slot(String(name)) }) as Params;
  const { sql: text, parameters } = build(slots).compile();
  const readers = parameters.map((parameter) =>
    parameter instanceof Slot
      ? (params: Params) => (params[parameter.name as keyof Params] ?? null) as Value
      : () => parameter as Value,
  );
  return { sql: text, name: nextName(), values: (params) => readers.map((read) => read(params)) };
}

/**
 * The order of commit of rows that another index finds, of which there are few. As an expression: by the index on `seq`
 * PostgreSQL would go through the whole table until it has met enough of them.
 */
export const fewInOrder = (table: string) => sql<number>`${sql.ref(`${table}.seq`)} + 0`;

/** A query with its values in place: for listings, whose conditions vary. */
export function once<Row>(built: Compilable<Row>): Query<Record<never, never>, Row> {
  const { sql: text, parameters } = built.compile();
  return { sql: text, name: null, values: () => [...parameters] as Value[] };
}

/** A statement that writes one row, and what is needed to write many of them in one statement. */
export interface Insertion<Params> extends Query<Params, never> {
  readonly kind: 'insert' | 'change' | 'remove';
  readonly table: string;
  readonly columns: readonly string[];
  /** What follows the rows: `ON CONFLICT ...`, the condition of a change after `WHERE`, or nothing. */
  readonly rest: string;
  /** What finds the rows that are changed or removed; the columns of which an insertion takes the last row only. */
  readonly keys: readonly string[];
}

type RowOf<Table extends keyof Tables, Column extends keyof Tables[Table]> = {
  readonly [C in Column]: Tables[Table][C] & Value;
};

/** The insertion of a row with exactly these columns; `skip` leaves one that breaks a unique key alone. */
export function insertion<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  columns: readonly Column[],
  conflict: 'refuse' | 'skip' = 'refuse',
): Insertion<RowOf<Table, Column>> {
  return inserting(table, columns, conflict === 'skip' ? 'ON CONFLICT DO NOTHING' : '');
}

/**
 * The insertion of a row with exactly these columns, or the change of the one that has the same key.
 * @param growing a column that must grow, or the row is left alone
 */
export function upsertion<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  columns: readonly Column[],
  key: readonly Column[],
  growing?: Column,
): Insertion<RowOf<Table, Column>> {
  const kept = columns.filter((column) => !key.includes(column));
  const set = kept.map((c) => `"${c}" = excluded."${c}"`).join(', ');
  const only = growing === undefined ? '' : ` WHERE "${table}"."${growing}" < excluded."${growing}"`;
  return inserting(table, columns, `ON CONFLICT (${quoted(key)}) DO UPDATE SET ${set}${only}`, key);
}

/** As `upsertion`; a row that stands there as it is is left alone, and does not count as changed. */
export function updatingUpsertion<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  key: readonly Column[],
  rest: readonly Column[],
): Insertion<RowOf<Table, Column>> {
  const columns = [...key, ...rest];
  const { rest: conflict } = upsertion(table, columns, key);
  const differs = rest.map((c) => `"${table}"."${c}" IS DISTINCT FROM excluded."${c}"`).join(' OR ');
  return inserting(table, columns, `${conflict} WHERE ${differs}`, key);
}

function inserting<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  columns: readonly Column[],
  conflict: string,
  keys: readonly Column[] = [],
): Insertion<RowOf<Table, Column>> {
  const places = columns.map(() => '?').join(', ');
  return {
    kind: 'insert',
    sql: `INSERT INTO "${table}" (${quoted(columns)}) VALUES (${places}) ${conflict}`.trimEnd(),
    name: nextName(),
    values: (params) => columns.map((column) => params[column] ?? null),
    table,
    columns,
    rest: conflict,
    keys,
  };
}

/**
 * The change of these columns of the rows that have the keys; many at once by `runMany`.
 * @param only a further condition, which names columns with their table
 */
export function changing<
  Table extends keyof Tables,
  Column extends keyof Tables[Table] & string,
  Key extends keyof Tables[Table] & string,
>(
  table: Table,
  columns: readonly Column[],
  keys: readonly Key[],
  only = '',
): Insertion<RowOf<Table, Column | Key>> {
  const all = [...columns, ...keys];
  const set = columns.map((column) => `"${column}" = ?`).join(', ');
  const rest = only === '' ? '' : `AND ${only}`;
  return {
    kind: 'change',
    sql: `UPDATE "${table}" SET ${set} WHERE ${placed(keys)} ${rest}`.trimEnd(),
    name: nextName(),
    values: (params) => all.map((column) => params[column] ?? null),
    table,
    columns: all,
    rest,
    keys,
  };
}

/** The removal of the rows that have the keys; many at once by `runMany`. */
export function removing<Table extends keyof Tables, Key extends keyof Tables[Table] & string>(
  table: Table,
  keys: readonly Key[],
): Insertion<RowOf<Table, Key>> {
  return {
    kind: 'remove',
    sql: `DELETE FROM "${table}" WHERE ${placed(keys)}`,
    name: nextName(),
    values: (params) => keys.map((column) => params[column] ?? null),
    table,
    columns: keys,
    rest: '',
    keys,
  };
}

/** Places in a list of ids: few texts, so that each stays prepared, and few enough for any engine. */
const listSizes = [1, 10, 30, 100] as const;

/** The change of the rows that a list of ids names (`listed`). */
export const changeListed = (before: string, after: string) => listed<never>(before, after);

/**
 * What is done with the rows that a list of ids names, in a few statements however long the list is: the text before
 * and after the list, and the values that the text before it takes.
 */
export function listed<Row>(
  before: string,
  after: string,
): (ids: readonly string[], ...values: readonly Value[]) => Query<Record<never, never>, Row>[] {
  const texts = listSizes.map((size) => ({
    size,
    sql: `${before} (${Array.from({ length: size }, () => '?').join(', ')}) ${after}`.trimEnd(),
    name: nextName(),
  }));
  return (ids, ...values) => {
    const found: Query<Record<never, never>, Row>[] = [];
    for (let at = 0; at < ids.length; ) {
      const left = ids.length - at;
      const text = texts.find(({ size }) => size >= left) ?? texts.at(-1);
      if (text === undefined) break;
      const some = ids.slice(at, at + text.size);
      // The rest of the places names the last one again.
      const filled = [...some, ...Array.from({ length: text.size - some.length }, () => some.at(-1) ?? '')];
      found.push({ sql: text.sql, name: text.name, values: () => [...values, ...filled] });
      at += some.length;
    }
    return found;
  };
}

/** The rows that the statements changed. */
export async function runAll(
  c: { run(query: Query<Record<never, never>, never>, params: Record<never, never>): Promise<number> },
  queries: readonly Query<Record<never, never>, never>[],
): Promise<number> {
  let changed = 0;
  for (const one of queries) changed += await c.run(one, {});
  return changed;
}

const placed = (keys: readonly string[]): string => keys.map((key) => `"${key}" = ?`).join(' AND ');

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
