import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { asError, Fault } from '../errors.js';
import type { SignedFile } from './types.js';

const chunkBytes = 1024 * 1024;

/** @throws Fault FILE_UNREADABLE */
export function readWhole(file: SignedFile): Buffer {
  return guarded(() => readFileSync(file.path));
}

/** The digest of a file of any size. @throws Fault FILE_UNREADABLE */
export function hashOf(file: SignedFile, hash: string): Buffer {
  return guarded(() => {
    const sum = createHash(hash);
    const open = openSync(file.path, 'r');
    try {
      const chunk = Buffer.alloc(Math.min(chunkBytes, Math.max(1, file.sizeBytes)));
      for (let n = readSync(open, chunk); n > 0; n = readSync(open, chunk)) sum.update(chunk.subarray(0, n));
      return sum.digest();
    } finally {
      closeSync(open);
    }
  });
}

function guarded<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read an entry: ${asError(error).message}`, {}, error);
  }
}

/**
 * The file of the flow that a reference names; null when there is none. Nothing is fetched: what names a scheme or
 * no file of the flow stays unresolved. Folders are left aside where the plain name is the only one of its kind.
 */
export function namedFile(uri: string, files: readonly SignedFile[]): SignedFile | null {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri) || uri.startsWith('//') || uri.includes('#')) return null;
  const wanted = decoded(uri).replace(/^(\.\/)+/, '');
  const exact = files.filter(({ name }) => name === wanted || name === uri);
  if (exact.length === 1) return exact[0] ?? null;
  const alike = files.filter(({ name }) => lastPart(name) === lastPart(wanted));
  return exact.length === 0 && alike.length === 1 ? (alike[0] ?? null) : null;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
