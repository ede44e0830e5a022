import { type Decimal, parseDecimal } from '../domain/decimal.js';
import type { Invoice, Line } from '../domain/invoice.js';
import { linePriceText, priceTimesQuantity } from '../domain/line-price.js';
import { computedText, decimalText } from './pivot-values.js';
import { type Child, group, leaf, optionalLeaf, type XmlElement } from './xml.js';

/**
 * The `Lignes` block (DECISIONS, "The pivot"): lines that carry no amount are left out; null when a line has neither
 * a price nor what makes one, for a part of the lines would not add up.
 */
export function linesBlock({ lines }: Pick<Invoice, 'lines'>): XmlElement | null {
  const rows: XmlElement[] = [];
  for (const line of lines) {
    if (isTextOnly(line)) continue;
    const row = ligne(line, rows.length + 1);
    if (row === null) return null;
    rows.push(row);
  }
  return rows.length === 0 ? null : group('Lignes', rows);
}

/** True for the lines that only inform or group (UBL TYPE_LIGNE, CII LineStatusReasonCode; DOMAIN 9). */
function isTextOnly({ kind }: Line): boolean {
  const upper = kind?.toUpperCase();
  return upper === 'INFORMATION' || upper === 'REGROUPEMENT';
}

function ligne(line: Line, order: number): XmlElement | null {
  const price = unitPrice(line);
  const quantity = decimalText(line.quantity);
  const amount = decimalText(line.netAmount) ?? amountOf(line);
  if (price === null || quantity === null || amount === null) return null;
  const children: readonly Child[] = [
    optionalLeaf('ReferenceProduit', reference(line)),
    leaf('PrixUnitaire', price),
    leaf('Quantite', quantity),
    leaf('MontantHT', amount),
    optionalLeaf('TauxTVA', decimalText(line.vatRate)),
  ];
  return group('Ligne', children, { NumOrdre: String(order) });
}

/** The pivot has no place for a label: a line without any reference is told apart by its name. */
function reference(line: Line): string | null {
  return line.sellerItemId ?? line.standardItemId?.value ?? line.buyerItemId ?? line.name;
}

/** The price of one unit before tax; where there is no price, what the amount gives for one. */
function unitPrice(line: Line): string | null {
  const written = linePriceText(line);
  if (written !== null) {
    const base = parseDecimal(line.priceBaseQuantity);
    return base === null || base.eq(0) || base.eq(1)
      ? decimalText(written)
      : textOrNull(parseDecimal(written)?.div(base));
  }
  const amount = parseDecimal(line.netAmount);
  const quantity = parseDecimal(line.quantity);
  return amount === null || quantity === null || quantity.eq(0) ? null : computedText(amount.div(quantity));
}

function amountOf(line: Line): string | null {
  return textOrNull(priceTimesQuantity(parseDecimal(linePriceText(line)), line)?.round(2));
}

function textOrNull(value: Decimal | undefined): string | null {
  return value === undefined ? null : computedText(value);
}
