import { type Decimal, decimalsWritten, formatDecimal, parseDecimal } from '../domain/decimal.js';
import { Fault } from '../errors.js';

/** Numeric fields have at most 19 positions and 6 decimals (DOMAIN 3.6); libxml2 holds no more than 24 digits. */
const integerDigitsMax = 18;
const decimalsMax = 6;

/** A value as xs:decimal: without a sign or zeros that say nothing, decimals as given but at most six. Null when too large. */
export function plainDecimal(value: Decimal, decimals: number): string | null {
  const written = formatDecimal(value, Math.min(decimals, decimalsMax));
  const integerDigits = written.replace(/^-/, '').replace(/\..*$/, '').length;
  return integerDigits > integerDigitsMax ? null : written;
}

/** The sender's number as xs:decimal, with the decimals that the sender wrote. Null when there is none. */
export function decimalText(text: string | null): string | null {
  const value = parseDecimal(text);
  return value === null || text === null ? null : plainDecimal(value, decimalsWritten(text) ?? 0);
}

/** A result of ours as xs:decimal: no zeros at its end. */
export function computedText(value: Decimal): string | null {
  const rounded = value.round(decimalsMax);
  return plainDecimal(rounded, rounded.toFixed().split('.')[1]?.length ?? 0);
}

/** An integrated invoice that the pivot cannot say: a rule should have refused it. */
export function unfit(what: string, invoiceId: string): Fault {
  return new Fault('INTERNAL', `an integrated invoice does not fit the pivot: ${what}`, {
    invoice: invoiceId,
  });
}
