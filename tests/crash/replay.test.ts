import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome } from '../helpers/home.js';
import { root } from '../helpers/root.js';

const newTown = { siret: '21999906700013', name: 'Commune nouvelle de Grandrive', partner: 'COL001' };
const flowCount = 40;
const killsAfter = [5, 15, 30];

function replay(dir: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'flows', 'replay', ...args], {
    cwd: dir,
    env: { ...process.env, ECLUSE_HOME: dir },
    stdio: 'ignore',
  });
}

const ended = (child: ChildProcess) =>
  child.exitCode === null && child.signalCode === null
    ? new Promise<void>((resolve) => child.once('exit', () => resolve()))
    : Promise.resolve();

it('a bulk replay that is killed again and again works every flow exactly once', async () => {
  const home = await openHome();
  const { dir } = home;
  for (let i = 1; i <= flowCount; i++)
    home.drop(flowName('FSO1100A', i), ubl({ number: `K-${i}`, recipient: newTown }));
  await home.idle();
  const directory = join(dir, 'directory.json');
  writeFileSync(directory, JSON.stringify({ structures: [newTown] }));
  await importDirectoryFile(directory, home.app.store.directory);
  const { store: first } = home.app;
  expect((await first.listFlows({ state: 'IN_REJETE', limit: 1_000 })).length).toBe(flowCount);
  // The engine gives its lease back, and leaves the folder.
  await home.app.close();
  const store = await sqliteStore({ path: homePaths(dir).database });
  try {
    let batch: string | null = null;
    for (const after of killsAfter) {
      const args: string[] =
        batch === null ? ['--state', 'rejeté', '--reason', 'la commune est connue'] : ['--resume', batch];
      const child = replay(dir, args);
      const deadline = performance.now() + 180_000;
      for (;;) {
        const [newest] = await store.replayBatches(1);
        batch = newest?.id ?? batch;
        if ((newest?.done ?? 0) >= after) break;
        if (performance.now() > deadline) throw new Error(`only ${newest?.done} flows are done`);
        await sleep(10);
      }
      child.kill('SIGKILL');
      await ended(child);
    }
    const last = replay(dir, ['--resume', batch ?? '']);
    await ended(last);
    expect(last.exitCode).toBe(0);
    expect(await store.replayBatch(batch ?? '')).toMatchObject({
      count: flowCount,
      done: flowCount,
      refused: 0,
    });
    for (const flow of await store.listFlows({ limit: 1_000 })) {
      expect(flow).toMatchObject({ state: 'IN_INTEGRE', invoicesReceived: 1, invoicesIntegrated: 1 });
      const deliveries = await store.listDeliveries({ flow: flow.id, limit: 100 });
      expect(deliveries.map(({ kind }) => kind).sort()).toEqual([
        'integration-report',
        'integration-report',
        'pivot',
      ]);
      expect(deliveries.every(({ state }) => state === 'delivered')).toBe(true);
      const rows = await store.listInvoices({ flow: flow.id, limit: 100 });
      expect(rows.map(({ fate }) => fate)).toEqual(['rejected', 'integrated']);
      const kinds = (await store.events(flow.id)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'replay-asked')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'replayed')).toHaveLength(1);
    }
  } finally {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}, 900_000);
