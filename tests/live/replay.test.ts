import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { openBench } from '../../src/app/bench.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import type { Flow } from '../../src/domain/flow.js';
import { newId } from '../../src/domain/ids.js';
import type { ReplayFile } from '../../src/domain/replay.js';
import { silentLog } from '../../src/log.js';
import { orderReplay, orderReplays, type ReplayOrder } from '../../src/pipeline/replay-order.js';
import { previewReplay } from '../../src/pipeline/replay-preview.js';
import { reworkInvoice } from '../../src/pipeline/rework.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
import { openHome, type TestHome } from '../helpers/home.js';

const partners = [
  { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], lifecycle: false },
  { code: 'COL001', name: 'Collectivités', lifecycle: false },
  { code: 'ETA001', name: 'État', lifecycle: false },
];
/** Known to nobody before it is imported. */
const newTown = { siret: '21999906700013', name: 'Commune nouvelle de Grandrive' };

const orderOf = (more: Partial<ReplayOrder> = {}): ReplayOrder => ({
  by: 'user:claire',
  at: new Date().toISOString(),
  reason: 'la structure vient d’être ajoutée',
  asOf: null,
  file: null,
  ...more,
});

async function withHome(work: (home: TestHome) => Promise<void>, options = {}): Promise<void> {
  const home = await openHome({ flags: { partners }, ...options });
  try {
    await work(home);
  } finally {
    await home.close();
  }
}

async function addStructure(home: TestHome, more: object = {}): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  const path = join(dir, 'directory.json');
  writeFileSync(path, JSON.stringify({ structures: [{ ...newTown, partner: 'COL001', ...more }] }));
  await importDirectoryFile(path, home.app.store.directory);
  rmSync(dir, { recursive: true });
}

async function flowNamed(home: TestHome, name: string): Promise<Flow> {
  const [flow] = await home.app.store.findFlows(name);
  if (flow === undefined) throw new Error(`${name} is not there`);
  return flow;
}

async function corrected(home: TestHome, name: string, content: string | Buffer): Promise<ReplayFile> {
  const paths = homePaths(home.dir);
  const archive = folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine });
  const from = join(home.dir, name);
  writeFileSync(from, content);
  const archiveKey = `corrections/${newId()}`;
  return { name, archiveKey, ...(await archive.takeIn(archiveKey, from)) };
}

/** Two invoices in one flow: `<prefix>-1` is good, `<prefix>-2` is for a town that nobody knows. */
async function dropTwo(home: TestHome, prefix: string): Promise<string> {
  const name = flowName('FSO1100A', 1);
  const content = tarGz([
    { name: 'un.xml', bytes: Buffer.from(ubl({ number: `${prefix}-1` })) },
    { name: 'deux.xml', bytes: Buffer.from(ubl({ number: `${prefix}-2`, recipient: newTown })) },
  ]);
  home.drop(name, content);
  await home.idle();
  return name;
}

function benchOf(home: TestHome) {
  const paths = homePaths(home.dir);
  return openBench({
    loaded: loadSettings({ env: { ECLUSE_HOME: home.dir }, cwd: home.dir, flags: { partners } }),
    store: home.app.store,
    archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
    log: silentLog,
    workerScript: new URL('../../dist/workers/thread.js', import.meta.url),
  });
}

const statusOf = (xml: string) => /<IdStatut>(\d+)<\/IdStatut>/.exec(xml)?.[1];
const replacedBy = (xml: string) => /<Code>CRRmp<\/Code>\s*<Valeurparametre>([^<]+)</.exec(xml)?.[1] ?? null;

