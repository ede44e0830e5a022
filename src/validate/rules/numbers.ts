import { type Decimal, decimalsSignificant, parseDecimal } from '../../domain/decimal.js';

/** Longest text that is computed with: the time of a multiplication grows with the square of the digits. */
const computedLengthMax = 200;

/** True for a number too long to be computed with; `ECL-AMOUNT-DIGITS` refuses it. */
export function isUnwieldy(text: string): boolean {
  return text.length > computedLengthMax;
}

/** The exact value; null when absent, not a number, or too long to be computed with. */
export function decimalOf(text: string | null): Decimal | null {
  return text === null || isUnwieldy(text) ? null : parseDecimal(text);
}

/** The digits of a number that count. */
export interface Digits {
  /** Before the point, leading zeros left out. */
  readonly integer: number;
  /** After the point, zeros at the end left out. */
  readonly decimals: number;
}

/** The digits of an xs:decimal; null when the text is none. */
export function digitsOf(text: string): Digits | null {
  const decimals = decimalsSignificant(text);
  return decimals === null ? null : { integer: /^\s*[+-]?0*(\d*)/.exec(text)?.[1]?.length ?? 0, decimals };
}
