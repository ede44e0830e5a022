import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import type { Store } from '../../src/ports/store.js';
import { delivery, newFlow, type StorePlace, storeContract } from './store.contract.js';
import { alertStoreContract } from './store-alerts.contract.js';
import { consoleStoreContract } from './store-console.contract.js';
import { consoleReadsContract } from './store-console-reads.contract.js';
import { jobStoreContract } from './store-jobs.contract.js';
import { leaseStoreContract } from './store-leases.contract.js';
import { lifeStoreContract } from './store-life.contract.js';
import { manyStoreContract } from './store-many.contract.js';
import { questionStoreContract } from './store-questions.contract.js';
import { replayStoreContract } from './store-replays.contract.js';
import { retentionStoreContract } from './store-retention.contract.js';

const createPlace = async (): Promise<StorePlace> => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  return {
    open: () => sqliteStore({ path: join(dir, 'store.sqlite') }),
    copies: { path: join(dir, 'copy.sqlite'), open: (path) => sqliteStore({ path }) },
    remove: async () => rmSync(dir, { recursive: true }),
  };
};

storeContract('sqlite', createPlace);
alertStoreContract('sqlite', createPlace);
questionStoreContract('sqlite', createPlace);
replayStoreContract('sqlite', createPlace);
leaseStoreContract('sqlite', createPlace);
jobStoreContract('sqlite', createPlace);
lifeStoreContract('sqlite', createPlace);
manyStoreContract('sqlite', createPlace);
retentionStoreContract('sqlite', createPlace);
consoleStoreContract('sqlite', createPlace);
consoleReadsContract('sqlite', createPlace);

