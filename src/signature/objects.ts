import { createHash } from 'node:crypto';
import { XmlC14NMode } from 'libxml2-wasm';
import type { C14n } from './algorithms.js';
import { canonicalBytes } from './canonical.js';
import { hashOf, readWhole } from './files.js';
import { rootForm, type Surroundings, theOne } from './references.js';
import { base64Of, children, withDocument } from './tree.js';
import { type Cover, found, type SignedFile } from './types.js';

/** The form that does not depend on where an element stands. */
const exclusive: C14n = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, comments: false, prefixes: [] };

type Content =
  | { readonly kind: 'xml'; readonly form: Buffer }
  | { readonly kind: 'bytes'; readonly sizeBytes: number; readonly sha256: Buffer }
  | { readonly kind: 'other' };

/**
 * An enveloping signature carries what it signs in an Object, in base64 or as XML. What is read is the file beside
 * it: the signature covers each file whose content is the Object's.
 */
export function coversOfObject(id: string, around: Surroundings): Cover[] {
  const content = contentOf(id, around);
  return around.others
    .filter((file) => isContent(file, content, around.limits.sizeBytesMax))
    .map(({ name }) => ({ file: name, whole: true, path: null }));
}

function contentOf(id: string, { own, bytes }: Surroundings): Content {
  const content = withDocument<Content>(own.name, bytes, (doc) => {
    const element = theOne(doc, id, own.name);
    if (!element.ok) return element;
    const node = element.value;
    const [first, second] = node.name === 'Object' ? children(node) : [node];
    if (first !== undefined && second === undefined)
      return found({ kind: 'xml', form: canonicalBytes(doc, first, exclusive, false) });
    const decoded = first === undefined ? base64Of(node.content) : null;
    if (decoded === null) return found({ kind: 'other' });
    return found({ kind: 'bytes', sizeBytes: decoded.length, sha256: sha256(decoded) });
  });
  return content.ok ? content.value : { kind: 'other' };
}

function isContent(file: SignedFile, content: Content, sizeBytesMax: number): boolean {
  switch (content.kind) {
    case 'bytes':
      return file.sizeBytes === content.sizeBytes && hashOf(file, 'sha256').equals(content.sha256);
    case 'xml': {
      if (file.sizeBytes > sizeBytesMax) return false;
      const form = rootForm(file.name, readWhole(file), exclusive);
      return form.ok && form.value.equals(content.form);
    }
    case 'other':
      return false;
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
