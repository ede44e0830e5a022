import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../errors.js';
import type { Store } from '../../ports/store.js';
import type { Connection, Reading } from './sql/connection.js';
import { sqlDirectory } from './sql/directory.js';
import { leaseCalls } from './sql/leases.js';
import { meta } from './sql/listings.js';
import { memberCalls } from './sql/members.js';
import { migrateSchema, type Schema, schemaVersion } from './sql/migrate.js';
import { query } from './sql/query.js';
import { sqlReads } from './sql/reads.js';
import { createSerial } from './sql/serial.js';
import { setMeta } from './sql/statements.js';
import { sqlTransaction } from './sql/transaction.js';
import { whileOpen } from './sql/while-open.js';
import { isBusy, openConnection, type SqliteConnection } from './sqlite/connection.js';
import { createPrivateFile, preparePrivateFile, syncFile } from './sqlite/files.js';
import { createJournal, noJournal } from './sqlite/journal.js';

export interface SqliteStoreOptions {
  /** Path of the database file, created when it does not exist; `:memory:` for one that lives with the process. */
  readonly path: string;
  /** How long a transaction may wait for another, of this process or of another one. */
  readonly busyMsMax?: number;
}

/** How long opening and reading may block the thread for another process (they hardly ever have to wait). */
const readBusyMs = 5_000;
/** The write lock may be held for seconds, by an import: that wait leaves the thread free. */
const beginBusyMs = 2;
const retryMsMax = 50;

/** Where the oldest program that can work with the database is told. */
const oldestKey = 'schema.oldest';

/** Pages kept in memory by a connection, and pages in the journal before they are moved into the file. */
const cacheKib = 32 * 1024;
const checkpointPages = 4_000;

/**
 * The store on SQLite in WAL mode. A transaction has happened, for its caller and for every reading, once the journal
 * is on the disk: it survives a power loss. The journal is put there outside the main thread and for several
 * transactions at once (docs/decisions/0010). One transaction at a time per process; readings go over a connection of
 * their own and see committed rows only. Several processes may open the same file: their transactions wait for each other.
 * @throws Fault STORE_UNAVAILABLE when the file cannot be opened or is no database.
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, busyMsMax = 30_000 } = options;
  const inMemory = path === ':memory:';
  if (!inMemory) preparePrivateFile(path);
  const writer = open(path);
  writer.pragma(`busy_timeout = ${beginBusyMs}`);
  const reader = inMemory ? writer : open(path);
  const serial = createSerial(busyMsMax);
  const journal = inMemory ? noJournal : createJournal(path);

  const write = async <T>(work: (connection: SqliteConnection) => Promise<T>): Promise<T> => {
    const result = await serial(async () => {
      journal.check();
      const done = await inTransaction(writer, busyMsMax, work);
      journal.committed();
      return done;
    });
    await journal.durable();
    return result;
  };
  const snapshots = createSerial(busyMsMax);
  let snapshotReader: SqliteConnection | null = null;
  /** On a connection of its own, whose snapshot no other reading shares. */
  const inSnapshot = <T>(work: (connection: Connection) => Promise<T>): Promise<T> =>
    snapshots(async () => {
      snapshotReader ??= open(path);
      snapshotReader.exec('BEGIN');
      try {
        return await work(snapshotReader);
      } finally {
        snapshotReader.exec('COMMIT');
      }
    });
  // In memory there is one connection only: a reading waits, or it would see what may yet be rolled back.
  const read: Reading = inMemory
    ? (work) => serial(() => work(reader))
    : async (work, sees) => {
        const found = await (sees === 'snapshot' ? inSnapshot(work) : work(reader));
        // What was read may have been committed a moment ago: nobody acts on it before it is on the disk.
        await journal.durable();
        return found;
      };

  // One machine: its clock is the store's.
  const clocked = { read, write, now: async () => new Date() };

  return {
    ...sqlReads(read),
    migrate: () => write((connection) => migrateSchema(schemaOf(connection))),
    transaction: (work) =>
      write(async (connection) => {
        const { during, end } = whileOpen(connection);
        try {
          return await work(sqlTransaction(during));
        } finally {
          end();
        }
      }),
    ...leaseCalls(clocked),
    ...memberCalls(clocked, async () => {
      const { version, oldest } = await schemaOf(reader).state();
      return { database: version, oldest, program: schemaVersion };
    }),
    directory: sqlDirectory(read, write),
    copyTo: (target) => read((connection) => copy(connection, target)),
    close: () =>
      serial(async () => {
        await journal.close();
        snapshotReader?.close();
        close(writer, reader);
      }),
  };
}

/** The version stands in the file's header; a database without a word on older programs takes none. */
function schemaOf(connection: SqliteConnection): Schema {
  return {
    async state() {
      const version = Number(connection.pragma('user_version'));
      const oldest = version === 0 ? null : await connection.one(meta, { key: oldestKey });
      return { version, oldest: oldest === null ? version : Number(oldest.value) };
    },
    apply: async (sql) => connection.exec(sql),
    async setState({ version, oldest }) {
      connection.exec(`PRAGMA user_version = ${version}`);
      await connection.run(setMeta, { key: oldestKey, value: String(oldest) });
    },
  };
}

function open(path: string): SqliteConnection {
  const connection = openConnection(path, readBusyMs);
  connection.pragma('journal_mode = WAL');
  // Without an fsync at each commit: the journal is put on the disk by `createJournal`. Checkpoints do their own.
  connection.pragma('synchronous = NORMAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma(`cache_size = -${cacheKib}`);
  connection.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  return connection;
}

/** Runs a work between BEGIN and COMMIT; whatever it throws, nothing of it stays. */
async function inTransaction<T>(
  connection: SqliteConnection,
  busyMsMax: number,
  work: (connection: SqliteConnection) => Promise<T>,
): Promise<T> {
  await begin(connection, busyMsMax);
  try {
    const result = await work(connection);
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk or an I/O error has SQLite roll back by itself.
    if (connection.inTransaction()) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Takes the write lock; while another process holds it, the wait leaves this one free for other work. */
async function begin(connection: SqliteConnection, busyMsMax: number): Promise<void> {
  const deadlineMs = performance.now() + busyMsMax;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, retryMsMax)) {
    try {
      connection.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadlineMs) {
        throw new Fault(
          'STORE_UNAVAILABLE',
          `another process has kept the database locked for ${busyMsMax} ms`,
          {},
          error,
        );
      }
    }
    await sleep(waitMs);
  }
}

const vacuumInto = query((p: { target: string }) => ({
  compile: () => ({ sql: 'VACUUM INTO ?', parameters: [p.target] }) as never,
}));

/** One snapshot as one file, which is in WAL mode as ours is: opening it later leaves its bytes as they are. */
async function copy(connection: Connection, target: string): Promise<void> {
  createPrivateFile(target);
  await connection.run(vacuumInto, { target });
  const copied = openConnection(target, readBusyMs);
  copied.exec('PRAGMA journal_mode = WAL');
  copied.close();
  syncFile(target);
}

/** Moves what the journal holds into the file, so that the file alone is the whole database. */
function close(writer: SqliteConnection, reader: SqliteConnection): void {
  if (reader !== writer) reader.close();
  try {
    writer.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    writer.close();
  }
}
