/** A connected application: issuer, recipient or both. */
export interface Partner {
  /** Application code, three letters or digits and three digits (`AAA999`, DOMAIN 2.1). */
  readonly code: string;
  readonly name: string;
  /** Interface codes this partner may deposit; empty for a pure recipient. */
  readonly interfaces: readonly string[];
  /** SIRETs of the structures whose invoices this partner receives. */
  readonly receives: readonly string[];
  /** Lifecycle flows (FEN1201A) are an extra subscription (DOMAIN 7.5). */
  readonly lifecycle: boolean;
  /** Adds warnings to the reports of rejected and partially integrated flows. */
  readonly reportWarnings: boolean;
  /** Answers each PES_Aller with a PES_ACQUIT beside the integration report; absent: no. */
  readonly pesAcquit?: boolean;
  readonly active: boolean;
}
