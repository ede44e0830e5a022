import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { pdf } from '../../scripts/documents/pieces.mjs';
import { statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome, root } from '../helpers/home.js';

it('invoices complete, readdress and recall do their work as commands', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  try {
    const home = await openHome({ dir });
    for (const [i, number] of ['CLI-1', 'CLI-2', 'CLI-3'].entries())
      home.drop(flowName('FSO1100A', i + 1), ubl({ number }));
    await home.idle();
    const units = [
      { number: 'CLI-1', code: '06', reason: 'pièce absente' },
      { number: 'CLI-2', code: '04', reason: 'autre service' },
    ];
    home.drop(flowName('FSO1201A', 1, 'COL001'), statuts(flowId('FSO1201A', 1, 'COL001'), units), 'COL001');
    await home.idle();
    await home.close();

    const ecluse = (...args: string[]) => {
      const done = spawnSync(
        process.execPath,
        [join(root, 'dist/cli/main.js'), 'invoices', ...args, '--format', 'json'],
        { cwd: dir, env: { ...process.env, ECLUSE_HOME: dir }, encoding: 'utf8' },
      );
      return { status: done.status, said: JSON.parse(done.stdout || '{}') as unknown, stderr: done.stderr };
    };
    const piece = join(dir, 'bon.pdf');
    writeFileSync(piece, pdf('Bon de livraison'));
    expect(ecluse('complete', 'CLI-1', '--attach', piece)).toMatchObject({
      status: 0,
      said: { result: 'done', from: '06', statuses: ['12'], recipientPartner: 'COL001' },
    });
    expect(ecluse('readdress', 'CLI-2', '--siret', '21999901800019')).toMatchObject({
      status: 0,
      said: { result: 'done', from: '04', recipientPartner: null },
    });
    expect(ecluse('recall', 'CLI-3', '--reason', 'double envoi')).toMatchObject({
      status: 0,
      said: { result: 'done', number: 'CLI-3' },
    });
    expect(ecluse('complete', 'CLI-3', '--attach', piece)).toMatchObject({
      status: 2,
      said: { result: 'refused' },
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
