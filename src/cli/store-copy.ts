import { copyStore } from '../adapters/store/copy.js';
import { sqliteStore } from '../adapters/store/sqlite.js';
import { hasStore, openStoreOf, postgresOptions, storePlace } from '../app/store.js';
import { Fault } from '../errors.js';
import { sequenceGap } from '../pipeline/backup.js';
import { engineRunning } from '../pipeline/members.js';
import { homePaths } from '../settings/home.js';
import { loadSettings } from '../settings/load.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

interface CopyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly restart?: boolean;
}

/** Lines about one table in text: one when it is done, and one now and then while it is long. */
const tellEveryMs = 2_000;

export const copyStoreCommand: Action<CopyOptions> = async ({ options, output }) => {
  if (options.from !== 'sqlite' || options.to !== 'postgres')
    throw new Fault('USAGE', 'store copy knows one way: --from sqlite --to postgres');
  const loaded = loadSettings({ config: options.config });
  const source = homePaths(loaded.home).database;
  const target = postgresOptions(loaded.settings.postgres);
  if (!hasStore({ ...loaded, settings: { ...loaded.settings, store: 'sqlite' } }))
    throw new Fault('NOT_FOUND', `${source} does not exist: there is nothing to copy`);
  await refuseEngine(source);
  let toldMs = Number.NEGATIVE_INFINITY;
  const tables = await copyStore({
    source,
    target,
    restart: options.restart === true,
    onProgress: ({ step, table, rows, of }) => {
      output.json({ step, table, rows, of });
      if (rows < of && performance.now() - toldMs < tellEveryMs) return;
      toldMs = performance.now();
      output.line(`${step === 'copied' ? 'copied  ' : 'verified'} ${table}: ${rows} of ${of}`);
    },
  });
  await refuseEngine(source);
  for (const one of tables) output.json({ step: 'done', ...one });
  const rows = tables.reduce((sum, one) => sum + one.rows, 0);
  output.line(
    `${rows} rows in ${tables.length} tables, the same on both sides by count and SHA-256. Now set \`store: postgres\`; ${source} stays as it is.`,
  );
  return exitCodes.done;
};

/** @throws Fault ENGINE_RUNNING: what it would write after its table was copied would be missing. */
async function refuseEngine(path: string): Promise<void> {
  const store = await sqliteStore({ path });
  try {
    await store.migrate();
    if (await engineRunning(store))
      throw new Fault('ENGINE_RUNNING', `an engine works on ${path}: stop it, then run the copy again`);
  } finally {
    await store.close();
  }
}

export const storeRestored: Action<object> = async ({ options, output }) => {
  const loaded = loadSettings({ config: options.config });
  if (!hasStore(loaded)) throw new Fault('NOT_FOUND', `${storePlace(loaded)} does not exist`);
  const store = await openStoreOf(loaded);
  try {
    await store.migrate();
    if (await engineRunning(store))
      throw new Fault('ENGINE_RUNNING', `an engine works on ${storePlace(loaded)}: stop it first`);
    await store.transaction((tx) => tx.skipSequences(sequenceGap));
  } finally {
    await store.close();
  }
  output.json({ store: storePlace(loaded), gap: sequenceGap });
  output.line(`${storePlace(loaded)}: outbound numbers go on with a gap of ${sequenceGap}`);
  return exitCodes.done;
};
