import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { Fault } from '../../errors.js';
import type { PutResult } from '../../ports/transport.js';

/** What the deliveries of all transports have in common: names, the stream that is hashed, what is checked. */

export type Written = Omit<PutResult, 'already'>;

const soundName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** @throws Fault INTERNAL for a name that is not ours. */
export function ourName(name: string): string {
  if (soundName.test(name)) return name;
  throw new Fault('INTERNAL', 'a delivery has a name that is not ours', { name });
}

/**
 * What a file is called while it is written. With several processes each has a mark of its own in it: what one writes
 * can never be named by another.
 */
export const temporaryNameOf = (name: string, mark?: string): string =>
  mark === undefined ? `.${ourName(name)}.tmp` : `.${ourName(name)}.${mark}.tmp`;

const marked = /^\.([A-Za-z0-9][A-Za-z0-9._-]*)\.([0-9a-f]{8})\.tmp$/;

/** Whether a file was begun by a process with another mark. */
export function isOfAnother(fileName: string, mark: string): boolean {
  return begunByAnother(fileName, mark) !== null;
}

/** The name that a file was to get that a process with another mark has begun; null for any other file. */
export function begunByAnother(fileName: string, mark: string): string | null {
  const [, name, found] = marked.exec(fileName) ?? [];
  return name === undefined || found === mark ? null : name;
}

/** What tells that a file was given its name, until the mark of that is written: a second name of the same file. */
export const noteNameOf = (name: string): string => `.${ourName(name)}.sent`;

/** The name that a note is about; null for any other file. */
export function notedName(fileName: string): string | null {
  return /^\.([A-Za-z0-9][A-Za-z0-9._-]*)\.sent$/.exec(fileName)?.[1] ?? null;
}

/** Where the bytes of a delivery go, in order. */
export interface ByteSink {
  write(chunk: Buffer): Promise<void>;
  /** All bytes have come: what is gathered is written. */
  end(): Promise<void>;
}

/** A stream into a sink, that is hashed and measured on its way. `end` tells any fault of the sink. */
export function hashingSink(sink: ByteSink): { stream: Writable; end: () => Promise<Written> } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      sink.write(chunk).then(() => done(), done);
    },
    final(done) {
      sink.end().then(() => done(), done);
    },
  });
  // An error reaches the writer through its next write, and `end` in any case.
  let broken: Error | null = null;
  stream.on('error', (error) => {
    broken = error;
  });
  const end = async (): Promise<Written> => {
    await new Promise<void>((ended) => {
      if (stream.closed) ended();
      stream.once('close', ended);
      stream.end();
    });
    if (broken !== null) throw broken;
    return { sha256: hash.digest('hex'), sizeBytes };
  };
  return { stream, end };
}

/** @throws Fault DELIVERY_FAILED when a file does not have the size that was written. */
export function checkSize(written: Written, foundBytes: number): void {
  if (foundBytes === written.sizeBytes) return;
  const details = { written: written.sizeBytes, found: foundBytes };
  throw new Fault('DELIVERY_FAILED', 'a file does not have the size that was written', details);
}

export function nameTaken(name: string): Fault {
  return new Fault('DELIVERY_CONFLICT', `another file already has the name ${name}`, { name });
}
