import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Finding } from '../../domain/finding.js';
import type { Limits } from '../../domain/limits.js';
import type { Piece } from '../../domain/reading.js';
import { Fault, systemCode } from '../../errors.js';
import { encodingOf, isAsciiBased } from '../../xml/decode.js';
import { recogniseBytes } from '../recognise.js';
import { Cutter } from './cutter.js';
import type { MemoryBudget } from './piece-writer.js';
import type { CutTarget } from './targets.js';

/** The attachments of UBL, CII, the CPP formats and PES. */
export const cutTargets: readonly CutTarget[] = [
  { local: 'EmbeddedDocumentBinaryObject', binary: true },
  { local: 'AttachmentBinaryObject', binary: true },
  { local: 'Contenu', binary: false },
  // PES: Contenu/Fichier.
  { local: 'Fichier', binary: true, inside: true },
];

export interface CutResult {
  /** The document; the content of each piece that was cut is replaced by the line ends it held. */
  readonly bytes: Buffer;
  /** The pieces cut out, in document order; `index` = ordinal of the element among all target elements. */
  readonly pieces: readonly Piece[];
  /** Ordinal (0-based, in document order) of a target element to the piece that was its content. */
  readonly cutOrdinals: ReadonlyMap<number, Piece>;
  readonly findings: readonly Finding[];
  /** Size of the file as deposited. */
  readonly sizeBytes: number;
  /** False when a limit was passed, or the file is empty: then `bytes` is empty. */
  readonly complete: boolean;
  readonly targets: readonly CutTarget[];
  readonly workDir: string;
  readonly limits: Limits;
  readonly memory: MemoryBudget;
}

export interface CutOptions {
  readonly targets?: readonly CutTarget[];
  readonly chunkBytes?: number;
  readonly memoryBytesMax?: number;
}

const wholeFileBytesMax = 4 * 1024 * 1024;
const headBytes = 1024;

/**
 * Cuts attachments out of the byte stream before any tree is built. Each is decoded into `workDir/piece-N`, or into
 * memory when it is small and `memoryBytesMax`, which all pieces of the document share, is not used up.
 * Synchronous: it runs in a worker thread. Memory is bounded by the document without its attachments.
 * Content that is not plain base64 (other characters, entities, CDATA, elements, a non-ASCII-based encoding) stays
 * in place for libxml2 to judge, up to 5 MiB; above that it is cut and answered by a finding. A PDF comes back whole.
 * @throws Fault FILE_UNREADABLE when the file cannot be read or a piece cannot be written.
 */
export function cutPieces(
  sourcePath: string,
  workDir: string,
  limits: Limits,
  options: CutOptions = {},
): CutResult {
  return cut(workDir, limits, options, (cutter, targets) =>
    feed(cutter, sourcePath, limits, targets, options.chunkBytes),
  );
}

/** The same for a document that is in memory. @throws Fault FILE_UNREADABLE when a piece cannot be written. */
export function cutBytes(
  bytes: Buffer,
  workDir: string,
  limits: Limits,
  options: CutOptions = {},
): CutResult {
  return cut(workDir, limits, options, (cutter, targets) => {
    const sizeBytes = bytes.length;
    if (sizeBytes === 0 || sizeBytes > limits.entryBytesMax) return { whole: Buffer.alloc(0), sizeBytes };
    return feedWhole(cutter, bytes, limits, targets);
  });
}

