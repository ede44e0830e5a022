import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Finding } from '../../domain/finding.js';
import type { Limits } from '../../domain/limits.js';
import type { Piece } from '../../domain/reading.js';
import { Fault, systemCode } from '../../errors.js';
import { encodingOf, isAsciiBased } from '../../xml/decode.js';
import { type CutTarget, Cutter } from './cutter.js';

/** The attachments of UBL, CII and the CPP formats. */
export const cutTargets: readonly CutTarget[] = [
  { local: 'EmbeddedDocumentBinaryObject', binary: true },
  { local: 'AttachmentBinaryObject', binary: true },
  { local: 'Contenu', binary: false },
];

export interface CutResult {
  /** The document; the content of each piece that was cut is replaced by the line ends it held. */
  readonly bytes: Buffer;
  /** The pieces cut out, in document order; `index` = ordinal of the element among all target elements. */
  readonly pieces: readonly Piece[];
  /** Ordinal (0-based, in document order) of a target element to the piece that was its content. */
  readonly cutOrdinals: ReadonlyMap<number, Piece>;
  readonly findings: readonly Finding[];
  /** False when a limit was passed and `bytes` is empty. */
  readonly complete: boolean;
  readonly targets: readonly CutTarget[];
  readonly workDir: string;
  readonly limits: Limits;
}

const wholeFileBytesMax = 4 * 1024 * 1024;

/**
 * Cuts attachments out of the byte stream before any tree is built, each decoded into `workDir/piece-N`.
 * Synchronous: it runs in a worker thread. Memory is bounded by the document without its attachments.
 * Content that is not plain base64 (other characters, entities, CDATA, elements, a non-ASCII-based encoding) stays
 * in place for libxml2 to judge, up to 5 MiB; above that it is cut and answered by a finding.
 * @throws Fault FILE_UNREADABLE when the file cannot be read or a piece cannot be written.
 */
export function cutPieces(
  sourcePath: string,
  workDir: string,
  limits: Limits,
  options: { readonly targets?: readonly CutTarget[]; readonly chunkBytes?: number } = {},
): CutResult {
  const targets = options.targets ?? cutTargets;
  const cutter = new Cutter(workDir, limits, targets);
  try {
    const whole = feed(cutter, sourcePath, limits, targets, options.chunkBytes);
    const bytes = whole ?? cutter.finish();
    return {
      bytes,
      pieces: cutter.pieces,
      cutOrdinals: new Map(cutter.pieces.map((piece) => [piece.index, piece])),
      findings: cutter.findings,
      complete: !cutter.overflowed,
      targets,
      workDir,
      limits,
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

/** The whole document when nothing needs to be cut, else null once the cutter has had all of it. */
function feed(
  cutter: Cutter,
  path: string,
  limits: Limits,
  targets: readonly CutTarget[],
  chunkBytes: number | undefined,
): Buffer | null {
  if (chunkBytes === undefined) {
    // The size is asked of the bytes read, which spares a stat on every small file.
    const small = readSmall(path);
    if (small !== null) {
      const untouched = !isAsciiBased(encodingOf(small)) || !targets.some((t) => small.includes(t.local));
      if (untouched && small.length <= limits.structureBytesMax) return small;
      cutter.push(small);
      return null;
    }
  }
  return feedChunks(cutter, path, limits, chunkBytes ?? 256 * 1024);
}

function readSmall(path: string): Buffer | null {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size > wholeFileBytesMax) return null;
    // One call for the common case; a file that is not as long as it says is read again the careful way.
    const bytes = Buffer.allocUnsafeSlow(size + 1);
    const read = readSync(fd, bytes, 0, size + 1, 0);
    return read === size ? bytes.subarray(0, size) : readFileSync(path);
  } finally {
    closeSync(fd);
  }
}

function feedChunks(cutter: Cutter, path: string, limits: Limits, chunkBytes: number): Buffer | null {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(512);
    const known = readSync(fd, head, 0, head.length, 0);
    if (
      !isAsciiBased(encodingOf(head.subarray(0, known))) &&
      fstatSync(fd).size <= limits.structureBytesMax
    ) {
      return readFileSync(path);
    }
    for (let at = 0; !cutter.overflowed; ) {
      const chunk = Buffer.allocUnsafeSlow(chunkBytes);
      const read = readSync(fd, chunk, 0, chunkBytes, at);
      if (read === 0) break;
      cutter.push(chunk.subarray(0, read));
      at += read;
    }
    return null;
  } finally {
    closeSync(fd);
  }
}
