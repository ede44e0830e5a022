import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareFlows } from '../../scripts/prepare-flows.mjs';
import { openHome, type TestHome } from '../helpers/home.js';
import { officialSchema } from '../helpers/official.js';
import { shared } from '../helpers/root.js';

const folder = join(shared, 'corpus/aife');
const present = existsSync(folder);
if (!present) console.log(`skipped: AIFE flows, ${folder} is absent (ECLUSE_SHARED)`);

const files = present
  ? readdirSync(folder)
      .filter((name) => name.startsWith('FSO1116A'))
      .sort()
      .map((name) => join(folder, name))
  : [];

describe.skipIf(!present)("AIFE's own FSO1116A flows, dropped as they are", () => {
  let home: TestHome;
  beforeEach(async () => {
    home = await openHome();
  });
  afterEach(() => home.close());

  async function dropAll(distinct: boolean) {
    const flows = await prepareFlows(files, { interfaceCode: 'FSO1116A', partner: 'FRN001', distinct });
    for (const { name, bytes } of flows) {
      home.drop(name, bytes);
      await home.idle();
    }
    return new Map(flows.map(({ name, file }) => [name, basename(file)]));
  }

  it('answers all 21; those whose number is taken are refused by the duplicate rule alone', async () => {
    await dropAll(false);
    expect(home.outcomes).toHaveLength(21);
    expect(home.out('FRN001').filter((name) => name.startsWith('CSO1116A'))).toHaveLength(21);
    const refused = home.outcomes.filter((outcome) => outcome.fatal.length > 0);
    expect(refused).toHaveLength(8);
    expect(new Set(refused.flatMap((o) => o.fatal.map((f) => f.rule)))).toEqual(new Set(['REJ_UNI']));
  });

  it('integrates all 21 once their numbers are distinct', async () => {
    const fileOf = await dropAll(true);
    const refused = home.outcomes.filter((outcome) => outcome.state !== 'IN_INTEGRE');
    expect(refused.map((o) => [fileOf.get(o.depositedName), o.fatal])).toEqual([]);
    expect(home.outcomes).toHaveLength(21);
    const warnings = await Promise.all(
      home.outcomes.map(async (o) => ({ o, findings: await home.app.store.findings(o.flow) })),
    );
    const missing = warnings.filter(({ findings }) => findings.some((f) => f.rule === 'ECL-SCH-DELIVERY'));
    expect(missing.map(({ o }) => fileOf.get(o.depositedName))).toEqual(['FSO1116A_P01.xml']);
    const invoices = home.outcomes.reduce((total, o) => total + o.integrated, 0);
    expect(invoices).toBe(22);
  });

  it('writes reports, pivots and statuses that the official schemas accept', async () => {
    await dropAll(true);
    const pivot = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
    const statut = officialSchema('cpp/CPPStatutPivot_V1_19.xsd');
    try {
      const seen = { pivot: 0, statut: 0 };
      for (const partner of ['FRN001', 'COL001', 'ETA001']) {
        for (const name of home.out(partner)) {
          const kind = name.startsWith('FEN0036A') ? 'pivot' : 'statut';
          const problems = (kind === 'pivot' ? pivot : statut).problems(home.read(partner, name));
          expect(problems, name).toEqual([]);
          seen[kind]++;
        }
      }
      expect(seen.pivot).toBe(21);
      expect(seen.statut).toBeGreaterThan(21);
    } finally {
      pivot.dispose();
      statut.dispose();
    }
  });
});
