import type { CheckResult } from '../workers/protocol.js';

/** Counts the lines of the invoices of one flow, so that no more than so many of them ever stand in memory. */
export interface LineCount {
  /** The result as it is while the flow stays within the limit; beyond it, without its invoices. */
  take(result: CheckResult): CheckResult;
  /** Lines seen in all, those let go included. */
  found(): number;
  over(): boolean;
}

/** @param linesMax lines of all the invoices of a flow together */
export function createLineCount(linesMax: number): LineCount {
  let found = 0;
  return {
    take(result) {
      for (const { invoice } of result.invoices) found += invoice.lines.length;
      return found > linesMax ? { ...result, invoices: [], pieces: [] } : result;
    },
    found: () => found,
    over: () => found > linesMax,
  };
}
