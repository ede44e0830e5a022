import Big from 'big.js';

/** An exact decimal. Amounts are never `number`: 0.1 + 0.2 must be 0.3. */
export type Decimal = Big;

// XML Schema's xs:decimal: no exponent, no thousands separator, a point. Surrounding white space is collapsed.
const lexical = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** The exact value of an xs:decimal (XML Schema part 2, 3.2.3), or null when the text is not one. */
export function parseDecimal(text: string | null | undefined): Decimal | null {
  if (text === null || text === undefined) return null;
  const trimmed = text.trim();
  if (!lexical.test(trimmed)) return null;
  return new Big(trimmed.startsWith('+') ? trimmed.slice(1) : trimmed);
}

/** Number of decimals written, trailing zeros included: `12.50` has 2. Null when not a decimal. */
export function decimalsWritten(text: string): number | null {
  const trimmed = text.trim();
  if (!lexical.test(trimmed)) return null;
  const point = trimmed.indexOf('.');
  return point < 0 ? 0 : trimmed.length - point - 1;
}

/** Number of decimals that count: `12.50` has 1, `12.00` has 0. Null when not a decimal. */
export function decimalsSignificant(text: string): number | null {
  const trimmed = text.trim();
  if (!lexical.test(trimmed)) return null;
  const point = trimmed.indexOf('.');
  return point < 0 ? 0 : trimmed.slice(point + 1).replace(/0+$/, '').length;
}

/** Plain notation without exponent, as xs:decimal asks. */
export function formatDecimal(value: Decimal, decimals?: number): string {
  return value.toFixed(decimals);
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Big(0));
}
