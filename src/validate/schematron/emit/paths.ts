import type { Expr, NodeTest, QName, Step } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { isOrdinal } from './infer.js';
import { type Emit, each, focused, loop, type Need } from './loop.js';
import type { Env } from './module.js';
import { presence } from './presence.js';
import { isNodeTy, one, type Ty, type Val } from './shape.js';
import { axisStep } from './steps.js';

type PathExpr = Extract<Expr, { kind: 'path' }>;

/** What is known of the nodes on the way, which are run through one by one. */
export interface State {
  /** At most one node. */
  readonly single: boolean;
  readonly unique: boolean;
  readonly ordered: boolean;
  /** None of them is inside of another. */
  readonly flat: boolean;
}

export const singleNode: State = { single: true, unique: true, ordered: true, flat: true };
const unknown: State = { single: false, unique: false, ordered: false, flat: false };

/** Statements that run through the nodes (or, where the last step computes, the values) of a path. */
export function pathLoop(g: Gen, path: PathExpr, env: Env, need: Need, emit: Emit): string {
  const steps = simplified(path);
  const wanted = need === 'any' ? null : stateOf(g, path, steps, env);
  const fits = wanted === null || (wanted.unique && (need === 'unique' || wanted.ordered));
  if (fits) return run(g, path, steps, env, emit);
  const last = steps.at(-1);
  if (last?.kind === 'expr' && !isNodeTy(g.infer(path, env).ty)) {
    // The values are not nodes: what they are computed from is put in order.
    const before: PathExpr = { ...path, steps: steps.slice(0, -1) };
    return loop(g, before, env, 'ordered', (value) =>
      g.bound(env, value, (ref) => loop(g, last.expr, focused(env, ref), 'ordered', emit)),
    );
  }
  const { ty } = g.infer(path, env);
  const list = g.hoist(env, (inner) => {
    const all = inner.frame.local();
    return `const ${all} = [];\n${run(g, path, steps, inner, (v) => `${all}.push(${v.js});\n`)}return inDocumentOrder(${all});`;
  });
  return each(env, list, ty, emit);
}

function run(g: Gen, path: PathExpr, steps: readonly Step[], env: Env, emit: Emit): string {
  if (path.root) return from(g, steps, 0, one('element', 'D.document'), env, emit, true);
  const [first] = steps;
  if (first === undefined) return emit(one('element', env.frame.read(g.context(env, path.at, '.'))));
  if (first.kind === 'expr') {
    return loop(g, first.expr, env, 'any', (value) => from(g, steps, 1, value, env, emit, false));
  }
  const context = g.context(env, path.at, 'a path');
  return from(g, steps, 0, one(context.ty, env.frame.read(context)), env, emit, false);
}

function from(
  g: Gen,
  steps: readonly Step[],
  index: number,
  node: Val,
  env: Env,
  emit: Emit,
  isRoot: boolean,
): string {
  const step = steps[index];
  if (step === undefined) return emit(node);
  if (step.kind === 'expr') {
    return g.bound(env, node, (ref) =>
      loop(g, step.expr, focused(env, ref), 'any', (value) =>
        from(g, steps, index + 1, value, env, emit, false),
      ),
    );
  }
  return g.bound(env, node, (ref) =>
    axisStep(g, step, one(ref.ty, ref.js), env, isRoot, (value) =>
      from(g, steps, index + 1, value, env, emit, false),
    ),
  );
}

/** Steps without those that change nothing, `//x` as one step, `(a|b)` as one test. */
export function simplified(path: PathExpr): readonly Step[] {
  const out: Step[] = [];
  for (const [index, original] of path.steps.entries()) {
    const step = namesOf(original);
    if (isSelf(step) && (index > 0 || path.root || path.steps.length > 1)) continue;
    const before = out.at(-1);
    if (before !== undefined && isAnyDepth(before) && isMergeable(step)) {
      out[out.length - 1] = { ...step, axis: 'descendant' };
    } else out.push(step);
  }
  return out;
}

function isSelf(step: Step): boolean {
  if (step.kind === 'expr') return step.expr.kind === 'context';
  return step.axis === 'self' && step.test.kind === 'node' && step.predicates.length === 0;
}

function isAnyDepth(step: Step): boolean {
  return (
    step.kind === 'axis' &&
    step.axis === 'descendant-or-self' &&
    step.test.kind === 'node' &&
    step.predicates.length === 0
  );
}

/** `//x` is `descendant::x` unless a position is counted, which starts anew under each parent. */
function isMergeable(step: Step): step is Extract<Step, { kind: 'axis' }> {
  return (
    step.kind === 'axis' &&
    step.axis === 'child' &&
    step.test.kind !== 'node' &&
    step.predicates.every(isCondition)
  );
}

function isCondition(expr: Expr): boolean {
  switch (expr.kind) {
    case 'general':
    case 'or':
    case 'and':
    case 'quantified':
      return !JSON.stringify(expr).includes('"position"') && !JSON.stringify(expr).includes('"last"');
    case 'path':
      return expr.steps.every((step) => step.kind === 'axis');
    case 'call':
      return (
        ['not', 'exists', 'empty', 'contains', 'starts-with', 'ends-with', 'matches', 'boolean'].includes(
          expr.name,
        ) &&
        !JSON.stringify(expr).includes('"position"') &&
        !JSON.stringify(expr).includes('"last"')
      );
    default:
      return false;
  }
}

