import { businessTermOf } from '../domain/business-term.js';
import { type Finding, finding, type Severity, shownValue } from '../domain/finding.js';
import { fillIn } from '../domain/finding-rules.js';
import { ibanMasked } from '../domain/identifiers.js';
import type { Invoice } from '../domain/invoice.js';
import type { PlacedInvoice } from '../domain/reading.js';
import type { FlowKind, Rule, RuleContext, Violation } from '../domain/rule.js';
import type { Syntax } from '../domain/syntax.js';
import { dottedTag } from '../domain/tag.js';
import { asError, Fault } from '../errors.js';

/** Findings of one rule that were counted, not kept. */
export interface Suppressed {
  readonly rule: string;
  readonly count: number;
}

export interface RuleRun {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
}

/** The severity of a rule in a kind of flow; `off` where it is not enforced. */
export function severityIn(rule: Rule, kind: FlowKind): Severity | 'off' {
  return typeof rule.severity === 'string' ? rule.severity : (rule.severity[kind] ?? rule.severity.default);
}

/**
 * Puts the invoices of one entry to the rules, invoice by invoice, in the order of the rules. A rule that another
 * one overrides is silent about every invoice to which that other one applies.
 *
 * At most `options.findingsPerRuleMax` findings are kept for a rule and entry; the rest is counted in `suppressed`.
 * The first fatal finding of an invoice is kept whatever the count: an invoice is never taken for a good one, nor
 * refused without a reason, because others before it had the same fault.
 * @throws Fault INTERNAL, with the rule and the invoice in its details, when a rule throws.
 */
export function runRules(
  subjects: readonly PlacedInvoice[],
  rules: readonly Rule[],
  context: RuleContext,
): RuleRun {
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  for (const subject of subjects) {
    const { active, overriding } = planOf(rules, context.kind, subject.invoice.syntax);
    const silent = overriddenFor(subject, overriding, context);
    let refused = false;
    for (const { rule, severity } of active) {
      if (silent?.has(rule.id) === true) continue;
      const violations = violationsOf(rule, subject, context);
      if (violations.length === 0) continue;
      for (const violation of violations) {
        const count = (counts.get(rule.id) ?? 0) + 1;
        counts.set(rule.id, count);
        const kept = count <= context.options.findingsPerRuleMax || (severity === 'fatal' && !refused);
        if (kept) findings.push(toFinding(rule, severity, violation, subject));
        if (severity === 'fatal') refused = true;
      }
    }
  }
  return { findings, suppressed: suppressedOf(findings, counts) };
}

interface Graded {
  readonly rule: Rule;
  readonly severity: Severity;
}

/** The rules of a list that are not off in a kind of flow and speak of a syntax, and those that override others. */
interface Plan {
  readonly active: readonly Graded[];
  readonly overriding: readonly Rule[];
}

/** The same lists come with every document. */
const plans = new WeakMap<readonly Rule[], Map<string, Plan>>();

function planOf(rules: readonly Rule[], kind: FlowKind, syntax: Syntax): Plan {
  let known = plans.get(rules);
  if (known === undefined) {
    known = new Map();
    plans.set(rules, known);
  }
  const key = `${kind} ${syntax}`;
  let plan = known.get(key);
  if (plan === undefined) {
    plan = planned(rules, kind, syntax);
    known.set(key, plan);
  }
  return plan;
}

function planned(rules: readonly Rule[], kind: FlowKind, syntax: Syntax): Plan {
  const active = rules.flatMap((rule) => {
    if (rule.syntaxes !== null && !rule.syntaxes.includes(syntax)) return [];
    const severity = severityIn(rule, kind);
    return severity === 'off' ? [] : [{ rule, severity }];
  });
  const overriding = active.map(({ rule }) => rule).filter((rule) => rule.overrides !== undefined);
  return { active, overriding };
}

const noViolations: readonly Violation[] = [];

/** Ids of the rules that specific ones stand in for, for one invoice; null when there are none. */
function overriddenFor(
  subject: PlacedInvoice,
  overriding: readonly Rule[],
  context: RuleContext,
): ReadonlySet<string> | null {
  let ids: Set<string> | null = null;
  for (const rule of overriding) {
    try {
      if (!rule.applies(subject, context)) continue;
    } catch (thrown) {
      throw mistake(rule, subject, thrown);
    }
    ids ??= new Set();
    for (const id of rule.overrides ?? []) ids.add(id);
  }
  return ids;
}

/** @throws Fault INTERNAL when the rule throws. */
function violationsOf(rule: Rule, subject: PlacedInvoice, context: RuleContext): readonly Violation[] {
  try {
    return rule.applies(subject, context) ? rule.check(subject, context) : noViolations;
  } catch (thrown) {
    throw mistake(rule, subject, thrown);
  }
}

/** A rule that throws is a mistake of ours. */
function mistake(rule: Rule, subject: PlacedInvoice, thrown: unknown): Fault {
  return new Fault(
    'INTERNAL',
    `rule ${rule.id} failed: ${asError(thrown).message}`,
    { rule: rule.id, invoice: subject.invoice.number, invoiceIndex: subject.index },
    thrown,
  );
}

const accountTerm = /^payment\.(accounts\[\d+\]\.id|debitedAccount|cardNumber)$/;

function toFinding(
  rule: Rule,
  severity: Severity,
  violation: Violation,
  { invoice, index, place }: PlacedInvoice,
): Finding {
  const at = violation.term === null ? null : place(violation.term);
  const raw = violation.value ?? null;
  const secret = violation.term !== null && accountTerm.test(violation.term);
  const value = raw === null ? null : shownValue(secret ? ibanMasked(raw) : raw);
  const tag = at === null ? null : dottedTag(at.path);
  const field = violation.facts?.field;
  const facts = {
    ...violation.facts,
    // A sentence may begin with the name of a term.
    ...(field === undefined ? {} : { Field: field.charAt(0).toUpperCase() + field.slice(1) }),
    value: value ?? '',
    path: at?.path ?? violation.term ?? '',
  };
  return finding({
    rule: rule.id,
    severity,
    layer: rule.layer,
    message: fillIn(rule.message, facts, tag).trimEnd(),
    fix: fillIn(rule.fix, facts, tag),
    path: at?.path ?? null,
    line: at?.line ?? null,
    term: termOf(rule, violation, invoice),
    value,
    invoice: invoice.number === null ? null : shownValue(invoice.number),
    invoiceIndex: index,
  });
}

/** Elements that are no term of the model are filed under the first term that the rule is about. */
function termOf({ terms }: Rule, { term }: Violation, invoice: Invoice): string | null {
  if (term === null) return null;
  return businessTermOf(term, invoice) ?? (term.startsWith('occurrences[') ? (terms[0] ?? null) : null);
}

function suppressedOf(findings: readonly Finding[], counts: ReadonlyMap<string, number>): Suppressed[] {
  const kept = new Map<string, number>();
  for (const { rule } of findings) kept.set(rule, (kept.get(rule) ?? 0) + 1);
  return [...counts].flatMap(([rule, count]) => {
    const more = count - (kept.get(rule) ?? 0);
    return more > 0 ? [{ rule, count: more }] : [];
  });
}
