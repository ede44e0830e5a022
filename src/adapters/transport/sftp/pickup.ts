import { systemCode } from '../../../errors.js';
import type { AfterPickup } from './claims.js';
import { ensureFolder, pathIn, stateAt } from './files.js';
import type { SftpSession } from './session.js';

/** The folder into which recorded files are moved; null where they are removed. */
export const targetOf = (afterPickup: AfterPickup): string | null =>
  afterPickup === 'delete' ? null : afterPickup.move;

/** Takes a recorded file away: removed, or moved under its claim's name. A file that is gone already is well. */
export async function takeAway(
  session: SftpSession,
  path: Buffer,
  claimName: string,
  afterPickup: AfterPickup,
): Promise<void> {
  const target = targetOf(afterPickup);
  try {
    if (target === null) return await session.remove(path);
    await move(session, path, pathIn(target, claimName));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    // The file is not there, or the folder is not, which is made.
    if (target === null || (await stateAt(session, path)) === null) return;
    await ensureFolder(session, target);
    await move(session, path, pathIn(target, claimName));
  }
}

/** To a name that is ours alone, so that overwriting cannot happen; atomic where the server can. */
export function move(session: SftpSession, from: Buffer, to: Buffer): Promise<void> {
  return session.extensions.has('posix-rename@openssh.com')
    ? session.posixRename(from, to)
    : session.rename(from, to);
}

/** Gives a name back without overwriting; false when another file has taken it. */
export async function putBack(session: SftpSession, from: Buffer, to: Buffer): Promise<boolean> {
  if ((await stateAt(session, to)) !== null) return false;
  try {
    await session.rename(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    if ((await stateAt(session, to)) !== null) return false;
    throw error;
  }
}
