import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { defaultLimits, type Limits } from '../../src/domain/limits.js';
import { examinePiece, packPiece, safePieceName } from '../../src/formats/pieces.js';

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let round = 0;
const next = (name: string) => join(base, `${round++}-${name}`);

function file(name: string, content: string | Buffer): string {
  const path = next(name);
  writeFileSync(path, content);
  return path;
}

async function zip(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = next('a.zip');
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) archive.addEmptyDirectory(name);
    else archive.addBuffer(Buffer.from(content), name, { mtime: new Date(2020, 0, 1) });
  }
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(path));
  return path;
}

/** A copy of a file with some bytes changed. */
function changed(path: string, change: (bytes: Buffer) => Buffer): string {
  return file('changed.zip', change(readFileSync(path)));
}

/** What is found, which is the same in a file and in memory. */
async function examine(path: string, limits: Partial<Limits> = {}) {
  const all = { ...defaultLimits, ...limits };
  const found = await examinePiece({ kind: 'file', path }, all);
  const bytes = new Uint8Array(readFileSync(path));
  expect(await examinePiece({ kind: 'memory', bytes }, all)).toEqual(found);
  return found;
}

describe('examining a piece', () => {
  it('sniffs a plain file', async () => {
    expect(await examine(file('x', '%PDF-1.4'))).toEqual({
      sizeBytes: 8,
      type: 'pdf',
      inside: null,
      problem: null,
    });
  });

  it('lists the files inside a ZIP with their real sizes and types, not its folders', async () => {
    const path = await zip({ 'd/': '', 'd/a.pdf': '%PDF-1.4\n', 'b.txt': 'x'.repeat(10_000) });
    const facts = await examine(path);
    expect(facts).toMatchObject({ type: 'zip', problem: null });
    expect(facts.inside).toEqual([
      { name: 'd/a.pdf', sizeBytes: 9, type: 'pdf' },
      { name: 'b.txt', sizeBytes: 10_000, type: 'text' },
    ]);
  });

  it('tells a broken ZIP: cut short, bytes changed inside, a size that is not true', async () => {
    const path = await zip({ 'a.txt': 'contenu de la pièce '.repeat(50) });
    const cut = changed(path, (bytes) => bytes.subarray(0, bytes.length - 30));
    const corrupt = changed(path, (bytes) => {
      bytes.fill(0xff, 40, 48);
      return bytes;
    });
    const wrongSize = changed(path, (bytes) => {
      const directory = bytes.indexOf(Buffer.from('504b0102', 'hex'));
      bytes.writeUInt32LE(7, directory + 24);
      return bytes;
    });
    const wrongSum = changed(path, (bytes) => {
      const directory = bytes.indexOf(Buffer.from('504b0102', 'hex'));
      bytes.writeUInt32LE(7, directory + 16);
      return bytes;
    });
    for (const one of [cut, corrupt, wrongSize, wrongSum]) {
      expect(await examine(one)).toMatchObject({ type: 'zip', inside: null, problem: 'broken' });
    }
  });

  it('tells an encrypted ZIP from a broken one', async () => {
    const path = changed(await zip({ 'a.txt': 'secret' }), (bytes) => {
      const directory = bytes.indexOf(Buffer.from('504b0102', 'hex'));
      bytes.writeUInt16LE(bytes.readUInt16LE(6) | 1, 6);
      bytes.writeUInt16LE(bytes.readUInt16LE(directory + 8) | 1, directory + 8);
      return bytes;
    });
    expect(await examine(path)).toMatchObject({ inside: null, problem: 'encrypted' });
  });

  it('stops at the limits: files, unpacked bytes, ratio', async () => {
    const two = await zip({ a: '1', b: '2' });
    expect((await examine(two, { entriesMax: 1 })).problem).toBe('too-many');
    expect((await examine(two, { unpackedBytesMax: 1 })).problem).toBe('too-large');
    const bomb = await zip({ zeros: Buffer.alloc(12 * 1024 * 1024) });
    expect((await examine(bomb, { unpackRatioMax: 100 })).problem).toBe('too-large');
    expect((await examine(bomb, { unpackRatioMax: 10_000 })).problem).toBeNull();
  });

  it('gives a fault when the piece itself cannot be read', async () => {
    await expect(examine(join(base, 'absent'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('packing a piece', () => {
  it('zips a plain file under its name, the same bytes every time', async () => {
    const path = file('x', '%PDF-1.4\n');
    const [one, two] = [next('one.zip'), next('two.zip')];
    const packed = await packPiece({ kind: 'file', path }, 'Facture n° 1.pdf', one, await examine(path));
    await packPiece({ kind: 'file', path }, 'Facture n° 1.pdf', two);
    expect(packed).toEqual({
      content: { kind: 'file', path: one },
      sizeBytes: readFileSync(one).length,
      type: 'pdf',
      innerName: 'Facture_n__1.pdf',
    });
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect((await examine(one)).inside).toEqual([{ name: 'Facture_n__1.pdf', sizeBytes: 9, type: 'pdf' }]);
  });

  it('keeps a ZIP of one file as it is', async () => {
    const path = await zip({ 'PJP.pdf': '%PDF-1.4\n' });
    const target = next('none.zip');
    const packed = await packPiece({ kind: 'file', path }, 'aa.pdf', target, await examine(path));
    expect(packed).toEqual({
      content: { kind: 'file', path },
      sizeBytes: readFileSync(path).length,
      type: 'pdf',
      innerName: 'PJP.pdf',
    });
    expect(existsSync(target)).toBe(false);
  });

  it('does the same in memory', async () => {
    const path = file('x', '%PDF-1.4\n');
    const target = next('none.zip');
    await packPiece({ kind: 'file', path }, 'a.pdf', target);
    const inFile = readFileSync(target);
    rmSync(target);
    const content = { kind: 'memory', bytes: new Uint8Array(readFileSync(path)) } as const;
    const packed = await packPiece(content, 'a.pdf', target);
    if (packed.content.kind !== 'memory') throw new Error('the ZIP is not in memory');
    expect(Buffer.from(packed.content.bytes).equals(inFile)).toBe(true);
    expect(packed.sizeBytes).toBe(inFile.length);
    expect(existsSync(target)).toBe(false);
    expect(await examinePiece(packed.content, defaultLimits)).toMatchObject({
      type: 'zip',
      inside: [{ name: 'a.pdf', sizeBytes: 9, type: 'pdf' }],
    });
    expect(await packPiece(packed.content, 'b.pdf', target)).toMatchObject({
      content: packed.content,
      innerName: 'a.pdf',
    });
  });

  it('zips a ZIP of several files, and one that cannot be read', async () => {
    const several = await zip({ a: '1', b: '2' });
    const target = next('t.zip');
    expect(await packPiece({ kind: 'file', path: several }, 'lot.zip', target)).toMatchObject({
      content: { kind: 'file', path: target },
      type: 'zip',
      innerName: 'lot.zip',
    });
    const broken = changed(several, (bytes) => bytes.subarray(0, bytes.length - 10));
    expect(await packPiece({ kind: 'file', path: broken }, 'lot.zip', target)).toMatchObject({
      content: { kind: 'file', path: target },
      innerName: 'lot.zip',
    });
  });

  it.each([
    ['facture.pdf', 'facture.pdf'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['.caché', '_cach_'],
    ['  ', 'piece'],
    [`${'a'.repeat(60)}.pdf`, `${'a'.repeat(46)}.pdf`],
    ['a'.repeat(60), 'a'.repeat(50)],
  ])('makes a safe name of %j', (text, name) => expect(safePieceName(text)).toBe(name));
});
