import { constants, createReadStream } from 'node:fs';
import { opendir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asError, Fault, systemCode } from '../../errors.js';
import type { ClaimedFile, DepositEntry, IntakeTransport } from '../../ports/transport.js';
import { type Calls, callsFor } from '../calls.js';
import { privateFolder, syncFolder } from '../files.js';
import { copyAcross, finishCopies } from './local-copy.js';
import { type FileIdentity, identityOf, putBack, sameFile } from './local-identity.js';
import { claimIdLength, claimName, isClaimId, nameOf, newClaimId } from './names.js';

export interface LocalIntakeOptions {
  /** The drop folder. It must exist: making it would hide that a share is not mounted. */
  readonly dir: string;
  /** Private folder for claims, on the same file system where possible; created 0700. */
  readonly claimDir: string;
  /** How to reach a folder; by default as its file system asks for. */
  readonly calls?: (dir: string) => Calls;
}

/** What finds a file again. `id` names the file itself: it changes when another file takes the name. */
interface LocalHandle {
  readonly id: string;
  readonly raw: Buffer;
  readonly identity: FileIdentity;
}

const statsInFlight = 32;
const wholeBytesMax = 16 * 1024;
// A link is never followed, and opening a pipe does not wait for a writer.
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A drop folder on a local file system. Names are handled as bytes, so that a name that is not UTF-8 is picked up
 * too. A claim is a rename to `claimDir/<claim id>_<name>`. Faults: FOLDER_UNUSABLE, FILE_CHANGED, FILE_UNREADABLE.
 */
export function localIntake(options: LocalIntakeOptions): IntakeTransport {
  const dir = resolve(options.dir);
  const claimDir = resolve(options.claimDir);
  const callsOf = options.calls ?? callsFor;
  const ownClaims = new Set<string>();

  return {
    list: (limit) => inFolder(dir, () => listFolder(callsOf(dir), dir, limit)),
    async peek(entry, headBytes, tailBytes) {
      const calls = callsOf(dir);
      const { descriptor, sizeBytes } = await openDeposit(calls, dir, entry);
      try {
        // A small file is read once.
        if (sizeBytes <= wholeBytesMax) {
          const whole = await readAt(calls, descriptor, 0, sizeBytes);
          return {
            head: whole.subarray(0, headBytes),
            tail: whole.subarray(Math.max(0, whole.length - tailBytes)),
          };
        }
        const head = await readAt(calls, descriptor, 0, Math.min(headBytes, sizeBytes));
        const tailLength = Math.min(tailBytes, sizeBytes);
        const tail = await readAt(calls, descriptor, sizeBytes - tailLength, tailLength);
        return { head, tail };
      } finally {
        await calls.close(descriptor);
      }
    },
    async open(entry) {
      const { descriptor } = await openDeposit(callsOf(dir), dir, entry);
      return createReadStream('', { fd: descriptor, start: 0 });
    },
    async claim(entry) {
      const handle = handleOf(entry);
      const before = await identity(callsOf(dir), pathIn(dir, handle.raw));
      if (before === null) return 'gone';
      if (!sameFile(before, handle.identity)) return 'changed';
      const id = newClaimId();
      ownClaims.add(id);
      try {
        const taken = await take(callsOf(dir), dir, claimDir, id, entry, handle);
        if (typeof taken === 'string') ownClaims.delete(id);
        return taken;
      } catch (error) {
        // Perhaps moved already: no longer in work, so that `leftovers` finds it.
        ownClaims.delete(id);
        throw error;
      }
    },
    async leftovers() {
      await privateFolder(claimDir);
      await finishCopies(dir, claimDir, ownClaims);
      const found: ClaimedFile[] = [];
      for (const file of (await readdir(claimDir)).sort()) {
        const id = file.slice(0, claimIdLength);
        if (!isClaimId(id) || file[claimIdLength] !== '_' || ownClaims.has(id)) continue;
        found.push({ claimId: id, name: file.slice(claimIdLength + 1), path: join(claimDir, file) });
      }
      return found;
    },
    async acknowledge(claimed) {
      try {
        await callsOf(claimDir).unlink(claimed.path);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw unusable(claimDir, error);
      }
      ownClaims.delete(claimed.claimId);
    },
    close: () => Promise.resolve(),
  };
}

