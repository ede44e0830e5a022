/**
 * Exact decimals for sums over many lines: a whole number of units of ten to the minus `scale`. `domain/decimal.ts`
 * is for what is shown and kept; this is for what is added up twenty thousand times.
 */
export interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

export const zero: Exact = { units: 0n, scale: 0 };
export const one: Exact = { units: 1n, scale: 0 };

const lexical = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
/** Longest text that is computed with: the time of a multiplication grows with the square of the digits. */
const textLengthMax = 200;

/** The value of an xs:decimal (XML Schema part 2, 3.2.3); null for an absent text, another one, or one too long. */
export function exactOf(text: string | null): Exact | null {
  if (text === null || text.length > textLengthMax || !lexical.test(text)) return null;
  const unsigned = text.charCodeAt(0) === 43 ? text.slice(1) : text;
  const point = unsigned.indexOf('.');
  if (point < 0) return { units: BigInt(unsigned), scale: 0 };
  const digits = unsigned.slice(0, point) + unsigned.slice(point + 1);
  return { units: BigInt(digits === '-' ? '0' : digits), scale: unsigned.length - point - 1 };
}

const powers: bigint[] = [1n];

function power(exponent: number): bigint {
  for (let known = powers.length; known <= exponent; known++) powers.push(10n ** BigInt(known));
  return powers[exponent] ?? 10n ** BigInt(exponent);
}

function unitsAt({ units, scale }: Exact, wanted: number): bigint {
  return scale === wanted ? units : units * power(wanted - scale);
}

export function plus(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

export function minus(a: Exact, b: Exact): Exact {
  return plus(a, { units: -b.units, scale: b.scale });
}

export function times(a: Exact, b: Exact): Exact {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function absolute(a: Exact): Exact {
  return a.units < 0n ? { units: -a.units, scale: a.scale } : a;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Exact, b: Exact): number {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [unitsAt(a, scale), unitsAt(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function equal(a: Exact, b: Exact): boolean {
  return a.scale === b.scale ? a.units === b.units : compare(a, b) === 0;
}

/** Rounds to `scale` decimals, half towards positive infinity as XPath's `round` does: -2.5 becomes -2. */
export function rounded(a: Exact, scale: number): Exact {
  if (a.scale <= scale) return a;
  const unit = power(a.scale - scale);
  const doubled = a.units * 2n + unit;
  const whole = doubled / (2n * unit);
  // BigInt divides towards zero.
  const down = doubled < 0n && whole * 2n * unit !== doubled;
  return { units: down ? whole - 1n : whole, scale };
}

/** A hundredth of a value. */
export function hundredth(a: Exact): Exact {
  return { units: a.units, scale: a.scale + 2 };
}

/** The same text for the same value: 20, 20.0 and 20.00. */
export function keyOf(a: Exact): string {
  let { units, scale } = a;
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale--;
  }
  return `${units}e-${scale}`;
}

/** As people read it: with a point, and two decimals at least. */
export function shown(a: Exact): string {
  const scale = Math.max(a.scale, 2);
  const units = unitsAt(a, scale);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const decimals = digits.slice(-scale).replace(/(?<=\d\d)0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${decimals}`;
}
