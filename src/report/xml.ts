/** An element to be written: its text, or the elements inside it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlElement[];
}

/** What may stand among the children of an element; null is left out. */
export type Child = XmlElement | null;

/** Characters that XML 1.0 (section 2.2) does not allow, lone surrogates included. */
const notAllowed =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not be written
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with every character that XML cannot hold replaced by U+FFFD. */
export function allowedText(text: string): string {
  return text.replace(notAllowed, '\ufffd');
}

/**
 * At most so many characters as XML Schema counts them: code points, never half of a surrogate pair. A length of
 * null means no limit.
 */
export function clip(text: string, lengthMax: number | null): string {
  if (lengthMax === null || text.length <= lengthMax) return text;
  const points = Array.from(text.slice(0, lengthMax * 2));
  return points.length <= lengthMax ? points.join('') : points.slice(0, lengthMax).join('');
}

/** One line: runs of white space become one space, both ends are trimmed. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** An element with a text, clipped to the length that its schema allows. */
export function leaf(name: string, text: string, lengthMax: number | null = null): XmlElement {
  return { name, attributes: {}, content: clip(allowedText(text), lengthMax) };
}

/** As `leaf`; nothing where there is no text. */
export function optionalLeaf(
  name: string,
  text: string | null | undefined,
  lengthMax: number | null = null,
): Child {
  return text === null || text === undefined || text.trim() === '' ? null : leaf(name, text, lengthMax);
}

export function group(
  name: string,
  children: readonly Child[],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return { name, attributes, content: children.filter((child): child is XmlElement => child !== null) };
}

/** The whole document, indented, with its declaration. */
export function writeDocument(root: XmlElement): string {
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8"?>\n'];
  writeElement(root, '', out);
  return out.join('');
}

/** One element as it stands in a document, at an indent. */
export function writeFragment(element: XmlElement, indent: string): string {
  const out: string[] = [];
  writeElement(element, indent, out);
  return out.join('');
}

function writeElement({ name, attributes, content }: XmlElement, indent: string, out: string[]): void {
  out.push(indent, '<', name);
  for (const [key, value] of Object.entries(attributes)) out.push(` ${key}="${escapeAttribute(value)}"`);
  if (typeof content === 'string') {
    out.push('>', escapeText(content), '</', name, '>\n');
    return;
  }
  out.push('>\n');
  for (const child of content) writeElement(child, `${indent}  `, out);
  out.push(indent, '</', name, '>\n');
}

function escapeText(text: string): string {
  if (!/[&<>\r]/.test(text)) return text;
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function escapeAttribute(value: string): string {
  return escapeText(allowedText(value))
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;');
}
