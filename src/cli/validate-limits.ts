import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Limits } from '../domain/limits.js';
import { createLineCount } from '../pipeline/line-count.js';
import type { CheckResult } from '../workers/protocol.js';

/** What one deposited file holds in all, counted as the engine counts it (`pipeline/stage-check`). */
export interface FlowCount {
  /** The result as it is; without its invoices once there are too many lines to keep. */
  take(result: CheckResult): CheckResult;
  /** Findings about the file as a whole: too many lines, or too many invoices (ECL-LIM-LINES, ECL-ENV-INVOICES). */
  findings(): readonly Finding[];
}

/** Counts the invoices and lines of one deposited file against the limits of a flow. */
export function createFlowCount({ invoicesMax, linesMax }: Limits): FlowCount {
  const lines = createLineCount(linesMax);
  let invoices = 0;
  const tooMuch = (rule: 'ECL-LIM-LINES' | 'ECL-ENV-INVOICES', found: number, max: number) => [
    findingOf(rule, { found: String(found), max: String(max) }),
  ];
  return {
    take(result) {
      invoices += result.invoices.length;
      return lines.take(result);
    },
    findings() {
      if (lines.over()) return tooMuch('ECL-LIM-LINES', lines.found(), linesMax);
      return invoices > invoicesMax ? tooMuch('ECL-ENV-INVOICES', invoices, invoicesMax) : [];
    },
  };
}
