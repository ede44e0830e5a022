import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import type { Store } from '../../src/ports/store.js';

const root = resolve(import.meta.dirname, '../..');
const shared = resolve(root, process.env.ECLUSE_SHARED ?? '../shared');
const day = '2026-03-02';
const header =
  'kind;siret;code;name;active;service_required;engagement_required;service_or_engagement_required;routed_by_service;partner;valid_from;valid_to;id_type;id';

let dir: string;
let store: Store;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

function imported(content: string | Buffer, name = 'directory.csv') {
  const path = join(dir, name);
  writeFileSync(path, content);
  return importDirectoryFile(path, store.directory);
}

const structureLine = "structure;53514650090018;;Caisse d'été;oui;1;non;;;COL001;2026-01-01;2026-12-31;;";
const serviceLine = 'service;53514650090018;S1;Achats;;;vrai;;;;;;;';
const supplierLine = 'supplier;;;Atelier;false;;;;;;;;UE_HORS_FRANCE;be 0429958042';

describe('a CSV directory', () => {
  it('becomes structures, services and suppliers', async () => {
    const counts = await imported([header, structureLine, serviceLine, supplierLine, ''].join('\n'));
    expect(counts).toEqual({ structures: 1, services: 1, suppliers: 1, added: 3, changed: 0, unchanged: 0 });
    expect(await store.directory.structure('53514650090018', day)).toEqual({
      siret: '53514650090018',
      name: "Caisse d'été",
      active: true,
      serviceRequired: true,
      engagementRequired: false,
      serviceOrEngagementRequired: false,
      routedByService: false,
      partner: 'COL001',
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
    });
    expect(await store.directory.service('53514650090018', 'S1', day)).toMatchObject({
      name: 'Achats',
      active: true,
      engagementRequired: true,
      partner: null,
    });
    expect(await store.directory.supplier('2', 'BE0429958042')).toMatchObject({
      name: 'Atelier',
      active: false,
    });
  });

  it.each([
    ['commas', 'kind,siret,name\nstructure,53514650090018,Caisse\n'],
    ['a byte order mark and CRLF', '\ufeffkind;siret;name\r\nstructure;53514650090018;Caisse\r\n'],
    [
      'columns in another order, spaces, capitals',
      ' Name ; SIRET;Kind\n Caisse ; 535 146 500 90018 ;Structure',
    ],
    ['blank lines', '\nkind;siret;name\n\n   \nstructure;53514650090018;Caisse\n\n'],
    ['quotes', '"kind";"siret";"name"\n"structure" ; "53514650090018";"Caisse"'],
  ])('is read with %s', async (_name, text) => {
    expect(await imported(text)).toMatchObject({ structures: 1, added: 1 });
    expect((await store.directory.structure('53514650090018', day))?.name).toBe('Caisse');
  });

  it('reads separators, doubled quotes and line ends inside quotes, and counts lines on', async () => {
    const text = 'kind;siret;name\nstructure;53514650090018;"Eaux; ""Brume""\net Bief"\nstructure;1;x\n';
    await expect(imported(text)).rejects.toMatchObject({
      code: 'DIRECTORY_IMPORT',
      details: { where: 'line 4, column siret' },
    });
    await imported(text.split('\n').slice(0, 3).join('\n'));
    expect((await store.directory.structure('53514650090018', day))?.name).toBe('Eaux; "Brume"\net Bief');
  });

  it('reads characters that fall across two chunks', async () => {
    const lines = ['kind;siret;name'];
    for (let i = 0; i < 4_000; i += 1)
      lines.push(`structure;${String(i).padStart(14, '0')};${'é'.repeat(100 + (i % 3))}`);
    expect(await imported(lines.join('\n'))).toMatchObject({ structures: 4_000, added: 4_000 });
    for (const after of ['00000000001000', '00000000003000']) {
      for (const s of await store.directory.listStructures(500, after))
        expect(s.name).toMatch(/^é{100,102}$/);
    }
  });

  const line = (more: string) => `${header}\n${structureLine}\n${more}`;
  it.each<[string, string, RegExp]>([
    [
      'a kind',
      line('town;1;;x;;;;;;;;;;'),
      /line 3, column kind: "town" is not allowed; allowed: one of structure, service, supplier/,
    ],
    [
      'a SIRET',
      line('structure;5351465009001;;x;;;;;;;;;;'),
      /line 3, column siret: "5351465009001" .*14 digits/,
    ],
    ['a missing SIRET', line('service;;S;x;;;;;;;;;;'), /line 3, column siret: nothing stands there/],
    ['a missing code', line('service;53514650090018;;x;;;;;;;;;;'), /line 3, column code/],
    ['a missing name', line('structure;53514650090018;;;;;;;;;;;;'), /line 3, column name/],
    [
      'a truth value',
      line('structure;53514650090018;;x;peut-être;;;;;;;;;'),
      /column active: "peut-être".*oui/,
    ],
    ['a partner', line('structure;53514650090018;;x;;;;;;col1;;;;'), /column partner: "col1"/],
    [
      'a day',
      line('structure;53514650090018;;x;;;;;;;2026-02-30;;;'),
      /column valid_from: "2026-02-30".*YYYY-MM-DD/,
    ],
    ['days in reverse', line('structure;53514650090018;;x;;;;;;;2026-02-02;2026-02-01;;'), /column valid_to/],
    ['an identifier type', line('supplier;;;x;;;;;;;;;9;1'), /column id_type: "9".*SIRET/],
    ['a supplier SIRET', line('supplier;;;x;;;;;;;;;1;123'), /column id: "123".*14 digits/],
    [
      'slipped columns',
      line('supplier;53514650090018;;x;;;;;;;;;1;79955500800017'),
      /column siret: .*a supplier does not have it/,
    ],
    ['a short line', line('structure;53514650090018'), /line 3: 2 fields, where the header has 14/],
    [
      'an unknown column',
      'kind;name;couleur\n',
      /line 1: the column "couleur" is not known; known are kind, siret/,
    ],
    ['a column twice', 'kind;name;name\n', /"name" stands there twice/],
    ['no kind column', 'siret;name\n', /"kind" is missing/],
    ['an open quote', 'kind;name\nstructure;"x\ny\n', /line 2: a quote/],
    ['text after a quote', 'kind;name\nstructure;"x" y\n', /line 2: after a closing quote/],
    ['an empty file', '', /the file is empty/],
  ])('is refused for %s, and nothing of it stays', async (_name, text, message) => {
    await expect(imported(text)).rejects.toMatchObject({
      code: 'DIRECTORY_IMPORT',
      message: expect.stringMatching(message),
    });
    expect(await store.directory.counts()).toEqual({ structures: 0, services: 0, suppliers: 0 });
  });

  it('is refused when it is not UTF-8, with what to do', async () => {
    const latin1 = Buffer.from(`${header}\nstructure;53514650090018;;Caisse d'été;;;;;;;;;;`, 'latin1');
    await expect(imported(latin1)).rejects.toMatchObject({
      code: 'DIRECTORY_IMPORT',
      message: expect.stringMatching(/UTF-8/),
    });
  });

  it('says so when the file cannot be read', async () => {
    await expect(importDirectoryFile(join(dir, 'none.csv'), store.directory)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

describe('a JSON directory', () => {
  it('is read grouped or as a list, in either spelling', async () => {
    const grouped = { structures: [{ siret: '53514650090018', name: 'A', service_required: true }] };
    expect(await imported(JSON.stringify(grouped), 'd.json')).toMatchObject({ added: 1 });
    const known = await store.directory.structure('53514650090018', day);
    expect(known?.serviceRequired).toBe(true);
    const list = [{ kind: 'structure', ...known }];
    expect(await imported(JSON.stringify(list), 'd.json')).toMatchObject({ unchanged: 1, changed: 0 });
  });

  it.each<[string, string, RegExp]>([
    ['text that is no JSON', '{"structures": [', /JSON/],
    ['another shape', '3', /top level/],
    ['an unknown group', '{"towns": []}', /"towns" is not known/],
    ['a group that is no list', '{"structures": {}}', /structures: a list/],
    ['an unknown field', '{"structures": [{"colour": "x"}]}', /structures\[0\]: "colour" is not known/],
    ['a nested value', '{"structures": [{"name": {}}]}', /structures\[0\]\.name/],
    [
      'a wrong value',
      '{"services": [{"siret": "1", "code": "a", "name": "b"}]}',
      /services\[0\], column siret: "1"/,
    ],
    ['an item that is no object', '["x"]', /item 0/],
  ])('is refused for %s', async (_name, text, message) => {
    await expect(imported(text, 'd.json')).rejects.toMatchObject({
      code: 'DIRECTORY_IMPORT',
      message: expect.stringMatching(message),
    });
  });
});

describe('the demonstration directory', () => {
  const demo = resolve(root, 'config/directory.demo.json');

  it('is imported, and knows the structures of the demonstration', async () => {
    await importDirectoryFile(demo, store.directory);
    const { directory } = store;
    expect(await directory.structure('53514650090018', day)).toMatchObject({
      partner: 'COL001',
      active: true,
    });
    expect(await directory.service('75356054900010', 'SERV1', day)).toMatchObject({ active: true });
    expect(await directory.structure('11000201100044', day)).toMatchObject({
      partner: 'ETA001',
      routedByService: true,
    });
    expect(await directory.service('11000201100044', 'AAASCPV', day)).not.toBeNull();
    expect(await directory.service('00000000000000', 'DSJPFGU057', day)).not.toBeNull();
    expect(await directory.structure('99999999900010', day)).toBeNull();
  });

  const aife = join(shared, 'corpus/aife');
  const flows = (() => {
    try {
      return readdirSync(aife).filter((name) => /^FSO1116A.*\.xml$/.test(name));
    } catch {
      console.log(`skipped: the reference corpus is not at ${aife}`);
      return [];
    }
  })();

  it.skipIf(flows.length === 0)('knows everyone the reference E2 flows name', async () => {
    await importDirectoryFile(demo, store.directory);
    for (const name of flows) {
      const text = readFileSync(join(aife, name), 'utf8');
      const within = (tag: string) => new RegExp(`<\\w*:?${tag}>[^]*?</\\w*:?${tag}>`).exec(text)?.[0] ?? '';
      const id = (part: string) => /<\w*:?ID schemeID="([^"]*)">([^<]*)</.exec(part);
      const [, type = '', seller = ''] = id(within('SellerTradeParty')) ?? [];
      const [, , buyer = ''] = id(within('BuyerTradeParty')) ?? [];
      const code = /BuyerReference>([^<]*)</.exec(text)?.[1];
      expect(await store.directory.supplier(type === 'ETR' ? '3' : type, seller), name).toMatchObject({
        active: true,
      });
      expect(await store.directory.structure(buyer, day), name).toMatchObject({ active: true });
      if (code !== undefined)
        expect(await store.directory.service(buyer, code, day), name).toMatchObject({ active: true });
    }
  });
});
