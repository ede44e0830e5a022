import type { AllowanceCharge, Invoice, Line } from '../domain/invoice.js';
import { linePriceText } from '../domain/line-price.js';
import { frenchAmount, frenchDate, frenchNumber, frenchRate } from './format.js';
import { categoryLabel, unitLabel } from './labels.js';
import { contentWidthPt, lineHeight, page, type Sheet, styles } from './sheet.js';
import { type Column, drawTable, type Row } from './table.js';
import { printable } from './text.js';

/** Line numbers take little room; senders who put references there get a wider column. */
const columnsFor = (idShare: number): readonly Column[] => [
  { title: 'N°', share: idShare },
  { title: 'Désignation', share: 0.44 - idShare },
  { title: 'Quantité', share: 0.11, align: 'right' },
  { title: 'Unité', share: 0.08 },
  { title: 'Prix unitaire', share: 0.13, align: 'right' },
  { title: 'TVA', share: 0.08, align: 'right' },
  { title: 'Montant HT', share: 0.16, align: 'right' },
];

/** The lines of the invoice; nothing where there are none. */
export function drawLines(sheet: Sheet, invoice: Invoice): void {
  if (invoice.lines.length === 0) return;
  const wideIds = invoice.lines.some(({ id }) => (id?.length ?? 0) > 5);
  drawTable(
    sheet,
    columnsFor(wideIds ? 0.13 : 0.06),
    invoice.lines.map((line) => rowOf(line, invoice.currency)),
  );
  sheet.rule();
  sheet.skip(8);
}

function rowOf(line: Line, currency: string | null): Row {
  const label = line.name ?? line.description ?? line.note ?? '';
  const textOnly = /^(INFORMATION|REGROUPEMENT)$/i.test(line.kind ?? '');
  return {
    cells: textOnly
      ? [line.id ?? '', label]
      : [
          line.id ?? '',
          label,
          frenchNumber(line.quantity),
          unitLabel(line.unit),
          priceText(line),
          frenchRate(line.vatRate) || categoryLabel(line.vatCategory),
          frenchAmount(line.netAmount, currency),
        ],
    below: { column: 1, text: detailText(line, label, currency) },
    bold: textOnly,
  };
}

function priceText(line: Line): string {
  const price = frenchNumber(linePriceText(line) ?? line.netPrice, 2);
  const base = line.priceBaseQuantity;
  return base === null || Number(base) === 1 ? price : `${price} / ${frenchNumber(base)}`;
}

function detailText(line: Line, label: string, currency: string | null): string {
  const texts = [
    line.description === label ? null : line.description,
    line.note === label ? null : line.note,
    labelled('Réf.', line.sellerItemId ?? line.standardItemId?.value ?? null),
    labelled('Réf. acheteur', line.buyerItemId),
    labelled('Ligne de commande', line.orderLineReference),
    periodText(line),
    ...line.attributes.map(({ name, value }) => labelled(name ?? 'Caractéristique', value)),
    ...line.allowancesCharges.map((item) => adjustmentText(item, currency)),
  ];
  return texts.filter((text) => text !== null && text !== '').join('\n');
}

function labelled(label: string, value: string | null): string | null {
  return value === null || value === '' ? null : `${label} : ${value}`;
}

function periodText({ period }: Line): string | null {
  if (period === null || (period.start === null && period.end === null)) return null;
  return `Période : ${[period.start, period.end]
    .filter((d) => d !== null)
    .map(frenchDate)
    .join(' – ')}`;
}

function adjustmentText(item: AllowanceCharge, currency: string | null): string {
  const kind = item.charge === true ? 'Frais' : 'Remise';
  const reason = item.reason === null ? '' : ` (${item.reason})`;
  return `${kind}${reason} : ${frenchAmount(item.amount, currency)}`;
}

/** Allowances and charges on the whole invoice. */
export function drawAdjustments(sheet: Sheet, invoice: Invoice): void {
  if (invoice.allowancesCharges.length === 0) return;
  drawTable(
    sheet,
    [
      { title: 'Remises et frais', share: 0.5 },
      { title: 'Base', share: 0.17, align: 'right' },
      { title: 'TVA', share: 0.13, align: 'right' },
      { title: 'Montant HT', share: 0.2, align: 'right' },
    ],
    invoice.allowancesCharges.map((item) => ({
      cells: [
        `${item.charge === true ? 'Frais' : 'Remise'}${item.reason === null ? '' : ` – ${item.reason}`}`,
        frenchAmount(item.base, invoice.currency),
        frenchRate(item.vatRate) || categoryLabel(item.vatCategory),
        `${item.charge === true ? '' : '– '}${frenchAmount(item.amount, invoice.currency)}`,
      ],
    })),
  );
  sheet.skip(8);
}

/** The recap of VAT, then the totals at the right. */
export function drawTotals(sheet: Sheet, invoice: Invoice): void {
  const { currency, totals } = invoice;
  if (invoice.vatBreakdown.length > 0) {
    drawTable(
      sheet,
      [
        { title: 'Récapitulatif de TVA', share: 0.44 },
        { title: 'Taux', share: 0.12, align: 'right' },
        { title: 'Base HT', share: 0.22, align: 'right' },
        { title: 'Montant de TVA', share: 0.22, align: 'right' },
      ],
      invoice.vatBreakdown.map((vat) => ({
        cells: [
          categoryLabel(vat.category),
          frenchRate(vat.rate),
          frenchAmount(vat.base, currency),
          frenchAmount(vat.amount, currency),
        ],
        below: { column: 0, text: vat.exemptionReason ?? vat.exemptionCode ?? '' },
      })),
    );
    sheet.skip(8);
  }
  const rows: readonly (readonly [string, string | null])[] = [
    ['Total des lignes', totals.lines],
    ['Remises', totals.allowances],
    ['Frais', totals.charges],
    ['Total HT', totals.taxExclusive],
    ['TVA', totals.tax],
    ['Total TTC', totals.taxInclusive],
    ['Déjà payé', totals.prepaid],
    ['Arrondi', totals.rounding],
  ];
  const shown = rows.filter(([, amount]) => amount !== null && amount !== '');
  const step = lineHeight(styles.body) + 1;
  sheet.ensure((shown.length + 2) * step + 12);
  const place = { xPt: page.leftPt + contentWidthPt * 0.55, widthPt: contentWidthPt * 0.45 };
  for (const [label, amount] of shown) {
    sheet.line(label, place, styles.body);
    sheet.line(
      frenchAmount(amount, currency),
      { ...place, widthPt: place.widthPt - 3, align: 'right' },
      styles.body,
    );
    sheet.skip(step);
  }
  drawPayable(sheet, invoice, place);
}

function drawPayable(
  sheet: Sheet,
  invoice: Invoice,
  place: { readonly xPt: number; readonly widthPt: number },
): void {
  sheet.skip(2);
  sheet.band(20, '#dfe8f0', { xPt: place.xPt - 6, widthPt: place.widthPt + 6 });
  sheet.skip(5);
  sheet.line('Net à payer', place, styles.strong);
  const amount = shortened(frenchAmount(invoice.totals.payable, invoice.currency));
  sheet.line(amount, { ...place, widthPt: place.widthPt - 3, align: 'right' }, styles.strong);
  sheet.skip(25);
}

/** What is no number may be of any length; totals have one line. */
function shortened(amount: string): string {
  return printable(amount, 30);
}
