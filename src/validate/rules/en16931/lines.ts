import type { Line } from '../../../domain/invoice.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import { compare, exactOf, zero } from './exact.js';
import { type Facts, isVatCategory } from './facts.js';
import { each, isBlank, norm, repetitions, violation } from './norm.js';
import { withoutScheme } from './parties.js';

/** A violation at a term of a line; tells which line. */
function atLine(facts: Facts, index: number, field: string, value: string | null = null): Violation {
  const name = facts.invoice.lines[index]?.id ?? null;
  const line = name === null ? `Ligne de rang ${index + 1}` : `Ligne « ${name} »`;
  const what = value === null || value === '' ? '' : ` ; valeur : « ${value} »`;
  return violation(`lines[${index}].${field}`, value, `${line}${what}.`);
}

/** A rule on each line, and on terms of lines that are there several times. */
function onLines(id: string, field: string, refuse: (line: Line) => boolean, bt?: string): Rule {
  return norm({
    id,
    check: (facts) => {
      const found = each(facts.invoice.lines, (line, i) => (refuse(line) ? atLine(facts, i, field) : null));
      return bt === undefined || facts.occurrences.repeated.length === 0
        ? found
        : [...found, ...repetitions(facts, bt)];
    },
  });
}

/** False for an amount that is missing or no number too. */
function isPositive(text: string | null): boolean {
  const amount = exactOf(text);
  return amount !== null && compare(amount, zero) >= 0;
}

export const lineRules: readonly Rule[] = [
  onLines('BR-21', 'id', ({ id }) => isBlank(id), 'BT-126'),
  onLines('BR-22', 'quantity', ({ quantity }) => quantity === null),
  norm({
    id: 'BR-23',
    check: (facts) =>
      each(facts.occurrences.lines, ({ unit }, i) => (unit === null ? atLine(facts, i, 'unit') : null)),
  }),
  onLines('BR-24', 'netAmount', ({ netAmount }) => netAmount === null, 'BT-131'),
  onLines('BR-25', 'name', ({ name }) => isBlank(name), 'BT-153'),
  onLines('BR-26', 'netPrice', ({ netPrice }) => netPrice === null),
  norm({
    id: 'BR-27',
    check: (facts) =>
      each(facts.invoice.lines, ({ netPrice }, i) =>
        isPositive(netPrice) ? null : atLine(facts, i, 'netPrice', netPrice),
      ),
  }),
  norm({
    id: 'BR-28',
    check: (facts) =>
      each(facts.invoice.lines, ({ grossPrice }, i) =>
        grossPrice === null || isPositive(grossPrice) ? null : atLine(facts, i, 'grossPrice', grossPrice),
      ),
  }),
  norm({
    id: 'BR-64',
    check: (facts) => {
      const { ubl, occurrences } = facts;
      const found = each(occurrences.schemes, (one) =>
        one.of === 'item' && (ubl ? one.scheme === null : isBlank(one.scheme)) ? withoutScheme(one) : null,
      );
      return occurrences.repeated.length === 0 ? found : [...found, ...repetitions(facts, 'BT-157')];
    },
  }),
  norm({
    id: 'BR-65',
    check: ({ ubl, occurrences }) =>
      each(occurrences.schemes, (one) =>
        one.of === 'classification' && (ubl ? one.scheme === null : isBlank(one.scheme))
          ? withoutScheme(one)
          : null,
      ),
  }),
  norm({
    id: 'BR-CO-04',
    check: (facts) =>
      each(facts.occurrences.lines, ({ taxes }, i) =>
        taxes.some(isVatCategory) ? null : atLine(facts, i, 'vatCategory'),
      ),
  }),
];
