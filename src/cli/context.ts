import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderArchive } from '../adapters/archive/folder.js';
import { hasStore, openStoreOf } from '../app/store.js';
import { Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Store } from '../ports/store.js';
import { homePaths } from '../settings/home.js';
import { type LoadedSettings, loadSettings } from '../settings/load.js';

export interface Context extends AsyncDisposable {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly archive: Archive;
}

/**
 * Settings, store and archive for a command that looks into an engine's home, running or not.
 * @throws Fault NOT_FOUND when no engine has run there yet.
 */
export async function openContext(options: { config?: string }, create = false): Promise<Context> {
  const loaded = loadSettings({ config: options.config });
  const paths = homePaths(loaded.home);
  if (!create && !hasStore(loaded)) {
    throw new Fault('NOT_FOUND', `${join(loaded.home)} holds no database yet: run \`ecluse run\` first`);
  }
  if (create) mkdirSync(loaded.home, { recursive: true, mode: 0o700 });
  const store = await openStoreOf(loaded);
  await store.migrate();
  return {
    loaded,
    store,
    archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
