import type { Rule } from '../domain/rule.js';
import type { RuleSet } from './rule-sets.js';

/** A version of one of our own families, and the days of deposit that it is for. */
export interface FamilyVersion {
  /** What reports and verdicts name, such as `chorus-2`. */
  readonly version: string;
  /** First day of deposit, `YYYY-MM-DD`; absent: since ever. */
  readonly from?: string;
}

/** The versions of a family, oldest first. */
export function versionsOf(family: RuleSet): readonly FamilyVersion[] {
  const { version, from, past = [] } = family;
  return [...past, { version, ...(from === undefined ? {} : { from }) }];
}

/** A family as it judges deposits of a day: its newest version that had begun, else its first. */
export function familyAt(family: RuleSet, day: string): RuleSet {
  if (family.past === undefined) return family;
  const versions = versionsOf(family);
  const begun = versions.filter(({ from }) => (from ?? '') <= day);
  const { version } = begun.at(-1) ?? versions[0] ?? family;
  return familyNamed(family, version) ?? family;
}

const kept = new WeakMap<RuleSet, Map<string, RuleSet>>();

/** One version of a family by its name, with its rules as they stood; null when there is none of that name. */
export function familyNamed(family: RuleSet, version: string): RuleSet | null {
  if (version === family.version) return family;
  const known = kept.get(family) ?? new Map<string, RuleSet>();
  kept.set(family, known);
  const past = known.get(version) ?? rebuilt(family, version);
  // The same object each time: plans are kept by it.
  if (past !== null) known.set(version, past);
  return past;
}

function rebuilt(family: RuleSet, version: string): RuleSet | null {
  const order = versionsOf(family).map((one) => one.version);
  const at = order.indexOf(version);
  if (at < 0) return null;
  const begun = ({ since }: Rule): boolean => since === undefined || order.indexOf(since) <= at;
  const lasts = ({ until }: Rule): boolean => until === undefined || at <= order.indexOf(until);
  const rules = [...family.rules, ...(family.archive ?? [])].filter((rule) => begun(rule) && lasts(rule));
  return { version, rules };
}

/**
 * Whether a family is told well: every version named by a rule is one of its own, an archived rule says when it ended,
 * and no version has two rules of one id that speak about the same syntax. Gives the mistakes; a test holds them empty.
 */
export function mistakesIn(family: RuleSet): readonly string[] {
  const order = versionsOf(family).map(({ version }) => version);
  const days = versionsOf(family).map(({ from }) => from ?? '');
  const unordered = days.some((day, i) => i > 0 && day <= (days[i - 1] ?? ''));
  const named = [...family.rules, ...(family.archive ?? [])].flatMap(({ id, since, until }) =>
    [since, until].flatMap((one) =>
      one === undefined || order.includes(one)
        ? []
        : [`${id} names the version ${one}, which is none of the family`],
    ),
  );
  const open = (family.archive ?? [])
    .filter(({ until }) => until === undefined || until === family.version)
    .map(({ id }) => `${id} stands in the archive and has not ended`);
  const twice = order.flatMap((version) =>
    twins(familyNamed(family, version)?.rules ?? []).map((id) => `${id} stands twice in ${version}`),
  );
  return [
    ...(unordered ? ['versions do not follow each other by their days'] : []),
    ...named,
    ...open,
    ...twice,
  ];
}

function twins(rules: readonly Rule[]): readonly string[] {
  return rules
    .filter((rule, i) => rules.slice(0, i).some((other) => other.id === rule.id && meet(other, rule)))
    .map(({ id }) => id);
}

function meet(a: Rule, b: Rule): boolean {
  if (a.syntaxes === null || b.syntaxes === null) return true;
  return a.syntaxes.some((one) => b.syntaxes?.includes(one) === true);
}
