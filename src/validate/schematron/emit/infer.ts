import type { Expr, Step } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import { callShape } from './calls.js';
import type { Gen } from './gen.js';
import type { Env, Ref } from './module.js';
import { atomizedTy, type Card, isDec, isNumericTy, joined, type Shape, type Ty } from './shape.js';
import { castTy, shapeOfType } from './types.js';

const boolean: Shape = { ty: 'boolean', card: 'one' };

/** Type and number of what an expression gives. */
export function infer(g: Gen, expr: Expr, env: Env): Shape {
  switch (expr.kind) {
    case 'string':
      return { ty: 'string', card: 'one' };
    case 'number':
      return { ty: numberTy(expr), card: 'one' };
    case 'var':
      return g.variable(expr, env);
    case 'context':
      return g.context(env, expr.at, '.');
    case 'sequence':
      return sequence(g, expr.items, env);
    case 'call':
      return callShape(g, expr, env);
    case 'path':
      return pathShape(g, expr, env);
    case 'filter':
      return filtered(g, expr, env);
    case 'value':
    case 'node-compare':
      return { ty: 'boolean', card: both(infer(g, expr.left, env).card, infer(g, expr.right, env).card) };
    case 'arith': {
      const left = infer(g, expr.left, env);
      const right = infer(g, expr.right, env);
      return {
        ty: arithTy(expr.op, atomizedTy(left.ty), atomizedTy(right.ty), expr.at),
        card: both(left.card, right.card),
      };
    }
    case 'negate': {
      const { ty, card } = infer(g, expr.operand, env);
      return { ty: unaryTy(atomizedTy(ty)), card: card === 'one' ? 'one' : 'opt' };
    }
    case 'range':
      return { ty: 'int', card: 'many' };
    case 'set':
      return { ty: joined(infer(g, expr.left, env).ty, infer(g, expr.right, env).ty), card: 'many' };
    case 'if': {
      const then = infer(g, expr.yes, env);
      const otherwise = infer(g, expr.no, env);
      return { ty: branchTy(expr, then.ty, otherwise.ty), card: either(then.card, otherwise.card) };
    }
    case 'for':
      return {
        ty: infer(g, expr.body, bindAs(expr.name, itemOf(infer(g, expr.in, env)), env)).ty,
        card: 'many',
      };
    case 'let':
      return infer(g, expr.body, bindAs(expr.name, infer(g, expr.value, env), env));
    case 'simple-map':
      return { ty: infer(g, expr.right, focusOn(infer(g, expr.left, env).ty, env)).ty, card: 'many' };
    case 'cast': {
      const { card } = infer(g, expr.operand, env);
      return { ty: castTy(expr.as, expr.at), card: card === 'one' ? 'one' : 'opt' };
    }
    case 'convert':
    case 'treat':
      return shapeOfType(expr.type);
    default:
      return boolean;
  }
}

function numberTy(expr: Extract<Expr, { kind: 'number' }>): Ty {
  if (expr.type !== 'integer') return expr.type;
  return expr.text.length < 16 ? 'int' : 'integer';
}

function itemOf({ ty }: Shape): Shape {
  return { ty, card: 'one' };
}

export function bindAs(name: string, shape: Shape, env: Env): Env {
  return { ...env, vars: new Map(env.vars).set(name, placeholder(shape)) };
}

/** The same place with another item as the context, for questions of type only. */
export function focusOn(ty: Ty, env: Env): Env {
  const number = placeholder({ ty: 'int', card: 'one' });
  return { ...env, context: placeholder({ ty, card: 'one' }), position: number, last: number };
}

function placeholder(shape: Shape): Ref {
  return { js: '', frame: null, ty: shape.ty, card: shape.card };
}

function sequence(g: Gen, items: readonly Expr[], env: Env): Shape {
  const [first, ...rest] = items.map((item) => infer(g, item, env));
  if (first === undefined) return { ty: 'item', card: 'opt' };
  return { ty: rest.reduce((ty, shape) => joined(ty, shape.ty), first.ty), card: 'many' };
}

/** `()` in a branch leaves the type to the other one. */
function branchTy(expr: Extract<Expr, { kind: 'if' }>, then: Ty, otherwise: Ty): Ty {
  if (isEmpty(expr.yes)) return otherwise;
  return isEmpty(expr.no) ? then : joined(then, otherwise);
}

