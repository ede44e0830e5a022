import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Limits } from '../domain/limits.js';
import { asError, Fault, systemCode } from '../errors.js';
import { entryName } from './entry-name.js';

/** Why an entry was not taken out. */
export type NotTaken = 'absent' | 'too-large' | 'late';

interface TarEntry extends AsyncIterable<Buffer> {
  readonly header: {
    readonly name: string;
    readonly type: string | null;
    readonly pax?: Readonly<Record<string, string>> | null;
  };
  resume(): unknown;
}

/** True for a flow that is a tar.gz. @throws Fault FILE_UNREADABLE. */
export async function isPacked(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read ${path}: ${asError(error).message}`, { path }, error);
  }
}

/**
 * Takes the one entry of a tar.gz out to `target`; the archive is read no further than that. What was accepted once is
 * read again here: the limits on the unpacked bytes, on one entry and on the time hold all the same.
 * @throws Fault FILE_UNREADABLE when the archive cannot be read or the entry not be written.
 */
export async function takeEntry(
  path: string,
  name: string,
  target: string,
  limits: Pick<Limits, 'entryBytesMax' | 'unpackedBytesMax' | 'unpackMsMax'>,
): Promise<NotTaken | null> {
  const tar = extract({
    allowUnknownFormat: true,
    filenameEncoding: 'latin1',
  } as never) as unknown as NodeJS.WritableStream & AsyncIterable<TarEntry>;
  const late = AbortSignal.timeout(limits.unpackMsMax);
  const stop = new AbortController();
  const reading = pipeline(
    createReadStream(path),
    createGunzip(),
    counted(limits.unpackedBytesMax),
    tar as unknown as Writable,
    { signal: AbortSignal.any([late, stop.signal]) },
  );
  // It is waited for below; an archive that is damaged behind the entry must not end the process before.
  reading.catch(() => undefined);
  let taken: NotTaken | null = 'absent';
  try {
    for await (const entry of tar) {
      const { name: raw, type, pax } = entry.header;
      if (entryName(raw, pax?.path) !== name || (type !== 'file' && type !== 'contiguous-file')) {
        entry.resume();
        continue;
      }
      await pipeline(entry, counted(limits.entryBytesMax), createWriteStream(target, { mode: 0o600 }));
      taken = null;
      break;
    }
  } catch (error) {
    if (late.aborted) return 'late';
    if (error instanceof TooLarge) return 'too-large';
    const code = systemCode(error) ?? asError(error).message;
    throw new Fault('FILE_UNREADABLE', `cannot take an entry out of ${path}: ${code}`, { path, code }, error);
  } finally {
    stop.abort();
    await reading.catch(() => undefined);
  }
  return taken;
}

class TooLarge extends Error {}

function counted(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new TooLarge());
      else done(null, chunk);
    },
  });
}
