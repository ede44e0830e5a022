import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPool } from '../../src/adapters/store/postgres/pool.js';
import { postgresFacts } from '../../src/adapters/store/postgres/server.js';
import { type PostgresStoreOptions, postgresStore } from '../../src/adapters/store/postgres.js';
import type { Store } from '../../src/ports/store.js';
import { takeFlowId, takeInvoiceNumber } from '../helpers/claims.js';
import {
  createTemplate,
  type Postgres,
  postgresMissing,
  startPostgres,
  storeOptions,
} from '../helpers/postgres.js';
import { delivery, invoiceRow, newFlow } from './store.contract.js';

if (postgresMissing !== null) console.warn(`several writers on PostgreSQL: skipped, ${postgresMissing}`);

const at = '2026-03-02T09:00:00.000Z';

describe.skipIf(postgresMissing !== null)('several processes on one PostgreSQL', () => {
  let server: Postgres;
  let template: string;
  let database: string;
  let one: Store;
  let two: Store;
  const opened: Store[] = [];

  const open = async (more: Partial<PostgresStoreOptions> = {}): Promise<Store> => {
    const store = await postgresStore(storeOptions(server, database, more));
    opened.push(store);
    return store;
  };

  beforeAll(async () => {
    server = await startPostgres({ durable: true });
    template = await createTemplate(server);
  }, 120_000);
  afterAll(() => server.close());
  beforeEach(async () => {
    database = await server.createDatabase(template);
    one = await open();
    two = await open();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await server.dropDatabase(database);
  });

  const flow = async (store: Store, more = {}) => {
    const made = newFlow(more);
    await store.transaction((tx) => tx.insertFlow(made));
    return made.id;
  };

  it('migrates an empty database once, however many begin at once', async () => {
    database = await server.createDatabase();
    const stores = await Promise.all([open(), open(), open(), open()]);
    await Promise.all(stores.map((store) => store.migrate()));
    const { database: version, program } = await one.schemaVersions();
    expect(version).toBe(program);
    await flow(stores[0] as Store);
    expect((await stores[3]?.summary('0000'))?.flows).toBe(1);
  });

  it('refuses a database that has left older programs behind, and works beside one that has not', async () => {
    await server.query('UPDATE "schemaVersion" SET "version" = 999', database);
    await one.migrate();
    expect(await one.meta('x')).toBeNull();
    await server.query('UPDATE "schemaVersion" SET "oldest" = 999', database);
    await expect(two.migrate()).rejects.toMatchObject({ code: 'STORE_MIGRATION' });
  });

  it('gives every number of a sequence once', async () => {
    const taken = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        (i % 2 === 0 ? one : two).transaction((tx) => tx.nextSequence('FEN0111A')),
      ),
    );
    expect([...taken].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });

  it('gives an invoice number, a flow id and a claim to one of many', async () => {
    const flows = await Promise.all(Array.from({ length: 12 }, (_, i) => flow(i % 2 === 0 ? one : two)));
    const key = { supplierType: '1', supplierId: '79955500800017', number: 'F-1', year: '' };
    const holders = await Promise.all(
      flows.map((id, i) =>
        (i % 2 === 0 ? one : two).transaction(async (tx) => ({
          number: await takeInvoiceNumber(tx, key, `invoice-${id}`, id, at),
          name: await takeFlowId(tx, 'FRN0010000000000000000001', id),
        })),
      ),
    );
    expect(holders.filter(({ number }) => number === null)).toHaveLength(1);
    expect(holders.filter(({ name }) => name.taken)).toHaveLength(1);
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => flow(i % 2 === 0 ? one : two, { claimId: 'the same' })),
    );
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const claim of claims)
      if (claim.status === 'rejected') expect(claim.reason).toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('begins one attempt at a time, and lets the newest alone end', async () => {
    const id = await flow(one);
    const begun = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 === 0 ? one : two).transaction((tx) => tx.beginAttempt(id, at)),
      ),
    );
    expect(begun.map((row) => row?.attempt).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
    const end = (store: Store, attempt: number) =>
      store.transaction((tx) =>
        tx.finishAttempt({
          flow: id,
          attempt,
          state: 'IN_REJETE',
          flowId: null,
          interfaceCode: null,
          invoicesReceived: 0,
          invoicesIntegrated: 0,
          invoicesRejected: 0,
          at,
          durationMs: 1,
          layers: [],
        }),
      );
    await expect(end(one, 9)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    const ends = await Promise.allSettled([end(one, 10), end(two, 10)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('hands a flow that is to be replayed to one taker', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => flow(one)));
    await one.transaction(async (tx) => {
      await tx.insertReplayBatch({ id: 'b', by: 'user:x', at, reason: 'r', filter: '{}' });
      for (const id of ids) {
        await tx.beginAttempt(id, at);
        await tx.finishAttempt({
          flow: id,
          attempt: 1,
          state: 'IN_REJETE',
          flowId: null,
          interfaceCode: null,
          invoicesReceived: 0,
          invoicesIntegrated: 0,
          invoicesRejected: 0,
          at,
          durationMs: 1,
          layers: [],
        });
        await tx.insertReplay({
          id: randomUUID(),
          batch: 'b',
          flow: id,
          asOf: null,
          file: null,
          beforeState: 'IN_REJETE',
          beforeAttempt: 1,
          beforeReceived: 0,
          beforeIntegrated: 0,
          replaces: null,
        });
      }
    });
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 === 0 ? one : two).transaction((tx) => tx.takeReplays(4, at)),
      ),
    );
    expect(taken.flat().sort()).toEqual([...ids].sort());
  });

  it('grants a lease to one holder by the clock of the server', async () => {
    const granted = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        (i % 2 === 0 ? one : two).acquireLeases(['folder'], `holder-${i}`, 60_000),
      ),
    );
    expect(granted.flat()).toEqual(['folder']);
  });

  /** Without an order between writers, a reader that has gone past a number would never see the row below it. */
  it('never shows a delivery below one that was shown before', async () => {
    const seen: number[] = [];
    let writing = true;
    const reader = (async () => {
      while (writing) {
        const rows = await server.query('SELECT "seq" FROM deliveries ORDER BY "seq"', database);
        const numbers = rows.map(({ seq }) => Number(seq));
        expect(numbers.slice(0, seen.length)).toEqual(seen);
        seen.splice(0, seen.length, ...numbers);
      }
    })();
    await Promise.all(
      Array.from({ length: 80 }, (_, i) =>
        (i % 2 === 0 ? one : two).transaction(async (tx) => {
          await tx.insertDeliveries([delivery({ id: randomUUID(), name: `n-${i}` })]);
          if (i % 7 === 0) await sleep(5);
          await tx.setMeta(`m-${i}`, 'x');
        }),
      ),
    );
    writing = false;
    await reader;
    const rows = await one.pendingDeliveries(delivery().partner, 100);
    expect(rows).toHaveLength(80);
  });

  it('sees one snapshot in a reading that asks for it', async () => {
    const id = await flow(one);
    await one.transaction((tx) => tx.insertInvoices([invoiceRow(id)]));
    const pages = await Promise.all([
      two.flowFiles('0000', 0, 10),
      two.topRules({ since: '0000', limit: 3 }),
    ]);
    expect(pages[0]).toHaveLength(1);
  });

  it('bears a connection that breaks twice while nobody uses it', async () => {
    const pool = createPool({ ...storeOptions(server, database), poolMax: 1 });
    const client = await pool.use(async (used) => used);
    // Without a listener, an `error` event ends the process.
    for (const text of ['terminated', 'reset']) client.emit('error', new Error(text));
    expect(await pool.use(async (used) => (await used.query('SELECT 1 AS "one"')).rows)).toEqual([
      { one: 1 },
    ]);
    await pool.close();
  });

  it('goes on by itself after the server was restarted, in the midst of work', async () => {
    const outcomes: Promise<string>[] = [];
    let stop = false;
    const done = { one: 0, two: 0 };
    const worker = async (store: Store, name: keyof typeof done) => {
      for (let i = 0; !stop; i++) {
        const made = newFlow({ depositedName: `${name}-${i}` });
        outcomes.push(
          store
            .transaction((tx) => tx.insertFlow(made))
            .then(
              () => made.id,
              () => '',
            ),
        );
        if ((await outcomes.at(-1)) !== '') done[name] += 1;
      }
    };
    /** Until each of the two has written again: it works, with a server that does. */
    const goOn = async () => {
      const before = { one: done.one, two: done.two };
      await vi.waitFor(
        () => expect(Math.min(done.one - before.one, done.two - before.two)).toBeGreaterThan(4),
        {
          timeout: 30_000,
          interval: 5,
        },
      );
    };
    const workers = [worker(one, 'one'), worker(two, 'two')];
    await goOn();
    await server.stop('SIGINT');
    await server.start();
    await goOn();
    await server.stop('SIGQUIT');
    await server.start();
    await goOn();
    stop = true;
    await Promise.all(workers);
    const told = (await Promise.all(outcomes)).filter((id) => id !== '');
    expect(told.length).toBe(done.one + done.two);
    const kept = await one.unfinishedFlows(100_000);
    expect(new Set(kept)).toEqual(new Set([...kept, ...told]));
    expect(new Set(kept).size).toBe(kept.length);
    // At most the commit that was under way is unsure at each stop and each worker.
    expect(kept.length - told.length).toBeLessThanOrEqual(4);
  }, 120_000);

  it('is not held up by a process that freezes in the midst of a transaction', async () => {
    const frozen = await open({ idleMsMax: 1_000 });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let freezes: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      freezes = resolve;
    });
    const stuck = frozen.transaction(async (tx) => {
      await tx.setMeta('frozen', 'yes');
      // An answer: the transaction is open, and holds the order of writers.
      await tx.nextSequence('FEN0111A');
      freezes();
      await held;
      await tx.setMeta('thawed', 'yes');
    });
    await begun;
    const beganMs = performance.now();
    await one.transaction((tx) => tx.setMeta('other', 'yes'));
    // Well before the deadline of a statement would end it.
    expect(performance.now() - beganMs).toBeLessThan(15_000);
    expect(await one.meta('frozen')).toBeNull();
    release();
    // Its connection was taken from it: the work is done again from its beginning, and now held is free.
    await stuck;
    expect(await one.meta('frozen')).toBe('yes');
    expect(await one.meta('thawed')).toBe('yes');
  });

  it('runs a work again that the server had give way to another', async () => {
    await one.transaction((tx) => tx.setMeta('a', '0'));
    const rival = new pg.Client({ ...storeOptions(server, database), password: '' });
    await rival.connect();
    let runs = 0;
    let meet: () => void = () => undefined;
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    // The server ends the one that looks first who waits for whom: not this one.
    await rival.query(`SET deadlock_timeout = '10min'`);
    await rival.query('BEGIN');
    await rival.query(`INSERT INTO meta ("key", "value") VALUES ('rival', 'r')`);
    const work = one.transaction(async (tx) => {
      runs += 1;
      await tx.setMeta('a', String(runs));
      // An answer: its row is written, and held.
      await tx.nextSequence('FEN0111A');
      meet();
      await tx.setMeta('rival', 'w');
    });
    await met;
    // Each waits for the other.
    await rival.query(`UPDATE meta SET "value" = 'r' WHERE "key" = 'a'`);
    await rival.query('COMMIT');
    await rival.end();
    await work;
    expect(runs).toBe(2);
    expect(await one.meta('rival')).toBe('w');
    expect(await one.meta('a')).toBe('2');
  });

  it('says what to do when the server is away, and never the password', async () => {
    const away = storeOptions(server, database, {
      port: 1,
      connectMsMax: 300,
      password: () => 'very secret',
    });
    const error = await postgresStore(away).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(String(error)).toContain('postgres.host');
    expect(JSON.stringify(error) + String(error)).not.toContain('very secret');
    const missing = postgresStore(storeOptions(server, 'no_such_database'));
    await expect(missing).rejects.toThrow(/createdb/);
  });

  it('refuses a transaction in which an error was swallowed: nothing of it would be kept', async () => {
    const swallowed = one.transaction(async (tx) => {
      await tx.setMeta('a', 'b');
      await takeFlowId(tx, 'FRN0010000000000000000009', 'no such flow').catch(() => undefined);
    });
    await expect(swallowed).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await one.meta('a')).toBeNull();
  });

  it('writes rows of several works together, and shows them to each statement that could see them', async () => {
    const ids = await one.transaction(async (tx) => {
      const made = [newFlow(), newFlow(), newFlow()];
      for (const row of made) {
        await tx.insertFlow(row);
        expect((await tx.flow(row.id))?.state).toBe('IN_RECU');
        await takeFlowId(tx, `FRN001${row.id}`, row.id);
        const invoice = invoiceRow(row.id, { id: randomUUID() });
        await tx.insertInvoices([invoice]);
        const sent = delivery({ id: randomUUID(), name: `n-${row.id}`, flow: row.id });
        await tx.insertDeliveries([sent]);
        await tx.linkDelivery(sent.id, [invoice.id]);
        expect(await tx.invoicesOfDelivery(sent.id)).toEqual([invoice]);
        await tx.setInvoiceStatus(invoice.id, '17');
        await tx.insertEvents([{ at, actor: 'engine', kind: 'k', flow: row.id, invoice: null, text: '' }]);
      }
      return made.map(({ id }) => id);
    });
    for (const id of ids) {
      expect(await two.events(id)).toHaveLength(1);
      expect((await two.listInvoices({ flow: id }))[0]?.status).toBe('17');
    }
  });

  it('keeps texts with characters that PostgreSQL does not take', async () => {
    await one.transaction((tx) => tx.setMeta('odd', 'a\0b\ud800c\u{1F600}é'));
    expect(await one.meta('odd')).toBe('a\ufffdb\ufffdc\u{1F600}é');
    const id = await flow(one);
    await one.transaction((tx) =>
      tx.insertEvents([
        { at, actor: 'engine', kind: 'a', flow: id, invoice: null, text: 'x\0\ud800' },
        { at, actor: 'engine', kind: 'b', flow: id, invoice: null, text: '\u{1F600}"\\' },
      ]),
    );
    expect((await one.events(id)).map(({ text }) => text)).toEqual(['x\ufffd\ufffd', '\u{1F600}"\\']);
  });

  it('tells what the server says of itself', async () => {
    const facts = await postgresFacts(storeOptions(server, database));
    expect(facts).toMatchObject({ fsync: 'on', synchronous_commit: 'on', encoding: 'UTF8', tls: false });
    expect(facts.connectionsMax).toBe(60);
    expect(facts.connections).toBeGreaterThan(0);
  });

  it('logs in with a password, which it reads at each connection, and says so when it is wrong', async () => {
    const guarded = await startPostgres({ password: 'le bon' });
    try {
      const name = await guarded.createDatabase();
      let secret = 'le bon';
      const logged = await postgresStore(storeOptions(guarded, name, { password: () => secret }));
      await logged.migrate();
      await logged.close();
      secret = 'le mauvais';
      const error = await postgresStore(storeOptions(guarded, name, { password: () => secret })).catch(
        (thrown: unknown) => thrown,
      );
      expect(String(error)).toContain('postgres.user');
      expect(String(error) + JSON.stringify(error)).not.toContain('le mauvais');
    } finally {
      await guarded.close();
    }
  }, 120_000);

  it('never changes nor deletes a line of the audit trail', async () => {
    await flow(one);
    await one.transaction((tx) =>
      tx.insertEvents([{ at, actor: 'engine', kind: 'k', flow: null, invoice: null, text: 't' }]),
    );
    await expect(server.query('UPDATE events SET text = NULL', database)).rejects.toThrow(/never changed/);
    await expect(server.query('DELETE FROM events', database)).rejects.toThrow(/never deleted/);
  });
});
