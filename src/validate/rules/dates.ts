import { isCalendarDay } from '../../domain/dates.js';
import type { Period } from '../../domain/invoice.js';
import type { Rule, Violation } from '../../domain/rule.js';
import { chorusRule, violatedWhen } from './define.js';
import { dateTerms } from './terms.js';

function reversed(period: Period | null, term: string): Violation[] {
  const { start, end } = period ?? { start: null, end: null };
  if (start === null || end === null || !isCalendarDay(start) || !isCalendarDay(end)) return [];
  return end < start ? [{ term: `${term}.end`, value: end, facts: { start } }] : [];
}

/** Dates: real days, and in an order that makes sense. */
export const dateRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-DATE-ABSENT',
    severity: 'fatal',
    source: 'DOMAIN 10; CPPFacturePivot V2_02, DateEmissionFacture',
    confidence: 'confirmed',
    terms: ['BT-2'],
    check: ({ invoice }) => violatedWhen(invoice.issueDate === null, 'issueDate'),
    message:
      "La date d'émission de la facture (balise : {balise}) est absente, alors qu'elle est obligatoire.",
    fix: "Indiquez la date d'émission : AAAA-MM-JJ en UBL et CPPFactureMixte, AAAAMMJJ en CII.",
  }),
  chorusRule({
    id: 'ECL-DATE-ISSUE',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Issue date',
    confidence: 'confirmed',
    terms: ['BT-2'],
    applies: ({ invoice }) => invoice.issueDate !== null,
    check: ({ invoice: { issueDate } }) =>
      violatedWhen(!isCalendarDay(issueDate ?? ''), 'issueDate', issueDate),
    message: "La date d'émission (balise : {balise}) « {value} » n'est pas un jour du calendrier.",
    fix: 'Indiquez un jour qui existe : AAAA-MM-JJ en UBL et CPPFactureMixte, AAAAMMJJ en CII.',
  }),
  chorusRule({
    id: 'ECL-DATE-DAY',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Issue date (form); CPPFacturePivot V2_02, DateLivraison',
    confidence: 'ours',
    terms: ['BT-7', 'BT-9', 'BT-26', 'BT-72', 'BT-73', 'BT-74', 'BT-134', 'BT-135'],
    check: ({ invoice }) =>
      dateTerms(invoice)
        .filter(({ text }) => !isCalendarDay(text))
        .map(({ path, text, field }) => ({ term: path, value: text, facts: { field } })),
    message: "{Field} (balise : {balise}) « {value} » n'est pas un jour du calendrier.",
    fix: 'Indiquez un jour qui existe (AAAA-MM-JJ en UBL et CPPFactureMixte, AAAAMMJJ en CII), ou retirez cette date.',
  }),
  chorusRule({
    id: 'ECL-DATE-FUTURE',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Issue date',
    confidence: 'confirmed',
    terms: ['BT-2'],
    applies: ({ invoice }) => isCalendarDay(invoice.issueDate ?? ''),
    check: ({ invoice: { issueDate } }, { today }) =>
      violatedWhen((issueDate ?? '') > today, 'issueDate', issueDate, { today }),
    message:
      "La date d'émission (balise : {balise}) « {value} » est postérieure au jour du dépôt, le {today}.",
    fix: "Corrigez la date d'émission, ou déposez la facture une fois ce jour venu.",
  }),
  chorusRule({
    id: 'ECL-DATE-YEAR',
    severity: 'warning',
    source: 'DOMAIN 3.6, Issue date',
    confidence: 'reform',
    terms: ['BT-2'],
    applies: ({ invoice }) => isCalendarDay(invoice.issueDate ?? ''),
    check: ({ invoice: { issueDate } }) =>
      violatedWhen(!/^20\d\d/.test(issueDate ?? ''), 'issueDate', issueDate),
    message: "La date d'émission (balise : {balise}) « {value} » a une année inattendue : de 2000 à 2099.",
    fix: "Vérifiez l'année de la date d'émission.",
  }),
  chorusRule({
    id: 'ECL-DATE-DUE',
    severity: 'warning',
    source: 'RULES 3.1, BR-FR-CO-07',
    confidence: 'reform',
    terms: ['BT-9', 'BT-2'],
    applies: ({ invoice }) => invoice.chorus.cadre !== 'A2',
    check: ({ invoice: { dueDate, issueDate } }) =>
      violatedWhen(
        isCalendarDay(dueDate ?? '') && isCalendarDay(issueDate ?? '') && (dueDate ?? '') < (issueDate ?? ''),
        'dueDate',
        dueDate,
        { issued: issueDate ?? '' },
      ),
    message: "La date d'échéance (balise : {balise}) « {value} » précède la date d'émission, le {issued}.",
    fix: "Vérifiez la date d'échéance et la date d'émission.",
  }),
  chorusRule({
    id: 'ECL-DATE-PERIOD',
    severity: 'warning',
    source: 'EN 16931-1, BG-14 and BG-26',
    confidence: 'ours',
    terms: ['BT-73', 'BT-74', 'BT-134', 'BT-135'],
    check: ({ invoice }) => [
      ...reversed(invoice.period, 'period'),
      ...invoice.lines.flatMap((line, i) => reversed(line.period, `lines[${i}].period`)),
    ],
    message: 'La fin de la période (balise : {balise}) « {value} » précède son début, le {start}.',
    fix: 'Vérifiez le début et la fin de la période de facturation.',
  }),
];
