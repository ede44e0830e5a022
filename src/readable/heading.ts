import { identifierTypes } from '../domain/identifiers.js';
import type { Address, ChorusParty, Invoice, Party } from '../domain/invoice.js';
import { frenchDate } from './format.js';
import { cadreLabel, regimeLabel, titleOf } from './labels.js';
import { contentWidthPt, ink, lineHeight, page, type Sheet, styles, type TextStyle } from './sheet.js';
import { printable } from './text.js';

/** Names that the directory knows better than the invoice. */
export interface ReadableFacts {
  readonly structureName: string | null;
  readonly serviceName: string | null;
  /** When the flow was received: the date of the document, so that the same invoice gives the same bytes. */
  readonly receivedAt: Date;
}

/** A label and its value; left out where the value is empty. */
type Pair = readonly [label: string, value: string | null];

const halfPt = contentWidthPt / 2;

/** Title, number and date. */
export function drawTitle(sheet: Sheet, invoice: Invoice): void {
  const full = { xPt: page.leftPt, widthPt: contentWidthPt };
  const title = titleOf(invoice.typeCode, invoice.creditNoteRoot);
  sheet.line(title, full, styles.title);
  sheet.skip(2);
  sheet.line(
    clipped(sheet, `N° ${invoice.number ?? ''}`, halfPt, styles.strong),
    { ...full, align: 'right' },
    styles.strong,
  );
  sheet.skip(lineHeight(styles.strong));
  sheet.line(
    clipped(sheet, `du ${frenchDate(invoice.issueDate)}`, halfPt, styles.body),
    { ...full, align: 'right' },
    styles.body,
  );
  sheet.skip(lineHeight(styles.body) + 4);
  sheet.rule(ink.accent);
  sheet.skip(10);
}

function clipped(sheet: Sheet, text: string, widthPt: number, style: TextStyle): string {
  return sheet.wrap(printable(text), widthPt, style)[0] ?? '';
}

/** Supplier and recipient side by side. */
export function drawParties(sheet: Sheet, invoice: Invoice, facts: ReadableFacts): void {
  const { chorus } = invoice;
  const supplier = [
    chorus.supplier.name ?? invoice.seller.name ?? '',
    ...partyLines(invoice.seller, chorus.supplier.name),
    identified(chorus.supplier),
    pairText(['N° de TVA', invoice.seller.vatId]),
    pairText(['Code service', chorus.supplierServiceCode]),
    ...contactLines(invoice.seller),
  ];
  const recipient = [
    facts.structureName ?? chorus.recipient.name ?? invoice.buyer.name ?? '',
    serviceLine(invoice, facts),
    ...partyLines(invoice.buyer, facts.structureName ?? chorus.recipient.name),
    identified(chorus.recipient),
    pairText(['N° de TVA', invoice.buyer.vatId]),
    ...contactLines(invoice.buyer),
  ];
  const left = column(sheet, 'FOURNISSEUR', supplier, halfPt - 24);
  const right = column(sheet, 'DESTINATAIRE', recipient, halfPt - 24);
  const rows = Math.max(left.length, right.length);
  for (let i = 0; i < rows; i++) {
    sheet.ensure(lineHeight(styles.body));
    drawLine(sheet, left[i], page.leftPt);
    drawLine(sheet, right[i], page.leftPt + halfPt + 12);
    sheet.skip(lineHeight(styles.body));
  }
  sheet.skip(8);
}

interface StyledLine {
  readonly text: string;
  readonly style: TextStyle;
}

function drawLine(sheet: Sheet, line: StyledLine | undefined, xPt: number): void {
  if (line !== undefined) sheet.line(line.text, { xPt, widthPt: halfPt }, line.style);
}

function column(
  sheet: Sheet,
  title: string,
  texts: readonly string[],
  widthPt: number,
): readonly StyledLine[] {
  const [name = '', ...rest] = texts;
  const wrapped = (text: string, style: TextStyle) =>
    text === '' ? [] : sheet.wrap(printable(text, 500), widthPt, style).map((t) => ({ text: t, style }));
  return [
    { text: title, style: styles.head },
    ...wrapped(name, styles.bold),
    ...rest.flatMap((text) => wrapped(text, styles.body)),
  ];
}

function partyLines(party: Party, shownName: string | null): string[] {
  const names = [party.name, party.tradingName].filter((n): n is string => n !== null && n !== shownName);
  return [...new Set(names), party.legalForm ?? '', ...addressLines(party.address)];
}

export function addressLines(address: Address | null): string[] {
  if (address === null) return [];
  const town = [address.postCode, address.city].filter((t) => t !== null).join(' ');
  const region = [address.subdivision, address.country].filter((t) => t !== null).join(' ');
  return [address.line1 ?? '', address.line2 ?? '', address.line3 ?? '', town, region];
}

