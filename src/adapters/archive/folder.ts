import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ArchivePart, partOf } from '../../domain/archive-key.js';
import { asError, Fault, systemCode } from '../../errors.js';
import type { Archive, ListedFile } from '../../ports/archive.js';
import { type Calls, callsFor, fsyncOf } from '../calls.js';
import { privateFolder, syncFolder } from '../files.js';
import { copyFileIn, readFlags, readPart, readSmall, smallBytes, unreadable, writeSmall } from './copy.js';

export interface FolderArchiveOptions {
  /** Folder that holds everything; created for the engine's user alone. */
  readonly dir: string;
  /** Folder of what is infected: holds the keys that begin with `quarantine/`. Without it there are none. */
  readonly quarantineDir?: string;
}

const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;
const quarantinePrefix = 'quarantine/';
const keyLengthMax = 600;

/**
 * An archive as a folder tree: a key is the relative path of its file, files are 0600, folders 0700. A key that
 * holds a file is never written again. Faults: INTERNAL for a key that is not well formed or already taken,
 * FILE_UNREADABLE for the source, FOLDER_UNUSABLE for the archive itself.
 */
export function folderArchive({ dir, quarantineDir }: FolderArchiveOptions): Archive {
  const root = resolve(dir);
  const made = new Map<string, Promise<void>>();

  const pathOf = (key: string): string => {
    const sound = key.length <= keyLengthMax && key.split('/').every((part) => segment.test(part));
    if (!sound) throw new Fault('INTERNAL', 'an archive key is not well formed', { key });
    if (quarantineDir !== undefined && key.startsWith(quarantinePrefix))
      return join(resolve(quarantineDir), key.slice(quarantinePrefix.length));
    return join(root, key);
  };

  /** The folder is made once; a folder that somebody removed meanwhile is made again. */
  const inFolder = async <T>(path: string, write: () => Promise<T>): Promise<T> => {
    const folder = dirname(path);
    const ready = made.get(folder) ?? privateFolder(folder);
    made.set(folder, ready);
    try {
      await ready;
      return await write();
    } catch (error) {
      made.delete(folder);
      if (systemCode(error) !== 'ENOENT') throw error;
      await privateFolder(folder);
      return await write();
    }
  };

  return {
    pathOf,
    async takeIn(key, sourcePath) {
      const target = pathOf(key);
      return await guarded(key, () => inFolder(target, () => copyFileIn(sourcePath, target)));
    },
    async moveIn(key, sourcePath) {
      const target = pathOf(key);
      await guarded(key, () => inFolder(target, () => linkIn(sourcePath, target)));
    },
    async putIn(key, bytes) {
      const target = pathOf(key);
      await guarded(key, () => inFolder(target, () => writeIn(bytes, target)));
    },
    read(key) {
      const part = partOf(key);
      return part === null ? contentOf(pathOf(key)) : partContent(pathOf(part.key), part);
    },
    async has(key) {
      try {
        return (await lstat(pathOf(key))).isFile();
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false;
        throw unusable(key, error);
      }
    },
    list: (prefix) => listed({ root, quarantineDir }, prefix),
    async remove(key) {
      const path = pathOf(key);
      try {
        await unlink(path);
        await syncFolder(dirname(path));
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw unusable(key, error);
      }
    },
    async discard(key) {
      try {
        await unlink(pathOf(key));
      } catch (error) {
        if (error instanceof Fault) throw error;
        if (systemCode(error) !== 'ENOENT') throw unusable(key, error);
      }
    },
  };
}

/** A link never overwrites, a rename would. */
async function linkIn(sourcePath: string, target: string): Promise<void> {
  const calls = callsFor(dirname(target));
  await makeDurable(calls, sourcePath);
  try {
    await calls.link(sourcePath, target);
  } catch (error) {
    const code = systemCode(error) ?? '';
    // After a crash the same piece may stand there already.
    const same = code === 'EEXIST' && (await hashOf(sourcePath)) === (await hashOf(target));
    if (['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(code)) await copyFileIn(sourcePath, target);
    else if (!same) throw error;
  }
  await syncFolder(dirname(target));
  await calls.unlink(sourcePath);
}

/** A small file in one go: a stream costs it several trips to the thread pool. */
async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  const bytes = readSmall(path);
  if (bytes !== null) {
    yield bytes;
    return;
  }
  yield* streamed(path);
}

async function* partContent(path: string, { offset, length }: ArchivePart): AsyncGenerator<Uint8Array> {
  const content =
    length > smallBytes
      ? streamed(path, { start: offset, end: offset + length - 1 })
      : [readPart(path, offset, length)];
  let readBytes = 0;
  for await (const bytes of content) {
    readBytes += bytes.length;
    yield bytes;
  }
  if (readBytes < length) throw unreadable(path, new Error('it ends before the part that is asked for'));
}

async function* streamed(
  path: string,
  range: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, range)) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function writeIn(bytes: Uint8Array, target: string): Promise<void> {
  try {
    await writeSmall(bytes, target);
  } catch (error) {
    const taken = systemCode(error) === 'EEXIST';
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!taken || (await hashOf(target)) !== sha256) throw error;
  }
}

async function makeDurable(calls: Calls, path: string): Promise<void> {
  let descriptor: number;
  try {
    descriptor = await calls.open(path, readFlags);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    await calls.fchmod(descriptor, 0o600);
    await fsyncOf(descriptor);
  } finally {
    await calls.close(descriptor);
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

async function guarded<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unusable(key, error);
  }
}

function unusable(key: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (systemCode(error) === 'EEXIST') {
    return new Fault('INTERNAL', 'an archive key is taken already', { key }, error);
  }
  return new Fault(
    'FOLDER_UNUSABLE',
    `the archive cannot be used: ${asError(error).message}`,
    { key },
    error,
  );
}

interface Places {
  readonly root: string;
  readonly quarantineDir: string | undefined;
}

/** One folder is read at a time; files that come or go meanwhile may be listed or not. */
async function* listed({ root, quarantineDir }: Places, prefix: string): AsyncGenerator<ListedFile> {
  const cut = prefix.lastIndexOf('/') + 1;
  const [folder, start] = [prefix.slice(0, cut), prefix.slice(cut)];
  const inQuarantine = quarantineDir !== undefined && prefix.startsWith(quarantinePrefix);
  const top = inQuarantine
    ? join(resolve(quarantineDir), folder.slice(quarantinePrefix.length))
    : join(root, folder);
  yield* below(top, folder, start);
  if (prefix === '' && quarantineDir !== undefined)
    yield* below(resolve(quarantineDir), quarantinePrefix, '');
}

async function* below(dir: string, folder: string, start: string): AsyncGenerator<ListedFile> {
  for (const name of await namesIn(dir)) {
    if (!name.startsWith(start)) continue;
    const path = join(dir, name);
    const found = await statUnlessGone(path);
    if (found === null) continue;
    const key = `${folder}${name}`;
    if (found.isDirectory()) yield* below(path, `${key}/`, '');
    else if (found.isFile()) yield { key, sizeBytes: found.size, modifiedAt: found.mtime };
  }
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw unusable(dir, error);
  }
}

async function statUnlessGone(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw unusable(path, error);
  }
}
