import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { roleNames, roles } from '../../src/lifecycle/roles.js';
import { flowStatusTable, type StatusRow, statusTable } from '../../src/lifecycle/status-table.js';

const path = resolve(import.meta.dirname, '../../docs/statuses.md');

const list = (codes: readonly string[]) => (codes.length === 0 ? '(first)' : codes.join(' '));

function movesText(row: StatusRow): string {
  return row.moves.map((move) => `${move.role}: ${list(move.from)}`).join('<br>') || '-';
}

/** A state diagram of the statuses of `kinds`, with every way between them. */
function diagram(shown: (row: StatusRow) => boolean): string[] {
  const rows = statusTable.filter((row) => shown(row) && row.moves.length > 0);
  const codes = new Set(rows.map((row) => row.code));
  const lines = rows.flatMap((row) => [
    ...row.moves.flatMap((move) =>
      (move.from.length === 0
        ? ['[*]']
        : move.from.filter((code) => codes.has(code)).map((code) => `s${code}`)
      ).map((from) => `  ${from} --> s${row.code} : ${move.role}`),
    ),
    ...(row.final ? [`  s${row.code} --> [*]`] : []),
  ]);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...rows.map((row) => `  s${row.code} : ${row.code} ${row.label}`),
    ...lines,
    '```',
    '',
  ];
}

function render(): string {
  return [
    '# Statuses',
    '',
    'The statuses of an invoice and of a flow, who sets which, and after which. The same table: `ecluse statuses`. This page is written from the code (`src/lifecycle/status-table.ts`) by `UPDATE=1 npx vitest run tests/docs/statuses.test.ts`.',
    '',
    'Sure: how sure the label is / how sure it is who sets it and after what. `C` confirmed by an official text, schema or sample; `I` told by another integrator; `G` our own choice. No public source has the full matrix, so most of it is `G`.',
    '',
    '## Roles',
    '',
    '| role | who |',
    '| --- | --- |',
    ...roles.map((role) => `| \`${role}\` | ${roleNames[role]} |`),
    '',
    '`chorus` is the engine itself: nobody sends those statuses. `accountant` is also Hélios, the accounting system of local bodies.',
    '',
    '## Statuses of an invoice',
    '',
    '| code | label | API name | role: after which | final | reason | invoices | sure |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...statusTable.map((row) => {
      const { code, label, apiName, final, reason, kinds, confidence, matrix } = row;
      const name = apiName === null ? '-' : `\`${apiName}\``;
      return `| ${code} | ${label} | ${name} | ${movesText(row)} | ${final ? 'yes' : ''} | ${reason === 'mandatory' ? 'mandatory' : ''} | ${kinds === 'works' ? 'works' : ''} | ${confidence}/${matrix} |`;
    }),
    '',
    '## What we chose where no source decides',
    '',
    '- A reason may stand in `ComplementStatut` or in `Commentaire`; one of the two is enough. It is mandatory for suspensions and rejections (`I`), and so, by our choice, for every refusal and request of works circuits and for 04.',
    '- 03 as a return: the recipient may take back its own 06, 07, 35 or 36; nothing that was validated (08) goes back, but 08 may still be suspended (06) or rejected (05), as when the accountant refuses the mandate.',
    "- From 09 on the invoice is the accounting side's: only 09, 10 and 11 follow. A recipient that keeps its own accounts may set them too; no other status of the recipient is taken any more.",
    '- 05 and 11 are final. 04 and the like of works circuits (24, 26, 28, 31) wait for the issuer to re-address the invoice; then the engine sets 02 or 03, or makes it available to the validator again.',
    '- 06 and 34 wait for a complement: 12 ends both. After 12 on a works circuit, the step that asked has the invoice again.',
    '- 13 is read as "validated by the first validator" (its label is printed as that of 23 by the one source there is), 21 as a step that is done: the document was tied to another of the same works contract, and goes on.',
    '- 15 and 18, set by the engine when a validator lets its time pass, let the invoice go on, as a tacit validation does.',
    '- 39 and 40 are to the MOA and the MOE what 02 is to a recipient: on the way, before 30 and 27. Both may act from then on.',
    '- 22 and 37 are set by the engine alone, in place of 01, on an invoice that is not integrated.',
    '- 41 stands in the schema and nowhere else: it is known, and nobody can set it.',
    '',
    '## Ordinary invoices',
    '',
    ...diagram((row) => row.kinds === 'every'),
    '## Works circuits',
    '',
    'How an invoice finds its validator, MOE and MOA: [works.md](works.md).',
    '',
    ...diagram((row) => row.kinds === 'works' || ['01', '02', '03', '12'].includes(row.code)),
    '## Statuses of a flow',
    '',
    "`chorus`: in our report on a deposit. `recipient`: in a partner's report on a pivot that it received.",
    '',
    '| code | label | set by | failure | sure |',
    '| --- | --- | --- | --- | --- |',
    ...flowStatusTable.map(
      (row) =>
        `| ${row.code} | ${row.label} | ${row.setBy.join(', ')} | ${row.failure ? 'yes' : ''} | ${row.confidence} |`,
    ),
    '',
  ].join('\n');
}

it('documents every status as the table has it', () => {
  if (process.env.UPDATE === '1') writeFileSync(path, render());
  expect(readFileSync(path, 'utf8')).toBe(render());
});
