import { constants } from 'node:fs';
import { copyFile, lstat, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, Fault, systemCode } from '../../errors.js';
import type { ClaimedFile } from '../../ports/transport.js';
import { syncFolder } from '../files.js';
import { noteName, writeNote } from './claim-note.js';
import { type FileIdentity, identityOf, sameFile } from './local-identity.js';
import { claimIdLength, isClaimId } from './names.js';

/** Beside a claim that was copied: which file of the drop folder still has to be removed. */
interface SourceNote {
  readonly rawBase64: string;
  readonly dev: string;
  readonly ino: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
}

const idOf = (name: string): string => name.slice(0, claimIdLength);
const copyName = (id: string): string => `${id}.copy`;

/**
 * A claim across file systems: copy, fsync, compare with the source again, note the source, rename, remove the
 * source. The note lets `finishCopies` remove the source after a crash, so that it is not claimed a second time.
 */
export async function copyAcross(
  dir: string,
  claimDir: string,
  id: string,
  raw: Buffer,
  listed: FileIdentity,
  claimed: ClaimedFile,
): Promise<ClaimedFile | 'gone' | 'changed'> {
  const source = Buffer.concat([Buffer.from(`${dir}/`), raw]);
  const copy = join(claimDir, copyName(id));
  try {
    await copyFile(source, copy, constants.COPYFILE_EXCL);
    const file = await open(copy, 'r+');
    try {
      await file.chmod(0o600);
      await file.sync();
      const now = identityOf(await lstat(source, { bigint: true }));
      if (!sameFile(now, listed) || (await file.stat()).size !== listed.sizeBytes) {
        await unlink(copy);
        return 'changed';
      }
    } finally {
      await file.close();
    }
    await writeNote(claimDir, id, noteOf(raw, listed));
    await rename(copy, claimed.path);
    await syncFolder(claimDir);
    await unlink(source);
  } catch (error) {
    // The source is not ours, or not to be removed: whatever stands in the claim folder is undone.
    for (const path of [copy, claimed.path, join(claimDir, noteName(id))])
      await unlink(path).catch(() => undefined);
    if (systemCode(error) === 'ENOENT') return 'gone';
    throw unusable(dir, error);
  }
  // From here on the claim is the only copy: a fault leaves it to be found again.
  try {
    await syncFolder(dir);
    await unlink(join(claimDir, noteName(id)));
  } catch (error) {
    throw unusable(dir, error);
  }
  return claimed;
}

function unusable(dir: string, error: unknown): Fault {
  return new Fault('FOLDER_UNUSABLE', `cannot claim from ${dir}: ${asError(error).message}`, { dir }, error);
}

const noteOf = (raw: Buffer, listed: FileIdentity): SourceNote => ({
  rawBase64: raw.toString('base64'),
  dev: String(listed.dev),
  ino: String(listed.ino),
  sizeBytes: listed.sizeBytes,
  mtimeNs: String(listed.mtimeNs),
});

/** Ends the copies that an earlier run left half done: partial copies go, copied sources are removed. */
export async function finishCopies(
  dir: string,
  claimDir: string,
  ownClaims: ReadonlySet<string>,
): Promise<void> {
  const names = await readdir(claimDir);
  const claimed = new Set(names.filter((name) => name[claimIdLength] === '_').map(idOf));
  for (const name of names) {
    const id = idOf(name);
    if (!isClaimId(id) || ownClaims.has(id)) continue;
    if (name === copyName(id)) await unlink(join(claimDir, name));
    if (name !== noteName(id)) continue;
    if (claimed.has(id)) await removeSource(dir, join(claimDir, name));
    await unlink(join(claimDir, name));
  }
}

async function removeSource(dir: string, notePath: string): Promise<void> {
  let note: SourceNote;
  try {
    note = JSON.parse(await readFile(notePath, 'utf8')) as SourceNote;
  } catch {
    // A note that was never completed: the copy was not renamed either.
    return;
  }
  const source = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(note.rawBase64, 'base64')]);
  const now = await lstat(source, { bigint: true }).then(identityOf, () => null);
  const listed: FileIdentity = {
    dev: BigInt(note.dev),
    ino: BigInt(note.ino),
    sizeBytes: note.sizeBytes,
    mtimeNs: BigInt(note.mtimeNs),
    regular: true,
  };
  if (now === null || !sameFile(now, listed)) return;
  await unlink(source);
  await syncFolder(dir);
}
