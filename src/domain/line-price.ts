import { type Decimal, parseDecimal } from './decimal.js';
import type { Line } from './invoice.js';

/** Half a cent: what rounding an amount to two decimals may hide. */
const roundingMax = '0.005';

type PricedLine = Pick<Line, 'netPrice' | 'grossPrice' | 'quantity' | 'netAmount' | 'priceBaseQuantity'>;

/**
 * The price before tax of a line, per `priceBaseQuantity`, as the sender wrote it: the net price, unless only the gross
 * price gives the amount of the line. AIFE's CII files put the price with tax in NetPrice and the one without in
 * GrossPrice (DOMAIN 9.2). Null when neither is a number.
 */
export function linePriceText(line: PricedLine): string | null {
  const usable = [line.netPrice, line.grossPrice].filter((text) => parseDecimal(text) !== null);
  const amount = parseDecimal(line.netAmount);
  const exact = usable.find((text) => {
    const total = priceTimesQuantity(parseDecimal(text), line);
    return total !== null && amount !== null && total.minus(amount).abs().lte(roundingMax);
  });
  return exact ?? usable[0] ?? null;
}

/** What a price gives for the quantity of a line; null without a price or a quantity. */
export function priceTimesQuantity(price: Decimal | null, line: PricedLine): Decimal | null {
  const quantity = parseDecimal(line.quantity);
  if (price === null || quantity === null) return null;
  const base = parseDecimal(line.priceBaseQuantity);
  const total = price.times(quantity);
  return base === null || base.eq(0) ? total : total.div(base);
}