describe('the SQLite store', () => {
  let dir: string;
  let path: string;
  let store: Store;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    path = join(dir, 'store.sqlite');
    store = await sqliteStore({ path });
    await store.migrate();
  });
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  const direct = (sql: string) => {
    const database = new Database(path);
    try {
      database.exec(sql);
    } finally {
      database.close();
    }
  };
  const mode = (file: string) => statSync(file).mode & 0o777;

  it('keeps its files for the owner alone', async () => {
    await store.transaction((tx) => tx.setMeta('a', 'b'));
    expect([mode(path), mode(`${path}-wal`), mode(`${path}-shm`)]).toEqual([0o600, 0o600, 0o600]);
    await store.copyTo(join(dir, 'copy.sqlite'));
    expect(mode(join(dir, 'copy.sqlite'))).toBe(0o600);
    chmodSync(path, 0o644);
    await (await sqliteStore({ path })).close();
    expect(mode(path)).toBe(0o600);
  });

  it('refuses a database that is newer than the program', async () => {
    direct(`PRAGMA user_version = 999; UPDATE meta SET value = '999' WHERE "key" = 'schema.oldest'`);
    await expect(store.migrate()).rejects.toMatchObject({ code: 'STORE_MIGRATION' });
    direct(`DELETE FROM meta WHERE "key" = 'schema.oldest'`);
    await expect(store.migrate()).rejects.toMatchObject({ code: 'STORE_MIGRATION' });
  });

  it('works beside a newer program that has left room for it', async () => {
    direct('PRAGMA user_version = 999');
    await store.migrate();
    const { database, oldest, program } = await store.schemaVersions();
    expect(database).toBe(999);
    expect(oldest).toBeLessThanOrEqual(program);
  });

  it('migrates once: a second run and a second handle change nothing', async () => {
    await store.transaction((tx) => tx.setMeta('a', 'b'));
    await store.migrate();
    const other = await sqliteStore({ path });
    await other.migrate();
    expect(await other.meta('a')).toBe('b');
    await other.close();
  });

  it('refuses a file that is no database, and a folder that does not exist', async () => {
    writeFileSync(join(dir, 'text'), 'no database at all, only some text that is long enough'.repeat(50));
    await expect(sqliteStore({ path: join(dir, 'text') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await expect(sqliteStore({ path: join(dir, 'no', 'x') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('never changes nor deletes a line of the audit trail', async () => {
    await store.transaction((tx) =>
      tx.insertEvents([{ at: 'x', actor: 'engine', kind: 'k', flow: 'f', invoice: null, text: 't' }]),
    );
    expect(() => direct("UPDATE events SET text = 'other'")).toThrow(/never changed/);
    expect(() => direct('DELETE FROM events')).toThrow(/never deleted/);
    expect(await store.events('f')).toHaveLength(1);
  });

  /** What a crash leaves behind: the file and its journal as they are in the middle of a transaction. */
  it('keeps what was committed, and nothing else, when it stops in the middle of a transaction', async () => {
    const crashed = join(dir, 'crashed.sqlite');
    await store.transaction((tx) => tx.setMeta('committed', 'yes'));
    await store.transaction(async (tx) => {
      await tx.setMeta('open', 'yes');
      copyFileSync(path, crashed);
      copyFileSync(`${path}-wal`, `${crashed}-wal`);
    });
    const after = await sqliteStore({ path: crashed });
    expect(await after.meta('committed')).toBe('yes');
    expect(await after.meta('open')).toBeNull();
    await after.close();
  });

  it('writes a copy whose bytes stay as they are when it is opened and read', async () => {
    await store.transaction((tx) => tx.insertFlow(newFlow()));
    const copy = join(dir, 'copy.sqlite');
    await store.copyTo(copy);
    const digest = () => createHash('sha256').update(readFileSync(copy)).digest('hex');
    const before = digest();
    const opened = await sqliteStore({ path: copy });
    expect((await opened.summary('0000')).flows).toBe(1);
    await opened.close();
    expect(digest()).toBe(before);
  });

  it('is whole in its one file once closed', async () => {
    await store.transaction((tx) => tx.setMeta('a', 'b'));
    await store.close();
    const moved = join(dir, 'moved.sqlite');
    writeFileSync(moved, readFileSync(path));
    store = await sqliteStore({ path: moved });
    expect(await store.meta('a')).toBe('b');
  });

  it('waits for another process without stopping this one, and gives up in time', async () => {
    const locker = new Database(path);
    locker.exec('BEGIN IMMEDIATE');
    const patient = store.transaction((tx) => tx.setMeta('a', '1'));
    const hasty = await sqliteStore({ path, busyMsMax: 1_500 });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    await expect(hasty.transaction((tx) => tx.setMeta('a', '2'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    clearInterval(timer);
    locker.exec('COMMIT');
    expect(turns).toBeGreaterThan(20);
    await patient;
    expect(await store.meta('a')).toBe('1');
    await hasty.close();
    locker.close();
  });

  it('works in memory, where a reading waits for the transaction', async () => {
    const memory = await sqliteStore({ path: ':memory:' });
    await memory.migrate();
    const flow = newFlow();
    const writing = memory.transaction(async (tx) => {
      await tx.insertFlow(flow);
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(await memory.flow(flow.id)).not.toBeNull();
    await writing;
    await memory.close();
  });

  /** A listing that scans its table gets slower with every flow. */
  it('finds what the engine asks for again and again by index', async () => {
    await store.transaction((tx) => tx.insertDeliveries([delivery()]));
    const database = new Database(path);
    const plan = (sql: string) =>
      (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
        .map((r) => r.detail)
        .join('; ');
    const asked: readonly [string, string][] = [
      ['SELECT id FROM flows WHERE "finalAt" IS NULL ORDER BY seq LIMIT 1', 'flowsOpen'],
      ["SELECT DISTINCT partner FROM deliveries WHERE state = 'pending'", 'deliveriesPending'],
      ["SELECT * FROM deliveries WHERE partner = ? AND state = 'pending' ORDER BY seq", 'deliveriesPending'],
      [
        'SELECT partner, count(*), min(at) FROM statuses WHERE delivery IS NULL GROUP BY partner',
        'statusesPending',
      ],
      ['SELECT * FROM flows WHERE partner = ? AND sha256 = ?', 'flowsBytes'],
      [
        `SELECT * FROM events WHERE "actor" <> 'engine' ORDER BY "at" DESC, "seq" DESC LIMIT 50`,
        'eventsActs',
      ],
      [
        `SELECT * FROM events WHERE "actor" <> 'engine' AND "actor" = ? ORDER BY "at" DESC, "seq" DESC LIMIT 50`,
        'eventsActsActor',
      ],
      [
        `SELECT * FROM events WHERE "actor" <> 'engine' AND "kind" = ? ORDER BY "at" DESC, "seq" DESC LIMIT 50`,
        'eventsActsKind',
      ],
    ];
    for (const [sql, index] of asked) expect(plan(sql)).toContain(index);
    database.close();
  });
});
