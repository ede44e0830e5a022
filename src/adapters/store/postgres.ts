import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient, QueryResult } from 'pg';
import { Fault } from '../../errors.js';
import type { Store } from '../../ports/store.js';
import { postgresConnection } from './postgres/connection.js';
import { refuseUnfinishedCopy } from './postgres/copying.js';
import { isLost, isRetryable, toFault } from './postgres/faults.js';
import { gathered } from './postgres/gathered.js';
import { migrationLock, orderLock } from './postgres/locks.js';
import { createPool, type Pool, type PostgresPoolOptions } from './postgres/pool.js';
import { checkServer, schemaOf, schemaState } from './postgres/schema.js';
import { together } from './postgres/together.js';
import { createYoung } from './postgres/young.js';
import type { Connection, Reading, Writing } from './sql/connection.js';
import { sqlDirectory } from './sql/directory.js';
import { leaseCalls } from './sql/leases.js';
import { flowsOf, type StructureKey, type SupplierKey, structuresOf, suppliersNamed } from './sql/lookups.js';
import { memberCalls } from './sql/members.js';
import { migrateSchema, schemaVersion } from './sql/migrate.js';
import { query } from './sql/query.js';
import { sqlReads } from './sql/reads.js';
import { createSerial } from './sql/serial.js';
import { sqlTransaction } from './sql/transaction.js';
import { whileOpen } from './sql/while-open.js';

export type PostgresStoreOptions = PostgresPoolOptions;

/** Times that a work is begun, when the server has it give way to another or loses the connection. */
const triesMax = 5;
const retryMs = 20;

/** The server's clock now, not that of the beginning of the transaction. */
const clock = query<Record<never, never>, { now: string }>(() => ({
  compile: () =>
    ({
      sql: `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "now"`,
      parameters: [],
    }) as never,
}));

/**
 * The store on PostgreSQL 13 or later, for several processes on several machines. A transaction of the port holds a
 * lock of the whole database from its beginning to its commit (docs/decisions/0019): `seq` is the order of commit for
 * every reader, numbers and ids are taken one after the other, and what was written for the one writer of SQLite holds
 * here. Leases, members and the directory do without that lock. Readings see committed rows only.
 * A work is begun again when the server asks for it (serialization, deadlock) or goes away before the commit was sent.
 * @throws Fault STORE_UNAVAILABLE when the server cannot be reached, STORE_MIGRATION when it is too old.
 */
