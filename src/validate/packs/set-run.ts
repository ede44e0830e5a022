import type { Finding } from '../../domain/finding.js';
import type { LayerVerdict } from '../../domain/verdict.js';
import type { Suppressed } from '../rule-engine.js';

/** What one rule set said of one document. */
export interface SetRun {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  readonly verdict: LayerVerdict;
}
