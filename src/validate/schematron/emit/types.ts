import type { Expr, SequenceType, TypeName } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { loop } from './loop.js';
import type { Env } from './module.js';
import { boxed, data, held, isDec, isNodeTy, isText, one, type Shape, type Ty, type Val } from './shape.js';

const instants = new Set(['date', 'dateTime', 'time']);

/** How generated code holds a value of an atomic type. */
export function castTy(type: TypeName, at: number): Ty {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'double':
    case 'decimal':
    case 'integer':
      return type;
    case 'untypedAtomic':
      return 'untyped';
    case 'anyAtomicType':
      return 'atomic';
    default:
      if (instants.has(type)) return 'instant';
      throw new XPathProblem('this type is not spoken', at, `xs:${type}`);
  }
}

/** `cast as` and the constructor functions `xs:decimal(...)`. */
export function castValue(g: Gen, expr: Extract<Expr, { kind: 'cast' }>, env: Env): Val {
  const value = g.datum(expr.operand, env);
  const ty = castTy(expr.as, expr.at);
  if (!value.opt) return one(ty, castCode(expr.as, value));
  const name = env.frame.temporary();
  const made = castCode(expr.as, one(value.ty, name));
  const none = expr.optional ? 'null' : 'nothingToCast()';
  return { js: `((${name} = ${value.js}) === null ? ${none} : ${made})`, ty, opt: true };
}

/** Code that casts a value that is there. */
function castCode(type: TypeName, value: Val): string {
  const { ty, js } = value;
  if (type === 'anyAtomicType') return boxed(value);
  if (type === 'string' || type === 'untypedAtomic')
    return isText(ty) ? js : ty === 'int' ? `String(${js})` : `itemText(${js})`;
  if (type === 'decimal') {
    if (ty === 'decimal') return js;
    return isText(ty)
      ? `toDecimal(${js})`
      : ty === 'double'
        ? `fromDouble(${js})`
        : `castDecimal(${boxed(value)})`;
  }
  if (type === 'integer') {
    if (ty === 'integer') return js;
    return isText(ty)
      ? `toInteger(${js})`
      : ty === 'int'
        ? boxed(value)
        : isDec(ty)
          ? `truncate(${js})`
          : `castInteger(${js})`;
  }
  if (type === 'double')
    return isText(ty)
      ? `toNumber(${js})`
      : isDec(ty)
        ? `toDouble(${js})`
        : ty === 'int' || ty === 'double'
          ? js
          : `castDouble(${js})`;
  if (type === 'boolean')
    return isText(ty) ? `toBoolean(${js})` : ty === 'boolean' ? js : `castBoolean(${boxed(value)})`;
  return isText(ty)
    ? `readInstant(${JSON.stringify(type)}, ${js})`
    : `castInstant(${JSON.stringify(type)}, ${boxed(value)})`;
}

/** `castable as`: the cast is tried. */
export function castable(g: Gen, expr: Extract<Expr, { kind: 'castable' }>, env: Env): Val {
  castTy(expr.as, expr.at);
  const items = g.array(expr.operand, env);
  const { ty } = g.infer(expr.operand, env);
  const boxes = ty === 'untyped' ? `boxUntyped(${items})` : ty === 'int' ? `boxIntegers(${items})` : items;
  return one('boolean', `isCastable(${JSON.stringify(expr.as)}, ${boxes}, ${expr.optional})`);
}

export function instanceOf(g: Gen, expr: Extract<Expr, { kind: 'instance' }>, env: Env): Val {
  return one('boolean', `isInstance(${typeConstant(g, expr.type)}, ${g.items(expr.operand, env)})`);
}

function typeConstant(g: Gen, { item, occurrence }: SequenceType): string {
  const name = item.kind === 'atomic' ? item.name : '';
  return g.module.constant(JSON.stringify({ kind: item.kind, name, occurrence }));
}

/** Shape of a value that was made to fit a declared type. */
export function shapeOfType({ item, occurrence }: SequenceType): Shape {
  const card = occurrence === '1' ? 'one' : occurrence === '?' || occurrence === '0' ? 'opt' : 'many';
  switch (item.kind) {
    case 'item':
    case 'node':
    case 'attribute':
    case 'text':
      return { ty: item.kind, card };
    case 'element':
    case 'document':
      return { ty: 'element', card };
    default:
      return { ty: castTy(item.name, 0), card };
  }
}

/** Function conversion rules (XPath 2.0, 3.1.5): nodes are atomized, untyped text takes the type wanted. */
export function converted(g: Gen, expr: Extract<Expr, { kind: 'convert' | 'treat' }>, env: Env): Val {
  const shape = shapeOfType(expr.type);
  const given = g.infer(expr.operand, env);
  if (given.card === 'many' || shape.card === 'many') {
    return { js: `single(${convertedArray(g, expr, env)})`, ty: shape.ty, opt: true };
  }
  const value = conversion(expr.type, g.value(expr.operand, env), env);
  if (shape.card === 'one' && value.opt) return one(shape.ty, `required(${value.js})`);
  return value;
}

export function treated(g: Gen, expr: Extract<Expr, { kind: 'treat' }>, env: Env): Val {
  return converted(g, expr, env);
}

/** The same for any number of items: an array. */
export function convertedArray(g: Gen, expr: Extract<Expr, { kind: 'convert' | 'treat' }>, env: Env): string {
  const { type } = expr;
  const { ty } = shapeOfType(type);
  return g.hoist(env, (inner) => {
    const list = inner.frame.local();
    const body = loop(g, expr.operand, inner, 'ordered', (v) =>
      g.bound(
        inner,
        v,
        (ref) => `${list}.push(${held(conversion(type, { ...ref, opt: false }, inner), ty)});\n`,
      ),
    );
    return `const ${list} = [];\n${body}checkCount(${list}.length, ${JSON.stringify(type.occurrence)});\nreturn ${list};`;
  });
}

/** One value, null when it was, made to fit an item type. */
function conversion(type: SequenceType, value: Val, env: Env): Val {
  const { ty } = shapeOfType(type);
  const { item } = type;
  if (item.kind === 'item') return { js: boxed(value), ty: 'item', opt: value.opt };
  if (item.kind !== 'atomic') {
    if (value.ty === ty && ty !== 'element') return value;
    if (value.ty === 'element' && item.kind === 'node') return { ...value, ty: 'node' };
    return {
      js: `nodeOfKind(${JSON.stringify(item.kind)}, ${isNodeTy(value.ty) ? value.js : boxed(value)})`,
      ty,
      opt: value.opt,
    };
  }
  const datum = data(value);
  if (datum.ty === ty) return datum;
  if (datum.ty === 'untyped' && !datum.opt) return one(ty, castCode(item.name, datum));
  if (datum.ty === 'untyped') {
    const name = env.frame.temporary();
    return {
      js: `((${name} = ${datum.js}) === null ? null : ${castCode(item.name, one('untyped', name))})`,
      ty,
      opt: true,
    };
  }
  return { js: `convert(${JSON.stringify(item.name)}, ${boxed(datum)})`, ty, opt: datum.opt };
}