function isEmpty(expr: Expr): boolean {
  return expr.kind === 'sequence' && expr.items.length === 0;
}

function both(a: Card, b: Card): Card {
  return a === 'one' && b === 'one' ? 'one' : 'opt';
}

function either(a: Card, b: Card): Card {
  if (a === 'many' || b === 'many') return 'many';
  return a === 'opt' || b === 'opt' ? 'opt' : 'one';
}

function unaryTy(ty: Ty): Ty {
  return ty === 'untyped' ? 'double' : ty === 'string' ? 'atomic' : ty;
}

export function arithTy(op: string, a: Ty, b: Ty, at: number): Ty {
  for (const ty of [a, b]) {
    if (ty === 'string' || ty === 'boolean' || ty === 'instant') {
      throw new XPathProblem(`arithmetic on xs:${ty} is not spoken`, at, op);
    }
  }
  if (a === 'atomic' || b === 'atomic') return 'atomic';
  if (op === 'idiv') return 'integer';
  if (!isNumericTy(a) || !isNumericTy(b) || a === 'double' || b === 'double') return 'double';
  if (op === 'div') return 'decimal';
  if (a === 'int' && b === 'int') return op === '*' || op === 'mod' ? 'integer' : 'int';
  return isDec(a) && isDec(b)
    ? a === b
      ? a
      : 'decimal'
    : a === 'decimal' || b === 'decimal'
      ? 'decimal'
      : 'integer';
}

function filtered(g: Gen, expr: Extract<Expr, { kind: 'filter' }>, env: Env): Shape {
  const { ty, card } = infer(g, expr.base, env);
  return { ty, card: card !== 'many' || expr.predicates.some(isOrdinal) ? 'opt' : 'many' };
}

/** A number written as such: one item at most passes. */
export function isOrdinal(predicate: Expr): boolean {
  if (predicate.kind === 'call') return predicate.name === 'last' && predicate.args.length === 0;
  return predicate.kind === 'number' && predicate.type === 'integer';
}

function pathShape(g: Gen, expr: Extract<Expr, { kind: 'path' }>, env: Env): Shape {
  let shape: Shape = { ty: 'element', card: 'one' };
  if (!expr.root && expr.steps[0]?.kind === 'axis') {
    shape = { ty: g.context(env, expr.at, 'a path').ty, card: 'one' };
  }
  for (const [index, step] of expr.steps.entries()) {
    const inner = index === 0 && !expr.root ? env : focusOn(shape.ty, env);
    shape = stepShape(g, step, shape, inner);
  }
  return shape;
}

function stepShape(g: Gen, step: Step, from: Shape, env: Env): Shape {
  if (step.kind === 'expr') {
    const { ty, card } = infer(g, step.expr, env);
    return { ty, card: from.card === 'one' ? card : from.card === 'opt' && card !== 'many' ? 'opt' : 'many' };
  }
  const ty = axisTy(step, from.ty);
  if (from.card === 'many') return { ty, card: 'many' };
  if (step.axis === 'self' || step.axis === 'parent') return { ty, card: 'opt' };
  if (step.axis === 'attribute' && step.test.kind === 'names' && step.test.names.length === 1)
    return { ty, card: 'opt' };
  return { ty, card: step.predicates.some(isOrdinal) ? 'opt' : 'many' };
}

/** Kind of node that a step gives. */
export function axisTy(step: Extract<Step, { kind: 'axis' }>, from: Ty): Ty {
  if (step.axis === 'attribute') return 'attribute';
  if (step.test.kind === 'text') return 'text';
  const own = step.axis === 'self' || step.axis === 'ancestor-or-self' || step.axis === 'descendant-or-self';
  if (own && from !== 'element')
    return from === 'attribute' || from === 'text' ? (step.axis === 'self' ? from : 'node') : 'node';
  if (
    step.test.kind === 'node' &&
    step.axis !== 'parent' &&
    step.axis !== 'ancestor' &&
    step.axis !== 'self' &&
    step.axis !== 'ancestor-or-self'
  ) {
    return 'node';
  }
  return 'element';
}
