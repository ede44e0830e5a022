import { createHash } from 'node:crypto';
import type { XmlDocument, XmlElement } from 'libxml2-wasm';
import { type C14n, defaultC14n } from './algorithms.js';
import { canonicalBytes, canonicalise, type Sink } from './canonical.js';
import { hashOf, namedFile, readWhole } from './files.js';
import { type Reference, type Signature, type Transform, ublSignatures } from './read.js';
import { base64Of, insideSignature, pathOf, signaturesOf, withDocument, withId } from './tree.js';
import { type Cover, type Found, found, type SignatureLimits, type SignedFile, trouble } from './types.js';

/** Where references are resolved: the file with the signature, and the others of the flow. */
export interface Surroundings {
  readonly own: SignedFile;
  readonly bytes: Buffer;
  readonly others: readonly SignedFile[];
  readonly limits: SignatureLimits;
}

/** What a reference has digested. */
export interface Resolved {
  readonly digest: Buffer;
  /** What it speaks about. */
  readonly target:
    | { readonly kind: 'cover'; readonly cover: Cover }
    /** Its own signed properties. */
    | { readonly kind: 'properties' }
    /** Something else within a signature: its key, another's value. */
    | { readonly kind: 'inside' }
    /** An Object of the signature, whose content stands for a file of the flow. */
    | { readonly kind: 'object'; readonly id: string };
}

/** Nodes of a document, not yet bytes. */
interface Nodes {
  readonly kind: 'nodes';
  readonly name: string;
  readonly bytes: Buffer;
  /** The document that holds the signature. */
  readonly own: boolean;
  readonly id: string | null;
  readonly without: 'nothing' | 'enveloped' | 'no-signatures' | 'no-ubl-signatures';
  readonly comments: boolean;
}

interface Octets {
  readonly kind: 'octets';
  readonly bytes: Buffer;
}

/** A file of the flow as it lies, of any size. */
interface FileData {
  readonly kind: 'file';
  readonly file: SignedFile;
}

type Data = Nodes | Octets | FileData;

/** Dereferences, transforms and digests (XML Signature 1.1, 4.4.3). */
export function resolveReference(
  reference: Reference,
  signature: Signature,
  around: Surroundings,
): Found<Resolved> {
  const start = dereference(reference, around);
  if (!start.ok) return start;
  const first = start.value;
  const target = first.kind === 'nodes' ? targetOf(first, signature, around) : found(coverOfFile(first));
  if (!target.ok) return target;
  const { transforms } = reference;
  const last = transforms.at(-1);
  // The last canonical form goes straight into the digest, chunk by chunk.
  const before = last?.kind === 'c14n' ? transforms.slice(0, -1) : transforms;
  let data: Found<Data> = found(first);
  for (const transform of before) {
    if (!data.ok) return data;
    data = apply(transform, data.value, signature, around);
  }
  if (!data.ok) return data;
  const form = last?.kind === 'c14n' ? last.c14n : null;
  const digest = digestOfData(data.value, form, reference.digest.hash, signature, around);
  return digest.ok ? found({ digest: digest.value, target: target.value }) : digest;
}

function dereference({ uri }: Reference, around: Surroundings): Found<Nodes | FileData> {
  const { own, bytes, others } = around;
  const nodes: Nodes = {
    kind: 'nodes',
    name: own.name,
    bytes,
    own: true,
    id: null,
    without: 'nothing',
    comments: false,
  };
  if (uri === '') return found(nodes);
  const pointer = /^#xpointer\((?:(\/)|id\((['"])([^'"]+)\2\))\)$/.exec(uri ?? '');
  if (pointer !== null) return found({ ...nodes, id: pointer[3] ?? null, comments: true });
  if (uri?.startsWith('#')) return found({ ...nodes, id: uri.slice(1) });
  // XML Signature 1.1, 4.4.3.1: without a URI the parties know what is meant; here only one file can be.
  const [only, ...more] = others;
  const file = uri === null ? (more.length === 0 ? (only ?? null) : null) : namedFile(uri, others);
  if (file === null) return trouble('ECL-SIG-REFERENCE', { name: own.name, uri: uri ?? '' }, uri ?? '');
  return found({ kind: 'file', file });
}

