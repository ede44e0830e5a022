import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareFlows } from '../../scripts/prepare-flows.mjs';
import { openChecker } from '../helpers/check.js';
import { directoryFor } from '../helpers/directory.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { officialSchema } from '../helpers/official.js';
import { firstInZip } from '../helpers/outbound.js';
import { partnersWith } from '../helpers/partners.js';
import { shared } from '../helpers/root.js';

const folder = join(shared, 'corpus/aife');
const present = existsSync(folder);
if (!present) console.log(`skipped: AIFE Factur-X flows, ${folder} is absent (ECLUSE_SHARED)`);

const files = present
  ? readdirSync(folder)
      .filter((name) => name.startsWith('FSO1117A'))
      .sort()
      .map((name) => join(folder, name))
  : [];

describe.skipIf(!present)("AIFE's own FSO1117A flows, dropped as they are", () => {
  let home: TestHome;
  let names: ReadonlyMap<string, string>;
  const closing: (() => void)[] = [];

  beforeAll(async () => {
    const checker = openChecker();
    const results = [];
    for (const file of files) results.push(await checker.check(file));
    checker.close();
    const directory = directoryFor(results.flatMap((r) => r.invoices.map(({ invoice }) => invoice)));
    closing.push(directory.done);
    home = await openHome({ directory: directory.path, flags: { partners: partnersWith(['FSO1117A']) } });
    const flows = await prepareFlows(files, { interfaceCode: 'FSO1117A', partner: 'FRN001' });
    names = new Map(flows.map(({ name, file }) => [name, basename(file)]));
    for (const { name, bytes } of flows) home.drop(name, bytes);
    await home.idle();
  });
  afterAll(async () => {
    await home.close();
    for (const close of closing) close();
  });

  it('integrates all 12, without a warning about their PDF', async () => {
    const refused = home.outcomes.filter((outcome) => outcome.state !== 'IN_INTEGRE');
    expect(refused.map((o) => [names.get(o.depositedName), o.fatal])).toEqual([]);
    expect(home.outcomes).toHaveLength(12);
    const findings = await Promise.all(home.outcomes.map(({ flow }) => home.app.store.findings(flow)));
    expect(findings.flat().filter(({ rule }) => /^ECL-(FX|PDF)-/.test(rule))).toEqual([]);
    const placed = findings.flat().filter(({ path }) => path?.includes('CrossIndustryInvoice'));
    expect(placed.length).toBeGreaterThan(0);
    expect(placed.every(({ line }) => line !== null && line > 0)).toBe(true);
  });

  it('writes pivots that the official schema accepts, the deposited PDF in each as its main piece', async () => {
    const schema = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
    try {
      const pivots = home
        .out('COL001')
        .concat(home.out('ETA001'))
        .filter((name) => name.startsWith('FEN0036A'));
      expect(pivots).toHaveLength(12);
      const deposited = new Set(files.map((file) => readFileSync(file).toString('base64')));
      for (const partner of ['COL001', 'ETA001']) {
        for (const name of home.out(partner).filter((one) => one.startsWith('FEN0036A'))) {
          const text = home.read(partner, name);
          expect(schema.problems(text), name).toEqual([]);
          const main = /<PJ[\s\S]*?<Contenu>([^<]*)<[\s\S]*?<TypePJ>([^<]*)</.exec(text) ?? [];
          expect(main[2]).toBe('01');
          const { bytes } = firstInZip(Buffer.from(main[1] ?? '', 'base64'));
          expect(deposited.delete(bytes.toString('base64')), name).toBe(true);
        }
      }
      expect(deposited.size).toBe(0);
    } finally {
      schema.dispose();
    }
  });
});
