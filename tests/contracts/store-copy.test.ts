import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyStore } from '../../src/adapters/store/copy.js';
import { postgresStore } from '../../src/adapters/store/postgres.js';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import type { Store } from '../../src/ports/store.js';
import { takeFlowId, takeInvoiceNumber } from '../helpers/claims.js';
import { type Postgres, postgresMissing, startPostgres, storeOptions } from '../helpers/postgres.js';
import { delivery, invoiceRow, newFlow, outcome } from './store.contract.js';

if (postgresMissing !== null) console.warn(`the copy to PostgreSQL: skipped, ${postgresMissing}`);

const at = '2026-03-02T09:00:00.000Z';

describe.skipIf(postgresMissing !== null)('moving from SQLite to PostgreSQL', () => {
  let server: Postgres;
  let dir: string;
  let source: string;
  let database: string;

  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server.close());
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    source = join(dir, 'store.sqlite');
    database = await server.createDatabase();
    const store = await sqliteStore({ path: source });
    await store.migrate();
    await fill(store, 120);
    await store.close();
  });
  afterEach(async () => {
    rmSync(dir, { recursive: true });
    await server.dropDatabase(database);
  });

  const target = () => storeOptions(server, database);
  const copy = (more: Partial<Parameters<typeof copyStore>[0]> = {}) =>
    copyStore({ source, target: target(), ...more });

  async function fill(store: Store, flows: number): Promise<void> {
    await store.transaction(async (tx) => {
      for (let i = 0; i < flows; i++) {
        const flow = newFlow({ receivedAt: at });
        await tx.insertFlow(flow);
        await tx.beginAttempt(flow.id, at);
        const flowId = `FRN001${String(i).padStart(19, '0')}`;
        await takeFlowId(tx, flowId, flow.id);
        const invoice = invoiceRow(flow.id, {
          id: randomUUID(),
          number: `F-${i}`,
          supplierName: 'Café “é” \u{1F600}',
        });
        const key = { supplierType: '1', supplierId: '79955500800017', number: `F-${i}`, year: '' };
        await takeInvoiceNumber(tx, key, invoice.id, flow.id, at);
        await tx.insertInvoices([invoice]);
        const sent = delivery({ id: randomUUID(), name: `n-${i}`, flow: flow.id });
        await tx.insertDeliveries([sent]);
        await tx.linkDelivery(sent.id, [invoice.id]);
        await tx.finishAttempt(outcome(flow.id, { flowId, durationMs: 1 / (i + 3) }));
        await tx.nextSequence('FEN0111A');
        await tx.insertEvents([
          { at, actor: 'engine', kind: 'k', flow: flow.id, invoice: null, text: `ligne\n"${i}"\0\ud800` },
        ]);
      }
    });
  }

  it('copies everything, counts and hashes it, and the store goes on from there', async () => {
    const steps: string[] = [];
    const tables = await copy({ onProgress: ({ step, table }) => steps.push(`${step} ${table}`) });
    expect(tables.find(({ table }) => table === 'flows')?.rows).toBe(120);
    expect(new Set(tables.map(({ sha256 }) => sha256.length))).toEqual(new Set([64]));
    expect(steps.filter((step) => step.startsWith('copied flows')).length).toBeGreaterThan(1);

    const before = await sqliteStore({ path: source });
    const after = await postgresStore(target());
    await after.migrate();
    const flows = await before.listFlows({ limit: 200 });
    expect(await after.listFlows({ limit: 200 })).toEqual(flows);
    const some = flows[7]?.id ?? '';
    expect(await after.attempts(some)).toEqual(await before.attempts(some));
    expect(await after.pendingDeliveries('COL001', 300)).toEqual(
      await before.pendingDeliveries('COL001', 300),
    );
    expect(await after.summary('0000')).toEqual(await before.summary('0000'));
    // Numbers go on where they were, and so does the order of commit.
    expect(await after.transaction((tx) => tx.nextSequence('FEN0111A'))).toBe(121);
    const newest = newFlow({ receivedAt: '2027-01-01T00:00:00.000Z' });
    await after.transaction((tx) => tx.insertFlow(newest));
    expect((await after.listFlows({ limit: 1 }))[0]?.id).toBe(newest.id);
    await before.close();
    await after.close();
  });

  it('goes on where it was stopped, and nothing may run on the half of it', async () => {
    let portions = 0;
    const stopped = copy({
      onProgress: () => {
        portions += 1;
        if (portions === 6) throw new Error('killed');
      },
    });
    await expect(stopped).rejects.toThrow(/killed/);
    const half = await postgresStore(target());
    await expect(half.migrate()).rejects.toThrow(/store copy/);
    await half.close();
    const copied: number[] = [];
    const tables = await copy({
      onProgress: ({ step, table, rows }) => {
        if (step === 'copied' && table === 'flows') copied.push(rows);
      },
    });
    expect(tables.find(({ table }) => table === 'flows')?.rows).toBe(120);
    expect(copied).not.toContain(50);
    await expect(copy()).rejects.toThrow(/has ended and was verified/);
  });

  it('refuses a target that holds other data', async () => {
    const other = await postgresStore(target());
    await other.migrate();
    await other.transaction((tx) => tx.insertFlow(newFlow()));
    await other.close();
    await expect(copy()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    await expect(copy({ restart: true })).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('finds out when the source has changed meanwhile, and begins anew when asked to', async () => {
    let changed = false;
    const changing = copy({
      onProgress: ({ step }) => {
        if (step !== 'verified' || changed) return;
        changed = true;
        throw new Error('killed');
      },
    });
    await expect(changing).rejects.toThrow(/killed/);
    const store = await sqliteStore({ path: source });
    await store.transaction((tx) => tx.setMeta('later', 'x'));
    await store.close();
    await expect(copy()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    const tables = await copy({ restart: true });
    expect(tables.find(({ table }) => table === 'meta')?.rows).toBe(1);
  });
});
