import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import type { Method } from './algorithms.js';
import type { Signature } from './read.js';
import type { SignatureProblem } from './types.js';

/** The certificates of a signature that can be read. */
export function readCertificates(ders: readonly Buffer[]): X509Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [new X509Certificate(der)];
    } catch {
      return [];
    }
  });
}

const keyTypes: Readonly<Record<Method['kind'], readonly string[]>> = {
  rsa: ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  dsa: ['dsa'],
  eddsa: ['ed25519', 'ed448'],
};

/** Whether a signature value is that of these bytes under a certificate's key. */
export function verifies(
  certificate: X509Certificate,
  method: Method,
  signed: Buffer,
  value: Buffer,
): boolean {
  try {
    const key = certificate.publicKey;
    if (!keyTypes[method.kind].includes(key.asymmetricKeyType ?? '')) return false;
    // XML Signature 1.1, 6.4.3: r and s side by side, not in DER.
    if (method.kind === 'ecdsa' || method.kind === 'dsa')
      return verify(method.hash, signed, { key, dsaEncoding: 'ieee-p1363' }, value);
    if (method.kind !== 'rsa-pss') return verify(method.hash, signed, key, value);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
    return verify(method.hash, signed, { key, padding, saltLength }, value);
  } catch {
    // A key that OpenSSL does not take proves nothing.
    return false;
  }
}

/** The certificate that the signed properties name; without them the one whose key fits, else the first. */
export function chooseCertificate(
  certificates: readonly X509Certificate[],
  signature: Signature,
  signed: Buffer,
): { certificate: X509Certificate; digestFits: boolean } | null {
  const [first] = certificates;
  if (first === undefined) return null;
  const wanted = signature.properties?.certificate ?? null;
  const fitting = certificates.find((one) =>
    wanted === null
      ? verifies(one, signature.method, signed, signature.value)
      : createHash(wanted.digest.hash).update(one.raw).digest().equals(wanted.value),
  );
  return { certificate: fitting ?? first, digestFits: wanted === null || fitting !== undefined };
}

/** Subject as people call it: its common name, else organisation, else all of it on one line. */
export function signerOf({ subject }: X509Certificate): string {
  const parts = new Map(
    (subject ?? '').split('\n').map((line) => [line.split('=')[0], line.replace(/^[^=]*=/, '')]),
  );
  return parts.get('CN') ?? parts.get('O') ?? [...parts.values()].join(', ');
}

/** Dates of the certificate at the moment the signer claims, and now. */
export function dateProblems(
  certificate: X509Certificate,
  signedAt: string | null,
  now: Date,
  name: string,
): SignatureProblem[] {
  const from = new Date(certificate.validFrom);
  const to = new Date(certificate.validTo);
  const claimed = signedAt === null ? null : momentOf(signedAt);
  const at = claimed ?? now;
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const facts = { name, signer: signerOf(certificate), from: day(from), to: day(to), at: day(at) };
  const problems: SignatureProblem[] = [];
  if (at < from || at > to) problems.push({ rule: 'ECL-SIG-CERT-DATES', facts, value: facts.at });
  else if (now > to) problems.push({ rule: 'ECL-SIG-CERT-EXPIRED', facts, value: facts.to });
  if (claimed !== null && claimed.getTime() - now.getTime() > dayMs)
    problems.push({ rule: 'ECL-SIG-TIME', facts, value: signedAt ?? '' });
  return problems;
}

const dayMs = 86_400_000;

/** An xs:dateTime; null for anything else. Without a zone it is taken as UTC. */
function momentOf(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.test(text)) return null;
  const date = new Date(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

const curvesBitsMin = 224;

/** Why an algorithm is too weak today, in French; null when it is not. */
export function weakness(certificate: X509Certificate, signature: Signature): string | null {
  const hashes = signature.references.some((one) => one.ok && one.value.digest.weak);
  if (signature.method.weak || hashes) return 'SHA-1';
  const { modulusLength, namedCurve } = certificate.publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < 2048) return `clé RSA de ${modulusLength} bits`;
  const bits = Number(/\d{3}/.exec(namedCurve ?? '')?.[0] ?? curvesBitsMin);
  return bits < curvesBitsMin ? `courbe ${namedCurve}` : null;
}
