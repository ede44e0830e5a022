import type { Expr, NodeTest, QName, Step } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { focused, isPlain, loop } from './loop.js';
import { type Env, Frame, type Ref } from './module.js';

type AxisStep = Extract<Step, { kind: 'axis' }>;

/** One alternative of a match pattern: plain steps, each below the one before, at any depth where `deep`. */
interface Alternative {
  /** It starts at the document node. */
  readonly root: boolean;
  readonly steps: readonly { readonly step: AxisStep; readonly deep: boolean }[];
}

export interface Matcher {
  readonly kind: 'element' | 'attribute' | 'document';
  /** Names it can match; null for any. */
  readonly names: readonly QName[] | null;
  /** JavaScript condition on the variable `n`; empty when the name is enough. */
  readonly test: string;
}

/** The match patterns (XSLT 2.0, 5.5.2) of a rule's context. */
export function matchers(g: Gen, context: Expr, globals: Env): readonly Matcher[] {
  return alternatives(context).map((one) => matcher(g, one, globals));
}

function alternatives(expr: Expr): readonly Alternative[] {
  switch (expr.kind) {
    case 'set':
      if (expr.op !== 'union') break;
      return [...alternatives(expr.left), ...alternatives(expr.right)];
    case 'filter':
      return alternatives(expr.base).map((one) => withPredicates(one, expr.predicates, expr.at));
    case 'path':
      return pathAlternatives(expr);
    case 'context':
      return [{ root: false, steps: [{ step: anyNode(expr.at), deep: false }] }];
    default:
  }
  throw new XPathProblem('this is not spoken as the context of a rule', expr.at, expr.kind);
}

function anyNode(at: number): AxisStep {
  return { kind: 'axis', axis: 'child', test: { kind: 'any-name' }, predicates: [], at };
}

function withPredicates(one: Alternative, predicates: readonly Expr[], at: number): Alternative {
  const last = one.steps.at(-1);
  if (last === undefined) throw new XPathProblem('a predicate on "/" is not spoken', at, '[');
  const step = { ...last.step, predicates: [...last.step.predicates, ...predicates] };
  return { ...one, steps: [...one.steps.slice(0, -1), { ...last, step }] };
}

function pathAlternatives(path: Extract<Expr, { kind: 'path' }>): readonly Alternative[] {
  let found: readonly Alternative[] = [{ root: path.root, steps: [] }];
  let deep = false;
  for (const step of path.steps) {
    if (step.kind === 'axis' && step.axis === 'descendant-or-self' && step.test.kind === 'node') {
      deep = true;
      continue;
    }
    const next =
      step.kind === 'expr'
        ? alternatives(step.expr)
        : [{ root: false, steps: [{ step: oneStep(step), deep: false }] }];
    found = found.flatMap((before) => next.map((after) => joinedPath(before, after, deep, step.at)));
    deep = false;
  }
  return found;
}

function oneStep(step: AxisStep): AxisStep {
  if (step.axis === 'child' || step.axis === 'attribute') return step;
  throw new XPathProblem('this axis is not spoken in the context of a rule', step.at, `${step.axis}::`);
}

function joinedPath(before: Alternative, after: Alternative, deep: boolean, at: number): Alternative {
  if (!before.root && before.steps.length === 0) return after;
  if (after.root) throw new XPathProblem('"/" cannot stand inside of a path', at, '/');
  const [head, ...rest] = after.steps;
  if (head === undefined) return before;
  return { root: before.root, steps: [...before.steps, { ...head, deep: deep || head.deep }, ...rest] };
}

