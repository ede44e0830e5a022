import type { CompareOp, Expr } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { loop } from './loop.js';
import type { Env } from './module.js';
import { neverFails, presence } from './presence.js';
import { boxed, data, isDec, isNumericTy, isText, one, type Ty, type Val } from './shape.js';

type Comparison = Extract<Expr, { kind: 'general' }>;

const signs: Readonly<Record<CompareOp, string>> = {
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};
const swapped: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  le: 'ge',
  gt: 'lt',
  ge: 'le',
};

/** `=`, `!=`, `<` ...: true when some pair compares so (XPath 2.0, 3.5.2). */
export function comparison(g: Gen, expr: Comparison, env: Env): string {
  const left = g.infer(expr.left, env);
  const right = g.infer(expr.right, env);
  const set = textSet(g, expr.right);
  if (set !== null && expr.op === 'eq') return memberOf(g, expr.left, env, set);
  if (left.card === 'many') {
    return right.card === 'many'
      ? manyToMany(g, expr, env)
      : manyToOne(g, expr.op, expr.left, expr.right, env);
  }
  if (right.card === 'many') return manyToOne(g, swapped[expr.op], expr.right, expr.left, env);
  return oneToOne(g, expr, env);
}

/** Two values at most: compared in place. */
function oneToOne(g: Gen, expr: Comparison, env: Env): string {
  const condition = neverFails(expr.right) ? presence(g, expr.left) : '';
  const [left, testLeft] = present(g.datum(expr.left, env), env);
  const [right, testRight] = present(g.datum(expr.right, env), env);
  const sides = { among: 'one', maybe: testLeft !== '' || testRight !== '' } as const;
  return `(${condition}${testLeft}${testRight}${pairTest(expr.op, left, right, expr.at, sides)})`;
}

/** The value without null: kept in a temporary, and the test that it is there. */
function present(value: Val, env: Env): readonly [Val, string] {
  if (!value.opt) return [value, ''];
  const name = env.frame.temporary();
  return [one(value.ty, name), `(${name} = ${value.js}) !== null && `];
}

function manyToOne(g: Gen, op: CompareOp, many: Expr, single: Expr, env: Env): string {
  const call = g.hoist(env, (inner) => {
    const { frame } = inner;
    const value = g.datum(single, inner);
    const literal = single.kind === 'string' || single.kind === 'number';
    const name = literal ? value.js : frame.local();
    let before = literal ? '' : `const ${name} = ${value.js};\n`;
    if (value.opt) before += `if (${name} === null) return false;\n`;
    const other = one(value.ty, name);
    const body = loop(g, many, inner, 'any', (v) =>
      test(g, inner, op, v, other, single.at, 'one of several'),
    );
    return `${before}${body}return false;`;
  });
  const condition = neverFails(single) ? presence(g, many) : '';
  return condition === '' ? call : `(${condition}${call})`;
}

function test(
  g: Gen,
  env: Env,
  op: CompareOp,
  value: Val,
  other: Val,
  at: number,
  among: Sides['among'],
): string {
  return g.bound(env, data(value), (ref) => {
    const compared = `if (${pairTest(op, one(ref.ty, ref.js), other, at, { among, maybe: true })}) return true;\n`;
    return ref.card === 'opt' ? `if (${ref.js} !== null) {\n${compared}}\n` : compared;
  });
}

function manyToMany(g: Gen, expr: Comparison, env: Env): string {
  const right = g.infer(expr.right, env).ty;
  const call = g.hoist(env, (inner) => {
    const list = inner.frame.local();
    const array = g.array(expr.right, inner);
    const isKept = /^f\d+\(\)$/.test(array);
    const left = data({ js: '', ty: g.infer(expr.left, env).ty, opt: false }).ty;
    const other = data({ js: '', ty: right, opt: false }).ty;
    if (isKept && expr.op === 'eq' && isText(left) && isText(other)) {
      // The same all over the document: a set of its texts makes a join of what would be a product.
      const texts = g.hoist(inner, (deep) => {
        const found = deep.frame.local();
        const fill = loop(g, expr.right, deep, 'any', (v) => `${found}.add(${data(v).js});\n`);
        return `const ${found} = new Set();\n${fill}return ${found};`;
      });
      const body = loop(g, expr.left, inner, 'any', (v) => `if (${list}.has(${data(v).js})) return true;\n`);
      return `const ${list} = ${texts};\n${body}return false;`;
    }
    const body = loop(g, expr.left, inner, 'any', (v) =>
      g.bound(inner, data(v), (ref) => {
        const item = inner.frame.local();
        return `for (const ${item} of ${list}) {\n${test(g, inner, swapped[expr.op], one(right, item), one(ref.ty, ref.js), expr.at, 'several')}}\n`;
      }),
    );
    return `const ${list} = ${array};\n${body}return false;`;
  });
  const condition = neverFails(expr.right) ? presence(g, expr.left) : '';
  return condition === '' ? call : `(${condition}${call})`;
}

/** A list of string literals as a set made once; null for anything else. */
function textSet(g: Gen, expr: Expr): string | null {
  if (expr.kind !== 'sequence' || expr.items.length < 2) return null;
  const texts: string[] = [];
  for (const item of expr.items) {
    if (item.kind !== 'string') return null;
    texts.push(item.value);
  }
  return g.module.constant(`new Set(${JSON.stringify(texts)})`);
}

