import type { XmlDocument, XmlElement } from 'libxml2-wasm';
import { type C14n, c14nOf, type Digest, digestOf, dsig, type Method, methodOf } from './algorithms.js';
import { attribute, base64Of, child, children, insideSignature, signaturesOf } from './tree.js';
import { type Found, found, trouble } from './types.js';

export type Transform =
  | { readonly kind: 'enveloped' }
  /** The XPath idiom that leaves out every signature. */
  | { readonly kind: 'no-signatures' }
  /** The XPath idiom of UBL, which leaves out the extension that holds the signature (UBL 2.1, 5.4). */
  | { readonly kind: 'no-ubl-signatures' }
  | { readonly kind: 'c14n'; readonly c14n: C14n }
  | { readonly kind: 'base64' };

/** A ds:Reference, taken out of the tree. */
export interface Reference {
  /** Null where the attribute is absent. */
  readonly uri: string | null;
  readonly transforms: readonly Transform[];
  readonly digest: Digest;
  readonly value: Buffer;
}

/** The signed properties of XAdES (ETSI EN 319 132-1, 5.2; TS 101 903). */
export interface Properties {
  readonly id: string | null;
  readonly signingTime: string | null;
  readonly certificate: { readonly digest: Digest; readonly value: Buffer } | null;
}

/** A ds:Signature as data: what is in it is claimed, not yet verified. */
export interface Signature {
  /** 0-based among the signatures of the document. */
  readonly order: number;
  readonly line: number;
  /** It signs another signature. */
  readonly counter: boolean;
  readonly c14n: C14n;
  readonly method: Method;
  readonly value: Buffer;
  readonly references: readonly Found<Reference>[];
  /** In DER. */
  readonly certificates: readonly Buffer[];
  readonly properties: Properties | null;
}

export const referencesMax = 64;
const transformsMax = 8;
const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';

/** Reads one signature. `name` is the file's, for what is told about it. */
export function readSignature(element: XmlElement, order: number, name: string): Found<Signature> {
  const info = child(element, 'SignedInfo', dsig);
  if (info === null) return broken(name, 'SignedInfo manque');
  const methodUri = attribute(child(info, 'SignatureMethod', dsig), 'Algorithm') ?? '';
  const method = methodOf(methodUri);
  if (method === null) return unknownAlgorithm(name, methodUri);
  const c14n = readC14n(child(info, 'CanonicalizationMethod', dsig));
  if (!c14n.ok) return unknownAlgorithm(name, c14n.uri);
  const value = base64Of(child(element, 'SignatureValue', dsig)?.content ?? null);
  if (value === null) return broken(name, "SignatureValue manque, ou n'est pas du base64");
  const references = children(info, 'Reference', dsig);
  if (references.length === 0) return broken(name, 'elle ne contient aucune référence');
  if (references.length > referencesMax) return broken(name, `elle a plus de ${referencesMax} références`);
  return found({
    order,
    line: element.line,
    counter: element.parent?.name === 'CounterSignature',
    c14n: c14n.value,
    method,
    value,
    references: references.map((one) => readReference(one, name)),
    certificates: certificatesOf(element),
    properties: propertiesOf(element),
  });
}

function broken(name: string, problem: string) {
  return trouble('ECL-SIG-STRUCTURE', { name, problem });
}

function unknownAlgorithm(name: string, algorithm: string) {
  return trouble('ECL-SIG-ALGORITHM', { name, algorithm }, algorithm);
}

function readC14n(element: XmlElement | null): { ok: true; value: C14n } | { ok: false; uri: string } {
  const uri = attribute(element, 'Algorithm') ?? '';
  const c14n = c14nOf(uri);
  if (c14n === null || element === null) return { ok: false, uri };
  const list = attribute(child(element, 'InclusiveNamespaces'), 'PrefixList') ?? '';
  const prefixes = list.split(/\s+/).filter((prefix) => prefix !== '');
  return { ok: true, value: { ...c14n, prefixes } };
}

function readReference(element: XmlElement, name: string): Found<Reference> {
  const uri = element.attr('URI')?.value ?? null;
  const digestUri = attribute(child(element, 'DigestMethod', dsig), 'Algorithm') ?? '';
  const digest = digestOf(digestUri);
  if (digest === null) return unknownAlgorithm(name, digestUri);
  const value = base64Of(child(element, 'DigestValue', dsig)?.content ?? null);
  if (value === null) return broken(name, "DigestValue manque, ou n'est pas du base64");
  const listed = child(element, 'Transforms', dsig);
  const elements = listed === null ? [] : children(listed, 'Transform', dsig);
  if (elements.length > transformsMax)
    return broken(name, `une référence a plus de ${transformsMax} transformations`);
  const transforms: Transform[] = [];
  for (const one of elements) {
    const transform = readTransform(one);
    if (transform === null) {
      const algorithm = attribute(one, 'Algorithm') ?? '';
      return trouble('ECL-SIG-TRANSFORM', { name, algorithm }, algorithm);
    }
    transforms.push(transform);
  }
  return found({ uri, transforms, digest, value });
}

