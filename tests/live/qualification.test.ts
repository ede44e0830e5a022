import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { loadSettings } from '../../src/settings/load.js';
import { openHome } from '../helpers/home.js';

const partners = (more: object) => [
  { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], lifecycle: false, ...more },
  { code: 'COL001', name: 'Collectivités', lifecycle: false },
  { code: 'ETA001', name: 'État', lifecycle: false },
];
const one = /<IdStatut>(\d+)<\/IdStatut>\s*<ComplementStatut>([A-Z_]+)<\/ComplementStatut>/;

it('a partner in qualification goes the whole way and is answered; nothing is passed on, counted or taken', async () => {
  const home = await openHome({ flags: { partners: partners({ qualification: true }) } });
  try {
    home.drop(flowName('FSO1100A', 1), ubl({ number: 'Q-1' }));
    await home.idle();
    // Once more under the same name, with the same bytes and the same number: nothing of it was taken.
    home.drop(flowName('FSO1100A', 1), ubl({ number: 'Q-1' }));
    home.drop(flowName('FSO1100A', 2), '<not-an-invoice/>');
    await home.idle();
    expect(home.outcomes.map(({ state }) => state)).toEqual([
      'QP_RECEVABLE',
      expect.stringMatching(/^QP_/),
      expect.stringMatching(/^QP_/),
    ]);
    expect(home.outcomes.filter(({ state }) => state === 'QP_RECEVABLE')).toHaveLength(2);
    expect(home.outcomes.filter(({ state }) => state === 'QP_IRRECEVABLE')).toHaveLength(1);
    const reports = home.out('FRN001').map((name) => home.read('FRN001', name));
    expect(reports.map((xml) => one.exec(xml)?.slice(1).join(' ')).sort()).toEqual([
      '90 QP_RECEVABLE',
      '90 QP_RECEVABLE',
      '93 QP_IRRECEVABLE',
    ]);
    for (const xml of reports) expect(xml).toContain("qualification : rien n'est transmis ni retenu");
    expect(home.out('COL001')).toEqual([]);
    const { store } = home.app;
    expect(await store.summary('0000')).toMatchObject({ flows: 0, invoices: 0 });
    expect(await store.listInvoices({})).toEqual([]);
    expect(await store.statusBacklog()).toEqual([]);
    const flows = await store.listFlows({});
    expect(flows.every((flow) => flow.qualification && flow.finalAt !== null)).toBe(true);
    await store.transaction(async (tx) => {
      expect(await tx.nextSequence('CSO1100A')).toBe(1);
      expect(await tx.nextSequence('FEN0036A')).toBe(1);
    });
  } finally {
    await home.close();
  }
});

it('a folder for qualification stands beside the real one, and what was tried there can then be deposited', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-qualification-'));
  const trial = join(dir, 'trial');
  mkdirSync(trial);
  const home = await openHome({
    dir: join(dir, 'home'),
    flags: { partners: partners({ folders: { qualification: trial } }) },
  });
  try {
    const name = flowName('FSO1100A', 1);
    const twice = ubl({ number: 'Q-2' });
    // By rename: a file that is being written is taken as it is, nothing settles here.
    writeFileSync(join(trial, `.${name}.part`), twice);
    renameSync(join(trial, `.${name}.part`), join(trial, name));
    await home.idle();
    home.drop(name, twice);
    await home.idle();
    expect(home.outcomes.map(({ state }) => state)).toEqual(['QP_RECEVABLE', 'IN_INTEGRE']);
    expect(home.out('FRN001')).toEqual([
      'CSO1100A_FRN001_CPP0011100000000000000001',
      'CSO1100A_FRN001_CPP0011100900000000000001',
    ]);
    expect(home.out('COL001')).toHaveLength(1);
    expect(await home.app.store.summary('0000')).toMatchObject({ flows: 1, integrated: 1, invoices: 1 });
  } finally {
    await home.close();
    rmSync(dir, { recursive: true, force: true });
  }
});

it('qualification is off unless it is asked for', () => {
  const { settings } = loadSettings({ cwd: tmpdir(), env: {} });
  expect(settings.partners.every(({ qualification }) => !qualification)).toBe(true);
});