/** `(a | b)` as a step: one test of several names. */
function namesOf(step: Step): Step {
  if (step.kind !== 'expr') return step;
  const names = unionNames(step.expr);
  if (names === null) return step;
  return { kind: 'axis', axis: 'child', test: { kind: 'names', names }, predicates: [], at: step.at };
}

function unionNames(expr: Expr): readonly QName[] | null {
  if (expr.kind === 'set' && expr.op === 'union') {
    const left = unionNames(expr.left);
    const right = unionNames(expr.right);
    return left === null || right === null ? null : [...left, ...right];
  }
  const [step, more] = expr.kind === 'path' && !expr.root ? expr.steps : [];
  if (step?.kind !== 'axis' || more !== undefined || step.axis !== 'child' || step.predicates.length > 0)
    return null;
  return step.test.kind === 'names' ? step.test.names : null;
}

function stateOf(g: Gen, path: PathExpr, steps: readonly Step[], env: Env): State {
  let state = singleNode;
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'axis') state = afterAxis(step, state);
    else {
      const shape = g.infer({ ...path, steps: steps.slice(0, index + 1) }, env);
      state = afterExpr(step.expr, shape.card !== 'many', state, shape.ty);
    }
  }
  return state;
}

function afterExpr(expr: Expr, single: boolean, state: State, ty: Ty): State {
  if (single) return singleNode;
  if (!isNodeTy(ty)) return { ...state, flat: true };
  if (!state.single) return unknown;
  return { single: false, unique: expr.kind === 'set', ordered: expr.kind === 'set', flat: false };
}

function afterAxis(step: Extract<Step, { kind: 'axis' }>, state: State): State {
  const many = (change: Partial<State>): State => ({ ...state, single: false, ...change });
  switch (step.axis) {
    case 'self':
    case 'attribute':
      return step.axis === 'self' || isNamed(step.test) ? state : many({});
    case 'child': {
      const only = state.single && step.predicates.some(isOrdinal);
      return only ? state : many({ ordered: state.ordered && state.flat });
    }
    case 'parent':
      return state.single ? state : unknown;
    case 'descendant':
    case 'descendant-or-self': {
      const mixed = step.test.kind === 'names' && step.test.names.length > 1;
      return many({ unique: state.flat, ordered: state.flat && state.ordered && !mixed, flat: false });
    }
    case 'following-sibling':
      return state.single ? many({}) : unknown;
    default:
      return state.single ? { single: false, unique: true, ordered: false, flat: false } : unknown;
  }
}

function isNamed(test: NodeTest): boolean {
  return test.kind === 'names' && test.names.length === 1;
}

/**
 * A path that climbs at least twice and then looks around, as one that starts at the node it climbs to: what it finds
 * depends on that node only. Null for any other expression.
 */
export function climbedPath(
  g: Gen,
  expr: Expr,
  env: Env,
): { readonly path: PathExpr; readonly around: Env } | null {
  if (expr.kind !== 'path' || expr.root || env.context === null) return null;
  const steps = expr.steps.filter((step) => !isSelf(step));
  const levels = steps.findIndex(
    (step) =>
      step.kind !== 'axis' ||
      step.axis !== 'parent' ||
      step.test.kind !== 'node' ||
      step.predicates.length > 0,
  );
  const rest = levels < 2 ? [] : steps.slice(levels);
  if (!rest.some((step) => step.kind === 'axis' && step.predicates.length > 0)) return null;
  const ref = env.frame.ref(
    `upBy(${env.frame.read(g.context(env, expr.at, '..'))}, ${levels})`,
    'element',
    'opt',
  );
  const base: Step = { kind: 'expr', expr: { kind: 'var', name: '#base', at: expr.at }, at: expr.at };
  return {
    path: { ...expr, steps: [base, ...rest] },
    around: { ...env, vars: new Map(env.vars).set('#base', ref) },
  };
}

/** Whether an expression gives any item. */
export function exists(g: Gen, expr: Expr, env: Env): string {
  const { card } = g.infer(expr, env);
  if (expr.kind === 'set' && expr.op === 'union')
    return `(${exists(g, expr.left, env)} || ${exists(g, expr.right, env)})`;
  if (card === 'many' || expr.kind === 'path' || expr.kind === 'filter') {
    if (expr.kind === 'var') return `${g.array(expr, env)}.length > 0`;
    const call = g.hoist(
      env,
      (inner) => `${loop(g, expr, inner, 'any', () => 'return true;\n')}return false;`,
    );
    const condition = presence(g, expr);
    return condition === '' ? call : `(${condition}${call})`;
  }
  const value = g.value(expr, env);
  return value.opt ? `(${value.js}) !== null` : 'true';
}

/** The first item, or null. */
export function first(g: Gen, expr: Expr, env: Env): Val {
  const { ty } = g.infer(expr, env);
  const js = g.hoist(
    env,
    (inner) => `${loop(g, expr, inner, 'ordered', (v) => `return ${v.js};\n`)}return null;`,
  );
  return { js, ty, opt: true };
}
