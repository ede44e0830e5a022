import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { sqliteStore } from '../adapters/store/sqlite.js';
import { Fault } from '../errors.js';
import { backupHome, restoreHome } from '../pipeline/backup.js';
import { engineRunning } from '../pipeline/members.js';
import { homePaths } from '../settings/home.js';
import { loadSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

export const backup: Action<object> = async ({ options, args, output }) => {
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
