import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cii } from '../../scripts/documents/cii.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { homePaths } from '../../src/settings/home.js';
import { schematron, zipTo } from '../helpers/packs.js';
import { root, shared } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-cli-rules-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Told {
  readonly file: string;
  readonly valid: boolean;
  readonly layers: readonly Record<string, unknown>[];
  readonly findings: readonly Record<string, unknown>[];
}

function ecluse(home: string, ...args: readonly string[]) {
  const done = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: dir,
    env: { ...process.env, ECLUSE_HOME: join(dir, home) },
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const objects = <T = Record<string, unknown>>() =>
    done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  return { ...done, objects };
}

const house = schematron(
  'ubl',
  [
    { id: 'MAISON-1', test: "matches(cbc:ID, '^M-')", text: 'Numbers begin with M-.' },
    { id: 'MAISON-2', test: 'not(cbc:Note)', flag: 'warning', text: 'No notes, please.' },
    {
      id: 'MAISON-3',
      context: '//cac:LegalMonetaryTotal/cbc:PayableAmount',
      test: 'xs:decimal(.) < 1000000',
      text: 'Large invoices go another way.',
    },
  ],
  { title: 'Rules of the house' },
);

describe('ecluse rules, on a pack of our own', () => {
  beforeAll(async () => {
    writeFileSync(join(dir, 'maison-UBL-1.0.sch'), house);
    await zipTo(join(dir, 'maison-1.1.zip'), { 'rules/maison-UBL.sch': house.replace("'^M-'", "'^N-'") });
    writeFileSync(join(dir, 'm.xml'), ubl({ number: 'M-1' }));
    writeFileSync(join(dir, 'x.xml'), ubl({ number: 'X-1' }));
    writeFileSync(
      join(dir, 'c.xml'),
      cii({ number: 'X-2', piece: { name: 'facture.pdf', bytes: Buffer.from('PK') } }),
    );
  });

  it('installs a file and an archive as two versions, and lists them', () => {
    const first = ecluse(
      'a',
      'rules',
      'install',
      'maison-UBL-1.0.sch',
      '--to',
      '2026-08-31',
      '--format',
      'json',
    );
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: '' });
    expect(first.objects()).toMatchObject([
      { set: 'maison', version: '1.0', state: 'new', validTo: '2026-08-31' },
    ]);
    const second = ecluse(
      'a',
      'rules',
      'install',
      'maison-1.1.zip',
      '--format',
      'json',
      '--from',
      '2026-09-01',
    );
    expect(second.objects()).toMatchObject([{ set: 'maison', version: '1.1', origin: 'maison-1.1.zip' }]);
    const packs = ecluse('a', 'rules', 'packs', '--format', 'json').objects();
    expect(packs).toMatchObject([
      { set: 'maison', version: '1.0', problem: null, files: [{ syntaxes: ['ubl-invoice'], rules: 3 }] },
      { set: 'maison', version: '1.1', problem: null },
    ]);
    for (const pack of packs)
      expect(String((pack.files as { sha256: string }[])[0]?.sha256)).toMatch(/^[0-9a-f]{64}$/);
    expect(ecluse('a', 'rules', 'packs').stdout).toContain('maison 1.1');
  });

  it('applies the version asked for, with place, value and the pack’s own text', () => {
    const done = ecluse('a', 'validate', '--rules', 'xsd,maison@1.0', '--format', 'json', 'm.xml', 'x.xml');
    expect(done.status).toBe(2);
    const [good, bad] = done.objects<Told>();
    expect(good).toMatchObject({ valid: true, findings: [{ rule: 'MAISON-2', severity: 'warning' }] });
    expect(bad?.layers).toMatchObject([
      { layer: 'schema' },
      { layer: 'en16931', verdict: 'invalid', ruleSet: 'maison-1.0' },
    ]);
    expect(bad?.findings[0]).toMatchObject({
      rule: 'MAISON-1',
      severity: 'fatal',
      message: 'Numbers begin with M-.',
      path: '/Invoice',
      invoice: 'X-1',
    });
    expect(Number(bad?.findings[0]?.line)).toBeGreaterThan(1);
  });

  it('says of a syntax without rules that the pack was skipped', () => {
    const [told] = ecluse(
      'a',
      'validate',
      '--rules',
      'xsd,maison@1.0',
      '--format',
      'json',
      'c.xml',
    ).objects<Told>();
    expect(told?.layers[1]).toMatchObject({ verdict: 'skipped', ruleSet: 'maison-1.0' });
  });

  it('lists its rules in the catalogue, with version and place', () => {
    ecluse('b', 'rules', 'install', 'maison-UBL-1.0.sch');
    const rows = ecluse('b', 'rules', '--set', 'maison', '--format', 'json').objects();
    expect(rows.map(({ id, severity, version }) => [id, severity, version])).toEqual([
      ['MAISON-1', 'fatal', 'maison-1.0'],
      ['MAISON-2', 'warning', 'maison-1.0'],
      ['MAISON-3', 'fatal', 'maison-1.0'],
    ]);
    expect(rows[0]?.source).toMatch(/maison-UBL-1\.0\.sch:\d+$/);
    expect(ecluse('b', 'rules', '--set', 'chorus', '--format', 'json').objects().length).toBeGreaterThan(20);
  });

  it('writes the code of a file for review, and prints it', () => {
    const done = ecluse('a', 'rules', 'compile', 'maison-UBL-1.0.sch', '--out', 'code/', '--format', 'json');
    expect(done.objects()).toMatchObject([
      { rules: 3, title: 'Rules of the house', out: 'code/maison-UBL-1.0.js' },
    ]);
    const code = readFileSync(join(dir, 'code/maison-UBL-1.0.js'), 'utf8');
    expect(code).toContain("0: MAISON-1 (fatal), line 9: /ubl:Invoice => matches(cbc:ID, '^M-')");
    expect(ecluse('a', 'rules', 'compile', 'maison-UBL-1.0.sch').stdout.trim()).toBe(code.trim());
  });

  it('refuses what the compiler does not speak, with file, line and construct, and installs nothing', () => {
    writeFileSync(join(dir, 'bad-UBL-1.0.sch'), schematron('ubl', [{ id: 'B-1', test: "doc('x.xml')/a" }]));
    const done = ecluse('c', 'rules', 'install', 'bad-UBL-1.0.sch');
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(/bad-UBL-1\.0\.sch, line \d+/);
    expect(done.stderr).toContain('doc');
    expect(ecluse('c', 'rules', 'packs', '--format', 'json').objects()).toEqual([]);
  });

  it('refuses a document on which a rule cannot be computed', () => {
    writeFileSync(
      join(dir, 'calc-UBL-1.0.sch'),
      schematron('ubl', [{ id: 'K-1', test: 'xs:decimal(cbc:ID) > 0' }]),
    );
    ecluse('d', 'rules', 'install', 'calc-UBL-1.0.sch');
    const done = ecluse('d', 'validate', '--rules', 'calc', '--format', 'json', 'm.xml');
    expect(done.status).toBe(2);
    expect(done.objects<Told>()[0]?.findings).toMatchObject([
      { rule: 'ECL-RULES-ERROR', severity: 'fatal', invoice: 'M-1' },
    ]);
  });

  it('follows the settings: mode by interface, re-grading with its reason', () => {
    const config = join(dir, 'e.yaml');
    mkdirSync(join(dir, 'e'), { recursive: true });
    writeFileSync(
      config,
      [
        'rules:',
        '  sets:',
        '    - {set: maison, mode: advisory}',
        '    - {set: maison, mode: enforced, interfaces: [FSO1100A]}',
        '    - {set: en16931, mode: off}',
        '  regrade:',
        '    - {rule: MAISON-2, severity: fatal, reason: notes interdites, interfaces: [FSO1100A]}',
        '',
      ].join('\n'),
    );
    const early = ecluse('e', 'validate', '--config', config, '--interface', 'FSO1100A', 'm.xml');
    expect([early.status, early.stderr]).toEqual([1, expect.stringContaining('maison')]);
    ecluse('e', 'rules', 'install', 'maison-UBL-1.0.sch', '--config', config);
    const told = (code: string) =>
      ecluse(
        'e',
        'validate',
        '--config',
        config,
        '--interface',
        code,
        '--format',
        'json',
        'm.xml',
      ).objects<Told>()[0];
    const e1 = told('FSO1100A');
    expect(e1?.layers[1]).toMatchObject({
      ruleSet: 'maison-1.0',
      verdict: 'invalid',
      regraded: [{ rule: 'MAISON-2', from: 'warning', to: 'fatal', reason: 'notes interdites', count: 1 }],
    });
    const note = e1?.findings.find(({ rule }) => rule === 'ECL-RULES-REGRADED');
    expect(note).toMatchObject({ severity: 'warning', message: expect.stringContaining('notes interdites') });
    const e2 = told('FSO1110A')?.layers.find(({ ruleSet }) => ruleSet === 'maison-1.0');
    expect(e2).toMatchObject({ verdict: 'valid' });
    expect(e2).not.toHaveProperty('regraded');
  });

  it('refuses a pack whose bytes were changed, wherever it is asked', () => {
    ecluse('f', 'rules', 'install', 'maison-UBL-1.0.sch');
    appendFileSync(join(dir, 'f/rules/maison/1.0/maison-UBL-1.0.sch'), '<!-- changed -->');
    const packs = ecluse('f', 'rules', 'packs', '--format', 'json');
    expect(packs.status).toBe(1);
    expect(packs.objects()[0]?.problem).toContain('SHA-256');
    const done = ecluse('f', 'validate', '--rules', 'maison', 'm.xml');
    expect([done.status, done.stderr]).toEqual([
      1,
      expect.stringContaining('not the file that was installed'),
    ]);
  });

  it('leaves a line in the journal, once an engine has run', async () => {
    const config = join(dir, 'j.yaml');
    writeFileSync(config, '{}\n');
    const before = ecluse('j', 'rules', 'install', 'maison-UBL-1.0.sch', '--config', config);
    expect(before.status).toBe(0);
    expect(existsSync(homePaths(join(dir, 'j')).database)).toBe(false);
    expect(ecluse('j', 'run', '--until-idle', '--config', config).status).toBe(0);
    ecluse('j', 'rules', 'install', 'maison-1.1.zip', '--reason', 'version de septembre', '--config', config);
    ecluse('j', 'rules', 'remove', 'maison', '1.0', '--config', config);
    const store = await sqliteStore({ path: homePaths(join(dir, 'j')).database });
    const actor = expect.stringMatching(/^user:./);
    expect(await store.listActs({ kind: 'rules-installed', limit: 10 })).toMatchObject([
      {
        actor,
        text: 'paquet de règles installé : maison 1.1, 1 fichier, 3 règles, de maison-1.1.zip (version de septembre)',
      },
    ]);
    expect(await store.listActs({ kind: 'rules-removed', limit: 10 })).toMatchObject([
      { actor, text: 'paquet de règles retiré : maison 1.0' },
    ]);
    await store.close();
  });

  it('keeps the engine from starting where the settings ask for such a pack, and the doctor says so', () => {
    const config = join(dir, 'h.yaml');
    writeFileSync(config, 'rules:\n  sets:\n    - {set: maison, mode: enforced}\n');
    const missing = ecluse('h', 'run', '--until-idle', '--config', config);
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('maison')]);
    ecluse('h', 'rules', 'install', 'maison-UBL-1.0.sch', '--config', config);
    const well = ecluse('h', 'doctor', '--format', 'json', '--config', config).objects();
    expect(well).toContainEqual({ what: 'rules maison', state: 'ok', detail: 'maison-1.0', remedy: null });
    appendFileSync(join(dir, 'h/rules/maison/1.0/maison-UBL-1.0.sch'), '<!-- changed -->');
    const ill = ecluse('h', 'doctor', '--format', 'json', '--config', config);
    expect(ill.objects().find(({ what }) => what === 'rules')).toMatchObject({ state: 'fault' });
    const changed = ecluse('h', 'run', '--until-idle', '--config', config);
    expect([changed.status, changed.stderr]).toEqual([
      1,
      expect.stringContaining('not the file that was installed'),
    ]);
  });

  it.each([
    [['rules', 'remove', 'maison', '9.9'], 1],
    [['rules', 'remove', 'maison', '1.0'], 0],
    [['rules', 'install'], 64],
    [['rules', 'install', 'absent.sch'], 1],
    [['rules', 'nothing-of-the-kind'], 64],
    [['rules', '--set', 'absent'], 64],
    [['validate', '--rules', 'xsd@1', 'm.xml'], 64],
    [['rules', 'install', '--help'], 0],
  ])('%j exits with %i', (args, status) => {
    ecluse('g', 'rules', 'install', 'maison-UBL-1.0.sch');
    expect(ecluse('g', ...args).status).toBe(status);
  });
});

