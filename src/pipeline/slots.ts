import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';

/**
 * Names of working folders, used again and again: as many as there are flows in work. Making and removing a folder
 * for each flow was measured to cost more than checking it.
 */
export function createSlots(): { take(): string; give(slot: string): void } {
  const free: string[] = [];
  let made = 0;
  return {
    take: () => free.pop() ?? `slot-${++made}`,
    give: (slot) => void free.push(slot),
  };
}

/** Removes what a folder holds, and leaves the folder; one that was never made is fine. */
export async function emptyFolder(folder: string): Promise<void> {
  for (const name of namesIn(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Without a trip to the thread pool: the folder is ours, and nearly always empty. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
