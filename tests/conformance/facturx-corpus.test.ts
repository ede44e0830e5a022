import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import { readFacturX } from '../../src/formats/pdf/facturx.js';
import type { CheckResult } from '../../src/workers/protocol.js';
import { openChecker } from '../helpers/check.js';
import { shared } from '../helpers/root.js';

interface Row {
  readonly file: string;
  readonly embedded?: { readonly name: string; readonly sha256: string };
  readonly expect: {
    readonly extraction?: string;
    readonly xsd?: 'valid' | 'invalid' | 'not-well-formed';
    readonly en16931?: { readonly failed: readonly string[] };
  };
}

const folder = join(shared, 'corpus/en16931');
const present = existsSync(join(folder, 'manifest.json'));
if (!present) console.log(`skipped: Factur-X corpus, ${folder} is absent (ECLUSE_SHARED)`);

const rows: readonly Row[] = present
  ? readFileSync(join(folder, 'manifest.json'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"file":"facturx-pdf/'))
      .map((line) => JSON.parse(line.replace(/[,\]\s]+$/, '')) as Row)
  : [];

/** The norm's own rules, as they are asked of CII; the schema of an E1, which is the whole of D16B. */
const asked = {
  flowKind: 'E1',
  sets: [{ set: 'en16931', mode: 'enforced', version: null, required: true }],
} as const;

describe.skipIf(!present)('Factur-X PDFs of other authors', () => {
  const checker = openChecker();
  afterAll(() => checker.close());

  const told = ({ findings }: CheckResult) =>
    findings
      .filter(({ rule }) => !rule.startsWith('ECL-FX-') && rule !== 'ECL-MORE-FINDINGS')
      .map(({ rule, line, path, severity }) => `${severity} ${rule} ${line} ${path}`);
  const fatalRules = (result: CheckResult) =>
    [...new Set(result.findings.filter((f) => f.severity === 'fatal').map((f) => f.rule))].sort();

  it('are there', () => expect(rows.length).toBeGreaterThan(40));

  it.each(rows.map((row) => [row.file, row] as const))('%s', async (file, row) => {
    const pdf = readFileSync(join(folder, file));
    const result = await checker.check(pdf, asked);
    const reading = await readFacturX(pdf, defaultLimits);
    if (row.expect.extraction !== undefined) {
      expect(fatalRules(result)).toEqual(['ECL-PDF-ABSENT']);
      return;
    }
    if (!reading.ok) throw new Error(reading.problem.kind);
    const { xml, name } = reading.facturX;
    if (row.embedded !== undefined) {
      expect(name).toBe(row.embedded.name);
      expect(createHash('sha256').update(xml).digest('hex')).toBe(row.embedded.sha256);
    }
    const alone = await checker.check(xml, asked);
    if (row.expect.xsd === 'valid') {
      expect(told(result)).toEqual(told(alone));
      expect(result.invoices.map(({ valid }) => valid)).toEqual(alone.invoices.map(({ valid }) => valid));
      // CII-SR and CII-DT are about the syntax: they are in the official packs, not among the norm's own rules.
      const ofTheNorm = (row.expect.en16931?.failed ?? []).filter((rule) => rule.startsWith('BR-'));
      expect(fatalRules(result)).toEqual(expect.arrayContaining(ofTheNorm));
      expect(fatalRules(result).length > 0).toBe(ofTheNorm.length > 0);
    } else {
      expect(result.invoices).toEqual([]);
      expect(fatalRules(result).length).toBeGreaterThan(0);
      expect(fatalRules(result)).toEqual(fatalRules(alone));
    }
  });
});
