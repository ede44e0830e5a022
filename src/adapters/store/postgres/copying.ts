import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { Fault } from '../../../errors.js';
import { migrateSchema } from '../sql/migrate.js';
import type { Value } from '../sql/query.js';
import { copyLock, migrationLock } from './locks.js';
import { checkServer, schemaOf, schemaState } from './schema.js';

/** How far each table came; the row without a name stands for the whole. */
const record = `CREATE TABLE IF NOT EXISTS "storeCopy" (
  "table" TEXT PRIMARY KEY,
  "after" TEXT,
  "rows" BIGINT NOT NULL,
  "done" BIGINT NOT NULL
)`;
const whole = '';
const lockMsMax = 3_000;
const lockRetryMs = 50;

export interface CopyMark {
  /** Key of the last row that was copied; null before the first. */
  readonly after: Value[] | null;
  readonly rows: number;
  readonly done: boolean;
}

interface CopyOpening {
  readonly names: readonly string[];
  readonly version: number;
  readonly restart: boolean;
  readonly server: string;
}

/**
 * Brings the schema of the target up to date and makes sure that it may be written: it is empty but for what a copy
 * that did not end has begun.
 * @throws Fault STORE_MIGRATION, STORE_CONFLICT.
 */
export async function openCopy(client: PoolClient, opening: CopyOpening): Promise<void> {
  const { names, version, restart, server } = opening;
  await checkServer(client);
  if (!(await takeCopyLock(client)))
    throw new Fault('STORE_CONFLICT', `another copy into PostgreSQL at ${server} is under way`, { server });
  await client.query(`BEGIN; ${migrationLock}`);
  await migrateSchema(schemaOf(client));
  await client.query('COMMIT');
  const state = await schemaState(client);
  if (state?.version !== version)
    throw new Fault('STORE_MIGRATION', `the database at ${server} has another version than this program`, {
      version: state?.version,
      known: version,
    });
  await client.query('BEGIN');
  await client.query(record);
  const begun = await client.query<{ done: number }>('SELECT "done" FROM "storeCopy" WHERE "table" = $1', [
    whole,
  ]);
  const [mark] = begun.rows;
  if (mark === undefined || mark.done === 1) await refuseData(client, names, server, mark !== undefined);
  else if (restart)
    await client.query(`TRUNCATE ${names.map((name) => `"${name}"`).join(', ')}, "storeCopy"`);
  await markCopy(client, whole, { after: null, rows: 0, done: false });
  await client.query('COMMIT');
}

/** The server may take a moment to notice that the connection of a copy that ended or was killed has gone. */
async function takeCopyLock(client: PoolClient): Promise<boolean> {
  const until = performance.now() + lockMsMax;
  for (;;) {
    const { rows } = await client.query<{ held: boolean }>(copyLock);
    if (rows[0]?.held === true) return true;
    if (performance.now() > until) return false;
    await sleep(lockRetryMs);
  }
}

async function refuseData(
  client: PoolClient,
  names: readonly string[],
  server: string,
  copied: boolean,
): Promise<void> {
  for (const name of names) {
    const { rows } = await client.query(`SELECT 1 FROM "${name}" LIMIT 1`);
    if (rows.length === 0) continue;
    await client.query('ROLLBACK');
    throw new Fault(
      'STORE_CONFLICT',
      copied
        ? `PostgreSQL at ${server} holds a copy that has ended and was verified: set store: postgres and start`
        : `PostgreSQL at ${server} holds other data (table ${name}): name an empty database`,
      { server, table: name },
    );
  }
}

export async function begunCopy(client: PoolClient, table: string): Promise<CopyMark> {
  const { rows } = await client.query<{ after: string | null; rows: number; done: number }>(
    'SELECT "after", "rows", "done" FROM "storeCopy" WHERE "table" = $1',
    [table],
  );
  const [mark] = rows;
  if (mark === undefined) return { after: null, rows: 0, done: false };
  const after = mark.after === null ? null : (JSON.parse(mark.after) as Value[]);
  return { after, rows: mark.rows, done: mark.done === 1 };
}

/** In the transaction of the rows that it speaks of. */
export async function markCopy(client: PoolClient, table: string, mark: CopyMark): Promise<void> {
  await client.query(
    `INSERT INTO "storeCopy" ("table", "after", "rows", "done") VALUES ($1, $2, $3, $4)
     ON CONFLICT ("table") DO UPDATE SET "after" = excluded."after", "rows" = excluded."rows", "done" = excluded."done"`,
    [table, mark.after === null ? null : JSON.stringify(mark.after), mark.rows, mark.done ? 1 : 0],
  );
}

/** Numbers go on after the last one copied; from now on programs may work with the database. */
export async function endCopy(client: PoolClient, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { rows } = await client.query<{ counter: string | null }>(
      `SELECT pg_get_serial_sequence($1, 'seq') AS "counter"
       FROM information_schema.columns WHERE table_name = $2 AND column_name = 'seq' AND table_schema = current_schema()`,
      [`"${name}"`, name],
    );
    const counter = rows[0]?.counter ?? null;
    if (counter === null) continue;
    await client.query(`SELECT setval($1, (SELECT max("seq") FROM "${name}")) FROM "${name}" LIMIT 1`, [
      counter,
    ]);
  }
  await markCopy(client, whole, { after: null, rows: 0, done: true });
}

/** @throws Fault STORE_UNAVAILABLE while a copy into the database has not ended. */
export async function refuseUnfinishedCopy(client: PoolClient): Promise<void> {
  const there = await client.query<{ there: boolean }>(
    `SELECT to_regclass('"storeCopy"') IS NOT NULL AS "there"`,
  );
  if (there.rows[0]?.there !== true) return;
  const { done } = await begunCopy(client, whole);
  if (done) return;
  throw new Fault(
    'STORE_UNAVAILABLE',
    'a copy into this database has not ended: run `ecluse store copy` again until it says that all is verified',
  );
}
