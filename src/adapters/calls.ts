import fs, { type BigIntStats, type PathLike } from 'node:fs';
import { promisify } from 'node:util';

type Maybe<T> = T | Promise<T>;

/** The file system calls that a file costs on its way, by descriptor. `await` them: some answer at once. */
export interface Calls {
  open(path: PathLike, flags: string | number, mode?: number): Maybe<number>;
  close(descriptor: number): Maybe<void>;
  fstat(descriptor: number): Maybe<BigIntStats>;
  fchmod(descriptor: number, mode: number): Maybe<void>;
  lstat(path: PathLike): Maybe<BigIntStats>;
  rename(from: PathLike, to: PathLike): Maybe<void>;
  link(from: PathLike, to: PathLike): Maybe<void>;
  unlink(path: PathLike): Maybe<void>;
  /** Number of bytes read. */
  read(descriptor: number, buffer: Buffer, position: number): Maybe<number>;
  /** Number of bytes written. */
  write(descriptor: number, chunk: Uint8Array, from: number): Maybe<number>;
}

const pooledRead = promisify(fs.read);
const pooledWrite = promisify(fs.write);
/** Calls through the thread pool, for folders where a call can hang. */
export const pooled: Calls = {
  open: promisify(fs.open),
  close: promisify(fs.close),
  fstat: (descriptor) =>
    new Promise((resolve, reject) => {
      fs.fstat(descriptor, { bigint: true }, (error, stats) => (error ? reject(error) : resolve(stats)));
    }),
  fchmod: promisify(fs.fchmod),
  lstat: (path) => fs.promises.lstat(path, { bigint: true }),
  rename: fs.promises.rename,
  link: fs.promises.link,
  unlink: fs.promises.unlink,
  read: async (descriptor, buffer, position) =>
    (await pooledRead(descriptor, buffer, 0, buffer.length, position)).bytesRead,
  write: async (descriptor, chunk, from) =>
    (await pooledWrite(descriptor, chunk, from, chunk.length - from, null)).bytesWritten,
};
/** What changes a folder waits for the journal of the file system, while it is written; the rest does not wait. */
const local: Calls = {
  ...pooled,
  open: (path, flags, mode) =>
    flags === 'wx' ? pooled.open(path, flags, mode) : fs.openSync(path, flags, mode),
  close: fs.closeSync,
  fstat: (descriptor) => fs.fstatSync(descriptor, { bigint: true }),
  lstat: (path) => fs.lstatSync(path, { bigint: true }),
  read: (descriptor, buffer, position) => fs.readSync(descriptor, buffer, 0, buffer.length, position),
  write: (descriptor, chunk, from) => fs.writeSync(descriptor, chunk, from),
};

/** Always in the thread pool: it waits for the disk. */
export const fsyncOf = promisify(fs.fsync);

/** File systems whose calls go over a network or through another process, by the number that `statfs` gives. */
const remoteTypes: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xfe534d42, // SMB 2
  0xff534d42, // CIFS
  0x65735546, // FUSE
  0x01021997, // 9P
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x47504653, // GPFS
  0x0bd00bd0, // Lustre
]);
const lookAgainMs = 30_000;
const known = new Map<string, { calls: Calls; atMs: number }>();

/**
 * The calls to use in a folder. On a local file system those that never wait are made on the main thread: each takes
 * a few microseconds, a trip to the thread pool many times that. Creating, renaming, linking and removing go to the
 * pool, as everything does where a call can hang. A folder is looked at again now and then: a share may be mounted
 * over it.
 */
export function callsFor(dir: string): Calls {
  const nowMs = performance.now();
  const before = known.get(dir);
  if (before !== undefined && nowMs - before.atMs < lookAgainMs) return before.calls;
  const calls = isLocal(dir) ? local : pooled;
  known.set(dir, { calls, atMs: nowMs });
  return calls;
}

function isLocal(dir: string): boolean {
  try {
    return !remoteTypes.has(Number(fs.statfsSync(dir, { bigint: true }).type) >>> 0);
  } catch {
    return false;
  }
}
