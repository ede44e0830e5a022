import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Invoice } from '../../src/domain/invoice.js';
import { defaultLimits } from '../../src/domain/limits.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';
import { renderInvoicePdf } from '../../src/readable/pdf.js';
import { mainPieceOf, pivotPieces, pivotSkeleton } from '../../src/report/pivot.js';
import { zippedPdf } from '../helpers/report-invoices.js';

const root = resolve(import.meta.dirname, '../..');
const shared = resolve(root, process.env.ECLUSE_SHARED ?? '../shared');
const aife = join(shared, 'corpus/aife');
const xsd = join(shared, 'reference/xsd/cpp/CPPFacturePivot_V2_02.xsd');
const files = existsSync(aife) ? readdirSync(aife).filter((name) => name.endsWith('.xml')) : [];
const missing = reasonToSkip();
if (missing !== null) console.warn(`report-corpus: skipped, ${missing}`);

function reasonToSkip(): string | null {
  if (files.length === 0 || !existsSync(xsd)) return "AIFE's samples are not there (ECLUSE_SHARED)";
  try {
    execFileSync('xmllint', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'xmllint is not installed';
  }
}

const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function read(path: string): readonly Invoice[] {
  const cut = cutPieces(path, mkdtempSync(join(dir, 'cut-')), defaultLimits);
  const reading = readEntry(cut.bytes, 'cii', cut);
  return reading.kind === 'invoices' ? reading.invoices.map((i) => i.invoice) : [];
}

describe.skipIf(missing !== null)("AIFE's CII flows as pivots", () => {
  it.each(files)('%s gives a valid pivot with the amounts of the sender, and a PDF', async (name) => {
    const invoices = read(join(aife, name));
    expect(invoices.length).toBe(1);
    for (const invoice of invoices) {
      const own = invoice.attachments.flatMap(({ piece }) =>
        piece === null ? [] : [{ ...zippedPdf, index: piece, archiveKey: `k${piece}` }],
      );
      expect(mainPieceOf(invoice, own)).not.toBeNull();
      const pieces = pivotPieces(invoice, own);
      const { body, parts } = pivotSkeleton({
        name: 'FEN0036A_DST001_CPP0010036000000000000001',
        engine: { code: 'CPP001', name: 'Écluse' },
        partner: { code: 'DST001', name: 'Destinataire' },
        at: new Date('2026-11-21T10:00:00Z'),
        invoices: [{ id: name, invoice, structure: null, service: null, receivedAt: new Date(), pieces }],
      });
      const file = join(dir, name);
      writeFileSync(
        file,
        parts.reduce((text, { token }) => text.replace(token, 'UEsDBA=='), body),
      );
      expect(schemaVerdict(file)).toBe('');
      expect(body).toContain(`<MontantTTC>${invoice.totals.taxInclusive}</MontantTTC>`);
      expect(body).toContain(`<MontantNetAPayer>${invoice.totals.payable}</MontantNetAPayer>`);
      const facts = { structureName: null, serviceName: null, receivedAt: new Date(0) };
      expect((await renderInvoicePdf(invoice, facts)).subarray(0, 5).toString()).toBe('%PDF-');
    }
  });
});

function schemaVerdict(file: string): string {
  try {
    execFileSync('xmllint', ['--noout', '--schema', xsd, file], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr).slice(0, 2000);
  }
}
