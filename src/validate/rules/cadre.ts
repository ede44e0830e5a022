import type { Rule, RuleContext } from '../../domain/rule.js';
import { cadres, depositableCadres, ordinaryCadres, validatedCadres } from './codes.js';
import { chorusRule, violatedWhen } from './define.js';
import { decimalOf } from './numbers.js';

/** The cadres that an interface of the operator's own takes; undefined for every other interface. */
function acceptedBy({ interfaceCode, options }: RuleContext): readonly string[] | undefined {
  return options.interfaceCadres?.[interfaceCode ?? ''];
}

/** Cadre de facturation: what it is, whether the interface takes it, what it asks for. Absent means A1. */
export const cadreRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-CADRE-UNKNOWN',
    severity: 'fatal',
    source: 'DOMAIN 3.7; DECISIONS, The pivot',
    confidence: 'confirmed',
    terms: ['Cadre'],
    applies: ({ invoice }) => invoice.chorus.cadre !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(!cadres.has(chorus.cadre ?? ''), 'chorus.cadre', chorus.cadre),
    message:
      "Le cadre de facturation (balise : {balise}) « {value} » n'existe pas : un code de A1 à A25 est attendu.",
    fix: 'Indiquez le cadre qui convient, A1 pour une facture ordinaire de fournisseur ; les codes B1, S1, M1… sont ceux des flux entre entreprises.',
  }),
  chorusRule({
    id: 'ECL-CADRE-A11',
    severity: 'fatal',
    source: 'DOMAIN 3.7; DECISIONS, The pivot',
    confidence: 'confirmed',
    terms: ['Cadre'],
    check: ({ invoice: { chorus } }) => violatedWhen(chorus.cadre === 'A11', 'chorus.cadre', chorus.cadre),
    message:
      "Le cadre de facturation (balise : {balise}) « {value} » (projet de décompte final d'un sous-traitant) ne peut pas être transmis au destinataire : son format de réception ne le connaît pas.",
    fix: 'Déposez ce document sur le portail, ou sous le cadre A10 si la nature du document le permet.',
  }),
  chorusRule({
    id: 'ECL-CADRE-E3',
    severity: { default: 'fatal', none: 'off' },
    source: 'DOMAIN 1.1 and 3.7',
    confidence: 'implementer',
    terms: ['Cadre'],
    check: ({ invoice: { chorus } }, { kind }) =>
      violatedWhen(
        chorus.cadre !== null && (chorus.cadre === 'A3') !== (kind === 'E3'),
        'chorus.cadre',
        chorus.cadre,
        { kind, expected: kind === 'E3' ? 'seul le cadre A3 y est accepté' : 'A3 est réservé aux flux E3' },
      ),
    message:
      "Le cadre de facturation (balise : {balise}) « {value} » n'est pas accepté dans un flux {kind} : {expected}.",
    fix: "Déposez les mémoires de frais de justice (A3) par l'interface E3, et les autres factures par une interface E1 ou E2.",
  }),
  chorusRule({
    id: 'ECL-CADRE-E3-ABSENT',
    severity: { default: 'off', E3: 'warning' },
    source: 'DOMAIN 3.6, Cadre absent, and 3.7',
    confidence: 'ours',
    terms: ['Cadre'],
    check: ({ invoice: { chorus } }) => violatedWhen(chorus.cadre === null, 'chorus.cadre'),
    message:
      'Le cadre de facturation (balise : {balise}) est absent : A1 serait appliqué, alors que A3 est celui des mémoires de frais de justice.',
    fix: 'Indiquez le cadre A3.',
  }),
  chorusRule({
    id: 'ECL-CADRE-WORKS',
    severity: { default: 'off', E4: 'warning', E5: 'warning' },
    source: 'DOMAIN 1.1, E4 / E5, and 3.7',
    confidence: 'ours',
    terms: ['Cadre'],
    check: ({ invoice: { chorus } }, { kind }) =>
      violatedWhen(chorus.cadre === null || ordinaryCadres.has(chorus.cadre), 'chorus.cadre', chorus.cadre, {
        kind,
        problem: chorus.cadre === null ? 'est absent' : `« ${chorus.cadre} » n'est pas un cadre de travaux`,
      }),
    message:
      'Le cadre de facturation (balise : {balise}) {problem}, alors que les flux {kind} portent la facturation de travaux.',
    fix: 'Indiquez le cadre de travaux qui convient (A4 à A25), ou déposez la facture par une interface E1 ou E2.',
  }),
  chorusRule({
    id: 'ECL-CADRE-INTERFACE',
    severity: { default: 'off', E1: 'fatal', E2: 'fatal' },
    source: 'DOMAIN 3.7, column EDI',
    confidence: 'implementer',
    terms: ['Cadre'],
    applies: ({ invoice: { chorus } }) =>
      cadres.has(chorus.cadre ?? '') && chorus.cadre !== 'A3' && chorus.cadre !== 'A11',
    check: ({ invoice: { chorus } }, { kind }) =>
      violatedWhen(!depositableCadres.has(chorus.cadre ?? ''), 'chorus.cadre', chorus.cadre, { kind }),
    message:
      'Le cadre de facturation (balise : {balise}) « {value} » ne peut pas être déposé dans un flux {kind} : sont acceptés A1, A2, A4, A7 à A10, A12 à A14 et A22.',
    fix: "Vérifiez le cadre ; s'il est juste, déposez ce document sur le portail Chorus Pro.",
  }),
  chorusRule({
    id: 'ECL-CADRE-OWN',
    severity: 'fatal',
    source: 'settings, interfaces',
    confidence: 'ours',
    terms: ['Cadre'],
    // An operator that says what its interface takes knows better than the rules of the kind.
    overrides: ['ECL-CADRE-INTERFACE', 'ECL-CADRE-WORKS', 'ECL-CADRE-E3'],
    applies: (_, context) => acceptedBy(context) !== undefined,
    check: ({ invoice: { chorus } }, context) =>
      violatedWhen(
        acceptedBy(context)?.includes(chorus.cadre ?? 'A1') === false,
        'chorus.cadre',
        chorus.cadre ?? 'A1',
        { code: context.interfaceCode ?? '', accepted: acceptedBy(context)?.join(', ') ?? '' },
      ),
    message:
      "Le cadre de facturation (balise : {balise}) « {value} » n'est pas accepté par l'interface {code} : sont acceptés {accepted}.",
    fix: 'Indiquez le cadre qui convient, ou déposez la facture par une interface qui accepte ce cadre.',
  }),
  chorusRule({
    id: 'ECL-CADRE-A2',
    severity: 'warning',
    source: 'DOMAIN 3.6, A2 (already paid)',
    confidence: 'implementer',
    terms: ['Cadre', 'BT-113', 'BT-115'],
    applies: ({ invoice }) => invoice.chorus.cadre === 'A2',
    check: ({ invoice: { totals } }) => {
      const payable = decimalOf(totals.payable);
      return violatedWhen(payable !== null && !payable.eq(0), 'totals.payable', totals.payable);
    },
    message:
      'Le net à payer (balise : {balise}) « {value} » devrait être 0 : la facture est déposée comme déjà payée (cadre A2).',
    fix: 'Indiquez le montant déjà payé, égal au TTC, et un net à payer de 0 ; ou déposez la facture sous le cadre A1.',
  }),
  chorusRule({
    id: 'ECL-CADRE-VALIDATOR',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Valideur',
    confidence: 'ours',
    // No path is known for a valideur in UBL (DOMAIN 9.1): there it could not be given.
    syntaxes: ['cii', 'facturx', 'cpp-mixte'],
    terms: ['Cadre', 'Valideur'],
    applies: ({ invoice }) => validatedCadres.has(invoice.chorus.cadre ?? ''),
    check: ({ invoice: { chorus } }) =>
      violatedWhen((chorus.validator?.id ?? null) === null, 'chorus.validator.id', null, {
        cadre: chorus.cadre ?? '',
      }),
    message: 'Le valideur (balise : {balise}) est absent, alors que le cadre {cadre} en demande un.',
    fix: "Indiquez le SIRET du valideur (maître d'œuvre, titulaire ou mandataire), avec son type d'identifiant.",
  }),
];
