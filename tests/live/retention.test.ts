import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { type RetentionKind, retentionKinds } from '../../src/domain/retention.js';
import { systemCode } from '../../src/errors.js';
import { type PurgeOptions, purge } from '../../src/pipeline/purge.js';
import { orderReplay } from '../../src/pipeline/replay-order.js';
import { systemClock } from '../../src/ports/clock.js';
import type { Store } from '../../src/ports/store.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { until } from '../helpers/processes.js';
import { root } from '../helpers/root.js';

const flags = {
  partners: [
    { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], lifecycle: false },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
    { code: 'ETA001', name: 'État', lifecycle: false },
  ],
  delivery: { lookMs: 20 },
};
const unknown = { siret: '21999906700013', name: 'Commune que personne ne connaît' };
const soon = () => new Date(Date.now() + 60_000).toISOString();
const everything = (): Record<RetentionKind, string> =>
  Object.fromEntries(retentionKinds.map((kind) => [kind, soon()])) as Record<RetentionKind, string>;

/** Partners take their files, and the engine sees it. */
async function fetchAll(home: TestHome): Promise<void> {
  for (const partner of ['FRN001', 'COL001', 'ETA001'])
    for (const name of home.out(partner)) rmSync(join(homePaths(home.dir).outFolder(partner), name));
  const { store } = home.app;
  const lying = () => store.listDeliveries({ notFetched: true, limit: 1 });
  await until('the engine sees that files were fetched', async () => (await lying()).length === 0);
}

/** The recipient has paid: nothing follows. */
async function payAll(store: Store): Promise<void> {
  for (const { id, fate } of await store.listInvoices({ limit: 1_000 }))
    if (fate === 'integrated') await store.transaction((tx) => tx.setInvoiceStatus(id, '11'));
}

function purgeOf(home: TestHome, more: Partial<PurgeOptions> = {}) {
  const paths = homePaths(home.dir);
  return purge({
    store: home.app.store,
    archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
    clock: systemClock,
    by: 'user:claire',
    reason: 'essai',
    before: everything(),
    batchMax: 2,
    pauseMs: 0,
    dryRun: false,
    ...more,
  });
}

async function only(home: TestHome, name: string) {
  const [flow] = await home.app.store.findFlows(name);
  if (flow === undefined) throw new Error(`${name} is not there`);
  return flow;
}

