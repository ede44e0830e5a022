import type { Expr } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import type { Env } from './module.js';
import { boxed, data, isDec, isText, type Val } from './shape.js';

const context: Expr = { kind: 'context', at: 0 };

/** An argument, or the context item where it is left out. */
export function argument(args: readonly Expr[], index: number): Expr {
  return args[index] ?? context;
}

/** An argument of type `xs:string?`: a JavaScript string, empty for nothing. */
export function textArg(g: Gen, args: readonly Expr[], index: number, env: Env): string {
  return textOf(g.datum(argument(args, index), env), args[index]?.at ?? 0);
}

export function textOf(value: Val, at: number): string {
  const { ty, js, opt } = value;
  if (isText(ty)) return opt ? `(${js} ?? "")` : js;
  if (ty === 'atomic') return opt ? `textOrEmpty(${js})` : `textArgument(${js})`;
  throw new XPathProblem(`a string is wanted, not xs:${ty === 'int' ? 'integer' : ty}`, at, 'argument');
}

/** `fn:string` of an argument of any type: empty for nothing. */
export function anyTextArg(g: Gen, args: readonly Expr[], index: number, env: Env): string {
  return g.text(argument(args, index), env);
}

/** An argument of type `xs:double`, null when it is nothing. */
export function doubleArg(g: Gen, args: readonly Expr[], index: number, env: Env): string {
  const value = data(g.value(argument(args, index), env));
  if (value.ty === 'int' || value.ty === 'double') return value.js;
  if (value.opt) return `doubleOrNull(${boxed(value)})`;
  if (value.ty === 'untyped') return `toNumber(${value.js})`;
  return isDec(value.ty) ? `toDouble(${value.js})` : `doubleOrNull(${boxed(value)})`;
}
