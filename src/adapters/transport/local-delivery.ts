import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asError, Fault, systemCode } from '../../errors.js';
import type { DeliveryTransport } from '../../ports/transport.js';
import { type Calls, callsFor, fsyncOf } from '../calls.js';
import { syncFolder } from '../files.js';
import {
  checkSize,
  hashingSink,
  isOfAnother,
  nameTaken,
  ourName,
  temporaryNameOf,
  type Written,
} from './publish.js';

export interface LocalDeliveryOptions {
  /** The `out` folder. It must exist: making it would hide that a share is not mounted. */
  readonly dir: string;
  /** Permissions of the files, e.g. `0o640`; the umask does not apply. */
  readonly fileMode?: number;
  /** Eight hexadecimal digits of this process, where several may write here: part of temporary names. */
  readonly mark?: string;
  /** How to reach a folder; by default as its file system asks for. */
  readonly calls?: (dir: string) => Calls;
}

const privateMode = 0o600;

/**
 * An `out` folder on a local file system. A file appears under its name whole and durable, or not at all; while it is
 * written it is `.<name>.tmp`, or `.<name>.<mark>.tmp`. Faults: DELIVERY_CONFLICT, DELIVERY_FAILED, INTERNAL for a name that is not ours.
 */
export function localDelivery({
  dir,
  fileMode = privateMode,
  mark,
  calls: callsOf = callsFor,
}: LocalDeliveryOptions): DeliveryTransport {
  const root = resolve(dir);

  return {
    async put(name, write, mayPublish) {
      const temporary = join(root, temporaryNameOf(name, mark));
      const calls = callsOf(root);
      try {
        const written = await writeFile(calls, temporary, fileMode, write);
        mayPublish?.();
        const already = !(await publish(calls, temporary, join(root, name), name, written.sha256));
        await syncFolder(root);
        return { ...written, already };
      } catch (error) {
        await unlinkQuietly(calls, temporary);
        throw failed(name, error);
      }
    },
    async clear() {
      if (mark === undefined) return;
      for (const name of await namesIn(root))
        if (isOfAnother(name, mark)) await unlinkQuietly(callsOf(root), join(root, name));
    },
    async has(name) {
      try {
        return (await callsOf(root).lstat(join(root, name))).isFile();
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false;
        throw failed(name, error);
      }
    },
    names: async () => new Set(await namesIn(root)),
    async remove(name) {
      const path = join(root, ourName(name));
      try {
        await callsOf(root).unlink(path);
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false;
        throw failed(name, error);
      }
      await syncFolder(root);
      return true;
    },
    close: () => Promise.resolve(),
  };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    throw new Fault('FOLDER_UNUSABLE', `${dir} cannot be listed: ${asError(error).message}`, { dir }, error);
  }
}

async function writeFile(
  calls: Calls,
  path: string,
  mode: number,
  write: (stream: NodeJS.WritableStream) => Promise<void>,
): Promise<Written> {
  const descriptor = await createNew(calls, path);
  try {
    const sink = hashingSink({
      write: (chunk) => writeAll(calls, descriptor, chunk),
      end: () => Promise.resolve(),
    });
    await write(sink.stream);
    const written = await sink.end();
    if (mode !== privateMode) await calls.fchmod(descriptor, mode);
    await fsyncOf(descriptor);
    checkSize(written, Number((await calls.fstat(descriptor)).size));
    return written;
  } finally {
    await calls.close(descriptor);
  }
}

/** A temporary file that a crash left behind is replaced; a link that somebody laid there is never followed. */
async function createNew(calls: Calls, path: string): Promise<number> {
  try {
    return await calls.open(path, 'wx', privateMode);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    await calls.unlink(path);
    return await calls.open(path, 'wx', privateMode);
  }
}

async function writeAll(calls: Calls, descriptor: number, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += await calls.write(descriptor, chunk, done);
}

/** Gives the file its name; false when the very same bytes have it already. A link never overwrites, a rename would. */
async function publish(
  calls: Calls,
  temporary: string,
  path: string,
  name: string,
  sha256: string,
): Promise<boolean> {
  try {
    await calls.link(temporary, path);
  } catch (error) {
    const code = systemCode(error) ?? '';
    const taken = code === 'EEXIST' || (await stands(calls, path));
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(code) && !taken) {
      await calls.rename(temporary, path);
      return true;
    }
    if (!taken) throw error;
    if ((await hashOf(calls, path)) !== sha256) throw nameTaken(name);
    await calls.unlink(temporary);
    return false;
  }
  await calls.unlink(temporary);
  return true;
}

async function stands(calls: Calls, path: string): Promise<boolean> {
  try {
    await calls.lstat(path);
    return true;
  } catch {
    return false;
  }
}

async function unlinkQuietly(calls: Calls, path: string): Promise<void> {
  try {
    await calls.unlink(path);
  } catch {
    // Not there, or not to be removed: the next try replaces it.
  }
}

/** Null when what stands there is not a readable file. */
async function hashOf(calls: Calls, path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    if (!(await calls.lstat(path)).isFile()) return null;
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

function failed(name: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const details = { name };
  return new Fault('DELIVERY_FAILED', `cannot deliver ${name}: ${asError(error).message}`, details, error);
}