function coverOfFile({ file }: FileData): Resolved['target'] {
  return { kind: 'cover', cover: { file: file.name, whole: true, path: null } };
}

function targetOf(nodes: Nodes, signature: Signature, { own }: Surroundings): Found<Resolved['target']> {
  const { id } = nodes;
  const whole: Cover = { file: own.name, whole: true, path: null };
  if (id === null) return found({ kind: 'cover', cover: whole });
  return withDocument<Resolved['target']>(own.name, nodes.bytes, (doc) => {
    const element = theOne(doc, id, own.name);
    if (!element.ok) return element;
    const node = element.value;
    if (id === signature.properties?.id && node.name === 'SignedProperties')
      return found(belongsTo(node, doc, signature.order) ? { kind: 'properties' } : { kind: 'inside' });
    const object = objectOf(node);
    if (object !== null) return found({ kind: 'object', id });
    if (insideSignature(node)) return found({ kind: 'inside' });
    if (node.parent === null) return found({ kind: 'cover', cover: whole });
    return found({ kind: 'cover', cover: { file: own.name, whole: false, path: pathOf(node) } });
  });
}

function belongsTo(node: XmlElement, doc: XmlDocument, order: number): boolean {
  const signature = signaturesOf(doc)[order];
  for (let one: XmlElement | null = node; one !== null; one = one.parent)
    if (signature?.isSameNode(one)) return true;
  return false;
}

/** The ds:Object that an element is, or is the content of. */
function objectOf(node: XmlElement): XmlElement | null {
  if (node.name === 'Object' && insideSignature(node)) return node;
  const { parent } = node;
  return parent?.name === 'Object' && insideSignature(parent) ? parent : null;
}

/** An id that stands twice is how a signature is made to speak of something else than what is read. */
export function theOne(doc: XmlDocument, id: string, name: string): Found<XmlElement> {
  const [first, second] = withId(doc, id);
  if (second !== undefined) return trouble('ECL-SIG-WRAPPED', { name, id }, id);
  return first === undefined ? trouble('ECL-SIG-REFERENCE', { name, uri: `#${id}` }, `#${id}`) : found(first);
}

function apply(transform: Transform, data: Data, signature: Signature, around: Surroundings): Found<Data> {
  switch (transform.kind) {
    case 'enveloped':
    case 'no-signatures':
    case 'no-ubl-signatures':
      if (data.kind !== 'nodes' || !data.own) {
        const algorithm = 'enveloped-signature';
        return trouble('ECL-SIG-TRANSFORM', { name: around.own.name, algorithm }, algorithm);
      }
      return found({ ...data, without: transform.kind });
    case 'c14n': {
      const chunks: Buffer[] = [];
      const done = write(data, transform.c14n, signature, around, (chunk) => chunks.push(Buffer.from(chunk)));
      return done.ok ? found({ kind: 'octets', bytes: Buffer.concat(chunks) }) : done;
    }
    case 'base64':
      return decode(data, signature, around);
  }
}

function decode(data: Data, signature: Signature, around: Surroundings): Found<Data> {
  const text =
    data.kind === 'nodes'
      ? inNodes(data, signature, (doc, element) => found((element ?? doc.root).content))
      : bytesOf(data, around);
  if (!text.ok) return text;
  const bytes = base64Of(text.value.toString());
  if (bytes !== null) return found({ kind: 'octets', bytes });
  const problem = "un contenu qui devrait être du base64 n'en est pas";
  return trouble('ECL-SIG-STRUCTURE', { name: around.own.name, problem });
}

