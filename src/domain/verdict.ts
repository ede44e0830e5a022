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
