import type { Severity } from '../../domain/finding.js';
import type { FlowKind, Rule, Violation } from '../../domain/rule.js';

type Written = Pick<
  Rule,
  'id' | 'severity' | 'source' | 'confidence' | 'terms' | 'check' | 'message' | 'fix'
> &
  Partial<Pick<Rule, 'syntaxes' | 'applies' | 'overrides'>>;

/** A rule of the Chorus generic set: every syntax and every invoice unless it says otherwise. */
export function chorusRule(rule: Written): Rule {
  return { set: 'chorus', layer: 'chorus', syntaxes: null, applies: () => true, ...rule };
}

type PerKind = Readonly<Partial<Record<FlowKind, Severity | 'off'>> & { default: Severity | 'off' }>;

/** Enforced where all the data of the invoice is structured (E1, E3, E4), off elsewhere. */
export function whereStructured(severity: Severity): PerKind {
  return { default: 'off', E1: severity, E3: severity, E4: severity };
}

/** Enforced where the readable invoice comes along as an attachment (E2, E5), off elsewhere. */
export function whereMixed(severity: Severity): PerKind {
  return { default: 'off', E2: severity, E5: severity };
}

/** One violation, or none: for rules about one term. */
export function violatedWhen(
  violated: boolean,
  term: string,
  value: string | null = null,
  facts: Readonly<Record<string, string>> = {},
): readonly Violation[] {
  return violated ? [{ term, value, facts }] : [];
}

/** Length as people count it: a character outside the basic plane counts once. */
export function lengthOf(text: string): number {
  return [...text].length;
}