function digestOfData(
  data: Data,
  form: C14n | null,
  hash: string,
  signature: Signature,
  around: Surroundings,
): Found<Buffer> {
  if (form === null && data.kind === 'file') return found(hashOf(data.file, hash));
  const sum = createHash(hash);
  if (form === null && data.kind === 'octets') return found(sum.update(data.bytes).digest());
  const done = write(data, form ?? defaultC14n, signature, around, (chunk) => sum.update(chunk));
  return done.ok ? found(sum.digest()) : done;
}

/** Writes the canonical form; bytes are parsed for it. */
function write(data: Data, form: C14n, signature: Signature, around: Surroundings, sink: Sink): Found<null> {
  const nodes = data.kind === 'nodes' ? found(data) : parsed(data, around);
  if (!nodes.ok) return nodes;
  return inNodes(nodes.value, signature, (doc, element) => {
    canonicalise(doc, element, form, nodes.value.comments, sink);
    return found(null);
  });
}

function parsed(data: Octets | FileData, around: Surroundings): Found<Nodes> {
  const bytes = bytesOf(data, around);
  if (!bytes.ok) return bytes;
  const name = data.kind === 'file' ? data.file.name : around.own.name;
  const rest = { id: null, without: 'nothing', comments: true } as const;
  return found({ kind: 'nodes', name, bytes: bytes.value, own: false, ...rest });
}

function bytesOf(data: Octets | FileData, { limits }: Surroundings): Found<Buffer> {
  if (data.kind === 'octets') return found(data.bytes);
  return data.file.sizeBytes > limits.sizeBytesMax
    ? tooLarge(data.file, limits)
    : found(readWhole(data.file));
}

export function tooLarge(file: SignedFile, { sizeBytesMax }: SignatureLimits) {
  const facts = { name: file.name, size: String(file.sizeBytes), max: String(sizeBytesMax) };
  return trouble('ECL-SIG-SIZE', facts, facts.size);
}

/** Gives a document of its own, without the signatures that a transform took out. */
function inNodes<T>(
  nodes: Nodes,
  signature: Signature,
  use: (doc: XmlDocument, element: XmlElement | null) => Found<T>,
): Found<T> {
  return withDocument(nodes.name, nodes.bytes, (doc) => {
    // Read while the tree is whole: an id must be the only one with the signatures in place, too.
    const { id } = nodes;
    const before = id === null ? found(null) : theOne(doc, id, nodes.name);
    if (!before.ok) return before;
    if (nodes.without !== 'nothing') {
      if (before.value !== null && insideSignature(before.value))
        return trouble('ECL-SIG-REFERENCE', { name: nodes.name, uri: `#${id}` }, `#${id}`);
      const unwanted = takenOut(nodes.without, signaturesOf(doc), signature.order);
      // A signature that is the document itself leaves nothing behind.
      if (unwanted.some(({ parent }) => parent === null))
        return trouble('ECL-SIG-REFERENCE', { name: nodes.name, uri: '' }, '');
      for (const one of unwanted) one.remove();
    }
    return use(doc, before.value);
  });
}

function takenOut(
  without: Exclude<Nodes['without'], 'nothing'>,
  all: readonly XmlElement[],
  order: number,
): readonly XmlElement[] {
  // A signature within another goes with it.
  if (without === 'no-signatures')
    return all.filter(({ parent }) => parent === null || !insideSignature(parent));
  const own = all[order];
  if (without === 'enveloped' || own === undefined) return own === undefined ? [] : [own];
  for (let node: XmlElement | null = own; node !== null; node = node.parent)
    if (node.name === 'UBLDocumentSignatures' && node.namespaceUri === ublSignatures) return [node];
  return [];
}

/** The canonical form of a file's root, for comparing it with what a signature carries. */
export function rootForm(name: string, bytes: Buffer, form: C14n): Found<Buffer> {
  return withDocument(name, bytes, (doc) => found(canonicalBytes(doc, doc.root, form, false)));
}
