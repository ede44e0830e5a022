import type { SequenceType, TypeName } from './ast.js';
import { XPathProblem } from './ast.js';
import { itemType, typeName } from './names.js';
import type { TokenStream } from './token-stream.js';

/** The name of a variable, behind its `$`. */
export function variableName(tokens: TokenStream): string {
  const token = tokens.take();
  if (token.kind !== 'name') tokens.fail(token, 'the name of a variable');
  return token.text;
}

/** A type behind `cast as`. */
export function atomicType(tokens: TokenStream): TypeName {
  const token = tokens.take();
  if (token.kind !== 'name') tokens.fail(token, 'the name of a type');
  return typeName(token);
}

/** A type behind `instance of` and `treat as`. */
export function sequenceType(tokens: TokenStream): SequenceType {
  const token = tokens.take();
  if (token.kind !== 'name') tokens.fail(token, 'a type');
  const item = itemType(token);
  if (tokens.optional('(')) {
    while (!tokens.isSymbol(')') && tokens.peek().kind !== 'end') tokens.take();
    tokens.eat(')');
  }
  if (item === null) return { item: { kind: 'item' }, occurrence: '0' };
  const occurrence = tokens.optional('?')
    ? '?'
    : tokens.optional('*')
      ? '*'
      : tokens.optional('+')
        ? '+'
        : '1';
  return { item, occurrence };
}

/** Parses an `as` attribute: `xs:string?`, `element()*`. */
export function parseSequenceType(text: string): SequenceType {
  const match = /^\s*([\w:-]+)\s*(\([^)]*\))?\s*([?*+]?)\s*$/.exec(text);
  if (match === null) throw new XPathProblem('this type is not spoken', 0, text);
  const item = itemType({ kind: 'name', text: match[1] ?? '', at: 0, spaced: false });
  if (item === null) return { item: { kind: 'item' }, occurrence: '0' };
  const mark = match[3];
  return { item, occurrence: mark === '?' || mark === '*' || mark === '+' ? mark : '1' };
}
