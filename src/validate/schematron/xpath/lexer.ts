import { XPathProblem } from './ast.js';

export type TokenKind = 'name' | 'string' | 'integer' | 'decimal' | 'double' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Name, symbol, digits, or the value of a string. */
  readonly text: string;
  readonly at: number;
  /** White space stands before it: `a -b` is not the name `a-b`. */
  readonly spaced: boolean;
}

const symbols = [
  '::',
  '//',
  '..',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '||',
  '=>',
  ':=',
  '(',
  ')',
  '[',
  ']',
  '/',
  '@',
  ',',
  '|',
  '+',
  '-',
  '*',
  '=',
  '<',
  '>',
  '$',
  '?',
  '.',
  '!',
  ':',
  '#',
] as const;
const nameStart = /[\p{L}_]/u;
// A name with at most one colon between two parts; wildcards are put together by the parser.
const qname = /[\p{L}_][\p{L}\p{N}\p{M}_.\u00b7-]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.\u00b7-]*)?/uy;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/** Splits an XPath expression into tokens; comments `(: :)` are left out. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    const start = at;
    at = skip(text, at);
    const spaced = at > start;
    if (at >= text.length) {
      found.push({ kind: 'end', text: '', at, spaced });
      return found;
    }
    const token = one(text, at, spaced);
    found.push(token.token);
    at = token.end;
  }
}

function one(text: string, at: number, spaced: boolean): { token: Token; end: number } {
  const char = text.charAt(at);
  if (char === '"' || char === "'") return literal(text, at, char, spaced);
  if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(text.charAt(at + 1)))) {
    number.lastIndex = at;
    const digits = number.exec(text)?.[0] ?? '';
    const kind = /[eE]/.test(digits) ? 'double' : digits.includes('.') ? 'decimal' : 'integer';
    return { token: { kind, text: digits, at, spaced }, end: at + digits.length };
  }
  if (nameStart.test(char)) {
    qname.lastIndex = at;
    const name = qname.exec(text)?.[0] ?? char;
    return { token: { kind: 'name', text: name, at, spaced }, end: at + name.length };
  }
  const symbol = symbols.find((s) => text.startsWith(s, at));
  if (symbol === undefined) throw new XPathProblem(`"${char}" is not XPath`, at, char);
  return { token: { kind: 'symbol', text: symbol, at, spaced }, end: at + symbol.length };
}

function literal(text: string, at: number, quote: string, spaced: boolean): { token: Token; end: number } {
  let value = '';
  let from = at + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close < 0) throw new XPathProblem('a string is not closed', at, text.slice(at, at + 20));
    value += text.slice(from, close);
    if (text.charAt(close + 1) !== quote) {
      return { token: { kind: 'string', text: value, at, spaced }, end: close + 1 };
    }
    value += quote;
    from = close + 2;
  }
}

function skip(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at++;
    if (!text.startsWith('(:', at)) return at;
    at = comment(text, at);
  }
}

function comment(text: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    if (at >= text.length) throw new XPathProblem('a comment is not closed', from, '(:');
    if (text.startsWith('(:', at)) {
      depth++;
      at += 2;
    } else if (text.startsWith(':)', at)) {
      depth--;
      at += 2;
    } else at++;
  } while (depth > 0);
  return at;
}
