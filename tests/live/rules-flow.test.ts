import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { homePaths } from '../../src/settings/home.js';
import { installPacks } from '../../src/validate/packs/install.js';
import { schematronCompiler } from '../../src/validate/packs/schematron.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { schematron } from '../helpers/packs.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-rules-flow-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const rules = {
  sets: [
    { set: 'maison', mode: 'enforced', partners: ['FRN001'] },
    { set: 'en16931', mode: 'off' },
  ],
  regrade: [{ rule: 'MAISON-2', severity: 'off', reason: 'notes tolérées en 2026' }],
};
const flags = { rules };

beforeAll(async () => {
  const path = join(dir, 'maison-UBL-1.0.sch');
  writeFileSync(
    path,
    schematron('ubl', [
      { id: 'MAISON-1', test: "matches(cbc:ID, '^M-')", text: 'Les numéros commencent par M-.' },
      { id: 'MAISON-2', test: 'not(cbc:Note)', flag: 'warning', text: 'Pas de notes.' },
    ]),
  );
  const home = join(dir, 'home');
  await installPacks({
    path,
    rulesDir: homePaths(home).rules,
    now: new Date(),
    compiler: schematronCompiler,
  });
});

it('an enforced pack rejects an invoice on the whole way, and its sender reads why', async () => {
  const home: TestHome = await openHome({ dir: join(dir, 'home'), flags });
  try {
    home.drop(flowName('FSO1100A', 1), ubl({ number: 'M-1' }));
    home.drop(flowName('FSO1100A', 2), ubl({ number: 'X-1' }));
    await home.idle();
    expect(home.outcomes.map(({ state }) => state).sort()).toEqual(['IN_INTEGRE', 'IN_REJETE']);
    const reports = home.out('FRN001').map((name) => home.read('FRN001', name));
    const refused = reports.filter((text) => text.includes('MAISON-1'));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain('Les numéros commencent par M-.');
    expect(refused[0]).toContain('maison-1.0');
    // What the settings changed is told, and kept in the trail.
    expect(refused[0]).toContain('notes tolérées en 2026');
    const integrated = home.outcomes.find(({ state }) => state === 'IN_INTEGRE')?.flow ?? '';
    const attempts = await home.app.store.attempts(integrated);
    const layer = attempts.at(-1)?.layers.find(({ ruleSet }) => ruleSet === 'maison-1.0');
    expect(layer).toMatchObject({
      layer: 'en16931',
      verdict: 'valid',
      regraded: [
        { rule: 'MAISON-2', from: 'warning', to: 'off', reason: 'notes tolérées en 2026', count: 1 },
      ],
    });
  } finally {
    await home.close();
  }
});

it('an engine whose settings ask for a set that is not there does not start', async () => {
  const missing = { rules: { sets: [{ set: 'absent', mode: 'enforced' }] } };
  await expect(openHome({ dir: join(dir, 'other'), flags: missing })).rejects.toMatchObject({
    code: 'RULES_MISSING',
  });
});
