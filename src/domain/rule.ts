import type { Layer, Severity } from './finding.js';
import type { PlacedInvoice } from './reading.js';
import type { Syntax } from './syntax.js';

/** How sure the source of a rule is (DOMAIN, confidence tags); `ours` is our own inference. */
export type Confidence = 'confirmed' | 'implementer' | 'reform' | 'ours';

/** Kinds of inbound flow (DOMAIN 1.1), and `none` where no interface is known (`ecluse validate` without one). */
export type FlowKind = 'E1' | 'E2' | 'E3' | 'E4' | 'E5' | 'none';

/** What a rule may look at beside the invoice. */
export interface RuleContext {
  readonly kind: FlowKind;
  readonly interfaceCode: string | null;
  /** Day of the deposit, `YYYY-MM-DD`, Europe/Paris. */
  readonly today: string;
  readonly options: RuleOptions;
  /** Real content of an attachment, by piece index; undefined when the piece was not cut (no content). */
  readonly pieces: ReadonlyMap<number, PieceFacts>;
}

/** What sniffing and unzipping a piece gave. */
export interface PieceFacts {
  /** Decoded size in bytes, before unzipping. */
  readonly sizeBytes: number;
  /** Type seen in the first bytes: `zip`, `pdf`, `png`, `jpeg`, `gif`, `tiff`, `bmp`, `xml`, `gzip`, `bzip2`, `rtf`, `ole`, `text`, `unknown`. */
  readonly type: string;
  /** For a ZIP: the files inside (directories left out), or null when it cannot be read. */
  readonly inside:
    | readonly { readonly name: string; readonly sizeBytes: number; readonly type: string }[]
    | null;
  /** Why a ZIP could not be read: `broken`, `encrypted`, `too-large`, `too-many`; null when it could. */
  readonly problem: string | null;
  /** PES: how the content was wrapped; the other facts are those of the file inside where it was a good gzip. */
  readonly wrapping?: 'gzip' | 'zip' | 'none' | 'broken' | 'too-large';
}

/** Settings that rules depend on; each has a default in `settings/`. */
export interface RuleOptions {
  /** Whether the key (Luhn) of SIRETs is checked. */
  readonly siretKey: boolean;
  /** Whether an absent payment means is read as a transfer (30) instead of refused. */
  readonly paymentMeansDefault: boolean;
  readonly attachmentSizeBytesMax: number;
  readonly attachmentExtensions: readonly string[];
  /** Largest number of findings kept for one rule and entry; the rest is counted. */
  readonly findingsPerRuleMax: number;
  /** Cadres that an interface of the operator's own takes, by its code; one that is not there takes those of its kind. */
  readonly interfaceCadres?: Readonly<Record<string, readonly string[]>>;
}

/** One violation of a rule: the term concerned, and the value found there. */
export interface Violation {
  /** Path of the term in `Invoice`; null when the whole invoice is meant. */
  readonly term: string | null;
  readonly value?: string | null;
  /** Facts for the message, by name. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A rule is data: where it comes from, when it applies, what it checks, what it tells people. */
export interface Rule {
  readonly id: string;
  readonly set: string;
  readonly layer: Layer;
  /** A severity for every kind of flow, or one per kind; `off` where the rule is not to be enforced. */
  readonly severity:
    | Severity
    | Readonly<Partial<Record<FlowKind, Severity | 'off'>> & { default: Severity | 'off' }>;
  /** Document and section the rule was taken from. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Syntaxes the rule is about; null for all. */
  readonly syntaxes: readonly Syntax[] | null;
  /** Business terms concerned: BT and BG numbers, or names of Chorus terms. */
  readonly terms: readonly string[];
  /**
   * Ids of generic rules that this one stands in for: they are silent about every invoice to which this rule applies
   * (DOMAIN 1.1: specific rules override generic ones). Ids of any set.
   */
  readonly overrides?: readonly string[];
  /** Version of its set that brought it, such as `chorus-3`; absent: it stood in the first one. */
  readonly since?: string;
  /** Last version of its set that has it; absent: it stands in the newest one. */
  readonly until?: string;
  readonly applies: (subject: PlacedInvoice, context: RuleContext) => boolean;
  readonly check: (subject: PlacedInvoice, context: RuleContext) => readonly Violation[];
  /**
   * French. May use `{value}`, `{path}`, `{balise}` (the path as local names joined by dots) and the facts of the
   * violation as `{name}`; `{Field}` is the fact `field` with a capital. ` (balise : {balise})` goes away where the syntax has no place for the term.
   */
  readonly message: string;
  /** French: the remedy. Same placeholders. */
  readonly fix: string;
}
