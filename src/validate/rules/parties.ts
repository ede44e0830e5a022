import { isSiretShape, luhnValid } from '../../domain/identifiers.js';
import type { Rule } from '../../domain/rule.js';
import { chorusRule, lengthOf, violatedWhen } from './define.js';
import { expectedOf, misshapen } from './party-shapes.js';
import { supplierRules } from './supplier.js';

const recipientRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-REC-ID',
    severity: 'fatal',
    source: 'DOMAIN 0.8 and 3.3, Buyer',
    confidence: 'confirmed',
    terms: ['Débiteur.Identifiant', 'BT-46', 'BT-47'],
    check: ({ invoice: { chorus } }) => violatedWhen(chorus.recipient.id === null, 'chorus.recipient.id'),
    message: "Le SIRET du destinataire (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: "Indiquez le SIRET de 14 chiffres de l'entité publique destinataire.",
  }),
  chorusRule({
    id: 'ECL-REC-TYPE',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Buyer',
    confidence: 'confirmed',
    terms: ['Débiteur.TypeIdentifiant'],
    // A type that stands before something else than a SIRET is told by ECL-REC-SIRET.
    applies: ({ invoice: { chorus } }) => isSiretShape(chorus.recipient.id ?? ''),
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        chorus.recipient.idTypeRaw !== null && chorus.recipient.idType !== '1',
        'chorus.recipient.id',
        chorus.recipient.idTypeRaw,
      ),
    message:
      "L'identifiant du destinataire (balise : {balise}) est accompagné du type « {value} » : seul le type 1 (SIRET) est accepté.",
    fix: 'Indiquez le type 1 auprès du SIRET du destinataire.',
  }),
  chorusRule({
    id: 'ECL-REC-SIRET',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Buyer; CPPFacturePivot V2_02, Debiteur',
    confidence: 'confirmed',
    terms: ['Débiteur.Identifiant', 'BT-46', 'BT-47'],
    applies: ({ invoice: { chorus } }) => chorus.recipient.id !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(!isSiretShape(chorus.recipient.id ?? ''), 'chorus.recipient.id', chorus.recipient.id, {
        length: String(lengthOf(chorus.recipient.id ?? '')),
      }),
    message:
      "L'identifiant du destinataire (balise : {balise}) « {value} » ({length} caractères) n'est pas un SIRET : 14 chiffres sans espace sont attendus.",
    fix: "Indiquez le SIRET complet de l'établissement destinataire, et non son SIREN ou son numéro de TVA.",
  }),
  chorusRule({
    id: 'ECL-REC-KEY',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Luhn (setting rules.siretKey)',
    confidence: 'ours',
    terms: ['Débiteur.Identifiant'],
    applies: ({ invoice: { chorus } }, { options }) =>
      options.siretKey && isSiretShape(chorus.recipient.id ?? ''),
    check: ({ invoice: { chorus } }) =>
      violatedWhen(!luhnValid(chorus.recipient.id ?? ''), 'chorus.recipient.id', chorus.recipient.id),
    message:
      'Le SIRET du destinataire (balise : {balise}) « {value} » a une clé de contrôle fausse : un chiffre au moins est erroné.',
    fix: 'Vérifiez le SIRET du destinataire, chiffre par chiffre.',
  }),
];

/** The parties that stand beside supplier and recipient: same identifiers, same shapes. */
const otherParties: readonly Rule[] = (
  [
    ['validator', 'VALIDATOR', 'Valideur', 'du valideur'],
    ['payee', 'PAYEE', 'Encaisseur', "de l'encaisseur"],
  ] as const
).flatMap(([key, suffix, term, whose]) => [
  chorusRule({
    id: `ECL-${suffix}-ID`,
    severity: 'fatal',
    source: 'DOMAIN 3.3 and 9.2',
    confidence: 'reform',
    terms: [term],
    applies: ({ invoice: { chorus } }) => chorus[key] !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        misshapen(chorus[key]),
        `chorus.${key}.id`,
        chorus[key]?.id ?? null,
        expectedOf(chorus[key]),
      ),
    message: `L'identifiant ${whose} (balise : {balise}) « {value} » n'a pas la forme attendue pour son type ({type}) : {expected}.`,
    fix: `Corrigez l'identifiant ${whose}, ou le type d'identifiant qui l'accompagne.`,
  }),
  chorusRule({
    id: `ECL-${suffix}-TYPE`,
    severity: 'warning',
    source: 'DOMAIN 3.3, TypeIdentifiant',
    confidence: 'ours',
    terms: [term],
    applies: ({ invoice: { chorus } }) => (chorus[key]?.id ?? null) !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(chorus[key]?.idType === null, `chorus.${key}.id`, chorus[key]?.id ?? null),
    message: `L'identifiant ${whose} (balise : {balise}) « {value} » n'est accompagné d'aucun type connu : sa forme n'est pas vérifiée.`,
    fix: "Indiquez le type de l'identifiant, 1 pour un SIRET.",
  }),
]);

/** Who invoices, who pays, who validates, who is paid. */
export const partyRules: readonly Rule[] = [...supplierRules, ...recipientRules, ...otherParties];
