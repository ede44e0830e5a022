import type { Expr } from '../xpath/ast.js';
import type { Gen } from './gen.js';
import { simplified } from './paths.js';

/**
 * A condition that must hold for the path to give anything: all its names stand in the document. Names behind a
 * predicate that may fail are not asked for, so that the error of the predicate is met as the official engine meets it.
 */
export function presence(g: Gen, expr: Expr): string {
  if (expr.kind !== 'path') return '';
  const conditions: string[] = [];
  for (const step of simplified(expr)) {
    if (step.kind !== 'axis') break;
    if (step.test.kind === 'names') {
      const table = step.axis === 'attribute' ? 'Q' : 'P';
      const tests = step.test.names.map((name) => `${table}[${g.module.name(name)}] === 1`);
      conditions.push(tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' || ')})`);
    }
    if (!step.predicates.every(neverFails)) break;
  }
  // The last names of a path are the rarest.
  const asked = new Set(conditions.toReversed().slice(0, 3));
  return [...asked].map((one) => `${one} && `).join('');
}

/** Whether an expression cannot end in a dynamic error; false where that is not plain to see. */
export function neverFails(expr: Expr): boolean {
  switch (expr.kind) {
    case 'string':
    case 'number':
    case 'context':
      return true;
    case 'and':
    case 'or':
      return expr.items.every(neverFails);
    case 'path':
      return expr.steps.every((step) =>
        step.kind === 'axis' ? step.predicates.every(neverFails) : step.expr.kind === 'context',
      );
    case 'general':
      return (isTexts(expr.right) && neverFails(expr.left)) || (isTexts(expr.left) && neverFails(expr.right));
    case 'call':
      return (
        ['not', 'exists', 'empty', 'true', 'false', 'count', 'boolean'].includes(expr.name) &&
        expr.args.every(neverFails)
      );
    default:
      return false;
  }
}

/** Strings written as such: comparing untyped text with them casts nothing. */
function isTexts(expr: Expr): boolean {
  return expr.kind === 'string' || (expr.kind === 'sequence' && expr.items.every(isTexts));
}
