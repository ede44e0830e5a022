import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { sqliteStore } from '../adapters/store/sqlite.js';
import { Fault } from '../errors.js';
import { backupHome, restoreHome } from '../pipeline/backup.js';
import { engineRunning } from '../pipeline/members.js';
import { homePaths } from '../settings/home.js';
import { type LoadedSettings, loadSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

/** A database on a server is copied by the tools of the server; what of it fits together, only its operator knows. */
function refuseServer({ settings }: LoadedSettings, command: 'backup' | 'restore'): void {
  if (settings.store === 'sqlite') return;
  const how =
    command === 'backup'
      ? 'pg_dump -Fc (or a copy with its WAL) first, then copies of the folders archive, quarantine and rules of the home'
      : 'pg_restore into an empty database, the folders archive, quarantine and rules of the home, then `ecluse store restored` before the first run';
  throw new Fault(
    'BACKUP_FAILED',
    `the store is PostgreSQL, which \`ecluse ${command}\` does not ${command === 'backup' ? 'copy' : 'put back'}: ${how} (docs/operations.md)`,
  );
}

export const backup: Action<object> = async ({ options, args, output }) => {
  refuseServer(loadSettings({ config: options.config }), 'backup');
  await using context = await openContext(options);
  const result = await backupHome({
    store: context.store,
    folders: homePaths(context.loaded.home),
    target: resolve(args[0] ?? ''),
    openCopy: (path) => sqliteStore({ path }),
  });
  output.json(result);
  output.line(
    `${result.flows} flows, ${result.files} files, ${result.bytes} bytes in ${resolve(args[0] ?? '')}`,
  );
  return exitCodes.done;
};

export const restore: Action<{ force?: boolean }> = async ({ options, args, output }) => {
  const loaded = loadSettings({ config: options.config });
  refuseServer(loaded, 'restore');
  const paths = homePaths(loaded.home);
  if (existsSync(paths.database)) {
    const store = await sqliteStore({ path: paths.database });
    try {
      if (await engineRunning(store))
        throw new Fault('ENGINE_RUNNING', `an engine works on ${loaded.home}; stop it first`);
    } finally {
      await store.close();
    }
  }
  const result = await restoreHome({
    source: resolve(args[0] ?? ''),
    database: paths.database,
    folders: paths,
    force: options.force === true,
    openStore: (path) => sqliteStore({ path }),
  });
  output.json(result);
  output.line(`${result.flows} flows, ${result.files} files restored to ${loaded.home}`);
  if (result.setAside !== null) output.line(`What was there is kept in ${result.setAside}`);
  return exitCodes.done;
};
