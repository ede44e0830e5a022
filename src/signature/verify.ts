import { canonicalBytes } from './canonical.js';
import {
  chooseCertificate,
  dateProblems,
  readCertificates,
  signerOf,
  verifies,
  weakness,
} from './certificate.js';
import { readWhole } from './files.js';
import { coversOfObject } from './objects.js';
import { listSignatures, readSignature, type Signature } from './read.js';
import { resolveReference, type Surroundings, tooLarge } from './references.js';
import { child, signaturesOf, withDocument } from './tree.js';
import {
  type Cover,
  type Found,
  found,
  type SignatureLimits,
  type SignatureProblem,
  type SignatureReport,
  type SignedFile,
} from './types.js';

export interface VerifyRequest {
  /** Whether the file is what is signed, and read, or only a signature beside it. */
  readonly role: 'enveloped' | 'beside';
  /** The file that holds the signatures. */
  readonly own: SignedFile;
  /** The other files of the flow, for signatures that stand beside what they sign. */
  readonly others: readonly SignedFile[];
  readonly limits: SignatureLimits;
  readonly now: Date;
}

const signaturesMax = 16;

/**
 * Verifies every signature of a file: digests, signature value, the certificate's dates, the signed properties, and
 * what is covered (XML Signature 1.1, section 3.2; EN 319 132-1). Never asked: who issued the certificate. Nothing is
 * fetched. What is wrong is in the reports.
 * @throws Fault FILE_UNREADABLE when a file of the flow cannot be read.
 */
export function verifySignatures(request: VerifyRequest): readonly SignatureReport[] {
  const { own, limits } = request;
  const deadlineMs = performance.now() + limits.msMax;
  if (own.sizeBytes > limits.sizeBytesMax) return [unread(request, null, tooLarge(own, limits).problem)];
  const around: Surroundings = { own, bytes: readWhole(own), others: request.others, limits };
  const signatures = withDocument(own.name, around.bytes, (doc) =>
    found(
      listSignatures(doc).map(({ element, order }) => ({
        line: element.line,
        read: readSignature(element, order, own.name),
      })),
    ),
  );
  if (!signatures.ok) return [unread(request, null, signatures.problem)];
  const reports = signatures.value.slice(0, signaturesMax).map(({ line, read }) => {
    if (!read.ok) return unread(request, line, read.problem);
    return performance.now() > deadlineMs
      ? late(request, line)
      : examine(read.value, request, around, deadlineMs);
  });
  const left = signatures.value[signaturesMax];
  return left === undefined ? reports : [...reports, late(request, left.line)];
}

function unread({ own }: VerifyRequest, line: number | null, problem: SignatureProblem): SignatureReport {
  const nothing = { signer: null, signedAt: null, about: [], covers: [] };
  return { file: own.name, line, ...nothing, problems: [problem] };
}

function late(request: VerifyRequest, line: number | null): SignatureReport {
  return unread(request, line, lateProblem(request));
}

function lateProblem({ own, limits }: VerifyRequest): SignatureProblem {
  const facts = { name: own.name, seconds: String(limits.msMax / 1000), max: String(signaturesMax) };
  return { rule: 'ECL-SIG-DEADLINE', facts };
}

function examine(
  signature: Signature,
  request: VerifyRequest,
  around: Surroundings,
  deadlineMs: number,
): SignatureReport {
  const { own, now } = request;
  const problems: SignatureProblem[] = [];
  const signer = examineValue(signature, around, now, problems);
  const digested = examineReferences(signature, request, around, deadlineMs, problems);
  if (signature.properties !== null && !digested.properties)
    problems.push({ rule: 'ECL-SIG-PROPERTIES', facts: { name: own.name } });
  const read = request.role === 'enveloped' ? [own] : request.others;
  const whole = digested.covers.some((cover) => cover.whole && read.some(({ name }) => name === cover.file));
  if (!signature.counter && !whole && !digested.failed)
    problems.push({
      rule: 'ECL-SIG-COVERAGE',
      facts: { name: own.name, covers: coverWords(digested.covers) },
    });
  return {
    file: own.name,
    line: signature.line,
    signer,
    signedAt: signature.properties?.signingTime ?? null,
    about: [...digested.about],
    covers: digested.covers,
    problems,
  };
}

