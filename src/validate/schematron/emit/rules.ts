import type { Assert, Let, Rule, Schema } from '../sch/model.js';
import { located, passedOver } from '../sch/problem.js';
import type { Gen } from './gen.js';
import { type Env, Frame, type Ref } from './module.js';
import { letExpr } from './pack.js';
import type { Card, Ty } from './shape.js';

/** Asserts in one function at most: the engine does not optimise very long ones. */
const assertsMax = 40;

/** A function that puts a node to the asserts of a rule. */
export function ruleCode(g: Gen, schema: Schema, rule: Rule, name: string, first: number, env: Env): string {
  if (rule.lets.length > 0 || rule.asserts.length <= assertsMax) {
    return ruleFunction(g, schema, rule, rule.asserts, name, first, env);
  }
  const parts: string[] = [];
  const names: string[] = [];
  for (let from = 0; from < rule.asserts.length; from += assertsMax) {
    const part = `${name}_${names.length}`;
    names.push(part);
    const asserts = rule.asserts.slice(from, from + assertsMax);
    parts.push(ruleFunction(g, schema, rule, asserts, part, first + from, env));
  }
  parts.push(`function ${name}(n) {\n${names.map((part) => `${part}(n);`).join('\n')}\n}`);
  return parts.join('\n');
}

function ruleFunction(
  g: Gen,
  schema: Schema,
  rule: Rule,
  asserts: readonly Assert[],
  name: string,
  first: number,
  env: Env,
): string {
  const frame = new Frame();
  const node = frame.ref('n', contextTy(rule), 'one');
  let inner: Env = { ...env, frame, context: node, current: node, position: null, last: null };
  const locals: string[] = [];
  for (const [index, one] of rule.lets.entries()) {
    const ref = lazyRef(g, schema, one, `l${index}`, inner);
    locals.push(`l${index}`);
    inner = { ...inner, vars: new Map(inner.vars).set(one.name, ref) };
  }
  const lines = asserts.map((one, index) => {
    const number = first + index;
    const test = passedOver(g.note, () =>
      located(schema.file, one.line, one.test.text, () => g.bool(one.test.expr, inner)),
    );
    if (test === null) return '';
    return `${comment(`${one.id}, line ${one.line}`)}at = ${number}; if (${one.report ? test : `!(${test})`}) fail(${number}, n);`;
  });
  const declared = locals.length === 0 ? '' : `let ${locals.join(', ')};\n`;
  return `${comment(`context ${rule.context.text}, line ${rule.line}`)}function ${name}(n) {\n${frame.whole(`${declared}${lines.join('\n')}`)}\n}`;
}

/** A line for who reads the code. Nothing of the file can end the comment: only plain characters are kept. */
function comment(text: string): string {
  return `// ${text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200)}\n`;
}

/** Attributes are known by the last step of the context; whatever else is an element or the document. */
function contextTy(rule: Rule): Ty {
  const text = JSON.stringify(rule.context.expr);
  return text.includes('"attribute"') ? 'node' : 'element';
}

/** A variable that is computed when it is first asked for, as Saxon does. */
function lazyRef(g: Gen, schema: Schema, one: Let, name: string, env: Env): Ref {
  const { line, text } = one.value;
  return located(schema.file, line, text, () => {
    const expr = letExpr(one);
    const { ty, card } = g.infer(expr, env);
    let known: Card = card;
    const js = g.hoist(env, (inner) => {
      if (card === 'many') return `return ${g.array(expr, inner)};`;
      const value = g.value(expr, inner);
      if (value.opt) known = 'opt';
      return `return ${value.js};`;
    });
    return { js: `(${name} !== undefined ? ${name} : (${name} = ${js}))`, ty, card: known, frame: env.frame };
  });
}
