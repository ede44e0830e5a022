import type { NodeTest, Step } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { axisTy, isOrdinal } from './infer.js';
import { type Emit, focused, isPlain, positional } from './loop.js';
import type { Env } from './module.js';
import { isNodeTy, one, type Val } from './shape.js';

type AxisStep = Extract<Step, { kind: 'axis' }>;

/** Statements that run through what one step selects from one node, which the variable `node.js` holds. */
export function axisStep(g: Gen, step: AxisStep, node: Val, env: Env, isRoot: boolean, emit: Emit): string {
  const ty = axisTy(step, node.ty);
  const { predicates } = step;
  const [head, ...rest] = predicates;
  if (head === undefined) return candidates(g, step, node, env, isRoot, emit);
  if (head.kind === 'number' && isOrdinal(head) && rest.length === 0) {
    const count = env.frame.local();
    const body = candidates(
      g,
      step,
      node,
      env,
      isRoot,
      (v) => `if (++${count} === ${Number(head.text)}) {\n${emit(v)}}\n`,
    );
    return `let ${count} = 0;\n${body}`;
  }
  const plain = predicates.findIndex((one) => !isPlain(g, one, env, ty));
  const until = plain < 0 ? predicates.length : plain;
  const passed = (then: Emit) =>
    candidates(g, step, node, env, isRoot, (value) =>
      g.bound(env, value, (ref) => {
        const inner = focused(env, ref);
        const tests = predicates.slice(0, until).map((one) => g.bool(one, inner));
        const body = then(one(ref.ty, ref.js));
        return tests.length === 0 ? body : `if (${tests.join(' && ')}) {\n${body}}\n`;
      }),
    );
  if (plain < 0) return passed(emit);
  return counted(g, step, env, until, passed, emit);
}

/** Predicates that look at positions: what passed the ones before is put into an array. */
function counted(
  g: Gen,
  step: AxisStep,
  env: Env,
  from: number,
  passed: (then: Emit) => string,
  emit: Emit,
): string {
  let list = env.frame.local();
  let ty: Val['ty'] = 'element';
  let out = `const ${list} = [];\n${passed((v) => {
    ty = v.ty;
    return `${list}.push(${v.js});\n`;
  })}`;
  const left = step.predicates.slice(from);
  for (const [index, predicate] of left.entries()) {
    if (index === left.length - 1) return out + positional(g, list, ty, predicate, env, emit);
    const next = env.frame.local();
    out += `const ${next} = [];\n${positional(g, list, ty, predicate, env, (v) => `${next}.push(${v.js});\n`)}`;
    list = next;
  }
  return out;
}

/** The nodes along the axis that pass the node test. */
function candidates(g: Gen, step: AxisStep, node: Val, env: Env, isRoot: boolean, emit: Emit): string {
  if (!isNodeTy(node.ty) && node.ty !== 'item') return `noNode(${node.js});\n`;
  switch (step.axis) {
    case 'child':
      return children(g, step.test, node, env, emit);
    case 'attribute':
      return attributes(g, step.test, node, env, emit);
    case 'self':
      return selfStep(g, step, node, emit);
    case 'parent':
      return upward(g, step, node, env, `const #v = up(${node.js});\nif (#v !== null`, emit);
    case 'ancestor':
      return upward(
        g,
        step,
        node,
        env,
        `for (let #v = up(${node.js}); #v !== null; #v = up(#v)) if (true`,
        emit,
      );
    case 'descendant':
      if (step.test.kind === 'names') return below(g, step.test, node, env, isRoot, emit);
      return listed(g, step, `descendantsOf(${node.js})`, env, emit);
    case 'descendant-or-self':
      return listed(g, step, `descendantsOrSelf(${node.js}, ${step.test.kind === 'node'})`, env, emit);
    default: {
      const [only, ...more] = step.test.kind === 'names' ? step.test.names : [];
      if (node.ty === 'element' && only !== undefined && more.length === 0) {
        if (step.axis === 'preceding') return before(g.module.name(only), node, env, emit);
        if (step.axis === 'following') return after(g.module.name(only), node, env, emit);
      }
      return listed(g, step, `${listFunctions[step.axis]}(${node.js})`, env, emit);
    }
  }
}

const listFunctions = {
  'ancestor-or-self': 'ancestorsOrSelf',
  'following-sibling': 'followingSiblings',
  'preceding-sibling': 'precedingSiblings',
  following: 'followingOf',
  preceding: 'precedingOf',
} as const;

/** Elements of a name before a node, the nearest first, its ancestors left out: from the index of names. */
function before(code: string, node: Val, env: Env, emit: Emit): string {
  const list = env.frame.local();
  const index = env.frame.local();
  const item = env.frame.local();
  return `const ${list} = B[${code}];
for (let ${index} = firstAfter(${list}, ${node.js}.order - 1) - 1; ${index} >= 0; ${index}--) {
const ${item} = ${list}[${index}];
if (${item}.last < ${node.js}.order) {
${emit(one('element', item))}}
}
`;
}

/** Elements of a name behind a node and what it contains. */
function after(code: string, node: Val, env: Env, emit: Emit): string {
  const list = env.frame.local();
  const index = env.frame.local();
  const item = env.frame.local();
  return `const ${list} = B[${code}];
for (let ${index} = firstAfter(${list}, ${node.js}.last); ${index} < ${list}.length; ${index}++) {
const ${item} = ${list}[${index}];
${emit(one('element', item))}}
`;
}

