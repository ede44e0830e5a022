import { existsSync } from 'node:fs';
import { sqliteStore } from '../adapters/store/sqlite.js';
import type { Store } from '../ports/store.js';
import { homePaths } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';

/**
 * The store that the settings name; its schema is not brought up to date here.
 * @throws Fault STORE_UNAVAILABLE.
 */
export function openStoreOf(loaded: LoadedSettings): Promise<Store> {
  return sqliteStore({ path: homePaths(loaded.home).database });
}

/** Whether there is something to open: a database file is made by the first engine, a server is there or not. */
export function hasStore(loaded: LoadedSettings): boolean {
  return existsSync(homePaths(loaded.home).database);
}
