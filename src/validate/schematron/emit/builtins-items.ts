import type { Expr } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import { argument, doubleArg } from './args.js';
import type { Builtin } from './builtins.js';
import type { Gen } from './gen.js';
import type { Env } from './module.js';
import { exists, first } from './paths.js';
import { atomizedTy, boxed, data, one, type Shape, type Ty } from './shape.js';

const boolean: Shape = { ty: 'boolean', card: 'one' };

const constant = (name: string, ty: Ty, js: string): [string, Builtin] => [
  name,
  { min: 0, max: 0, shape: { ty, card: 'one' }, value: () => one(ty, js) },
];

/** A function of any items: what it gives has the type of its first argument. */
const list = (
  name: string,
  min: number,
  max: number,
  code: (g: Gen, args: readonly Expr[], env: Env) => string,
): [string, Builtin] => [
  name,
  {
    min,
    max,
    shape: (g, args, env) => ({ ty: g.infer(argument(args, 0), env).ty, card: 'many' }),
    array: code,
  },
];

function focusNumber(name: 'position' | 'last'): [string, Builtin] {
  return [
    name,
    {
      min: 0,
      max: 0,
      shape: { ty: 'int', card: 'one' },
      value: (_g, _args, env) => {
        const ref = env[name];
        if (ref === null) throw new XPathProblem('there is no position here', 0, `${name}()`);
        return one('int', env.frame.read(ref));
      },
    },
  ];
}

function distinct(g: Gen, args: readonly Expr[], env: Env): string {
  const expr = argument(args, 0);
  const ty = atomizedTy(g.infer(expr, env).ty);
  if (ty === 'untyped' || ty === 'string') return `[...new Set(${dataArray(g, expr, env)})]`;
  return `distinctValues(${g.items(expr, env)})`;
}

/** Atomized items in an array, held as their type is. */
function dataArray(g: Gen, expr: Expr, env: Env): string {
  const { ty } = g.infer(expr, env);
  if (atomizedTy(ty) === ty) return g.array(expr, env);
  return `${g.array(expr, env)}.map((one) => ${data(one(ty, 'one')).js})`;
}

const component = (name: string, part: string): [string, Builtin] => [
  name,
  {
    min: 1,
    max: 1,
    shape: { ty: 'atomic', card: 'opt' },
    value: (g, args, env) => ({
      js: `partOf(${JSON.stringify(part)}, ${boxed(g.datum(argument(args, 0), env))})`,
      ty: 'atomic',
      opt: true,
    }),
  },
];

const counted = (name: string, occurrence: string): [string, Builtin] => [
  name,
  {
    min: 1,
    max: 1,
    shape: (g, args, env) => ({
      ty: g.infer(argument(args, 0), env).ty,
      card: occurrence === '+' ? 'many' : occurrence === '?' ? 'opt' : 'one',
    }),
    ...(occurrence === '+'
      ? {
          array: (g: Gen, args: readonly Expr[], env: Env) =>
            `counted(${g.array(argument(args, 0), env)}, "+")`,
        }
      : {
          value: (g: Gen, args: readonly Expr[], env: Env) => {
            const value = g.value(argument(args, 0), env);
            return occurrence === '1' ? one(value.ty, `required(${value.js})`) : value;
          },
        }),
  },
];

export const itemFunctions: readonly (readonly [string, Builtin])[] = [
  constant('true', 'boolean', 'true'),
  constant('false', 'boolean', 'false'),
  constant('current-date', 'instant', 'now("date")'),
  constant('current-dateTime', 'instant', 'now("dateTime")'),
  ['not', { min: 1, max: 1, shape: boolean, bool: (g, args, env) => `!(${g.bool(argument(args, 0), env)})` }],
  ['boolean', { min: 1, max: 1, shape: boolean, bool: (g, args, env) => g.bool(argument(args, 0), env) }],
  ['exists', { min: 1, max: 1, shape: boolean, bool: (g, args, env) => exists(g, argument(args, 0), env) }],
  [
    'empty',
    { min: 1, max: 1, shape: boolean, bool: (g, args, env) => `!(${exists(g, argument(args, 0), env)})` },
  ],
  [
    'current',
    {
      min: 0,
      max: 0,
      shape: (g, _args, env) => ({ ty: currentOf(g, env).ty, card: 'one' }),
      value: (g, _args, env) => {
        const ref = currentOf(g, env);
        return one(ref.ty, env.frame.read(ref));
      },
    },
  ],
  focusNumber('position'),
  focusNumber('last'),
  [
    'data',
    {
      min: 1,
      max: 1,
      shape: (g, args, env) => {
        const { ty, card } = g.infer(argument(args, 0), env);
        return { ty: atomizedTy(ty), card };
      },
      value: (g, args, env) => g.datum(argument(args, 0), env),
      array: (g, args, env) => dataArray(g, argument(args, 0), env),
    },
  ],
  [
    'distinct-values',
    {
      min: 1,
      max: 1,
      shape: (g, args, env) => {
        const ty = atomizedTy(g.infer(argument(args, 0), env).ty);
        return { ty: ty === 'untyped' || ty === 'string' ? ty : 'atomic', card: 'many' };
      },
      array: distinct,
    },
  ],
  [
    'index-of',
    {
      min: 2,
      max: 2,
      shape: { ty: 'int', card: 'many' },
      array: (g, args, env) =>
        `indexesOf(${g.items(argument(args, 0), env)}, ${boxed(g.datum(argument(args, 1), env))})`,
    },
  ],
  list('reverse', 1, 1, (g, args, env) => `${g.array(argument(args, 0), env)}.toReversed()`),
  list('unordered', 1, 1, (g, args, env) => g.array(argument(args, 0), env)),
  list('tail', 1, 1, (g, args, env) => `${g.array(argument(args, 0), env)}.slice(1)`),
  list(
    'remove',
    2,
    2,
    (g, args, env) => `removeAt(${g.array(argument(args, 0), env)}, ${doubleArg(g, args, 1, env)})`,
  ),
  list('subsequence', 2, 3, (g, args, env) => {
    const length = args.length > 2 ? `, ${doubleArg(g, args, 2, env)}` : '';
    return `subsequence(${g.array(argument(args, 0), env)}, ${doubleArg(g, args, 1, env)}${length})`;
  }),
  [
    'insert-before',
    {
      min: 3,
      max: 3,
      shape: { ty: 'item', card: 'many' },
      array: (g, args, env) =>
        `insertBefore(${g.items(argument(args, 0), env)}, ${doubleArg(g, args, 1, env)}, ${g.items(argument(args, 2), env)})`,
    },
  ],
  [
    'head',
    {
      min: 1,
      max: 1,
      shape: (g, args, env) => ({ ty: g.infer(argument(args, 0), env).ty, card: 'opt' }),
      value: (g, args, env) => first(g, argument(args, 0), env),
    },
  ],
  [
    'root',
    { min: 0, max: 1, shape: { ty: 'element', card: 'one' }, value: () => one('element', 'D.document') },
  ],
  counted('zero-or-one', '?'),
  counted('exactly-one', '1'),
  counted('one-or-more', '+'),
  component('year-from-date', 'year'),
  component('month-from-date', 'month'),
  component('day-from-date', 'day'),
  component('year-from-dateTime', 'year'),
  component('month-from-dateTime', 'month'),
  component('day-from-dateTime', 'day'),
];

function currentOf(g: Gen, env: Env) {
  return env.current ?? g.context(env, 0, 'current()');
}
