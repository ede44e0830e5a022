import { XmlAttribute, XmlNode } from '../../../xml/node.js';
import { elementText, type Node, nodeText, TextNode } from './items.js';
import { theIndex } from './state.js';

const noElements: readonly XmlNode[] = [];
const noAttributes: readonly XmlAttribute[] = [];

export function elementTextOrNull(node: XmlNode | null): string | null {
  return node === null ? null : elementText(node);
}

export function elementTextOrEmpty(node: XmlNode | null): string {
  return node === null ? '' : elementText(node);
}

export function valueOrNull(node: XmlAttribute | TextNode | null): string | null {
  return node === null ? null : node.value;
}

export function valueOrEmpty(node: XmlAttribute | TextNode | null): string {
  return node === null ? '' : node.value;
}

export function nodeTextOrNull(node: Node | null): string | null {
  return node === null ? null : nodeText(node);
}

/** The parent; above the root element stands the document node. */
export function up(node: Node): XmlNode | null {
  if (!(node instanceof XmlNode)) return node.owner;
  const { root, document } = theIndex();
  return node === root ? document : node.parent;
}

/** The node so many levels above; null when there is none. */
export function upBy(node: Node, levels: number): XmlNode | null {
  let one: XmlNode | null = up(node);
  for (let i = 1; i < levels && one !== null; i++) one = up(one);
  return one;
}

/** Children of a name, found without running through all children each time. */
export function childrenNamed(node: XmlNode, code: number): readonly XmlNode[] {
  const { grouped } = theIndex();
  let groups = grouped.get(node);
  if (groups === undefined) {
    groups = groupsOf(node.children);
    grouped.set(node, groups);
  }
  return groups.get(code) ?? noElements;
}

function groupsOf(nodes: readonly XmlNode[]): ReadonlyMap<number, readonly XmlNode[]> {
  const groups = new Map<number, XmlNode[]>();
  for (const one of nodes) {
    const group = groups.get(one.code);
    if (group === undefined) groups.set(one.code, [one]);
    else group.push(one);
  }
  return groups;
}

export function attributeNamed(attributes: readonly XmlAttribute[], code: number): XmlAttribute | null {
  for (let i = 0; i < attributes.length; i++) {
    const one = attributes[i];
    if (one !== undefined && one.qname.code === code) return one;
  }
  return null;
}

export function childrenOf(item: unknown): readonly XmlNode[] {
  return item instanceof XmlNode ? item.children : noElements;
}

export function attributesOf(item: unknown): readonly XmlAttribute[] {
  return item instanceof XmlNode ? item.attributes : noAttributes;
}

export function textNodeOf(item: unknown): TextNode | null {
  return item instanceof XmlNode && item.text !== '' ? new TextNode(item, item.text) : null;
}

export function childNodes(item: unknown): readonly Node[] {
  const text = textNodeOf(item);
  return text === null ? childrenOf(item) : [text, ...childrenOf(item)];
}

/** Elements of a name below a node, from the index. */
export function named(node: unknown, code: number): readonly XmlNode[] {
  if (!(node instanceof XmlNode)) return noElements;
  const index = theIndex();
  const all = index.byName[code] ?? noElements;
  if (node === index.document || all.length === 0) return all;
  const from = firstAfter(all, node.order);
  const to = firstAfter(all, node.last);
  return from === to ? noElements : all.slice(from, to);
}

/** Position of the first element behind an order. */
export function firstAfter(list: readonly XmlNode[], order: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.order ?? 0) <= order) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function descendantsOf(item: unknown): readonly Node[] {
  if (!(item instanceof XmlNode)) return noElements;
  const { elements } = theIndex();
  const below = elements.slice(firstAfter(elements, item.order), firstAfter(elements, item.last));
  return withTexts(item, below);
}

/** Descendants, their text nodes among them. */
function withTexts(self: XmlNode, below: readonly XmlNode[]): readonly Node[] {
  const out: Node[] = [];
  const own = textNodeOf(self);
  if (own !== null) out.push(own);
  for (const one of below) {
    out.push(one);
    const text = textNodeOf(one);
    if (text !== null) out.push(text);
  }
  return out;
}

