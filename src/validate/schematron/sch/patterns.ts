import { attr, childrenOf, textOf, type XmlNode } from '../../../xml/node.js';
import type { Assert, Let, Pattern, Rule } from './model.js';
import { passedOver } from './problem.js';
import { isSch, type Reader, sch } from './reader.js';

const noted = new Set(['title', 'p', 'param', 'diagnostics', 'properties']);

/** Reads one pattern that is not abstract; `all` are the patterns of the file, for what it is an instance of. */
export function readPattern(node: XmlNode, all: readonly XmlNode[], reader: Reader, number: number): Pattern {
  const isA = attr(node, 'is-a');
  const body = isA === null ? node : abstractOf(isA, node, all, reader);
  const inner = isA === null ? reader : reader.withParams(paramsOf(body, node, reader));
  if (attr(body, 'documents') !== null)
    inner.refuse(body, 'rules on other documents are not spoken', '@documents');
  const id = attr(node, 'id') ?? attr(body, 'id') ?? `pattern-${number}`;
  const lets: Let[] = [];
  const rules: Rule[] = [];
  for (const one of body.children) {
    if (isSch(one, 'let')) lets.push(inner.let(one));
    else if (isSch(one, 'rule')) {
      if (attr(one, 'abstract') === 'true') continue;
      const rule = passedOver(inner.note, () => readRule(one, all, inner));
      if (rule !== null) rules.push(rule);
    } else notedOnly(one, inner);
  }
  return { id, lets, rules };
}

function notedOnly(node: XmlNode, reader: Reader): void {
  if (node.namespace !== sch || noted.has(node.local)) return;
  reader.refuse(node, 'this element is not spoken here');
}

function abstractOf(id: string, node: XmlNode, all: readonly XmlNode[], reader: Reader): XmlNode {
  const found = all.find((one) => attr(one, 'id') === id && attr(one, 'abstract') === 'true');
  return found ?? reader.refuse(node, 'no abstract pattern has this id', `is-a="${id}"`);
}

function paramsOf(body: XmlNode, node: XmlNode, reader: Reader): ReadonlyMap<string, string> {
  const params = [...childrenOf(body, 'param', sch), ...childrenOf(node, 'param', sch)];
  return new Map(params.map((one) => [reader.required(one, 'name'), reader.required(one, 'value')]));
}

function readRule(node: XmlNode, all: readonly XmlNode[], reader: Reader): Rule {
  const context = reader.required(node, 'context');
  const lets: Let[] = [];
  const asserts: Assert[] = [];
  collect(node, all, reader, { lets, asserts, open: new Set([node]) });
  return { context: reader.xpath(node, context), lets, asserts, line: node.line };
}

interface Collected {
  readonly lets: Let[];
  readonly asserts: Assert[];
  /** Rules being read: an abstract rule that extends itself would never end. */
  readonly open: Set<XmlNode>;
}

function collect(node: XmlNode, all: readonly XmlNode[], reader: Reader, into: Collected): void {
  for (const one of node.children) {
    if (isSch(one, 'let')) into.lets.push(reader.let(one));
    else if (isSch(one, 'assert') || isSch(one, 'report')) {
      const found = passedOver(reader.note, () => readAssert(one, reader));
      if (found !== null) into.asserts.push(found);
    } else if (isSch(one, 'extends')) extend(one, all, reader, into);
    else notedOnly(one, reader);
  }
}

function extend(node: XmlNode, all: readonly XmlNode[], reader: Reader, into: Collected): void {
  const id = attr(node, 'rule');
  if (id === null) reader.refuse(node, 'extends is spoken with the attribute "rule" only');
  const rules = all.flatMap((one) => childrenOf(one, 'rule', sch));
  const base = rules.find((one) => attr(one, 'id') === id && attr(one, 'abstract') === 'true');
  if (base === undefined) reader.refuse(node, 'no abstract rule has this id', `extends rule="${id}"`);
  if (into.open.has(base)) reader.refuse(node, 'a rule extends itself', `extends rule="${id}"`);
  into.open.add(base);
  collect(base, all, reader, into);
  into.open.delete(base);
}

function readAssert(node: XmlNode, reader: Reader): Assert {
  return {
    id: attr(node, 'id') ?? '',
    flag: attr(node, 'flag') ?? attr(node, 'role') ?? 'fatal',
    report: node.local === 'report',
    test: reader.xpath(node, reader.required(node, 'test')),
    text: textOf(node).replace(/\s+/g, ' ').trim(),
    line: node.line,
  };
}
