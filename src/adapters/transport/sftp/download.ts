import { createHash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { callsFor } from '../../calls.js';
import { type FileState, stateOf } from './files.js';
import type { SftpSession } from './session.js';

/** Bytes asked for in one request: what every server gives in one answer is 32 KiB, OpenSSH gives up to 255. */
const readBytes = 64 * 1024;
/** Requests of one file in flight: a megabyte on its way fills a line of 100 Mbit/s at 80 ms. */
const readsInFlight = 16;

/** A file opened for reading; gives `use` and the state it has at the end, and closes it. */
async function reading<T>(
  session: SftpSession,
  path: Buffer,
  use: (handle: Buffer) => Promise<T>,
): Promise<{ result: T; state: FileState }> {
  const handle = await session.openRead(path);
  let used: Promise<T> | undefined;
  try {
    used = use(handle);
    // Asked for behind the reads, in the same breath where there is one read only.
    const result = await used;
    return { result, state: stateOf(await session.fstat(handle)) };
  } finally {
    session.close(handle).catch(() => undefined);
  }
}

/**
 * Downloads a file to a local path, streaming. Gives the state that the server tells after the last byte, and the
 * bytes that came: the caller compares both with what was listed.
 * @throws errors of the session and of the local file; nothing is left of a download that fails.
 */
export async function download(
  session: SftpSession,
  path: Buffer,
  target: string,
  expectedBytes: number,
): Promise<{ state: FileState; bytes: number }> {
  if (expectedBytes <= readBytes) return await downloadSmall(session, path, target, expectedBytes);
  const file = await open(target, 'w', 0o600);
  try {
    const { result, state } = await reading(session, path, (handle) =>
      pump(session, handle, expectedBytes, file),
    );
    return { state, bytes: result };
  } catch (error) {
    await unlink(target).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

/** One read, the state and the end leave together. */
async function downloadSmall(
  session: SftpSession,
  path: Buffer,
  target: string,
  expectedBytes: number,
): Promise<{ state: FileState; bytes: number }> {
  const { content, state } = await readWhole(session, path, expectedBytes);
  const calls = callsFor(dirname(target));
  const descriptor = await calls.open(target, 'w', 0o600);
  try {
    for (let done = 0; done < content.length; ) done += await calls.write(descriptor, content, done);
  } catch (error) {
    await unlink(target).catch(() => undefined);
    throw error;
  } finally {
    await calls.close(descriptor);
  }
  return { state, bytes: content.length };
}

/** At most `bytesMax` bytes of a file, and its state after them. */
export async function readWhole(
  session: SftpSession,
  path: Buffer,
  bytesMax: number,
): Promise<{ content: Buffer; state: FileState }> {
  const handle = await session.openRead(path);
  const first = bytesMax === 0 ? null : session.read(handle, 0, bytesMax);
  const after = session.fstat(handle);
  after.catch(() => undefined);
  session.close(handle).catch(() => undefined);
  const some = first === null ? null : await first;
  const state = stateOf(await after);
  const wanted = Math.min(state.sizeBytes, bytesMax);
  if (some === null) return { content: Buffer.alloc(0), state };
  if (some.length >= wanted) return { content: some, state };
  // A server that answers with less than was asked for: the rest one by one.
  const again = await reading(session, path, async (rest) => {
    const parts = [some];
    for (let at = some.length; at < wanted; ) {
      const part = await session.read(rest, at, wanted - at);
      if (part === null) break;
      parts.push(part);
      at += part.length;
    }
    return Buffer.concat(parts);
  });
  return { content: again.result, state: again.state };
}

async function pump(
  session: SftpSession,
  handle: Buffer,
  sizeBytes: number,
  file: FileHandle,
): Promise<number> {
  let next = 0;
  let written = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped && next < sizeBytes) {
      let at = next;
      const end = Math.min(at + readBytes, sizeBytes);
      next = end;
      while (at < end) {
        const part = await session.read(handle, at, end - at);
        // The file became shorter: its state tells so.
        if (part === null) return;
        for (let done = 0; done < part.length; )
          done += (await file.write(part, done, part.length - done, at + done)).bytesWritten;
        at += part.length;
        written += part.length;
      }
    }
  };
  const lanes = await Promise.allSettled(
    Array.from({ length: readsInFlight }, () =>
      lane().catch((error: unknown) => {
        stopped = true;
        throw error;
      }),
    ),
  );
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
  return written;
}

/** The first and last bytes of a file. */
export async function readEnds(
  session: SftpSession,
  path: Buffer,
  sizeBytes: number,
  headBytes: number,
  tailBytes: number,
): Promise<{ head: Buffer; tail: Buffer; state: FileState }> {
  if (sizeBytes <= readBytes) {
    const { content, state } = await readWhole(session, path, sizeBytes);
    return {
      head: content.subarray(0, headBytes),
      tail: content.subarray(Math.max(0, content.length - tailBytes)),
      state,
    };
  }
  const tailLength = Math.min(tailBytes, sizeBytes);
  const { result, state } = await reading(session, path, (handle) =>
    Promise.all([
      readRange(session, handle, 0, Math.min(headBytes, sizeBytes)),
      readRange(session, handle, sizeBytes - tailLength, tailLength),
    ]),
  );
  return { head: result[0], tail: result[1], state };
}

async function readRange(
  session: SftpSession,
  handle: Buffer,
  position: number,
  length: number,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let at = 0; at < length; ) {
    const part = await session.read(handle, position + at, Math.min(length - at, readBytes));
    if (part === null) break;
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

/** A file as a stream, read ahead; it ends where the file ends. */
export function readStream(session: SftpSession, handle: Buffer): Readable {
  async function* chunks(): AsyncGenerator<Buffer> {
    const ahead: Promise<Buffer>[] = [];
    let next = 0;
    try {
      for (;;) {
        while (ahead.length < readsInFlight) {
          const part = readRange(session, handle, next, readBytes);
          part.catch(() => undefined);
          ahead.push(part);
          next += readBytes;
        }
        const part = await ahead.shift();
        if (part === undefined || part.length === 0) return;
        yield part;
        if (part.length < readBytes) return;
      }
    } finally {
      session.close(handle).catch(() => undefined);
    }
  }
  return Readable.from(chunks(), { objectMode: false });
}

/** SHA-256 of a file, hexadecimal; null when nothing that can be read has this name. */
export async function remoteHash(session: SftpSession, path: Buffer): Promise<string | null> {
  let handle: Buffer;
  try {
    handle = await session.openRead(path);
  } catch (error) {
    if (!session.alive()) throw error;
    return null;
  }
  const hash = createHash('sha256');
  for await (const chunk of readStream(session, handle)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
