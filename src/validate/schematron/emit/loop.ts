import type { Expr } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { isOrdinal } from './infer.js';
import type { Env, Ref } from './module.js';
import { pathLoop } from './paths.js';
import { data, isNodeTy, isNumericTy, one, type Ty, truth, type Val } from './shape.js';

/** What the consumer of a sequence of nodes relies on: nothing, each node once, each once in document order. */
export type Need = 'any' | 'unique' | 'ordered';
export type Emit = (value: Val) => string;

/** Statements that run `emit`'s statements for each item of an expression. */
export function loop(g: Gen, expr: Expr, env: Env, need: Need, emit: Emit): string {
  switch (expr.kind) {
    case 'path':
      return pathLoop(g, expr, env, need, emit);
    case 'sequence':
      if (expr.items.length > 3) break;
      return expr.items.map((item) => loop(g, item, env, need === 'any' ? 'any' : 'ordered', emit)).join('');
    case 'if':
      return `if (${g.bool(expr.test, env)}) {\n${loop(g, expr.yes, env, need, emit)}} else {\n${loop(g, expr.no, env, need, emit)}}\n`;
    case 'for':
      return loop(g, expr.in, env, 'ordered', (value) =>
        g.bound(env, value, (ref) => loop(g, expr.body, bind(env, expr.name, ref), 'ordered', emit)),
      );
    case 'let':
      return letLoop(g, expr, env, need, emit);
    case 'filter':
      return filterLoop(g, expr, env, need, emit);
    case 'range':
      return rangeLoop(g, expr, env, emit);
    case 'set':
      return each(
        env,
        `${setFunction[expr.op]}(${g.array(expr.left, env)}, ${g.array(expr.right, env)})`,
        'node',
        emit,
      );
    case 'simple-map':
      return mapLoop(g, expr, env, emit);
    default:
  }
  const { ty, card } = g.infer(expr, env);
  if (card === 'many')
    return each(env, expr.kind === 'sequence' ? parts(g, expr, env, ty) : g.array(expr, env), ty, emit);
  return once(g, g.value(expr, env), env, emit);
}

const setFunction = { union: 'union', intersect: 'intersect', except: 'except' } as const;

function bind(env: Env, name: string, ref: Ref): Env {
  return { ...env, vars: new Map(env.vars).set(name, ref) };
}

/** A long list: its parts are put into one array, so that `emit` is written once. */
function parts(g: Gen, expr: Extract<Expr, { kind: 'sequence' }>, env: Env, ty: Ty): string {
  if (ty === 'string' && expr.items.every((item) => item.kind === 'string')) {
    return g.module.constant(
      JSON.stringify(expr.items.map((item) => (item.kind === 'string' ? item.value : ''))),
    );
  }
  if (ty === 'int' && expr.items.every((item) => item.kind === 'number')) {
    return g.module.constant(
      `[${expr.items.map((item) => (item.kind === 'number' ? Number(item.text) : 0)).join(', ')}]`,
    );
  }
  const lists = expr.items.map((item) =>
    ty === 'untyped' || ty === 'int' ? g.array(item, env) : g.items(item, env),
  );
  return `[].concat(${lists.join(', ')})`;
}

/** Runs once for a value that is there. */
function once(g: Gen, value: Val, env: Env, emit: Emit): string {
  if (!value.opt) return emit(value);
  return g.bound(env, value, (ref) => `if (${ref.js} !== null) {\n${emit(one(ref.ty, ref.js))}}\n`);
}

/** Runs through an array. */
export function each(env: Env, array: string, ty: Ty, emit: Emit): string {
  const list = env.frame.local();
  const index = env.frame.local();
  const item = env.frame.local();
  return `const ${list} = ${array};\nfor (let ${index} = 0; ${index} < ${list}.length; ${index}++) {\nconst ${item} = ${list}[${index}];\n${emit(one(ty, item))}}\n`;
}

function letLoop(g: Gen, expr: Extract<Expr, { kind: 'let' }>, env: Env, need: Need, emit: Emit): string {
  const { ty, card } = g.infer(expr.value, env);
  if (card !== 'many') {
    return g.bound(env, g.value(expr.value, env), (ref) =>
      loop(g, expr.body, bind(env, expr.name, ref), need, emit),
    );
  }
  const name = env.frame.local();
  const ref = env.frame.ref(name, ty, 'many');
  return `const ${name} = ${g.array(expr.value, env)};\n${loop(g, expr.body, bind(env, expr.name, ref), need, emit)}`;
}

function filterLoop(
  g: Gen,
  expr: Extract<Expr, { kind: 'filter' }>,
  env: Env,
  need: Need,
  emit: Emit,
): string {
  const { base, predicates } = expr;
  const last = predicates.at(-1);
  if (last === undefined) return loop(g, base, env, need, emit);
  const inner: Expr = predicates.length === 1 ? base : { ...expr, predicates: predicates.slice(0, -1) };
  if (last.kind === 'number' && isOrdinal(last)) {
    const count = env.frame.local();
    const found = loop(
      g,
      inner,
      env,
      'ordered',
      (value) => `if (++${count} === ${Number(last.text)}) {\n${emit(value)}}\n`,
    );
    return `let ${count} = 0;\n${found}`;
  }
  const { ty } = g.infer(inner, env);
  if (isPlain(g, last, env, ty)) {
    return loop(g, inner, env, need, (value) =>
      g.bound(
        env,
        value,
        (ref) => `if (${g.bool(last, focused(env, ref))}) {\n${emit(one(ref.ty, ref.js))}}\n`,
      ),
    );
  }
  return positional(g, g.array(inner, env), ty, last, env, emit);
}

