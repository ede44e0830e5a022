import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asError, Fault } from '../../errors.js';
import { callsFor, fsyncOf } from '../calls.js';
import { syncFolder } from '../files.js';

export interface Copied {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

const chunkBytes = 1024 * 1024;
export const smallBytes = 256 * 1024;
/** A link is never followed, and opening a pipe does not wait for a writer. */
export const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Copies a file to a name that is free, hashing on the way, and makes copy and name durable; nothing is left of a copy
 * that fails. A small file is read and written in one go.
 * @throws Fault FILE_UNREADABLE for the source; system errors for the target (`EEXIST` when the name is taken).
 */
export async function copyFileIn(sourcePath: string, target: string): Promise<Copied> {
  const bytes = readSmall(sourcePath);
  if (bytes !== null) {
    await writeSmall(bytes, target);
    return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  }
  let source: FileHandle;
  try {
    source = await open(sourcePath, readFlags);
  } catch (error) {
    throw unreadable(sourcePath, error);
  }
  try {
    return await copyLarge(source, target);
  } finally {
    await source.close();
  }
}

async function copyLarge(source: FileHandle, target: string): Promise<Copied> {
  const file = await open(target, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    const sizeBytes = await pump(source, file, hash);
    await Promise.all([file.sync(), syncFolder(dirname(target))]);
    return { sha256: hash.digest('hex'), sizeBytes };
  } catch (error) {
    await unlink(target).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * The whole content; null when it is more than a small file's.
 * @throws Fault FILE_UNREADABLE.
 */
export function readSmall(path: string): Buffer | null {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, readFlags);
    const { size } = fstatSync(descriptor);
    if (size > smallBytes) return null;
    // One byte more than the file has, so that a short read tells its end.
    const buffer = Buffer.allocUnsafe(size + 1);
    const bytesRead = readSync(descriptor, buffer, 0, buffer.length, 0);
    return bytesRead <= size ? buffer.subarray(0, bytesRead) : null;
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * So many bytes from an offset; fewer where the file ends.
 * @throws Fault FILE_UNREADABLE.
 */
export function readPart(path: string, offset: number, length: number): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, readFlags);
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Writes a file in one go to a name that is free and makes it durable; nothing is left of one that fails.
 * @throws system errors (`EEXIST` when the name is taken).
 */
export async function writeSmall(bytes: Uint8Array, target: string): Promise<void> {
  const calls = callsFor(dirname(target));
  const descriptor = await calls.open(target, 'wx', 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += await calls.write(descriptor, bytes, done);
    await Promise.all([fsyncOf(descriptor), syncFolder(dirname(target))]);
  } catch (error) {
    await unlink(target).catch(() => undefined);
    throw error;
  } finally {
    await calls.close(descriptor);
  }
}

async function pump(source: FileHandle, target: FileHandle, hash: Hash): Promise<number> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let total = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, total).catch((error: unknown) => {
      throw unreadable('a file', error);
    });
    if (bytesRead === 0) return total;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    for (let done = 0; done < chunk.length; ) {
      done += (await target.write(chunk, done, chunk.length - done, total + done)).bytesWritten;
    }
    total += bytesRead;
  }
}

/** The fault of a source that cannot be read. */
export function unreadable(path: string, error: unknown): Fault {
  return new Fault('FILE_UNREADABLE', `cannot read ${path}: ${asError(error).message}`, { path }, error);
}
