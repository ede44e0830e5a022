import { type Finding, finding, hasFatal, type Severity, shownValue } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import type { XmlNode } from '../../xml/node.js';
import type { PackAssert, PackFailure, PackRun } from '../schematron/types.js';
import type { AskedSet, RegradeChoice } from './choice.js';
import type { SetRun } from './set-run.js';
import { type Grader, graderOf, severityOfFlag } from './severity.js';
import type { ShelvedProgram } from './shelf.js';
import { textAt } from './text-at.js';
import { packName } from './types.js';

/** What is told of a rule in the place of the pack's own text. */
export type RuleTextOf = (
  id: string,
) => { readonly message: string; readonly fix: string; readonly terms: readonly string[] } | null;

/** The document a pack is put to: one invoice. */
export interface PackSubject {
  readonly root: XmlNode;
  /** Its number, and its position in the entry; null when it could not be read. */
  readonly invoice: string | null;
  readonly invoiceIndex: number | null;
}

export interface PackContext {
  readonly asked: AskedSet;
  readonly regrades: readonly RegradeChoice[];
  /** Findings kept of one rule; the rest is counted. */
  readonly findingsPerRuleMax: number;
  readonly textOf: RuleTextOf;
}

/** Puts one document to a pack: its failures as findings, in the order of the pack. */
export function runPack(
  { pack, program }: ShelvedProgram,
  subject: PackSubject,
  context: PackContext,
): SetRun {
  const startedMs = performance.now();
  const grader = graderOf(context.asked, context.regrades);
  const run = program.run(subject.root, { failuresPerAssertMax: context.findingsPerRuleMax });
  const name = packName(pack);
  const { findings, kept } = told(run, program.meta.asserts, subject, context, grader);
  if (run.error !== null)
    findings.push(errorFinding(run.error, program.meta.asserts, subject, context, name));
  const suppressed = countedOnly(run, program.meta.asserts, kept, grader);
  const regraded = grader.regraded();
  return {
    findings,
    suppressed,
    verdict: {
      layer: 'en16931',
      verdict: hasFatal(findings) ? 'invalid' : 'valid',
      durationMs: performance.now() - startedMs,
      ruleSet: name,
      ...(regraded.length === 0 ? {} : { regraded }),
    },
  };
}

/** The failures that are told: of a rule at most so many, with the severity that counts. */
function told(
  run: PackRun,
  asserts: readonly PackAssert[],
  subject: PackSubject,
  { findingsPerRuleMax, textOf }: PackContext,
  grader: Grader,
): { readonly findings: Finding[]; readonly kept: ReadonlyMap<string, number> } {
  const findings: Finding[] = [];
  const kept = new Map<string, number>();
  for (const failure of run.failures) {
    const rule = asserts[failure.assert];
    if (rule === undefined) continue;
    const severity = grader.gradeOf(rule.id, severityOfFlag(rule.flag));
    if (severity === 'off') continue;
    const before = kept.get(rule.id) ?? 0;
    // The flags of one id may differ (BR-51); a fatal one is never left out for warnings before it.
    const first = () =>
      severity === 'fatal' && !findings.some((f) => f.rule === rule.id && f.severity === 'fatal');
    if (before >= findingsPerRuleMax && !first()) continue;
    kept.set(rule.id, before + 1);
    findings.push(toFinding(rule, severity, failure, subject, textOf));
  }
  return { findings, kept };
}

const ownFix =
  "Corrigez l'élément indiqué pour que cette règle soit respectée, puis renvoyez la facture ; son texte est celui de l'éditeur des règles.";

function toFinding(
  rule: PackAssert,
  severity: Severity,
  failure: PackFailure,
  { root, invoice, invoiceIndex }: PackSubject,
  textOf: RuleTextOf,
): Finding {
  const text = textOf(rule.id);
  const value = textAt(root, failure.path);
  return finding({
    rule: rule.id,
    severity,
    layer: 'en16931',
    message: text?.message ?? bareText(rule),
    fix: text?.fix ?? ownFix,
    path: failure.path,
    line: failure.line,
    term: text?.terms[0] ?? null,
    value: value === null || value.trim() === '' ? null : shownValue(value),
    invoice: invoice === null ? null : shownValue(invoice),
    invoiceIndex,
  });
}

/** The pack's own text without the id before it (`[BR-01]-An Invoice shall ...`). */
export function bareText({ id, text }: Pick<PackAssert, 'id' | 'text'>): string {
  const bare = text.startsWith(`[${id}]`) ? text.slice(id.length + 2).replace(/^[\s:–-]+/, '') : text;
  return bare === '' ? `La règle ${id} n'est pas respectée.` : bare;
}

/** How many findings of each rule are not told one by one; re-gradings are counted on the way. */
function countedOnly(
  run: PackRun,
  asserts: readonly PackAssert[],
  kept: ReadonlyMap<string, number>,
  grader: Grader,
) {
  const counts = new Map<string, number>();
  for (const [index, count] of run.counts) {
    const rule = asserts[index];
    if (rule === undefined) continue;
    const own = severityOfFlag(rule.flag);
    grader.note(rule.id, own, count);
    if (grader.gradeOf(rule.id, own) !== 'off') counts.set(rule.id, (counts.get(rule.id) ?? 0) + count);
  }
  return [...counts].flatMap(([rule, count]) => {
    const more = count - (kept.get(rule) ?? 0);
    return more > 0 ? [{ rule, count: more }] : [];
  });
}

/** A rule that cannot be computed: the official engine would stop, so the document is not taken for a good one. */
function errorFinding(
  error: NonNullable<PackRun['error']>,
  asserts: readonly PackAssert[],
  { root, invoice, invoiceIndex }: PackSubject,
  { asked }: PackContext,
  set: string,
): Finding {
  const rule = error.assert === null ? null : (asserts[error.assert]?.id ?? null);
  const value = textAt(root, error.path);
  return findingOf(
    'ECL-RULES-ERROR',
    { set, rule: rule ?? '(contexte)', problem: error.message },
    {
      severity: asked.mode === 'advisory' ? 'warning' : 'fatal',
      path: error.path,
      line: error.line,
      value: value === null || value.trim() === '' ? null : shownValue(value),
      invoice: invoice === null ? null : shownValue(invoice),
      invoiceIndex,
    },
  );
}
