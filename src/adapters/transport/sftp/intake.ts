import { asError, Fault, systemCode } from '../../../errors.js';
import type { DepositEntry, IntakeTransport } from '../../../ports/transport.js';
import { nameOf } from '../names.js';
import { claimByCopy } from './claim-by-copy.js';
import { claimByRename } from './claim-by-rename.js';
import { type AfterPickup, handleOf, type RemoteHandle } from './claims.js';
import type { SftpConnection } from './connection.js';
import { readEnds, readStream } from './download.js';
import {
  beside,
  type FileState,
  inRemoteFolder,
  listedState,
  pathIn,
  readFolder,
  sameState,
} from './files.js';

export interface SftpIntakeOptions {
  readonly connection: SftpConnection;
  /** The drop folder on the server; relative to where the login leads. */
  readonly dir: string;
  /** Local private folder for working copies; created 0700. */
  readonly claimDir: string;
  /**
   * Folder of the server, on the file system of `dir`, into which a claimed file is renamed; `false` where the account
   * may not rename: files are then compared after the download and left until they are recorded. By default
   * `.ecluse` beside `dir` or, where it cannot be made there (the root of a chroot), inside it.
   */
  readonly claims?: string | false;
  readonly afterPickup?: AfterPickup;
}

export const claimsFolderName = '.ecluse';

/** Folders of the server that may hold claims, in the order in which they are tried. */
export function claimsFolders(dir: string, claims: string | undefined): readonly string[] {
  if (claims !== undefined) return [claims];
  return [beside(dir, claimsFolderName), `${dir.replace(/\/+$/, '')}/${claimsFolderName}`];
}

/**
 * A drop folder on a server. Names are bytes. Nothing is followed: a link, or a file with a second name where the
 * server tells of it, is never picked up. Faults: CONNECTION_FAILED, HOST_KEY_REFUSED, FOLDER_UNUSABLE, FILE_CHANGED,
 * FILE_UNREADABLE.
 */
export function sftpIntake(options: SftpIntakeOptions): IntakeTransport {
  const { connection, dir } = options;
  const shared = { ...options, afterPickup: options.afterPickup ?? 'delete' };
  const claims =
    options.claims === false
      ? claimByCopy(shared)
      : claimByRename({ ...shared, folders: claimsFolders(dir, options.claims) });

  return {
    async list(limit) {
      await claims.ready();
      const session = await connection.session();
      return await inRemoteFolder(connection.name, dir, async () => {
        const entries: DepositEntry[] = [];
        for (const file of await readFolder(session, dir, limit)) {
          const state = await listedState(session, dir, file);
          if (state !== null && !claims.hides(file.raw, state)) entries.push(entryOf(file.raw, state));
        }
        return entries;
      });
    },
    peek: (entry, headBytes, tailBytes) =>
      connection.withPlace((session) =>
        readingOf(entry, async ({ raw, state: listed }) => {
          const path = pathIn(dir, raw);
          const { head, tail, state } = await readEnds(session, path, listed.sizeBytes, headBytes, tailBytes);
          if (!sameState(state, listed)) throw changed(entry);
          return { head, tail };
        }),
      ),
    async open(entry) {
      const session = await connection.session();
      return await readingOf(entry, async ({ raw }) =>
        readStream(session, await session.openRead(pathIn(dir, raw))),
      );
    },
    claim: (entry) => claims.claim(entry),
    fetch: (claimed) => claims.fetch(claimed),
    leftovers: () => claims.leftovers(),
    acknowledge: (claimed) => claims.acknowledge(claimed),
    close: () => connection.close(),
  };
}

function entryOf(raw: Buffer, state: FileState): DepositEntry {
  const handle: RemoteHandle = { raw: Buffer.from(raw), state };
  return {
    name: nameOf(raw),
    handle,
    kind: state.regular ? 'file' : 'other',
    sizeBytes: state.sizeBytes,
    mtimeMs: state.mtimeS * 1000,
  };
}

async function readingOf<T>(entry: DepositEntry, work: (handle: RemoteHandle) => Promise<T>): Promise<T> {
  try {
    return await work(handleOf(entry));
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (systemCode(thrown) === 'ENOENT') throw changed(entry);
    throw new Fault('FILE_UNREADABLE', `cannot read ${entry.name}: ${asError(thrown).message}`, {}, thrown);
  }
}

function changed(entry: DepositEntry): Fault {
  return new Fault('FILE_CHANGED', `${entry.name} is gone, has changed, or another file has its name`);
}
