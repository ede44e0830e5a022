import { dsig } from './algorithms.js';

const namespaceBytes = Buffer.from(dsig, 'latin1');
const wideBytes = Buffer.from(dsig, 'utf16le');
const wideBigBytes = Buffer.from(wideBytes).swap16();

/** True when a document may hold a signature: the namespace of XML Signature stands somewhere in its bytes. */
export function mayHoldSignature(bytes: Buffer): boolean {
  if (bytes.includes(namespaceBytes)) return true;
  // UTF-16 has a zero among its first two bytes, or a mark.
  const [a = 1, b = 1] = bytes;
  return (a === 0 || b === 0 || a >= 0xfe) && (bytes.includes(wideBytes) || bytes.includes(wideBigBytes));
}

/** Containers of signatures: EN 319 162-1 (ASiC) and the XAdES of older profiles. */
const containers = new Set(['XAdESSignatures', 'DocumentSignatures']);

/** A file that is a signature and no invoice: its root is one, or a container of some. */
export function isSignatureRoot(root: { readonly name: string; readonly namespace: string }): boolean {
  if (root.namespace === dsig) return root.name === 'Signature';
  return containers.has(root.name) && /^http:\/\/uri\.etsi\.org\/(02918|2918|01903)/.test(root.namespace);
}

/** Object identifier 1.2.840.113549.1.7.2, signedData, as DER. */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');

/** A CMS signature (.p7s, .p7m): DER, or its text form. `head` is some hundred bytes. */
export function isCmsSignature(head: Buffer): boolean {
  if (head[0] === 0x30) return head.subarray(0, 32).includes(signedData);
  const text = head.toString('latin1', 0, 64).trimStart();
  return /^-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----/.test(text);
}
