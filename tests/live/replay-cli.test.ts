import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome, type TestHome } from '../helpers/home.js';
import { root } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-replay-cli-'));
const newTown = { siret: '21999906700013', name: 'Commune nouvelle de Grandrive', partner: 'COL001' };

function ecluse(...args: string[]) {
  const done = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: dir,
    env: { ...process.env, ECLUSE_HOME: dir },
    encoding: 'utf8',
    timeout: 110_000,
  });
  return {
    ...done,
    rows: args.includes('json')
      ? done.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [],
  };
}

/** Flow 1 integrated; 2, 3 and 4 refused for a town that nobody knows; 5 refused for its total. */
beforeAll(async () => {
  const home = await openHome({ dir });
  home.drop(flowName('FSO1100A', 1), ubl({ number: 'C-1' }));
  for (const i of [2, 3, 4])
    home.drop(flowName('FSO1100A', i), ubl({ number: `C-${i}`, recipient: newTown }));
  home.drop(flowName('FSO1100A', 5), ubl({ number: 'C-5', ttc: '1180.00' }));
  await home.idle();
  await home.close();
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('ecluse flows replay', () => {
  it('asks why, and for one thing at a time', () => {
    const unsaid = ecluse('flows', 'replay', flowName('FSO1100A', 2));
    expect(unsaid.status).toBe(64);
    expect(unsaid.stderr).toContain('please say why with --reason');
    expect(ecluse('flows', 'replay', flowName('FSO1100A', 2), '--reason', '  ').status).toBe(64);
    expect(ecluse('flows', 'replay', '--reason', 'x').status).toBe(64);
    expect(
      ecluse('flows', 'replay', flowName('FSO1100A', 2), '--state', 'rejeté', '--reason', 'x').status,
    ).toBe(64);
    expect(ecluse('flows', 'replay', '--state', 'rejeté', '--with', 'f', '--reason', 'x').status).toBe(64);
    expect(
      ecluse('flows', 'replay', '--state', 'rejeté', '--as-of', '2026-02-30', '--reason', 'x').status,
    ).toBe(64);
    expect(ecluse('flows', 'replay', '--resume', 'none').status).toBe(1);
  }, 120_000);

  it('refuses a flow that is integrated', () => {
    const refused = ecluse('flows', 'replay', flowName('FSO1100A', 1), '--reason', 'x');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('what is integrated is never worked again');
  }, 60_000);

  it('shows what would change, works it without an engine, and tells who and why afterwards', () => {
    writeFileSync(join(dir, 'directory.json'), JSON.stringify({ structures: [newTown] }));
    expect(ecluse('directory', 'import', join(dir, 'directory.json')).status).toBe(0);
    const filter = ['--rule', 'ECL-DIR-RECIPIENT', '--partner', 'FRN001'];
    const dry = ecluse('flows', 'replay', ...filter, '--dry-run', '--format', 'json');
    expect(dry.status).toBe(0);
    // Files dropped within the same moment are received in any order.
    expect(dry.rows.map(({ depositedName, after }) => [depositedName, after.state]).toSorted()).toEqual(
      [2, 3, 4].map((i) => [flowName('FSO1100A', i), 'IN_INTEGRE']),
    );
    expect(ecluse('flows', 'replay', '--state', 'rejeté', '--dry-run').status).toBe(2);
    expect(ecluse('flows', 'list', '--state', 'rejeté', '--format', 'json').rows).toHaveLength(4);

    const done = ecluse('flows', 'replay', ...filter, '--reason', 'commune ajoutée', '--format', 'json');
    expect(done.status).toBe(0);
    const last = done.rows.at(-1);
    expect(last).toMatchObject({ finished: true, count: 3, done: 3, refused: 0, waiting: 0 });
    expect(done.rows.slice(0, -1).map(({ beforeState, afterState }) => [beforeState, afterState])).toEqual(
      Array.from({ length: 3 }, () => ['IN_REJETE', 'IN_INTEGRE']),
    );
    const shown = ecluse('flows', 'show', flowName('FSO1100A', 2)).stdout;
    expect(shown).toMatch(/2\. intégré.*chorus-2/);
    expect(shown).toMatch(
      /retraitement \(tentative 2\) : rejeté → intégré, demandé par user:.* : commune ajoutée/,
    );
    expect(shown).toContain('rejetée (tentative 1)');
    expect(shown).toContain('intégrée (tentative 2)');
    const pivots = ecluse('deliveries', 'list', '--partner', 'COL001', '--format', 'json').rows;
    expect(pivots).toHaveLength(4);
    expect(pivots.every(({ state }) => state === 'delivered')).toBe(true);
    const [batch] = ecluse('flows', 'replays', '--format', 'json').rows;
    expect(batch).toMatchObject({
      batch: last.batch,
      reason: 'commune ajoutée',
      filter: { rule: 'ECL-DIR-RECIPIENT' },
    });
    expect(ecluse('flows', 'replays', 'drop', last.batch, '--format', 'json').rows).toEqual([
      { batch: last.batch, dropped: 0 },
    ]);
  }, 300_000);

  it('works a corrected file, and keeps the original', () => {
    writeFileSync(join(dir, 'corrigé.xml'), ubl({ number: 'C-5' }));
    const name = flowName('FSO1100A', 5);
    const done = ecluse('flows', 'replay', name, '--with', 'corrigé.xml', '--reason', 'total corrigé');
    expect(done.status).toBe(0);
    expect(done.stdout).toContain('rejeté → intégré');
    expect(ecluse('flows', 'original', name).stdout).toContain('1180.00');
    expect(ecluse('flows', 'show', name).stdout).toContain('fichier corrigé corrigé.xml (SHA-256 ');
  }, 120_000);

  it('follows an engine that runs; told not to wait, it leaves the work to it', async () => {
    const home = await openHome({ dir });
    try {
      for (const i of [6, 7]) home.drop(flowName('FSO1100A', i), ubl({ number: `C-${i}`, ttc: '1180.00' }));
      await home.idle();
      const followed = await running(
        'flows',
        'replay',
        flowName('FSO1100A', 6),
        '--reason',
        'essai',
        '--format',
        'json',
      );
      expect(followed.status).toBe(2);
      expect(followed.rows.at(-1)).toMatchObject({ finished: true, count: 1, done: 1, refused: 1 });
      const args = ['--state', 'rejeté', '--reason', 'encore', '--wait', '0', '--format', 'json'];
      const letOn = holdTransactions(home);
      const left = await running('flows', 'replay', ...args);
      letOn();
      expect(left.status).toBe(1);
      expect(left.rows.at(-1)).toMatchObject({ finished: false, count: 2 });
      expect(left.stderr).toContain(`ecluse flows replay --resume ${left.rows.at(-1)?.batch}`);
      await home.idle();
      const [newest] = await home.app.store.replayBatches(1);
      expect(newest).toMatchObject({ id: left.rows.at(-1)?.batch, count: 2, done: 2, refused: 2 });
    } finally {
      await home.close();
    }
  }, 120_000);
});

/** The engine takes nothing until it is let on: what it is asked to do meanwhile waits, however long the asking takes. */
function holdTransactions({ app: { store } }: TestHome): () => void {
  let letOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letOn = resolve;
  });
  const { transaction } = store;
  const holding = vi.spyOn(store, 'transaction').mockImplementation(async (work) => {
    await held;
    return transaction(work);
  });
  return () => {
    holding.mockRestore();
    letOn();
  };
}

/** Beside an engine of this process, which needs its turns. */
async function running(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: dir,
    env: { ...process.env, ECLUSE_HOME: dir },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const status = child.exitCode ?? (await once(child, 'exit'))[0];
  return {
    status,
    stderr,
    rows: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}
