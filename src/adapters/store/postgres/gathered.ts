import type { Connection } from '../sql/connection.js';
import type { Insertion } from '../sql/query.js';
import { tableParents, tablesIn } from '../sql/table-order.js';

/**
 * The connection of a transaction that gathers the rows to be added and writes them as late as may be: in one
 * statement for all works of the transaction, before the first statement that names their table, and before the
 * commit. Rows of a table are written in the order in which they were given.
 */
export function gathered(connection: Connection): {
  readonly connection: Connection;
  flush(): Promise<void>;
} {
  const waiting = new Map<string, { readonly insertion: Insertion<never>; readonly rows: never[] }>();

  /** Those that a row refers to go before it. */
  async function write(table: string): Promise<void> {
    for (const parent of tableParents.get(table) ?? []) await write(parent);
    const batch = waiting.get(table);
    if (batch === undefined) return;
    waiting.delete(table);
    await connection.runMany(batch.insertion, batch.rows);
  }
  async function before(sql: string, keep: boolean): Promise<void> {
    if (waiting.size === 0) return;
    for (const table of tablesIn(sql, keep)) await write(table);
  }

  return {
    connection: {
      async all(query, params) {
        await before(query.sql, query.name !== null);
        return connection.all(query, params);
      },
      async one(query, params) {
        await before(query.sql, query.name !== null);
        return connection.one(query, params);
      },
      async run(query, params) {
        await before(query.sql, query.name !== null);
        return connection.run(query, params);
      },
      async runMany(insertion, rows) {
        await before(insertion.sql, true);
        return connection.runMany(insertion, rows);
      },
      async add<Params>(insertion: Insertion<Params>, rows: readonly Params[]) {
        const batch = waiting.get(insertion.table);
        if (batch !== undefined && batch.insertion !== insertion) await write(insertion.table);
        const own = waiting.get(insertion.table) ?? { insertion: insertion as Insertion<never>, rows: [] };
        own.rows.push(...(rows as never[]));
        if (own.rows.length > 0) waiting.set(insertion.table, own);
      },
    },
    async flush() {
      for (const table of [...waiting.keys()]) await write(table);
    },
  };
}
