import type { Expr } from '../xpath/ast.js';
import { argument } from './args.js';
import type { Builtin } from './builtins.js';
import type { Gen } from './gen.js';
import { loop } from './loop.js';
import type { Env } from './module.js';
import { presence } from './presence.js';
import { boxed, data, isDec, one, type Shape, stringOf, type Ty, type Val } from './shape.js';

const int: Shape = { ty: 'int', card: 'one' };

function count(g: Gen, args: readonly Expr[], env: Env): Val {
  const expr = argument(args, 0);
  const { card } = g.infer(expr, env);
  if (card !== 'many') {
    const value = g.value(expr, env);
    return one('int', value.opt ? `((${value.js}) !== null ? 1 : 0)` : '1');
  }
  if (expr.kind === 'var' || expr.kind === 'call') return one('int', `${g.array(expr, env)}.length`);
  const call = g.hoistKept(expr, env, (path, inner) => {
    const total = inner.frame.local();
    return `let ${total} = 0;\n${loop(g, path, inner, 'unique', () => `${total}++;\n`)}return ${total};`;
  });
  const condition = presence(g, expr);
  return one('int', condition === '' ? call : `(${condition.slice(0, -4)} ? ${call} : 0)`);
}

/** Type of a sum: untyped values are doubles; that of nothing is the integer 0. */
function sumTy(g: Gen, args: readonly Expr[], env: Env): Ty {
  const { ty } = data({ js: '', ty: g.infer(argument(args, 0), env).ty, opt: false });
  if (args.length > 1) return 'atomic';
  return isDec(ty) ? ty : ty === 'int' ? 'integer' : 'atomic';
}

function sum(g: Gen, args: readonly Expr[], env: Env): Val {
  const expr = argument(args, 0);
  const ty = sumTy(g, args, env);
  const [, none] = args;
  if (none !== undefined)
    return { js: `sumOr(${g.items(expr, env)}, ${boxed(g.datum(none, env))})`, ty: 'atomic', opt: true };
  const js = g.hoistKept(expr, env, (path, inner) => {
    const total = inner.frame.local();
    const body = loop(g, path, inner, 'unique', (v) => {
      const value = data(v);
      if (ty !== 'atomic') return `${total} = add(${total}, ${boxed(value)});\n`;
      return value.ty === 'untyped'
        ? `${total} = addDouble(${total}, toNumber(${value.js}));\n`
        : `${total} = addAny(${total}, ${boxed(value)});\n`;
    });
    return `let ${total} = zero;\n${body}return ${total};`;
  });
  return one(ty, js);
}

const aggregate = (name: string): [string, Builtin] => [
  name,
  {
    min: 1,
    max: 1,
    shape: { ty: 'atomic', card: 'opt' },
    value: (g, args, env) => ({
      js: `${name}Of(${g.items(argument(args, 0), env)})`,
      ty: 'atomic',
      opt: true,
    }),
  },
];

/** Functions of one number that keep its type. */
const keeping = (name: string, decimal: string, double: string): [string, Builtin] => [
  name,
  {
    min: 1,
    max: 1,
    shape: (g, args, env) => {
      const { ty, card } = g.infer(argument(args, 0), env);
      return { ty: kept(data({ js: '', ty, opt: false }).ty), card: card === 'one' ? 'one' : 'opt' };
    },
    value: (g, args, env) => ofNumber(g, args, env, decimal, double),
  },
];

function kept(ty: Ty): Ty {
  return ty === 'untyped' ? 'double' : ty === 'int' || isDec(ty) || ty === 'double' ? ty : 'atomic';
}

function ofNumber(g: Gen, args: readonly Expr[], env: Env, decimal: string, double: string): Val {
  const value = g.datum(argument(args, 0), env);
  const name = value.opt ? env.frame.temporary() : value.js;
  const ty = kept(value.ty);
  let js: string;
  if (value.ty === 'int' && decimal !== 'absolute') return value;
  if (value.ty === 'int') js = `Math.abs(${name})`;
  else if (value.ty === 'untyped') js = `${double}(toNumber(${name}))`;
  else if (value.ty === 'double') js = `${double}(${name})`;
  else js = isDec(value.ty) ? `${decimal}(${name})` : `onNumber(${decimal}, ${double}, ${name})`;
  return value.opt ? { js: `((${name} = ${value.js}) === null ? null : ${js})`, ty, opt: true } : one(ty, js);
}

function numberOf(g: Gen, args: readonly Expr[], env: Env): Val {
  const value = g.datum(argument(args, 0), env);
  if (value.ty === 'int' || value.ty === 'double')
    return one('double', value.opt ? `(${value.js} ?? NaN)` : value.js);
  if (value.ty === 'untyped' || value.ty === 'string')
    return one('double', `numberOrNaN(${stringOf(value)})`);
  return one('double', `numberOf(${boxed(value)})`);
}

export const numberFunctions: readonly (readonly [string, Builtin])[] = [
  ['count', { min: 1, max: 1, shape: int, value: count }],
  [
    'sum',
    {
      min: 1,
      max: 2,
      shape: (g, args, env) => ({ ty: sumTy(g, args, env), card: args.length > 1 ? 'opt' : 'one' }),
      value: sum,
    },
  ],
  aggregate('min'),
  aggregate('max'),
  aggregate('avg'),
  keeping('abs', 'absolute', 'Math.abs'),
  keeping('floor', 'floor', 'Math.floor'),
  keeping('ceiling', 'ceiling', 'Math.ceil'),
  [
    'round',
    {
      min: 1,
      max: 2,
      shape: (g, args, env) => {
        if (args.length > 1) return { ty: 'atomic', card: 'opt' };
        const { ty, card } = g.infer(argument(args, 0), env);
        return { ty: kept(data({ js: '', ty, opt: false }).ty), card: card === 'one' ? 'one' : 'opt' };
      },
      value: (g, args, env) => {
        if (args.length === 1) return ofNumber(g, args, env, 'round', 'roundDouble');
        const digits = boxed(g.datum(argument(args, 1), env));
        return {
          js: `roundTo(${boxed(g.datum(argument(args, 0), env))}, ${digits})`,
          ty: 'atomic',
          opt: true,
        };
      },
    },
  ],
  [
    'round-half-to-even',
    {
      min: 1,
      max: 2,
      shape: { ty: 'atomic', card: 'opt' },
      value: (g, args, env) => {
        const digits = args.length > 1 ? boxed(g.datum(argument(args, 1), env)) : 'zero';
        return {
          js: `roundEven(${boxed(g.datum(argument(args, 0), env))}, ${digits})`,
          ty: 'atomic',
          opt: true,
        };
      },
    },
  ],
  ['number', { min: 0, max: 1, shape: { ty: 'double', card: 'one' }, value: numberOf }],
  [
    'format-number',
    {
      min: 2,
      max: 2,
      shape: { ty: 'string', card: 'one' },
      value: (g, args, env) =>
        one(
          'string',
          `formatNumber(${boxed(g.datum(argument(args, 0), env))}, ${g.text(argument(args, 1), env)})`,
        ),
    },
  ],
];
