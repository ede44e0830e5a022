import type { Layer } from './finding.js';

/** What one layer of checks said about an entry, how long it took, and which version of the rules spoke. */
export interface LayerVerdict {
  readonly layer: Layer;
  readonly verdict: 'valid' | 'invalid' | 'skipped';
  readonly durationMs: number;
  /** Name and version of the rule set or schema, e.g. `chorus-1`, `ubl-2.1`. */
  readonly ruleSet: string | null;
}
