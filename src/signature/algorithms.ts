import { XmlC14NMode } from 'libxml2-wasm';

export const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const dsigMore = 'http://www.w3.org/2001/04/xmldsig-more#';
const dsigMore2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const xmlEnc = 'http://www.w3.org/2001/04/xmlenc#';

/** A form of canonical XML. */
export interface C14n {
  readonly mode: (typeof XmlC14NMode)[keyof typeof XmlC14NMode];
  readonly comments: boolean;
  /** Prefixes that exclusive canonicalisation treats as the inclusive one does. */
  readonly prefixes: readonly string[];
}

/** What XML Signature 1.1, section 4.4.3.2, applies where a node set must become bytes and nothing says how. */
export const defaultC14n: C14n = { mode: XmlC14NMode.XML_C14N_1_0, comments: false, prefixes: [] };

const c14nByUri: ReadonlyMap<string, C14n> = new Map(
  (
    [
      ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', '', XmlC14NMode.XML_C14N_1_0],
      ['http://www.w3.org/2006/12/xml-c14n11', '', XmlC14NMode.XML_C14N_1_1],
      ['http://www.w3.org/2001/10/xml-exc-c14n', '#', XmlC14NMode.XML_C14N_EXCLUSIVE_1_0],
    ] as const
  ).flatMap(([base, end, mode]): [string, C14n][] => [
    [`${base}${end}`, { mode, comments: false, prefixes: [] }],
    [`${base}#WithComments`, { mode, comments: true, prefixes: [] }],
  ]),
);

/** Null for what is not a canonicalisation. */
export function c14nOf(uri: string): C14n | null {
  return c14nByUri.get(uri) ?? null;
}

export interface Digest {
  /** Name for node:crypto. */
  readonly hash: string;
  readonly weak: boolean;
}

const digests: ReadonlyMap<string, Digest> = new Map([
  [`${dsig}sha1`, { hash: 'sha1', weak: true }],
  [`${dsigMore}sha224`, { hash: 'sha224', weak: false }],
  [`${xmlEnc}sha256`, { hash: 'sha256', weak: false }],
  [`${dsigMore}sha384`, { hash: 'sha384', weak: false }],
  [`${xmlEnc}sha512`, { hash: 'sha512', weak: false }],
]);

/** Null for a digest that is not known, or is broken (MD5). */
export function digestOf(uri: string): Digest | null {
  return digests.get(uri) ?? null;
}

export interface Method {
  /** Null where the algorithm has its own (EdDSA). */
  readonly hash: string | null;
  readonly kind: 'rsa' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'eddsa';
  readonly weak: boolean;
}

const hashes = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...hashes.flatMap((hash): [string, Method][] => {
    const weak = hash === 'sha1';
    const rsa = weak ? `${dsig}rsa-sha1` : `${dsigMore}rsa-${hash}`;
    return [
      [rsa, { hash, kind: 'rsa', weak }],
      [`${dsigMore}ecdsa-${hash}`, { hash, kind: 'ecdsa', weak }],
      [`${dsigMore2007}${hash}-rsa-MGF1`, { hash, kind: 'rsa-pss', weak }],
    ];
  }),
  [`${dsig}dsa-sha1`, { hash: 'sha1', kind: 'dsa', weak: true }],
  ['http://www.w3.org/2009/xmldsig11#dsa-sha256', { hash: 'sha256', kind: 'dsa', weak: false }],
  ['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519', { hash: null, kind: 'eddsa', weak: false }],
  ['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448', { hash: null, kind: 'eddsa', weak: false }],
]);

/** Null for a method that is not known, or proves nothing here (HMAC). */
export function methodOf(uri: string): Method | null {
  return methods.get(uri) ?? null;
}
