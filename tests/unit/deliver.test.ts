import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { localDelivery } from '../../src/adapters/transport/local.js';
import { createOutbox, type OutboxOptions, type OutboxSettings } from '../../src/deliver/outbox.js';
import type { Delivery } from '../../src/domain/delivery.js';
import { Fault } from '../../src/errors.js';
import type { Store, StoreTransaction } from '../../src/ports/store.js';
import type { DeliveryTransport } from '../../src/ports/transport.js';
import { writeBody } from '../../src/report/stream.js';

let dir = '';
let nowMs = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  nowMs = 1_000_000;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function delivery(n: number, partner = 'FRN001', more: Partial<Delivery> = {}): Delivery {
  return {
    id: `d${n}`,
    partner,
    name: `CSO1100A_${partner}_CPP0011100${String(n).padStart(15, '0')}`,
    kind: 'integration-report',
    flow: `f${n}`,
    body: `<report n="${n}">é</report>`,
    parts: [],
    state: 'pending',
    attempts: 0,
    createdAt: '',
    deliveredAt: null,
    sha256: null,
    sizeBytes: null,
    lastError: null,
    fetchedAt: null,
    removedAt: null,
    ...more,
  };
}

/** A store that holds deliveries only; a transaction that fails leaves nothing behind. */
function deliveryStore(rows: Delivery[]) {
  const kept = new Map(rows.map((row) => [row.id, row]));
  const events: string[] = [];
  let transactions = 0;
  const pending = () => [...kept.values()].filter((row) => row.state === 'pending');
  const change = (id: string, more: Partial<Delivery>) => {
    const row = kept.get(id);
    if (row === undefined) throw new Error(id);
    kept.set(id, { ...row, attempts: row.attempts + 1, ...more });
  };
  const tx: Partial<StoreTransaction> = {
    stillWaiting: async (rows) =>
      new Set(rows.map(({ id }) => id).filter((id) => kept.get(id)?.state === 'pending')),
    markAllDelivered: async (rows) => {
      for (const { id, sha256, sizeBytes } of rows) change(id, { state: 'delivered', sha256, sizeBytes });
    },
    markDeliveryFailed: async (id, lastError, final) =>
      change(id, { state: final ? 'failed' : 'pending', lastError }),
    insertEvents: async (added) => void events.push(...added.map((event) => event.kind)),
  };
  const store: Partial<Store> = {
    findDelivery: async (name) => [...kept.values()].find((row) => row.name === name) ?? null,
    partnersWithDeliveries: async () => [...new Set(pending().map((row) => row.partner))],
    pendingDeliveries: async (partner, limit) =>
      pending()
        .filter((row) => row.partner === partner)
        .slice(0, limit),
    async transaction(work) {
      transactions++;
      const before = new Map(kept);
      try {
        return await work(tx as StoreTransaction);
      } catch (error) {
        kept.clear();
        for (const [id, row] of before) kept.set(id, row);
        throw error;
      }
    },
  };
  return { store: store as Store, kept, events, pending, count: () => transactions };
}

type More = Partial<Omit<OutboxOptions, 'settings'>> & { readonly settings?: Partial<OutboxSettings> };

/** `drain` waits for its end here: how many files fit into the usual second is the machine's affair. */
function outboxOver(store: Store, { settings, ...more }: More = {}) {
  return createOutbox({
    store,
    archive: folderArchive({ dir: join(dir, 'archive') }),
    clock: { now: () => new Date(nowMs) },
    transportFor: () => localDelivery({ dir }),
    writeBody,
    settings: { concurrency: 4, retryMs: 100, retryMsMax: 1_000, drainMsMax: 25_000, ...settings },
    onDelivered: async () => undefined,
    ...more,
  });
}

function failing(fault: () => Fault | null, begun: string[] = []): DeliveryTransport {
  const real = localDelivery({ dir });
  return {
    ...real,
    put(name, write) {
      begun.push(name);
      const broken = fault();
      return broken === null ? real.put(name, write) : Promise.reject(broken);
    },
  };
}

