import { createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { deflateRawSync } from 'node:zlib';
import { type Entry, open as openZip, fromBuffer as openZipInMemory, type ZipFile } from 'yauzl';
import { ZipFile as NewZip } from 'yazl';
import { defaultLimits, type Limits } from '../domain/limits.js';
import type { PieceContent } from '../domain/reading.js';
import type { PieceFacts } from '../domain/rule.js';
import { asError, Fault } from '../errors.js';
import { sniff, sniffBytes } from './sniff.js';
import { type Inside, inflateAtOnce, inflateStream, type Problem } from './zip-content.js';

/** Below this unpacked size the ratio says nothing: a small file of zeros may well shrink to a thousandth. */
const ratioFromBytes = 10 * 1024 * 1024;

/**
 * Sniffs a piece by its first bytes; a ZIP is listed and every file in it inflated, counting the bytes that really
 * come out. `unpackedBytesMax`, `unpackRatioMax`, `entriesMax` and `unpackMsMax` bound the work: passing one of
 * them, like a broken or encrypted ZIP, is told in `problem`, never thrown.
 * @throws Fault FILE_UNREADABLE when the piece itself cannot be read.
 */
export async function examinePiece(content: PieceContent, limits: Limits): Promise<PieceFacts> {
  const { head, sizeBytes } = await headOf(content);
  const type = sniff(head);
  if (type !== 'zip') return { sizeBytes, type, inside: null, problem: null };
  const listed = await listZip(content, sizeBytes, limits);
  return typeof listed === 'string'
    ? { sizeBytes, type, inside: null, problem: listed }
    : { sizeBytes, type, inside: listed, problem: null };
}

async function headOf(content: PieceContent): Promise<{ head: Buffer; sizeBytes: number }> {
  if (content.kind === 'memory') {
    const bytes = bufferOf(content.bytes);
    return { head: bytes.subarray(0, sniffBytes), sizeBytes: bytes.length };
  }
  const { path } = content;
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const head = Buffer.alloc(Math.min(sniffBytes, size));
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return { head: head.subarray(0, bytesRead), sizeBytes: size };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read a piece: ${asError(error).message}`, { path }, error);
  }
}

/** The files inside a ZIP, or why they cannot be had. Never hangs: a deadline closes the archive. */
async function listZip(
  content: PieceContent,
  packedBytes: number,
  limits: Limits,
): Promise<Inside[] | Problem> {
  const zip = await new Promise<ZipFile | null>((resolve) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    const opened = (error: Error | null, file: ZipFile): void => resolve(error ? null : file);
    if (content.kind === 'file') openZip(content.path, options, opened);
    else openZipInMemory(bufferOf(content.bytes), options, opened);
  });
  if (zip === null) return 'broken';
  let timer: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  const deadline = new Promise<Problem>((resolve) => {
    timer = setTimeout(() => resolve('too-large'), limits.unpackMsMax);
  });
  try {
    return await Promise.race([walk(zip, content, packedBytes, limits, stop.signal), deadline]);
  } finally {
    clearTimeout(timer);
    // An abort builds an error with its stack: only streams need one.
    if (content.kind === 'file') stop.abort();
    zip.close();
  }
}

function walk(
  zip: ZipFile,
  content: PieceContent,
  packedBytes: number,
  limits: Limits,
  stopped: AbortSignal,
): Promise<Inside[] | Problem> {
  if (zip.entryCount > limits.entriesMax) return Promise.resolve('too-many');
  const inside: Inside[] = [];
  const budget = { bytes: Math.min(limits.unpackedBytesMax, ratioBudget(packedBytes, limits)) };
  return new Promise((resolve) => {
    zip.on('error', () => resolve('broken'));
    zip.on('end', () => resolve(inside));
    zip.on('entry', (entry: Entry) => {
      if (stopped.aborted) return;
      if (inside.length >= limits.entriesMax) return resolve('too-many');
      if (entry.fileName.endsWith('/')) return zip.readEntry();
      if ((entry.generalPurposeBitFlag & 1) !== 0) return resolve('encrypted');
      const inflated =
        content.kind === 'memory'
          ? inflateAtOnce(zip, entry, bufferOf(content.bytes), budget)
          : inflateStream(zip, entry, budget, stopped);
      inflated.then(
        (one) => {
          if (typeof one === 'string') return resolve(one);
          inside.push(one);
          zip.readEntry();
        },
        () => resolve('broken'),
      );
    });
    zip.readEntry();
  });
}

function ratioBudget(packedBytes: number, limits: Limits): number {
  return Math.max(ratioFromBytes, packedBytes * limits.unpackRatioMax);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A ZIP ready to be embedded in a pivot. */
export interface Packed {
  readonly content: PieceContent;
  readonly sizeBytes: number;
  /** Type of the file inside, as sniffed. */
  readonly type: string;
  /** Name of the file inside the ZIP. */
  readonly innerName: string;
}

/**
 * The ZIP to embed in a pivot (DOMAIN 2.4: base64 of a ZIP that holds the real file). A piece that is a good ZIP
 * with exactly one file is kept as it is, where it is; any other piece is zipped under `innerName`, into memory when it
 * is there itself, else into `target`, with a fixed date: the same bytes always give the same ZIP. `facts` are what `examinePiece` gave; without them it is
 * asked, with the default limits.
 * @throws Fault FILE_UNREADABLE when the piece cannot be read or the target cannot be written.
 */
export async function packPiece(
  content: PieceContent,
  innerName: string,
  target: string,
  facts?: PieceFacts,
): Promise<Packed> {
  const known = facts ?? (await examinePiece(content, defaultLimits));
  const [only, ...others] = known.inside ?? [];
  if (known.problem === null && only !== undefined && others.length === 0) {
    return { content, sizeBytes: known.sizeBytes, type: only.type, innerName: only.name };
  }
  const name = safePieceName(innerName);
  try {
    const zip = new NewZip();
    // Local time on purpose: a ZIP keeps wall-clock time, so this is the same everywhere.
    const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };
    if (content.kind === 'file')
      zip.addFile(content.path, name, { ...options, compress: await fileShrinks(content.path) });
    // As a stream, because a buffer is zipped with other headers than a file.
    else
      zip.addReadStream(Readable.from([bufferOf(content.bytes)]), name, {
        ...options,
        size: content.bytes.length,
        compress: shrinks(content.bytes),
      });
    zip.end();
    const packed = { type: known.type, innerName: name };
    if (content.kind === 'memory') {
      const bytes = new Uint8Array(await buffer(zip.outputStream));
      return { ...packed, content: { kind: 'memory', bytes }, sizeBytes: bytes.length };
    }
    // The PDF of a Factur-X lies elsewhere: nothing may have made this folder yet.
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await pipeline(zip.outputStream, createWriteStream(target, { mode: 0o600 }));
    return { ...packed, content: { kind: 'file', path: target }, sizeBytes: (await stat(target)).size };
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot zip a piece: ${asError(error).message}`, { target }, error);
  }
}

