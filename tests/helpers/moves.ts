import { folderArchive } from '../../src/adapters/archive/folder.js';
import { openBench } from '../../src/app/bench.js';
import { silentLog } from '../../src/log.js';
import type { MovePorts } from '../../src/pipeline/move.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
import { lifePolicyOf } from '../../src/settings/policy.js';
import type { TestHome } from './home.js';

/** What commands on invoices are handed, beside the engine of a home. */
export function movePorts(home: TestHome, flags: Record<string, unknown> = {}) {
  const loaded = loadSettings({ env: { ECLUSE_HOME: home.dir }, cwd: home.dir, flags });
  const paths = homePaths(home.dir);
  const bench = openBench({
    loaded,
    store: home.app.store,
    archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
    log: silentLog,
    workerScript: new URL('../../dist/workers/thread.js', import.meta.url),
  });
  const { settings } = loaded;
  const ports: MovePorts = {
    stages: bench.ports,
    partnerOf: bench.partnerOf,
    engine: { code: settings.engine.code, name: settings.engine.name },
    partnerNames: new Map(settings.partners.map(({ code, name }) => [code, name])),
    life: lifePolicyOf(settings),
    inFolder: bench.inFolder,
  };
  return { ports, close: () => bench.close() };
}

/** The one invoice of a number. */
export async function invoiceNamed({ app }: TestHome, number: string) {
  const [row] = await app.store.listInvoices({ number });
  if (row === undefined) throw new Error(`no invoice ${number}`);
  return row;
}