describe('replay', () => {
  it('a flow refused for its recipient is integrated once the structure is known', () =>
    withHome(async (home) => {
      const name = flowName('FSO1100A', 1);
      home.drop(name, ubl({ number: 'R-1', recipient: newTown }));
      await home.idle();
      const before = await flowNamed(home, name);
      expect(before.state).toBe('IN_REJETE');
      expect(home.out('COL001')).toEqual([]);
      await addStructure(home);
      const batch = await orderReplay(home.app.store, before, orderOf());
      await home.idle();
      const after = await flowNamed(home, name);
      expect(after).toMatchObject({
        id: before.id,
        state: 'IN_INTEGRE',
        attempt: 2,
        invoicesReceived: 1,
        invoicesIntegrated: 1,
        invoicesRejected: 0,
      });
      expect(home.out('COL001')).toHaveLength(1);
      const [first = '', second = ''] = home.out('FRN001');
      expect(home.out('FRN001')).toHaveLength(2);
      expect(statusOf(home.read('FRN001', first))).toBe('93');
      expect(replacedBy(home.read('FRN001', first))).toBeNull();
      expect(statusOf(home.read('FRN001', second))).toBe('90');
      expect(replacedBy(home.read('FRN001', second))).toBe(first.slice(-25));
      const told = await home.app.store.events(before.id);
      expect(told.find(({ kind }) => kind === 'replay-asked')).toMatchObject({ actor: 'user:claire' });
      const ended = told.find(({ kind }) => kind === 'replayed')?.text;
      expect(ended).toContain('avant rejeté (0/1), après intégré (1/1)');
      expect(ended).toContain('user:claire (la structure vient d’être ajoutée)');
      expect(await home.app.store.replayBatch(batch)).toMatchObject({ count: 1, done: 1, refused: 0 });
    }));

  it('only what was refused is worked again: the other invoice keeps its pivot and its statuses', () =>
    withHome(async (home) => {
      const name = await dropTwo(home, 'P');
      const before = await flowNamed(home, name);
      expect(before).toMatchObject({
        state: 'IN_INTEGRE_PARTIEL',
        invoicesReceived: 2,
        invoicesIntegrated: 1,
      });
      const [good] = await home.app.store.listInvoices({ number: 'P-1' });
      const statuses = await home.app.store.statuses(good?.id ?? '');
      await addStructure(home);
      await orderReplay(home.app.store, before, orderOf());
      await home.idle();
      expect(await flowNamed(home, name)).toMatchObject({
        state: 'IN_INTEGRE',
        invoicesReceived: 2,
        invoicesIntegrated: 2,
        invoicesRejected: 0,
      });
      const pivots = home.out('COL001').map((file) => home.read('COL001', file));
      expect(pivots).toHaveLength(2);
      expect(
        pivots.map((xml) => [...xml.matchAll(/P-\d(?=<)/g)].map(String)).map((all) => [...new Set(all)]),
      ).toEqual([['P-1'], ['P-2']]);
      expect(await home.app.store.statuses(good?.id ?? '')).toEqual(statuses);
      const rows = await home.app.store.listInvoices({ flow: before.id });
      expect(rows.map(({ attempt, number, fate }) => [attempt, number, fate])).toEqual([
        [1, 'P-1', 'integrated'],
        [1, 'P-2', 'rejected'],
        [2, 'P-2', 'integrated'],
      ]);
    }));

  it('a corrected file is worked in place of the original, which is kept; what is integrated is told, not worked', () =>
    withHome(async (home) => {
      const name = await dropTwo(home, 'W');
      const before = await flowNamed(home, name);
      const both = tarGz([
        { name: 'corrige-1.xml', bytes: Buffer.from(ubl({ number: 'W-1' })) },
        { name: 'corrige-2.xml', bytes: Buffer.from(ubl({ number: 'W-2' })) },
      ]);
      const file = await corrected(home, 'corrige.tar.gz', both);
      await orderReplay(home.app.store, before, orderOf({ file }));
      await home.idle();
      const after = await flowNamed(home, name);
      expect(after).toMatchObject({
        state: 'IN_INTEGRE',
        invoicesReceived: 2,
        invoicesIntegrated: 2,
        sha256: before.sha256,
        archiveKey: before.archiveKey,
      });
      const findings = await home.app.store.findings(before.id);
      expect(findings.filter(({ rule }) => rule === 'ECL-REPLAY-INTEGRATED')).toMatchObject([
        { invoice: 'W-1', entry: 'corrige-1.xml', severity: 'warning' },
      ]);
      const [replay] = await home.app.store.replays({ flow: before.id, limit: 10 });
      expect(replay).toMatchObject({
        file,
        attempt: 2,
        beforeState: 'IN_INTEGRE_PARTIEL',
        afterState: 'IN_INTEGRE',
      });
      expect(home.out('COL001')).toHaveLength(2);
      const ended = (await home.app.store.events(before.id)).find(({ kind }) => kind === 'replayed')?.text;
      expect(ended).toContain(file.sha256);
    }));

  it('an invoice that the corrected file leaves out stays refused; the next replay works the corrected file', () =>
    withHome(async (home) => {
      const name = await dropTwo(home, 'L');
      const before = await flowNamed(home, name);
      const file = await corrected(home, 'une-seule.xml', ubl({ number: 'L-3', recipient: newTown }));
      await orderReplay(home.app.store, before, orderOf({ file }));
      await home.idle();
      const between = await flowNamed(home, name);
      expect(between).toMatchObject({
        state: 'IN_INTEGRE_PARTIEL',
        invoicesReceived: 2,
        invoicesIntegrated: 1,
        invoicesRejected: 1,
      });
      const less = await corrected(home, 'deja.xml', ubl({ number: 'L-1' }));
      await orderReplay(home.app.store, between, orderOf({ file: less }));
      await home.idle();
      const still = await flowNamed(home, name);
      expect(still).toMatchObject({
        state: 'IN_INTEGRE_PARTIEL',
        invoicesReceived: 2,
        invoicesIntegrated: 1,
      });
      expect((await home.app.store.findings(before.id)).map(({ rule }) => rule)).toEqual([
        'ECL-REPLAY-INTEGRATED',
        'ECL-REPLAY-ABSENT',
      ]);
    }));

  it('rules and directory of another day, when the order names it', () =>
    withHome(async (home) => {
      await addStructure(home, { valid_from: '2026-01-01', valid_to: '2026-06-30' });
      const name = flowName('FSO1100A', 1);
      home.drop(name, ubl({ number: 'D-1', recipient: newTown }));
      await home.idle();
      await orderReplay(home.app.store, await flowNamed(home, name), orderOf());
      await home.idle();
      expect(await flowNamed(home, name)).toMatchObject({ state: 'IN_REJETE', attempt: 2 });
      await orderReplay(home.app.store, await flowNamed(home, name), orderOf({ asOf: '2026-03-01' }));
      await home.idle();
      expect(await flowNamed(home, name)).toMatchObject({ state: 'IN_INTEGRE', attempt: 3 });
      const reports = home.out('FRN001');
      expect(reports.map((file) => replacedBy(home.read('FRN001', file)))).toEqual([
        null,
        reports[0]?.slice(-25),
        reports[1]?.slice(-25),
      ]);
      const told = (await home.app.store.events((await flowNamed(home, name)).id)).map(({ text }) => text);
      expect(told.filter((text) => text.includes('règles et annuaire du 2026-03-01'))).toHaveLength(2);
    }));

  it('a filter names the flows by rule, partner, supplier and time; each is worked once', () =>
    withHome(async (home) => {
      for (const i of [1, 2, 3])
        home.drop(flowName('FSO1100A', i), ubl({ number: `B-${i}`, recipient: newTown }));
      home.drop(flowName('FSO1100A', 4), ubl({ number: 'B-4', ttc: '1180.00' }));
      home.drop(flowName('FSO1100A', 5), ubl({ number: 'B-5' }));
      await home.idle();
      const { store } = home.app;
      const count = async (filter: object) => (await store.replayableFlows(filter, null, 100)).length;
      expect(await count({})).toBe(4);
      expect(await count({ rule: 'ECL-DIR-RECIPIENT' })).toBe(3);
      expect(await count({ state: 'IN_REJETE', partner: 'FRN001', supplier: '79955500800017' })).toBe(4);
      expect(await count({ partner: 'COL001' })).toBe(0);
      expect(await count({ supplier: '1' })).toBe(0);
      expect(await count({ since: '2999-01-01T00:00:00.000Z' })).toBe(0);
      await addStructure(home);
      const told: number[] = [];
      const done = await orderReplays(store, { rule: 'ECL-DIR-RECIPIENT' }, orderOf(), (n) => told.push(n));
      expect(done.count).toBe(3);
      expect(told).toEqual([3]);
      await home.idle();
      expect(await store.replayBatch(done.batch)).toMatchObject({
        count: 3,
        done: 3,
        refused: 0,
        waiting: 0,
      });
      expect(await count({})).toBe(1);
      expect(home.out('COL001')).toHaveLength(4);
    }));

  it('refuses a flow that is integrated, in progress, waiting already, or only tried', () =>
    withHome(async (home) => {
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'N-1' }));
      home.drop(flowName('FSO1100A', 2), ubl({ number: 'N-2', recipient: newTown }));
      await home.idle();
      const { store } = home.app;
      const integrated = await flowNamed(home, flowName('FSO1100A', 1));
      await expect(orderReplay(store, integrated, orderOf())).rejects.toMatchObject({
        code: 'REPLAY_REFUSED',
        details: { why: 'integrated' },
      });
      const refused = await flowNamed(home, flowName('FSO1100A', 2));
      await home.app.engine.stop();
      await orderReplay(store, refused, orderOf());
      await expect(orderReplay(store, refused, orderOf())).rejects.toMatchObject({
        details: { why: 'open' },
      });
      expect(await store.flow(refused.id)).toMatchObject({ state: 'IN_REJETE' });
      expect(await store.transaction((tx) => tx.takeReplays(10, new Date().toISOString()))).toEqual([
        refused.id,
      ]);
      const taken = await store.flow(refused.id);
      expect(taken).toMatchObject({ state: 'IN_EN_ATTENTE_RETRAITEMENT_CPP', finalAt: null });
      await expect(orderReplay(store, { ...refused, finalAt: null }, orderOf())).rejects.toMatchObject({
        code: 'REPLAY_REFUSED',
      });
      await expect(
        orderReplay(store, { ...integrated, qualification: true }, orderOf()),
      ).rejects.toMatchObject({
        details: { why: 'qualification' },
      });
    }));

  it('a replay that fails leaves the result of before, and no report', () =>
    withHome(
      async (home) => {
        const name = flowName('FSO1100A', 1);
        home.drop(name, ubl({ number: 'I-1', recipient: newTown }));
        await home.idle();
        const before = await flowNamed(home, name);
        const file = await corrected(home, 'perdu.xml', ubl({ number: 'I-1' }));
        rmSync(join(homePaths(home.dir).archive, file.archiveKey));
        await orderReplay(home.app.store, before, orderOf({ file }));
        await home.idle();
        expect(await flowNamed(home, name)).toMatchObject({
          state: 'IN_REJETE',
          attempt: 3,
          invoicesReceived: 1,
          invoicesRejected: 1,
        });
        const rules = (await home.app.store.findings(before.id)).map(({ rule }) => rule);
        expect(rules).toContain('ECL-DIR-RECIPIENT');
        expect(rules.at(-1)).toBe('ECL-REPLAY-INCIDENT');
        expect(home.out('FRN001')).toHaveLength(1);
      },
      { flags: { partners, engine: { attemptsMax: 2, retryMs: 10, sweepMs: 20 } } },
    ));
});

