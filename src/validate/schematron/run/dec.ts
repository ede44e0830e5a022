import { DynamicError } from './errors.js';

/**
 * An xs:decimal or xs:integer: exact, as a scaled integer. The mantissa is a number while it is a safe integer (all
 * amounts of real invoices), else a bigint.
 */
export class Dec {
  constructor(
    readonly mantissa: number | bigint,
    /** Digits after the point, never negative. */
    readonly scale: number,
    /** Type xs:integer; only arithmetic and `instance of` care. */
    readonly integer: boolean,
  ) {}
}

const powers: readonly number[] = Array.from({ length: 16 }, (_, i) => 10 ** i);
const lexical = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const digitsMax = 4000;
/** XPath 2.0 leaves it to the implementation; Saxon keeps 18 digits after the point of a quotient. */
const divisionDigits = 18;

export const zero = new Dec(0, 0, true);

export function ofInteger(value: number): Dec {
  return new Dec(value, 0, true);
}

function big(value: Dec): bigint {
  return typeof value.mantissa === 'bigint' ? value.mantissa : BigInt(value.mantissa);
}

function power(exponent: number): bigint {
  if (exponent > digitsMax) throw new DynamicError('FOAR0002', 'A decimal has too many digits');
  return 10n ** BigInt(exponent);
}

function made(mantissa: bigint, scale: number, integer: boolean): Dec {
  const small = Number(mantissa);
  return new Dec(Number.isSafeInteger(small) ? small : mantissa, scale, integer);
}

/** Reads the lexical form of xs:decimal (XML Schema part 2, 3.2.3), white space around it allowed; null otherwise. */
export function readDecimal(text: string): Dec | null {
  const trimmed = trimSpace(text);
  if (!lexical.test(trimmed)) return null;
  const point = trimmed.indexOf('.');
  const digits = point < 0 ? trimmed : trimmed.slice(0, point) + trimmed.slice(point + 1);
  const scale = point < 0 ? 0 : trimmed.length - point - 1;
  if (digits.length <= 15) return new Dec(Number(digits), scale, false);
  return made(BigInt(digits.startsWith('+') ? digits.slice(1) : digits), scale, false);
}

/** XML's white space only: JavaScript's trim() would take no-break spaces too. */
export function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}

const bytes = new DataView(new ArrayBuffer(8));

/** The exact value of a double: 100.005 becomes 100.00499999999999545…, as Saxon-HE does. */
export function fromDouble(value: number): Dec {
  if (!Number.isFinite(value))
    throw new DynamicError('FOCA0002', `Cannot convert ${text(value)} to xs:decimal`);
  if (Number.isSafeInteger(value)) return new Dec(value === 0 ? 0 : value, 0, false);
  bytes.setFloat64(0, value);
  const bits = bytes.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  let mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  let shift = (exponent === 0 ? 1 : exponent) - 1075;
  while (shift < 0 && (mantissa & 1n) === 0n) {
    mantissa >>= 1n;
    shift++;
  }
  if (value < 0) mantissa = -mantissa;
  return shift >= 0
    ? made(mantissa << BigInt(shift), 0, false)
    : made(mantissa * 5n ** BigInt(-shift), -shift, false);
}

function text(value: number): string {
  return value === Number.POSITIVE_INFINITY ? 'INF' : value === Number.NEGATIVE_INFINITY ? '-INF' : 'NaN';
}

/** The nearest double. */
export function toDouble(value: Dec): number {
  const { mantissa, scale } = value;
  // Both operands exact, one rounding: the quotient is the nearest double.
  if (typeof mantissa === 'number' && scale < 16)
    return (scale === 0 ? mantissa : mantissa / (powers[scale] ?? 1)) + 0; // a decimal has no -0
  return Number(plain(value));
}

