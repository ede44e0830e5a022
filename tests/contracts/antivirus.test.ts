import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clamd } from '../../src/adapters/antivirus/clamd.js';
import { Fault } from '../../src/errors.js';
import {
  clamdProgram,
  type FakeClamd,
  fakeClamd,
  marker,
  type RealClamd,
  signature,
  startClamd,
} from '../helpers/clamd.js';

const stream = (...chunks: (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const unreachable = expect.objectContaining<Partial<Fault>>({ code: 'ANTIVIRUS_UNREACHABLE' });

describe('clamd, as its protocol says', () => {
  let server: FakeClamd | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  async function against(options: Parameters<typeof fakeClamd>[0], deadlineMs = 5_000) {
    server = await fakeClamd(options);
    return clamd({ address: server.address, deadlineMs });
  }

  it('sends the very bytes, in chunks, and reads the verdict', async () => {
    const antivirus = await against({
      answer: (content) => (content.includes('bad') ? 'stream: Some.Name-1 FOUND' : 'stream: OK'),
    });
    const large = Buffer.alloc(3_000_000, 'x');
    expect(await antivirus.scan(stream('a', '', large, 'z'))).toEqual({ kind: 'clean' });
    expect(server?.contents[0]?.equals(Buffer.concat([Buffer.from('a'), large, Buffer.from('z')]))).toBe(
      true,
    );
    expect(await antivirus.scan(stream('b', 'ad'))).toEqual({ kind: 'infected', signature: 'Some.Name-1' });
    expect(await antivirus.version()).toContain('ClamAV');
  });

  it('takes nothing but a verdict for a verdict', async () => {
    for (const answer of ['stream: ERROR', 'OK', '', 'stream: not OK', 'INSTREAM: OK']) {
      const antivirus = await against({ answer: () => answer });
      await expect(antivirus.scan(stream('a'))).rejects.toMatchObject({ code: 'ANTIVIRUS_FAILED' });
      await server?.close();
    }
  });

  it('hears an answer that comes before the end of a content that is too long', async () => {
    const antivirus = await against({ bytesMax: 100_000 });
    const long = Array.from({ length: 200 }, () => Buffer.alloc(64 * 1024));
    const error: unknown = await antivirus.scan(stream(...long)).catch((thrown: unknown) => thrown);
    // The answer may be lost with the connection; a verdict it never is.
    expect(['ANTIVIRUS_FAILED', 'ANTIVIRUS_UNREACHABLE']).toContain(
      error instanceof Fault ? error.code : null,
    );
  });

  it('is unreachable when nobody listens, when no answer comes in time, when the connection is cut', async () => {
    const nobody = clamd({ address: 'unix:/nowhere/clamd.sock', deadlineMs: 1_000 });
    await expect(nobody.scan(stream('a'))).rejects.toEqual(unreachable);
    const mute = await against({ answer: () => null }, 200);
    const before = performance.now();
    await expect(mute.scan(stream('a'))).rejects.toEqual(unreachable);
    expect(performance.now() - before).toBeLessThan(20_000);
    const cutting = createServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => cutting.listen(0, '127.0.0.1', resolve));
    const bound = cutting.address();
    const port = typeof bound === 'object' ? bound?.port : 0;
    await expect(
      clamd({ address: `tcp:127.0.0.1:${port}`, deadlineMs: 5_000 }).scan(stream('a')),
    ).rejects.toEqual(unreachable);
    await new Promise((resolve) => cutting.close(resolve));
  });

  it('ends in time also when the other side reads nothing', async () => {
    const deaf = createServer((socket) => socket.pause().on('error', () => undefined));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const bound = deaf.address();
    const antivirus = clamd({
      address: `tcp:127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`,
      deadlineMs: 300,
    });
    const endless = Readable.from(
      (function* () {
        for (let i = 0; i < 2_000; i++) yield Buffer.alloc(64 * 1024);
      })(),
    );
    await expect(antivirus.scan(endless)).rejects.toEqual(unreachable);
    expect(endless.destroyed).toBe(true);
    deaf.close();
  });

  it('hands on a fault of the content', async () => {
    const antivirus = await against({});
    const broken = (async function* () {
      yield Buffer.from('a');
      throw new Fault('FILE_UNREADABLE', 'gone');
    })();
    await expect(antivirus.scan(broken)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('refuses an address that is neither', () => {
    expect(() => clamd({ address: 'http://x', deadlineMs: 1 })).toThrow('neither unix:... nor tcp:host:port');
  });
});

const program = clamdProgram();
if (program === null) console.warn('skipped: clamd (Debian package clamav-daemon) is not installed');

describe.skipIf(program === null)('a real clamd', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-clamd-'));
  let daemon: RealClamd | null = null;
  beforeAll(async () => {
    daemon = await startClamd(program ?? '', dir);
  }, 60_000);
  afterAll(async () => {
    await daemon?.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const real = () => clamd({ address: daemon?.address ?? '', deadlineMs: 10_000 });

  it('passes what is clean and finds what its signature names, in any chunk', async () => {
    expect(await real().version()).toMatch(/^ClamAV /);
    expect(await real().scan(stream('<a>propre</a>'))).toEqual({ kind: 'clean' });
    expect(await real().scan(stream('<a>', marker.slice(0, 9), marker.slice(9), '</a>'))).toEqual({
      kind: 'infected',
      signature,
    });
  });

  it('gives no verdict on a content over its limit', async () => {
    const chunks = Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024, 'x'));
    const error: unknown = await real()
      .scan(stream(...chunks))
      .catch((thrown: unknown) => thrown);
    expect(['ANTIVIRUS_FAILED', 'ANTIVIRUS_UNREACHABLE']).toContain(
      error instanceof Fault ? error.code : null,
    );
  });

  it('takes many at once', async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, i) => real().scan(stream(i % 2 === 0 ? 'x' : marker))),
    );
    expect(verdicts.filter(({ kind }) => kind === 'infected')).toHaveLength(10);
  });
});
