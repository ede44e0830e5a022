import { findingRules } from '../domain/finding-rules.js';
import type { Confidence, Rule } from '../domain/rule.js';
import type { FamilyName } from './family-names.js';
import { amountRules } from './rules/amounts.js';
import { attachmentRules } from './rules/attachments.js';
import { cadreRules } from './rules/cadre.js';
import { cproRules } from './rules/cpro/index.js';
import { dateRules } from './rules/dates.js';
import { en16931Rules } from './rules/en16931/index.js';
import { minimumRules } from './rules/minima.js';
import { numberRules } from './rules/number.js';
import { partyRules } from './rules/parties.js';
import { paymentRules } from './rules/payment.js';
import { pesRules } from './rules/pes/index.js';
import { referenceRules } from './rules/references.js';
import { totalRules } from './rules/totals.js';
import { typeRules } from './rules/types.js';
import { vatRules } from './rules/vat.js';
import { type FamilyVersion, familyAt } from './versions.js';

export interface RuleSet {
  /** What reports and verdicts name; it changes whenever a rule is added, removed or judges differently. */
  readonly version: string;
  /** First day of deposit that this version is for, `YYYY-MM-DD`; absent: since ever. */
  readonly from?: string;
  readonly rules: readonly Rule[];
  /** The versions before it, oldest first: deposits of their days, and replays `--as-of` them, are judged by them. */
  readonly past?: readonly FamilyVersion[];
  /** Rules of past versions that were taken out, or judged otherwise; each says `until` which version. */
  readonly archive?: readonly Rule[];
}

/** The rule sets on the Invoice model, in the order in which they are applied. */
export const ruleSets = {
  chorus: {
    version: 'chorus-2',
    rules: [
      ...numberRules,
      ...typeRules,
      ...cadreRules,
      ...dateRules,
      ...partyRules,
      ...referenceRules,
      ...amountRules,
      ...totalRules,
      ...vatRules,
      ...paymentRules,
      ...attachmentRules,
      ...minimumRules,
    ],
  },
  en16931: { version: 'ecluse-en16931-1', rules: en16931Rules },
  // Applied only where the settings or the caller ask for it by name.
  'br-fr-cpro': { version: 'ecluse-br-fr-cpro-1', rules: cproRules },
  // Applied to PES Facture wherever the Chorus rules are.
  pes: { version: 'ecluse-pes-1', rules: pesRules },
} as const satisfies Readonly<Record<FamilyName, RuleSet>>;

export type RuleSetName = keyof typeof ruleSets;

export function rulesFor(set: RuleSetName): readonly Rule[] {
  return ruleSets[set].rules;
}

/** Step 8 of DOMAIN 3.1: controls of attachments that refuse the entire flow, although they sit in an invoice. */
const flowLevel: ReadonlySet<string> = new Set(['IRR_TAILLE_PJ', 'IRR_NOM_PJ', 'IRR_VID_PJ', 'IRR_EXT_DOC']);

/** Whether a rule on the Invoice model concerns the entire flow (steps 1 to 8 of DOMAIN 3.1). */
export function isFlowLevelRule(id: string): boolean {
  return flowLevel.has(id);
}

/** A rule as people and scripts read it (`ecluse rules`, docs/rules.md). */
export interface CatalogueRow {
  readonly id: string;
  /** Name of a rule set, or the layer for rules about something else than the content of an invoice. */
  readonly set: string;
  readonly layer: string;
  /** `fatal`, `warning`, or one per kind of flow: `fatal (E2 warning, E5 warning)`. */
  readonly severity: string;
  readonly source: string;
  readonly confidence: Confidence;
  /** Null: every syntax. */
  readonly syntaxes: readonly string[] | null;
  readonly terms: readonly string[];
  readonly message: string;
  readonly fix: string;
}

function severityText(severity: Rule['severity']): string {
  if (typeof severity === 'string') return severity;
  const { default: general, ...kinds } = severity;
  const special = Object.entries(kinds).map(([kind, one]) => `${kind} ${one}`);
  return special.length === 0 ? general : `${general} (${special.join(', ')})`;
}

/**
 * Every rule there is: those about envelopes, schemas, directory and work first, then the rule sets.
 * @param day day of deposit, for the versions of that day; absent: the newest
 */
export function catalogue(day?: string): readonly CatalogueRow[] {
  const others = Object.entries(findingRules).map(
    ([id, rule]): CatalogueRow => ({
      id,
      set: rule.layer,
      layer: rule.layer,
      severity: rule.severity,
      source: rule.source,
      confidence: rule.confidence,
      syntaxes: null,
      terms: [],
      message: rule.message,
      fix: rule.fix,
    }),
  );
  const families: readonly RuleSet[] = Object.values(ruleSets);
  const onInvoices = families.flatMap((family) =>
    (day === undefined ? family : familyAt(family, day)).rules.map(
      ({ applies: _applies, check: _check, ...rule }): CatalogueRow => ({
        ...rule,
        severity: severityText(rule.severity),
      }),
    ),
  );
  return [...others, ...onInvoices.reduce(withRow, [])];
}

/** Adds a row; a rule that is graded otherwise in another syntax is one row with both. */
function withRow(rows: readonly CatalogueRow[], row: CatalogueRow): readonly CatalogueRow[] {
  const before = rows.at(-1);
  if (before?.id !== row.id) return [...rows, row];
  const graded = [before, row].map(
    ({ severity, syntaxes }) => `${severity} in ${(syntaxes ?? ['others']).join(', ')}`,
  );
  const syntaxes = [...(before.syntaxes ?? []), ...(row.syntaxes ?? [])];
  return [...rows.slice(0, -1), { ...before, severity: graded.join('; '), syntaxes }];
}
