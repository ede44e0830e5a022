import PDFDocument from 'pdfkit';
import { contentWidthPt, countingCanvas, createSheet, page, type Sheet, styles } from './sheet.js';
import { printable } from './text.js';

/** A small report: facts, then notes one below the other. All texts are French, plain, and may be of any length. */
export interface NotesReport {
  readonly title: string;
  readonly verdict: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly head: string;
  readonly notes: readonly {
    readonly title: string;
    readonly text: string;
    readonly facts: readonly (readonly [name: string, value: string])[];
    /** What to do. */
    readonly remedy: string;
  }[];
  readonly closing: string;
  readonly at: Date;
}

const full = { xPt: page.leftPt, widthPt: contentWidthPt };
const indented = { xPt: page.leftPt + 12, widthPt: contentWidthPt - 12 };

/** The report as an A4 PDF; the same report gives the same bytes. */
export async function renderNotesPdf(report: NotesReport): Promise<Buffer> {
  const title = printable(report.title, 120);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    lang: 'fr-FR',
    displayTitle: true,
    info: {
      Title: title,
      Creator: 'Écluse',
      Producer: 'Écluse',
      CreationDate: report.at,
      ModDate: report.at,
    },
  });
  const whole = new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  const counting = countingCanvas();
  draw(createSheet(counting), report);
  let number = 0;
  const foot = (): void => {
    const sheet = createSheet(doc);
    number += 1;
    sheet.moveTo(page.heightPt - page.bottomPt + 14);
    sheet.rule();
    sheet.skip(6);
    sheet.line(title, full, styles.soft);
    sheet.line(`Page ${number} / ${counting.pages}`, { ...full, align: 'right' }, styles.soft);
  };
  draw(createSheet(doc, foot), report);
  foot();
  doc.end();
  return whole;
}

function draw(sheet: Sheet, { title, verdict, facts, head, notes, closing }: NotesReport): void {
  sheet.paragraph(title, full, styles.title);
  sheet.skip(6);
  sheet.paragraph(verdict, full, styles.strong);
  sheet.skip(8);
  for (const [name, value] of facts) sheet.paragraph(`${name} : ${value}`, full, styles.body);
  sheet.skip(10);
  sheet.paragraph(head, full, styles.section);
  sheet.rule();
  sheet.skip(6);
  for (const note of notes) {
    sheet.ensure(60);
    sheet.paragraph(note.title, full, styles.bold);
    sheet.paragraph(note.text, indented, styles.body);
    for (const [name, value] of note.facts) sheet.paragraph(`${name} : ${value}`, indented, styles.soft);
    sheet.paragraph(`Que faire : ${note.remedy}`, indented, styles.body);
    sheet.skip(8);
  }
  sheet.skip(6);
  sheet.paragraph(closing, full, styles.soft);
}
