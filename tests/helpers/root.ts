import { resolve } from 'node:path';

/** Folder of the project. */
export const root = resolve(import.meta.dirname, '../..');
/** Folder of reference material and corpora; tests that need it are skipped where it is absent. */
export const shared = resolve(root, process.env.ECLUSE_SHARED ?? '../shared');
