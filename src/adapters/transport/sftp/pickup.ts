import { systemCode } from '../../../errors.js';
import type { AfterPickup } from './claims.js';
import { ensureFolder, pathIn, stateAt } from './files.js';
import type { SftpSession } from './session.js';

/** Takes a recorded file away: removed, or moved under its claim's name. A file that is gone already is well. */
export async function takeAway(
  session: SftpSession,
  path: Buffer,
  claimName: string,
  afterPickup: AfterPickup,
): Promise<void> {
  if (afterPickup === 'delete') return await unlessGone(() => session.remove(path));
  const target = pathIn(afterPickup.move, claimName);
  try {
    await move(session, path, target);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    if ((await stateAt(session, path)) === null) return;
    await ensureFolder(session, afterPickup.move);
    await unlessGone(() => move(session, path, target));
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

async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
