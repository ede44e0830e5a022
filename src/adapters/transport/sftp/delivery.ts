import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { Fault, systemCode } from '../../../errors.js';
import type { DeliveryTransport, PutResult } from '../../../ports/transport.js';
import type { SftpConnection } from './connection.js';
import { remoteHash } from './download.js';
import { inRemoteFolder, pathIn, readFolder, refusalText, stateAt, stateOf } from './files.js';
import type { SftpSession } from './session.js';

export interface SftpDeliveryOptions {
  readonly connection: SftpConnection;
  /** The `out` folder on the server; relative to where the login leads. */
  readonly dir: string;
  /** Permissions of the files, e.g. `0o640`; absent: what the server's umask leaves. */
  readonly fileMode?: number;
}

type Written = Omit<PutResult, 'already'>;

const soundName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
/** What every server takes in one request. */
const writeBytes = 32 * 1024;
const writesInFlight = 32;

/**
 * An `out` folder on a server. A file appears under its name whole, or not at all; while it is written it is
 * `.<name>.tmp`. Faults: DELIVERY_CONFLICT, DELIVERY_FAILED, CONNECTION_FAILED, HOST_KEY_REFUSED, INTERNAL for a name
 * that is not ours.
 */
export function sftpDelivery({ connection, dir, fileMode }: SftpDeliveryOptions): DeliveryTransport {
  return {
    put: (name, write) =>
      connection.withPlace(async (session) => {
        ourName(name);
        const temporary = pathIn(dir, `.${name}.tmp`);
        try {
          const written = await writeFile(session, temporary, fileMode ?? null, write);
          const already = !(await publish(session, temporary, pathIn(dir, name), name, written));
          return { ...written, already };
        } catch (error) {
          await session.remove(temporary).catch(() => undefined);
          throw failed(connection.name, name, error);
        }
      }),
    has: (name) =>
      connection.withPlace(async (session) => {
        try {
          return (await stateAt(session, pathIn(dir, name)))?.regular === true;
        } catch (error) {
          throw failed(connection.name, name, error);
        }
      }),
    async names() {
      const session = await connection.session();
      return await inRemoteFolder(connection.name, dir, async () => {
        const files = await readFolder(session, dir, Number.MAX_SAFE_INTEGER);
        return new Set(files.map(({ raw }) => raw.toString()));
      });
    },
    remove: (name) =>
      connection.withPlace(async (session) => {
        try {
          await session.remove(pathIn(dir, ourName(name)));
          return true;
        } catch (error) {
          if (systemCode(error) === 'ENOENT') return false;
          throw failed(connection.name, name, error);
        }
      }),
    close: () => connection.close(),
  };
}

/** @throws Fault INTERNAL for a name that is not ours. */
function ourName(name: string): string {
  if (soundName.test(name)) return name;
  throw new Fault('INTERNAL', 'a delivery has a name that is not ours', { name });
}

async function writeFile(
  session: SftpSession,
  path: Buffer,
  mode: number | null,
  write: (stream: NodeJS.WritableStream) => Promise<void>,
): Promise<Written> {
  const handle = await createNew(session, path, mode);
  let written: Written;
  try {
    const sink = hashingSink(session, handle);
    await write(sink.stream);
    written = await sink.end();
  } catch (error) {
    await session.close(handle).catch(() => undefined);
    throw error;
  }
  // All in one breath: each would be a trip to a server that may be far away.
  const [, , state] = await Promise.all([
    mode === null ? undefined : session.chmod(handle, mode),
    session.fsync(handle),
    session.fstat(handle),
    session.close(handle),
  ]);
  const found = stateOf(state).sizeBytes;
  if (found !== written.sizeBytes) {
    const details = { written: written.sizeBytes, found };
    throw new Fault('DELIVERY_FAILED', 'a file does not have the size that was written', details);
  }
  return written;
}

/** A temporary file that a crash left behind is replaced; a link that somebody laid there is never followed. */
async function createNew(session: SftpSession, path: Buffer, mode: number | null): Promise<Buffer> {
  try {
    return await session.create(path, mode);
  } catch (error) {
    if (!session.alive() || (await stateAt(session, path)) === null) throw error;
    await session.remove(path);
    return await session.create(path, mode);
  }
}

function hashingSink(
  session: SftpSession,
  handle: Buffer,
): { stream: Writable; end: () => Promise<Written> } {
  const hash = createHash('sha256');
  const writer = createWriter(session, handle);
  const stream = new Writable({
    // What is written in small pieces leaves in requests of full size.
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      writer.write(chunk).then(() => done(), done);
    },
    final(done) {
      writer.end().then(() => done(), done);
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
    return { sha256: hash.digest('hex'), sizeBytes: writer.sizeBytes() };
  };
  return { stream, end };
}

/** Gathers bytes into requests, several in flight. */
function createWriter(session: SftpSession, handle: Buffer) {
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let position = 0;
  let failure: { error: unknown } | null = null;
  const flying = new Set<Promise<void>>();

  async function send(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; at += writeBytes) {
      while (flying.size >= writesInFlight) await Promise.race(flying);
      if (failure !== null) throw failure.error;
      const piece = bytes.subarray(at, at + writeBytes);
      const sent: Promise<void> = session
        .write(handle, position, piece)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => flying.delete(sent));
      flying.add(sent);
      position += piece.length;
    }
  }
  async function flush(): Promise<void> {
    const bytes = Buffer.concat(gathered);
    gathered = [];
    gatheredBytes = 0;
    await send(bytes);
  }

  return {
    sizeBytes: () => position,
    async write(chunk: Buffer): Promise<void> {
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      if (gatheredBytes >= writeBytes) await flush();
    },
    async end(): Promise<void> {
      await flush();
      await Promise.all(flying);
      if (failure !== null) throw (failure as { error: unknown }).error;
    },
  };
}

/**
 * Gives the file its name; false when the very same bytes have it already. Version 3's rename refuses a name that is
 * taken, `posix-rename` would overwrite: it is for servers that know no other way.
 */
async function publish(
  session: SftpSession,
  temporary: Buffer,
  path: Buffer,
  name: string,
  written: Written,
): Promise<boolean> {
  if (await isThere(session, path, name, written)) {
    await session.remove(temporary);
    return false;
  }
  try {
    await session.rename(temporary, path);
  } catch (error) {
    if (!session.alive()) throw error;
    if (await isThere(session, path, name, written)) {
      await session.remove(temporary).catch(() => undefined);
      return false;
    }
    if (!session.extensions.has('posix-rename@openssh.com')) throw error;
    await session.posixRename(temporary, path);
  }
  // Nothing there: the partner has fetched it already.
  const found = await stateAt(session, path);
  if (found === null || found.sizeBytes === written.sizeBytes) return true;
  const details = { written: written.sizeBytes, found: found.sizeBytes };
  throw new Fault('DELIVERY_FAILED', 'a file does not have the size that was written', details);
}

/** @throws Fault DELIVERY_CONFLICT when something else has the name. */
async function isThere(session: SftpSession, path: Buffer, name: string, written: Written): Promise<boolean> {
  const found = await stateAt(session, path);
  if (found === null) return false;
  const alike = found.regular && found.sizeBytes === written.sizeBytes;
  if (alike && (await remoteHash(session, path)) === written.sha256) return true;
  throw new Fault('DELIVERY_CONFLICT', `another file already has the name ${name}`, { name });
}

function failed(server: string, name: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const details = { server, name, cause: systemCode(error) ?? null };
  const text = `${server}: cannot deliver ${name}: ${refusalText(error)}`;
  return new Fault('DELIVERY_FAILED', text, details, error);
}
