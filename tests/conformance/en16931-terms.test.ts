import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Row, semanticRows } from '../../src/domain/semantic-terms.js';
import { semanticJson } from '../../src/formats/semantic.js';
import { corpusDir, invoicesOf, wholeDocuments, xmlOf } from './en16931-corpus.js';

const present = existsSync(join(corpusDir, 'manifest.json'));
if (!present) console.log(`skipped: the corpus of EN 16931 documents is not in ${corpusDir}`);

function idsOf(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => ('rows' in row ? [row.id, ...idsOf(row.rows)] : [row.id]));
}

/** Every term of EN 16931-1: BT-1 to BT-165 without BT-4, which the norm has not, and BG-1 to BG-32. */
const numbered = (prefix: string, last: number) =>
  Array.from({ length: last }, (_, i) => `${prefix}-${i + 1}`).filter((id) => id !== 'BT-4');
const norm = [...numbered('BT', 165), ...numbered('BG', 32)];

/** BT-125 is the content of a piece: printed as what is known of it. */
const shownAs = (id: string) => (id === 'BT-125' ? 'BT-125.mimeCode' : id);

function collect(told: unknown, into: Set<string>): void {
  if (Array.isArray(told)) for (const one of told) collect(one, into);
  else if (typeof told === 'object' && told !== null) {
    for (const [key, value] of Object.entries(told)) {
      if (/^B[TG]-/.test(key)) into.add(key);
      collect(value, into);
    }
  }
}

it('names every term and group of the norm', () => {
  const ids = new Set(idsOf(semanticRows));
  expect(norm.filter((id) => !ids.has(shownAs(id)))).toEqual([]);
});

describe.skipIf(!present)('terms read from real invoices', () => {
  const workDir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  const seen = { ubl: new Set<string>(), cii: new Set<string>() };

  beforeAll(() => {
    for (const document of wholeDocuments().filter(({ kind }) => kind === 'sample')) {
      const bytes = xmlOf(document);
      const found = seen[document.syntax.startsWith('ubl') ? 'ubl' : 'cii'];
      for (const { invoice } of (bytes === null ? null : invoicesOf(bytes, workDir)) ?? []) {
        collect(semanticJson(invoice).terms, found);
      }
    }
  }, 300_000);

  afterAll(() => rmSync(workDir, { recursive: true, force: true }));

  it.each(['ubl', 'cii'] as const)('prints every term and group of the norm from %s', (syntax) => {
    expect(norm.filter((id) => !seen[syntax].has(shownAs(id)))).toEqual([]);
  });
});
