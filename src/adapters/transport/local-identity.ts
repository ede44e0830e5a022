import type { BigIntStats } from 'node:fs';
import { systemCode } from '../../errors.js';
import type { Calls } from '../calls.js';

/** What makes a file the very one that was listed, unchanged. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
  /** A regular file under one name only: a second name would let others change it while it is in work. */
  readonly regular: boolean;
}

export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    dev: stats.dev,
    ino: stats.ino,
    sizeBytes: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    regular: stats.isFile() && stats.nlink === 1n,
  };
}

export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.sizeBytes === b.sizeBytes &&
    a.mtimeNs === b.mtimeNs &&
    a.regular &&
    b.regular
  );
}

/** Gives a name back without overwriting; false when another file has taken it. */
export async function putBack(calls: Calls, path: string, original: Buffer): Promise<boolean> {
  try {
    await calls.link(path, original);
    await calls.unlink(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) === 'ENOENT') return true;
  }
  // Folders cannot be linked, and some file systems have no links.
  try {
    await calls.lstat(original);
    return false;
  } catch {
    await calls.rename(path, original);
    return true;
  }
}
