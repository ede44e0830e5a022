import { Fault } from '../../errors.js';
import { decodeXml } from '../../xml/decode.js';
import { descendants, textOf, type XmlNode } from '../../xml/node.js';
import { parseXml } from '../../xml/tree.js';

/** What the XMP metadata of a PDF say of it; each null where they say nothing. */
export interface Xmp {
  /** PDF/A: `3` and `B`, `U` or `A`. */
  readonly pdfaPart: string | null;
  readonly pdfaConformance: string | null;
  /** The Factur-X extension. */
  readonly documentType: string | null;
  readonly documentFileName: string | null;
  readonly version: string | null;
  readonly conformanceLevel: string | null;
}

const pdfaid = /^http:\/\/www\.aiim\.org\/pdfa\/ns\/id\/?$/;
/** `urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#` and those of ZUGFeRD, of which it took over. */
const extension = /^urn:(factur-x|zugferd|ferd):pdfa:CrossIndustryDocument:invoice:/i;

const xmpBytesMax = 1024 * 1024;

/** The properties of a packet, written as attributes or as elements; null when it is no XML, or too large. */
export function readXmp(bytes: Buffer): Xmp | null {
  if (bytes.length > xmpBytesMax) return null;
  const root = parse(bytes);
  if (root === null) return null;
  const values = new Map<string, string>();
  const note = (namespace: string, local: string, value: string): void => {
    const kind = pdfaid.test(namespace) ? 'pdfa' : extension.test(namespace) ? 'fx' : null;
    if (kind !== null && value.trim() !== '') values.set(`${kind}:${local}`, value.trim());
  };
  for (const node of descendants(root)) {
    for (const { namespace, local, value } of node.attributes) note(namespace, local, value);
    if (node.children.length === 0) note(node.namespace, node.local, textOf(node));
  }
  const value = (key: string) => values.get(key) ?? null;
  return {
    pdfaPart: value('pdfa:part'),
    pdfaConformance: value('pdfa:conformance'),
    documentType: value('fx:DocumentType'),
    documentFileName: value('fx:DocumentFileName'),
    version: value('fx:Version'),
    conformanceLevel: value('fx:ConformanceLevel'),
  };
}

function parse(bytes: Buffer): XmlNode | null {
  const decoded = decodeXml(bytes);
  if (!decoded.ok || decoded.text.includes('<!DOCTYPE')) return null;
  try {
    return parseXml(decoded.text.trim());
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
