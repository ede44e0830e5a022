import type { Severity } from '../../domain/finding.js';
import type { FlowKind } from '../../domain/rule.js';

/** `off`: not applied. `advisory`: every finding is a warning. `enforced`: as the rules say. */
export type Mode = 'off' | 'advisory' | 'enforced';

/** Narrows a setting to some interfaces (codes, or kinds such as `E1`) and partners; absent: all. */
export interface Scope {
  readonly interfaces?: readonly string[] | undefined;
  readonly partners?: readonly string[] | undefined;
}

export interface SetChoice extends Scope {
  readonly set: string;
  readonly mode: Mode;
  /** Pins a version of a pack; absent: the one valid on the day of the deposit. */
  readonly version?: string | undefined;
}

export interface RegradeChoice extends Scope {
  /** Id of a rule, as findings tell it. */
  readonly rule: string;
  readonly severity: Severity | 'off';
  /** Why; told wherever the rule would have spoken. */
  readonly reason: string;
  /** Only in this set; absent: in every set that has the rule. */
  readonly set?: string | undefined;
}

/** `rules.sets` and `rules.regrade` of the settings. */
export interface RuleChoices {
  readonly sets: readonly SetChoice[];
  readonly regrade: readonly RegradeChoice[];
}

/** What a document came in by. */
export interface Situation {
  readonly kind: FlowKind;
  readonly interfaceCode: string | null;
  readonly partner: string | null;
}

/** A rule set to apply. */
export interface AskedSet {
  readonly set: string;
  readonly mode: Exclude<Mode, 'off'>;
  readonly version: string | null;
  /** False for one that stands in our defaults only: passed over where nothing of it is there. */
  readonly required: boolean;
}

/**
 * What applies without any setting (ARCHITECTURE 5): Chorus rules everywhere; EN 16931 as advice on E1, and not on
 * E2 and E3, whose official samples are arithmetically loose.
 */
export const defaultChoices: readonly SetChoice[] = [
  { set: 'en16931', mode: 'off' },
  { set: 'en16931', mode: 'advisory', interfaces: ['E1'] },
  { set: 'chorus', mode: 'enforced' },
];

/** The sets to apply to a document, `off` left out; of the entries of a set that match, the last one counts. */
export function setsFor(choices: readonly SetChoice[], situation: Situation): readonly AskedSet[] {
  const chosen = new Map<string, { choice: SetChoice; own: boolean }>();
  for (const choice of defaultChoices) {
    if (matches(choice, situation)) chosen.set(choice.set, { choice, own: true });
  }
  for (const choice of choices) {
    if (matches(choice, situation)) chosen.set(choice.set, { choice, own: false });
  }
  return [...chosen.values()].flatMap(({ choice: { set, mode, version }, own }) =>
    mode === 'off' ? [] : [{ set, mode, version: version ?? null, required: !own }],
  );
}

/** The re-gradings that concern a document: of one rule (and set) the last one that matches. */
export function regradesFor(
  choices: readonly RegradeChoice[],
  situation: Situation,
): readonly RegradeChoice[] {
  const chosen = new Map<string, RegradeChoice>();
  for (const choice of choices) {
    if (!matches(choice, situation)) continue;
    const key = JSON.stringify([choice.rule, choice.set ?? null]);
    chosen.delete(key);
    chosen.set(key, choice);
  }
  return [...chosen.values()];
}

/** The re-grading of a rule within a set; one that names the set wins over one that does not. */
export function regradeOf(
  regrades: readonly RegradeChoice[],
  rule: string,
  set: string,
): RegradeChoice | null {
  let found: RegradeChoice | null = null;
  for (const one of regrades) {
    if (one.rule !== rule || (one.set !== undefined && one.set !== set)) continue;
    if (found === null || found.set === undefined || one.set !== undefined) found = one;
  }
  return found;
}

function matches({ interfaces, partners }: Scope, { kind, interfaceCode, partner }: Situation): boolean {
  const byInterface =
    interfaces === undefined || interfaces.some((one) => one === interfaceCode || one === kind);
  const byPartner = partners === undefined || (partner !== null && partners.includes(partner));
  return byInterface && byPartner;
}

interface Dated {
  readonly version: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/**
 * The version of the day among those installed: valid on it, the latest to become so, and of two that became so on
 * the same day the higher one; the pinned one, whatever its dates; null when there is none.
 */
export function versionFor<T extends Dated>(
  packs: readonly T[],
  day: string,
  pinned: string | null,
): T | null {
  if (pinned !== null) return packs.find(({ version }) => version === pinned) ?? null;
  const valid = packs.filter(
    ({ validFrom, validTo }) => (validFrom ?? '') <= day && (validTo === null || day <= validTo),
  );
  return valid.sort(newestFirst)[0] ?? null;
}

function newestFirst(a: Dated, b: Dated): number {
  const from = (b.validFrom ?? '').localeCompare(a.validFrom ?? '');
  return from !== 0 ? from : compareVersions(b.version, a.version);
}

/** Orders versions by their numbers, part by part: `1.3.9` before `1.3.16`. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