/** Whether a predicate is a condition and looks neither at a position nor is one. */
export function isPlain(g: Gen, predicate: Expr, env: Env, ty: Ty): boolean {
  if (usesPosition(predicate)) return false;
  const context: Ref = { js: '', frame: null, ty, card: 'one' };
  const shape = g.infer(predicate, { ...env, context, position: null, last: null });
  if (isNodeTy(shape.ty)) return true;
  return !isNumericTy(shape.ty) && shape.ty !== 'atomic' && shape.ty !== 'item';
}

/** `position()` or `last()` of this focus, not of one further in. */
function usesPosition(expr: Expr): boolean {
  switch (expr.kind) {
    case 'call':
      if (expr.args.length === 0 && (expr.name === 'position' || expr.name === 'last')) return true;
      return expr.args.some(usesPosition);
    case 'or':
    case 'and':
    case 'sequence':
      return expr.items.some(usesPosition);
    case 'general':
    case 'value':
    case 'node-compare':
    case 'arith':
    case 'set':
      return usesPosition(expr.left) || usesPosition(expr.right);
    case 'simple-map':
      return usesPosition(expr.left);
    case 'range':
      return usesPosition(expr.from) || usesPosition(expr.to);
    case 'if':
      return usesPosition(expr.test) || usesPosition(expr.yes) || usesPosition(expr.no);
    case 'for':
    case 'quantified':
      return usesPosition(expr.in) || usesPosition(expr.body);
    case 'let':
      return usesPosition(expr.value) || usesPosition(expr.body);
    case 'negate':
    case 'cast':
    case 'castable':
    case 'instance':
    case 'treat':
    case 'convert':
      return usesPosition(expr.operand);
    case 'filter':
      return usesPosition(expr.base);
    case 'path': {
      const [first] = expr.steps;
      return !expr.root && first?.kind === 'expr' && usesPosition(first.expr);
    }
    default:
      return false;
  }
}

export function focused(env: Env, context: Ref): Env {
  return { ...env, context, position: null, last: null };
}

/** Filters an array by a predicate that is, or looks at, a position. */
export function positional(g: Gen, array: string, ty: Ty, predicate: Expr, env: Env, emit: Emit): string {
  const { frame } = env;
  const list = frame.local();
  const index = frame.local();
  const item = frame.local();
  const inner: Env = {
    ...env,
    context: frame.ref(item, ty, 'one'),
    position: frame.ref(`(${index} + 1)`, 'int', 'one'),
    last: frame.ref(`${list}.length`, 'int', 'one'),
  };
  const shape = g.infer(predicate, inner);
  let test: string;
  if (shape.card !== 'many' && isNumericTy(shape.ty)) {
    test = `isAt(${data(g.value(predicate, inner)).js}, ${index} + 1)`;
  } else if (shape.card !== 'many' && (shape.ty === 'boolean' || shape.ty === 'string')) {
    test = truth(g.value(predicate, inner));
  } else
    test = isNodeTy(shape.ty)
      ? g.bool(predicate, inner)
      : `isChosen(${g.items(predicate, inner)}, ${index} + 1)`;
  return `const ${list} = ${array};\nfor (let ${index} = 0; ${index} < ${list}.length; ${index}++) {\nconst ${item} = ${list}[${index}];\nif (${test}) {\n${emit(one(ty, item))}}\n}\n`;
}

function rangeLoop(g: Gen, expr: Extract<Expr, { kind: 'range' }>, env: Env, emit: Emit): string {
  const from = env.frame.local();
  const to = env.frame.local();
  const item = env.frame.local();
  const [a, b] = [expr.from, expr.to].map((side) => integerOf(g, side, env));
  return `const ${from} = ${a}, ${to} = ${b};\nif (${from} !== null && ${to} !== null) for (let ${item} = ${from}; ${item} <= ${to}; ${item}++) {\n${emit(one('int', item))}}\n`;
}

/** A JavaScript integer, or null for none. */
export function integerOf(g: Gen, expr: Expr, env: Env): string {
  const value = g.datum(expr, env);
  if (value.ty === 'int') return value.js;
  return `smallInteger(${g.infer(expr, env).card === 'many' ? boxedValue(value) : boxedValue(value)})`;
}

function boxedValue(value: Val): string {
  return value.ty === 'untyped'
    ? value.opt
      ? `untypedOrNull(${value.js})`
      : `new Untyped(${value.js})`
    : value.js;
}

function mapLoop(g: Gen, expr: Extract<Expr, { kind: 'simple-map' }>, env: Env, emit: Emit): string {
  const { ty } = g.infer(expr.left, env);
  const list = env.frame.local();
  const index = env.frame.local();
  const item = env.frame.local();
  const inner: Env = {
    ...env,
    context: env.frame.ref(item, ty, 'one'),
    position: env.frame.ref(`(${index} + 1)`, 'int', 'one'),
    last: env.frame.ref(`${list}.length`, 'int', 'one'),
  };
  const body = loop(g, expr.right, inner, 'ordered', emit);
  return `const ${list} = ${g.array(expr.left, env)};\nfor (let ${index} = 0; ${index} < ${list}.length; ${index}++) {\nconst ${item} = ${list}[${index}];\n${body}}\n`;
}
