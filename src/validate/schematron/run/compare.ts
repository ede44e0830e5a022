import { compare, Dec, toDouble } from './dec.js';
import { DynamicError } from './errors.js';
import { isInstant } from './instant.js';
import {
  type Atomic,
  atomize,
  castBoolean,
  castInstant,
  type Item,
  itemText,
  toNumber,
  Untyped,
} from './items.js';

export type Op = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Order of two texts by code points, which is not that of UTF-16 units above U+FFFF. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return unitOrder(x) - unitOrder(y);
  }
  return a.length - b.length;
}

function unitOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

export function holds(op: Op, order: number): boolean {
  switch (op) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    case 'gt':
      return order > 0;
    default:
      return order >= 0;
  }
}

function numbers(op: Op, a: number, b: number): boolean {
  switch (op) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
    case 'gt':
      return a > b;
    default:
      return a >= b;
  }
}

function isNumeric(value: Atomic): value is number | Dec {
  return typeof value === 'number' || value instanceof Dec;
}

/** Value comparison of two atomic values that are not untyped any more. */
function typed(op: Op, a: Atomic, b: Atomic): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return op === 'eq' ? a === b : op === 'ne' ? a !== b : holds(op, compareText(a, b));
  }
  if (a instanceof Dec && b instanceof Dec) return holds(op, compare(a, b));
  if (isNumeric(a) && isNumeric(b)) return numbers(op, asDouble(a), asDouble(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return numbers(op, Number(a), Number(b));
  if (isInstant(a) && isInstant(b) && a.type === b.type) return numbers(op, a.epochMs, b.epochMs);
  throw new DynamicError('XPTY0004', `Cannot compare "${itemText(a)}" with "${itemText(b)}"`);
}

function asDouble(value: number | Dec): number {
  return typeof value === 'number' ? value : toDouble(value);
}

/**
 * Order of untyped text against a number, as Saxon-HE 9.9 has it, with which the official verdicts are made: doubles in
 * a total order, in which -0 comes before 0 and the text "NaN" after every number, but for integers on both sides.
 * Against a number that is NaN: NaN; where one side may be several and the other not (`among`) it comes last.
 * @throws DynamicError FORG0001 for text that is no number
 */
export function untypedOrder(text: string, other: number, integer: boolean, among: boolean): number {
  const value = toNumber(text);
  if (value < other) return -1;
  if (value > other) return 1;
  if (value !== other) return orderOfNaN(value, other, among);
  if (value !== 0 || Object.is(value, other) || (integer && !text.includes('.'))) return 0;
  return Object.is(value, -0) ? -1 : 1;
}

function orderOfNaN(value: number, other: number, among: boolean): number {
  if (!Number.isNaN(other)) return 1;
  if (!among) return Number.NaN;
  return Number.isNaN(value) ? 0 : -1;
}

/** The same of one and one: against NaN the text is not even read. */
export function untypedOrderOne(text: string, other: number, integer: boolean): number {
  return Number.isNaN(other) ? Number.NaN : untypedOrder(text, other, integer, false);
}

/** The same against an exact number. */
export function untypedOrderDec(text: string, other: Dec): number {
  return untypedOrder(text, toDouble(other), other.integer, false);
}

/** Of a pair: one and one (0), one of several with one (1), both of several (2). */
export type Among = 0 | 1 | 2;

function untypedHolds(op: Op, text: string, other: number | Dec, among: Among): boolean {
  if (other instanceof Dec) return holds(op, untypedOrderDec(text, other));
  return holds(
    op,
    among === 0 ? untypedOrderOne(text, other, false) : untypedOrder(text, other, false, among === 1),
  );
}

const turned: Readonly<Record<Op, Op>> = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' };

/** General comparison of one pair: untyped text takes the type of the other side. */
export function pair(op: Op, a: Atomic, b: Atomic, among: Among): boolean {
  if (a instanceof Untyped && isNumeric(b)) return untypedHolds(op, a.value, b, among);
  if (b instanceof Untyped && isNumeric(a)) return untypedHolds(turned[op], b.value, a, among);
  if (a instanceof Untyped)
    return b instanceof Untyped ? typed(op, a.value, b.value) : typed(op, likeOther(a.value, b), b);
  return b instanceof Untyped ? typed(op, a, likeOther(b.value, a)) : typed(op, a, b);
}

function likeOther(text: string, other: Atomic): Atomic {
  if (typeof other === 'string') return text;
  if (typeof other === 'boolean') return castBoolean(text);
  return isInstant(other) ? castInstant(other.type, text) : text;
}

/** `=`, `!=`, `<` ... of two sequences: true when some pair compares so. */
export function general(op: Op, left: readonly Item[], right: readonly Item[]): boolean {
  const values = right.map(atomize);
  for (const item of left) {
    const value = atomize(item);
    for (const other of values) if (pair(op, value, other, 2)) return true;
  }
  return false;
}

/** `eq`, `ne`, `lt` ... of two values; untyped text is a string there. Null when a side is empty. */
export function valueCompare(op: Op, a: Item | null, b: Item | null): boolean | null {
  if (a === null || b === null) return null;
  return typed(op, asString(atomize(a)), asString(atomize(b)));
}

function asString(value: Atomic): Atomic {
  return value instanceof Untyped ? value.value : value;
}

/** Equality of `distinct-values` and `index-of`: what cannot be compared is different, NaN equals NaN. */
export function same(a: Atomic, b: Atomic): boolean {
  if (typeof a === 'number' && typeof b === 'number' && Number.isNaN(a) && Number.isNaN(b)) return true;
  const x = asString(a);
  const y = asString(b);
  if (typeof x === 'string' || typeof y === 'string') return x === y;
  if (typeof x !== typeof y && !(isNumeric(x) && isNumeric(y))) return false;
  if (isInstant(x) !== isInstant(y)) return false;
  return typed('eq', x, y);
}
