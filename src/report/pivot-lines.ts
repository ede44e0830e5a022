import { type Decimal, parseDecimal } from '../domain/decimal.js';
import type { Invoice, Line } from '../domain/invoice.js';
import { computedText, decimalText } from './pivot-values.js';
import { type Child, group, leaf, optionalLeaf, type XmlElement } from './xml.js';

/** Half a cent: what rounding an amount to two decimals may hide. */
const roundingMax = '0.005';

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

/**
 * The unit price before tax: the net price, unless only the gross price gives the amount of the line. AIFE's CII
 * files put the price with tax in NetPrice and the price without in GrossPrice (DOMAIN 9.2).
 */
function unitPrice(line: Line): string | null {
  const amount = parseDecimal(line.netAmount);
  const quantity = parseDecimal(line.quantity);
  const chosen = chosenPrice(line, amount, quantity);
  if (chosen !== null) {
    const base = parseDecimal(line.priceBaseQuantity);
    return base === null || base.eq(0) || base.eq(1)
      ? decimalText(chosen)
      : textOrNull(parseDecimal(chosen)?.div(base));
  }
  if (amount === null || quantity === null || quantity.eq(0)) return null;
  return computedText(amount.div(quantity));
}

function chosenPrice(line: Line, amount: Decimal | null, quantity: Decimal | null): string | null {
  const usable = [line.netPrice, line.grossPrice].filter((text) => decimalText(text) !== null);
  const exact = usable.find((text) => {
    const price = parseDecimal(text);
    if (price === null || amount === null || quantity === null) return false;
    return times(price, quantity, line).minus(amount).abs().lte(roundingMax);
  });
  return exact ?? usable[0] ?? null;
}

function amountOf(line: Line): string | null {
  const quantity = parseDecimal(line.quantity);
  const price = parseDecimal(line.netPrice ?? line.grossPrice);
  return price === null || quantity === null ? null : textOrNull(times(price, quantity, line).round(2));
}

function times(price: Decimal, quantity: Decimal, line: Line): Decimal {
  const base = parseDecimal(line.priceBaseQuantity);
  const total = price.times(quantity);
  return base === null || base.eq(0) ? total : total.div(base);
}

function textOrNull(value: Decimal | undefined): string | null {
  return value === undefined ? null : computedText(value);
}
