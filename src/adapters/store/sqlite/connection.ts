import Database from 'libsql';
import { asError, Fault, systemCode } from '../../../errors.js';
import type { Connection } from '../sql/connection.js';
import type { Insertion, Query, Value } from '../sql/query.js';

type Statement = Database.Statement<[readonly Value[]]>;

/**
 * One connection to the database file: statements are prepared once and kept. Nothing here waits: a statement has run
 * when its call returns, and its promise is settled.
 */
export interface SqliteConnection extends Connection {
  /** Statements without parameters, separated by `;`. */
  exec(sql: string): void;
  pragma(text: string): Value;
  inTransaction(): boolean;
  close(): void;
}

/** True when another process holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  return error instanceof Fault && String(error.details.sqlite).startsWith('SQLITE_BUSY');
}

/** Errors of SQLite as faults: a broken constraint means that another holder was there first. */
function toFault(error: unknown, path: string): Fault {
  const sqlite = systemCode(error) ?? 'unknown';
  const { message } = asError(error);
  const code = sqlite.startsWith('SQLITE_CONSTRAINT') ? 'STORE_CONFLICT' : 'STORE_UNAVAILABLE';
  return new Fault(code, `${path}: ${message}`, { sqlite, path }, error);
}

/**
 * Opens a connection.
 * @param busyMs how long a single statement may wait for a lock, blocking this thread.
 * @throws Fault STORE_UNAVAILABLE.
 */
export function openConnection(path: string, busyMs: number): SqliteConnection {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof Fault ? error : toFault(error, path);
    }
  };
  const database = guard(() => new Database(path, { timeout: busyMs }));
  const statements = new Map<string, Statement>();
  let open = true;

  const closed = () => new Fault('STORE_UNAVAILABLE', `${path} has been closed`, { path });
  const statement = (sql: string): Statement => {
    if (!open) throw closed();
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = database.prepare<[readonly Value[]]>(sql);
    statements.set(sql, prepared);
    return prepared;
  };

  function rows<Params, Row>(query: Query<Params, Row>, params: Params): Row[] {
    return guard(() => statement(query.sql).all(query.values(params)) as Row[]);
  }

  function writeAll<Params>(insertion: Insertion<Params>, many: readonly Params[]): number {
    let changed = 0;
    for (const row of many)
      changed += guard(() => statement(insertion.sql).run(insertion.values(row)).changes);
    return changed;
  }

  return {
    all: async (query, params) => rows(query, params),
    one: async (query, params) => rows(query, params)[0] ?? null,
    run: async (query, params) => guard(() => statement(query.sql).run(query.values(params)).changes),
    runMany: async (insertion, many) => writeAll(insertion, many),
    async later(insertion, many, missing) {
      if (writeAll(insertion, many) < many.length && missing !== undefined) throw missing(many);
    },
    exec: (sql) =>
      guard(() => {
        if (!open) throw closed();
        database.exec(sql);
      }),
    pragma: (text) =>
      guard(() => {
        if (!open) throw closed();
        const [row] = database.prepare(`PRAGMA ${text}`).all() as Record<string, Value>[];
        return row === undefined ? null : (Object.values(row)[0] ?? null);
      }),
    inTransaction: () => database.inTransaction,
    close() {
      open = false;
      statements.clear();
      guard(() => void database.close());
    },
  };
}
