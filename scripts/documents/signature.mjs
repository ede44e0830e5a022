// Signatures for tests and samples: X.509 certificates and XAdES by hand, sharing no code with what verifies them.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const hex = (text) => Buffer.from(text, 'hex');
const sequence = (...parts) => der(0x30, ...parts);
const time = (date) => der(0x18, Buffer.from(`${date.replaceAll('-', '')}000000Z`));

/** A name of one common name (RFC 5280, 4.1.2.4). */
const name = (common) =>
  sequence(der(0x31, sequence(hex('0603550403'), der(0x0c, Buffer.from(common, 'utf8')))));

const algorithms = {
  rsa: sequence(hex('06092a864886f70d01010b'), hex('0500')),
  ec: sequence(hex('06082a8648ce3d040302')),
};

/** X.509 version 3 by hand: dates, a subject, a key, and nothing else. */
export function testSigner(kind, options = {}) {
  const { from = '2026-01-01', to = '2036-01-01', bits = 2048, subject = 'Fournisseur Signataire' } = options;
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const content = sequence(
    der(0xa0, hex('020102')),
    hex('020107'),
    algorithms[kind],
    name(subject),
    sequence(time(from), time(to)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const value = sign('sha256', content, privateKey);
  const certificate = sequence(content, algorithms[kind], der(0x03, hex('00'), value));
  return { kind, key: privateKey, certificate };
}

export const ds = 'http://www.w3.org/2000/09/xmldsig#';
const xades = 'http://uri.etsi.org/01903/v1.3.2#';
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const enveloped = `${ds}enveloped-signature`;
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

function digest(content, hash = 'sha256') {
  return createHash(hash).update(content).digest('base64');
}

/**
 * A ds:Signature whose SignedInfo and SignedProperties are written in their exclusive canonical form by hand, so that
 * the test's signer shares no code with what verifies it.
 */
export function xadesSignature(options) {
  const { signer, id = '', sha1 = false, signingTime = '2026-02-01T10:00:00Z' } = options;
  const properties =
    `<xades:SignedProperties xmlns:xades="${xades}" Id="props${id}"><xades:SignedSignatureProperties>` +
    (signingTime === null ? '' : `<xades:SigningTime>${signingTime}</xades:SigningTime>`) +
    '<xades:SigningCertificate><xades:Cert><xades:CertDigest>' +
    `<ds:DigestMethod xmlns:ds="${ds}" Algorithm="${sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue xmlns:ds="${ds}">${digest(options.named ?? signer.certificate)}</ds:DigestValue>` +
    '</xades:CertDigest></xades:Cert></xades:SigningCertificate>' +
    '</xades:SignedSignatureProperties></xades:SignedProperties>';
  const own = { uri: `#props${id}`, content: properties, transforms: [exclusive] };
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

function referenceXml({ uri, content, transforms = [], inner = '' }, sha1) {
  const list = transforms.map((one) => `<ds:Transform Algorithm="${one}">${inner}</ds:Transform>`).join('');
  return (
    `<ds:Reference${uri === null ? '' : ` URI="${uri}"`}>${list === '' ? '' : `<ds:Transforms>${list}</ds:Transforms>`}` +
    `<ds:DigestMethod Algorithm="${sha1 ? `${ds}sha1` : sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest(content, sha1 ? 'sha1' : 'sha256')}</ds:DigestValue></ds:Reference>`
  );
}
