import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { importDirectoryFile } from '../../src/directory/import.js';
import { orderReplay } from '../../src/pipeline/replay-order.js';
import { openHome, type TestHome, testClock } from '../helpers/home.js';

const newTown = { siret: '21999906700013', name: 'Commune nouvelle de Grandrive' };

async function know(home: TestHome, structure: object): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  const path = join(dir, 'directory.json');
  writeFileSync(path, JSON.stringify({ structures: [structure] }));
  await importDirectoryFile(path, home.app.store.directory);
  rmSync(dir, { recursive: true });
}

it.each([
  ['today', null, 'IN_INTEGRE'],
  ['the day asked for', '2026-03-02', 'IN_REJETE'],
] as const)(
  'who may speak of an invoice is judged, in a replay, by the directory of %s',
  async (_, asOf, state) => {
    const clock = testClock('2026-03-02T09:00:00Z');
    const home = await openHome({ clock });
    try {
      await know(home, newTown);
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'RS-1', recipient: newTown }));
      await home.idle();
      const name = flowName('FSO1201A', 1, 'ETA001');
      const unit = { number: 'RS-1', code: '07', recipient: newTown.siret };
      home.drop(name, statuts(flowId('FSO1201A', 1, 'ETA001'), [unit], 'ETA001'), 'ETA001');
      await home.idle();
      expect(home.outcomes.at(-1)).toMatchObject({
        state: 'IN_REJETE',
        fatal: [{ rule: 'ECL-STA-ENTITLED' }],
      });

      await know(home, { ...newTown, partner: 'ETA001', validFrom: '2026-03-03' });
      clock.set('2026-03-04T09:00:00Z');
      const [flow] = await home.app.store.findFlows(name);
      if (flow === undefined) throw new Error(`${name} is not there`);
      const order = {
        by: 'user:claire',
        at: clock.now().toISOString(),
        reason: 'raccordement',
        file: null,
      } as const;
      await orderReplay(home.app.store, flow, { ...order, asOf });
      await home.idle();
      expect(home.outcomes.at(-1)?.state).toBe(state);
    } finally {
      await home.close();
    }
  },
);
