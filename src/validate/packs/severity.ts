import type { Severity } from '../../domain/finding.js';
import type { Regraded } from '../../domain/verdict.js';
import { type AskedSet, type RegradeChoice, regradeOf } from './choice.js';

/** What a flag of a Schematron file means for the document: what does not say otherwise refuses it. */
export function severityOfFlag(flag: string): Severity {
  return /^(warn|warning|info|information|informational|hint|advice)$/i.test(flag.trim())
    ? 'warning'
    : 'fatal';
}

/** Says the severity of the rules of one set in one document, and keeps count of what settings changed. */
export interface Grader {
  /** The severity that counts for a rule which itself says `own`; `off`: it is not told. */
  gradeOf(rule: string, own: Severity | 'off'): Severity | 'off';
  /** Notes so many findings of a rule. */
  note(rule: string, own: Severity | 'off', count: number): void;
  regraded(): readonly Regraded[];
}

/** A rule re-graded by the settings has that severity; of the others advice makes warnings. */
export function graderOf(asked: Pick<AskedSet, 'set' | 'mode'>, regrades: readonly RegradeChoice[]): Grader {
  const changed = new Map<string, Regraded>();
  return {
    gradeOf(rule, own) {
      const regrade = regradeOf(regrades, rule, asked.set);
      if (regrade !== null) return advised(regrade.severity, asked);
      return advised(own, asked);
    },
    note(rule, own, count) {
      const regrade = regradeOf(regrades, rule, asked.set);
      if (regrade === null || count === 0 || advised(regrade.severity, asked) === own) return;
      const before = changed.get(rule);
      changed.set(rule, {
        rule,
        from: own,
        to: advised(regrade.severity, asked),
        reason: regrade.reason,
        count: count + (before?.count ?? 0),
      });
    },
    regraded: () => [...changed.values()],
  };
}

function advised(severity: Severity | 'off', { mode }: Pick<AskedSet, 'mode'>): Severity | 'off' {
  return mode === 'advisory' && severity === 'fatal' ? 'warning' : severity;
}
