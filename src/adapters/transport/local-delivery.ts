import { createHash } from 'node:crypto';
import { type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { asError, Fault, systemCode } from '../../errors.js';
import type { DeliveryTransport, PutResult } from '../../ports/transport.js';
import { syncFolder } from '../files.js';

export interface LocalDeliveryOptions {
  /** The `out` folder. It must exist: making it would hide that a share is not mounted. */
  readonly dir: string;
  /** Permissions of the files, e.g. `0o640`; the umask does not apply. */
  readonly fileMode?: number;
}

const soundName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const privateMode = 0o600;

/**
 * An `out` folder on a local file system. A file appears under its name whole and durable, or not at all; while it is
 * written it is `.<name>.tmp`. Faults: DELIVERY_CONFLICT, DELIVERY_FAILED, INTERNAL for a name that is not ours.
 */
export function localDelivery({ dir, fileMode = privateMode }: LocalDeliveryOptions): DeliveryTransport {
  const root = resolve(dir);

  return {
    async put(name, write) {
      if (!soundName.test(name))
        throw new Fault('INTERNAL', 'a delivery has a name that is not ours', { name });
      const temporary = join(root, `.${name}.tmp`);
      try {
        const written = await writeFile(temporary, fileMode, write);
        const already = !(await publish(temporary, join(root, name), name, written.sha256));
        await syncFolder(root);
        return { ...written, already };
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw failed(name, error);
      }
    },
    async has(name) {
      try {
        return (await lstat(join(root, name))).isFile();
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false;
        throw failed(name, error);
      }
    },
    close: () => Promise.resolve(),
  };
}

type Written = Omit<PutResult, 'already'>;

async function writeFile(
  path: string,
  mode: number,
  write: (stream: NodeJS.WritableStream) => Promise<void>,
): Promise<Written> {
  const file = await createNew(path);
  try {
    const sink = hashingSink(file);
    await write(sink.stream);
    const written = await sink.end();
    if (mode !== privateMode) await file.chmod(mode);
    await file.sync();
    const { size } = await file.stat();
    if (size !== written.sizeBytes) {
      const details = { written: written.sizeBytes, found: size };
      throw new Fault('DELIVERY_FAILED', 'a file does not have the size that was written', details);
    }
    return written;
  } finally {
    await file.close();
  }
}

/** A temporary file that a crash left behind is replaced; a link that somebody laid there is never followed. */
async function createNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', privateMode);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    await unlink(path);
    return open(path, 'wx', privateMode);
  }
}

function hashingSink(file: FileHandle): { stream: Writable; end: () => Promise<Written> } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      writeAll(file, chunk).then(() => done(), done);
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

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done);
    done += bytesWritten;
  }
}

/** Gives the file its name; false when the very same bytes have it already. A link never overwrites, a rename would. */
async function publish(temporary: string, path: string, name: string, sha256: string): Promise<boolean> {
  try {
    await link(temporary, path);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(code) && !(await taken(path))) {
      await rename(temporary, path);
      return true;
    }
    if (code !== 'EEXIST' && !(await taken(path))) throw error;
    if ((await hashOf(path)) !== sha256) {
      throw new Fault('DELIVERY_CONFLICT', `another file already has the name ${name}`, { name });
    }
    await unlink(temporary);
    return false;
  }
  await unlink(temporary);
  return true;
}

async function taken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Null when what stands there is not a readable file. */
async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    if (!(await lstat(path)).isFile()) return null;
    const file = await open(path, 'r');
    for await (const chunk of file.createReadStream()) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

function failed(name: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const details = { name };
  return new Fault('DELIVERY_FAILED', `cannot deliver ${name}: ${asError(error).message}`, details, error);
}
