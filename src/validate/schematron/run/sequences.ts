import { XmlAttribute, XmlNode } from '../../../xml/node.js';
import { same } from './compare.js';
import { Dec, isZero, ofInteger, toDouble } from './dec.js';
import { DynamicError } from './errors.js';
import { type Instant, isInstant, readInstant } from './instant.js';
import {
  type Atomic,
  atomize,
  castTo,
  type Item,
  isNode,
  itemText,
  type Node,
  TextNode,
  Untyped,
} from './items.js';
import { momentMs, theIndex } from './state.js';

export function several(): never {
  throw new DynamicError('XPTY0004', 'A sequence of more than one item is not allowed here');
}

export function single<T>(items: readonly T[]): T | null {
  return items.length > 1 ? several() : (items[0] ?? null);
}

export function required<T>(value: T | null): T {
  if (value === null) throw new DynamicError('XPTY0004', 'An empty sequence is not allowed here');
  return value;
}

export function nothingToCast(): never {
  throw new DynamicError('XPTY0004', 'An empty sequence cannot be cast');
}

export function noNode(value: unknown): never {
  throw new DynamicError('XPTY0019', `A step needs a node, not "${String(value)}"`);
}

export function noTruth(_value: Instant): never {
  throw new DynamicError('FORG0006', 'A date has no effective boolean value');
}

export function boxUntyped(texts: readonly string[]): readonly Untyped[] {
  return texts.map((text) => new Untyped(text));
}

export function boxIntegers(numbers: readonly number[]): readonly Dec[] {
  return numbers.map(ofInteger);
}

export function untypedOrNull(text: string | null): Untyped | null {
  return text === null ? null : new Untyped(text);
}

export function integerOrNull(value: number | null): Dec | null {
  return value === null ? null : ofInteger(value);
}

export function atomizeOrNull(item: Item | null): Atomic | null {
  return item === null ? null : atomize(item);
}

/** Effective boolean value of one item (XPath 2.0, 2.4.3). */
export function isTrue(item: Item): boolean {
  if (isNode(item)) return true;
  if (typeof item === 'boolean') return item;
  if (typeof item === 'string') return item !== '';
  if (typeof item === 'number') return item !== 0 && !Number.isNaN(item);
  if (item instanceof Dec) return !isZero(item);
  if (item instanceof Untyped) return item.value !== '';
  return noTruth(item);
}

export function isTrueOrNull(item: Item | null): boolean {
  return item !== null && isTrue(item);
}

export function truthOf(items: readonly Item[]): boolean {
  const [first] = items;
  if (first === undefined) return false;
  if (isNode(first)) return true;
  if (items.length > 1) throw new DynamicError('FORG0006', 'Several values have no effective boolean value');
  return isTrue(first);
}

/** Whether a number in a predicate is this position. */
export function isAt(value: number | Dec | null, position: number): boolean {
  return value !== null && (typeof value === 'number' ? value : toDouble(value)) === position;
}

/** Whether a predicate of a type known only now chooses this position. */
export function isChosen(items: readonly Item[], position: number): boolean {
  const [only] = items;
  if (items.length === 1 && (typeof only === 'number' || only instanceof Dec)) return isAt(only, position);
  return truthOf(items);
}

export function distinctValues(items: readonly Item[]): readonly Atomic[] {
  const found: Atomic[] = [];
  for (const item of items) {
    const value = atomize(item);
    if (!found.some((one) => same(one, value))) found.push(value);
  }
  return found;
}

export function indexesOf(items: readonly Item[], wanted: Atomic | null): readonly number[] {
  if (wanted === null) throw new DynamicError('XPTY0004', 'index-of() needs a value');
  return items.flatMap((item, i) => (same(atomize(item), wanted) ? [i + 1] : []));
}

export function subsequence<T>(
  items: readonly T[],
  from: number | null,
  length?: number | null,
): readonly T[] {
  if (from === null || length === null) throw new DynamicError('XPTY0004', 'subsequence() needs its numbers');
  const start = Math.floor(from + 0.5);
  const end = length === undefined ? Number.POSITIVE_INFINITY : start + Math.floor(length + 0.5);
  return items.filter((_, i) => i + 1 >= start && i + 1 < end);
}

export function removeAt<T>(items: readonly T[], position: number | null): readonly T[] {
  return items.filter((_, i) => i + 1 !== position);
}

