import {
  ParseOption,
  XmlAttribute,
  XmlDocument,
  XmlElement,
  XmlParseError,
  type XmlTreeNode,
} from 'libxml2-wasm';
import { dsig } from './algorithms.js';
import { type Found, found, trouble } from './types.js';

/** No network, no external entity; sizes are limited before, hence HUGE. */
const parseOptions =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_HUGE |
  ParseOption.XML_PARSE_BIG_LINES |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_SKIP_IDS;

/**
 * Parses a document for the time of `use`, which may take it apart: every look at a document that changes it has one
 * of its own.
 */
export function withDocument<T>(
  name: string,
  bytes: Uint8Array,
  use: (doc: XmlDocument) => Found<T>,
): Found<T> {
  if (startsWithDoctype(bytes)) return trouble('ECL-SIG-STRUCTURE', { name, problem: doctypeWords });
  let doc: XmlDocument;
  try {
    doc = XmlDocument.fromBuffer(bytes, { option: parseOptions });
  } catch (thrown) {
    if (!(thrown instanceof XmlParseError)) throw thrown;
    return trouble('ECL-SIG-STRUCTURE', { name, problem: "le document XML n'est pas bien formé" });
  }
  try {
    return doc.dtd === null ? use(doc) : trouble('ECL-SIG-STRUCTURE', { name, problem: doctypeWords });
  } finally {
    doc.dispose();
  }
}

const doctypeWords = "il contient une DOCTYPE, qui n'est pas admise";

/** Before the parser: entities would be expanded while it reads. */
function startsWithDoctype(bytes: Uint8Array): boolean {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = whole[0] === 0 || whole[1] === 0 || (whole[0] ?? 0) >= 0xfe;
  const text = wide ? Buffer.from(whole.filter((byte) => byte !== 0)) : whole;
  let at = text.indexOf('<');
  while (at !== -1) {
    const next = text.toString('latin1', at + 1, at + 4);
    if (next.startsWith('!D')) return true;
    const end = next.startsWith('?') ? '?>' : next === '!--' ? '-->' : null;
    if (end === null) return false;
    const closed = text.indexOf(end, at + 2);
    at = closed === -1 ? -1 : text.indexOf('<', closed);
  }
  return false;
}

const names = { ds: dsig };

/** Every ds:Signature, in document order. */
export function signaturesOf(doc: XmlDocument): XmlElement[] {
  return doc.find('//ds:Signature', names).filter((node): node is XmlElement => node instanceof XmlElement);
}

/** Elements that carry an id; ids of a sane form only, so that they may stand in an expression. */
export function withId(doc: XmlDocument, id: string): XmlElement[] {
  if (!/^[\p{L}_][\p{L}\p{N}._:-]*$/u.test(id)) return [];
  // One walk over attributes: naming each in a predicate on elements takes twenty times as long.
  const owners = doc
    .find(`//@*[.="${id}"]`)
    .filter((node) => node instanceof XmlAttribute && /^id$/i.test(node.name))
    .map(({ parent }) => parent);
  return owners.filter((node) => node !== null);
}

/** Child elements, of one name where it is given. */
export function children(parent: XmlElement, name?: string, namespace?: string): XmlElement[] {
  const list: XmlElement[] = [];
  for (let node = parent.firstChild; node !== null; node = node.next) {
    if (!(node instanceof XmlElement)) continue;
    if (name !== undefined && node.name !== name) continue;
    if (namespace !== undefined && node.namespaceUri !== namespace) continue;
    list.push(node);
  }
  return list;
}

/** The only child of a name; null when there is none, or several. */
export function child(parent: XmlElement | null, name: string, namespace?: string): XmlElement | null {
  if (parent === null) return null;
  const [first, second] = children(parent, name, namespace);
  return second === undefined ? (first ?? null) : null;
}

export function attribute(element: XmlElement | null, name: string): string | null {
  return element?.attr(name)?.value ?? null;
}

/** The local names from the root down to an element. */
export function pathOf(element: XmlElement): string {
  const parts: string[] = [];
  for (let node: XmlElement | null = element; node !== null; node = node.parent) parts.unshift(node.name);
  return `/${parts.join('/')}`;
}

/** True when a node lies in a ds:Signature, or is one. */
export function insideSignature(element: XmlElement): boolean {
  for (let node: XmlElement | null = element; node !== null; node = node.parent)
    if (node.name === 'Signature' && node.namespaceUri === dsig) return true;
  return false;
}

/** Takes everything out of the document that is neither an element's own nor above it: fast to canonicalise. */
export function isolate(element: XmlElement): void {
  for (let node: XmlElement | null = element; node !== null; node = node.parent) {
    removeAll(node, (one) => one.prev);
    removeAll(node, (one) => one.next);
  }
}

function removeAll(from: XmlTreeNode, step: (node: XmlTreeNode) => XmlTreeNode | null): void {
  for (let node = step(from); node !== null; node = step(from)) node.remove();
}

/** Bytes of base64 text; null when it is none (XML Schema Part 2, 3.2.16: white space is allowed). */
export function base64Of(text: string | null): Buffer | null {
  const packed = text?.replace(/[ \t\r\n]+/g, '') ?? '';
  if (packed === '' || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return null;
  return Buffer.from(packed, 'base64');
}

export const okNothing = found(null);
