import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { defaultLimits } from '../../src/domain/limits.js';
import { markCut } from '../../src/formats/embedded.js';
import { parseEntry, readTree } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';
import { descendants } from '../../src/xml/node.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-mark-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('an element whose content was cut out is not an empty one for rules, and its piece is what was deposited', () => {
  const path = join(dir, 'a.xml');
  const bytes = Buffer.from('attachment of a test'.repeat(200));
  writeFileSync(path, ubl({ number: 'C-1', piece: { name: 'facture.pdf', bytes } }));
  const cut = cutPieces(path, join(dir, 'work'), defaultLimits);
  const parsed = parseEntry(cut.bytes);
  if (!parsed.ok) throw new Error('not parsed');
  const reading = readTree(parsed.root, 'ubl-invoice', cut);
  const content = () =>
    [...descendants(parsed.root)].find(({ local }) => local === 'EmbeddedDocumentBinaryObject')?.text.trim();
  expect(content()).toBe('');
  markCut(parsed.root, cut);
  expect(content()).not.toBe('');
  expect(reading.kind === 'invoices' && reading.pieces.map(({ sizeBytes }) => sizeBytes)).toEqual([
    bytes.length,
  ]);
});
