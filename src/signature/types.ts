/** A file of the flow: the one that holds signatures, or one that they may name. */
export interface SignedFile {
  /** Its name inside the flow: what a reference is matched against. Never a path to open. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface SignatureLimits {
  /** Larger documents are not canonicalised: their signature is told as not verified. */
  readonly sizeBytesMax: number;
  /** Time for all signatures of one file. */
  readonly msMax: number;
}

/** What was wrong with a signature: a rule of `domain/finding-rules-signature` and the facts of the case. */
export interface SignatureProblem {
  readonly rule: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly value?: string;
}

/** What the verified references of a signature cover. */
export interface Cover {
  readonly file: string;
  /** The whole document, signatures apart; else `path` names the element. */
  readonly whole: boolean;
  readonly path: string | null;
}

/** One signature, examined. Trust in the certificate's issuer is not part of it: only its dates and its key. */
export interface SignatureReport {
  /** The file that holds it. */
  readonly file: string;
  readonly line: number | null;
  /** Subject of the certificate, as people call it. */
  readonly signer: string | null;
  /** The moment the signer claims (SigningTime). */
  readonly signedAt: string | null;
  /** Files it speaks about, whether their digests are right or not. */
  readonly about: readonly string[];
  readonly covers: readonly Cover[];
  readonly problems: readonly SignatureProblem[];
}

/** A value, or what stands in its way. */
export type Found<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: SignatureProblem };

export function found<T>(value: T): Found<T> {
  return { ok: true, value };
}

export function trouble(
  rule: string,
  facts: Readonly<Record<string, string>> = {},
  value?: string,
): Extract<Found<never>, { ok: false }> {
  return { ok: false, problem: { rule, facts, ...(value === undefined ? {} : { value }) } };
}
