import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { cadreTable } from '../../src/domain/cadres.js';
import { settingsSchema } from '../../src/settings/schema.js';

const path = resolve(import.meta.dirname, '../../docs/works.md');
const begin = '<!-- cadres: written from src/domain/cadres.ts -->\n';
const end = '<!-- end of cadres -->\n';

function table(): string {
  return [
    '| cadre | what | kinds of flow | Valideur | it is the | validated by, in order |',
    '| --- | --- | --- | --- | --- | --- |',
    ...cadreTable.map(({ code, label, kinds, valideur, valideurRole, validatedBy }) => {
      const cells = [
        code,
        label,
        kinds.join(' ') || 'none',
        valideur,
        valideurRole ?? '',
        validatedBy.join(', '),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
  ].join('\n');
}

const parts = () => {
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  return {
    before: text.slice(0, from),
    shown: text.slice(from, text.indexOf(end)),
    after: text.slice(text.indexOf(end)),
  };
};

it('has the table of cadres as the code has it', () => {
  const { before, after } = parts();
  if (process.env.UPDATE === '1') writeFileSync(path, before + table() + after);
  expect(parts().shown).toBe(table());
});

it('gives an example of settings that is accepted as it stands', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  const settings = settingsSchema.parse(parseDocument(yaml).toJS());
  expect(settings.interfaces.map(({ code, kind }) => [code, kind])).toEqual([
    ['FSO1140A', 'E4'],
    ['FSO1150A', 'E5'],
  ]);
  expect(settings.works.circuits).toHaveLength(2);
});
