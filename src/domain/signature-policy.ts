/** What is asked of signatures (settings `signatures`, docs/signatures.md). */
export interface SignaturePolicy {
  /** `off`: not looked at; `advisory`: what is wrong is told; `enforced`: it refuses the file. */
  readonly verify: 'off' | 'advisory' | 'enforced';
  /** Documents beyond this are not canonicalised: their signature is told as not verified. */
  readonly sizeBytesMax: number;
  /** Time for the signatures of one file. */
  readonly msMax: number;
}

const MiB = 1024 * 1024;

export const defaultSignatures: SignaturePolicy = {
  verify: 'advisory',
  sizeBytesMax: 32 * MiB,
  msMax: 10_000,
};

/** The same with what partners have of their own. */
export interface SignaturePolicies {
  readonly all: SignaturePolicy;
  /** Partner code to its `verify`. */
  readonly partners: ReadonlyMap<string, SignaturePolicy['verify']>;
}

/** What is asked of the signatures of one partner. */
export function signaturesFor({ all, partners }: SignaturePolicies, partner: string): SignaturePolicy {
  const verify = partners.get(partner);
  return verify === undefined ? all : { ...all, verify };
}
