import { closeSync, openSync, readSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { asError, Fault } from '../errors.js';

const chunkBytes = 256 * 1024;

/**
 * The text of a UTF-8 file in chunks, with or without byte order mark; the file is never whole in memory. Reading is
 * synchronous because an import is one transaction over an iterable.
 * @throws Fault FILE_UNREADABLE; DIRECTORY_IMPORT for bytes that are not UTF-8.
 */
export function* textChunks(path: string): Generator<string> {
  const descriptor = opened(path);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const buffer = Buffer.alloc(chunkBytes);
    let lines = 1;
    for (;;) {
      const length = read(descriptor, buffer, path);
      const text = decoded(decoder, buffer.subarray(0, length), length > 0, path, lines);
      lines += text.split('\n').length - 1;
      yield text;
      if (length === 0) return;
    }
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function read(descriptor: number, buffer: Buffer, path: string): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function decoded(
  decoder: TextDecoder,
  bytes: Uint8Array,
  stream: boolean,
  path: string,
  line: number,
): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (error) {
    const message = `${path}, at or after line ${line}: not UTF-8; save the file as UTF-8 (in a spreadsheet: "CSV UTF-8")`;
    throw new Fault('DIRECTORY_IMPORT', message, { path, line }, error);
  }
}

function unreadable(path: string, error: unknown): Fault {
  return new Fault('FILE_UNREADABLE', `${path}: ${asError(error).message}`, { path }, error);
}
