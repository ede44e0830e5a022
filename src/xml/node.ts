import { type LocalName, localNameOf, nextDocument } from './presence.js';

/**
 * A name as it stands in a document, resolved once per scope of namespaces and shared by all that bear it. The
 * counters belong to `validate/schematron`: the numbers its name and namespace have among those that rule packs ask for.
 */
export class XmlName {
  code = 0;
  space = 0;
  generation = 0;
  readonly localName: LocalName;

  constructor(
    /** As written, with the sender's prefix. */
    readonly name: string,
    readonly local: string,
    /** Namespace URI; empty when it has none. */
    readonly namespace: string,
  ) {
    this.localName = localNameOf(local);
  }
}

/** An attribute; declarations of namespaces are not among them. Made by `parseXml` only. */
export class XmlAttribute {
  /** The element it stands on; set as soon as that element is made. */
  owner: XmlNode | null = null;
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  /** Namespace URI; empty without a prefix. */
  readonly namespace: string;

  constructor(
    readonly qname: XmlName,
    readonly value: string,
  ) {
    this.name = qname.name;
    this.local = qname.local;
    this.namespace = qname.namespace;
  }
}

/** The decoded document beneath a tree, kept for line numbers. */
export class XmlSource {
  private lineEnds: number[] | null = null;
  /** Its number among the documents of this thread. */
  readonly number = nextDocument();
  /** All elements in document order. */
  readonly elements: XmlNode[] = [];
  /** Belongs to `validate/schematron`: what it knows of the tree, gone with it. */
  index: unknown = null;

  constructor(readonly text: string) {}

  /** 1-based line of an offset; the table of line ends is made at the first question. */
  lineAt(offset: number): number {
    this.lineEnds ??= lineEndsOf(this.text);
    const ends = this.lineEnds;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

function lineEndsOf(text: string): number[] {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  return ends;
}

/** An element. Made by `parseXml` only; nobody else writes its fields. */
export class XmlNode {
  /** Child elements in document order. */
  children: readonly XmlNode[] = none;
  /** Own text and CDATA, put together. White space between child elements is not kept. */
  text = '';
  /** Order of the last element below this one, or its own. */
  last: number;
  /** Number of its name among those that rule packs ask for; 0 for any other. Set by `validate/schematron`. */
  code = 0;
  /** As written, with the sender's prefix. */
  readonly name: string;
  readonly local: string;
  /** Namespace URI; empty when it has none. */
  readonly namespace: string;

  constructor(
    readonly qname: XmlName,
    readonly attributes: readonly XmlAttribute[],
    readonly parent: XmlNode | null,
    readonly source: XmlSource,
    private readonly offset: number,
    /** Position among the elements of the document, from 1. */
    readonly order: number,
  ) {
    this.name = qname.name;
    this.local = qname.local;
    this.namespace = qname.namespace;
    this.last = order;
  }

  /** 1-based line on which the start tag ends, as libxml2 counts. */
  get line(): number {
    return this.source.lineAt(this.offset);
  }
}

const none: readonly XmlNode[] = [];

/** The first child element of that local name, in that namespace when one is given. */
export function child(node: XmlNode, local: string, namespace?: string): XmlNode | null {
  for (const one of node.children) {
    if (one.local === local && (namespace === undefined || one.namespace === namespace)) return one;
  }
  return null;
}

/** All child elements of that local name, in that namespace when one is given. */
export function childrenOf(node: XmlNode, local: string, namespace?: string): readonly XmlNode[] {
  return node.children.filter(
    (one) => one.local === local && (namespace === undefined || one.namespace === namespace),
  );
}

/**
 * The string value of an element: its own text, or for an element of elements the text of its descendants.
 * No invoice schema has mixed content: there, own text comes before that of the children.
 */
export function textOf(node: XmlNode): string {
  if (node.children.length === 0) return node.text;
  let text = '';
  for (const one of descendants(node)) text += one.text;
  return text;
}

/** Value of an attribute, by default of one without a namespace; null when it is not there. */
export function attr(node: XmlNode, local: string, namespace = ''): string | null {
  for (const one of node.attributes) {
    if (one.local === local && one.namespace === namespace) return one.value;
  }
  return null;
}

/** The element and all elements below it, in document order. */
export function* descendants(node: XmlNode): Generator<XmlNode> {
  const waiting: XmlNode[] = [node];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    yield one;
    for (let i = one.children.length - 1; i >= 0; i--) {
      const below = one.children[i];
      if (below !== undefined) waiting.push(below);
    }
  }
}

/**
 * Path of an element with the sender's own prefixes, and a position where it has siblings of the same name:
 * `/Invoice/cac:TaxTotal[2]/cbc:TaxAmount`.
 */
export function pathOf(node: XmlNode): string {
  const steps: string[] = [];
  for (let one: XmlNode | null = node; one !== null; one = one.parent) steps.push(one.name + positionOf(one));
  return `/${steps.reverse().join('/')}`;
}

function positionOf(node: XmlNode): string {
  if (node.parent === null) return '';
  let twins = 0;
  let position = 0;
  for (const one of node.parent.children) {
    if (one.name !== node.name) continue;
    twins++;
    if (one === node) position = twins;
  }
  return twins === 1 ? '' : `[${position}]`;
}
