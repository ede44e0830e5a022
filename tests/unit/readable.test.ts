import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Invoice } from '../../src/domain/invoice.js';
import {
  frenchAmount,
  frenchDate,
  frenchNumber,
  frenchRate,
  groupedIban,
} from '../../src/readable/format.js';
import { paymentLabel, titleOf } from '../../src/readable/labels.js';
import { type ReadableFacts, renderInvoicePdf } from '../../src/readable/pdf.js';
import { printable } from '../../src/readable/text.js';
import {
  chorusParty,
  emptyLine,
  fullInvoice,
  hostileTexts,
  leanInvoice,
} from '../helpers/report-invoices.js';

const facts: ReadableFacts = {
  structureName: 'Ville de Béziers',
  serviceName: 'Services techniques',
  receivedAt: new Date('2026-11-20T23:30:00Z'),
};
const pageCount = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

describe('what the standard fonts show', () => {
  it.each([
    ['œuvre – « 10 € »', 'œuvre – « 10 € »'],
    ['a\u0000b\u200bc\u00ad', 'abc'],
    ['x\u202f%\t1\r\n2', 'x % 1\n2'],
    ['\u2264 \u2192 ł Ő ﬁ', '<= -> l O fi'],
    ['e\u0301', 'é'],
    ['日本 😀', '?? ?'],
    ['\ud800', '?'],
  ])('%j as %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
  it('tells where a text was cut', () => {
    expect(printable('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)} […]`);
  });
});

describe('French forms', () => {
  it('of numbers, amounts, rates, dates, accounts', () => {
    expect(frenchNumber('1234567.5000')).toBe('1\u00a0234\u00a0567,5');
    expect(frenchNumber('-1000')).toBe('-1\u00a0000');
    expect(frenchNumber('abc')).toBe('abc');
    expect(frenchAmount('1234.5', null)).toBe('1\u00a0234,50\u00a0€');
    expect(frenchAmount('0.123456', 'USD')).toBe('0,123456\u00a0USD');
    expect(frenchAmount('123456789012345678.91', 'EUR')).toBe(
      '123\u00a0456\u00a0789\u00a0012\u00a0345\u00a0678,91\u00a0€',
    );
    expect(frenchRate('5.50')).toBe('5,5\u00a0%');
    expect(frenchDate('2026-11-02')).toBe('02/11/2026');
    expect(frenchDate('2026-02-30')).toBe('2026-02-30');
    expect(groupedIban('FR7630006000011234567890189')).toBe('FR76 3000 6000 0112 3456 7890 189');
    expect(groupedIban('12 34')).toBe('12 34');
  });
  it('of codes', () => {
    expect(titleOf('381', false)).toBe('Avoir');
    expect(titleOf('380', true)).toBe('Avoir');
    expect(titleOf('999', false)).toBe('Facture');
    expect(paymentLabel('58', 'Virement SEPA')).toBe('Virement SEPA');
    expect(paymentLabel('ZZZ', 'Accord')).toBe('Accord (code ZZZ)');
    expect(paymentLabel(null, null)).toBe('');
  });
});

describe('the readable PDF', () => {
  it('is a PDF, and the same bytes for the same invoice', async () => {
    const [first, second] = [
      await renderInvoicePdf(fullInvoice(), facts),
      await renderInvoicePdf(fullInvoice(), facts),
    ];
    expect(first.subarray(0, 5).toString()).toBe('%PDF-');
    expect(first.equals(second)).toBe(true);
    const other = await renderInvoicePdf({ ...fullInvoice(), number: 'F-2' }, facts);
    expect(other.equals(first)).toBe(false);
  });
  it('takes one page for a short invoice and more for a long one', async () => {
    expect(pageCount(await renderInvoicePdf(leanInvoice(), facts))).toBe(1);
    expect(pageCount(await renderInvoicePdf(fullInvoice(2), facts))).toBe(1);
    expect(pageCount(await renderInvoicePdf(fullInvoice(500), facts))).toBeGreaterThan(15);
  });
  it.each(hostileTexts.map((text, i) => [i, text] as const))(
    'is made of hostile text %i as well',
    async (_, text) => {
      const pdf = await renderInvoicePdf(hostile(text), facts);
      expect(pageCount(pdf)).toBeGreaterThan(0);
    },
  );
  it('is made of an invoice without anything', async () => {
    const lean = leanInvoice({ number: null, issueDate: null, typeCode: null });
    const totals = Object.fromEntries(
      Object.keys(lean.totals).map((key) => [key, null]),
    ) as unknown as Invoice['totals'];
    const party = chorusParty({ idType: null, id: null });
    const chorus = { ...lean.chorus, supplier: party, recipient: party };
    const nothing = { structureName: null, serviceName: null, receivedAt: new Date(0) };
    expect(pageCount(await renderInvoicePdf({ ...lean, totals, chorus, lines: [emptyLine] }, nothing))).toBe(
      1,
    );
  });
});

const extractor = (() => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('readable: text extraction skipped, pdftotext is not installed');
    return false;
  }
})();

describe.skipIf(!extractor)('the text of the PDF', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  async function textOf(invoice: Invoice): Promise<string> {
    const file = join(dir, 'out.pdf');
    writeFileSync(file, await renderInvoicePdf(invoice, facts));
    return execFileSync('pdftotext', ['-layout', '-enc', 'UTF-8', file, '-'], {
      encoding: 'utf8',
    }).replaceAll('\u00a0', ' ');
  }

  it('tells everything that matters', async () => {
    const text = await textOf(fullInvoice());
    for (const expected of [
      'N° F-2026-001',
      'du 02/11/2026',
      'ATELIER DUPRE',
      'SIRET : 12345678200010',
      'Ville de Béziers',
      'Services techniques (SERV1)',
      'A9 – facture d’un sous-traitant',
      '2412345673',
      '2025-M-17',
      'Entreprise titulaire',
      'TVA sur les débits',
      'Œuvre livrée « prête à poser »',
      '250,083333',
      '1 500,50 €',
      '1 810,60 €',
      'FR76 3000 6000 0112 3456 7890 189',
      'Affacturage du Midi',
      'Paiement à 30 jours',
      "Pas d'escompte",
      'Page 1 / 1',
      'rendu par Écluse à partir de la facture structurée reçue le 21/11/2026',
    ]) {
      expect(text).toContain(expected);
    }
  });
  it('has every one of 500 lines once, and the heading and the number of pages on each page', async () => {
    const text = await textOf(fullInvoice(500));
    const pages = text.split('\f').filter((p) => p.trim() !== '');
    const numbers = [...text.matchAll(/Fourniture nº (\d+) /g)].map((m) => Number(m[1]));
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    pages.forEach((p, i) => {
      expect(p).toContain(`Page ${i + 1} / ${pages.length}`);
      if (/Fourniture nº/.test(p)) expect(p).toMatch(/Désignation\s+Quantité/);
    });
  });
  it('keeps a line whose text is longer than a page', async () => {
    const description = Array.from({ length: 700 }, (_, i) => `mot${i}`).join(' ');
    const lean = leanInvoice({ lines: [{ ...emptyLine, id: '1', name: 'Lot', description }] });
    const text = await textOf(lean);
    expect(text).toContain('mot0 ');
    expect(text).toContain('mot699');
  });
});

/** Every text of an invoice replaced, amounts and codes too. */
function hostile(text: string): Invoice {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return text;
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, v]) => [key, key === 'idType' ? v : replaced(v)]),
    );
  };
  return replaced(fullInvoice(3)) as Invoice;
}
