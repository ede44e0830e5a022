import type { Layer, Severity } from './finding.js';

/** What one layer of checks said about an entry, how long it took, and which version of the rules spoke. */
export interface LayerVerdict {
  readonly layer: Layer;
  readonly verdict: 'valid' | 'invalid' | 'skipped';
  readonly durationMs: number;
  /** Name and version of the rule set or schema, e.g. `chorus-1`, `ubl-2.1`. */
  readonly ruleSet: string | null;
  /** Rules that a setting gave another severity, and that would have spoken; absent where there were none. */
  readonly regraded?: readonly Regraded[];
  /** Signatures that were examined; in the layer of that name. */
  readonly signatures?: readonly SignatureFact[];
}

/** One signature: who made it, and what it covers. Nobody was asked whether the certificate is to be trusted. */
export interface SignatureFact {
  /** The file that holds it. */
  readonly file: string;
  readonly signer: string | null;
  /** The moment the signer claims. */
  readonly signedAt: string | null;
  /** Files, or `file element`, that it covers and that are as they were signed. */
  readonly covers: readonly string[];
  /** `valid`: the value and every digest are right, whatever else is remarked. */
  readonly state: 'valid' | 'invalid' | 'unverified';
}

/** A re-grading (`rules.regrade`) that took effect. */
export interface Regraded {
  readonly rule: string;
  /** What the rule itself says. */
  readonly from: Severity | 'off';
  readonly to: Severity | 'off';
  /** Why, in the words of the settings. */
  readonly reason: string;
  /** Findings concerned. */
  readonly count: number;
}
