import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { finderOf } from '../../src/envelope/catalogue.js';
import { silentLog } from '../../src/log.js';
import { type Damage, damageKey, type VerifyOptions, verify } from '../../src/pipeline/archive-verify.js';
import { type EraseOptions, erase } from '../../src/pipeline/erase.js';
import { createRetentionJob } from '../../src/pipeline/retention-job.js';
import { noteAccess } from '../../src/pipeline/sensitive.js';
import { systemClock } from '../../src/ports/clock.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome, testClock } from '../helpers/home.js';

const person = { type: '7', id: 'DUPONT1960', siret: '', vat: '', name: 'Jeanne Dupont-Lafleur' };
const flags = {
  directory: { supplier: 'well-formed' },
  partners: [
    { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], lifecycle: false },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
    { code: 'ETA001', name: 'État', lifecycle: false },
  ],
};

async function withHome(work: (home: TestHome) => Promise<void>): Promise<void> {
  const home = await openHome({ flags });
  try {
    await work(home);
  } finally {
    await home.close();
  }
}

const archiveOf = (home: TestHome) => {
  const paths = homePaths(home.dir);
  return folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine });
};

async function flowNamed(home: TestHome, name: string) {
  const [flow] = await home.app.store.findFlows(name);
  if (flow === undefined) throw new Error(`${name} is not there`);
  return flow;
}

function eraseOf(home: TestHome, more: Partial<EraseOptions> = {}) {
  return erase({
    store: home.app.store,
    archive: archiveOf(home),
    clock: systemClock,
    interfaceOf: finderOf([]),
    target: { kind: 'supplier', idType: '7', id: person.id },
    by: 'user:claire',
    reason: 'ordonnance 2026/17',
    force: false,
    dryRun: false,
    ...more,
  });
}

async function verifyOf(home: TestHome, more: Partial<VerifyOptions> = {}) {
  const damages: Damage[] = [];
  const counts = await verify({
    store: home.app.store,
    archive: archiveOf(home),
    clock: systemClock,
    since: null,
    jobs: 2,
    bytesPerSecondMax: 0,
    resume: false,
    stopped: () => false,
    onDamage: (damage) => damages.push(damage),
    onProgress: () => undefined,
    ...more,
  });
  return { counts, damages };
}

describe('erase', () => {
  it('takes a natural person out of rows and files, and its numbers are still refused', async () => {
    await withHome(async (home) => {
      const { store } = home.app;
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'P-1', supplier: person }));
      home.drop(flowName('FSO1100A', 2), ubl({ number: 'S-1' }));
      await home.idle();
      const flow = await flowNamed(home, flowName('FSO1100A', 1));
      expect(flow.state).toBe('IN_INTEGRE');
      const shown = await eraseOf(home, { dryRun: true });
      expect(shown.plans).toMatchObject([
        { flow: flow.id, others: 0, blocks: ['delivery', 'invoice'], places: { originals: 1 } },
      ]);
      await expect(eraseOf(home)).rejects.toMatchObject({ code: 'ERASE_REFUSED' });
      await expect(
        eraseOf(home, { target: { kind: 'invoice', number: 'S-1' }, force: true }),
      ).rejects.toMatchObject({ code: 'ERASE_REFUSED' });
      await expect(eraseOf(home, { reason: `pour ${person.name}` })).rejects.toMatchObject({
        code: 'USAGE',
      });
      await store.transaction((tx) =>
        tx.insertLegalHold({ flow: flow.id, by: 'user:claire', at: flow.receivedAt, reason: 'litige' }),
      );
      await expect(eraseOf(home, { force: true })).rejects.toMatchObject({ code: 'ERASE_REFUSED' });
      await store.transaction((tx) => tx.removeLegalHold(flow.id));
      const done = await eraseOf(home, { force: true });
      expect(done).toMatchObject({ invoices: 1, numbers: 1 });
      expect(done.files).toBeGreaterThanOrEqual(2);
      const [row] = await store.listInvoices({ flow: flow.id });
      expect(row).toMatchObject({ supplierName: null, payable: '1080.00', fate: 'integrated' });
      expect(row?.supplierId).toMatch(/^EFFACE-[0-9A-F]{32}$/);
      // Everything that can be read, in whatever table.
      const copy = join(home.dir, 'copy.db');
      await store.copyTo(copy);
      const text = readFileSync(copy, 'latin1');
      expect(text).not.toContain(person.id);
      expect(text).not.toContain('Dupont-Lafleur');
      expect(text).toContain('S-1');
      const texts = (await store.events(flow.id)).map((event) => event.text).join('\n');
      expect(texts).toContain('ordonnance 2026/17');
      expect(texts).not.toContain(person.id);
      home.drop(
        flowName('FSO1100A', 3),
        ubl({ number: 'P-1', supplier: person, ttc: '1080.00', date: '2026-01-16' }),
      );
      await home.idle();
      const again = await flowNamed(home, flowName('FSO1100A', 3));
      expect(again.invoicesIntegrated).toBe(0);
      expect((await verifyOf(home)).counts).toMatchObject({ damages: 0, complete: true });
    });
  }, 60_000);

  it('keeps who looked at flows of natural persons, and of nobody else', async () => {
    await withHome(async (home) => {
      const { store } = home.app;
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'P-1', supplier: person }));
      home.drop(flowName('FSO1100A', 2), ubl({ number: 'S-1' }));
      await home.idle();
      const access = { by: 'user:claire', at: new Date().toISOString(), what: 'flows show' } as const;
      const own = await flowNamed(home, flowName('FSO1100A', 1));
      const other = await flowNamed(home, flowName('FSO1100A', 2));
      expect(await noteAccess(store, own, finderOf([]), access)).toBe(true);
      expect(await noteAccess(store, other, finderOf([]), access)).toBe(false);
      const e3 = { id: other.id, interfaceCode: 'FSO1120A' };
      expect(await noteAccess(store, e3, finderOf([]), access)).toBe(true);
      expect((await store.events(own.id)).at(-1)).toMatchObject({ kind: 'accessed', actor: 'user:claire' });
    });
  }, 60_000);
});

