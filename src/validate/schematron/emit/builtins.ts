import type { Expr } from '../xpath/ast.js';
import { itemFunctions } from './builtins-items.js';
import { numberFunctions } from './builtins-numbers.js';
import { stringFunctions } from './builtins-strings.js';
import type { Gen } from './gen.js';
import type { Env } from './module.js';
import type { Shape, Val } from './shape.js';

/** A function of XPath as the compiler knows it: `bool` for conditions, `value` for one item, `array` for many. */
export interface Builtin {
  readonly min: number;
  readonly max: number;
  readonly shape: Shape | ((g: Gen, args: readonly Expr[], env: Env) => Shape);
  readonly bool?: (g: Gen, args: readonly Expr[], env: Env) => string;
  readonly value?: (g: Gen, args: readonly Expr[], env: Env) => Val;
  readonly array?: (g: Gen, args: readonly Expr[], env: Env) => string;
}

/** All functions that are spoken (XQuery 1.0 and XPath 2.0 Functions and Operators; XSLT 2.0, 16). */
export const builtins: ReadonlyMap<string, Builtin> = new Map([
  ...stringFunctions,
  ...numberFunctions,
  ...itemFunctions,
]);
