import type { AllowanceOccurrence } from '../../../domain/occurrences.js';
import type { Rule } from '../../../domain/rule.js';
import { allowanceReasons, chargeReasons } from './code-lists.js';
import { isVatCategory } from './facts.js';
import { each, norm, violation } from './norm.js';

type Level = 'document' | 'line';

function onAllowances(
  id: string,
  level: Level,
  charge: boolean,
  field: string,
  refuse: (one: AllowanceOccurrence) => boolean,
): Rule {
  return norm({
    id,
    check: (facts) =>
      each(facts.occurrences.allowances, (one) =>
        one.level === level && one.charge === charge && refuse(one)
          ? violation(`${one.at}.${field}`, null, one.amount === null ? '' : `Montant : ${one.amount}.`)
          : null,
      ),
  });
}

const unexplained = ({ reason, reasonCode }: AllowanceOccurrence) => reason === null && reasonCode === null;

/**
 * That text and code of a reason say the same is for people to judge, and no binding checks it. What a machine can
 * tell is a text that is itself another code of the same list; it is told as a warning.
 */
function agreement(id: string, level: Level, charge: boolean): Rule {
  const codes = charge ? chargeReasons : allowanceReasons;
  return norm({
    id,
    severity: 'warning',
    check: ({ occurrences }) =>
      each(occurrences.allowances, ({ at, level: own, charge: marked, reason, reasonCode }) =>
        own === level &&
        marked === charge &&
        isCode(codes, reason) &&
        isCode(codes, reasonCode) &&
        reason !== reasonCode
          ? violation(`${at}.reason`, reason, `Motif « ${reason} », code « ${reasonCode} ».`)
          : null,
      ),
  });
}

function isCode(codes: ReadonlySet<string>, text: string | null): boolean {
  return text !== null && codes.has(text);
}

interface Ids {
  readonly level: Level;
  readonly charge: boolean;
  readonly amount: string;
  readonly category?: string;
  readonly reason: readonly string[];
  readonly agreement: string;
}

const families: readonly Ids[] = [
  {
    level: 'document',
    charge: false,
    amount: 'BR-31',
    category: 'BR-32',
    reason: ['BR-33', 'BR-CO-21'],
    agreement: 'BR-CO-05',
  },
  {
    level: 'document',
    charge: true,
    amount: 'BR-36',
    category: 'BR-37',
    reason: ['BR-38', 'BR-CO-22'],
    agreement: 'BR-CO-06',
  },
  { level: 'line', charge: false, amount: 'BR-41', reason: ['BR-42', 'BR-CO-23'], agreement: 'BR-CO-07' },
  { level: 'line', charge: true, amount: 'BR-43', reason: ['BR-44', 'BR-CO-24'], agreement: 'BR-CO-08' },
];

/** Allowances and charges of the document (BG-20, BG-21) and of lines (BG-27, BG-28). */
export const allowanceRules: readonly Rule[] = families.flatMap(
  ({ level, charge, amount, category, reason, agreement: agreed }) => [
    onAllowances(amount, level, charge, 'amount', (one) => one.amount === null),
    ...(category === undefined
      ? []
      : [onAllowances(category, level, charge, 'vatCategory', ({ taxes }) => !taxes.some(isVatCategory))]),
    ...reason.map((id) => onAllowances(id, level, charge, 'reason', unexplained)),
    agreement(agreed, level, charge),
  ],
);
