import { isCalendarDay } from '../domain/dates.js';
import { decimalsSignificant, formatDecimal, parseDecimal } from '../domain/decimal.js';

/** A space that does not break, which the standard fonts have (U+202F they have not). */
const nbsp = '\u00a0';

/** A number the French way, `1 234,50`: at least so many decimals, more where they count. The text itself when it is none. */
export function frenchNumber(text: string | null, decimalsMin = 0): string {
  const value = parseDecimal(text);
  if (value === null || text === null) return text ?? '';
  const [whole = '', decimals] = formatDecimal(
    value,
    Math.max(decimalsMin, decimalsSignificant(text) ?? 0),
  ).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, nbsp);
  return decimals === undefined ? grouped : `${grouped},${decimals}`;
}

/** An amount with its currency: `1 234,50 €`. Empty where there is none. */
export function frenchAmount(text: string | null, currency: string | null): string {
  if (text === null || text === '') return '';
  const code = currency ?? 'EUR';
  return `${frenchNumber(text, 2)}${nbsp}${code === 'EUR' ? '€' : code}`;
}

export function frenchRate(text: string | null): string {
  return text === null || text === '' ? '' : `${frenchNumber(text)}${nbsp}%`;
}

/** `2026-11-21` as `21/11/2026`; any other text as it stands. */
export function frenchDate(text: string | null): string {
  if (text === null || !isCalendarDay(text)) return text ?? '';
  const [year, month, day] = text.split('-');
  return `${day}/${month}/${year}`;
}

/** An IBAN in groups of four, anything else as it stands. */
export function groupedIban(text: string): string {
  const compact = text.replace(/\s+/g, '');
  return /^[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}$/.test(compact)
    ? (compact.match(/.{1,4}/g) ?? []).join(' ')
    : text;
}
