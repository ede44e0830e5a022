import type { Rule } from '../../../domain/rule.js';
import { violatedWhen } from '../define.js';
import { cproRule } from './define.js';

const linesMax = 999_999;

interface Single {
  readonly number: string;
  /** Term or group of which one is allowed. */
  readonly term: string;
  readonly subject: string;
}

const singles: readonly Single[] = [
  { number: '25', term: 'BT-20', subject: 'Le texte des conditions de paiement' },
  { number: '26', term: 'BG-6', subject: 'Le contact du vendeur' },
  { number: '27', term: 'BG-9', subject: "Le contact de l'acheteur" },
];

const singleRules: readonly Rule[] = singles.map(({ number, term, subject }) =>
  cproRule(number, {
    terms: [term],
    check: ({ occurrences }) =>
      (occurrences?.().repeated ?? []).filter((one) => one.term === term).map(({ at }) => ({ term: at })),
    message: `${subject} (balise : {balise}) figure plusieurs fois : Chorus Pro n'en reçoit qu'un.`,
    fix: 'Gardez le premier, et retirez ou réunissez les autres.',
  }),
);

/** What the document is and how much it holds. */
export const documentRules: readonly Rule[] = [
  cproRule('01', {
    terms: ['BT-12'],
    applies: ({ invoice: { contractReference, chorus } }) =>
      contractReference !== null && chorus.contractType !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        chorus.contractType !== 'MARCHE' && chorus.contractType !== 'CONTRAT',
        'chorus.contractType',
        chorus.contractType,
      ),
    message:
      "Le type de la référence de contrat (balise : {balise}) « {value} » n'est pas connu : MARCHE ou CONTRAT est attendu.",
    fix: 'Indiquez MARCHE pour un marché public, CONTRAT pour un autre contrat.',
  }),
  cproRule('19', {
    terms: ['BG-25'],
    check: ({ invoice: { lines } }) =>
      violatedWhen(lines.length > linesMax, 'lines', null, { count: String(lines.length) }),
    message: `Le nombre de lignes (balise : {balise}), {count}, dépasse celui que Chorus Pro accepte : ${linesMax}.`,
    fix: 'Répartissez les lignes sur plusieurs factures.',
  }),
  cproRule('20', {
    terms: ['BG-3'],
    check: ({ invoice: { precedingInvoices } }) => {
      const second = precedingInvoices[1];
      return violatedWhen(second !== undefined, 'precedingInvoices[1].number', second?.number ?? null, {
        count: String(precedingInvoices.length),
      });
    },
    message:
      "La facture antérieure (balise : {balise}) « {value} » est la deuxième de {count} : Chorus Pro n'en reçoit qu'une.",
    fix: 'Gardez une seule facture antérieure ; faites un document par facture à corriger.',
  }),
  cproRule('24', {
    terms: ['BT-23'],
    check: ({ invoice: { businessProcess } }) =>
      violatedWhen(businessProcess === 'S5', 'businessProcess', businessProcess),
    message:
      "Le cadre de facturation (balise : {balise}) « {value} » n'est pas reçu par Chorus Pro : la facture d'un sous-traitant s'y dépose sous S3.",
    fix: "Indiquez le cadre S3, et l'acheteur public comme acheteur.",
  }),
  ...singleRules,
];