/** Test of an element in a variable; empty when every element passes. */
function elementTest(g: Gen, test: NodeTest, item: string): string {
  switch (test.kind) {
    case 'names':
      return test.names.map((name) => `${item}.code === ${g.module.name(name)}`).join(' || ');
    case 'namespace':
      return `${item}.qname.space === ${g.module.space(test.uri)}`;
    case 'local':
      return `${item}.local === ${JSON.stringify(test.local)}`;
    case 'document':
      return `${item} === D.document`;
    case 'text':
    case 'comment':
      return 'false';
    default:
      return '';
  }
}

function tested(test: string, body: string): string {
  return test === '' ? body : `if (${test}) {\n${body}}\n`;
}

function children(g: Gen, test: NodeTest, node: Val, env: Env, emit: Emit): string {
  if (node.ty === 'attribute' || node.ty === 'text' || test.kind === 'comment') return '';
  if (test.kind === 'text') {
    const item = env.frame.local();
    return `const ${item} = textNodeOf(${node.js});\nif (${item} !== null) {\n${emit(one('text', item))}}\n`;
  }
  if (test.kind === 'node')
    return listed(g, { axis: 'child', test } as AxisStep, `childNodes(${node.js})`, env, emit);
  const list = env.frame.local();
  const index = env.frame.local();
  const item = env.frame.local();
  const source = childSource(g, test, node);
  return `const ${list} = ${source};\nfor (let ${index} = 0; ${index} < ${list}.length; ${index}++) {\nconst ${item} = ${list}[${index}];\n${tested(elementTest(g, test, item), emit(one('element', item)))}}\n`;
}

/** Children of a node; of one that has very many, those of the name. */
function childSource(g: Gen, test: NodeTest, node: Val): string {
  if (node.ty !== 'element') return `childrenOf(${node.js})`;
  const [only, ...more] = test.kind === 'names' ? test.names : [];
  if (only === undefined || more.length > 0) return `${node.js}.children`;
  return `${node.js}.children.length < 50 ? ${node.js}.children : childrenNamed(${node.js}, ${g.module.name(only)})`;
}

function attributes(g: Gen, test: NodeTest, node: Val, env: Env, emit: Emit): string {
  if (node.ty === 'attribute' || node.ty === 'text') return '';
  const source = node.ty === 'element' ? `${node.js}.attributes` : `attributesOf(${node.js})`;
  const [only, ...more] = test.kind === 'names' ? test.names : [];
  const item = env.frame.local();
  if (only !== undefined && more.length === 0) {
    return `const ${item} = attributeNamed(${source}, ${g.module.name(only)});\nif (${item} !== null) {\n${emit(one('attribute', item))}}\n`;
  }
  const condition =
    test.kind === 'names'
      ? test.names.map((name) => `${item}.qname.code === ${g.module.name(name)}`).join(' || ')
      : elementTest(g, test, item);
  return `for (const ${item} of ${source}) {\n${tested(condition, emit(one('attribute', item)))}}\n`;
}

function selfStep(g: Gen, step: AxisStep, node: Val, emit: Emit): string {
  const { js, ty } = node;
  if (step.test.kind === 'node') return emit(node);
  if (step.test.kind === 'text')
    return ty === 'element' || ty === 'attribute'
      ? ''
      : `if (${js} instanceof TextNode) {\n${emit(one('text', js))}}\n`;
  const test = elementTest(g, step.test, js) || `${js} !== D.document`;
  if (ty === 'element') return `if (${test}) {\n${emit(node)}}\n`;
  if (ty === 'attribute' || ty === 'text') return '';
  return `if (${js} instanceof XmlNode && (${test})) {\n${emit(one('element', js))}}\n`;
}

function upward(g: Gen, step: AxisStep, _node: Val, env: Env, head: string, emit: Emit): string {
  const item = env.frame.local();
  let test = elementTest(g, step.test, item);
  if (step.test.kind === 'any-name') test = `${item} !== D.document`;
  const condition = test === '' ? ')' : ` && (${test}))`;
  return `${head.replaceAll('#v', item)}${condition} {\n${emit(one('element', item))}}\n`;
}

/** Elements of a name below a node: from the index of names. */
function below(
  g: Gen,
  test: Extract<NodeTest, { kind: 'names' }>,
  node: Val,
  env: Env,
  isRoot: boolean,
  emit: Emit,
): string {
  const lists = test.names.map((name) => {
    const code = g.module.name(name);
    return isRoot ? `B[${code}]` : `named(${node.js}, ${code})`;
  });
  const list = env.frame.local();
  const index = env.frame.local();
  const item = env.frame.local();
  const [only, ...more] = lists;
  const source =
    more.length === 0
      ? (only ?? '[]')
      : `union(${only}, ${more.length === 1 ? more[0] : `[].concat(${more.join(', ')})`})`;
  return `const ${list} = ${source};\nfor (let ${index} = 0; ${index} < ${list}.length; ${index}++) {\nconst ${item} = ${list}[${index}];\n${emit(one('element', item))}}\n`;
}

/** Nodes from a function of the runtime, of any kind. */
function listed(g: Gen, step: AxisStep, source: string, env: Env, emit: Emit): string {
  const item = env.frame.local();
  const { test } = step;
  const ty = test.kind === 'node' ? 'node' : test.kind === 'text' ? 'text' : 'element';
  let condition = elementTest(g, test, item);
  if (test.kind === 'text') condition = `${item} instanceof TextNode`;
  else if (test.kind !== 'node') {
    condition = `${item} instanceof XmlNode && ${item} !== D.document${condition === '' ? '' : ` && (${condition})`}`;
  }
  return `for (const ${item} of ${source}) {\n${tested(condition, emit(one(ty, item)))}}\n`;
}
