import type { Axis, ItemTypeName, NodeTest, QName, TypeName } from './ast.js';
import { XPathProblem } from './ast.js';
import type { Token } from './lexer.js';

export const axes: ReadonlyMap<string, Axis> = new Map(
  (
    [
      'child',
      'attribute',
      'self',
      'parent',
      'ancestor',
      'ancestor-or-self',
      'descendant',
      'descendant-or-self',
      'following-sibling',
      'preceding-sibling',
      'following',
      'preceding',
    ] as const
  ).map((axis) => [axis, axis]),
);

const kindTests = new Set([
  'node',
  'text',
  'comment',
  'processing-instruction',
  'element',
  'attribute',
  'document-node',
]);

export function isKindTest(word: string): boolean {
  return kindTests.has(word);
}

/** Names of an expression, resolved with the `ns` elements of the Schematron file. */
export class Names {
  constructor(private readonly namespaces: Readonly<Record<string, string>>) {}

  uriOf(prefix: string, at: number): string {
    const uri = prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : this.namespaces[prefix];
    if (uri === undefined)
      throw new XPathProblem(`no ns element declares the prefix "${prefix}"`, at, `${prefix}:`);
    return uri;
  }

  /** Without a prefix: no namespace, as XSLT takes it. */
  elementName(text: string, at: number): QName {
    const colon = text.indexOf(':');
    if (colon < 0) return { uri: '', local: text };
    return { uri: this.uriOf(text.slice(0, colon), at), local: text.slice(colon + 1) };
  }

  /** `fn:` is the default; `xs:` stands for the types of XML Schema; others as written. */
  functionName(text: string): string {
    const [prefix, local] = text.includes(':') ? (text.split(':') as [string, string]) : ['', text];
    const uri = this.namespaces[prefix];
    if (prefix === 'fn' || uri === 'http://www.w3.org/2005/xpath-functions') return local;
    if (isSchemaPrefix(prefix) || uri === 'http://www.w3.org/2001/XMLSchema') return `xs:${local}`;
    return text;
  }
}

function isSchemaPrefix(prefix: string): boolean {
  return prefix === 'xs' || prefix === 'xsd';
}

export function wildcard(first: Token, second: Token, names: Names): NodeTest {
  if (first.text === '*') return { kind: 'local', local: second.text };
  return { kind: 'namespace', uri: names.uriOf(first.text, first.at) };
}

const atomicTypes = new Set([
  'string',
  'boolean',
  'decimal',
  'integer',
  'double',
  'float',
  'date',
  'dateTime',
  'time',
  'untypedAtomic',
  'anyAtomicType',
  'normalizedString',
  'token',
  'int',
  'long',
  'short',
  'nonNegativeInteger',
  'positiveInteger',
  'anyURI',
]);
const sameAs: Readonly<Record<string, TypeName>> = {
  float: 'double',
  normalizedString: 'string',
  token: 'string',
  anyURI: 'string',
  int: 'integer',
  long: 'integer',
  short: 'integer',
  nonNegativeInteger: 'integer',
  positiveInteger: 'integer',
};

/** Local name of an atomic type; derived types count as those they are derived from. */
export function typeName(token: Token): TypeName {
  const [prefix, local] = token.text.includes(':')
    ? (token.text.split(':') as [string, string])
    : ['', token.text];
  if (!isSchemaPrefix(prefix) || !atomicTypes.has(local)) {
    throw new XPathProblem('this type is not spoken', token.at, token.text);
  }
  return sameAs[local] ?? local;
}

/** An item type, or null for `empty-sequence`. */
export function itemType(token: Token): ItemTypeName | null {
  switch (token.text) {
    case 'empty-sequence':
      return null;
    case 'item':
    case 'node':
    case 'element':
    case 'attribute':
    case 'text':
      return { kind: token.text };
    case 'document-node':
      return { kind: 'document' };
    default:
      return { kind: 'atomic', name: typeName(token) };
  }
}
