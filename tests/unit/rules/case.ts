import type { Invoice } from '../../../src/domain/invoice.js';
import type { CodeOccurrence, RepeatedOccurrence } from '../../../src/domain/occurrences.js';
import type { PesFacts } from '../../../src/domain/pes.js';
import type { FlowKind } from '../../../src/domain/rule.js';
import type { Circumstances, Patch } from './base.js';

/** An invoice, as a difference to the base, and what it is checked in. */
export interface Example extends Circumstances {
  readonly invoice?: Patch<Invoice>;
  /** Terms that stand in the file more often than allowed. */
  readonly repeated?: readonly RepeatedOccurrence[];
  /** Codes that stand in the file, by their use. */
  readonly codes?: readonly CodeOccurrence[];
  /** What the reader of PES Facture gives beside the terms. */
  readonly pes?: PesFacts;
  /** Refused examples: term of the first finding, and texts that its message must contain. */
  readonly term?: string;
  readonly says?: readonly string[];
}

/** What one rule accepts and refuses. */
export interface RuleCase {
  readonly rule: string;
  /** Kind of flow of the examples that name none; E2. */
  readonly kind?: FlowKind;
  readonly accept: readonly Example[];
  readonly refuse: readonly Example[];
  /** Kinds of flow in which what is refused elsewhere is let pass. */
  readonly offIn?: readonly FlowKind[];
}