/** Null for a transform that is not on the list: XSLT, XPath in general, anything unknown. */
function readTransform(element: XmlElement): Transform | null {
  const uri = attribute(element, 'Algorithm') ?? '';
  if (uri === `${dsig}enveloped-signature`) return { kind: 'enveloped' };
  if (uri === `${dsig}base64`) return { kind: 'base64' };
  if (uri === xpath) return signatureIdiom(child(element, 'XPath', dsig));
  const c14n = readC14n(element);
  return c14n.ok ? { kind: 'c14n', c14n: c14n.value } : null;
}

export const ublSignatures = 'urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2';

/** The only XPath expressions that are taken; white space apart, with the prefix of the one element they name. */
const idioms: readonly {
  readonly kind: Transform['kind'];
  readonly namespace: string;
  readonly form: RegExp;
}[] = [
  {
    kind: 'no-signatures',
    namespace: dsig,
    form: /^not\(ancestor-or-self::([\w.-]+):Signature\)$/,
  },
  // XML Signature 1.1, 6.6.4: it says the same as the enveloped transform.
  { kind: 'enveloped', namespace: dsig, form: withoutOwn('Signature') },
  { kind: 'no-ubl-signatures', namespace: ublSignatures, form: withoutOwn('UBLDocumentSignatures') },
];

function withoutOwn(name: string): RegExp {
  const all = `ancestor-or-self::([\\w.-]+):${name}`;
  const own = `here\\(\\)/ancestor::\\1:${name}\\[1\\]`;
  return new RegExp(`^count\\(${all}\\|${own}\\)>count\\(ancestor-or-self::\\1:${name}\\)$`);
}

function signatureIdiom(element: XmlElement | null): Transform | null {
  if (element === null) return null;
  const text = element.content.replace(/\s+/g, '');
  for (const { kind, namespace, form } of idioms) {
    const prefix = form.exec(text)?.[1];
    if (prefix !== undefined && element.namespaceForPrefix(prefix) === namespace && kind !== 'c14n')
      return { kind };
  }
  return null;
}

const certificatesMax = 16;

function certificatesOf(signature: XmlElement): Buffer[] {
  const info = child(signature, 'KeyInfo', dsig);
  if (info === null) return [];
  return children(info, 'X509Data', dsig)
    .flatMap((data) => children(data, 'X509Certificate', dsig))
    .slice(0, certificatesMax)
    .flatMap((one) => base64Of(one.content) ?? []);
}

/** Every version of XAdES has its namespace; 1.1.1 to 1.4.1 share what is read here. */
function isXades(element: XmlElement | null): element is XmlElement {
  return element?.namespaceUri.startsWith('http://uri.etsi.org/01903/') ?? false;
}

function propertiesOf(signature: XmlElement): Properties | null {
  const signed = children(signature, 'Object', dsig)
    .flatMap((object) => children(object, 'QualifyingProperties'))
    .filter(isXades)
    .map((qualifying) => child(qualifying, 'SignedProperties'))
    .find((one) => one !== null);
  if (signed === undefined || signed === null) return null;
  const own = child(signed, 'SignedSignatureProperties');
  return {
    id: attribute(signed, 'Id'),
    signingTime: child(own, 'SigningTime')?.content.trim() ?? null,
    certificate: certificateDigest(child(own, 'SigningCertificate') ?? child(own, 'SigningCertificateV2')),
  };
}

/** The first certificate named is the signer's (EN 319 132-1, 5.2.2). */
function certificateDigest(list: XmlElement | null): Properties['certificate'] {
  const first = list === null ? undefined : children(list, 'Cert')[0];
  const named = child(first ?? null, 'CertDigest');
  const digest = digestOf(attribute(child(named, 'DigestMethod', dsig), 'Algorithm') ?? '');
  const value = base64Of(child(named, 'DigestValue', dsig)?.content ?? null);
  return digest === null || value === null ? null : { digest, value };
}

/** Signatures that count: those inside an Object of another are its content, but for counter-signatures. */
export function listSignatures(doc: XmlDocument): { element: XmlElement; order: number }[] {
  return signaturesOf(doc)
    .map((element, order) => ({ element, order }))
    .filter(({ element }) => {
      const { parent } = element;
      return parent === null || parent.name === 'CounterSignature' || !insideSignature(parent);
    });
}
