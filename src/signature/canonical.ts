import type { C14NOptions, XmlDocument, XmlElement, XmlOutputBufferHandler } from 'libxml2-wasm';
import type { C14n } from './algorithms.js';
import { isolate } from './tree.js';

/** Takes the bytes of a canonical form as they come; they are only lent. */
export type Sink = (chunk: Uint8Array) => void;

/**
 * Writes the canonical form of a document, or of one element of it with the namespaces it inherits. The document is
 * taken apart: it is good for nothing else afterwards.
 */
export function canonicalise(
  doc: XmlDocument,
  element: XmlElement | null,
  c14n: C14n,
  comments: boolean,
  sink: Sink,
): void {
  const handler: XmlOutputBufferHandler = {
    write(chunk) {
      sink(chunk);
      return chunk.length;
    },
    close: () => true,
  };
  const options: C14NOptions = {
    mode: c14n.mode,
    withComments: c14n.comments && comments,
    ...(c14n.prefixes.length === 0 ? {} : { inclusiveNamespacePrefixes: [...c14n.prefixes] }),
  };
  if (element !== null) isolate(element);
  if (element === null || element.parent === null) doc.canonicalize(handler, options);
  else element.canonicalize(handler, options);
}

/** The same, gathered. */
export function canonicalBytes(
  doc: XmlDocument,
  element: XmlElement | null,
  c14n: C14n,
  comments: boolean,
): Buffer {
  const chunks: Buffer[] = [];
  canonicalise(doc, element, c14n, comments, (chunk) => chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks);
}
