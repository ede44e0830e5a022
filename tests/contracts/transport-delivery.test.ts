import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pooled } from '../../src/adapters/calls.js';
import { localDelivery } from '../../src/adapters/transport/local.js';
import { type SftpConnection, sftpDelivery } from '../../src/adapters/transport/sftp.js';
import type { DeliveryTransport } from '../../src/ports/transport.js';
import { connectTo } from '../helpers/sftp.js';
import { sshdMissing, startSshd } from '../helpers/sshd.js';

const server = sshdMissing === null ? await startSshd() : null;
const connection = server === null ? null : connectTo(server);
if (sshdMissing !== null) console.warn(`skipped: delivery over SFTP (${sshdMissing})`);
const plain = server === null ? null : await startSshd({ without: ['posix-rename', 'fsync', 'hardlink'] });
const plainConnection = plain === null ? null : connectTo(plain);
afterAll(async () => {
  await plainConnection?.close();
  await plain?.close();
  await connection?.close();
  await server?.close();
});

function overSftp(name: string, over: SftpConnection | null) {
  if (over === null) return [];
  const shared = { ...over, close: async () => undefined };
  return [[name, (dir: string) => sftpDelivery({ connection: shared, dir, fileMode: 0o640 })] as const];
}

const adapters: readonly (readonly [string, (dir: string) => DeliveryTransport])[] = [
  ['local', (dir) => localDelivery({ dir, fileMode: 0o640 })],
  ['local, as on a share', (dir) => localDelivery({ dir, fileMode: 0o640, calls: () => pooled })],
  ...overSftp('SFTP', connection),
  ...overSftp('SFTP, a server without extensions', plainConnection),
];

const writing =
  (...chunks: readonly string[]) =>
  async (stream: NodeJS.WritableStream): Promise<void> => {
    for (const chunk of chunks) stream.write(chunk);
  };

describe.each(adapters)('delivery transport: %s', (_, make) => {
  let dir = '';
  let transport: DeliveryTransport;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    transport = make(dir);
  });
  afterEach(async () => {
    await transport.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');

  it('lists what stands in the folder; a folder that is not there is a fault, never an empty one', async () => {
    await transport.put('A_1', writing('one'));
    await transport.put('A_2', writing('two'));
    expect([...(await transport.names())].sort()).toEqual(['A_1', 'A_2']);
    await transport.remove('A_1');
    expect([...(await transport.names())]).toEqual(['A_2']);
    rmSync(dir, { recursive: true });
    await expect(transport.names()).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
  });

  it('writes a file whole, with its hash and size, and nothing beside it', async () => {
    const put = await transport.put('A_1', writing('été ', 'x'.repeat(200_000)));
    const content = `été ${'x'.repeat(200_000)}`;
    expect(put).toEqual({
      sha256: createHash('sha256').update(content).digest('hex'),
      sizeBytes: Buffer.byteLength(content),
      already: false,
    });
    expect(read('A_1')).toBe(content);
    expect(readdirSync(dir)).toEqual(['A_1']);
    expect(statSync(join(dir, 'A_1')).mode & 0o777).toBe(0o640);
    expect(statSync(join(dir, 'A_1')).nlink).toBe(1);
    expect(await transport.has('A_1')).toBe(true);
    expect(await transport.has('A_2')).toBe(false);
  });

  it('writes an empty file, and one whose writer has ended the stream itself', async () => {
    expect((await transport.put('A_0', async () => undefined)).sizeBytes).toBe(0);
    const put = await transport.put('A_1', async (stream) => {
      await new Promise<void>((done) => stream.end('abc', () => done()));
    });
    expect(put.sizeBytes).toBe(3);
  });

  it('removes a file once, and no other', async () => {
    await transport.put('A_1', writing('abc'));
    await transport.put('A_2', writing('abc'));
    expect([await transport.remove('A_1'), await transport.remove('A_1')]).toEqual([true, false]);
    expect(readdirSync(dir)).toEqual(['A_2']);
    await expect(transport.remove('../A_2')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('counts the same bytes under the same name as done', async () => {
    await transport.put('A_1', writing('abc'));
    const before = statSync(join(dir, 'A_1')).ino;
    expect(await transport.put('A_1', writing('ab', 'c'))).toMatchObject({ already: true, sizeBytes: 3 });
    expect(statSync(join(dir, 'A_1')).ino).toBe(before);
    expect(readdirSync(dir)).toEqual(['A_1']);
  });

  it('never overwrites other bytes', async () => {
    await transport.put('A_1', writing('abc'));
    await expect(transport.put('A_1', writing('abd'))).rejects.toMatchObject({ code: 'DELIVERY_CONFLICT' });
    expect(read('A_1')).toBe('abc');
    mkdirSync(join(dir, 'A_2'));
    await expect(transport.put('A_2', writing('x'))).rejects.toMatchObject({ code: 'DELIVERY_CONFLICT' });
    symlinkSync('/etc/hostname', join(dir, 'A_3'));
    await expect(transport.put('A_3', writing('x'))).rejects.toMatchObject({ code: 'DELIVERY_CONFLICT' });
    expect(readdirSync(dir).sort()).toEqual(['A_1', 'A_2', 'A_3']);
  });

  it('leaves nothing behind when the writer fails', async () => {
    const put = transport.put('A_1', async (stream) => {
      stream.write('half');
      throw new Error('no more');
    });
    await expect(put).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('replaces what a crash or a stranger left under its temporary name, without following a link', async () => {
    const victim = join(dir, 'victim');
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, join(dir, '.A_1.tmp'));
    writeFileSync(join(dir, '.A_2.tmp'), 'half of it');
    await transport.put('A_1', writing('abc'));
    await transport.put('A_2', writing('def'));
    expect([read('A_1'), read('A_2'), read('victim')]).toEqual(['abc', 'def', 'untouched']);
    expect(readdirSync(dir).sort()).toEqual(['A_1', 'A_2', 'victim']);
  });

  it.each(['../A', 'a/b', '', '.A', 'A\0'])('refuses the name %j', async (name) => {
    await expect(transport.put(name, writing('x'))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is a fault when the folder is not there', async () => {
    rmSync(dir, { recursive: true });
    await expect(transport.put('A_1', writing('x'))).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    expect(await transport.has('A_1')).toBe(false);
  });

  it('writes many at once', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `A_${n}`);
    await Promise.all(names.map((name) => transport.put(name, writing(name))));
    for (const name of names) expect(read(name)).toBe(name);
    expect(readdirSync(dir)).toHaveLength(200);
  });
});
