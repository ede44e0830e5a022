import type { FlowKind } from './rule.js';
import type { Syntax } from './syntax.js';

/** One row of the interface catalogue: what an interface code fixes (DOMAIN 0.3, 1.2, 1.3). */
export interface Interface {
  readonly code: string;
  /** Digits 4 to 7 of the code, which flow ids repeat: `1100` for FSO1100A. */
  readonly number: string;
  readonly direction: 'in' | 'out';
  readonly kind: FlowKind | 'report' | 'lifecycle' | 'pivot' | 'directory' | 'status';
  /** French. */
  readonly label: string;
  /** Syntaxes an entry may be written in; empty when the code is not supported. */
  readonly syntaxes: readonly Syntax[];
  /** Chorus Pro's API name of the syntax, null when not known. */
  readonly apiSyntax: string | null;
  /** Code of the report that answers it; null when it is not answered. */
  readonly reportCode: string | null;
  readonly status: 'current' | 'legacy' | 'unsupported';
  /** Code to use instead, for a row that is not supported. */
  readonly useInstead: string | null;
  readonly source: string;
}
