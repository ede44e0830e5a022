import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frenchTextOf } from '../../src/validate/texts/index.js';

const root = resolve(import.meta.dirname, '../..');
const packs = resolve(root, process.env.ECLUSE_SHARED ?? '../shared', 'corpus/packs');
const absent = !existsSync(packs);
if (absent) process.stderr.write(`texts: skipped, no rule packs in ${packs}\n`);

const files = absent
  ? []
  : readdirSync(packs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sch'));

function idsOf(file: string): string[] {
  const source = readFileSync(join(packs, file), 'utf8').replace(/<!--[\s\S]*?-->/g, '');
  const asserts = source.match(/<(?:\w+:)?(?:assert|report)\b(?:"[^"]*"|'[^']*'|[^'">])*>/g) ?? [];
  return asserts.map((tag) => /\bid="([^"]*)"/.exec(tag)?.[1] ?? '(no id)');
}

describe.skipIf(absent)('French texts of the official packs', () => {
  it('finds the packs', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files.map((file) => [basename(file), file]))('every rule of %s has a text', (_name, file) => {
    const ids = idsOf(file);
    expect(ids.length).toBeGreaterThan(0);
    expect([...new Set(ids)].filter((id) => frenchTextOf(id) === null)).toEqual([]);
  });
});