export async function postgresStore(options: PostgresStoreOptions): Promise<Store> {
  const pool = createPool(options);
  try {
    await pool.use(checkServer);
  } catch (error) {
    await pool.close();
    throw error;
  }
  // Others of this process wait here, not each with a connection of its own.
  const serial = createSerial(options.statementMsMax);
  const young = createYoung(pool);
  const on = (client: PoolClient): Connection => postgresConnection(client, pool.server);

  const write: Writing = (work) => inTransaction(pool, 'BEGIN', (client) => work(on(client)));
  const read: Reading = (work, sees) =>
    again(
      () =>
        sees === 'snapshot'
          ? attempt(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', (client) => work(on(client)))
          : pool.use((client) => work(on(client))),
      pool,
    );
  const now = async (connection: Connection): Promise<Date> =>
    new Date((await connection.one(clock, {}))?.now ?? Number.NaN);
  const clocked = { read, write, now };

  const directory = sqlDirectory(read, write);
  const structure = together((keys: readonly StructureKey[]) => read((c) => structuresOf(c, keys)));
  const supplier = together((keys: readonly SupplierKey[]) => read((c) => suppliersNamed(c, keys)));

  return {
    ...sqlReads(read),
    flow: together((ids: readonly string[]) => read((c) => flowsOf(c, ids))),
    migrate: () =>
      inTransaction(pool, `BEGIN; ${migrationLock}`, async (client) => {
        await migrateSchema(schemaOf(client));
        await refuseUnfinishedCopy(client);
      }),
    transaction: (work) =>
      serial(() =>
        again(
          () =>
            pool.use(async (client) => {
              const { connection, send } = gathered(on(client));
              const { during, end } = whileOpen(connection);
              return pipelined(client, pool.server, `BEGIN; ${orderLock}`, {
                work: () => work(sqlTransaction(during)).finally(end),
                send,
              });
            }),
          pool,
        ),
      ).finally(young),
    ...leaseCalls(clocked),
    ...memberCalls(clocked, () =>
      pool.use(async (client) => {
        const { version, oldest } = (await schemaState(client)) ?? { version: 0, oldest: 0 };
        return { database: version, oldest, program: schemaVersion };
      }),
    ),
    directory: {
      ...directory,
      structure: (siret, asOf) => structure({ siret, asOf }),
      supplier: (idType, id) => supplier({ idType, id }),
    },
    copyTo: async () => {
      throw new Fault(
        'BACKUP_FAILED',
        `the database is PostgreSQL at ${pool.server}: back it up with its own tools (pg_dump, or a copy with its WAL), and the folders archive, quarantine and rules after it`,
        { server: pool.server },
      );
    },
    close: () => pool.close(),
  };
}

/** Runs a work in a transaction, from its beginning again when that is safe; whatever it throws, nothing of it stays. */
function inTransaction<T>(pool: Pool, begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return again(() => attempt(pool, begin, work), pool);
}

async function again<T>(run: () => Promise<T>, pool: Pool): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      const safe = isRetryable(error) || (isLost(error) && !isUnsure(error));
      if (!safe || tries >= triesMax || pool.closed()) throw error;
    }
    await sleep(retryMs * 2 ** tries * (0.5 + Math.random()));
  }
}

/** True when the connection broke while the commit was under way: nobody knows whether it holds. */
function isUnsure(error: unknown): boolean {
  return error instanceof Fault && error.details.unsure === true;
}

function attempt<T>(pool: Pool, begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return pool.use(async (client) => {
    const ask = (sql: string) =>
      client.query(sql).catch((error: unknown) => {
        throw toFault(error, pool.server);
      });
    let done: T;
    try {
      await ask(begin);
      done = await work(client);
    } catch (error) {
      // Where the connection is gone, the server rolls back by itself.
      if (!isLost(error)) await ask('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await commit(ask);
    return done;
  });
}

/**
 * A transaction whose statements do not wait for its beginning, nor its commit for what is written last: while it is
 * open all others wait, and every answer that is waited for keeps them waiting as long as this process is busy.
 * Behind a beginning that failed nothing holds, and behind a statement that failed the commit is a rollback.
 */
async function pipelined<T>(
  client: PoolClient,
  server: string,
  begin: string,
  parts: { work(): Promise<T>; send(): Promise<readonly Promise<void>[]> },
): Promise<T> {
  const ask = (sql: string) =>
    client.query(sql).catch((error: unknown) => {
      throw toFault(error, server);
    });
  const begun = ask(begin);
  begun.catch(() => undefined);
  let done: T;
  let sent: readonly Promise<void>[];
  try {
    done = await parts.work();
    sent = await parts.send();
  } catch (error) {
    const [first] = await Promise.allSettled([begun]);
    const cause = first.status === 'rejected' ? first.reason : error;
    if (!isLost(cause)) await ask('ROLLBACK').catch(() => undefined);
    throw cause;
  }
  const [ended, ...written] = await Promise.allSettled([commit(ask), begun, ...sent]);
  // Where the commit got no answer nobody knows, whatever became of the statements before it.
  if (ended.status === 'rejected' && isUnsure(ended.reason)) throw ended.reason;
  const failed = [...written, ended].find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return done;
}

async function commit(ask: (sql: string) => Promise<QueryResult>): Promise<void> {
  try {
    const { command } = await ask('COMMIT');
    if (command === 'COMMIT') return;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, error.message, { ...error.details, unsure: isLost(error) }, error);
  }
  throw new Fault(
    'INTERNAL',
    'a statement of the transaction had failed, which its work passed over: nothing of it was kept',
  );
}
