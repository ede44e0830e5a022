import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../errors.js';
import { callsFor, fsyncOf } from './calls.js';

interface FolderSync {
  readonly running: Promise<void>;
  next: Promise<void> | null;
}

const folderSyncs = new Map<string, FolderSync>();

/**
 * Makes the entries of a folder durable (fsync of the folder). Callers that arrive while one is running share
 * the next one, so that many files in flight cost few calls. Rejects with the system error.
 */
export function syncFolder(path: string): Promise<void> {
  const current = folderSyncs.get(path);
  if (current === undefined) return startFolderSync(path);
  current.next ??= current.running.then(
    () => startFolderSync(path),
    () => startFolderSync(path),
  );
  return current.next;
}

function startFolderSync(path: string): Promise<void> {
  const running = fsyncFolder(path).finally(() => {
    const state = folderSyncs.get(path);
    if (state?.running === running && state.next === null) folderSyncs.delete(path);
  });
  folderSyncs.set(path, { running, next: null });
  return running;
}

async function fsyncFolder(path: string): Promise<void> {
  const calls = callsFor(path);
  const descriptor = await calls.open(path, 'r');
  try {
    await fsyncOf(descriptor);
  } catch (error) {
    // Some network file systems cannot sync a folder; they make renames durable by themselves.
    if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await calls.close(descriptor);
  }
}

/** Creates a folder and its parents for the engine's user alone (0700) and makes the new entries durable. */
export async function privateFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}
