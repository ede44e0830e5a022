import type { FunctionDeclaration, Schema } from '../sch/model.js';
import { located, refuse } from '../sch/problem.js';
import type { Expr } from '../xpath/ast.js';
import type { Gen, UserFunction } from './gen.js';
import { type Env, Frame, type Ref } from './module.js';
import type { Shape } from './shape.js';
import { shapeOfType } from './types.js';

const anything: Shape = { ty: 'item', card: 'many' };

/** Makes the functions of a schema known, before anything calls them. */
export function declareFunctions(schema: Schema, functions: Map<string, UserFunction>): void {
  for (const one of schema.functions) {
    const key = `${one.name}#${one.params.length}`;
    const { line } = one.body;
    if (!one.name.includes(':')) refuse(schema.file, line, one.name, 'the name of a function needs a prefix');
    if (functions.has(key)) refuse(schema.file, line, one.name, 'this function is declared twice');
    located(schema.file, line, one.body.text, () =>
      functions.set(key, declared(one, `user${functions.size}`)),
    );
  }
}

function declared(one: FunctionDeclaration, js: string): UserFunction {
  const params = one.params.map(({ name, type }) => ({
    name,
    as: type,
    shape: type === null ? anything : shapeOfType(type),
  }));
  return { js, params, shape: one.type === null ? anything : shapeOfType(one.type) };
}

/** Writes the functions of a schema. They have no context item; they see the variables of the schema. */
export function defineFunctions(g: Gen, schema: Schema, globals: Env): void {
  for (const one of schema.functions) {
    const known = g.functions.get(`${one.name}#${one.params.length}`);
    if (known === undefined) continue;
    located(schema.file, one.body.line, one.body.text, () =>
      g.module.declare(defined(g, one, known, globals)),
    );
  }
}

function defined(g: Gen, one: FunctionDeclaration, known: UserFunction, globals: Env): string {
  const frame = new Frame();
  const vars = new Map<string, Ref>(globals.vars);
  for (const [index, { name, shape }] of known.params.entries()) {
    vars.set(name, frame.ref(`a${index}`, shape.ty, shape.card));
  }
  const env: Env = { frame, context: null, position: null, last: null, current: null, vars };
  const { expr } = one.body;
  const body: Expr = one.type === null ? expr : { kind: 'convert', type: one.type, operand: expr, at: 0 };
  const value =
    one.type === null
      ? g.items(expr, env)
      : known.shape.card === 'many'
        ? g.array(body, env)
        : g.value(body, env).js;
  const params = known.params.map((_, index) => `a${index}`).join(', ');
  return `function ${known.js}(${params}) {\n${frame.whole(`return ${value};`)}\n}`;
}
