import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { partKey } from '../../src/domain/archive-key.js';
import type { Archive } from '../../src/ports/archive.js';

const adapters: readonly (readonly [string, (dir: string) => Archive])[] = [
  ['folder', (dir) => folderArchive({ dir: join(dir, 'archive') })],
];

describe.each(adapters)('archive: %s', (_, make) => {
  let dir = '';
  let archive: Archive;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    archive = make(dir);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function source(content: string | Buffer): string {
    const path = join(dir, randomUUID());
    writeFileSync(path, content);
    return path;
  }

  it.each([0, 1, 5_000, 3_000_000])('takes a copy of %d bytes in, with its hash and size', async (size) => {
    const bytes = Buffer.alloc(size, 7);
    const path = source(bytes);
    const taken = await archive.takeIn('flows/a/b', path);
    expect(taken).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: size });
    expect(readFileSync(archive.pathOf('flows/a/b')).equals(bytes)).toBe(true);
    expect(statSync(archive.pathOf('flows/a/b')).mode & 0o777).toBe(0o600);
    expect(statSync(join(archive.pathOf('flows/a/b'), '..')).mode & 0o777).toBe(0o700);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('moves a working file in', async () => {
    const path = source('piece');
    await archive.moveIn('pieces/1', path);
    expect(readFileSync(archive.pathOf('pieces/1'), 'utf8')).toBe('piece');
    expect(statSync(archive.pathOf('pieces/1')).mode & 0o777).toBe(0o600);
    expect(() => statSync(path)).toThrow(/ENOENT/);
  });

  it('lists files by the beginning of their key, and removes one for good', async () => {
    for (const key of ['pieces/a/1-b0', 'pieces/a/1-b1', 'pieces/a/2-b0', 'flows/x'])
      await archive.putIn(key, new TextEncoder().encode(key));
    const keys = async (prefix: string) => {
      const found: string[] = [];
      for await (const file of archive.list(prefix)) {
        expect(file.sizeBytes).toBe(file.key.length);
        found.push(file.key);
      }
      return found.sort();
    };
    expect(await keys('pieces/a/1-')).toEqual(['pieces/a/1-b0', 'pieces/a/1-b1']);
    expect(await keys('')).toEqual(['flows/x', 'pieces/a/1-b0', 'pieces/a/1-b1', 'pieces/a/2-b0']);
    expect(await keys('nothing/')).toEqual([]);
    await archive.remove('pieces/a/1-b0');
    await archive.remove('pieces/a/1-b0');
    expect(await keys('pieces/')).toEqual(['pieces/a/1-b1', 'pieces/a/2-b0']);
  });

  it('never writes a key twice', async () => {
    await archive.takeIn('k', source('first'));
    await expect(archive.takeIn('k', source('second'))).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(archive.moveIn('k', source('second'))).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(readFileSync(archive.pathOf('k'), 'utf8')).toBe('first');
  });

  it('writes content that is in memory, durably and once', async () => {
    await archive.putIn('pieces/m', new TextEncoder().encode('piece'));
    expect(readFileSync(archive.pathOf('pieces/m'), 'utf8')).toBe('piece');
    expect(statSync(archive.pathOf('pieces/m')).mode & 0o777).toBe(0o600);
    await archive.putIn('pieces/m', new TextEncoder().encode('piece'));
    await expect(archive.putIn('pieces/m', new TextEncoder().encode('other'))).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    expect(readFileSync(archive.pathOf('pieces/m'), 'utf8')).toBe('piece');
  });

  it.each([0, 5_000, 3_000_000])('reads %d bytes back, and tells when it cannot', async (size) => {
    const bytes = Buffer.alloc(size, 7);
    await archive.takeIn('k', source(bytes));
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive.read('k')) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    const absent = archive.read('none')[Symbol.asyncIterator]();
    await expect(absent.next()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it.each([1, 300_000])('reads a part of %d bytes', async (length) => {
    const bytes = Buffer.alloc(400_000, 'abc');
    await archive.putIn('k', bytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive.read(partKey({ key: 'k', offset: 17, length }))) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes.subarray(17, 17 + length))).toBe(true);
    const beyond = async () => {
      for await (const chunk of archive.read(partKey({ key: 'k', offset: 399_999, length: length + 1 })))
        chunks.push(chunk);
    };
    await expect(beyond()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('takes the same piece moved in again, after a crash, for the same', async () => {
    await archive.moveIn('k', source('piece'));
    const again = source('piece');
    await archive.moveIn('k', again);
    expect(() => statSync(again)).toThrow(/ENOENT/);
  });

  it('knows what it has, and discards', async () => {
    expect(await archive.has('k')).toBe(false);
    await archive.takeIn('k', source('x'));
    expect(await archive.has('k')).toBe(true);
    await archive.discard('k');
    expect(await archive.has('k')).toBe(false);
    await archive.discard('k');
  });

  it.each(['', '/etc/passwd', '../x', 'a/../b', 'a//b', 'a/', '.hidden', 'a\\b', 'é', 'x'.repeat(201)])(
    'refuses the key %j',
    async (key) => {
      expect(() => archive.pathOf(key)).toThrow();
      await expect(archive.takeIn(key, source('x'))).rejects.toMatchObject({ code: 'INTERNAL' });
    },
  );

  it('follows no link and reads no folder', async () => {
    const link = join(dir, 'link');
    symlinkSync(source('secret'), link);
    await expect(archive.takeIn('k', link)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    mkdirSync(join(dir, 'sub'));
    await expect(archive.takeIn('k', join(dir, 'sub'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(archive.takeIn('k', join(dir, 'none'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await archive.has('k')).toBe(false);
  });

  it('takes many in at once', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => `flows/${n % 7}/${n}`);
    await Promise.all(keys.map((key) => archive.takeIn(key, source(key))));
    for (const key of keys) expect(readFileSync(archive.pathOf(key), 'utf8')).toBe(key);
  });

  it('makes its folders again when somebody removed them', async () => {
    await archive.takeIn('flows/a', source('a'));
    rmSync(join(dir, 'archive'), { recursive: true });
    await archive.takeIn('flows/b', source('b'));
    expect(readFileSync(archive.pathOf('flows/b'), 'utf8')).toBe('b');
  });
});
