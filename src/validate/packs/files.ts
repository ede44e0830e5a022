import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asError, Fault } from '../../errors.js';

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A file of an installed pack, with the bytes it was installed with.
 * @throws Fault RULES_CORRUPT when it is gone or has other bytes.
 */
export function readVerified(dir: string, file: { readonly name: string; readonly sha256: string }): Buffer {
  const path = join(dir, file.name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Fault('RULES_CORRUPT', `${path}: ${asError(error).message}`, { path }, error);
  }
  const found = sha256(bytes);
  if (found === file.sha256) return bytes;
  throw new Fault(
    'RULES_CORRUPT',
    `${path} is not the file that was installed (SHA-256 ${found}, expected ${file.sha256}): remove the pack and install it again`,
    { path, found, expected: file.sha256 },
  );
}

/** Writes a file of ours for good. */
export function writeDurably(path: string, content: Uint8Array | string): void {
  writeFileSync(path, content, { mode: 0o600, flush: true });
}

/** Puts a file in the place of another at one stroke: readers see the old one or the new one. */
export function replaceFile(path: string, content: Uint8Array | string): void {
  const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
  writeDurably(temporary, content);
  renameSync(temporary, path);
}
