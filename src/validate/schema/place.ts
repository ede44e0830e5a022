import { type XmlDocument, XmlElement, type XmlNode } from 'libxml2-wasm';

/** The element a message of libxml2 is about. */
export interface Spot {
  /** Path with the sender's own prefixes: `/Invoice/cac:TaxTotal[2]/cbc:TaxAmount`. */
  readonly path: string;
  readonly element: XmlElement | null;
}

/**
 * Finds the element that libxml2 names by its own path, where `*` stands for every element of a default
 * namespace, and gives the path back with names.
 */
export function spotOf(doc: XmlDocument, xpath: string): Spot {
  const query = xpath.replace(/\/([^/[*@]+)/g, "/*[name()='$1']");
  const element = elementAt(doc, query);
  return element === null ? { path: xpath, element } : { path: pathOf(element), element };
}

function elementAt(doc: XmlDocument, query: string): XmlElement | null {
  try {
    const node = doc.get(query);
    return node instanceof XmlElement ? node : null;
  } catch {
    return null;
  }
}

export function nameOf(element: XmlElement): string {
  return element.prefix === '' ? element.name : `${element.prefix}:${element.name}`;
}

function pathOf(element: XmlElement): string {
  const steps: string[] = [];
  for (let one: XmlNode | null = element; one instanceof XmlElement; one = one.parent) {
    steps.push(nameOf(one) + positionOf(one));
  }
  return `/${steps.reverse().join('/')}`;
}

function positionOf(element: XmlElement): string {
  if (element.parent === null) return '';
  const twin = `*[name()='${nameOf(element)}']`;
  const before = Number(element.eval(`count(preceding-sibling::${twin})`));
  if (before > 0) return `[${before + 1}]`;
  return element.get(`following-sibling::${twin}`) === null ? '' : '[1]';
}
