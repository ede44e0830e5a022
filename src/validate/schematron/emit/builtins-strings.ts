import type { Expr } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import { anyTextArg, argument, doubleArg, textArg } from './args.js';
import type { Builtin } from './builtins.js';
import type { Gen } from './gen.js';
import { loop } from './loop.js';
import type { Env } from './module.js';
import { one, type Shape, stringOf } from './shape.js';

const string: Shape = { ty: 'string', card: 'one' };
const boolean: Shape = { ty: 'boolean', card: 'one' };

/** A function of strings to a string: `code` gets its arguments as JavaScript strings. */
function text(min: number, max: number, code: (...args: string[]) => string): Builtin {
  return {
    min,
    max,
    shape: string,
    value: (g, args, env) =>
      one('string', code(...texts(g, args, env, Math.max(min, args.length, max === 1 ? 1 : 0)))),
  };
}

function test(max: number, code: (...args: string[]) => string): Builtin {
  return { min: 2, max, shape: boolean, bool: (g, args, env) => code(...texts(g, args, env, args.length)) };
}

function texts(g: Gen, args: readonly Expr[], env: Env, count: number): string[] {
  return Array.from({ length: count }, (_, i) => textArg(g, args, i, env));
}

/** A collation other than by code points would be another function. */
const noCollation = (name: string, code: (a: string, b: string) => string): [string, Builtin] => [
  name,
  test(2, (a = '""', b = '""') => code(a, b)),
];

/** The expression of a pattern, made once when it is a literal. */
function pattern(g: Gen, args: readonly Expr[], flagsAt: number, env: Env, kind: 'test' | 'all'): string {
  const source = args[1];
  const flags = args[flagsAt];
  const maker = kind === 'test' ? 'regexOf' : 'globalRegex';
  if (source?.kind === 'string' && (flags === undefined || flags.kind === 'string')) {
    return g.module.constant(
      `${maker}(${JSON.stringify(source.value)}, ${JSON.stringify(flags?.kind === 'string' ? flags.value : '')})`,
    );
  }
  return `${maker}(${textArg(g, args, 1, env)}, ${flags === undefined ? '""' : textArg(g, args, flagsAt, env)})`;
}

function stringJoin(g: Gen, args: readonly Expr[], env: Env): string {
  const [list, separator] = args;
  if (list === undefined) throw new XPathProblem('an argument is missing', 0, 'string-join()');
  const parts = g.hoist(env, (inner) => {
    const found = inner.frame.local();
    return `const ${found} = [];\n${loop(g, list, inner, 'ordered', (v) => `${found}.push(${stringOf(v)});\n`)}return ${found};`;
  });
  return `${parts}.join(${separator === undefined ? '""' : g.text(separator, env)})`;
}

/** A literal of at least this many characters that is asked for a word between blanks is looked up as a set. */
const listCharsMin = 40;

/** `contains(' AB CD ', concat(' ', x, ' '))`, the way code lists are written, is a question to a set of words. */
function contains(g: Gen, args: readonly Expr[], env: Env): string {
  const [list, wanted] = args;
  const word = wanted === undefined ? null : wordBetweenBlanks(wanted);
  if (list?.kind === 'string' && list.value.length >= listCharsMin && word !== null) {
    return `${g.module.constant(`wordList(${JSON.stringify(list.value)})`)}.has(${g.text(word, env)})`;
  }
  return `${textArg(g, args, 0, env)}.includes(${textArg(g, args, 1, env)})`;
}

function wordBetweenBlanks(expr: Expr): Expr | null {
  if (expr.kind !== 'call' || expr.name !== 'concat' || expr.args.length !== 3) return null;
  const [before, word, after] = expr.args;
  const isBlank = (one: Expr | undefined): boolean => one?.kind === 'string' && one.value === ' ';
  return isBlank(before) && isBlank(after) ? (word ?? null) : null;
}

function substring(g: Gen, args: readonly Expr[], env: Env): string {
  const from = args[1];
  const length = args[2];
  const base = textArg(g, args, 0, env);
  if (from?.kind === 'number' && (length === undefined || length.kind === 'number')) {
    const bounds = [from, ...(length === undefined ? [] : [length])].map(({ text }) => Number(text));
    if (bounds.every(Number.isSafeInteger)) return `substringAt(${base}, ${bounds.join(', ')})`;
  }
  return `substring(${base}, ${doubleArg(g, args, 1, env)}${length === undefined ? '' : `, ${doubleArg(g, args, 2, env)}`})`;
}

