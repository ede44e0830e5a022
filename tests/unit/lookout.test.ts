import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { localDelivery } from '../../src/adapters/transport/local.js';
import { createLookout, type LookoutOptions } from '../../src/deliver/lookout.js';
import type { Delivery } from '../../src/domain/delivery.js';
import type { Log } from '../../src/log.js';
import type { Store } from '../../src/ports/store.js';

const dayMs = 86_400_000;
const startMs = Date.parse('2026-03-02T09:00:00.000Z');
/** A look waits for its end here: how many files fit into the usual second is the machine's affair. */
const settings = { lookMs: 1_000, fetchAlertMs: dayMs, retentionMs: 7 * dayMs, lookMsMax: 25_000 };

let dir = '';
let nowMs = startMs;
let store: Store;
let warnings: (readonly [string, Record<string, unknown> | undefined])[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  nowMs = startMs;
  warnings = [];
  store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const log = {
  error: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  warn: (text: string, facts?: Record<string, unknown>) => void warnings.push([text, facts]),
} as unknown as Log;

const lookout = (more: Partial<LookoutOptions> = {}) =>
  createLookout({
    store,
    clock: { now: () => new Date(nowMs) },
    log,
    partners: () => ['FRN001'],
    transportFor: () => localDelivery({ dir }),
    settings,
    ...more,
  });

/** Deliveries that stand in the folder. */
async function delivered(...names: string[]): Promise<void> {
  const rows = names.map(
    (name): Delivery => ({
      id: `id-${name}`,
      partner: 'FRN001',
      name,
      kind: 'lifecycle',
      flow: null,
      body: name,
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
    }),
  );
  await store.transaction(async (tx) => {
    await tx.insertDeliveries(rows);
    for (const { id } of rows) await tx.markDelivered(id, 'f'.repeat(64), 1, new Date(nowMs).toISOString());
  });
  for (const name of names) writeFileSync(join(dir, name), name);
}

const found = async (name: string) => {
  const row = await store.findDelivery(name);
  return { fetchedAt: row?.fetchedAt ?? null, removedAt: row?.removedAt ?? null };
};
const nothing = { fetchedAt: null, removedAt: null };
const iso = (ms: number): string => new Date(ms).toISOString();

describe('lookout', () => {
  it('notes what is gone as fetched, when it sees it, and leaves the rest', async () => {
    await delivered('A', 'B');
    nowMs += 5_000;
    unlinkSync(join(dir, 'A'));
    await lookout().look();
    expect(await found('A')).toEqual({ fetchedAt: iso(nowMs), removedAt: null });
    expect(await found('B')).toEqual(nothing);
  });

  it('goes through many pages', async () => {
    const names = Array.from({ length: 1_300 }, (_, n) => `N${String(n).padStart(4, '0')}`);
    await delivered(...names);
    for (const name of names.slice(0, 1_000)) unlinkSync(join(dir, name));
    await lookout().look();
    expect((await store.lyingCounts(''))[0]?.count).toBe(300);
  });

  it('notes nothing of a folder that is not there, tells it once, and goes on when it is back', async () => {
    await delivered('A');
    renameSync(dir, `${dir}-away`);
    const watch = lookout();
    await watch.look();
    nowMs += 10_000;
    await watch.look();
    expect(await found('A')).toEqual(nothing);
    expect(warnings.map(([text]) => text)).toEqual(['out folder cannot be looked into']);
    renameSync(`${dir}-away`, dir);
    unlinkSync(join(dir, 'A'));
    nowMs += 10_000;
    await watch.look();
    expect((await found('A')).fetchedAt).toBe(iso(nowMs));
  });

  it('takes back what it saw gone while a share was not mounted', async () => {
    await delivered('A');
    renameSync(dir, `${dir}-away`);
    mkdirSync(dir);
    await lookout().look();
    expect((await found('A')).fetchedAt).not.toBeNull();
    rmSync(dir, { recursive: true });
    renameSync(`${dir}-away`, dir);
    await lookout().look();
    expect(await found('A')).toEqual(nothing);
  });

  it('tells once, in one line, what nobody fetches', async () => {
    await delivered('A', 'B');
    const watch = lookout();
    nowMs += dayMs - 1;
    await watch.look();
    expect(warnings).toEqual([]);
    nowMs += 1;
    await watch.look();
    await lookout().look();
    expect(warnings).toEqual([
      ['files are not fetched', { partner: 'FRN001', files: 2, oldest: 'A', deliveredAt: iso(startMs) }],
    ]);
  });

  it('takes out what nobody fetched, recorded as removed by us', async () => {
    await delivered('A');
    nowMs += dayMs;
    await delivered('B');
    nowMs += 6 * dayMs;
    await lookout().look();
    expect(readdirSync(dir)).toEqual(['B']);
    expect(await found('A')).toEqual({ fetchedAt: null, removedAt: iso(nowMs) });
    await lookout({ settings: { ...settings, retentionMs: 0 } }).look();
    expect(readdirSync(dir)).toEqual(['B']);
  });

  it('never counts as fetched what a crash left removed and not recorded', async () => {
    await delivered('A');
    const of = { id: 'id-A', deliveredAt: iso(startMs) };
    await store.transaction((tx) => tx.noteStay(of, 'removing', iso(nowMs)));
    unlinkSync(join(dir, 'A'));
    await lookout().look();
    expect(await found('A')).toEqual({ fetchedAt: null, removedAt: iso(nowMs) });
  });

  it('counts as fetched what the partner takes in the moment before the removal', async () => {
    await delivered('A');
    nowMs += 7 * dayMs;
    const real = localDelivery({ dir });
    const remove = async () => false;
    await lookout({ transportFor: () => ({ ...real, remove }) }).look();
    expect((await found('A')).fetchedAt).toBe(iso(nowMs));
  });

  it('asks again for a name that a listing missed', async () => {
    await delivered('A');
    const real = localDelivery({ dir });
    await lookout({ transportFor: () => ({ ...real, names: async () => new Set<string>() }) }).look();
    expect(await found('A')).toEqual(nothing);
  });

  it('is not held up by a folder that hangs, nor by its own end', async () => {
    await delivered('A');
    unlinkSync(join(dir, 'A'));
    const hangs = { ...localDelivery({ dir }), names: () => new Promise<never>(() => undefined) };
    const watch = lookout({
      settings: { ...settings, lookMsMax: 50 },
      partners: () => ['COL001', 'FRN001'],
      transportFor: (partner) => (partner === 'COL001' ? hangs : localDelivery({ dir })),
    });
    await watch.look();
    await vi.waitFor(() => expect(watch.busy('FRN001')).toBe(false), { timeout: 20_000 });
    expect((await found('A')).fetchedAt).not.toBeNull();
    expect(watch.busy('COL001')).toBe(true);
    await watch.close();
  });
});
