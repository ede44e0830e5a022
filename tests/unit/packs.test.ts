import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/errors.js';
import { rulesInForce } from '../../src/validate/packs/catalogue.js';
import type { SetChoice } from '../../src/validate/packs/choice.js';
import { neededBy, setsInUse } from '../../src/validate/packs/in-use.js';
import { type InstallRequest, installPacks, removePack } from '../../src/validate/packs/install.js';
import { lookAtPacks } from '../../src/validate/packs/look.js';
import { installedPacks, packsOf } from '../../src/validate/packs/manifest.js';
import { schematronCompiler } from '../../src/validate/packs/schematron.js';
import { createPackShelf, verifyPack } from '../../src/validate/packs/shelf.js';
import { frenchTextOf } from '../../src/validate/texts/index.js';
import { plainCompiler, schematron, zipTo } from '../helpers/packs.js';

const base = mkdtempSync(join(tmpdir(), 'ecluse-packs-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let dir: string;
let rulesDir: string;
const now = new Date('2026-11-21T08:00:00Z');
beforeEach(() => {
  dir = mkdtempSync(join(base, 't-'));
  rulesDir = join(dir, 'rules');
});

function write(name: string, text: string): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function install(path: string, more: Partial<InstallRequest> = {}) {
  return installPacks({ path, rulesDir, now, compiler: plainCompiler(), ...more });
}

async function faultOf(work: Promise<unknown> | (() => unknown)): Promise<Fault> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (thrown) {
    return thrown as Fault;
  }
  throw new Error('no fault');
}

const ubl = (...ids: string[]) =>
  schematron(
    'ubl',
    ids.map((id) => ({ id, test: 'true()' })),
  );
const cii = (...ids: string[]) =>
  schematron(
    'cii',
    ids.map((id) => ({ id, test: 'true()' })),
  );

describe('installing rule packs', () => {
  it('finds the file of each syntax in a release archive, its set, version and SHA-256', async () => {
    const archive = join(dir, 'en16931-ubl-1.3.16.zip');
    const published = ubl('BR-01', 'BR-02');
    await zipTo(archive, {
      'schematron/EN16931-UBL-validation.sch':
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="ubl" uri="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/><include href="abstract/EN16931-model.sch"/></schema>',
      'schematron/abstract/EN16931-model.sch':
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron" abstract="true" id="model"/>',
      'schematron/preprocessed/EN16931-UBL-validation-preprocessed.sch': published,
      'xslt/EN16931-UBL-validation.xslt': '<x/>',
    });
    const [pack, ...more] = await install(archive);
    expect(more).toEqual([]);
    expect(pack).toMatchObject({
      set: 'en16931',
      version: '1.3.16',
      origin: 'en16931-ubl-1.3.16.zip',
      state: 'new',
    });
    expect(pack?.installedAt).toBe(now.toISOString());
    expect(pack?.files).toMatchObject([
      {
        name: 'EN16931-UBL-validation-preprocessed.sch',
        sha256: createHash('sha256').update(published).digest('hex'),
        syntaxes: ['ubl-invoice'],
        rules: 2,
      },
    ]);
    expect(
      readFileSync(join(rulesDir, 'en16931/1.3.16/EN16931-UBL-validation-preprocessed.sch'), 'utf8'),
    ).toBe(published);
  });

  it('completes a version with the archive of its other syntax, and knows what is there already', async () => {
    await install(write('EN16931-UBL-validation.sch', ubl('BR-01')), { version: '1.3.16' });
    const [completed] = await install(write('EN16931-CII-validation.sch', cii('BR-01')), {
      version: '1.3.16',
    });
    expect(completed).toMatchObject({
      state: 'changed',
      origin: 'EN16931-UBL-validation.sch, EN16931-CII-validation.sch',
    });
    expect(completed?.files.map(({ syntaxes }) => syntaxes)).toEqual([['ubl-invoice'], ['cii']]);
    const [again] = await install(join(dir, 'EN16931-CII-validation.sch'), { version: '1.3.16' });
    expect(again?.state).toBe('unchanged');
    expect(packsOf(rulesDir, 'en16931')).toHaveLength(1);
    for (const pack of packsOf(rulesDir, 'en16931')) verifyPack(pack);
  });

  it('changes the days of a version that is there', async () => {
    const path = write('EN16931-UBL-1.3.16.sch', ubl('BR-01'));
    await install(path, { validFrom: '2026-01-01' });
    const [dated] = await install(path, { validTo: '2026-12-31' });
    expect(dated).toMatchObject({ state: 'changed', validFrom: '2026-01-01', validTo: '2026-12-31' });
    expect(packsOf(rulesDir, 'en16931')).toMatchObject([{ validTo: '2026-12-31', files: [{ rules: 1 }] }]);
  });

  it('refuses other rules for a syntax under a version that is there', async () => {
    await install(write('a/EN16931-UBL-1.3.16.sch', ubl('BR-01')));
    const fault = await faultOf(install(write('b/EN16931-UBL-1.3.16.sch', ubl('BR-01', 'BR-02'))));
    expect(fault.code).toBe('RULES_INVALID');
    expect(fault.message).toContain('another --version');
    expect(packsOf(rulesDir, 'en16931')[0]?.files[0]?.rules).toBe(1);
  });

  it('installs a folder of two syntaxes as one version, and leaves nothing beside it', async () => {
    write('flux2/20260804_BR-FR-Flux2-Schematron-CII_V1.4.0.03.sch', cii('BR-FR-01'));
    write('flux2/20260804_BR-FR-Flux2-Schematron-UBL_V1.4.0.03.sch', ubl('BR-FR-01'));
    const [pack] = await install(join(dir, 'flux2'), { validFrom: '2026-09-01' });
    expect(pack).toMatchObject({ set: 'br-fr', version: '1.4.0.03', validFrom: '2026-09-01', validTo: null });
    expect(readdirSync(rulesDir)).toEqual(['br-fr']);
  });

  it('installs nothing at all when one file of several does not compile', async () => {
    write('both/EN16931-UBL-1.3.16.sch', ubl('BR-01'));
    write('both/EN16931-CII-1.3.16.sch', cii('BR-01'));
    const compiler = plainCompiler();
    const failing = {
      ...compiler,
      compile: (source: { file: string; text: string }) => {
        if (source.file.includes('UBL')) throw new Error('not spoken');
        return compiler.compile(source);
      },
    };
    await faultOf(install(join(dir, 'both'), { compiler: failing }));
    expect(installedPacks(rulesDir)).toEqual([]);
    expect(readdirSync(rulesDir)).toEqual([]);
  });

  it.each([
    ['a set that cannot be told', 'v1.2.sch', {}, 'USAGE', '--set'],
    ['a version that cannot be told', 'EN16931-UBL.sch', {}, 'USAGE', '--version'],
    ['a name of ours', 'EN16931-UBL-1.3.16.sch', { set: 'chorus' }, 'USAGE', 'cannot be the name'],
    ['a version that is a path', 'EN16931-UBL.sch', { version: '../../x' }, 'USAGE', 'cannot be a version'],
    ['a day that is none', 'EN16931-UBL-1.3.16.sch', { validFrom: '2026-13-01' }, 'USAGE', 'a day such as'],
    [
      'days in the wrong order',
      'EN16931-UBL-1.3.16.sch',
      { validFrom: '2026-02-01', validTo: '2026-01-01' },
      'USAGE',
      'cannot be valid',
    ],
  ] as const)('refuses %s', async (_what, name, more, code, text) => {
    const fault = await faultOf(install(write(name, ubl('BR-01')), more));
    expect([fault.code, fault.message]).toEqual([code, expect.stringContaining(text)]);
  });

  it.each([
    ['a folder without Schematron', 'empty/readme.txt', 'hello', 'empty', 'no Schematron file'],
    [
      'a file that is not XML',
      'EN16931-UBL-1.3.16.sch',
      '<schema',
      'EN16931-UBL-1.3.16.sch',
      'not a well-formed',
    ],
    ['an archive that is broken', 'x.zip', 'PK\u0003\u0004nonsense', 'x.zip', 'cannot be read'],
    [
      'rules about another kind of document',
      'EN16931-UBL-1.3.16.sch',
      '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="o" uri="urn:other"/></schema>',
      'EN16931-UBL-1.3.16.sch',
      'none of the syntaxes',
    ],
  ] as const)('refuses %s', async (_what, name, text, path, message) => {
    write(name, text);
    const fault = await faultOf(install(join(dir, path)));
    expect([fault.code, fault.message]).toEqual(['RULES_INVALID', expect.stringContaining(message)]);
  });

  it('removes a version, and names what is there when asked for another', async () => {
    await install(write('EN16931-UBL-1.3.16.sch', ubl('BR-01')));
    const fault = await faultOf(() => removePack(rulesDir, 'en16931', '1.3.15'));
    expect([fault.code, fault.message]).toEqual(['NOT_FOUND', expect.stringContaining('1.3.16')]);
    removePack(rulesDir, 'en16931', '1.3.16');
    expect(installedPacks(rulesDir)).toEqual([]);
  });
});

describe('installed packs', () => {
  const name = 'EN16931-UBL-1.3.16.sch';
  const packDir = () => join(rulesDir, 'en16931', '1.3.16');
  const load = (compiler = plainCompiler()) => {
    const shelf = createPackShelf(rulesDir, compiler);
    const pack = shelf.packFor('en16931', '2026-11-21', null);
    return pack === null ? null : shelf.programFor(pack, 'ubl-invoice');
  };

  it.each(['source', 'code', 'manifest'])('refuses a pack whose %s was changed on disk', async (part) => {
    const [pack] = await install(write(name, ubl('BR-01')));
    const file =
      part === 'source' ? name : part === 'code' ? (pack?.files[0]?.compiled.name ?? '') : 'pack.json';
    appendFileSync(join(packDir(), file), 'x');
    const fault = await faultOf(() => load());
    expect(fault.code).toBe('RULES_CORRUPT');
    expect(fault.message).toContain(file);
  });

  it('takes the code, and not its cache, when the cache was changed on disk; then mends it', async () => {
    const [pack] = await install(write(name, ubl('BR-01')));
    const cache = pack?.files[0]?.compiled.cache?.name ?? '';
    appendFileSync(join(packDir(), cache), 'x');
    const first = plainCompiler();
    expect(load(first)?.program.meta.asserts).toHaveLength(1);
    expect(first.calls).toEqual({ compiled: 0, cached: 0 });
    const second = plainCompiler();
    load(second);
    expect(second.calls.cached).toBe(1);
  });

  it('compiles again when the compiler is another one, and keeps what it made', async () => {
    await install(write(name, ubl('BR-01')));
    const newer = plainCompiler('plain-2');
    expect(load(newer)?.program.meta.compiler).toBe('plain-2');
    expect(newer.calls.compiled).toBe(1);
    const again = plainCompiler('plain-2');
    load(again);
    expect(again.calls).toEqual({ compiled: 0, cached: 1 });
  });

  it('loads the program of a file once, and has none for a syntax without rules', async () => {
    await install(write(name, ubl('BR-01')));
    const shelf = createPackShelf(rulesDir, plainCompiler());
    const pack = shelf.packFor('en16931', '2026-11-21', null);
    if (pack === null) throw new Error('no pack');
    expect(shelf.programFor(pack, 'ubl-invoice')).toBe(shelf.programFor(pack, 'ubl-invoice'));
    expect(shelf.programFor(pack, 'cii')).toBeNull();
  });

  it('stands in the catalogue with version, place in its file and severity by syntax', async () => {
    write(
      'en/EN16931-UBL-1.3.16.sch',
      schematron('ubl', [
        { id: 'BR-51', test: 'true()', flag: 'warning' },
        { id: 'OWN-1', test: 'true()' },
      ]),
    );
    write('en/EN16931-CII-1.3.16.sch', schematron('cii', [{ id: 'BR-51', test: 'true()', flag: 'fatal' }]));
    await install(join(dir, 'en'));
    const rows = rulesInForce(rulesDir, '2026-11-21', frenchTextOf).filter(
      ({ version }) => version === 'en16931-1.3.16',
    );
    expect(rows).toMatchObject([
      {
        id: 'BR-51',
        set: 'en16931',
        severity: 'fatal (ubl-invoice warning)',
        syntaxes: ['ubl-invoice', 'cii'],
      },
      { id: 'OWN-1', severity: 'fatal', syntaxes: ['ubl-invoice'], message: 'Text of OWN-1.' },
    ]);
    expect(rows[0]?.message).toBe(frenchTextOf('BR-51')?.message);
    expect(rows[1]?.source).toMatch(/^en: EN16931-UBL-1\.3\.16\.sch:\d+$/);
  });

  it('is looked for at start: what the settings ask for is there, valid and unchanged', async () => {
    const asked = [{ set: 'br-fr', mode: 'enforced' }] as const;
    const missing = await faultOf(() => setsInUse(rulesDir, asked, '2026-11-21'));
    expect([missing.code, missing.message]).toEqual(['RULES_MISSING', expect.stringContaining('br-fr')]);
    await install(write('BR-FR-UBL-1.4.0.sch', ubl('BR-FR-01')), { validFrom: '2026-09-01' });
    const early = await faultOf(() => setsInUse(rulesDir, asked, '2026-08-31'));
    expect(early.code).toBe('RULES_MISSING');
    expect(setsInUse(rulesDir, asked, '2026-09-01').at(-1)).toMatchObject({
      set: 'br-fr',
      ruleSet: 'br-fr-1.4.0',
    });
    appendFileSync(join(rulesDir, 'br-fr/1.4.0/BR-FR-UBL-1.4.0.sch'), 'x');
    const corrupt = await faultOf(() => setsInUse(rulesDir, asked, '2026-09-01'));
    expect(corrupt.code).toBe('RULES_CORRUPT');
  });
});

describe('a look at packs', () => {
  const look = (path: string, more: Partial<InstallRequest> & { name?: string } = {}) =>
    lookAtPacks({ path, name: basename(path), rulesDir, compiler: schematronCompiler, ...more });
  const rules = schematron('ubl', [{ id: 'A-1', test: 'cbc:ID' }], { title: 'Maison' });
  const cii = schematron('cii', [{ id: 'A-1', test: 'true()' }]);

  it('tells what would be installed, and writes nothing', async () => {
    const path = join(dir, 'maison-1.2.zip');
    await zipTo(path, {
      'preprocessed/maison-UBL-1.2.sch': rules,
      'maison-UBL-1.2.sch': `${rules}<!-- -->`,
    });
    const found = await look(path, { validFrom: '2026-01-01' });
    expect(found).toMatchObject({
      sets: [
        {
          set: 'maison',
          version: '1.2',
          state: 'new',
          validFrom: '2026-01-01',
          validTo: null,
          files: [
            {
              path: 'preprocessed/maison-UBL-1.2.sch',
              title: 'Maison',
              rules: 1,
              there: false,
              unspoken: [],
            },
          ],
        },
      ],
      passedOver: ['maison-UBL-1.2.sch'],
    });
    expect(found.sets[0]?.files[0]?.sha256).toBe(createHash('sha256').update(rules).digest('hex'));
    expect(installedPacks(rulesDir)).toEqual([]);
  });

  it('is what installing then does: new, added, unchanged, rival', async () => {
    const path = join(dir, 'envoi-1');
    await zipTo(path, { 'maison-UBL-1.2.sch': rules });
    const name = 'maison-1.2.zip';
    const install = () => installPacks({ path, name, rulesDir, now, compiler: schematronCompiler });
    expect((await look(path, { name })).sets[0]?.state).toBe('new');
    expect(await install()).toMatchObject([{ set: 'maison', version: '1.2', origin: name, state: 'new' }]);
    expect((await look(path, { name })).sets[0]).toMatchObject({
      state: 'unchanged',
      files: [{ there: true }],
    });
    expect((await look(path, { name, validTo: '2027-01-01' })).sets[0]?.state).toBe('added');
    await zipTo(path, { 'maison-CII-1.2.sch': cii });
    expect((await look(path, { name })).sets[0]).toMatchObject({ state: 'added', files: [{ rival: null }] });
    await zipTo(path, { 'maison-UBL-1.2.sch': rules.replace('A-1', 'A-2') });
    expect((await look(path, { name })).sets[0]?.files[0]?.rival).toBe('maison-UBL-1.2.sch');
    await expect(install()).rejects.toMatchObject({ code: 'RULES_INVALID' });
  });

  it('tells a version that is not known as null, and refuses names as installing does', async () => {
    const path = join(dir, 'maison.sch');
    writeFileSync(path, rules);
    expect((await look(path)).sets[0]).toMatchObject({ set: 'maison', version: null });
    expect((await look(path, { version: '7.0' })).sets[0]).toMatchObject({ version: '7.0' });
    await expect(look(path, { version: '../x' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(look(path, { set: 'xsd', version: '1' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('a pack that the settings need', () => {
  it('is one that nothing else could stand for, today and as pinned', async () => {
    for (const version of ['1.0', '2.0']) {
      const path = join(dir, `maison-UBL-${version}.sch`);
      writeFileSync(path, schematron('ubl', [{ id: 'A-1', test: 'true()' }]));
      await installPacks({ path, rulesDir, now, compiler: plainCompiler() });
    }
    const needed = (version: string, ...choices: SetChoice[]) =>
      neededBy(rulesDir, choices, { set: 'maison', version }, '2026-11-21');
    const asked: SetChoice = { set: 'maison', mode: 'enforced' };
    expect(needed('2.0', asked)).toBeNull();
    expect(needed('1.0', { ...asked, version: '1.0' })).toMatchObject({ version: '1.0' });
    expect(needed('2.0', { ...asked, version: '1.0' })).toBeNull();
    removePack(rulesDir, 'maison', '1.0');
    expect(needed('2.0', asked)).toEqual(asked);
    expect(needed('2.0', { ...asked, mode: 'off' })).toBeNull();
    expect(needed('2.0', { ...asked, set: 'en16931' })).toBeNull();
  });
});