/** None of a folder that is not there; another process may take it away at any moment. */
function entriesOf(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function filesBelow(dir: string): string[] {
  return entriesOf(dir).flatMap((e) =>
    e.isDirectory() ? filesBelow(join(dir, e.name)) : [join(dir, e.name)],
  );
}

async function withHome(work: (home: TestHome) => Promise<void>): Promise<void> {
  const home = await openHome({ flags });
  try {
    await work(home);
  } finally {
    await home.close();
  }
}

describe('purge', () => {
  it('keeps what is not final, and takes it when it is; duplicates are still refused', async () => {
    await withHome(async (home) => {
      const { store } = home.app;
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'A-1' }));
      home.drop(flowName('FSO1100A', 2), ubl({ number: 'A-2', recipient: unknown }));
      await home.idle();
      const paid = await only(home, flowName('FSO1100A', 1));
      const refused = await only(home, flowName('FSO1100A', 2));
      expect((await purgeOf(home)).flows).toBe(0);
      expect(await store.purgeBlocks(paid.id, ['11'])).toEqual(['delivery', 'invoice']);
      await fetchAll(home);
      expect(await store.purgeBlocks(paid.id, ['11'])).toEqual(['invoice']);
      const shown = await purgeOf(home, { dryRun: true });
      expect(shown).toMatchObject({ flows: 1, files: 0 });
      expect(await store.purges(refused.id)).toEqual([]);
      const first = await purgeOf(home);
      expect(first).toMatchObject({ flows: 1, files: 1, resumed: 0 });
      expect(existsSync(join(homePaths(home.dir).archive, refused.archiveKey))).toBe(false);
      expect(existsSync(join(homePaths(home.dir).archive, paid.archiveKey))).toBe(true);
      await payAll(store);
      await store.transaction((tx) =>
        tx.insertLegalHold({ flow: paid.id, by: 'user:claire', at: soon(), reason: 'litige' }),
      );
      expect((await purgeOf(home)).flows).toBe(0);
      await store.transaction((tx) => tx.removeLegalHold(paid.id));
      expect((await purgeOf(home)).flows).toBe(1);
      expect(filesBelow(homePaths(home.dir).archive)).toEqual([]);
      const kinds = (await store.purges(paid.id)).map(({ kind, doneAt }) => [kind, doneAt !== null]);
      expect(kinds.sort()).toEqual(
        ['bodies', 'findings', 'originals', 'pieces', 'reports'].map((kind) => [kind, true]),
      );
      expect(await store.findings(refused.id)).toEqual([]);
      for (const { body } of await store.listDeliveries({ flow: paid.id })) expect(body).toBe('');
      expect((await store.events(paid.id)).filter(({ kind }) => kind === 'purged').length).toBe(2);
      expect(await purgeOf(home)).toMatchObject({ flows: 0, files: 0, resumed: 0 });
      await expect(
        orderReplay(store, refused, {
          by: 'user:claire',
          at: soon(),
          reason: 'essai',
          asOf: null,
          file: null,
        }),
      ).rejects.toMatchObject({ code: 'REPLAY_REFUSED', details: { why: 'purged' } });
      home.drop(flowName('FSO1100A', 3), ubl({ number: 'A-1' }));
      await home.idle();
      expect((await only(home, flowName('FSO1100A', 3))).state).toBe('QP_IRRECEVABLE');
      home.drop(flowName('FSO1100A', 4), `${ubl({ number: 'A-1' })}<!-- autres octets -->`);
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'A-4' }));
      await home.idle();
      expect((await only(home, flowName('FSO1100A', 4))).invoicesIntegrated).toBe(0);
      expect((await only(home, flowName('FSO1100A', 1))).invoicesIntegrated).toBe(0);
    });
  }, 120_000);

  it('leaves the files of other flows alone, and goes on with what was marked', async () => {
    await withHome(async (home) => {
      const { store } = home.app;
      for (let n = 1; n <= 3; n++)
        home.drop(flowName('FSO1100A', n), ubl({ number: `B-${n}`, recipient: unknown }));
      home.drop(flowName('FSO1100A', 9), ubl({ number: 'B-9' }));
      await home.idle();
      await fetchAll(home);
      const kept = await only(home, flowName('FSO1100A', 9));
      const marked = await only(home, flowName('FSO1100A', 1));
      // As a run that was killed between its mark and its files leaves it.
      const order = { flow: marked.id, cause: 'retention', by: 'user:claire', reason: 'coupée' } as const;
      await store.transaction((tx) => tx.markPurge({ ...order, kinds: ['originals'], at: soon() }));
      expect(await store.openPurges(10)).toHaveLength(1);
      const done = await purgeOf(home, { before: { originals: soon() } });
      expect(done).toMatchObject({ flows: 2, files: 3, resumed: 1 });
      expect(await store.openPurges(10)).toEqual([]);
      const left = filesBelow(homePaths(home.dir).archive);
      expect(left.length).toBeGreaterThan(1);
      for (const path of left) expect(path).toContain(kept.id);
      const texts = (await store.events(marked.id)).map(({ text }) => text);
      expect(texts.at(-1)).toContain('coupée');
    });
  }, 120_000);

  it('a purge that is killed again and again ends whole', async () => {
    const home = await openHome({ flags });
    const { dir } = home;
    const count = 60;
    for (let n = 1; n <= count; n++)
      home.drop(flowName('FSO1100A', n), ubl({ number: `K-${n}`, recipient: unknown }));
    home.drop(flowName('FSO1100A', 99), ubl({ number: 'K-99' }));
    await home.idle();
    await fetchAll(home);
    const kept = await only(home, flowName('FSO1100A', 99));
    await home.app.close();
    const run = (killAfter: number | null) => {
      const args = ['purge', '--older-than', '0', '--reason', 'essai', '--format', 'json'];
      const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
        cwd: dir,
        env: { ...process.env, ECLUSE_HOME: dir, ECLUSE_RETENTION_BATCH_MAX: '4' },
        stdio: 'ignore',
      });
      return { child, killAfter };
    };
    const store = await sqliteStore({ path: homePaths(dir).database });
    try {
      const gone = () => count + 1 - filesBelow(join(homePaths(dir).archive, 'flows')).length;
      for (const at of [1, 10, 25, 45]) {
        const { child } = run(at);
        const ended = new Promise((resolve) => child.once('exit', resolve));
        const deadline = Date.now() + 30_000;
        while (gone() < at && child.exitCode === null && Date.now() < deadline) await sleep(1);
        child.kill('SIGKILL');
        await ended;
      }
      const { child } = run(null);
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
      expect(gone()).toBe(count);
      expect(await store.openPurges(10)).toEqual([]);
      for (const flow of await store.listFlows({ limit: 1_000 })) {
        const purged = (await store.events(flow.id)).filter(({ kind }) => kind === 'purged');
        // Rows and files are told by an event each, once.
        expect(purged.length).toBe(flow.id === kept.id ? 0 : 2);
      }
      for (const path of filesBelow(homePaths(dir).archive)) expect(path).toContain(kept.id);
    } finally {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    }
  }, 240_000);
});
