import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { Limits } from '../../domain/limits.js';
import type { Piece, PieceContent } from '../../domain/reading.js';
import type { PieceFacts } from '../../domain/rule.js';
import { asError, Fault, systemCode } from '../../errors.js';

/** How the content of a PJ was wrapped; PES asks for gzip (PES 0, point 8). */
export type Wrapping = NonNullable<PieceFacts['wrapping']>;

/** Below this unpacked size the ratio says nothing: a small file of zeros may well shrink to a thousandth. */
const ratioFromBytes = 10 * 1024 * 1024;

/**
 * The file inside the gzip of a PJ, in memory where the gzip is, else in a file beside it. `unpackedBytesMax`,
 * `unpackRatioMax` and `unpackMsMax` bound the work; what cannot be unpacked stays as it is, and `wrapping` says why.
 * @throws Fault FILE_UNREADABLE when the piece cannot be read or written.
 */
export async function unwrapPiece(
  piece: Piece,
  workDir: string,
  limits: Limits,
): Promise<{ readonly piece: Piece; readonly wrapping: Wrapping }> {
  const [a, b, c] = await firstBytes(piece.content);
  if (a === 0x50 && b === 0x4b) return { piece, wrapping: 'zip' };
  if (a !== 0x1f || b !== 0x8b || c !== 0x08) return { piece, wrapping: 'none' };
  const bytesMax = Math.min(
    limits.unpackedBytesMax,
    Math.max(ratioFromBytes, piece.sizeBytes * limits.unpackRatioMax),
  );
  const target = join(workDir, `unwrapped-${piece.index}`);
  const content =
    piece.content.kind === 'memory'
      ? inMemory(piece.content.bytes, bytesMax)
      : await throughFile(piece.content.path, target, bytesMax, limits.unpackMsMax);
  if (typeof content === 'string') return { piece, wrapping: content };
  const sizeBytes = content.kind === 'memory' ? content.bytes.length : (await stat(content.path)).size;
  return { piece: { ...piece, content, sizeBytes }, wrapping: 'gzip' };
}

async function firstBytes(content: PieceContent): Promise<Uint8Array> {
  if (content.kind === 'memory') return content.bytes.subarray(0, 3);
  const file = await open(content.path, 'r').catch((thrown: unknown) => {
    throw new Fault('FILE_UNREADABLE', `cannot read a piece: ${asError(thrown).message}`, {}, thrown);
  });
  try {
    const head = new Uint8Array(3);
    const { bytesRead } = await file.read(head, 0, 3, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function inMemory(bytes: Uint8Array, bytesMax: number): PieceContent | 'broken' | 'too-large' {
  try {
    return { kind: 'memory', bytes: gunzipSync(bytes, { maxOutputLength: Math.max(1, bytesMax) }) };
  } catch (thrown) {
    return systemCode(thrown) === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'broken';
  }
}

async function throughFile(
  source: string,
  target: string,
  bytesMax: number,
  msMax: number,
): Promise<PieceContent | 'broken' | 'too-large'> {
  let left = bytesMax;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      done(left < 0 ? new RangeError('too large') : null, chunk);
    },
  });
  try {
    const signal = AbortSignal.timeout(msMax);
    const into = createWriteStream(target, { mode: 0o600 });
    await pipeline(createReadStream(source), createGunzip(), counter, into, { signal });
    return { kind: 'file', path: target };
  } catch (thrown) {
    await rm(target, { force: true });
    const code = systemCode(thrown) ?? '';
    if (left < 0 || code === 'ABORT_ERR') return 'too-large';
    if (code.startsWith('Z_') || code === 'ERR_ZLIB_BINDING_CLOSED') return 'broken';
    throw new Fault('FILE_UNREADABLE', `cannot unpack a piece: ${asError(thrown).message}`, { code }, thrown);
  }
}
