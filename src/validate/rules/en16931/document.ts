import type { Invoice } from '../../../domain/invoice.js';
import type { Rule } from '../../../domain/rule.js';
import type { Facts } from './facts.js';
import { each, isBlank, norm, repetitions, violation, when } from './norm.js';

/** A term that every invoice has. `bt` is named where it may be there several times. */
function required(id: string, bt: string, term: string, pick: (invoice: Invoice) => string | null): Rule {
  return norm({
    id,
    check: (facts) => (isBlank(pick(facts.invoice)) ? [violation(term)] : repetitions(facts, bt)),
  });
}

/** BT-7 excludes BT-8, which UBL writes into the period. */
function bothVatDates({ ubl, invoice, occurrences }: Facts): boolean {
  if (invoice.taxPointDate === null) return false;
  if (!ubl) return invoice.taxPointDateCode !== null;
  return occurrences.periods.some(({ level, code }) => level === 'document' && code !== null);
}

/** Whether BT-111 is missing, or of no use: CII refuses a BT-6 that is the currency of the invoice. */
function lacksAccountingTotal({ ubl, occurrences }: Facts): boolean {
  const { tax: taxCurrency, invoice: currency } = occurrences.currencies;
  if (taxCurrency === null || (!ubl && !occurrences.hasTotals)) return false;
  const told = occurrences.taxTotals.some((total) => total.currency === taxCurrency);
  return !told || (!ubl && taxCurrency === currency);
}

/** General terms, dates, references and periods. */
export const documentRules: readonly Rule[] = [
  required('BR-01', 'BT-24', 'specification', ({ specification }) => specification),
  required('BR-02', 'BT-1', 'number', ({ number }) => number),
  norm({
    id: 'BR-03',
    check: ({ ubl, invoice, unusualDates }) => {
      const unread = !ubl && unusualDates.has('issueDate');
      const found = unread && invoice.issueDate !== null ? 'Elle doit être au format 102 (AAAAMMJJ).' : '';
      return when(isBlank(invoice.issueDate) || unread, 'issueDate', invoice.issueDate, found);
    },
  }),
  required('BR-04', 'BT-3', 'typeCode', ({ typeCode }) => typeCode),
  required('BR-05', 'BT-5', 'currency', ({ currency }) => currency),
  norm({ id: 'BR-16', check: ({ invoice }) => when(invoice.lines.length === 0, 'lines') }),
  norm({
    id: 'BR-52',
    check: ({ occurrences }) =>
      each(occurrences.documents, ({ at, text }) => (isBlank(text) ? violation(at) : null)),
  }),
  norm({
    id: 'BR-53',
    check: (facts) =>
      when(
        lacksAccountingTotal(facts),
        'totals.taxInAccountingCurrency',
        null,
        `Devise de BT-6 : « ${facts.invoice.taxCurrency ?? '(vide)'} ».`,
      ),
  }),
  norm({
    id: 'BR-55',
    check: ({ ubl, occurrences }) =>
      each(occurrences.precedingInvoices, ({ at, text }) =>
        (ubl ? text === null : isBlank(text)) ? violation(at) : null,
      ),
  }),
  norm({
    id: 'BR-CO-03',
    check: (facts) =>
      when(
        bothVatDates(facts) && (facts.ubl || facts.breakdowns.length > 0),
        'taxPointDate',
        facts.invoice.taxPointDate,
      ),
  }),
  ...(['document', 'line'] as const).flatMap((level) => [
    norm({
      id: level === 'document' ? 'BR-29' : 'BR-30',
      check: ({ ubl, occurrences, unusualDates }) =>
        each(occurrences.periods, ({ at, level: own, start, end }) => {
          if (own !== level || start === null || end === null) return null;
          const comparable = ubl || !(unusualDates.has(`${at}.start`) || unusualDates.has(`${at}.end`));
          return comparable && end >= start ? null : violation(at, null, `Période : du ${start} au ${end}.`);
        }),
    }),
    norm({
      id: level === 'document' ? 'BR-CO-19' : 'BR-CO-20',
      check: ({ ubl, occurrences }) =>
        each(occurrences.periods, ({ at, level: own, start, end, code }) => {
          if (own !== level || start !== null || end !== null) return null;
          return ubl && level === 'document' && code !== null ? null : violation(at);
        }),
    }),
  ]),
  norm({
    id: 'BR-54',
    check: ({ occurrences }) =>
      each(occurrences.attributes, ({ at, name, value }) =>
        name === null || value === null ? violation(at, name ?? value) : null,
      ),
  }),
];
