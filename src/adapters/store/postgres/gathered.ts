import type { Connection } from '../sql/connection.js';
import type { Insertion } from '../sql/query.js';
import { tableParents, tablesIn } from '../sql/table-order.js';
import { rowsMax } from './connection.js';

/** Rows of a table that wait to be written. */
interface Batch {
  readonly insertion: Insertion<never>;
  readonly missing: ((rows: readonly never[]) => Error) | undefined;
  readonly rows: never[];
}

/**
 * The connection of a transaction that gathers the rows of `later` and writes them as late as may be: in one
 * statement for all works of the transaction, before the first statement that names their table, and before the
 * commit. Rows of a table are written in the order in which they were given. Statements go out one behind the other
 * without waiting for answers between them: each answer is waited for by a process that has other things to do, while
 * everybody else waits for the lock that the transaction holds.
 */
export function gathered(connection: Connection): {
  readonly connection: Connection;
  /** Sends all that waits; gives what is to be answered. */
  send(): Promise<readonly Promise<void>[]>;
} {
  const waiting = new Map<string, Batch>();
  /** Sent, and perhaps not answered yet. */
  const sent: Promise<void>[] = [];

  async function send(table: string): Promise<void> {
    await sendNewParents(table);
    const batch = waiting.get(table);
    if (batch === undefined) return;
    waiting.delete(table);
    const answer = connection.later(batch.insertion, newest(batch), batch.missing);
    // Its failure is told by whoever comes next: nothing goes through behind it.
    answer.catch(() => undefined);
    sent.push(answer);
    // Of several statements the second one leaves when the first is answered: nothing may overtake it.
    if (batch.rows.length > rowsMax) await answer.catch(() => undefined);
  }
  /** New rows that another one refers to go before it; for changes of rows that stand there nothing waits. */
  async function sendNewParents(table: string): Promise<void> {
    for (const parent of tableParents.get(table) ?? [])
      if (waiting.get(parent)?.insertion.kind === 'insert') await send(parent);
      else await sendNewParents(parent);
  }
  async function sendAll(tables: Iterable<string>): Promise<void> {
    for (const table of [...tables]) await send(table);
  }

  /** Runs a statement behind what must have been written before it. */
  async function behind<T>(sql: string, keep: boolean, run: () => Promise<T>): Promise<T> {
    if (waiting.size > 0) await sendAll(tablesIn(sql, keep));
    try {
      return await run();
    } catch (error) {
      throw await firstFailure(sent, error);
    }
  }

  return {
    connection: {
      all: (query, params) => behind(query.sql, query.name !== null, () => connection.all(query, params)),
      one: (query, params) => behind(query.sql, query.name !== null, () => connection.one(query, params)),
      run: (query, params) => behind(query.sql, query.name !== null, () => connection.run(query, params)),
      runMany: (insertion, rows) => behind(insertion.sql, true, () => connection.runMany(insertion, rows)),
      async later<Params>(
        insertion: Insertion<Params>,
        rows: readonly Params[],
        missing?: (rows: readonly Params[]) => Error,
      ) {
        const batch = waiting.get(insertion.table);
        if (batch !== undefined && batch.insertion !== insertion) await send(insertion.table);
        const own = waiting.get(insertion.table) ?? ({ insertion, missing, rows: [] } as unknown as Batch);
        own.rows.push(...(rows as never[]));
        if (own.rows.length > 0) waiting.set(insertion.table, own);
      },
    },
    async send() {
      await sendAll(waiting.keys());
      return sent;
    },
  };
}

/** Of statements that went out one behind the other: the later ones failed because of the first that did. */
async function firstFailure(sent: readonly Promise<void>[], otherwise: unknown): Promise<unknown> {
  const failed = (await Promise.allSettled(sent)).find((one) => one.status === 'rejected');
  return failed === undefined ? otherwise : failed.reason;
}

/** One statement cannot write a row twice: of those to be inserted with the same keys the last one stands. */
function newest({ insertion, rows }: Batch): readonly never[] {
  if (insertion.kind !== 'insert' || insertion.keys.length === 0 || rows.length < 2) return rows;
  const at = insertion.keys.map((key) => insertion.columns.indexOf(key));
  const byKey = new Map<string, never>();
  for (const row of rows) {
    const values = insertion.values(row);
    byKey.set(JSON.stringify(at.map((i) => values[i])), row);
  }
  return [...byKey.values()];
}