function cut(
  workDir: string,
  limits: Limits,
  options: CutOptions,
  feeding: (cutter: Cutter, targets: readonly CutTarget[]) => Fed,
): CutResult {
  const targets = options.targets ?? cutTargets;
  const memory: MemoryBudget = { leftBytes: options.memoryBytesMax ?? 0 };
  const cutter = new Cutter(workDir, limits, targets, memory);
  try {
    const { whole, sizeBytes } = feeding(cutter, targets);
    const bytes = whole ?? cutter.finish();
    return {
      bytes,
      pieces: cutter.pieces,
      cutOrdinals: new Map(cutter.pieces.map((piece) => [piece.index, piece])),
      findings: cutter.findings,
      sizeBytes,
      complete: sizeBytes > 0 && sizeBytes <= limits.entryBytesMax && !cutter.overflowed,
      targets,
      workDir,
      limits,
      memory,
    };
  } catch (thrown) {
    const code = systemCode(thrown) ?? 'unknown';
    throw new Fault(
      'FILE_UNREADABLE',
      `cannot read the entry or write its pieces: ${code}`,
      { code },
      thrown,
    );
  }
}

interface Fed {
  /** The whole document when nothing needs to be cut, else null once the cutter has had all of it. */
  readonly whole: Buffer | null;
  readonly sizeBytes: number;
}

/** One opening of the file, and no more calls than a small file needs. */
function feed(
  cutter: Cutter,
  path: string,
  limits: Limits,
  targets: readonly CutTarget[],
  chunkBytes: number | undefined,
): Fed {
  const fd = openSync(path, 'r');
  try {
    const sizeBytes = fstatSync(fd).size;
    if (sizeBytes === 0 || sizeBytes > limits.entryBytesMax) return { whole: Buffer.alloc(0), sizeBytes };
    if (chunkBytes !== undefined || sizeBytes > wholeFileBytesMax) {
      return { whole: feedChunks(cutter, fd, sizeBytes, limits, chunkBytes ?? 256 * 1024), sizeBytes };
    }
    return feedWhole(cutter, readWhole(fd, sizeBytes), limits, targets);
  } finally {
    closeSync(fd);
  }
}

function feedWhole(cutter: Cutter, bytes: Buffer, limits: Limits, targets: readonly CutTarget[]): Fed {
  const sizeBytes = bytes.length;
  if (recogniseBytes(bytes.subarray(0, headBytes)) === 'pdf') return { whole: bytes, sizeBytes };
  const untouched = !isAsciiBased(encodingOf(bytes)) || !mayHold(bytes, targets);
  if (untouched && sizeBytes <= limits.structureBytesMax) return { whole: bytes, sizeBytes };
  cutter.push(bytes);
  return { whole: null, sizeBytes };
}

function readWhole(fd: number, sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let at = 0;
  for (let read = -1; at < sizeBytes && read !== 0; at += read)
    read = readSync(fd, bytes, at, sizeBytes - at, at);
  return bytes.subarray(0, at);
}

/** What the names of the usual targets have in common, so that two searches do for three names. */
const usualProbes = [Buffer.from('BinaryObject'), Buffer.from('Contenu')];

function mayHold(bytes: Buffer, targets: readonly CutTarget[]): boolean {
  const probes = targets === cutTargets ? usualProbes : targets.map(({ local }) => Buffer.from(local));
  return probes.some((probe) => bytes.includes(probe));
}

function feedChunks(
  cutter: Cutter,
  fd: number,
  sizeBytes: number,
  limits: Limits,
  chunkBytes: number,
): Buffer | null {
  const head = Buffer.alloc(headBytes);
  const known = readSync(fd, head, 0, head.length, 0);
  if (recogniseBytes(head.subarray(0, known)) === 'pdf') return readWhole(fd, sizeBytes);
  const strange = !isAsciiBased(encodingOf(head.subarray(0, known)));
  if (strange && sizeBytes <= limits.structureBytesMax) return readWhole(fd, sizeBytes);
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  for (let at = 0; !cutter.overflowed; ) {
    // A new one for each was measured to leave 100 MB to the garbage collector.
    if (cutter.holdsChunk) chunk = Buffer.allocUnsafeSlow(chunkBytes);
    const read = readSync(fd, chunk, 0, chunkBytes, at);
    if (read === 0) break;
    cutter.push(chunk.subarray(0, read));
    at += read;
  }
  return null;
}
