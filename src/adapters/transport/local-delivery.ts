import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asError, Fault, systemCode } from '../../errors.js';
import type { DeliveryTransport } from '../../ports/transport.js';
import { type Calls, callsFor, fsyncOf } from '../calls.js';
import { syncFolder } from '../files.js';
import {
  begunByAnother,
  checkSize,
  hashingSink,
  nameTaken,
  notedName,
  noteNameOf,
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
  /** Whether a note stays beside a file until `forget`. */
  readonly notes?: boolean;
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
  notes = false,
  calls: callsOf = callsFor,
}: LocalDeliveryOptions): DeliveryTransport {
  const root = resolve(dir);

  return {
    async put(name, write, mayPublish) {
      const calls = callsOf(root);
      const file = {
        name,
        path: join(root, name),
        temporary: join(root, temporaryNameOf(name, mark)),
        note: notes ? join(root, noteNameOf(name)) : null,
      };
      try {
        const sent = await sentBefore(calls, file);
        if (sent !== null) return { ...sent, already: true };
        const written = await writeFile(calls, file.temporary, fileMode, write);
        mayPublish?.();
        const already = !(await (file.note === null ? publish : publishNoted)(calls, file, written.sha256));
        await syncFolder(root);
        return { ...written, already };
      } catch (error) {
        await takeBack(calls, file);
        throw failed(name, error);
      }
    },
    async clear() {
      if (mark === undefined) return;
      for (const found of await namesIn(root)) {
        const name = begunByAnother(found, mark);
        if (name === null) continue;
        await takeBack(callsOf(root), { temporary: join(root, found), note: join(root, noteNameOf(name)) });
      }
    },
    noted: async () => (await namesIn(root)).flatMap((found) => notedName(found) ?? []),
    async forget(names) {
      if (!notes) return;
      for (const name of names) await unlinkQuietly(callsOf(root), join(root, noteNameOf(name)));
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

/** One outbound file: its name, and the names that it has before. */
interface Outbound {
  readonly name: string;
  readonly path: string;
  readonly temporary: string;
  /** Null where none is kept. */
  readonly note: string | null;
}

/**
 * What was published and perhaps fetched, before its process could mark it: its note is there, and what was begun is
 * not. A note beside what was begun says nothing: the process ended before it gave the file its name.
 */
async function sentBefore(calls: Calls, { note, temporary }: Outbound): Promise<Written | null> {
  if (note === null || !(await stands(calls, note))) return null;
  if (await stands(calls, temporary)) {
    await unlinkQuietly(calls, note);
    return null;
  }
  const sha256 = await hashOf(calls, note);
  return sha256 === null ? null : { sha256, sizeBytes: Number((await calls.lstat(note)).size) };
}

/**
 * Takes away what was begun. Its note goes first: alone it would tell of a file that was never published. Where what
 * was begun is gone, another process has taken it away, and the note is that one's.
 */
async function takeBack(
  calls: Calls,
  { note, temporary }: Pick<Outbound, 'note' | 'temporary'>,
): Promise<void> {
  if (note !== null && (await stands(calls, temporary))) await unlinkQuietly(calls, note);
  await unlinkQuietly(calls, temporary);
}

/**
 * As `publish`, with a note: first a second name for the file, then one rename that both publishes it and ends what was
 * begun. So at every moment what lies there tells whether the file was published, also after the partner has taken it.
 */
async function publishNoted(calls: Calls, file: Outbound, sha256: string): Promise<boolean> {
  const { name, path, temporary, note } = file;
  try {
    if (note !== null) await calls.link(temporary, note);
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? ''))
      return await publish(calls, file, sha256);
    throw error;
  }
  // Names are ours alone: nobody gives one to a file between this look and the rename.
  if (await stands(calls, path)) {
    if ((await hashOf(calls, path)) !== sha256) throw nameTaken(name);
    await calls.unlink(temporary);
    return false;
  }
  await calls.rename(temporary, path);
  return true;
}

/** Gives the file its name; false when the very same bytes have it already. A link never overwrites, a rename would. */
async function publish(calls: Calls, { name, path, temporary }: Outbound, sha256: string): Promise<boolean> {
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
