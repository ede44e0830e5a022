import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault, systemCode } from '../../../errors.js';
import type { ClaimedFile, DepositEntry } from '../../../ports/transport.js';
import { privateFolder } from '../../files.js';
import { claimIdLength, claimName, isClaimId, newClaimId } from '../names.js';
import { type ClaimsOptions, handleOf, type RemoteClaims } from './claims.js';
import { download } from './download.js';
import {
  ensureFolder,
  type FileState,
  folderFault,
  inRemoteFolder,
  listedState,
  pathIn,
  readFolder,
  sameState,
  stateAt,
} from './files.js';
import { forget, inOwnFolder, localFault } from './local-files.js';
import { move, putBack, takeAway, targetOf } from './pickup.js';
import type { SftpSession } from './session.js';

/** Claims of an earlier run looked at; there are as many as files were in flight. */
const claimsMax = 100_000;

interface Held {
  readonly remote: Buffer;
  state: FileState;
  /** The working copy is whole. */
  fetched: boolean;
}

/**
 * Claims by renaming on the server, to `<claim id>_<name>` in a folder of the partner's account: what is claimed stays
 * there until it is recorded, and a working copy is fetched when it is asked for. `folders` are tried in order: the
 * first one that is there or can be made is used, claims are looked for in all of them.
 */
export function claimByRename(
  options: ClaimsOptions & { readonly folders: readonly string[] },
): RemoteClaims {
  const { connection, dir, claimDir, folders } = options;
  const server = connection.name;
  const own = new Map<string, Held>();
  let chosen: Promise<string> | null = null;

  const folderOf = (session: SftpSession): Promise<string> => {
    chosen ??= firstUsable(session, folders);
    // What failed once is tried anew.
    chosen.catch(() => {
      chosen = null;
    });
    return chosen;
  };

  async function take(
    session: SftpSession,
    entry: DepositEntry,
    id: string,
  ): Promise<ClaimedFile | 'gone' | 'changed'> {
    const { raw, state: listed } = handleOf(entry);
    const source = pathIn(dir, raw);
    const name = claimName(id, entry.name);
    for (let again = false; ; again = true) {
      const folder = await folderOf(session);
      const remote = pathIn(folder, name);
      const held: Held = { remote, state: listed, fetched: false };
      own.set(id, held);
      const outcome = await moveAndLook(session, source, remote);
      if (outcome === 'absent') {
        // Either the file is not there, or the claims folder is not, which is made.
        if ((await stateAt(session, source)) === null) return 'gone';
        chosen = null;
        if (!again) continue;
        throw folderFault(server, folder, new Error('nothing can be moved into it: is it a folder'));
      }
      if (outcome === null) return 'gone';
      // What was moved is not what was listed: it goes back, unless a new file has taken its name meanwhile.
      const back = !sameState(outcome, listed) && (await putBack(session, remote, source));
      // A link or a folder that cannot go back lies where nobody follows it.
      if (back || !outcome.regular) return 'changed';
      held.state = outcome;
      return { claimId: id, name: entry.name, path: join(claimDir, name) };
    }
  }

  return {
    ready: () => Promise.resolve(),
    hides: () => false,
    claim: (entry) =>
      connection.withPlace((session) =>
        inRemoteFolder(server, dir, async () => {
          const id = newClaimId();
          try {
            const taken = await take(session, entry, id);
            if (typeof taken === 'string') own.delete(id);
            return taken;
          } catch (error) {
            // Perhaps moved already: no longer in work, so that `leftovers` finds it.
            own.delete(id);
            throw error;
          }
        }),
      ),
    fetch: (claimed) =>
      connection.withPlace((session) =>
        inRemoteFolder(server, dir, async () => {
          const held = own.get(claimed.claimId);
          if (held === undefined) throw new Fault('INTERNAL', 'a claim that nobody holds', { ...claimed });
          if (held.fetched) return;
          try {
            await fetchTo(session, held, claimed);
          } catch (thrown) {
            throw localFault(claimDir, thrown);
          }
        }),
      ),
    async leftovers() {
      await privateFolder(claimDir);
      const before = new Set(own.keys());
      const ours = (id: string): boolean => before.has(id) || own.has(id);
      // Without its claim a working copy is worth nothing: the claim is fetched again.
      for (const file of await readdir(claimDir))
        if (!ours(file.slice(0, claimIdLength))) await forget(join(claimDir, file));
      const session = await connection.session();
      const found: ClaimedFile[] = [];
      for (const folder of folders) {
        for (const one of await inRemoteFolder(server, folder, () => claimsIn(session, folder))) {
          const id = one.file.slice(0, claimIdLength);
          if (ours(id)) continue;
          own.set(id, { remote: pathIn(folder, one.file), state: one.state, fetched: false });
          const name = one.file.slice(claimIdLength + 1);
          found.push({ claimId: id, name, path: join(claimDir, claimName(id, name)) });
        }
      }
      return found.sort((a, b) => (a.claimId < b.claimId ? -1 : 1));
    },
    acknowledge: (claimed) =>
      connection.withPlace((session) =>
        inRemoteFolder(server, targetOf(options.afterPickup) ?? dir, async () => {
          const held = own.get(claimed.claimId);
          if (held !== undefined) {
            const name = claimName(claimed.claimId, claimed.name);
            await takeAway(session, held.remote, name, options.afterPickup);
          }
          await forget(claimed.path);
          own.delete(claimed.claimId);
        }),
      ),
  };
}

async function fetchTo(session: SftpSession, held: Held, claimed: ClaimedFile): Promise<void> {
  const { state, bytes } = await inOwnFolder(dirname(claimed.path), () =>
    download(session, held.remote, claimed.path, held.state.sizeBytes),
  );
  if (!sameState(state, held.state) || bytes !== state.sizeBytes) {
    await forget(claimed.path);
    held.state = state;
    const details = { sizeBytes: state.sizeBytes };
    throw new Fault('FILE_CHANGED', `${claimed.name} changed while it was downloaded`, details);
  }
  held.fetched = true;
}

/**
 * State of what was moved; `absent` when the server found no such file or folder, null when it was taken away since.
 * The look leaves together with the move; a server that works side by side may have looked too early.
 */
async function moveAndLook(
  session: SftpSession,
  source: Buffer,
  remote: Buffer,
): Promise<FileState | 'absent' | null> {
  const moved = move(session, source, remote);
  const looked = stateAt(session, remote);
  looked.catch(() => undefined);
  try {
    await moved;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'absent';
    throw error;
  }
  return (await looked) ?? (await stateAt(session, remote));
}

async function firstUsable(session: SftpSession, folders: readonly string[]): Promise<string> {
  let refusal: unknown = new Error('no folder for claims');
  for (const folder of folders) {
    try {
      await ensureFolder(session, folder);
      return folder;
    } catch (error) {
      if (!session.alive()) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function claimsIn(
  session: SftpSession,
  folder: string,
): Promise<readonly { file: string; state: FileState }[]> {
  const claims: { file: string; state: FileState }[] = [];
  let files: Awaited<ReturnType<typeof readFolder>>;
  try {
    files = await readFolder(session, folder, claimsMax);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  for (const one of files) {
    const file = one.raw.toString('utf8');
    if (!isClaimId(file.slice(0, claimIdLength)) || file[claimIdLength] !== '_') continue;
    // Whether it has a second name does not count here: a rename that was cut off may have left it one.
    const state = await listedState(session, folder, { ...one, longname: '' });
    if (state?.regular) claims.push({ file, state });
  }
  return claims;
}