const names = (name: string, code: (node: string) => string): [string, Builtin] => [
  name,
  {
    min: 0,
    max: 1,
    shape: string,
    value: (g, args, env) => {
      const { js } = g.value(argument(args, 0), env);
      return one('string', code(js));
    },
  },
];

export const stringFunctions: readonly (readonly [string, Builtin])[] = [
  [
    'string',
    { min: 0, max: 1, shape: string, value: (g, args, env) => one('string', anyTextArg(g, args, 0, env)) },
  ],
  ['normalize-space', text(0, 1, (a) => `normalizeSpace(${a})`)],
  ['upper-case', text(1, 1, (a) => `${a}.toUpperCase()`)],
  ['lower-case', text(1, 1, (a) => `${a}.toLowerCase()`)],
  ['translate', text(3, 3, (a, b, c) => `translate(${a}, ${b}, ${c})`)],
  ['substring-before', text(2, 2, (a, b) => `substringBefore(${a}, ${b})`)],
  ['substring-after', text(2, 2, (a, b) => `substringAfter(${a}, ${b})`)],
  ['encode-for-uri', text(1, 1, (a) => `encodeForUri(${a})`)],
  ['contains', { min: 2, max: 2, shape: boolean, bool: contains }],
  noCollation('starts-with', (a, b) => `${a}.startsWith(${b})`),
  noCollation('ends-with', (a, b) => `${a}.endsWith(${b})`),
  [
    'substring',
    { min: 2, max: 3, shape: string, value: (g, args, env) => one('string', substring(g, args, env)) },
  ],
  [
    'concat',
    {
      min: 2,
      max: 1000,
      shape: string,
      value: (g, args, env) =>
        one('string', `(${args.map((_, i) => anyTextArg(g, args, i, env)).join(' + ')})`),
    },
  ],
  [
    'string-join',
    { min: 1, max: 2, shape: string, value: (g, args, env) => one('string', stringJoin(g, args, env)) },
  ],
  [
    '#value-of',
    {
      min: 2,
      max: 2,
      shape: { ty: 'untyped', card: 'one' },
      value: (g, args, env) => one('untyped', stringJoin(g, args, env)),
    },
  ],
  [
    'string-length',
    {
      min: 0,
      max: 1,
      shape: { ty: 'int', card: 'one' },
      value: (g, args, env) =>
        one('int', `lengthOf(${args.length === 0 ? anyTextArg(g, args, 0, env) : textArg(g, args, 0, env)})`),
    },
  ],
  [
    'matches',
    {
      min: 2,
      max: 3,
      shape: boolean,
      bool: (g, args, env) => `${pattern(g, args, 2, env, 'test')}.test(${textArg(g, args, 0, env)})`,
    },
  ],
  [
    'replace',
    {
      min: 3,
      max: 4,
      shape: string,
      value: (g, args, env) =>
        one(
          'string',
          `replaceAll(${textArg(g, args, 0, env)}, ${pattern(g, args, 3, env, 'all')}, ${textArg(g, args, 2, env)})`,
        ),
    },
  ],
  [
    'tokenize',
    {
      min: 1,
      max: 3,
      shape: { ty: 'string', card: 'many' },
      array: (g, args, env) =>
        args.length === 1
          ? `words(${textArg(g, args, 0, env)})`
          : `tokenize(${textArg(g, args, 0, env)}, ${pattern(g, args, 2, env, 'all')})`,
    },
  ],
  [
    'string-to-codepoints',
    {
      min: 1,
      max: 1,
      shape: { ty: 'int', card: 'many' },
      array: (g, args, env) => `codePoints(${textArg(g, args, 0, env)})`,
    },
  ],
  [
    'codepoints-to-string',
    {
      min: 1,
      max: 1,
      shape: string,
      value: (g, args, env) => one('string', `fromCodePoints(${g.items(argument(args, 0), env)})`),
    },
  ],
  [
    'compare',
    {
      min: 2,
      max: 2,
      shape: { ty: 'int', card: 'one' },
      value: (g, args, env) =>
        one('int', `Math.sign(compareText(${textArg(g, args, 0, env)}, ${textArg(g, args, 1, env)}))`),
    },
  ],
  names('name', (node) => `nameOf(${node})`),
  names('local-name', (node) => `localNameOf(${node})`),
  names('namespace-uri', (node) => `namespaceOf(${node})`),
];
