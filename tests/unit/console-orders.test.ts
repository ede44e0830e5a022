import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { searchStructures } from '../../src/console/directory-search.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import { previewImport } from '../../src/directory/preview.js';
import { excerptsOf } from '../../src/pipeline/trial-excerpt.js';
import type { Store } from '../../src/ports/store.js';

let dir: string;
let store: Store;
const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const rows = (...names: string[]) =>
  ['kind;siret;name', ...names.map((name, i) => `structure;2100000000000${i};${name}`), ''].join('\n');

describe('the preview of a directory import', () => {
  it('tells what is added, changed and unchanged, and changes nothing', async () => {
    await importDirectoryFile(file('a.csv', rows('Ville', 'Région')), store.directory);
    const path = file('b.csv', rows('Ville', 'Région Sud', 'Hôpital'));
    const preview = await previewImport(path, store.directory);
    expect(preview).toMatchObject({ added: 1, changed: 1, unchanged: 1, faults: 0 });
    expect(preview.changes[0]).toMatchObject({
      kind: 'changed',
      fields: [{ field: 'name', from: 'Région', to: 'Région Sud' }],
    });
    expect((await store.directory.counts()).structures).toBe(2);
    const counts = await importDirectoryFile(path, store.directory);
    expect(counts).toMatchObject({ added: 1, changed: 1, unchanged: 1 });
  });

  it('goes on after a row that cannot be taken, and tells each by its line', async () => {
    const path = file('c.csv', 'kind;siret;name\nstructure;12;A\nstructure;21000000000000;B\nbridge;x;C\n');
    const preview = await previewImport(path, store.directory);
    expect(preview).toMatchObject({ added: 1, faults: 2 });
    expect(preview.problems.map(({ where }) => where)).toEqual([
      'line 2, column siret',
      'line 4, column kind',
    ]);
    await expect(importDirectoryFile(path, store.directory)).rejects.toMatchObject({
      code: 'DIRECTORY_IMPORT',
    });
  });
});

describe('the search of structures', () => {
  it('finds by words without accents, by the beginning of a SIRET, page by page', async () => {
    await importDirectoryFile(
      file('a.csv', rows('Ville de Béziers', 'Région', 'Ville d’Arles')),
      store.directory,
    );
    const names = async (
      ...given: Parameters<typeof searchStructures> extends [unknown, ...infer R] ? R : never
    ) => (await searchStructures(store.directory, ...given)).structures.map(({ name }) => name);
    expect(await names('beziers VILLE')).toEqual(['Ville de Béziers']);
    expect(await names('2100 0000')).toHaveLength(3);
    expect(await names('21000000000002')).toEqual(['Ville d’Arles']);
    expect(await names('22')).toEqual([]);
    const first = await searchStructures(store.directory, 'ville', { limit: 1 });
    expect(first.next).not.toBeNull();
    expect(await names('ville', { limit: 1, after: first.next ?? '' })).toEqual(['Ville d’Arles']);
  });

  it('stops after so many structures and says where to go on', async () => {
    await importDirectoryFile(file('a.csv', rows('A', 'B', 'C')), store.directory);
    const found = await searchStructures(store.directory, 'nothing', { scanMax: 1 });
    expect(found.structures).toEqual([]);
  });
});

describe('excerpts', () => {
  it('show the lines around one, cut, without attachments', async () => {
    const path = file('f.xml', `a\nb\r\n<X>${'QUJD'.repeat(100)}</X>\n${'long '.repeat(100)}\ne\nf\n`);
    const lines = (await excerptsOf(path, [3])).get(3) ?? [];
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(lines[1]?.text).toBe('b');
    expect(lines[2]).toMatchObject({ text: '<X>[pièce jointe non reproduite]</X>', marked: true });
    expect(lines[3]?.text.length).toBeLessThan(230);
  });

  it('give nothing for what is no text', async () => {
    expect((await excerptsOf(file('f.bin', 'a\u0000b\nc\n'), [1])).size).toBe(0);
  });
});