export function insertBefore<T>(
  items: readonly T[],
  position: number | null,
  more: readonly T[],
): readonly T[] {
  const at = Math.max((position ?? 1) - 1, 0);
  return [...items.slice(0, at), ...more, ...items.slice(at)];
}

/** Checks how many there are against an occurrence indicator. */
export function checkCount(count: number, occurrence: string): void {
  if (count > 1 && (occurrence === '1' || occurrence === '?')) several();
  if (count === 0 && (occurrence === '1' || occurrence === '+')) required(null);
  if (count > 0 && occurrence === '0')
    throw new DynamicError('XPTY0004', 'Only an empty sequence is allowed here');
}

export function counted<T>(items: readonly T[], occurrence: string): readonly T[] {
  checkCount(items.length, occurrence);
  return items;
}

export function isCastable(type: string, items: readonly Item[], optional: boolean): boolean {
  const [first] = items;
  if (first === undefined) return optional;
  if (items.length > 1) return false;
  try {
    castTo(type, atomize(first));
    return true;
  } catch (error) {
    if (error instanceof DynamicError) return false;
    throw error;
  }
}

interface ItemType {
  readonly kind: string;
  readonly name: string;
  readonly occurrence: string;
}

export function isInstance(type: ItemType, items: readonly Item[]): boolean {
  const { occurrence } = type;
  if (items.length === 0) return occurrence !== '1' && occurrence !== '+';
  if (items.length > 1 && occurrence !== '*' && occurrence !== '+') return false;
  return (
    occurrence !== '0' &&
    items.every((item) => (type.kind === 'atomic' ? isOfType(type.name, item) : isOfKind(type.kind, item)))
  );
}

function isOfKind(kind: string, item: Item): boolean {
  switch (kind) {
    case 'element':
      return item instanceof XmlNode && item !== theIndex().document;
    case 'document':
      return item === theIndex().document;
    case 'attribute':
      return item instanceof XmlAttribute;
    case 'text':
      return item instanceof TextNode;
    case 'node':
      return isNode(item);
    default:
      return true;
  }
}

function isOfType(name: string, item: Item): boolean {
  if (isNode(item)) return false;
  switch (name) {
    case 'anyAtomicType':
      return true;
    case 'string':
      return typeof item === 'string';
    case 'boolean':
      return typeof item === 'boolean';
    case 'double':
      return typeof item === 'number';
    case 'decimal':
      return item instanceof Dec;
    case 'integer':
      return item instanceof Dec && item.integer;
    case 'untypedAtomic':
      return item instanceof Untyped;
    default:
      return isInstant(item) && item.type === name;
  }
}

export function nodeOfKind(kind: string, item: Item | null): Node | null {
  if (item === null) return null;
  if (isOfKind(kind, item) && isNode(item)) return item;
  throw new DynamicError('XPTY0004', `A node of kind ${kind}() is wanted`);
}

/** Function conversion rules for one value of a type known only now. */
export function convert(type: string, value: Atomic | null): Atomic | null {
  if (value === null || isOfType(type, value)) return value;
  if (value instanceof Untyped) return castTo(type, value);
  if (type === 'double' && value instanceof Dec) return toDouble(value);
  throw new DynamicError('XPTY0004', `"${itemText(value)}" is not of type xs:${type}`);
}

/** `current-date()` and `current-dateTime()`, in UTC. */
export function now(type: 'date' | 'dateTime'): Instant {
  const text = new Date(momentMs()).toISOString();
  return readInstant(type, type === 'date' ? `${text.slice(0, 10)}Z` : text);
}

export function partOf(part: 'year' | 'month' | 'day', value: Atomic | null): Atomic | null {
  if (value === null) return null;
  const instant =
    value instanceof Untyped
      ? readInstant(value.value.includes('T') ? 'dateTime' : 'date', value.value)
      : value;
  if (!isInstant(instant)) throw new DynamicError('XPTY0004', `A date is wanted, not "${itemText(value)}"`);
  return ofInteger(instant[part]);
}

/** False for a dynamic error; anything else goes on. */
export function noMatch(error: unknown): false {
  if (error instanceof DynamicError) return false;
  throw error;
}

/** Functions by number of a name. */
export function tableOf<T>(entries: readonly (readonly [number, T])[], other: T): readonly T[] {
  const size = entries.reduce((max, [code]) => Math.max(max, code), 0) + 1;
  const table = new Array<T>(size).fill(other);
  for (const [code, value] of entries) table[code] = value;
  return table;
}
