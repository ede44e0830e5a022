import type { Invoice } from '../domain/invoice.js';
import { frenchDate, groupedIban } from './format.js';
import { named } from './heading.js';
import { paymentLabel } from './labels.js';
import { contentWidthPt, lineHeight, page, type Sheet, styles } from './sheet.js';

const full = { xPt: page.leftPt, widthPt: contentWidthPt };

/** How and when to pay. */
export function drawPayment(sheet: Sheet, invoice: Invoice): void {
  const { payment, chorus, payee } = invoice;
  const lines = [
    labelled('Mode de paiement', paymentLabel(payment.meansCode, payment.meansText)),
    labelled('Échéance', frenchDate(invoice.dueDate)),
    ...payment.accounts.flatMap(({ id, bic, name }) => [
      labelled('Compte', id === null ? '' : groupedIban(id)),
      labelled('BIC', bic ?? ''),
      labelled('Titulaire', name ?? ''),
    ]),
    labelled('Payé à', named(chorus.payee) || (payee?.name ?? '')),
    labelled('Référence du paiement', payment.remittance ?? ''),
    labelled('Mandat', payment.mandate ?? ''),
    labelled('Carte', payment.cardNumber ?? ''),
    labelled('Conditions', invoice.paymentTerms ?? ''),
  ];
  section(sheet, 'Paiement', lines);
}

export function drawNotes(sheet: Sheet, invoice: Invoice): void {
  section(
    sheet,
    'Mentions',
    invoice.notes.map(({ text }) => text),
  );
}

/** Names of the pieces that came with the invoice. */
export function drawAttachments(sheet: Sheet, invoice: Invoice): void {
  section(
    sheet,
    'Pièces jointes',
    invoice.attachments.map((a) => a.filename ?? a.name ?? a.uri ?? ''),
  );
}

function section(sheet: Sheet, title: string, texts: readonly string[]): void {
  const shown = texts.filter((text) => text !== '');
  if (shown.length === 0) return;
  sheet.ensure(lineHeight(styles.section) + 2 * lineHeight(styles.body));
  sheet.line(title, full, styles.section);
  sheet.skip(lineHeight(styles.section) + 2);
  for (const text of shown) sheet.paragraph(text, full, styles.body);
  sheet.skip(8);
}

function labelled(label: string, value: string): string {
  return value === '' ? '' : `${label} : ${value}`;
}
