import type { Rule, Violation } from '../../domain/rule.js';
import { chorusRule, lengthOf, violatedWhen } from './define.js';

export const numberLengthMax = 20;

function tooLong(term: string, text: string | null): Violation[] {
  const length = lengthOf(text ?? '');
  if (text === null || length <= numberLengthMax) return [];
  return [
    {
      term,
      value: text,
      facts: { problem: `compte ${length} caractères, ${numberLengthMax} au plus sont acceptés` },
    },
  ];
}

function strangeCharacters(text: string | null): Violation[] {
  const strange = [...new Set(text?.match(/[^A-Za-z0-9 \-+_/]/gu) ?? [])];
  if (strange.length === 0) return [];
  const shown = strange
    .slice(0, 3)
    .map((char) => `« ${char} »`)
    .join(', ');
  return [
    {
      term: 'number',
      value: text,
      facts: {
        problem: `contient ${shown} : lettres sans accent, chiffres, espace et - + _ / sont acceptés`,
      },
    },
  ];
}

/** Numbers of the invoice and of the invoice it refers to. */
export const numberRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-NUM-ABSENT',
    severity: 'fatal',
    source: 'DOMAIN 10; CPPFacturePivot V2_02, Id',
    confidence: 'confirmed',
    terms: ['BT-1'],
    check: ({ invoice }) => violatedWhen(invoice.number === null, 'number'),
    message: "Le numéro de la facture (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: `Indiquez le numéro de la facture, de ${numberLengthMax} caractères au plus, tel qu'il figure sur la facture lisible.`,
  }),
  chorusRule({
    id: 'G1.05',
    severity: 'fatal',
    source: 'DOMAIN 2.3 and 3.5, G1.05; CPPFacturePivot V2_02, Id and IdFactureOrigine',
    confidence: 'implementer',
    terms: ['BT-1', 'BT-25'],
    check: ({ invoice }) => [
      ...tooLong('number', invoice.number),
      ...strangeCharacters(invoice.number),
      ...tooLong('chorus.originalInvoice', invoice.chorus.originalInvoice),
    ],
    message: 'Le numéro de facture (balise : {balise}) « {value} » {problem}.',
    fix: `Attribuez un numéro de ${numberLengthMax} caractères au plus, fait de lettres sans accent, de chiffres, d'espaces et des signes - + _ /.`,
  }),
  chorusRule({
    id: 'ECL-NUM-SPACES',
    severity: 'warning',
    source: 'DOMAIN 3.6, Number shape',
    confidence: 'reform',
    terms: ['BT-1'],
    check: ({ invoice }) => violatedWhen(/^ | $| {2}/.test(invoice.number ?? ''), 'number', invoice.number),
    message:
      'Le numéro de facture (balise : {balise}) « {value} » contient un espace au début, à la fin ou plusieurs espaces de suite : il sera difficile à retrouver.',
    fix: 'Retirez les espaces superflus du numéro.',
  }),
];