function memberOf(g: Gen, expr: Expr, env: Env, set: string): string {
  const { ty, card } = g.infer(expr, env);
  const atomic = data({ js: '', ty, opt: false }).ty;
  if (!isText(atomic) && atomic !== 'atomic')
    throw new XPathProblem(`xs:${atomic} is compared with strings`, expr.at, '=');
  const has = (value: Val): string =>
    isText(value.ty) ? `${set}.has(${value.js})` : `${set}.has(comparableText(${boxed(value)}))`;
  if (card !== 'many') {
    const [value, there] = present(g.datum(expr, env), env);
    return `(${presence(g, expr)}${there}${has(value)})`;
  }
  const call = g.hoist(
    env,
    (inner) => `${loop(g, expr, inner, 'any', (v) => `if (${has(data(v))}) return true;\n`)}return false;`,
  );
  return `(${presence(g, expr)}${call})`;
}

/** Untyped text and a number: only at zero and with NaN is it more than a comparison of doubles. */
function untypedTest(op: CompareOp, text: Val, number: Val, { among }: Sides): string {
  const sign = signs[op];
  if (isDec(number.ty)) return `untypedOrderDec(${text.js}, ${number.js}) ${sign} 0`;
  const plain = (op === 'eq' || op === 'ne') && /^[1-9]\d*$/.test(number.js);
  if (plain) return `toNumber(${text.js}) ${sign} ${number.js}`;
  const integer = number.ty === 'int';
  if (among === 'one') return `untypedOrderOne(${text.js}, ${number.js}, ${integer}) ${sign} 0`;
  return `untypedOrder(${text.js}, ${number.js}, ${integer}, ${among === 'one of several'}) ${sign} 0`;
}

function asDouble({ ty, js }: Val): string {
  return isDec(ty) ? `toDouble(${js})` : js;
}

/** What is known of a pair before it is compared. */
interface Sides {
  /** One and one; or one of several with one; or both of several. */
  readonly among: 'one' | 'one of several' | 'several';
  /** Whether there may be nothing to compare. */
  readonly maybe: boolean;
}

/** As the runtime numbers them (`Among`). */
const pairs: readonly Sides['among'][] = ['one', 'one of several', 'several'];

/** One pair: untyped text takes the type of the other side. */
function pairTest(op: CompareOp, a: Val, b: Val, at: number, sides: Sides): string {
  const sign = signs[op];
  if (isText(a.ty) && isText(b.ty)) {
    return op === 'eq' || op === 'ne' ? `${a.js} ${sign} ${b.js}` : `compareText(${a.js}, ${b.js}) ${sign} 0`;
  }
  if (a.ty === 'boolean' && b.ty === 'boolean') return `${a.js} ${sign} ${b.js}`;
  if (a.ty === 'boolean' && b.ty === 'untyped') return `${a.js} ${sign} toBoolean(${b.js})`;
  if (a.ty === 'untyped' && b.ty === 'boolean') return `toBoolean(${a.js}) ${sign} ${b.js}`;
  if (a.ty === 'untyped' && isNumericTy(b.ty)) return untypedTest(op, a, b, sides);
  if (b.ty === 'untyped' && isNumericTy(a.ty)) return untypedTest(swapped[op], b, a, sides);
  if (isNumericTy(a.ty) && isNumericTy(b.ty)) return numbers(sign, a, b);
  if (!sides.maybe) refuseClash(a.ty, b.ty, at);
  return `pair(${JSON.stringify(op)}, ${boxed(a)}, ${boxed(b)}, ${pairs.indexOf(sides.among)})`;
}

function numbers(sign: string, a: Val, b: Val): string {
  if (isDec(a.ty) && isDec(b.ty)) return `compare(${a.js}, ${b.js}) ${sign} 0`;
  if (isDec(a.ty) && b.ty === 'int') return `compare(${a.js}, ${boxed(b)}) ${sign} 0`;
  if (a.ty === 'int' && isDec(b.ty)) return `compare(${boxed(a)}, ${b.js}) ${sign} 0`;
  return `${asDouble(a)} ${sign} ${asDouble(b)}`;
}

/**
 * What Saxon refuses when it compiles: a number is never compared with a string, nor a boolean with either. Where one of
 * them may be missing it is an error of the documents in which it is not.
 */
function refuseClash(a: Ty, b: Ty, at: number): void {
  const kinds = [a, b].map((ty) => (isNumericTy(ty) ? 'number' : ty));
  if (kinds.includes('atomic') || kinds.includes('untyped') || kinds[0] === kinds[1]) return;
  throw new XPathProblem(`xs:${a} is compared with xs:${b}`, at, 'comparison');
}

/** `eq`, `ne`, `lt` ... (XPath 2.0, 3.5.1): untyped text is a string there. */
export function valueComparison(g: Gen, expr: Extract<Expr, { kind: 'value' }>, env: Env): Val {
  const [left, right] = [expr.left, expr.right].map((side) => {
    const value = g.datum(side, env);
    return value.ty === 'untyped' ? { ...value, ty: 'string' as const } : value;
  }) as [Val, Val];
  const [a, testA] = present(left, env);
  const [b, testB] = present(right, env);
  const compared =
    a.ty === 'atomic' || b.ty === 'atomic'
      ? `valueCompare(${JSON.stringify(expr.op)}, ${boxed(a)}, ${boxed(b)})`
      : pairTest(expr.op, a, b, expr.at, { among: 'one', maybe: testA !== '' || testB !== '' });
  if (testA === '' && testB === '') return one('boolean', `(${compared})`);
  return { js: `(${testA}${testB}true ? ${compared} : null)`, ty: 'boolean', opt: true };
}

/** `is`, `<<`, `>>`. */
export function nodeComparison(g: Gen, expr: Extract<Expr, { kind: 'node-compare' }>, env: Env): Val {
  const [left, right] = [expr.left, expr.right].map((side) => g.value(side, env)) as [Val, Val];
  return {
    js: `compareNodes(${JSON.stringify(expr.op)}, ${left.js}, ${right.js})`,
    ty: 'boolean',
    opt: true,
  };
}
