import { unlink } from 'node:fs/promises';
import { asError, Fault, systemCode } from '../../../errors.js';
import { privateFolder } from '../../files.js';

const isLocal = (thrown: unknown): boolean => (thrown as { syscall?: unknown } | null)?.syscall !== undefined;

/** Runs work that writes into a folder of ours, which is made again where somebody removed it. */
export async function inOwnFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || !isLocal(error)) throw error;
    await privateFolder(folder);
    return await work();
  }
}

/** Removes a working file of ours; it may be gone already. */
export async function forget(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/** An error of a local working file as a fault of its folder; others stay what they are. */
export function localFault(folder: string, thrown: unknown): unknown {
  if (thrown instanceof Fault || !isLocal(thrown)) return thrown;
  const details = { folder, cause: systemCode(thrown) ?? null };
  return new Fault('FOLDER_UNUSABLE', `cannot use ${folder}: ${asError(thrown).message}`, details, thrown);
}