describe('outbox', () => {
  it('writes everything pending, in few transactions, and marks it', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => delivery(n, n % 2 === 0 ? 'FRN001' : 'COL001'));
    const { store, kept, count } = deliveryStore(rows);
    const told: string[] = [];
    const outbox = outboxOver(store, {
      onDelivered: async (_, rows) => void told.push(...rows.map(({ id }) => id)),
    });
    expect(await outbox.drain()).toBe(100);
    expect([...kept.values()].every((row) => row.state === 'delivered' && row.sha256 !== null)).toBe(true);
    expect(readdirSync(dir).filter((name) => name.startsWith('CSO'))).toHaveLength(100);
    expect(readFileSync(join(dir, rows[7]?.name ?? ''), 'utf8')).toBe('<report n="7">é</report>');
    expect(new Set(told).size).toBe(100);
    expect(count()).toBeLessThanOrEqual(6);
    expect(await outbox.drain()).toBe(0);
  });

  it('begins in the order of commit', async () => {
    const begun: string[] = [];
    const { store } = deliveryStore([delivery(3), delivery(1), delivery(2)]);
    await outboxOver(store, { transportFor: () => failing(() => null, begun) }).drain();
    expect(begun.map((name) => Number(name.slice(-3)))).toEqual([3, 1, 2]);
  });

  it('streams archived pieces into their places', async () => {
    const archive = folderArchive({ dir: join(dir, 'archive') });
    writeFileSync(join(dir, 'piece'), 'contenu');
    await archive.takeIn('pieces/one', join(dir, 'piece'));
    const parts = [{ token: '@@1@@', archiveKey: 'pieces/one' }];
    const { store } = deliveryStore([delivery(1, 'FRN001', { body: '<a>@@1@@</a>', parts })]);
    await outboxOver(store, { archive }).drain();
    const text = readFileSync(join(dir, delivery(1).name), 'utf8');
    expect(text).toBe(`<a>${Buffer.from('contenu').toString('base64')}</a>`);
  });

  it('waits longer after each fault of a folder, begins nothing behind it, and goes on when it works', async () => {
    let broken = true;
    const begun: string[] = [];
    const fault = () => (broken ? new Fault('DELIVERY_FAILED', 'the share is away') : null);
    const { store, kept } = deliveryStore(Array.from({ length: 20 }, (_, n) => delivery(n)));
    const settings = { concurrency: 1, retryMs: 100, retryMsMax: 300 };
    const outbox = outboxOver(store, { settings, transportFor: () => failing(fault, begun) });
    await outbox.drain();
    expect(begun).toHaveLength(1);
    expect(kept.get('d0')).toMatchObject({ state: 'pending', lastError: 'the share is away' });
    for (const [elapsedMs, tries] of [
      [99, 1],
      [100, 2],
      [299, 2],
      [300, 3],
      [599, 3],
      [600, 4],
      [900, 5],
    ] as const) {
      nowMs = 1_000_000 + elapsedMs;
      await outbox.drain();
      expect(begun, `after ${elapsedMs} ms`).toHaveLength(tries);
    }
    broken = false;
    nowMs += 300;
    expect(await outbox.drain()).toBe(20);
  });

  it('gives a name conflict up, with a line in the audit trail, and delivers the rest', async () => {
    const { store, kept, events } = deliveryStore([delivery(1), delivery(2)]);
    writeFileSync(join(dir, delivery(1).name), 'something else');
    expect(await outboxOver(store).drain()).toBe(1);
    expect(kept.get('d1')?.state).toBe('failed');
    expect(kept.get('d2')?.state).toBe('delivered');
    expect(events).toEqual(['delivery-failed']);
    expect(readFileSync(join(dir, delivery(1).name), 'utf8')).toBe('something else');
  });

  it('lets a delivery whose piece is lost wait by itself, and gives it up in the end', async () => {
    const parts = [{ token: '@@1@@', archiveKey: 'pieces/none' }];
    const lost = delivery(1, 'FRN001', { body: '@@1@@', parts });
    const { store, kept } = deliveryStore([lost, delivery(2)]);
    const outbox = outboxOver(store, {
      settings: { concurrency: 1, retryMs: 1, retryMsMax: 1, attemptsMax: 3 },
    });
    expect(await outbox.drain()).toBe(1);
    expect(kept.get('d1')?.state).toBe('pending');
    for (let i = 0; i < 3; i++) {
      nowMs += 10;
      await outbox.drain();
    }
    expect(kept.get('d1')).toMatchObject({ state: 'failed', attempts: 3 });
    expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('marks a delivery that a crash left written and unmarked, without writing it twice', async () => {
    const { store, kept } = deliveryStore([delivery(1)]);
    writeFileSync(join(dir, delivery(1).name), delivery(1).body);
    expect(await outboxOver(store).drain()).toBe(1);
    expect(kept.get('d1')?.state).toBe('delivered');
  });

  it('does not let one mark that fails undo the others', async () => {
    const { store, kept } = deliveryStore([delivery(1), delivery(2), delivery(3)]);
    let broken = true;
    const onDelivered = async (_: StoreTransaction, rows: readonly Delivery[]) => {
      if (broken && rows.some(({ id }) => id === 'd2')) throw new Fault('STORE_UNAVAILABLE', 'no');
    };
    const outbox = outboxOver(store, { onDelivered });
    await expect(outbox.drain()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect([...kept.values()].map((row) => row.state)).toEqual(['delivered', 'pending', 'delivered']);
    broken = false;
    nowMs += 100;
    expect(await outbox.drain()).toBe(1);
  });

  it('does not let a folder that hangs hold up the others', async () => {
    const { store, kept } = deliveryStore([delivery(1, 'SLOW01'), delivery(2, 'FRN001')]);
    const hangs: DeliveryTransport = { ...localDelivery({ dir }), put: () => new Promise(() => undefined) };
    const outbox = outboxOver(store, {
      settings: { drainMsMax: 50 },
      transportFor: (code) => (code === 'SLOW01' ? hangs : localDelivery({ dir })),
    });
    await outbox.drain();
    await vi.waitFor(() => expect(outbox.busy('FRN001')).toBe(false), { timeout: 20_000 });
    expect(kept.get('d2')?.state).toBe('delivered');
    expect(kept.get('d1')?.state).toBe('pending');
  });
});
