import { hasFatal, type Severity } from '../../domain/finding.js';
import type { PlacedInvoice } from '../../domain/reading.js';
import type { Rule, RuleContext } from '../../domain/rule.js';
import { runRules, severityIn } from '../rule-engine.js';
import type { RuleSet } from '../rule-sets.js';
import type { AskedSet, RegradeChoice } from './choice.js';
import type { SetRun } from './set-run.js';
import { type Grader, graderOf } from './severity.js';

/**
 * Puts the invoices of an entry to a set on the Invoice model, with the severities of the settings.
 * @throws Fault INTERNAL when a rule throws.
 */
export function runFamily(
  family: RuleSet,
  invoices: readonly PlacedInvoice[],
  context: RuleContext,
  asked: AskedSet,
  regrades: readonly RegradeChoice[],
): SetRun {
  const startedMs = performance.now();
  const grader = graderOf(asked, regrades);
  const { rules, own } =
    regrades.length === 0 ? planOf(family, context, asked) : planned(family, context, grader);
  const ownOf = (id: string) => own.get(id) ?? 'off';
  const isOff = (id: string) => regrades.length > 0 && grader.gradeOf(id, ownOf(id)) === 'off';
  const run = runRules(invoices, rules, context);
  const findings = run.findings.filter(({ rule }) => !isOff(rule));
  if (regrades.length > 0) {
    for (const { rule } of run.findings) grader.note(rule, ownOf(rule), 1);
    for (const { rule, count } of run.suppressed) grader.note(rule, ownOf(rule), count);
  }
  const regraded = grader.regraded();
  return {
    findings,
    suppressed: run.suppressed.filter(({ rule }) => !isOff(rule)),
    verdict: {
      layer: family.rules[0]?.layer ?? 'en16931',
      verdict: hasFatal(findings) ? 'invalid' : 'valid',
      durationMs: performance.now() - startedMs,
      ruleSet: family.version,
      ...(regraded.length === 0 ? {} : { regraded }),
    },
  };
}

/** The rules of a family with the severities that count, and those that they say themselves. */
interface Plan {
  readonly rules: readonly Rule[];
  readonly own: ReadonlyMap<string, Severity | 'off'>;
}

/** Plans without re-gradings, kept: nearly every document of a kind has the same one. */
const plans = new WeakMap<RuleSet, Map<string, Plan>>();

function planOf(family: RuleSet, context: RuleContext, asked: AskedSet): Plan {
  const key = `${asked.mode} ${context.kind}`;
  const known = plans.get(family) ?? new Map<string, Plan>();
  plans.set(family, known);
  const plan = known.get(key) ?? planned(family, context, graderOf(asked, []));
  known.set(key, plan);
  return plan;
}

function planned(family: RuleSet, context: RuleContext, grader: Grader): Plan {
  return {
    rules: family.rules.map((rule) => graded(rule, context, grader)),
    own: new Map(family.rules.map((rule) => [rule.id, severityIn(rule, context.kind)])),
  };
}

/** A rule switched off by the settings is applied all the same: what it would have said is counted, not told. */
function graded(rule: Rule, context: RuleContext, grader: Grader): Rule {
  const own = severityIn(rule, context.kind);
  const severity = grader.gradeOf(rule.id, own);
  return severity === own || severity === 'off' ? rule : { ...rule, severity };
}
