import { runtimeNames } from '../run/runtime.js';
import type { Let, Pattern, Schema } from '../sch/model.js';
import { located, type Note, passedOver } from '../sch/problem.js';
import type { PackAssert } from '../types.js';
import type { Expr } from '../xpath/ast.js';
import { dispatchCode, type RuleMatch } from './dispatch.js';
import { declareFunctions, defineFunctions } from './functions.js';
import { Gen, type UserFunction } from './gen.js';
import { matchers } from './match.js';
import { type Env, Frame, hoisted, Module, type Ref } from './module.js';
import { ruleCode } from './rules.js';

/**
 * The program of a schema, and its asserts in the order of the file. With `note` it goes on behind what is not
 * spoken, to tell it all: the code is of no use then.
 */
export function emitPack(
  schema: Schema,
  note: Note = null,
): { readonly code: string; readonly asserts: readonly PackAssert[] } {
  const module = new Module();
  const functions = new Map<string, UserFunction>();
  const g = new Gen(module, functions, note);
  declareFunctions(schema, functions);
  const globals = globalEnv(g, schema);
  defineFunctions(g, schema, globals);
  const asserts: PackAssert[] = [];
  const starts: number[] = [];
  for (const [index, pattern] of schema.patterns.entries()) {
    starts.push(asserts.length);
    const env = patternEnv(g, schema, pattern, globals);
    emitPattern(g, schema, pattern, index, env, asserts);
  }
  return { code: program(schema, module, starts), asserts };
}

/** What is the same for the whole document: variables of the schema and, as XSLT has it, of all patterns. */
function globalEnv(g: Gen, schema: Schema): Env {
  const context: Ref = { js: 'D.document', ty: 'element', card: 'one', frame: null };
  const env: Env = {
    frame: new Frame(),
    context,
    position: null,
    last: null,
    current: context,
    vars: new Map(),
  };
  const lets = [...schema.lets, ...schema.patterns.flatMap((pattern) => pattern.lets)];
  return withLets(g, schema, lets, env, false);
}

function patternEnv(g: Gen, schema: Schema, pattern: Pattern, globals: Env): Env {
  return withLets(g, schema, pattern.lets, globals, true);
}

function withLets(g: Gen, schema: Schema, lets: readonly Let[], env: Env, replace: boolean): Env {
  let inner = env;
  for (const one of lets) {
    if (!replace && inner.vars.has(one.name)) continue;
    const { line, text } = one.value;
    const ref = located(schema.file, line, text, () => globalRef(g, letExpr(one), inner));
    inner = { ...inner, vars: new Map(inner.vars).set(one.name, ref) };
  }
  return inner;
}

export function letExpr({ value, type }: Let): Expr {
  return type === null ? value.expr : { kind: 'convert', type, operand: value.expr, at: 0 };
}

function globalRef(g: Gen, expr: Expr, env: Env): Ref {
  const { ty, card } = g.infer(expr, env);
  let opt = card;
  const js = hoisted(g.module, env, (inner) => {
    if (card === 'many') return `return ${g.array(expr, inner)};`;
    const value = g.value(expr, inner);
    if (value.opt) opt = 'opt';
    return `return ${value.js};`;
  });
  return { js, ty, card: opt, frame: null };
}

function emitPattern(
  g: Gen,
  schema: Schema,
  pattern: Pattern,
  index: number,
  env: Env,
  asserts: PackAssert[],
): void {
  const matches: RuleMatch[] = [];
  for (const [number, rule] of pattern.rules.entries()) {
    const { line, text, expr } = rule.context;
    const name = `rule${index}_${number}`;
    const code = passedOver(g.note, () => ruleCode(g, schema, rule, name, asserts.length, env));
    if (code === null) continue;
    g.module.declare(code);
    for (const one of rule.asserts) {
      asserts.push({
        id: one.id === '' ? `-${asserts.length + 1}` : one.id,
        flag: one.flag,
        context: text,
        test: one.test.text,
        text: one.text,
        pattern: pattern.id,
        line: one.line,
      });
    }
    const found = passedOver(g.note, () => located(schema.file, line, text, () => matchers(g, expr, env)));
    if (found === null) continue;
    matches.push({ rule: name, matchers: found });
  }
  g.module.declare(dispatchCode(g.module, `pattern${index}`, matches));
}

function program(schema: Schema, module: Module, starts: readonly number[]): string {
  const calls = schema.patterns.map((_, index) => `pattern${index}();`).join('\n');
  return `(function (R) {
'use strict';
const { ${runtimeNames.join(', ')} } = R;
let D, P, Q, B, failed, large = false, at = -1, where = null;
function fail(assert, node) { failed.push(assert, node); }
${module.text()}
function run(index, found) {
D = index; P = index.present; Q = index.presentAttributes; B = index.byName; failed = found; large = index.elements.length > 2000; at = -1; where = null;
start(index);
try {
${calls}
} finally {
forget();
start(null);
D = P = Q = B = failed = undefined;
}
}
function last() { const found = { assert: at, node: where }; where = null; return found; }
return { starts: ${JSON.stringify(starts)}, run, last };
})
`;
}
