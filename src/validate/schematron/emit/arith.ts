import type { Expr } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { arithTy } from './infer.js';
import type { Env } from './module.js';
import { boxed, isDec, one, type Ty, type Val } from './shape.js';

const decimalFunctions = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  div: 'divide',
  idiv: 'integerDivide',
  mod: 'modulo',
} as const;
const signs = { '+': '+', '-': '-', '*': '*', div: '/', mod: '%' } as const;

/** `+`, `-`, `*`, `div`, `idiv`, `mod`: untyped text is xs:double, nothing when a side is nothing. */
export function arithmetic(g: Gen, expr: Extract<Expr, { kind: 'arith' }>, env: Env): Val {
  const values = [expr.left, expr.right].map((side) => g.datum(side, env)) as [Val, Val];
  const tests: string[] = [];
  const [a, b] = values.map((value) => {
    if (!value.opt) return value;
    const name = env.frame.temporary();
    tests.push(`(${name} = ${value.js}) === null`);
    return one(value.ty, name);
  }) as [Val, Val];
  const ty = arithTy(expr.op, a.ty, b.ty, expr.at);
  const js = computed(expr.op, ty, a, b);
  if (tests.length === 0) return one(ty, js);
  return { js: `(${tests.join(' || ')} ? null : ${js})`, ty, opt: true };
}

function computed(op: Extract<Expr, { kind: 'arith' }>['op'], ty: Ty, a: Val, b: Val): string {
  if (ty === 'atomic' || op === 'idiv') {
    if (exact(a.ty) && exact(b.ty)) return `integerDivide(${boxed(a)}, ${boxed(b)})`;
    return `arithmetic(${JSON.stringify(op)}, ${boxed(a)}, ${boxed(b)})`;
  }
  if (ty === 'double') return `(${asDouble(a)} ${signs[op]} ${asDouble(b)})`;
  if (ty === 'int' && (op === '+' || op === '-')) return `(${a.js} ${op} ${b.js})`;
  return `${decimalFunctions[op]}(${boxed(a)}, ${boxed(b)})`;
}

function exact(ty: Ty): boolean {
  return isDec(ty) || ty === 'int';
}

export function asDouble({ ty, js }: Val): string {
  if (ty === 'untyped') return `toNumber(${js})`;
  return isDec(ty) ? `toDouble(${js})` : js;
}

/** Unary `-` and `+`. */
export function negated(g: Gen, expr: Extract<Expr, { kind: 'negate' }>, env: Env): Val {
  const value = g.datum(expr.operand, env);
  const name = value.opt ? env.frame.temporary() : '';
  const inner = value.opt ? one(value.ty, name) : value;
  const made = minus(inner, expr.plus);
  if (!value.opt) return made;
  return { js: `((${name} = ${value.js}) === null ? null : ${made.js})`, ty: made.ty, opt: true };
}

function minus(value: Val, plus: boolean): Val {
  const { ty, js } = value;
  if (ty === 'untyped' || ty === 'double')
    return one('double', plus ? asDouble(value) : `(-${asDouble(value)})`);
  if (ty === 'int') return one('int', plus ? js : `(0 - ${js})`);
  if (isDec(ty)) return one(ty, plus ? js : `negate(${js})`);
  return one('atomic', `negated(${boxed(value)}, ${plus})`);
}