const sampleBytes = 32 * 1024;

/** False for content that is compressed already, as most of a PDF is: deflating it again costs much for nothing. */
function shrinks(bytes: Uint8Array): boolean {
  if (bytes.length < 2 * sampleBytes) return true;
  const from = (bytes.length - sampleBytes) >> 1;
  return sampleShrinks(bytes.subarray(from, from + sampleBytes));
}

async function fileShrinks(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < 2 * sampleBytes) return true;
    const sample = new Uint8Array(sampleBytes);
    const { bytesRead } = await file.read(sample, 0, sampleBytes, (size - sampleBytes) >> 1);
    return sampleShrinks(sample.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function sampleShrinks(sample: Uint8Array): boolean {
  return deflateRawSync(sample, { level: 1 }).length < 0.9 * sampleBytes;
}

const pieceNameLengthMax = 50;

/**
 * A name for NomPJ and inside ZIPs (DECISIONS; DOMAIN 2.3): letters, digits, `.`, `_` and `-`, anything else becomes
 * `_`; at most 50 characters, of which the extension is kept; never empty, never starting with a point.
 */
export function safePieceName(text: string): string {
  const safe = text
    .normalize('NFC')
    .trim()
    .replace(/[^A-Za-z0-9._-]/gu, '_')
    .replace(/^\.+/, '_');
  if (safe === '') return 'piece';
  if (safe.length <= pieceNameLengthMax) return safe;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(safe)?.[0] ?? '';
  return safe.slice(0, pieceNameLengthMax - extension.length) + extension;
}
