import PDFDocument from 'pdfkit';
import { dayInParis } from '../domain/dates.js';
import type { Invoice } from '../domain/invoice.js';
import { drawAttachments, drawNotes, drawPayment } from './closing.js';
import { frenchDate } from './format.js';
import { drawParties, drawReferences, drawTitle, type ReadableFacts } from './heading.js';
import { titleOf } from './labels.js';
import { drawAdjustments, drawLines, drawTotals } from './lines.js';
import {
  type Canvas,
  contentWidthPt,
  countingCanvas,
  createSheet,
  page,
  type Sheet,
  styles,
} from './sheet.js';
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
  // Laid out twice, the first time to know how many pages there are: each page is then written as soon as it is full,
  // where thousands of them held open were measured to take a gigabyte.
  const counting = countingCanvas();
  drawInvoice(createSheet(counting), invoice, facts);
  let number = 0;
  const footer = (): void => drawFooter(doc, title, facts, ++number, counting.pages);
  drawInvoice(createSheet(doc, footer), invoice, facts);
  footer();
  doc.end();
  return whole;
}

function drawInvoice(sheet: Sheet, invoice: Invoice, facts: ReadableFacts): void {
  drawTitle(sheet, invoice);
  drawParties(sheet, invoice, facts);
  drawReferences(sheet, invoice);
  drawLines(sheet, invoice);
  drawAdjustments(sheet, invoice);
  drawTotals(sheet, invoice);
  drawPayment(sheet, invoice);
  drawNotes(sheet, invoice);
  drawAttachments(sheet, invoice);
}

/** On every page: where the document comes from, and which page of how many it is. */
function drawFooter(
  canvas: Canvas,
  title: string,
  facts: ReadableFacts,
  number: number,
  count: number,
): void {
  const received = frenchDate(dayInParis(facts.receivedAt));
  const full = { xPt: page.leftPt, widthPt: contentWidthPt };
  const sheet = createSheet(canvas);
  sheet.moveTo(page.heightPt - page.bottomPt + 14);
  sheet.rule();
  sheet.skip(6);
  sheet.line(title, full, styles.soft);
  sheet.line(`Page ${number} / ${count}`, { ...full, align: 'right' }, styles.soft);
  sheet.skip(11);
  sheet.line(
    `Document lisible rendu par Écluse à partir de la facture structurée reçue le ${received}.`,
    full,
    styles.soft,
  );
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}
