import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of the note that tells, beside a claim that was copied, which file of the drop folder still has to go. */
export const noteName = (claimId: string): string => `${claimId}.source`;

/** Writes the note of a claim durably; there must be none yet. Rejects with the system error. */
export async function writeNote(claimDir: string, claimId: string, note: object): Promise<void> {
  const file = await open(join(claimDir, noteName(claimId)), 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(note));
    await file.sync();
  } finally {
    await file.close();
  }
}
