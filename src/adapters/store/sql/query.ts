import {
  type CompiledQuery,
  DummyDriver,
  type Insertable,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Tables } from './tables.js';

/** What SQLite takes and gives here. */
export type Value = string | number | null;

/** Builds typed queries; never runs one: `Connection` does, on statements that stay prepared. */
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
  readonly values: (params: Params) => Value[];
  /** Never present: carries the type of the rows. */
  readonly row?: Row;
}

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
  const { sql, parameters } = build(slots).compile();
  const readers = parameters.map((parameter) =>
    parameter instanceof Slot
      ? (params: Params) => (params[parameter.name as keyof Params] ?? null) as Value
      : () => parameter as Value,
  );
  return { sql, values: (params) => readers.map((read) => read(params)) };
}

/** A query with its values in place: for listings, whose conditions vary. */
export function once<Row>(built: Compilable<Row>): Query<Record<never, never>, Row> {
  const { sql, parameters } = built.compile();
  return { sql, values: () => [...parameters] as Value[] };
}

/** The insertion of a row with exactly these columns. */
export function insertion<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  columns: readonly Column[],
): Query<{ readonly [C in Column]: Tables[Table][C] & Value }, never> {
  const build = (slots: object) => {
    const values = Object.fromEntries(columns.map((c) => [c, (slots as Record<string, unknown>)[c]]));
    return db.insertInto(table).values(values as unknown as Insertable<Tables[Table]>);
  };
  return query(build as never) as never;
}

/** The insertion of a row with exactly these columns, or the change of the one that has the same key. */
export function upsertion<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  columns: readonly Column[],
  key: readonly Column[],
): Query<{ readonly [C in Column]: Tables[Table][C] & Value }, never> {
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const kept = columns.filter((column) => !key.includes(column));
  const sql =
    `INSERT INTO "${table}" (${list(columns)}) VALUES (${columns.map(() => '?').join(', ')}) ` +
    `ON CONFLICT (${list(key)}) DO UPDATE SET ${kept.map((c) => `"${c}" = excluded."${c}"`).join(', ')}`;
  return { sql, values: (params) => columns.map((column) => params[column]) };
}
