import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { importDirectoryFile } from '../../src/directory/import.js';
import type { Flow } from '../../src/domain/flow.js';
import { newId } from '../../src/domain/ids.js';
import type { ReplayFile } from '../../src/domain/replay.js';
import { orderReplay, orderReplays, type ReplayOrder } from '../../src/pipeline/replay-order.js';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome, testClock } from '../helpers/home.js';

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

const statusOf = (xml: string) => /<IdStatut>(\d+)<\/IdStatut>/.exec(xml)?.[1];
const replacedBy = (xml: string) =>
  /<Code>CRRmp<\/Code>\s*<Valeurparametre>([^<]+)</.exec(xml)?.[1] ?? null;

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
});