describe('archive verify', () => {
  it('finds what was changed, what is gone and what nobody names; goes on where it was cut off', async () => {
    await withHome(async (home) => {
      const { store } = home.app;
      for (let n = 1; n <= 4; n++) home.drop(flowName('FSO1100A', n), ubl({ number: `V-${n}` }));
      await home.idle();
      const whole = await verifyOf(home);
      expect(whole.damages).toEqual([]);
      expect(whole.counts).toMatchObject({ flows: 4, files: 8, damages: 0, orphans: 0, complete: true });
      expect(whole.counts.deliveries).toBeGreaterThanOrEqual(8);
      const archive = archiveOf(home);
      const [changed, missing] = [
        await flowNamed(home, flowName('FSO1100A', 1)),
        await flowNamed(home, flowName('FSO1100A', 2)),
      ];
      writeFileSync(archive.pathOf(changed.archiveKey), 'autre chose');
      rmSync(archive.pathOf(missing.archiveKey));
      const orphan = join(dirname(archive.pathOf(changed.archiveKey)), `${changed.id}-2`);
      writeFileSync(orphan, 'reste');
      utimesSync(orphan, new Date(0), new Date(0));
      const page = await store.flowFiles('', 0, 10);
      const piece = page.find(({ flow }) => flow !== changed.id && flow !== missing.id)?.pieces[0];
      if (piece === undefined) throw new Error('no piece has a hash');
      const bytes = readFileSync(archive.pathOf(piece.key));
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(archive.pathOf(piece.key), bytes);
      const cut = await verifyOf(home, { stopped: () => true });
      expect(cut.counts).toMatchObject({ complete: false });
      const { counts, damages } = await verifyOf(home, { resume: true });
      // The delivery that carries the piece is not as it was written either.
      expect(damages.map(({ kind, what }) => `${kind} ${what}`).sort()).toEqual([
        'damaged delivery',
        'damaged original',
        'damaged piece',
        'missing original',
        'orphan file',
      ]);
      expect(counts).toMatchObject({ damages: 4, orphans: 1, complete: true });
      expect(JSON.parse((await store.meta(damageKey)) ?? '')).toMatchObject({ damages: 4 });
      const young = await verifyOf(home, { since: new Date(Date.now() + 60_000).toISOString() });
      expect(young.counts).toMatchObject({ flows: 0, damages: 0 });
      expect(await store.meta(damageKey)).not.toBe('');
    });
  }, 60_000);
});

describe('the purge of an engine', () => {
  it('runs within its hours, once in its time, by the settings', async () => {
    await withHome(async (home) => {
      const { store } = home.app;
      const clock = testClock('2026-03-02T12:00:00.000Z');
      const kinds = { originals: '90d', pieces: 'forever', reports: 'forever', bodies: 'forever' };
      const job = createRetentionJob({
        store,
        archive: archiveOf(home),
        clock,
        log: silentLog,
        settings: {
          ...kinds,
          findings: 'forever',
          quarantine: 'forever',
          everyMs: 86_400_000,
          fromHour: 1,
          toHour: 5,
          batchMax: 10,
          pauseMs: 0,
        },
      });
      const never = () => false;
      expect(await job.turn(never)).toBe(false);
      clock.set('2026-03-03T02:00:00.000Z');
      expect(await job.turn(never)).toBe(true);
      expect(await job.turn(never)).toBe(false);
      clock.set('2026-03-04T02:00:01.000Z');
      // Cut off: it begins again.
      expect(await job.turn(() => true)).toBe(true);
      expect(await job.turn(never)).toBe(true);
      expect(await job.turn(never)).toBe(false);
    });
  }, 60_000);
});
