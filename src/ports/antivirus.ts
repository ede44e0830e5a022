/** What an antivirus says of one file. */
export type AntivirusVerdict =
  | { readonly kind: 'clean' }
  /** `signature`: the name that the antivirus gives to what it found. */
  | { readonly kind: 'infected'; readonly signature: string };

/** An antivirus that takes contents as a stream. Faults: ANTIVIRUS_UNREACHABLE, ANTIVIRUS_FAILED. */
export interface Antivirus {
  /** Where it answers, for people. */
  readonly address: string;
  /** Puts the whole of a content to it. A fault of the content's own stream is thrown as it is. */
  scan(content: AsyncIterable<Uint8Array>): Promise<AntivirusVerdict>;
  /** Program and version of signatures, as it tells them: it answers. */
  version(): Promise<string>;
}