function contactLines({ contact }: Party): string[] {
  return contact === null
    ? []
    : [contact.name ?? '', [contact.phone, contact.email].filter((t) => t !== null).join(' – ')];
}

function identified(party: ChorusParty): string {
  if (party.id === null) return '';
  const label = party.idType === null ? 'Identifiant' : identifierTypes[party.idType].label;
  return `${label.charAt(0).toUpperCase()}${label.slice(1)} : ${party.id}`;
}

function serviceLine({ chorus }: Invoice, { serviceName }: ReadableFacts): string {
  const name = serviceName ?? chorus.serviceName;
  if (chorus.serviceCode === null) return name === null ? '' : `Service : ${name}`;
  return name === null ? `Service : ${chorus.serviceCode}` : `Service : ${name} (${chorus.serviceCode})`;
}

function pairText([label, value]: Pair): string {
  return value === null || value === '' ? '' : `${label} : ${value}`;
}

/** References in two columns, in the order in which an accountant looks for them. */
export function drawReferences(sheet: Sheet, invoice: Invoice): void {
  const shown = references(invoice).filter(([, value]) => value !== null && value !== '');
  const half = Math.ceil(shown.length / 2);
  const labelPt = 104;
  for (let i = 0; i < half; i++) {
    const cells = [shown[i], shown[half + i]].map((pair, side) => {
      const xPt = page.leftPt + side * (halfPt + 12);
      const text = pair === undefined ? '' : printable(pair[1] ?? '', 300).replaceAll('\n', ' ');
      return { label: pair?.[0] ?? '', xPt, lines: sheet.wrap(text, halfPt - 24 - labelPt, styles.body) };
    });
    const count = Math.max(...cells.map(({ lines }) => lines.length));
    sheet.ensure(count * lineHeight(styles.body));
    for (let row = 0; row < count; row++) {
      for (const { label, xPt, lines } of cells) {
        if (row === 0) sheet.line(label, { xPt, widthPt: labelPt }, styles.soft);
        sheet.line(lines[row] ?? '', { xPt: xPt + labelPt, widthPt: halfPt - labelPt }, styles.body);
      }
      sheet.skip(lineHeight(styles.body));
    }
  }
  sheet.skip(10);
}

function references(invoice: Invoice): readonly Pair[] {
  const { chorus } = invoice;
  const preceding = invoice.precedingInvoices
    .map(({ number, issueDate }) =>
      [number, issueDate === null ? null : `du ${frenchDate(issueDate)}`].filter((t) => t !== null).join(' '),
    )
    .join(', ');
  return [
    ['Cadre de facturation', cadreLabel(chorus.cadre)],
    ['N° d’engagement', chorus.engagement ?? invoice.orderReference],
    ['N° de marché', chorus.market],
    ['N° de contrat', chorus.contract ?? (chorus.market === null ? invoice.contractReference : null)],
    ['Facture d’origine', chorus.originalInvoice ?? preceding],
    ['Référence acheteur', invoice.buyerReference === chorus.serviceCode ? null : invoice.buyerReference],
    ['Projet', invoice.projectReference],
    ['Commande fournisseur', invoice.salesOrderReference],
    ['Bon de livraison', invoice.despatchAdviceReference],
    ['Avis de réception', invoice.receivingAdviceReference],
    ['Appel d’offres', invoice.tenderReference],
    ['Objet facturé', invoice.invoicedObject?.value ?? null],
    ['Réf. comptable acheteur', invoice.buyerAccountingReference],
    ['Date de livraison', frenchDate(chorus.deliveryDate ?? invoice.delivery?.date ?? null)],
    [
      'Lieu de livraison',
      [invoice.delivery?.name ?? '', ...addressLines(invoice.delivery?.address ?? null)]
        .filter((t) => t !== '')
        .join(', '),
    ],
    ['Période', periodText(invoice)],
    ['Régime de TVA', regimeLabel(chorus.vatRegime)],
    ['Exigibilité de la TVA', frenchDate(invoice.taxPointDate)],
    ['Valideur', named(chorus.validator)],
    [
      'Représentant fiscal',
      [invoice.taxRepresentative?.name, invoice.taxRepresentative?.vatId]
        .filter((t) => t != null)
        .join(' – '),
    ],
  ];
}

function periodText({ period }: Invoice): string {
  if (period === null || (period.start === null && period.end === null)) return '';
  if (period.end === null) return `à partir du ${frenchDate(period.start)}`;
  return period.start === null
    ? `jusqu’au ${frenchDate(period.end)}`
    : `du ${frenchDate(period.start)} au ${frenchDate(period.end)}`;
}

export function named(party: ChorusParty | null): string {
  return party === null ? '' : [party.name, party.id].filter((t) => t !== null).join(' – ');
}
