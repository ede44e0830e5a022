import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../../errors.js';
import type { ClaimedFile, DepositEntry } from '../../../ports/transport.js';
import { fsyncOf } from '../../calls.js';
import { privateFolder, syncFolder } from '../../files.js';
import { noteName, writeNote } from '../claim-note.js';
import { claimIdLength, claimName, isClaimId, newClaimId } from '../names.js';
import { type ClaimsOptions, handleOf, type RemoteClaims } from './claims.js';
import { download } from './download.js';
import { type FileState, inRemoteFolder, pathIn, sameState, stateAt } from './files.js';
import { forget, inOwnFolder, localFault } from './local-files.js';
import { takeAway, targetOf } from './pickup.js';
import type { SftpSession } from './session.js';

/** Which file of the drop folder a working copy is of; kept beside the copy until the file is removed. */
interface Source {
  readonly rawBase64: string;
  readonly state: FileState;
}

const partName = (id: string): string => `${id}.part`;

/**
 * Claims for an account that may not rename, by one engine alone (nothing on the server tells of a claim): the file is
 * downloaded and compared with the server again, then copy and note of its source are made durable; the source is
 * hidden from listings until it has been recorded and removed. A source that was replaced since is left: it is a
 * deposit of its own.
 */
export function claimByCopy(options: ClaimsOptions): RemoteClaims {
  const { connection, dir, claimDir } = options;
  const own = new Set<string>();
  /** By claim id. Loaded before the first listing: a file that is claimed must not be claimed again. */
  const sources = new Map<string, Source>();
  let loading: Promise<void> | null = null;

  const ready = (): Promise<void> => {
    loading ??= load(claimDir, sources);
    loading.catch(() => {
      loading = null;
    });
    return loading;
  };
  const guarded = <T>(work: (session: SftpSession) => Promise<T>, folder = dir): Promise<T> =>
    connection.withPlace((session) =>
      inRemoteFolder(connection.name, folder, async () => {
        try {
          return await work(session);
        } catch (thrown) {
          throw localFault(claimDir, thrown);
        }
      }),
    );

  function hides(raw: Buffer, state: FileState): boolean {
    const rawBase64 = raw.toString('base64');
    for (const source of sources.values())
      if (source.rawBase64 === rawBase64 && sameState(source.state, state)) return true;
    return false;
  }

  async function take(
    session: SftpSession,
    entry: DepositEntry,
    id: string,
  ): Promise<ClaimedFile | 'gone' | 'changed'> {
    const { raw, state: listed } = handleOf(entry);
    if (hides(raw, listed)) return 'gone';
    const source = pathIn(dir, raw);
    const found = await stateAt(session, source);
    if (found === null) return 'gone';
    if (!sameState(found, listed)) return 'changed';
    const part = join(claimDir, partName(id));
    const { state, bytes } = await inOwnFolder(claimDir, () =>
      download(session, source, part, listed.sizeBytes),
    );
    // By name once more: the file that was open may have lost its name to another one.
    const after = await stateAt(session, source);
    if (
      after === null ||
      !sameState(after, listed) ||
      !sameState(state, listed) ||
      bytes !== listed.sizeBytes
    ) {
      await forget(part);
      return after === null ? 'gone' : 'changed';
    }
    const claimed = { claimId: id, name: entry.name, path: join(claimDir, claimName(id, entry.name)) };
    await keep(claimDir, part, { rawBase64: raw.toString('base64'), state: listed }, claimed);
    sources.set(id, { rawBase64: raw.toString('base64'), state: listed });
    return claimed;
  }

  return {
    ready,
    hides,
    async claim(entry) {
      await ready();
      return guarded(async (session) => {
        const id = newClaimId();
        own.add(id);
        try {
          const taken = await take(session, entry, id);
          if (typeof taken === 'string') own.delete(id);
          return taken;
        } catch (error) {
          own.delete(id);
          throw error;
        }
      });
    },
    fetch: () => Promise.resolve(),
    async leftovers() {
      await ready();
      const found: ClaimedFile[] = [];
      for (const file of (await readdir(claimDir)).sort()) {
        const id = file.slice(0, claimIdLength);
        if (!isClaimId(id) || own.has(id)) continue;
        if (file[claimIdLength] === '_' && sources.has(id)) {
          own.add(id);
          found.push({ claimId: id, name: file.slice(claimIdLength + 1), path: join(claimDir, file) });
        } else if (!sources.has(id)) await forget(join(claimDir, file));
      }
      return found;
    },
    acknowledge: (claimed) =>
      guarded(async (session) => {
        const source = sources.get(claimed.claimId);
        if (source !== undefined) {
          const path = pathIn(dir, Buffer.from(source.rawBase64, 'base64'));
          const now = await stateAt(session, path);
          const name = claimName(claimed.claimId, claimed.name);
          if (now !== null && sameState(now, source.state))
            await takeAway(session, path, name, options.afterPickup);
        }
        await forget(join(claimDir, noteName(claimed.claimId)));
        await forget(claimed.path);
        sources.delete(claimed.claimId);
        own.delete(claimed.claimId);
      }, targetOf(options.afterPickup) ?? dir),
  };
}

/** Copy and note become durable before the copy gets the name of a claim. */
async function keep(claimDir: string, part: string, source: Source, claimed: ClaimedFile): Promise<void> {
  const copy = await open(part, 'r+');
  try {
    await fsyncOf(copy.fd);
  } finally {
    await copy.close();
  }
  await writeNote(claimDir, claimed.claimId, source);
  await rename(part, claimed.path);
  await syncFolder(claimDir);
}

/** Notes of earlier runs whose copy is whole; the rest is cleaned up by `leftovers`. */
async function load(claimDir: string, sources: Map<string, Source>): Promise<void> {
  try {
    await privateFolder(claimDir);
    const names = await readdir(claimDir);
    const whole = new Set(
      names.filter((name) => name[claimIdLength] === '_').map((name) => name.slice(0, claimIdLength)),
    );
    for (const id of whole) {
      if (!isClaimId(id) || !names.includes(noteName(id))) continue;
      sources.set(id, JSON.parse(await readFile(join(claimDir, noteName(id)), 'utf8')) as Source);
    }
  } catch (error) {
    throw new Fault('FOLDER_UNUSABLE', `the claims in ${claimDir} cannot be read`, { claimDir }, error);
  }
}