export function descendantsOrSelf(item: unknown, texts: boolean): readonly Node[] {
  if (!(item instanceof XmlNode))
    return item instanceof XmlAttribute || item instanceof TextNode ? [item] : noElements;
  if (texts) return [item, ...descendantsOf(item)];
  const { elements } = theIndex();
  return [item, ...elements.slice(firstAfter(elements, item.order), firstAfter(elements, item.last))];
}

/** From the node itself upwards. */
export function ancestorsOrSelf(item: Node): readonly Node[] {
  const out: Node[] = [];
  for (let one: Node | null = item; one !== null; one = up(one)) out.push(one);
  return out;
}

export function followingSiblings(item: Node): readonly XmlNode[] {
  const parent = item instanceof XmlNode ? up(item) : null;
  return parent === null ? noElements : parent.children.slice(parent.children.indexOf(item as XmlNode) + 1);
}

/** The nearest first. */
export function precedingSiblings(item: Node): readonly XmlNode[] {
  const parent = item instanceof XmlNode ? up(item) : null;
  return parent === null
    ? noElements
    : parent.children.slice(0, firstAfter(parent.children, orderOf(item)) - 1).reverse();
}

function elementOf(item: Node): XmlNode | null {
  return item instanceof XmlNode ? item : item.owner;
}

export function followingOf(item: Node): readonly XmlNode[] {
  const from = elementOf(item);
  const { elements } = theIndex();
  return from === null ? noElements : elements.slice(firstAfter(elements, from.last));
}

/** The nearest first; ancestors are not among them. */
export function precedingOf(item: Node): readonly XmlNode[] {
  const self = elementOf(item);
  if (self === null) return noElements;
  const { elements } = theIndex();
  const before = elements.slice(0, firstAfter(elements, self.order) - 1);
  return before.filter((one) => one.last < self.order).reverse();
}

/** Where a node stands: order of its element, then the element itself, its attributes, its text. */
export function rank(node: Node): number {
  if (node instanceof XmlNode) return 0;
  if (node instanceof TextNode) return 1_000_000;
  return 1 + (node.owner?.attributes.indexOf(node) ?? 0);
}

export function orderOf(node: Node): number {
  return node instanceof XmlNode ? node.order : (node.owner?.order ?? 0);
}

function byPlace(a: Node, b: Node): number {
  return orderOf(a) - orderOf(b) || rank(a) - rank(b);
}

/** Each node once, in document order. */
export function inDocumentOrder<T extends Node>(nodes: readonly T[]): readonly T[] {
  if (isOrdered(nodes)) return nodes;
  const sorted = [...nodes].sort(byPlace);
  return sorted.filter((one, i) => i === 0 || byPlace(one, sorted[i - 1] ?? one) !== 0);
}

function isOrdered(nodes: readonly Node[]): boolean {
  for (let i = 1; i < nodes.length; i++) {
    const [before, here] = [nodes[i - 1], nodes[i]];
    if (before !== undefined && here !== undefined && byPlace(before, here) >= 0) return false;
  }
  return true;
}

export function union(a: readonly Node[], b: readonly Node[]): readonly Node[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : inDocumentOrder([...a, ...b]);
}

function key(node: Node): XmlNode | XmlAttribute {
  return node instanceof TextNode ? node.owner : node;
}

export function intersect(a: readonly Node[], b: readonly Node[]): readonly Node[] {
  const others = new Set(b.map(key));
  return inDocumentOrder(a.filter((one) => others.has(key(one))));
}

export function except(a: readonly Node[], b: readonly Node[]): readonly Node[] {
  const others = new Set(b.map(key));
  return inDocumentOrder(a.filter((one) => !others.has(key(one))));
}

export function compareNodes(op: 'is' | '<<' | '>>', a: Node | null, b: Node | null): boolean | null {
  if (a === null || b === null) return null;
  const order = byPlace(a, b);
  return op === 'is' ? order === 0 : op === '<<' ? order < 0 : order > 0;
}

export function nameOf(node: Node | null): string {
  return node instanceof XmlNode || node instanceof XmlAttribute ? node.name : '';
}

export function localNameOf(node: Node | null): string {
  return node instanceof XmlNode || node instanceof XmlAttribute ? node.local : '';
}

export function namespaceOf(node: Node | null): string {
  return node instanceof XmlNode || node instanceof XmlAttribute ? node.namespace : '';
}
