import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Limits } from '../domain/limits.js';
import { typeWord } from '../domain/words.js';
import { asError, Fault } from '../errors.js';
import { openTar } from './tar.js';

/** One file of a flow, as a working file under a name of our own. */
export interface UnpackedEntry {
  /** The name within the archive: data to show, never a path. Empty for a bare file. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

export type Unpacked =
  | {
      readonly kind: 'entries';
      readonly entries: readonly UnpackedEntry[];
      readonly findings: readonly Finding[];
    }
  /** The compressed data stops before its end: perhaps still being written. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] };

const headBytes = 512;

/**
 * Turns a flow into its entries: a gzip is a tar.gz, anything else one bare file, used where it lies (DOMAIN 2.2).
 * Files of an archive are written to `workDir` under names of our own; a refusal leaves none behind. An entry that is
 * empty, too large or an archive itself is given on as it is: the check of entries answers for it. An entry over
 * `entryBytesMax` has its size but not its bytes.
 * @throws Fault FILE_UNREADABLE for the flow, FOLDER_UNUSABLE for the working folder.
 */
export async function unpackFlow(path: string, workDir: string, limits: Limits): Promise<Unpacked> {
  const { head, sizeBytes } = readHead(path);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const folder = join(workDir, 'entries');
    const unpacked = await openTar({ path, packedBytes: sizeBytes, folder, limits });
    if (unpacked.kind !== 'entries') await rm(folder, { recursive: true, force: true });
    return unpacked;
  }
  const found = otherArchive(head);
  if (found !== null)
    return {
      kind: 'refused',
      findings: [findingOf('IRR_TYPE', { found: typeWord(found) }, { value: found })],
    };
  return { kind: 'entries', entries: [{ name: '', path, sizeBytes }], findings: [] };
}

/** On the main thread: the few bytes of a file that was written a moment ago cost less than a trip to the pool. */
function readHead(path: string): { head: Buffer; sizeBytes: number } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const sizeBytes = fstatSync(file).size;
    const head = Buffer.alloc(headBytes);
    return { head: head.subarray(0, readSync(file, head, 0, headBytes, 0)), sizeBytes };
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read ${path}: ${asError(error).message}`, { path }, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const magic: readonly (readonly [found: string, hex: string, offset: number])[] = [
  ['zip', '504b0304', 0],
  ['zip', '504b0506', 0],
  ['bzip2', '425a68', 0],
  ['xz', 'fd377a585a00', 0],
  ['7z', '377abcaf271c', 0],
  ['rar', '526172211a07', 0],
  ['zstd', '28b52ffd', 0],
  ['tar (sans gzip)', '7573746172', 257],
];

/** An archive that is not a tar.gz, by its first bytes. */
function otherArchive(head: Buffer): string | null {
  for (const [found, hex, offset] of magic) {
    if (head.subarray(offset, offset + hex.length / 2).equals(Buffer.from(hex, 'hex'))) return found;
  }
  return null;
}
