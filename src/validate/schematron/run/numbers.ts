import { pair } from './compare.js';
import {
  absolute,
  add,
  Dec,
  divide,
  fromDouble,
  integerDivide,
  modulo,
  multiply,
  negate,
  ofInteger,
  round,
  roundHalfToEven,
  subtract,
  toDouble,
  truncate,
  zero,
} from './dec.js';
import { DynamicError } from './errors.js';
import { isInstant } from './instant.js';
import { type Atomic, atomize, type Item, itemText, numberOrNaN, toNumber, Untyped } from './items.js';
import { roundDouble } from './strings.js';

type Numeric = number | Dec;

/** A number for arithmetic: untyped text is xs:double. */
function numeric(value: Atomic): Numeric {
  if (typeof value === 'number' || value instanceof Dec) return value;
  if (value instanceof Untyped) return toNumber(value.value);
  throw new DynamicError('XPTY0004', `Arithmetic needs a number, not "${itemText(value)}"`);
}

export function arithmetic(op: string, a: Atomic, b: Atomic): Numeric {
  const x = numeric(a);
  const y = numeric(b);
  if (x instanceof Dec && y instanceof Dec) return exact(op, x, y);
  const left = x instanceof Dec ? toDouble(x) : x;
  const right = y instanceof Dec ? toDouble(y) : y;
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case 'div':
      return left / right;
    case 'mod':
      return left % right;
    default:
      return wholeQuotient(left, right);
  }
}

function exact(op: string, a: Dec, b: Dec): Dec {
  switch (op) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '*':
      return multiply(a, b);
    case 'div':
      return divide(a, b);
    case 'mod':
      return modulo(a, b);
    default:
      return integerDivide(a, b);
  }
}

function wholeQuotient(a: number, b: number): Dec {
  if (b === 0) throw new DynamicError('FOAR0001', 'Integer division by zero');
  if (!Number.isFinite(a) || Number.isNaN(b)) throw new DynamicError('FOAR0002', 'Invalid operand of idiv');
  return truncate(fromDouble(Math.trunc(a / b)));
}

export function negated(value: Atomic, plus: boolean): Numeric {
  const number = numeric(value);
  if (plus) return number;
  return number instanceof Dec ? negate(number) : -number;
}

/** Sum of doubles: it is still the integer 0 before the first, which is taken as it is (a single -0 stays so). */
export function addDouble(total: Numeric, value: number): number {
  return total instanceof Dec ? value : total + value;
}

export function addAny(total: Numeric, value: Atomic): Numeric {
  return total === zero ? numeric(value) : arithmetic('+', total, value);
}

export function sumOr(items: readonly Item[], none: Atomic | null): Atomic | null {
  if (items.length === 0) return none;
  return items.reduce<Numeric>((total, item) => addAny(total, atomize(item)), zero);
}

/** Values of one type for `min`, `max`, `avg`: untyped ones are doubles. */
function typedValues(items: readonly Item[]): Atomic[] {
  return items.map((item) => {
    const value = atomize(item);
    return value instanceof Untyped ? toNumber(value.value) : value;
  });
}

function extreme(items: readonly Item[], op: 'lt' | 'gt'): Atomic | null {
  const values = typedValues(items);
  if (values.some((value) => typeof value === 'number' && Number.isNaN(value))) return Number.NaN;
  const [first, ...rest] = values;
  if (first === undefined) return null;
  const best = rest.reduce((found, value) => (pair(op, value, found, 0) ? value : found), first);
  return values.some((value) => typeof value === 'number') && best instanceof Dec ? toDouble(best) : best;
}

export function minOf(items: readonly Item[]): Atomic | null {
  return extreme(items, 'lt');
}

export function maxOf(items: readonly Item[]): Atomic | null {
  return extreme(items, 'gt');
}

export function avgOf(items: readonly Item[]): Atomic | null {
  if (items.length === 0) return null;
  const total = typedValues(items).reduce<Numeric>((sum, value) => addAny(sum, value), zero);
  return arithmetic('div', total, ofInteger(items.length));
}

/** A function of one number of a type known only now. */
export function onNumber(decimal: (a: Dec) => Dec, double: (a: number) => number, value: Atomic): Numeric {
  const number = numeric(value);
  return number instanceof Dec ? decimal(number) : double(number);
}

export function roundTo(value: Atomic | null, digits: Atomic | null): Atomic | null {
  if (value === null) return null;
  const places = digits instanceof Dec ? toDouble(digits) : 0;
  const number = numeric(value);
  if (typeof number === 'number' && !Number.isFinite(number)) return number;
  const scaled = places >= 0 ? new Dec(10 ** Math.min(places, 15), 0, true) : ofInteger(1);
  const made = divide(round(multiply(number instanceof Dec ? number : fromDouble(number), scaled)), scaled);
  return number instanceof Dec ? made : signed(toDouble(made), number);
}

export function roundEven(value: Atomic | null, digits: Atomic | null): Atomic | null {
  if (value === null) return null;
  const places = digits instanceof Dec ? toDouble(digits) : 0;
  const number = numeric(value);
  if (number instanceof Dec) return roundHalfToEven(number, places);
  return doubleToEven(number, places);
}

/** In binary arithmetic, as Saxon-HE 9.9 does it: 0.005 is a half there, although the double is a little more. */
function doubleToEven(value: number, places: number): number {
  const factor = 10 ** (places + 1);
  const scaled = Math.abs(value * factor);
  if (value === 0 || Number.isNaN(value)) return value;
  if (!Number.isFinite(scaled))
    return Number.isFinite(value)
      ? signed(toDouble(roundHalfToEven(fromDouble(value), places)), value)
      : value;
  const rest = scaled % 10;
  const up = rest > 5 || (rest === 5 && scaled % 20 === 15);
  const rounded = (scaled - rest + (up ? 10 : 0)) / factor;
  return value < 0 ? -rounded : rounded;
}

/** What was rounded to zero keeps its sign, as doubles do. */
function signed(rounded: number, from: number): number {
  return rounded === 0 && (from < 0 || Object.is(from, -0)) ? -0 : rounded;
}

/** `fn:number`: NaN for what is not a number. */
export function numberOf(value: Atomic | null): number {
  if (value === null || isInstant(value)) return Number.NaN;
  if (typeof value === 'number') return value;
  if (value instanceof Dec) return toDouble(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return numberOrNaN(typeof value === 'string' ? value : value.value);
}

/** An argument of type xs:double? whose type is known only now. */
export function doubleOrNull(value: Atomic | null): number | null {
  if (value === null) return null;
  const number = numeric(value);
  return number instanceof Dec ? toDouble(number) : number;
}

/** An xs:integer as a JavaScript number: bounds of `to`. */
export function smallInteger(value: Atomic | null): number | null {
  if (value === null) return null;
  const number = value instanceof Untyped ? numeric(value) : value;
  if (number instanceof Dec && number.integer) return toDouble(number);
  if (value instanceof Untyped && typeof number === 'number' && Number.isInteger(number)) return number;
  throw new DynamicError('XPTY0004', `An integer is wanted, not "${itemText(value)}"`);
}

export { absolute, roundDouble };
