import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findingRules } from '../../src/domain/finding-rules.js';
import { root } from '../helpers/root.js';

/** Text of the files below a folder whose names end so. */
function textsBelow(folder: string, ending: string): string {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** Rules on invoices have their cases in tests/unit/rules; these are tried one by one where they belong. */
it('has a test or a sample that meets each rule on envelope, schema, directory and work', () => {
  const tried = textsBelow('tests', '.test.ts') + textsBelow('samples', '.xml');
  const named = new Set(tried.match(/[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)+|\bXSD\b/g));
  expect(Object.keys(findingRules).filter((id) => !named.has(id))).toEqual([]);
});