/** Canonical text: no exponent, no trailing zeros. */
export function plain(value: Dec): string {
  const negative = value.mantissa < 0;
  const digits = String(negative ? -value.mantissa : value.mantissa).padStart(value.scale + 1, '0');
  const cut = digits.length - value.scale;
  const fraction = digits.slice(cut).replace(/0+$/, '');
  const unsigned = fraction === '' ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${fraction}`;
  return negative ? `-${unsigned}` : unsigned;
}

export function compare(a: Dec, b: Dec): number {
  const { mantissa: m, scale } = a;
  if (scale === b.scale) return m < b.mantissa ? -1 : m > b.mantissa ? 1 : 0;
  const difference = big(a) * scaledBy(b.scale - scale) - big(b) * scaledBy(scale - b.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaledBy(places: number): bigint {
  return places > 0 ? power(places) : 1n;
}

export function add(a: Dec, b: Dec): Dec {
  const integer = a.integer && b.integer;
  const { mantissa: m } = a;
  const { mantissa: o } = b;
  if (typeof m === 'number' && typeof o === 'number') {
    const places = a.scale - b.scale;
    const left = places < 0 ? m * (powers[-places] ?? Number.NaN) : m;
    const right = places > 0 ? o * (powers[places] ?? Number.NaN) : o;
    const sum = left + right;
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) {
      return new Dec(sum, places < 0 ? b.scale : a.scale, integer);
    }
  }
  const scale = Math.max(a.scale, b.scale);
  return made(big(a) * scaledBy(scale - a.scale) + big(b) * scaledBy(scale - b.scale), scale, integer);
}

export function negate(a: Dec): Dec {
  return a.mantissa === 0 ? a : new Dec(-a.mantissa, a.scale, a.integer);
}

export function subtract(a: Dec, b: Dec): Dec {
  return add(a, negate(b));
}

export function multiply(a: Dec, b: Dec): Dec {
  const integer = a.integer && b.integer;
  if (typeof a.mantissa === 'number' && typeof b.mantissa === 'number') {
    const product = a.mantissa * b.mantissa;
    if (Number.isSafeInteger(product))
      return new Dec(product === 0 ? 0 : product, a.scale + b.scale, integer);
  }
  return made(big(a) * big(b), a.scale + b.scale, integer);
}

/** `div`: always a decimal; the digits kept are Saxon's (half down). */
export function divide(a: Dec, b: Dec): Dec {
  if (isZero(b)) throw new DynamicError('FOAR0001', 'Decimal divide by zero');
  const { mantissa: m } = a;
  // Division by 1, 10, 100, ...: the commonest by far, and exact.
  if (typeof b.mantissa === 'number' && b.scale === 0) {
    const zeros = powers.indexOf(b.mantissa);
    if (zeros >= 0 && a.scale + zeros <= divisionDigits) return new Dec(m, a.scale + zeros, false);
  }
  const scale = Math.max(divisionDigits, a.scale - b.scale + divisionDigits);
  const shift = scale - a.scale + b.scale;
  const top = big(a) * (shift >= 0 ? power(shift) : 1n);
  const bottom = big(b) * (shift < 0 ? power(-shift) : 1n);
  let quotient = top / bottom;
  const rest = 2n * abs(top % bottom);
  if (rest > abs(bottom)) quotient += top < 0n === bottom < 0n ? 1n : -1n;
  return trimmed(quotient, scale);
}

function trimmed(mantissa: bigint, scale: number): Dec {
  let m = mantissa;
  let s = scale;
  while (s > 0 && m % 10n === 0n) {
    m /= 10n;
    s--;
  }
  return made(m, s, false);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function integerDivide(a: Dec, b: Dec): Dec {
  if (isZero(b)) throw new DynamicError('FOAR0001', 'Integer division by zero');
  return made((big(a) * scaledBy(b.scale - a.scale)) / (big(b) * scaledBy(a.scale - b.scale)), 0, true);
}

export function modulo(a: Dec, b: Dec): Dec {
  if (isZero(b)) throw new DynamicError('FOAR0001', 'Decimal modulo zero');
  const scale = Math.max(a.scale, b.scale);
  const rest = (big(a) * scaledBy(scale - a.scale)) % (big(b) * scaledBy(scale - b.scale));
  return made(rest, scale, a.integer && b.integer);
}

export function absolute(a: Dec): Dec {
  return a.mantissa < 0 ? negate(a) : a;
}

export function isZero(a: Dec): boolean {
  return a.mantissa === 0 || a.mantissa === 0n;
}

/** `fn:round`: half towards positive infinity, −2.5 becomes −2. */
export function round(a: Dec): Dec {
  return a.scale === 0 ? a : floorOf(a, 5);
}

export function floor(a: Dec): Dec {
  return a.scale === 0 ? a : floorOf(a, 0);
}

export function ceiling(a: Dec): Dec {
  return negate(floor(negate(a)));
}

/** floor(a + tenths / 10). */
function floorOf(a: Dec, tenths: number): Dec {
  const { mantissa: m, scale } = a;
  if (typeof m === 'number' && scale < 15) {
    const unit = powers[scale] ?? 1;
    const shifted = m + (unit / 10) * tenths;
    if (Number.isSafeInteger(shifted)) {
      const rest = shifted % unit;
      const whole = (shifted - rest) / unit - (rest < 0 ? 1 : 0);
      return new Dec(whole === 0 ? 0 : whole, 0, a.integer);
    }
  }
  const unit = power(scale);
  const shifted = big(a) + (unit * BigInt(tenths)) / 10n;
  const rest = shifted % unit;
  return made((shifted - rest) / unit - (rest < 0n ? 1n : 0n), 0, a.integer);
}

/** `fn:round-half-to-even` to so many digits after the point. */
export function roundHalfToEven(a: Dec, digits: number): Dec {
  if (digits >= a.scale) return a;
  const unit = power(a.scale - digits);
  const value = big(a);
  let rest = value % unit;
  let quotient = value / unit;
  if (rest < 0n) {
    rest += unit;
    quotient -= 1n;
  }
  const twice = rest * 2n;
  if (twice > unit || (twice === unit && quotient % 2n !== 0n)) quotient += 1n;
  return digits >= 0 ? made(quotient, digits, a.integer) : made(quotient * power(-digits), 0, a.integer);
}

/** Towards zero: the value of `xs:integer(decimal)`. */
export function truncate(a: Dec): Dec {
  const whole = a.mantissa < 0 ? ceiling(a) : floor(a);
  return new Dec(whole.mantissa, 0, true);
}
