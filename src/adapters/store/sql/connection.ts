import type { Insertion, Query } from './query.js';

/**
 * A connection to the database, as both engines give it. On SQLite a statement has run when its call returns: the
 * promise costs a turn of the microtask queue, never one of the event loop.
 */
export interface Connection {
  all<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row[]>;
  one<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row | null>;
  /** Runs a statement that gives no rows; the number of rows it changed. */
  run<Params>(query: Query<Params, unknown>, params: Params): Promise<number>;
  /** Writes the rows in their order, on PostgreSQL in one statement; the number of rows added or changed. */
  runMany<Params>(insertion: Insertion<Params>, rows: readonly Params[]): Promise<number>;
  /**
   * Writes rows of which nobody asks how many there were. A transaction may do so later, with those of other works,
   * before anything that could see them: what is wrong with them fails the transaction then. With `missing` each row
   * must have been written, or that is thrown; it is given the rows of which some were not.
   */
  later<Params>(
    insertion: Insertion<Params>,
    rows: readonly Params[],
    missing?: (rows: readonly Params[]) => Error,
  ): Promise<void>;
}

/**
 * Runs a reading on a connection that sees committed rows only. Each statement of it sees what is committed by then;
 * a reading whose statements must fit together asks for one `snapshot`, which costs more.
 */
export type Reading = <T>(work: (connection: Connection) => Promise<T>, sees?: 'snapshot') => Promise<T>;

/** Runs a work in a transaction: all of it or nothing. */
export type Writing = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;
