import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import type { Syntax } from '../../src/domain/syntax.js';
import { examinePiece } from '../../src/formats/pieces.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';

const shared = resolve(process.env.ECLUSE_SHARED ?? '../shared');
const official = join(shared, 'corpus/aife');
const mixte = join(shared, 'reference/samples/cpp/Facture-IN_DP_E2_CPP_FACTURE_MIN.xml');
const there = existsSync(official) && existsSync(mixte);
if (!there) console.log(`skipped: official samples not found in ${shared}`);

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function read(path: string, syntax: Syntax) {
  const cut = cutPieces(path, mkdtempSync(join(base, 'w-')), defaultLimits);
  const reading = readEntry(cut.bytes, syntax, cut);
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.findings));
  return reading;
}

describe.skipIf(!there)('samples of Chorus Pro', () => {
  const samples = there ? readdirSync(official).filter((name) => /^FSO1116A.*\.xml$/.test(name)) : [];

  it.each(samples)('%s has what Chorus needs, and a ZIP of one file (DOMAIN 2.4)', async (name) => {
    const { invoices, pieces } = read(join(official, name), 'cii');
    expect(invoices).toHaveLength(1);
    const invoice = invoices[0]?.invoice;
    expect(invoice?.chorus.cadre).toMatch(/^A\d+$/);
    expect(invoice?.chorus.supplier.idType).not.toBeNull();
    expect(invoice?.chorus.supplier.name).not.toBeNull();
    expect(invoice?.chorus.recipient).toMatchObject({ idType: '1', id: expect.stringMatching(/^\d{14}$/) });
    expect(invoice?.chorus.vatRegime).toBe('TVA_SUR_ENCAISSEMENT');
    expect(invoice?.issueDate).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(invoice?.payment.accounts[0]?.id).toMatch(/^[A-Z]{2}\d{2}/);
    const cutPiecesOf = invoice?.attachments.filter(({ piece }) => piece !== null) ?? [];
    expect(cutPiecesOf.map(({ piece }) => piece)).toEqual(pieces.map(({ index }) => index));
    for (const { content } of pieces) {
      const facts = await examinePiece(content, defaultLimits);
      expect(facts).toMatchObject({ type: 'zip', problem: null });
      expect(facts.inside).toHaveLength(1);
    }
  });

  it('reads the real CPPFactureMixte without a namespace', async () => {
    const { invoices, pieces } = read(mixte, 'cpp-mixte');
    expect(invoices).toHaveLength(1);
    const invoice = invoices[0]?.invoice;
    expect(invoice?.chorus.supplier.idType).toBe('1');
    expect(invoice?.vatBreakdown).toHaveLength(1);
    expect(invoice?.chorus.market).not.toBeNull();
    expect(invoice?.attachments).toMatchObject([{ chorusType: '01', piece: 0 }]);
    expect(pieces).toHaveLength(1);
  });
});
