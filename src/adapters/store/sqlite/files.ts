import { chmodSync, closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { asError, Fault } from '../../../errors.js';

const ownerOnly = 0o600;

/**
 * Makes sure that the database file exists and is its owner's alone; SQLite gives its companions (`-wal`, `-shm`)
 * the same mode. A file that exists is not opened here: to close it would drop the locks that another connection of
 * this process holds on it (POSIX).
 * @throws Fault STORE_UNAVAILABLE.
 */
export function preparePrivateFile(path: string): void {
  try {
    if (existsSync(path)) chmodSync(path, ownerOnly);
    else closeSync(openSync(path, 'a', ownerOnly));
  } catch (error) {
    throw new Fault('STORE_UNAVAILABLE', `${path}: ${asError(error).message}`, { path }, error);
  }
}

/** An empty file of the owner's where none may exist. @throws Fault BACKUP_FAILED. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', ownerOnly));
  } catch (error) {
    throw new Fault('BACKUP_FAILED', `${path}: ${asError(error).message}`, { path }, error);
  }
}

/** Puts a written file and its name on the disk. */
export function syncFile(path: string): void {
  for (const name of [path, dirname(path)]) {
    const descriptor = openSync(name, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}