describe('a dry run', () => {
  it('shows what would change, invoice by invoice, beside an engine, and writes nothing', () =>
    withHome(async (home) => {
      const name = await dropTwo(home, 'S');
      const before = await flowNamed(home, name);
      await addStructure(home);
      const { store } = home.app;
      const bench = benchOf(home);
      try {
        const events = await store.events(before.id);
        const preview = await bench.inFolder((workDir) =>
          previewReplay(bench.ports, before, {
            partner: bench.partnerOf(before),
            asOf: null,
            file: null,
            workDir,
          }),
        );
        expect(preview.after).toEqual({ state: 'IN_INTEGRE', received: 2, integrated: 2, rejected: 0 });
        expect(preview.ruleSets).toContain('chorus-2');
        expect(preview.invoices).toMatchObject([
          { number: 'S-1', before: 'integrated', after: 'integrated', kept: true, vanish: [], appear: [] },
          { number: 'S-2', before: 'rejected', after: 'integrated', kept: false, appear: [] },
        ]);
        const [vanished] = preview.invoices[1]?.vanish ?? [];
        expect(vanished).toMatchObject({ rule: 'ECL-DIR-RECIPIENT', severity: 'fatal' });
        const file = await corrected(home, 'autre.xml', ubl({ number: 'S-2', ttc: '1180.00' }));
        const worse = await bench.inFolder((workDir) =>
          previewReplay(bench.ports, before, { partner: bench.partnerOf(before), asOf: null, file, workDir }),
        );
        expect(worse.after).toMatchObject({ state: 'IN_INTEGRE_PARTIEL', received: 2, integrated: 1 });
        const second = worse.invoices.find(({ number }) => number === 'S-2');
        expect(second?.vanish.map(({ rule }) => rule)).toEqual(['ECL-DIR-RECIPIENT']);
        expect(second?.appear.map(({ rule }) => rule)).toContain('ECL-TOTAL-TTC');
        expect(await flowNamed(home, name)).toEqual(before);
        expect(await store.events(before.id)).toEqual(events);
        expect(await store.replayLoad()).toEqual({ waiting: 0, taken: 0 });
      } finally {
        await bench.close();
      }
    }));
});

