import { createHash, sign } from 'node:crypto';
import type { TestSigner } from './certificate.js';

export const ds = 'http://www.w3.org/2000/09/xmldsig#';
const xades = 'http://uri.etsi.org/01903/v1.3.2#';
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const enveloped = `${ds}enveloped-signature`;
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

export interface TestReference {
  readonly uri: string | null;
  /** What is digested, as it is once transformed. */
  readonly content: string | Buffer;
  readonly transforms?: readonly string[];
  /** Written into Transform, e.g. an XPath. */
  readonly inner?: string;
}

export interface TestSignature {
  readonly signer: TestSigner;
  /** Ends its ids, where a document holds several signatures. */
  readonly id?: string;
  readonly references: readonly TestReference[];
  readonly signingTime?: string | null;
  /** Goes behind SignedProperties' Object: what an enveloping signature carries. */
  readonly object?: string;
  readonly sha1?: boolean;
  /** SignedProperties are there, but no reference names them. */
  readonly looseProperties?: boolean;
  /** The certificate that the signed properties name, when it is another one. */
  readonly named?: Buffer;
  /** No KeyInfo. */
  readonly keyless?: boolean;
}

function digest(content: string | Buffer, hash = 'sha256'): string {
  return createHash(hash).update(content).digest('base64');
}

/**
 * A ds:Signature whose SignedInfo and SignedProperties are written in their exclusive canonical form by hand, so that
 * the test's signer shares no code with what verifies it.
 */
export function xadesSignature(options: TestSignature): string {
  const { signer, id = '', sha1 = false, signingTime = '2026-02-01T10:00:00Z' } = options;
  const properties =
    `<xades:SignedProperties xmlns:xades="${xades}" Id="props${id}"><xades:SignedSignatureProperties>` +
    (signingTime === null ? '' : `<xades:SigningTime>${signingTime}</xades:SigningTime>`) +
    '<xades:SigningCertificate><xades:Cert><xades:CertDigest>' +
    `<ds:DigestMethod xmlns:ds="${ds}" Algorithm="${sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue xmlns:ds="${ds}">${digest(options.named ?? signer.certificate)}</ds:DigestValue>` +
    '</xades:CertDigest></xades:Cert></xades:SigningCertificate>' +
    '</xades:SignedSignatureProperties></xades:SignedProperties>';
  const own: TestReference = { uri: `#props${id}`, content: properties, transforms: [exclusive] };
  const all = options.looseProperties === true ? options.references : [...options.references, own];
  const method = sha1
    ? `${ds}rsa-sha1`
    : `http://www.w3.org/2001/04/xmldsig-more#${signer.kind === 'rsa' ? 'rsa' : 'ecdsa'}-sha256`;
  const info =
    `<ds:SignedInfo xmlns:ds="${ds}"><ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${method}"></ds:SignatureMethod>` +
    `${all.map((one) => referenceXml(one, sha1)).join('')}</ds:SignedInfo>`;
  const value = sign(sha1 ? 'sha1' : 'sha256', Buffer.from(info), {
    key: signer.key,
    dsaEncoding: 'ieee-p1363',
  }).toString('base64');
  const certificate = `<ds:X509Data><ds:X509Certificate>${signer.certificate.toString('base64')}</ds:X509Certificate></ds:X509Data>`;
  return (
    `<ds:Signature xmlns:ds="${ds}" Id="sig${id}">${info}<ds:SignatureValue>${value}</ds:SignatureValue>` +
    (options.keyless === true ? '' : `<ds:KeyInfo>${certificate}</ds:KeyInfo>`) +
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${xades}" Target="#sig${id}">${properties}</xades:QualifyingProperties></ds:Object>` +
    `${options.object ?? ''}</ds:Signature>`
  );
}

function referenceXml({ uri, content, transforms = [], inner = '' }: TestReference, sha1: boolean): string {
  const list = transforms.map((one) => `<ds:Transform Algorithm="${one}">${inner}</ds:Transform>`).join('');
  return (
    `<ds:Reference${uri === null ? '' : ` URI="${uri}"`}>${list === '' ? '' : `<ds:Transforms>${list}</ds:Transforms>`}` +
    `<ds:DigestMethod Algorithm="${sha1 ? `${ds}sha1` : sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest(content, sha1 ? 'sha1' : 'sha256')}</ds:DigestValue></ds:Reference>`
  );
}
