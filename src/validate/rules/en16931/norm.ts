import type { Rule, Violation } from '../../../domain/rule.js';
import { frenchTextOf } from '../../texts/index.js';
import { type Facts, factsOf } from './facts.js';

type Written = Pick<Rule, 'id'> &
  Partial<Pick<Rule, 'severity' | 'syntaxes'>> & {
    readonly check: (facts: Facts) => readonly Violation[];
  };

/** The syntaxes that the norm is bound to. */
const bound = ['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx'] as const;
/** For rules that one of the bindings does not check, or grades otherwise. */
export const onlyCii = ['cii', 'facturx'] as const;
export const onlyUbl = ['ubl-invoice', 'ubl-creditnote'] as const;

const always = () => true;
export const none: readonly Violation[] = [];

/**
 * A rule of EN 16931-1, chapter 6.4 (business rules), under its own number, with the sentences of the catalogue of
 * texts. What was found is told after them, as the fact `found`.
 * @throws RangeError for an id without a text: a mistake of ours.
 */
export function norm({ id, check, ...more }: Written): Rule {
  const text = frenchTextOf(id);
  if (text === null) throw new RangeError(`no French text for ${id}`);
  const tellsValue = text.message.includes('{value}');
  const told = (violation: Violation): Violation => {
    const { value = null, facts } = violation;
    const found = tellsValue || value === null || value === '' ? '' : `Valeur trouvée : « ${value} ».`;
    return facts?.found === undefined ? { ...violation, facts: { ...facts, found } } : violation;
  };
  return {
    id,
    set: 'en16931',
    layer: 'en16931',
    severity: 'fatal',
    source: `EN 16931-1, ${id}`,
    confidence: 'confirmed',
    syntaxes: bound,
    terms: text.terms,
    applies: always,
    message: `${text.message} {found}`,
    fix: text.fix,
    ...more,
    check: (subject) => {
      const violations = check(factsOf(subject));
      return violations.length === 0 ? none : violations.map(told);
    },
  };
}

/** `found` is a sentence about what was found; without it, the value is told. */
export function violation(term: string, value: string | null = null, found?: string): Violation {
  return found === undefined ? { term, value } : { term, value, facts: { found } };
}

export function when(violated: boolean, term: string, value: string | null = null, found?: string) {
  return violated ? [violation(term, value, found)] : none;
}

export const isBlank = (text: string | null): boolean => text === null || text === '';

/** A violation for each element that is refused. */
export function each<T>(all: readonly T[], refuse: (one: T, index: number) => Violation | null) {
  let found: Violation[] | null = null;
  for (let i = 0; i < all.length; i++) {
    const refused = refuse(all[i] as T, i);
    if (refused === null) continue;
    found ??= [];
    found.push(refused);
  }
  return found ?? none;
}

/** Violations of a term that is there more often than the norm allows: which one counts cannot be told. */
export function repetitions(facts: Facts, term: string): readonly Violation[] {
  const { repeated } = facts.occurrences;
  if (repeated.length === 0) return none;
  return repeated.filter((one) => one.term === term).map(({ at }) => severalTimes(at, term));
}

export function severalTimes(at: string, term: string): Violation {
  return violation(at, null, `Le terme ${term} figure plusieurs fois : aucune valeur ne peut être retenue.`);
}
