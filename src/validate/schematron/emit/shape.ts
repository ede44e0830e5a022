/**
 * What is known of a value before it is computed, and how generated code holds it: nodes as objects; `untyped` and
 * `string` as JavaScript strings; `double` and `int` (an xs:integer that is surely small) as numbers; `integer` and
 * `decimal` as `Dec`; `atomic` and `item` as the boxed items of `run/items.ts`. A sequence is an array of such values.
 */
export type Ty =
  | 'element'
  | 'attribute'
  | 'text'
  | 'node'
  | 'untyped'
  | 'string'
  | 'boolean'
  | 'double'
  | 'int'
  | 'integer'
  | 'decimal'
  | 'instant'
  | 'atomic'
  | 'item';

/** How many: one, at most one, any number. */
export type Card = 'one' | 'opt' | 'many';

export interface Shape {
  readonly ty: Ty;
  readonly card: Card;
}

/** A JavaScript expression that gives one value, or null when `opt`. */
export interface Val {
  readonly js: string;
  readonly ty: Ty;
  readonly opt: boolean;
}

const nodes: ReadonlySet<Ty> = new Set(['element', 'attribute', 'text', 'node']);
const numerics: ReadonlySet<Ty> = new Set(['double', 'int', 'integer', 'decimal']);

export function isNodeTy(ty: Ty): boolean {
  return nodes.has(ty);
}

export function isNumericTy(ty: Ty): boolean {
  return numerics.has(ty);
}

export function isText(ty: Ty): boolean {
  return ty === 'untyped' || ty === 'string';
}

export function isDec(ty: Ty): boolean {
  return ty === 'integer' || ty === 'decimal';
}

export function one(ty: Ty, js: string): Val {
  return { js, ty, opt: false };
}

/** The type that holds both. */
export function joined(a: Ty, b: Ty): Ty {
  if (a === b) return a;
  if (isNodeTy(a) && isNodeTy(b)) return 'node';
  if ((a === 'int' && b === 'integer') || (a === 'integer' && b === 'int')) return 'integer';
  return isNodeTy(a) || isNodeTy(b) || a === 'item' || b === 'item' ? 'item' : 'atomic';
}

/** Type of a value once it is atomized. */
export function atomizedTy(ty: Ty): Ty {
  return isNodeTy(ty) ? 'untyped' : ty === 'item' ? 'atomic' : ty;
}

/** The value atomized (`fn:data`). */
export function data(val: Val): Val {
  const { js, ty, opt } = val;
  switch (ty) {
    case 'element':
      return { js: opt ? `elementTextOrNull(${js})` : `elementText(${js})`, ty: 'untyped', opt };
    case 'attribute':
    case 'text':
      return { js: opt ? `valueOrNull(${js})` : `${js}.value`, ty: 'untyped', opt };
    case 'node':
      return { js: opt ? `nodeTextOrNull(${js})` : `nodeText(${js})`, ty: 'untyped', opt };
    case 'item':
      return { js: opt ? `atomizeOrNull(${js})` : `atomize(${js})`, ty: 'atomic', opt };
    default:
      return val;
  }
}

/** The value as a boxed item, or null when it is optional. */
export function boxed(val: Val): string {
  const { js, ty, opt } = val;
  if (ty === 'untyped') return opt ? `untypedOrNull(${js})` : `new Untyped(${js})`;
  if (ty === 'int') return opt ? `integerOrNull(${js})` : `ofInteger(${js})`;
  return js;
}

/** The value held as another type that holds it too. */
export function held(val: Val, ty: Ty): string {
  if (val.ty === ty) return val.js;
  if (ty === 'item' || ty === 'atomic' || (ty === 'integer' && val.ty === 'int')) return boxed(val);
  return val.js;
}

/** `fn:string` of the value, the empty string for none. */
export function stringOf(val: Val): string {
  const { js, ty, opt } = val;
  switch (ty) {
    case 'untyped':
    case 'string':
      return opt ? `(${js} ?? "")` : js;
    case 'element':
      return opt ? `elementTextOrEmpty(${js})` : `elementText(${js})`;
    case 'attribute':
    case 'text':
      return opt ? `valueOrEmpty(${js})` : `${js}.value`;
    case 'int':
      return opt ? `itemTextOrEmpty(${boxed(val)})` : `String(${js})`;
    default:
      return opt ? `itemTextOrEmpty(${js})` : `itemText(${js})`;
  }
}

/** Effective boolean value (XPath 2.0, 2.4.3) of at most one item. */
export function truth(val: Val): string {
  const { js, ty, opt } = val;
  switch (ty) {
    case 'boolean':
      return opt ? `${js} === true` : js;
    case 'untyped':
    case 'string':
    case 'double':
    case 'int':
      return `!!(${js})`;
    case 'integer':
    case 'decimal':
      return opt ? `isTrueOrNull(${js})` : `!isZero(${js})`;
    case 'atomic':
    case 'item':
      return opt ? `isTrueOrNull(${js})` : `isTrue(${js})`;
    case 'instant':
      return `noTruth(${js})`;
    default:
      return opt ? `(${js}) !== null` : 'true';
  }
}