describe('one invoice read again', () => {
  it('is read from the bytes of its attempt, with pieces of its own, whatever today’s rules say', () =>
    withHome(async (home) => {
      const name = await dropTwo(home, 'A');
      const flow = await flowNamed(home, name);
      const [row] = await home.app.store.listInvoices({ number: 'A-1' });
      if (row === undefined) throw new Error('A-1 is not there');
      const bench = benchOf(home);
      try {
        const { item } = await bench.inFolder((workDir) =>
          reworkInvoice(bench.ports, flow, bench.partnerOf(flow), row, { day: '2026-11-21', workDir }),
        );
        expect(item).toMatchObject({
          id: row.id,
          entry: row.entry,
          recipientPartner: 'COL001',
          fatal: false,
        });
        expect(item.checked.invoice.number).toBe('A-1');
        expect(item.pieces.length).toBeGreaterThan(0);
        const again = await bench.inFolder((workDir) =>
          reworkInvoice(bench.ports, flow, bench.partnerOf(flow), row, { day: '2026-11-21', workDir }),
        );
        expect(again.item.pieces[0]?.archiveKey).not.toBe(item.pieces[0]?.archiveKey);
        const nowhere = { ...row, entryIndex: 7 };
        await expect(
          bench.inFolder((workDir) =>
            reworkInvoice(bench.ports, flow, bench.partnerOf(flow), nowhere, { day: '2026-11-21', workDir }),
          ),
        ).rejects.toMatchObject({ code: 'NOT_FOUND' });
      } finally {
        await bench.close();
      }
    }));
});
