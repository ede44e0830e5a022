import { type Decimal, decimalsSignificant, decimalsWritten, parseDecimal } from '../../domain/decimal.js';

/** Longest text that is computed with: the time of a multiplication grows with the square of the digits. */
const computedLengthMax = 200;

/** True for a text that is an xs:decimal, however long. */
export function isDecimal(text: string): boolean {
  return decimalsWritten(text) !== null;
}

/** True for a number too long to be computed with; `ECL-AMOUNT-DIGITS` refuses it. */
export function isUnwieldy(text: string): boolean {
  return text.length > computedLengthMax;
}

/** The exact value; null when absent, not a number, or too long to be computed with. */
export function decimalOf(text: string | null): Decimal | null {
  return text === null || isUnwieldy(text) ? null : parseDecimal(text);
}

/** Digits before the point, leading zeros left out; 0 when the text is not a number. */
export function integerDigits(text: string): number {
  return isDecimal(text) ? (/^\s*[+-]?0*(\d*)/.exec(text)?.[1]?.length ?? 0) : 0;
}

/** Digits that count: leading zeros, and zeros that end the decimals, left out. */
export function significantDigits(text: string): number {
  return integerDigits(text) + (decimalsSignificant(text) ?? 0);
}
