import PDFDocument from 'pdfkit';
import { dayInParis, momentInParis } from '../domain/dates.js';
import type { Finding } from '../domain/finding.js';
import { type Flow, flowStates, isFinal } from '../domain/flow.js';
import { frenchDate } from './format.js';
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

/** What the report of a flow is made of. */
export interface ReportFacts {
  readonly flow: Flow;
  readonly findings: readonly Finding[];
  readonly partnerName: string;
}

const full = { xPt: page.leftPt, widthPt: contentWidthPt };
const gap = 6;

/** The integration report for people: an A4 PDF in French, every finding with its place, value and remedy. */
export async function renderReportPdf(facts: ReportFacts): Promise<Buffer> {
  const { flow } = facts;
  const at = new Date(flow.finalAt ?? flow.receivedAt);
  const title = printable(`Compte rendu d’intégration ${flow.depositedName}`, 120);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    lang: 'fr-FR',
    displayTitle: true,
    info: { Title: title, Creator: 'Écluse', Producer: 'Écluse', CreationDate: at, ModDate: at },
  });
  const whole = collected(doc);
  const counting = countingCanvas();
  draw(createSheet(counting), facts);
  let number = 0;
  const footer = (): void => drawFooter(doc, title, ++number, counting.pages);
  draw(createSheet(doc, footer), facts);
  footer();
  doc.end();
  return whole;
}

function draw(sheet: Sheet, { flow, findings, partnerName }: ReportFacts): void {
  sheet.paragraph('Compte rendu d’intégration', full, styles.title);
  sheet.skip(gap);
  for (const [label, value] of headOf(flow, partnerName)) {
    sheet.ensure(14);
    sheet.line(label, { xPt: page.leftPt, widthPt: 130 }, styles.soft);
    sheet.paragraph(value, { xPt: page.leftPt + 130, widthPt: contentWidthPt - 130 }, styles.body);
  }
  sheet.skip(gap);
  sheet.rule();
  sheet.skip(gap * 2);
  sheet.paragraph(verdictOf(flow), full, styles.strong);
  const fatal = findings.filter(({ severity }) => severity === 'fatal');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  drawFindings(sheet, 'Anomalies', fatal);
  drawFindings(sheet, 'Avertissements', warnings);
}

function headOf(flow: Flow, partnerName: string): readonly (readonly [string, string])[] {
  return [
    ['Flux', flow.depositedName],
    ['Émetteur', `${flow.partner}, ${partnerName}`],
    ['Code interface', flow.interfaceCode ?? 'illisible'],
    ['Reçu le', momentInParis(new Date(flow.receivedAt))],
    ['Traité le', flow.finalAt === null ? 'pas encore' : momentInParis(new Date(flow.finalAt))],
    ['État', `${flowStates[flow.state].label} (${flow.state})`],
    [
      'Factures',
      `reçues : ${flow.invoicesReceived} ; intégrées : ${flow.invoicesIntegrated} ; rejetées : ${flow.invoicesRejected}`,
    ],
  ];
}

function verdictOf(flow: Flow): string {
  if (!isFinal(flow.state)) return 'Le flux n’a pas encore été traité : ce compte rendu n’est pas définitif.';
  const said = {
    IN_INTEGRE: 'Toutes les factures du flux sont intégrées.',
    IN_INTEGRE_PARTIEL: 'Une partie des factures est intégrée ; les autres sont à corriger et à redéposer.',
    IN_REJETE: 'Rien de ce flux n’est intégré : corrigez ce qui suit et redéposez-le.',
    QP_RECEVABLE: 'Le flux est recevable ; déposé à blanc, il n’a eu aucun effet.',
    QP_RECEVABLE_AVEC_ERREUR:
      'Le flux est recevable avec des erreurs ; déposé à blanc, il n’a eu aucun effet.',
    QP_IRRECEVABLE: 'Le flux est irrecevable ; déposé à blanc, il n’a eu aucun effet.',
    IN_INCIDENTE: 'Un incident de la plateforme a empêché le traitement : le flux est à redéposer.',
  } as const;
  return flow.state in said ? said[flow.state as keyof typeof said] : '';
}

function drawFindings(sheet: Sheet, title: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  sheet.skip(gap * 2);
  sheet.ensure(60);
  sheet.paragraph(`${title} (${findings.length})`, full, styles.section);
  sheet.skip(gap);
  for (const finding of findings) drawFinding(sheet, finding);
}

function drawFinding(sheet: Sheet, finding: Finding): void {
  sheet.ensure(52);
  const place = [
    finding.invoice === null ? null : `facture ${finding.invoice}`,
    finding.entry === null ? null : `fichier ${finding.entry}`,
    finding.line === null ? null : `ligne ${finding.line}`,
    finding.path,
  ].filter((part) => part !== null);
  sheet.paragraph(finding.rule, full, styles.bold);
  sheet.paragraph(finding.message, full, styles.body);
  if (place.length > 0) sheet.paragraph(`Où : ${place.join(', ')}`, full, styles.soft);
  if (finding.value !== null) sheet.paragraph(`Valeur lue : ${finding.value}`, full, styles.soft);
  sheet.paragraph(`Remède : ${finding.fix}`, full, styles.body);
  sheet.skip(gap);
}

function drawFooter(canvas: Canvas, title: string, number: number, count: number): void {
  const sheet = createSheet(canvas);
  sheet.moveTo(page.heightPt - page.bottomPt + 14);
  sheet.rule();
  sheet.skip(6);
  sheet.line(title, full, styles.soft);
  sheet.line(`Page ${number} / ${count}`, { ...full, align: 'right' }, styles.soft);
  sheet.skip(11);
  sheet.line(`Rendu par Écluse le ${frenchDate(dayInParis(new Date()))}.`, full, styles.soft);
}

function collected(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}
