import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, ruleSets } from '../../src/validate/rule-sets.js';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/chorus-coverage.md'), 'utf8');
const lines = text.split('\n');

/** Cells of the rows of the tables, headings and rulers left out. */
const rows = lines
  .filter(
    (line, i) => line.startsWith('| ') && !line.startsWith('| ---') && !lines[i + 1]?.startsWith('| ---'),
  )
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
const idsIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, id]) => id ?? '');

describe('docs/chorus-coverage.md', () => {
  it('names rules that exist', () => {
    const known = new Set(catalogue().map(({ id }) => id));
    const named = rows.flatMap(([, rules]) => idsIn(rules ?? '')).filter((id) => !id.endsWith('…'));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
    const elsewhere = idsIn(text).filter((id) => /^(ECL-|BR-FR-|REJ_|IRR_|S\d)[\w.-]+$/.test(id));
    expect(elsewhere.filter((id) => !known.has(id))).toEqual([]);
  });

  it('names every rule on the content of an invoice, and every one about envelope, schema and directory', () => {
    const named = new Set(idsIn(text));
    const layers = new Set(['envelope', 'schema', 'directory']);
    const wanted = [
      ...ruleSets.chorus.rules.map(({ id }) => id),
      ...ruleSets['br-fr-cpro'].rules.map(({ id }) => id),
      ...catalogue()
        .filter(({ set }) => layers.has(set))
        .map(({ id }) => id),
    ];
    expect(wanted.filter((id) => !named.has(id))).toEqual([]);
  });

  it('says of every row without a rule why there is none', () => {
    expect(rows.every((cells) => cells.length === 3)).toBe(true);
    expect(rows.filter(([, rules, notes]) => rules === '' && notes === '')).toEqual([]);
  });

  it('has a row for each number of BR-FR-CPRO', () => {
    const section = text.slice(text.indexOf('\n## BR-FR-CPRO\n'));
    const numbers = [...section.matchAll(/^\| (\d\d[^|]*) \|/gm)].flatMap(([, cell]) =>
      numbersOf(cell ?? ''),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });
});

/** `04 to 08` and `25, 26, 27` as numbers. */
function numbersOf(cell: string): number[] {
  const [first, last] = cell.split(' to ').map(Number);
  if (last === undefined) return cell.split(', ').map(Number);
  return Array.from({ length: last - (first ?? 0) + 1 }, (_, i) => (first ?? 0) + i);
}
