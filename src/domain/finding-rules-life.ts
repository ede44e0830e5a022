import type { FindingRule } from './finding-rules.js';

/** Rules about CPPStatut files that partners deposit: what they speak about, and who may speak (docs/lifecycle.md). */
export const lifeRules: Readonly<Record<string, FindingRule>> = {
  'ECL-STA-MANY': {
    layer: 'envelope',
    severity: 'fatal',
    source: 'setting limits.statusesMax',
    confidence: 'ours',
    message: 'Le flux contient {found} statuts ; la limite est de {max}.',
    fix: 'Répartissez les statuts sur plusieurs flux.',
  },
  'ECL-STA-PLACE': {
    layer: 'chorus',
    severity: 'fatal',
    source: 'DECISIONS, Names and sequences',
    confidence: 'ours',
    message:
      'Le fichier contient des statuts de factures (CPPFactureStatuts), mais {code} ne porte que des comptes rendus sur des flux pivot (CPPFluxStatuts).',
    fix: 'Déposez les statuts de factures sous le code FSO1201A.',
  },
  'ECL-STA-ENTITLED': {
    layer: 'chorus',
    severity: 'fatal',
    source: 'DOMAIN 6.2, column Set by; docs/lifecycle.md',
    confidence: 'ours',
    message:
      'Le partenaire {partner} ne peut pas poser de statut sur les factures du destinataire {recipient} : il ne reçoit pas ses factures et aucun rôle ne lui est donné.',
    fix: "Vérifiez le SIRET et le code service du débiteur ; sinon, demandez que la structure soit rattachée à votre raccordement, ou qu'un rôle vous soit donné.",
  },
  'ECL-STA-INVOICE': {
    layer: 'chorus',
    severity: 'fatal',
    source: 'DOMAIN 7.1',
    confidence: 'ours',
    message:
      'Aucune facture intégrée ne porte le numéro « {number} » du fournisseur {supplier} (type {type}) pour le destinataire {recipient}.',
    fix: "Reprenez du flux pivot le numéro, le type et l'identifiant du fournisseur et le SIRET du débiteur, tels quels.",
  },
  'ECL-STA-TEXT': {
    layer: 'chorus',
    severity: 'warning',
    source: 'DOMAIN 2.3, Comment on status',
    confidence: 'implementer',
    message:
      '{tag} compte {length} caractères : seuls les {max} premiers sont gardés et transmis au fournisseur.',
    fix: 'Raccourcissez le texte, ou joignez-y un contact auprès de qui le fournisseur peut se renseigner.',
  },
  'ECL-STA-FLOW': {
    layer: 'chorus',
    severity: 'fatal',
    source: 'DOMAIN 7.1, IdFlux; docs/lifecycle.md',
    confidence: 'ours',
    message: "Aucun flux pivot envoyé à {partner} ne porte l'identifiant « {flow} ».",
    fix: 'Reprenez dans IdFlux les 25 derniers caractères du nom du fichier pivot, ou son nom entier.',
  },
};
