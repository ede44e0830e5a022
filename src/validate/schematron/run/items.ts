import { textOf, XmlAttribute, XmlNode } from '../../../xml/node.js';
import { Dec, fromDouble, plain, readDecimal, toDouble, trimSpace, truncate } from './dec.js';
import { DynamicError } from './errors.js';
import { type Instant, instantText, isInstant, readInstant } from './instant.js';

/** Text of a node, not yet of a type. */
export class Untyped {
  constructor(readonly value: string) {}
}

/** The text node of an element (its own text in one piece). */
export class TextNode {
  constructor(
    readonly owner: XmlNode,
    readonly value: string,
  ) {}
}

export type Node = XmlNode | XmlAttribute | TextNode;
export type Atomic = string | boolean | number | Dec | Untyped | Instant;
/** An item as it stands in a sequence; a JavaScript number is an xs:double there. */
export type Item = Node | Atomic;

export function isNode(item: unknown): item is Node {
  return item instanceof XmlNode || item instanceof XmlAttribute || item instanceof TextNode;
}

/** String value of an element. */
export function elementText(node: XmlNode): string {
  return node.children.length === 0 ? node.text : textOf(node);
}

export function nodeText(node: Node): string {
  return node instanceof XmlNode ? elementText(node) : node.value;
}

export function atomize(item: Item): Atomic {
  return isNode(item) ? new Untyped(nodeText(item)) : item;
}

/** `fn:string` of one item. */
export function itemText(item: Item): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number') return doubleText(item);
  if (typeof item === 'boolean') return item ? 'true' : 'false';
  if (item instanceof Dec) return plain(item);
  if (item instanceof Untyped) return item.value;
  if (isInstant(item)) return instantText(item);
  return nodeText(item);
}

const doubleForm = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** xs:double of a text. */
export function toNumber(text: string): number {
  const value = numberOrNaN(text);
  if (Number.isNaN(value) && trimSpace(text) !== 'NaN') {
    throw new DynamicError('FORG0001', `Cannot convert string "${short(text)}" to double`);
  }
  return value;
}

/** `fn:number` of a text. */
export function numberOrNaN(text: string): number {
  const trimmed = trimSpace(text);
  if (doubleForm.test(trimmed)) return Number(trimmed);
  return trimmed === 'INF' || trimmed === '+INF' ? Infinity : trimmed === '-INF' ? -Infinity : Number.NaN;
}

export function toDecimal(text: string): Dec {
  const value = readDecimal(text);
  if (value === null)
    throw new DynamicError('FORG0001', `Cannot convert string "${short(text)}" to xs:decimal`);
  return value;
}

export function toInteger(text: string): Dec {
  const value = /^[+-]?\d+$/.test(trimSpace(text)) ? readDecimal(text) : null;
  if (value === null)
    throw new DynamicError('FORG0001', `Cannot convert string "${short(text)}" to xs:integer`);
  return new Dec(value.mantissa, 0, true);
}

export function toBoolean(text: string): boolean {
  const trimmed = trimSpace(text);
  if (trimmed === 'true' || trimmed === '1') return true;
  if (trimmed === 'false' || trimmed === '0') return false;
  throw new DynamicError('FORG0001', `The string "${short(text)}" cannot be cast to a boolean`);
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Text of an xs:double (F&O 17.1.2). */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'INF';
  if (value === -Infinity) return '-INF';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const size = Math.abs(value);
  if (size >= 0.000001 && size < 1000000) return size < 0.0001 ? plainSmall(value) : String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

function plainSmall(value: number): string {
  return value.toFixed(24).replace(/0+$/, '').length <= 25
    ? value.toPrecision(17).includes('e')
      ? value.toFixed(20).replace(/0+$/, '')
      : String(value)
    : String(value);
}

/** Casts one atomic value to a type (F&O 17). */
export function castTo(type: string, value: Atomic): Atomic {
  switch (type) {
    case 'string':
      return itemText(value);
    case 'untypedAtomic':
      return new Untyped(itemText(value));
    case 'anyAtomicType':
      return value;
    case 'boolean':
      return castBoolean(value);
    case 'double':
      return castDouble(value);
    case 'decimal':
      return castDecimal(value);
    case 'integer':
      return castInteger(value);
    default:
      return castInstant(type, value);
  }
}

function refuse(value: Atomic, type: string): never {
  throw new DynamicError('XPTY0004', `Cannot cast "${short(itemText(value))}" to xs:${type}`);
}

function textual(value: Atomic): string | null {
  return typeof value === 'string' ? value : value instanceof Untyped ? value.value : null;
}

export function castBoolean(value: Atomic): boolean {
  const text = textual(value);
  if (text !== null) return toBoolean(text);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  if (value instanceof Dec) return value.mantissa !== 0;
  return refuse(value, 'boolean');
}

export function castDouble(value: Atomic): number {
  const text = textual(value);
  if (text !== null) return toNumber(text);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Dec) return toDouble(value);
  return refuse(value, 'double');
}

export function castDecimal(value: Atomic): Dec {
  const text = textual(value);
  if (text !== null) return toDecimal(text);
  if (value instanceof Dec) return value.integer ? new Dec(value.mantissa, 0, false) : value;
  if (typeof value === 'number') return fromDouble(value);
  if (typeof value === 'boolean') return new Dec(value ? 1 : 0, 0, false);
  return refuse(value, 'decimal');
}

export function castInteger(value: Atomic): Dec {
  const text = textual(value);
  if (text !== null) return toInteger(text);
  return truncate(castDecimal(value));
}

export function castInstant(type: string, value: Atomic): Instant {
  const text = textual(value);
  if (text === null && !isInstant(value)) return refuse(value, type);
  return readInstant(type, text ?? itemText(value));
}