function coverWords(covers: readonly Cover[]): string {
  const words = covers.map(({ file, path }) => (path === null ? file : `${file}, élément ${path}`));
  return words.length === 0 ? "rien que l'on lise ici" : words.join(' ; ');
}

function digestedWords({ file, path }: Cover, own: string): string {
  if (file !== own) return `le fichier « ${file} »`;
  return path === null ? 'le document entier' : `l'élément ${path}`;
}

/** The value of the signature and its certificate; gives the signer's name. */
function examineValue(
  signature: Signature,
  { own, bytes }: Surroundings,
  now: Date,
  problems: SignatureProblem[],
): string | null {
  const name = own.name;
  const signed = signedInfo(signature, name, bytes);
  if (!signed.ok) {
    problems.push(signed.problem);
    return null;
  }
  const chosen = chooseCertificate(readCertificates(signature.certificates), signature, signed.value);
  if (chosen === null) {
    problems.push({ rule: 'ECL-SIG-CERT-ABSENT', facts: { name } });
    return null;
  }
  const { certificate, digestFits } = chosen;
  const signer = signerOf(certificate);
  if (!verifies(certificate, signature.method, signed.value, signature.value))
    problems.push({ rule: 'ECL-SIG-VALUE', facts: { name, signer } });
  if (!digestFits) problems.push({ rule: 'ECL-SIG-CERT-DIGEST', facts: { name, signer } });
  problems.push(...dateProblems(certificate, signature.properties?.signingTime ?? null, now, name));
  const weak = weakness(certificate, signature);
  if (weak !== null) problems.push({ rule: 'ECL-SIG-WEAK', facts: { name, weakness: weak }, value: weak });
  return signer;
}

function signedInfo(signature: Signature, name: string, bytes: Buffer): Found<Buffer> {
  return withDocument(name, bytes, (doc) => {
    const element = signaturesOf(doc)[signature.order] ?? null;
    return found(canonicalBytes(doc, child(element, 'SignedInfo'), signature.c14n, true));
  });
}

interface Digested {
  properties: boolean;
  /** A reference could not be followed, or has another digest. */
  failed: boolean;
  readonly about: Set<string>;
  readonly covers: Cover[];
}

function examineReferences(
  signature: Signature,
  request: VerifyRequest,
  around: Surroundings,
  deadlineMs: number,
  problems: SignatureProblem[],
): Digested {
  const name = request.own.name;
  const digested: Digested = { properties: false, failed: false, about: new Set(), covers: [] };
  for (const reference of signature.references) {
    if (performance.now() > deadlineMs) {
      problems.push(lateProblem(request));
      digested.failed = true;
      break;
    }
    const resolved = reference.ok ? resolveReference(reference.value, signature, around) : reference;
    if (!resolved.ok || !reference.ok) {
      digested.failed = true;
      if (!resolved.ok) problems.push(resolved.problem);
      continue;
    }
    const { digest, target } = resolved.value;
    const covers = target.kind === 'object' ? coversOfObject(target.id, around) : [];
    if (target.kind === 'cover') covers.push(target.cover);
    for (const cover of covers) digested.about.add(cover.file);
    if (!digest.equals(reference.value.value)) {
      const what =
        target.kind === 'cover' ? digestedWords(target.cover, name) : `« ${reference.value.uri ?? ''} »`;
      problems.push({ rule: 'ECL-SIG-DIGEST', facts: { name, what }, value: reference.value.uri ?? '' });
      digested.failed = true;
      continue;
    }
    if (target.kind === 'properties') digested.properties = true;
    digested.covers.push(...covers);
  }
  return digested;
}