async function listFolder(calls: Calls, dir: string, limit: number): Promise<DepositEntry[]> {
  const entries: DepositEntry[] = [];
  let names: Buffer[] = [];
  const flush = async (): Promise<void> => {
    const seen = await Promise.all(names.map((raw) => entryOf(calls, dir, raw)));
    names = [];
    for (const entry of seen) if (entry !== null) entries.push(entry);
  };
  // The types declare no buffer encoding for opendir; the names come as buffers all the same.
  const folder = await opendir(dir, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
  for await (const item of folder) {
    if (entries.length + names.length >= limit) break;
    names.push(item.name as unknown as Buffer);
    if (names.length >= statsInFlight) await flush();
  }
  await flush();
  return entries;
}

async function entryOf(calls: Calls, dir: string, raw: Buffer): Promise<DepositEntry | null> {
  const found = await identity(calls, pathIn(dir, raw));
  if (found === null) return null;
  const handle: LocalHandle = {
    id: `${found.dev}:${found.ino}:${raw.toString('latin1')}`,
    raw,
    identity: found,
  };
  return {
    name: nameOf(raw),
    handle,
    kind: found.regular ? 'file' : 'other',
    sizeBytes: found.sizeBytes,
    mtimeMs: Number(found.mtimeNs) / 1e6,
  };
}

async function identity(calls: Calls, path: Buffer | string): Promise<FileIdentity | null> {
  try {
    return identityOf(await calls.lstat(path));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw unusable(String(path), error);
  }
}

async function take(
  calls: Calls,
  dir: string,
  claimDir: string,
  id: string,
  entry: DepositEntry,
  handle: LocalHandle,
): Promise<ClaimedFile | 'gone' | 'changed'> {
  const source = pathIn(dir, handle.raw);
  const path = join(claimDir, claimName(id, entry.name));
  const claimed: ClaimedFile = { claimId: id, name: entry.name, path };
  const moved = await move(calls, source, path, claimDir);
  if (moved === 'gone') return 'gone';
  if (moved === 'across') return copyAcross(dir, claimDir, id, handle.raw, handle.identity, claimed);
  const after = await identity(calls, path);
  // What was moved is not what was listed: it goes back, unless a new file has taken its name meanwhile.
  if ((after === null || !sameFile(after, handle.identity)) && (await putBack(calls, path, source)))
    return 'changed';
  // Before anything is recorded: a name that came back after a power cut would be taken for a second deposit.
  await inFolder(dir, () => Promise.all([syncFolder(dir), syncFolder(claimDir)]));
  return claimed;
}

async function move(
  calls: Calls,
  source: Buffer,
  path: string,
  claimDir: string,
): Promise<'moved' | 'gone' | 'across'> {
  for (let again = false; ; again = true) {
    try {
      await calls.rename(source, path);
      return 'moved';
    } catch (error) {
      if (systemCode(error) === 'EXDEV') return 'across';
      if (systemCode(error) !== 'ENOENT') throw unusable(claimDir, error);
      // Either the file is not there, or the claim folder is not, which is made.
      if (again || (await identity(calls, source)) === null) return 'gone';
      await inFolder(claimDir, () => privateFolder(claimDir));
    }
  }
}

async function openDeposit(
  calls: Calls,
  dir: string,
  entry: DepositEntry,
): Promise<{ descriptor: number; sizeBytes: number }> {
  const handle = handleOf(entry);
  try {
    const descriptor = await calls.open(pathIn(dir, handle.raw), readFlags);
    const now = identityOf(await calls.fstat(descriptor));
    if (now.regular && now.ino === handle.identity.ino && now.dev === handle.identity.dev)
      return { descriptor, sizeBytes: now.sizeBytes };
    await calls.close(descriptor);
  } catch (error) {
    if (!['ENOENT', 'ELOOP'].includes(systemCode(error) ?? '')) {
      throw new Fault('FILE_UNREADABLE', `cannot read ${entry.name}: ${asError(error).message}`, {}, error);
    }
  }
  throw new Fault('FILE_CHANGED', `${entry.name} is gone or another file has its name`);
}

async function readAt(calls: Calls, descriptor: number, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, await calls.read(descriptor, buffer, position));
}

function handleOf(entry: DepositEntry): LocalHandle {
  return entry.handle as LocalHandle;
}

function pathIn(dir: string, raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${dir}/`), raw]);
}

async function inFolder<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unusable(dir, error);
  }
}

function unusable(path: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('FOLDER_UNUSABLE', `cannot use ${path}: ${asError(error).message}`, { path }, error);
}
