import { Fault, systemCode } from '../../../errors.js';
import type { DeliveryTransport } from '../../../ports/transport.js';
import {
  type ByteSink,
  checkSize,
  hashingSink,
  isOfAnother,
  nameTaken,
  ourName,
  temporaryNameOf,
  type Written,
} from '../publish.js';
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
  /** Eight hexadecimal digits of this process, where several may write here: part of temporary names. */
  readonly mark?: string;
}

/** What every server takes in one request. */
const writeBytes = 32 * 1024;
const writesInFlight = 32;

/**
 * An `out` folder on a server. A file appears under its name whole, or not at all; while it is written it is
 * `.<name>.tmp`, or `.<name>.<mark>.tmp`. Faults: DELIVERY_CONFLICT, DELIVERY_FAILED, CONNECTION_FAILED, HOST_KEY_REFUSED, INTERNAL for a name
 * that is not ours.
 */
export function sftpDelivery({ connection, dir, fileMode, mark }: SftpDeliveryOptions): DeliveryTransport {
  return {
    put: (name, write, mayPublish) =>
      connection.withPlace(async (session) => {
        const temporary = pathIn(dir, temporaryNameOf(name, mark));
        try {
          const written = await writeFile(session, temporary, fileMode ?? null, write);
          mayPublish?.();
          const already = !(await publish(session, temporary, pathIn(dir, name), name, written));
          return { ...written, already };
        } catch (error) {
          await session.remove(temporary).catch(() => undefined);
          throw failed(connection.name, name, error);
        }
      }),
    async clear() {
      if (mark === undefined) return;
      const session = await connection.session();
      await inRemoteFolder(connection.name, dir, async () => {
        for (const { raw } of await readFolder(session, dir, Number.MAX_SAFE_INTEGER))
          if (isOfAnother(raw.toString(), mark))
            await session.remove(pathIn(dir, raw.toString())).catch(() => undefined);
      });
    },
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

async function writeFile(
  session: SftpSession,
  path: Buffer,
  mode: number | null,
  write: (stream: NodeJS.WritableStream) => Promise<void>,
): Promise<Written> {
  const handle = await createNew(session, path, mode);
  let written: Written;
  try {
    const sink = hashingSink(createWriter(session, handle));
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
  checkSize(written, stateOf(state).sizeBytes);
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

/** Gathers bytes into requests, several in flight. */
function createWriter(session: SftpSession, handle: Buffer): ByteSink {
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
  if (found !== null) checkSize(written, found.sizeBytes);
  return true;
}

/** @throws Fault DELIVERY_CONFLICT when something else has the name. */
async function isThere(session: SftpSession, path: Buffer, name: string, written: Written): Promise<boolean> {
  const found = await stateAt(session, path);
  if (found === null) return false;
  const alike = found.regular && found.sizeBytes === written.sizeBytes;
  if (alike && (await remoteHash(session, path)) === written.sha256) return true;
  throw nameTaken(name);
}

function failed(server: string, name: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const details = { server, name, cause: systemCode(error) ?? null };
  const text = `${server}: cannot deliver ${name}: ${refusalText(error)}`;
  return new Fault('DELIVERY_FAILED', text, details, error);
}
