import { businessTermOf } from '../domain/business-term.js';
import { type Finding, finding, type Severity, shownValue } from '../domain/finding.js';
import { fillIn } from '../domain/finding-rules.js';
import { ibanMasked } from '../domain/identifiers.js';
import type { Invoice } from '../domain/invoice.js';
import type { PlacedInvoice } from '../domain/reading.js';
import type { FlowKind, Rule, RuleContext, Violation } from '../domain/rule.js';
import { withTag } from '../domain/tag.js';
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
  const active = rules.flatMap((rule) => {
    const severity = severityIn(rule, context.kind);
    return severity === 'off' ? [] : [{ rule, severity }];
  });
  const overriding = active.filter(({ rule }) => rule.overrides !== undefined);
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  for (const subject of subjects) {
    const silent = overriddenFor(subject, overriding, context);
    let refused = false;
    for (const { rule, severity } of active) {
      if (silent.has(rule.id)) continue;
      for (const violation of violationsOf(rule, subject, context)) {
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

/** Ids of the rules that specific ones stand in for, for one invoice. */
function overriddenFor(
  subject: PlacedInvoice,
  overriding: readonly { readonly rule: Rule }[],
  context: RuleContext,
): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { rule } of overriding) {
    if (!asked(rule, subject, () => isAbout(rule, subject, context))) continue;
    for (const id of rule.overrides ?? []) ids.add(id);
  }
  return ids;
}

function isAbout(rule: Rule, subject: PlacedInvoice, context: RuleContext): boolean {
  if (rule.syntaxes !== null && !rule.syntaxes.includes(subject.invoice.syntax)) return false;
  return rule.applies(subject, context);
}

function violationsOf(rule: Rule, subject: PlacedInvoice, context: RuleContext): readonly Violation[] {
  return asked(rule, subject, () => (isAbout(rule, subject, context) ? rule.check(subject, context) : []));
}

/** @throws Fault INTERNAL when the rule throws: a mistake of ours. */
function asked<T>(rule: Rule, subject: PlacedInvoice, question: () => T): T {
  try {
    return question();
  } catch (thrown) {
    throw new Fault(
      'INTERNAL',
      `rule ${rule.id} failed: ${asError(thrown).message}`,
      { rule: rule.id, invoice: subject.invoice.number, invoiceIndex: subject.index },
      thrown,
    );
  }
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
  const tagged = (text: string) => withTag(text, at?.path ?? null);
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
    message: fillIn(tagged(rule.message), facts).trimEnd(),
    fix: fillIn(tagged(rule.fix), facts),
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
