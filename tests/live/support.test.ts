import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHome, root, testClock } from '../helpers/home.js';
import { until } from '../helpers/processes.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-support-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function sample(name: string): { name: string; path: string } {
  const folder = join(root, 'samples', name, 'in');
  const [first = ''] = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return { name: first.split('/').at(-1) ?? '', path: first };
}

describe('questions of support staff, over the command line', () => {
  const config = join(dir, 'ecluse.yaml');
  const [good, bad, misnamed] = [sample('e1-ubl'), sample('rejected-totals'), sample('misnamed')];

  function ecluse(...args: string[]) {
    const done = spawnSync(
      process.execPath,
      [join(root, 'dist/cli/main.js'), ...args, '--config', config, '--format', 'json'],
      { cwd: dir, encoding: 'utf8', timeout: 60_000 },
    );
    const objects = done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { status: done.status, objects };
  }

  beforeAll(() => {
    writeFileSync(
      config,
      [
        `engine: { home: ${join(dir, 'var')} }`,
        'partners:',
        '  - { code: FRN001, name: Fournisseur, interfaces: [FSO1100A] }',
        '  - { code: COL001, name: Collectivités, lifecycle: false }',
        'intake: { pollMs: 10, settleMs: 0 }',
        `directory: { file: ${join(root, 'config/directory.demo.json')} }`,
        '',
      ].join('\n'),
    );
    const folder = join(dir, 'var/partners/FRN001/in');
    mkdirSync(folder, { recursive: true });
    for (const { name, path } of [good, bad, misnamed]) cpSync(path, join(folder, name));
    expect(ecluse('run', '--until-idle').status).toBe(2);
  }, 180_000);

  it('tells what failed and by which rule, what is late, and which rules refuse most', () => {
    const failed = ecluse('flows', 'failed', '--partner', 'FRN001');
    expect(failed.objects.map(({ depositedName }) => depositedName).sort()).toEqual(
      [bad.name, misnamed.name].sort(),
    );
    expect(ecluse('flows', 'failed', '--rule', 'IRR_FORM').objects).toMatchObject([
      { stateLabel: 'irrecevable', rules: [{ rule: 'IRR_FORM', findings: 1, invoices: 0 }] },
    ]);
    expect(ecluse('flows', 'late', '--older-than', '0')).toEqual({ status: 0, objects: [] });
    const top = ecluse('rules', 'top').objects;
    expect(top.find(({ rule }) => rule === 'ECL-TOTAL-TTC')).toMatchObject({
      flows: 1,
      invoices: 1,
      share: 1 / 3,
    });
    expect(ecluse('flows', 'failed', '--since', 'hier').status).toBe(64);
  }, 180_000);

  it('tells the whole story of an invoice', () => {
    const [{ number } = { number: '' }] = ecluse('invoices', 'list', '--flow', good.name).objects;
    const [story] = ecluse('invoices', 'show', String(number)).objects;
    expect(story).toMatchObject({
      fate: 'integrated',
      statusLabel: 'Mise à disposition du destinataire',
      issuer: 'FRN001',
      recipientPartner: 'COL001',
      attempts: [{ attempt: 1, stateLabel: 'intégré' }],
      deliveries: [{ kind: 'pivot', partner: 'COL001', state: 'delivered', fetchedAt: null }],
      reports: [{ kind: 'integration-report', state: 'delivered' }],
    });
    expect(ecluse('invoices', 'show', 'nulle part').status).toBe(1);
  }, 180_000);

  it('tells what is missing, and what a list of the sender says otherwise', () => {
    const gaps = ecluse('partners', 'gaps', 'FRN001');
    expect(gaps.status).toBe(2);
    expect(gaps.objects).toMatchObject([{ verdict: 'judged', count: 2, missingCount: 4 }]);
    const list = join(dir, 'liste.csv');
    writeFileSync(list, `fichier;factures\n${good.name}.xml;1\n${bad.name};2\nautre;\n`);
    const told = ecluse('partners', 'reconcile', 'FRN001', '--list', list, '--since', '1d', '--until', '0d');
    expect(told.status).toBe(2);
    expect(told.objects.map(({ verdict }) => verdict)).toEqual([
      'received',
      'other-count',
      'never-received',
      'not-listed',
      undefined,
    ]);
    expect(ecluse('partners', 'reconcile', 'FRN001', '--list', join(dir, 'rien.csv')).status).toBe(1);
    expect(ecluse('partners', 'gaps', 'XXX999').status).toBe(1);
  }, 180_000);
});

describe('the file of rejects of a day, by the engine', () => {
  it('stands in the folder of the partner on the next morning, once', async () => {
    const bad = sample('misnamed');
    const home = join(dir, 'daily');
    mkdirSync(home);
    const clock = testClock('2026-11-20T10:00:00Z');
    const partners = [
      { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], reports: { dailyRejects: true } },
    ];
    const open = () => openHome({ dir: home, clock, flags: { partners } });
    const rejects = (names: readonly string[]) => names.filter((name) => name.startsWith('REJETS'));
    const first = await open();
    first.drop(bad.name, 'x');
    await first.idle();
    expect(rejects(first.out('FRN001'))).toEqual([]);
    await first.close();
    clock.set('2026-11-21T06:00:00Z');
    for (let start = 0; start < 2; start += 1) {
      const again = await open();
      await until('the file of the day', () => rejects(again.out('FRN001')).length > 0);
      await again.idle();
      const names = rejects(again.out('FRN001'));
      expect(names).toEqual(['REJETS_FRN001_2026-11-20.csv']);
      expect(again.read('FRN001', names[0] ?? '')).toMatch(/^\ufeffFlux;.*\r\n.*;IRR_FORM;.*\r\n$/);
      await again.close();
    }
  }, 180_000);
});
