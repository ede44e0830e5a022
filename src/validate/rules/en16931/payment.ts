import type { MeansOccurrence } from '../../../domain/occurrences.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import type { Facts } from './facts.js';
import { each, isBlank, norm, onlyCii, onlyUbl, violation } from './norm.js';

const cardDigitsMax = 10;

/** Transfers: credit transfer, SEPA credit transfer (UNTDID 4461). */
function isTransfer({ code }: MeansOccurrence): boolean {
  return code === '30' || code === '58';
}

const told = (code: string | null) => `Moyen de paiement : ${code}.`;

/** Numbers of cards are never told: no value, only the place. */
function longCards({ occurrences }: Facts): readonly Violation[] {
  return occurrences.means.flatMap(({ cards }) =>
    each(cards, ({ at, text }) => ((text ?? '').length > cardDigitsMax ? violation(at) : null)),
  );
}

export const paymentRules: readonly Rule[] = [
  norm({
    id: 'BR-49',
    check: ({ occurrences }) =>
      each(occurrences.means, ({ at, code }) => (code === null ? violation(at) : null)),
  }),
  norm({
    id: 'BR-50',
    check: ({ occurrences }) =>
      occurrences.means
        .filter(isTransfer)
        .flatMap(({ accounts }) => each(accounts, ({ at, text }) => (isBlank(text) ? violation(at) : null))),
  }),
  // A warning in the UBL binding, a refusal in the CII one.
  norm({ id: 'BR-51', severity: 'warning', syntaxes: onlyUbl, check: longCards }),
  norm({ id: 'BR-51', syntaxes: onlyCii, check: longCards }),
  norm({
    id: 'BR-61',
    check: ({ ubl, occurrences }) =>
      occurrences.means.filter(isTransfer).flatMap(({ at, code, accounts }) => {
        if (!ubl)
          return each(accounts, (account) =>
            account.text === null ? violation(account.at, null, told(code)) : null,
          );
        return accounts.some(({ text }) => text !== null) ? [] : [violation(at, null, told(code))];
      }),
  }),
];