interface Entry {
  readonly file: string;
  readonly syntax: string;
  readonly kind: string;
  readonly expect: {
    readonly xsd?: string;
    readonly en16931?: { readonly failed?: readonly string[]; readonly error?: string };
  };
}

const packs = join(shared, 'corpus/packs');
const corpus = join(shared, 'corpus/en16931');
const there = existsSync(packs) && existsSync(join(corpus, 'manifest.json'));
if (!there) console.log(`official packs: skipped, ${packs} is absent`);

describe.skipIf(!there)('ecluse rules, on the official packs', () => {
  beforeAll(() => {
    for (const folder of ['en16931-1.3.16', 'br-fr-1.4.0.03']) {
      const done = ecluse('official', 'rules', 'install', join(packs, folder));
      expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: '' });
    }
  }, 120_000);

  it('recognises sets, versions and syntaxes', () => {
    const found = ecluse('official', 'rules', 'packs', '--format', 'json').objects();
    expect(found).toMatchObject([
      {
        set: 'br-fr',
        version: '1.4.0.03',
        files: [{ syntaxes: ['cii'] }, { syntaxes: ['ubl-invoice', 'ubl-creditnote'] }],
      },
      {
        set: 'en16931',
        version: '1.3.16',
        files: [
          { syntaxes: ['cii'], rules: 806 },
          { syntaxes: ['ubl-invoice', 'ubl-creditnote'], rules: 979 },
        ],
      },
    ]);
  });

  it('takes release archives of one syntax each as one version', async () => {
    for (const syntax of ['UBL', 'CII']) {
      const name = `EN16931-${syntax}-validation-preprocessed.sch`;
      const text = readFileSync(join(packs, 'en16931-1.3.16', name), 'utf8');
      const archive = join(dir, `en16931-${syntax.toLowerCase()}-1.3.16.zip`);
      await zipTo(archive, { [`schematron/preprocessed/${name}`]: text, 'xslt/readme.txt': 'not a rule' });
      expect(ecluse('zip', 'rules', 'install', archive).status).toBe(0);
    }
    const zipped = ecluse('zip', 'rules', 'packs', '--format', 'json').objects();
    const [official] = ecluse('official', 'rules', 'packs', '--format', 'json')
      .objects()
      .filter(({ set }) => set === 'en16931');
    const sums = (pack: Record<string, unknown> = {}) =>
      ((pack.files ?? []) as { sha256: string }[]).map(({ sha256 }) => sha256).sort();
    expect(zipped).toMatchObject([{ set: 'en16931', version: '1.3.16' }]);
    expect(sums(zipped[0])).toEqual(sums(official));
  }, 60_000);

  it('fails the ids of the manifest on documents of each syntax, in our French', () => {
    const { files } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { files: Entry[] };
    const whole = files.filter(
      ({ kind, expect: { xsd, en16931 } }) => xsd === 'valid' && kind !== 'unit' && en16931 !== undefined,
    );
    const chosen = ['ubl-invoice', 'ubl-creditnote', 'cii'].flatMap((syntax) => {
      const mine = whole.filter((one) => one.syntax === syntax);
      const failing = mine.filter(({ expect: { en16931 } }) => (en16931?.failed?.length ?? 0) > 0);
      return [...mine.slice(0, 3), ...failing.slice(0, 5)];
    });
    expect(chosen.length).toBeGreaterThan(20);
    const paths = chosen.map(({ file }) => join(corpus, file));
    const told = ecluse(
      'official',
      'validate',
      '--rules',
      'xsd,en16931',
      '--format',
      'json',
      ...paths,
    ).objects<Told>();
    const failed = told.map(({ file, findings }) => [
      file,
      [
        ...new Set(findings.filter(({ severity }) => severity === 'fatal').map(({ rule }) => String(rule))),
      ].sort(),
    ]);
    expect(failed).toEqual(
      chosen.map(({ file, expect: { en16931 } }) => [
        join(corpus, file),
        en16931?.error === undefined
          ? [...(en16931?.failed ?? [])].sort()
          : expect.arrayContaining(['ECL-RULES-ERROR']),
      ]),
    );
    for (const { layers } of told) expect(layers[1]).toMatchObject({ ruleSet: 'en16931-1.3.16' });
    const fatal = told.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'fatal'));
    for (const finding of fatal)
      expect(finding).toMatchObject({ path: expect.stringMatching(/^\//), line: expect.any(Number) });
    expect(fatal.some(({ term }) => /^B[TG]-\d+$/.test(String(term)))).toBe(true);
  }, 120_000);
});