function matcher(g: Gen, { root, steps }: Alternative, globals: Env): Matcher {
  const last = steps.at(-1);
  if (last === undefined) return { kind: 'document', names: null, test: '' };
  const { step } = last;
  const kind = step.axis === 'attribute' ? 'attribute' : 'element';
  const names = step.test.kind === 'names' ? step.test.names : null;
  const frame = new Frame();
  const node: Ref = { js: 'n', ty: kind, card: 'one', frame };
  const env: Env = { ...globals, frame, context: node, current: node, position: null, last: null };
  const tests = [
    names === null ? nodeTest(g, step.test, 'n', kind) : '',
    above(g, root, steps, steps.length - 1, node, env),
    ...predicates(g, step, node, env),
  ];
  const body = tests.filter((one) => one !== '').join(' && ');
  if (body === '') return { kind, names, test: '' };
  const name = g.module.add(
    ['n'],
    guarded(frame.whole(`return ${body};`), step.predicates.length > 0 || body.includes('(')),
  );
  return { kind, names, test: `${name}(n)` };
}

/** An error in the predicate of a context: the rule does not match, as Saxon takes it (XSLT 2.0, 5.5.4). */
function guarded(body: string, mayFail: boolean): string {
  return mayFail ? `try {\n${body}\n} catch (error) {\nreturn noMatch(error);\n}` : body;
}

/** What must stand above the node that step `index` matches. */
function above(
  g: Gen,
  root: boolean,
  steps: Alternative['steps'],
  index: number,
  node: Ref,
  env: Env,
): string {
  const here = steps[index];
  const parent = steps[index - 1];
  const js = env.frame.read(node);
  if (here === undefined) return '';
  if (parent === undefined) return root && !here.deep ? `up(${js}) === D.document` : '';
  return g.hoist(env, (inner) => {
    const name = inner.frame.local();
    const ref = inner.frame.ref(name, 'element', 'one');
    const around: Env = { ...focused(inner, ref) };
    const tests = [
      nodeTest(g, parent.step.test, name, 'element'),
      above(g, root, steps, index - 1, ref, around),
      ...predicates(g, parent.step, ref, around),
    ].filter((one) => one !== '');
    const holds = tests.length === 0 ? 'true' : tests.join(' && ');
    const start = `up(${inner.frame.read(node)})`;
    if (!here.deep) return `const ${name} = ${start};\nreturn ${name} !== null && ${holds};`;
    return `for (let ${name} = ${start}; ${name} !== null; ${name} = up(${name})) if (${holds}) return true;\nreturn false;`;
  });
}

function nodeTest(g: Gen, test: NodeTest, name: string, kind: 'element' | 'attribute'): string {
  const code = kind === 'element' ? `${name}.code` : `${name}.qname.code`;
  switch (test.kind) {
    case 'names': {
      const tests = test.names.map((one) => `${code} === ${g.module.name(one)}`);
      return tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' || ')})`;
    }
    case 'namespace':
      return `${name}.qname.space === ${g.module.space(test.uri)}`;
    case 'local':
      return `${name}.local === ${JSON.stringify(test.local)}`;
    case 'any-name':
    case 'node':
      return `${name} !== D.document`;
    default:
      throw new XPathProblem('this test is not spoken in the context of a rule', 0, `${test.kind}()`);
  }
}

/** Conditions of a step's predicates on the node in `node`. */
function predicates(g: Gen, step: AxisStep, node: Ref, env: Env): readonly string[] {
  if (step.predicates.length === 0) return [];
  const inner = focused(env, node);
  if (step.predicates.every((one) => isPlain(g, one, inner, node.ty))) {
    return step.predicates.map((one) => `(${g.bool(one, inner)})`);
  }
  // A position counts among what the step selects under the parent.
  const whole: Expr = { kind: 'path', root: false, steps: [step], at: step.at };
  return [
    g.hoist(inner, (deep) => {
      const parent = deep.frame.local();
      const around = focused(deep, deep.frame.ref(parent, 'element', 'one'));
      const body = loop(
        g,
        whole,
        around,
        'any',
        (v) => `if (${v.js} === ${deep.frame.read(node)}) return true;\n`,
      );
      return `const ${parent} = up(${deep.frame.read(node)});\nif (${parent} === null) return false;\n${body}return false;`;
    }),
  ];
}
