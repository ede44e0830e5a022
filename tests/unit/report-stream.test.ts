import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeBody } from '../../src/report/stream.js';

/** A stream that keeps what it is given and can be slow; `peak` is the most it held at once. */
function collector(delayMs = 0) {
  const chunks: Buffer[] = [];
  let peak = 0;
  const stream = new Writable({
    highWaterMark: 1024,
    write(chunk: Buffer, _encoding, done) {
      peak = Math.max(peak, stream.writableLength);
      chunks.push(chunk);
      if (delayMs === 0) done();
      else setTimeout(done, delayMs);
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8'), peak: () => peak };
}

const parts = [
  { token: '@@2@@', archiveKey: 'two' },
  { token: '@@1@@', archiveKey: 'one' },
];
const body = '<a>é @@1@@</a><b>@@2@@</b>';

describe('writing an outbound file', () => {
  it.each([0, 1, 2, 3, 4, 65_535, 65_536, 200_001])(
    'puts %i bytes as base64 in the place of the token',
    async (size) => {
      const one = randomBytes(size);
      const two = Buffer.from('zz');
      const sink = collector();
      // Chunks of 7: no multiple of 3, so groups cross them.
      const open = (key: string) =>
        Readable.from(
          (function* () {
            const bytes = key === 'one' ? one : two;
            for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
          })(),
        );
      await writeBody(body, parts, open, sink.stream);
      expect(sink.stream.writableEnded).toBe(false);
      expect(sink.text()).toBe(`<a>é ${one.toString('base64')}</a><b>${two.toString('base64')}</b>`);
    },
  );

  it('writes a body without pieces as it is', async () => {
    const sink = collector();
    await writeBody('<é/>', [], () => Readable.from([]), sink.stream);
    expect(sink.text()).toBe('<é/>');
  });

  it('waits for a slow stream instead of filling it', async () => {
    const sink = collector(1);
    const open = () => Readable.from(Array.from({ length: 50 }, () => Buffer.alloc(3000)));
    await writeBody('@@1@@', [{ token: '@@1@@', archiveKey: 'k' }], open, sink.stream);
    expect(sink.text().length).toBe(200_000);
    expect(sink.peak()).toBeLessThanOrEqual(4000);
  });

  it.each([
    ['absent', '<a/>'],
    ['there twice', '@@1@@ @@1@@'],
  ])('faults when a token is %s', async (_, text) => {
    const run = writeBody(
      text,
      [{ token: '@@1@@', archiveKey: 'k' }],
      () => Readable.from([]),
      collector().stream,
    );
    await expect(run).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('faults when a piece cannot be read', async () => {
    const open = () =>
      new Readable({
        read() {
          this.destroy(new Error('ENOENT'));
        },
      });
    const run = writeBody('@@1@@', [{ token: '@@1@@', archiveKey: 'k' }], open, collector().stream);
    await expect(run).rejects.toMatchObject({ code: 'FILE_UNREADABLE', details: { archiveKey: 'k' } });
  });

  it('faults when the stream breaks or stalls, and never hangs', async () => {
    const open = () => Readable.from(Array.from({ length: 50 }, () => Buffer.alloc(3000)));
    const one = [{ token: '@@1@@', archiveKey: 'k' }];
    const breaking = new Writable({
      highWaterMark: 10,
      write: (_c, _e, done) => done(new Error('disk full')),
    });
    await expect(writeBody('@@1@@', one, open, breaking)).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    const stalled = new Writable({ highWaterMark: 10, write: () => {} });
    await expect(writeBody('@@1@@', one, open, stalled, { drainMsMax: 20 })).rejects.toMatchObject({
      code: 'DELIVERY_FAILED',
    });
    expect(stalled.listenerCount('drain')).toBe(0);
  });
});
