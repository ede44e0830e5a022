import type { Expr } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import { type Builtin, builtins } from './builtins.js';
import type { Gen, UserFunction } from './gen.js';
import { type Env, invariant } from './module.js';
import { one, type Shape, truth, type Val } from './shape.js';
import { castTy, castValue, shapeOfType } from './types.js';

export type Call = Extract<Expr, { kind: 'call' }>;

type Target =
  | { readonly kind: 'builtin'; readonly fn: Builtin }
  | { readonly kind: 'user'; readonly fn: UserFunction }
  | { readonly kind: 'cast'; readonly cast: Extract<Expr, { kind: 'cast' }> };

function resolve(g: Gen, call: Call): Target {
  const user = g.functions.get(`${call.name}#${call.args.length}`);
  if (user !== undefined) return { kind: 'user', fn: user };
  if (call.name.startsWith('xs:')) {
    const [operand, ...more] = call.args;
    if (operand === undefined || more.length > 0)
      throw new XPathProblem('a constructor takes one value', call.at, `${call.name}()`);
    const as = aliases[call.name.slice(3)] ?? call.name.slice(3);
    castTy(as, call.at);
    return { kind: 'cast', cast: { kind: 'cast', as, optional: true, operand, at: call.at } };
  }
  const fn = builtins.get(call.name);
  if (fn === undefined) throw new XPathProblem('this function is not spoken', call.at, `${call.name}()`);
  if (call.args.length < fn.min || call.args.length > fn.max) {
    throw new XPathProblem('a function has the wrong number of arguments', call.at, `${call.name}()`);
  }
  return { kind: 'builtin', fn };
}

const aliases: Readonly<Record<string, string>> = {
  float: 'double',
  int: 'integer',
  long: 'integer',
  short: 'integer',
  nonNegativeInteger: 'integer',
  positiveInteger: 'integer',
  normalizedString: 'string',
  token: 'string',
  anyURI: 'string',
};

export function callShape(g: Gen, call: Call, env: Env): Shape {
  const target = resolve(g, call);
  if (target.kind === 'user') return target.fn.shape;
  if (target.kind === 'cast') return g.infer(target.cast, env);
  return typeof target.fn.shape === 'function' ? target.fn.shape(g, call.args, env) : target.fn.shape;
}

/** A call that gives at most one item. */
export function callValue(g: Gen, call: Call, env: Env): Val {
  const target = resolve(g, call);
  if (target.kind === 'cast') return castValue(g, target.cast, env);
  const { ty, card } = callShape(g, call, env);
  if (target.kind === 'user') {
    const js = userCall(g, call, target.fn, env);
    return card === 'many' ? { js: `single(${js})`, ty, opt: true } : { js, ty, opt: card === 'opt' };
  }
  const { fn } = target;
  if (fn.value !== undefined) return fn.value(g, call.args, env);
  if (fn.bool !== undefined) return one('boolean', fn.bool(g, call.args, env));
  return { js: `single(${callArray(g, call, env) ?? '[]'})`, ty, opt: true };
}

/** A call that gives any number of items, as an array; null when it gives one at most. */
export function callArray(g: Gen, call: Call, env: Env): string | null {
  const target = resolve(g, call);
  if (target.kind === 'user')
    return target.fn.shape.card === 'many' ? userCall(g, call, target.fn, env) : null;
  return target.kind === 'builtin' && target.fn.array !== undefined
    ? target.fn.array(g, call.args, env)
    : null;
}

/** A call as a condition; null when nothing shorter is known than its value. */
export function callBool(g: Gen, call: Call, env: Env): string | null {
  const target = resolve(g, call);
  if (target.kind === 'user' && target.fn.shape.card !== 'many') return truth(callValue(g, call, env));
  return target.kind === 'builtin' && target.fn.bool !== undefined ? target.fn.bool(g, call.args, env) : null;
}

/** A call whose arguments are the same all over the document is made once. */
function userCall(g: Gen, call: Call, fn: UserFunction, env: Env): string {
  return (
    invariant(g.module, env, (inner) => `return ${plainCall(g, call, fn, inner)};`) ??
    plainCall(g, call, fn, env)
  );
}

function plainCall(g: Gen, call: Call, fn: UserFunction, env: Env): string {
  const args = call.args.map((arg, i) => {
    const as = fn.params[i]?.as ?? null;
    if (as === null) return g.items(arg, env);
    const expr: Expr = { kind: 'convert', type: as, operand: arg, at: call.at };
    return shapeOfType(as).card === 'many' ? g.array(expr, env) : g.value(expr, env).js;
  });
  return `${fn.js}(${args.join(', ')})`;
}
