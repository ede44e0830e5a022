import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer' | 'severity'>;

const rows: Readonly<Record<string, Row>> = {
  'ECL-DIR-SUPPLIER': {
    source: 'DOMAIN 3.3, 4.2',
    confidence: 'confirmed',
    message:
      "L'identifiant du fournisseur (balise : {balise}) « {id} » ({type}) n'est pas connu du référentiel.",
    fix: "Vérifiez le type et l'identifiant du fournisseur ; s'ils sont justes, demandez son inscription au référentiel.",
  },
  'ECL-DIR-SUPPLIER-INACTIVE': {
    source: 'DOMAIN 3.1 (10)',
    confidence: 'confirmed',
    message:
      "L'identifiant du fournisseur (balise : {balise}) « {id} » ({type}) n'est plus actif dans le référentiel.",
    fix: "Employez l'identifiant en vigueur du fournisseur (son établissement a pu changer de SIRET).",
  },
  'ECL-DIR-RECIPIENT': {
    source: 'DOMAIN 3.1 (10), 3.3',
    confidence: 'confirmed',
    message:
      "Le SIRET du destinataire (balise : {balise}) « {siret} » n'est pas connu de l'annuaire des structures publiques.",
    fix: "Vérifiez le SIRET (14 chiffres) du destinataire dans l'annuaire.",
  },
  'ECL-DIR-RECIPIENT-INACTIVE': {
    source: 'DOMAIN 3.1 (10)',
    confidence: 'confirmed',
    message:
      "Le SIRET du destinataire (balise : {balise}) « {siret} » ({name}) n'est plus actif dans l'annuaire.",
    fix: 'Demandez à votre client public le SIRET à employer désormais.',
  },
  'ECL-DIR-SERVICE-REQUIRED': {
    source: 'DOMAIN 3.4',
    confidence: 'confirmed',
    message:
      "Le code service (balise : {balise}) est obligatoire pour le destinataire « {siret} » ({name}) ; la facture n'en porte pas.",
    fix: "Indiquez le code service de votre client public (il figure sur sa commande ou dans l'annuaire).",
  },
  'ECL-DIR-SERVICE': {
    source: 'DOMAIN 3.4',
    confidence: 'confirmed',
    message:
      "Le code service (balise : {balise}) « {code} » n'existe pas chez le destinataire « {siret} » ({name}).",
    fix: "Vérifiez le code service dans l'annuaire ou sur la commande de votre client public.",
  },
  'ECL-DIR-SERVICE-INACTIVE': {
    source: 'DOMAIN 3.4',
    confidence: 'confirmed',
    message:
      "Le code service (balise : {balise}) « {code} » n'est plus actif chez le destinataire « {siret} » ({name}).",
    fix: 'Demandez à votre client public le code service à employer désormais.',
  },
  'ECL-DIR-ENGAGEMENT-REQUIRED': {
    source: 'DOMAIN 3.4 (G3.01)',
    confidence: 'confirmed',
    message:
      "Le numéro d'engagement (balise : {balise}) est obligatoire pour {who} ; la facture n'en porte pas.",
    fix: "Indiquez le numéro d'engagement (numéro du bon de commande ou du marché) donné par votre client public.",
  },
  'ECL-DIR-SERVICE-OR-ENGAGEMENT': {
    source: 'DOMAIN 3.4',
    confidence: 'confirmed',
    message:
      "Le code service ou le numéro d'engagement (balise : {balise}) est obligatoire pour le destinataire « {siret} » ({name}) ; la facture ne porte ni l'un ni l'autre.",
    fix: "Indiquez le code service ou le numéro d'engagement donné par votre client public.",
  },
  'ECL-DIR-STATE-SERVICE': {
    source: 'DOMAIN 3.3 (State)',
    confidence: 'confirmed',
    message:
      "Le code service (balise : {balise}) est obligatoire : les factures adressées à « {siret} » ({name}) sont acheminées par lui, et la facture n'en porte pas.",
    fix: "Indiquez le code service exécutant de l'administration destinataire (il figure sur le bon de commande).",
  },
  'ECL-DIR-RESERVED': {
    source: 'DOMAIN 3.3',
    confidence: 'implementer',
    message:
      'Le code service (balise : {balise}) « {code} » est réservé aux factures entre personnes publiques.',
    fix: "Indiquez un code service ouvert aux fournisseurs, ou retirez-le si votre client public n'en demande pas.",
  },
  REJ_UNI: {
    source: 'DOMAIN 3.6; DECISIONS, From deposit to verdict',
    confidence: 'confirmed',
    message:
      'Le numéro de facture (balise : {balise}) « {number} » du fournisseur « {supplier} » a déjà servi à une facture intégrée : flux « {name} », le {at}.',
    fix: "Rien à renvoyer si c'est la même facture ; sinon, donnez-lui un numéro qui n'a pas encore servi.",
  },
  'ECL-DUP-IN-FLOW': {
    source: 'DOMAIN 3.6; DECISIONS, From deposit to verdict',
    confidence: 'confirmed',
    message:
      'Le numéro de facture (balise : {balise}) « {number} » du fournisseur « {supplier} » figure plusieurs fois dans ce flux ; seule la première facture est retenue.',
    fix: 'Retirez la facture en double, ou donnez-lui un autre numéro si elle est différente.',
  },
};

/** Rules about who an invoice comes from and goes to, and whether its number is free. */
export const directoryRules: Readonly<Record<string, FindingRule>> = Object.fromEntries(
  Object.entries(rows).map(([id, row]) => [
    id,
    { ...row, layer: 'directory' as const, severity: 'fatal' as const },
  ]),
);
