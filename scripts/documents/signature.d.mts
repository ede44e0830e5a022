import type { KeyObject } from 'node:crypto';

/** A key and its self-signed certificate, made for one test. */
export interface TestSigner {
  readonly kind: 'rsa' | 'ec';
  readonly key: KeyObject;
  readonly certificate: Buffer;
}

export function testSigner(
  kind: 'rsa' | 'ec',
  options?: { from?: string; to?: string; bits?: number; subject?: string },
): TestSigner;

export const ds: string;
export const exclusive: string;
export const enveloped: string;

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

export function xadesSignature(options: TestSignature): string;
