import type { Decimal } from '../../../domain/decimal.js';
import { formatDecimal } from '../../../domain/decimal.js';
import type { PesFacts } from '../../../domain/pes.js';
import type { Rule, Violation } from '../../../domain/rule.js';

type Written = Pick<
  Rule,
  'id' | 'severity' | 'source' | 'confidence' | 'terms' | 'message' | 'fix' | 'check'
> &
  Partial<Pick<Rule, 'applies' | 'overrides'>>;

/** A rule on PES Facture; DGFiP's schemas say nothing of sums, and no text of Chorus Pro on PES is public (PES 3, 8). */
export function pesRule(rule: Written): Rule {
  return { set: 'pes', layer: 'chorus', syntaxes: ['pes-facture'], applies: () => true, ...rule };
}

/** What the reader of PES gave beside the terms; nothing for an invoice that it did not read. */
export function factsOf({ pes }: { readonly pes?: PesFacts }): PesFacts {
  return pes ?? { kind: null, supplierIdKind: null, recipientIdKind: null, lines: [], vatDetails: 0 };
}

export const shown = (amount: Decimal) => formatDecimal(amount, 2);

/** One violation where two amounts differ by more than the leeway. */
export function apart(
  term: string,
  text: string | null,
  found: Decimal | null,
  expected: Decimal | null,
  leeway: Decimal | number,
): readonly Violation[] {
  if (found === null || expected === null) return [];
  const gap = found.minus(expected);
  if (gap.abs().lte(leeway)) return [];
  return [{ term, value: text, facts: { expected: shown(expected), gap: shown(gap) } }];
}
