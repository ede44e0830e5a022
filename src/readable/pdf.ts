import PDFDocument from 'pdfkit';
import { dayInParis } from '../domain/dates.js';
import type { Invoice } from '../domain/invoice.js';
import { drawAttachments, drawNotes, drawPayment } from './closing.js';
import { frenchDate } from './format.js';
import { drawParties, drawReferences, drawTitle, type ReadableFacts } from './heading.js';
import { titleOf } from './labels.js';
import { drawAdjustments, drawLines, drawTotals } from './lines.js';
import { contentWidthPt, createSheet, page, styles } from './sheet.js';
import { printable } from './text.js';

export type { ReadableFacts } from './heading.js';

/**
 * The readable form of an invoice that came without one: an A4 PDF in French, made of the structured invoice alone.
 * Any text is shown as the standard fonts can (`printable`); the same invoice gives the same bytes.
 */
export async function renderInvoicePdf(invoice: Invoice, facts: ReadableFacts): Promise<Buffer> {
  const title = printable(
    `${titleOf(invoice.typeCode, invoice.creditNoteRoot)} ${invoice.number ?? ''}`,
    100,
  );
  const doc = new PDFDocument({
    size: 'A4',
    // No margins of pdfkit's own: the sheet decides where a page ends.
    margin: 0,
    bufferPages: true,
    lang: 'fr-FR',
    displayTitle: true,
    info: {
      Title: title,
      Author: printable(invoice.chorus.supplier.name ?? invoice.seller.name ?? '', 200),
      Creator: 'Écluse',
      Producer: 'Écluse',
      CreationDate: facts.receivedAt,
      ModDate: facts.receivedAt,
    },
  });
  const whole = collect(doc);
  const sheet = createSheet(doc);
  drawTitle(sheet, invoice);
  drawParties(sheet, invoice, facts);
  drawReferences(sheet, invoice);
  drawLines(sheet, invoice);
  drawAdjustments(sheet, invoice);
  drawTotals(sheet, invoice);
  drawPayment(sheet, invoice);
  drawNotes(sheet, invoice);
  drawAttachments(sheet, invoice);
  drawFooters(doc, title, facts);
  doc.end();
  return whole;
}

/** On every page: where the document comes from, and which page of how many it is. */
function drawFooters(doc: PDFKit.PDFDocument, title: string, facts: ReadableFacts): void {
  const { start, count } = doc.bufferedPageRange();
  const received = frenchDate(dayInParis(facts.receivedAt));
  const full = { xPt: page.leftPt, widthPt: contentWidthPt };
  for (let i = 0; i < count; i++) {
    doc.switchToPage(start + i);
    const sheet = createSheet(doc);
    sheet.moveTo(page.heightPt - page.bottomPt + 14);
    sheet.rule();
    sheet.skip(6);
    sheet.line(title, full, styles.soft);
    sheet.line(`Page ${i + 1} / ${count}`, { ...full, align: 'right' }, styles.soft);
    sheet.skip(11);
    sheet.line(
      `Document lisible rendu par Écluse à partir de la facture structurée reçue le ${received}.`,
      full,
      styles.soft,
    );
  }
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}
