import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { type CatalogueRow, catalogue, ruleSets } from '../../src/validate/rule-sets.js';

const path = resolve(import.meta.dirname, '../../docs/rules.md');

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const titles: Readonly<Record<string, string>> = {
  envelope: 'Envelope: name, partner, archive, entries',
  schema: 'Schema and form of the document',
  signature: 'Electronic signatures (fatal where `signatures.verify` is `enforced`; see docs/signatures.md)',
  chorus: `Chorus: content of the invoice (set \`${ruleSets.chorus.version}\`)`,
  en16931: `EN 16931 (set \`${ruleSets.en16931.version}\`)`,
  'br-fr-cpro': `BR-FR-CPRO: invoices by way of platforms (set \`${ruleSets['br-fr-cpro'].version}\`, applied only where it is asked for)`,
  pes: `PES Facture (set \`${ruleSets.pes.version}\`, applied to PES Facture wherever the Chorus rules are)`,
  directory: 'Directory and duplicates',
};

function table(rows: readonly CatalogueRow[]): string[] {
  return [
    '| id | severity | message | source | confidence |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => {
      const { id, severity, message, source, confidence } = row;
      const about = row.syntaxes === null ? '' : ` (${row.syntaxes.join(', ')})`;
      return `| \`${id}\` | ${severity}${about} | ${cell(message)} | ${cell(source)} | ${confidence} |`;
    }),
    '',
  ];
}

function render(): string {
  const sets = [...new Set(catalogue().map(({ set }) => set))];
  return [
    '# Rules',
    '',
    'Every finding names one of these rules. `fatal` refuses the invoice (or the flow), `warning` is told and lets it pass, `off` is not enforced. A severity may differ by kind of flow: `off (E1 warning)` is a warning in E1 and off elsewhere. `{value}`, `{path}` and other names in braces stand for the facts of the case.',
    '',
    'Confidence: `confirmed` by an official text, schema or sample; `implementer`: told by another integrator; `reform`: from the specifications of the 2026 reform, not proven for Chorus Pro; `ours`: our own inference. DOMAIN, RULES and DECISIONS are the reference documents the rules were written from.',
    '',
    'This page is written from the code by `UPDATE=1 npx vitest run tests/docs/rules.test.ts`. The same catalogue: `ecluse rules`. What of the reference documents each rule covers, and what has no rule, and why: [chorus-coverage.md](chorus-coverage.md).',
    '',
    ...sets.flatMap((set) => [
      `## ${titles[set] ?? set}`,
      '',
      ...table(catalogue().filter((row) => row.set === set)),
    ]),
  ].join('\n');
}

it('documents every rule, and none that does not exist', () => {
  if (process.env.UPDATE === '1') writeFileSync(path, render());
  expect(readFileSync(path, 'utf8')).toBe(render());
});
