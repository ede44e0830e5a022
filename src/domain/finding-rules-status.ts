import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer' | 'severity'>;

/** Told at deposit: a works invoice that nobody can validate goes to its recipient at once. */
const worksRules: Readonly<Record<string, FindingRule>> = {
  'ECL-WORKS-NO-VALIDATOR': {
    layer: 'chorus',
    severity: 'warning',
    source: 'DOMAIN 3.6, Valideur; 9.1 (no path is known in UBL)',
    confidence: 'ours',
    message:
      "Le cadre {cadre} demande un valideur ; la facture n'en nomme pas et aucun circuit de validation n'est connu pour ce destinataire : elle lui est remise sans validation.",
    fix: 'Demandez que le circuit du marché (valideur, MOE, MOA) soit paramétré, ou déposez la facture en CII, où le valideur se nomme dans InvoiceeTradeParty.',
  },
  'ECL-WORKS-UNREACHED': {
    layer: 'chorus',
    severity: 'warning',
    source: 'DOMAIN 3.6, Valideur; docs/works.md',
    confidence: 'ours',
    message:
      "{name} ({id}), {role} de cette facture de travaux, n'est pas relié à la plateforme : la facture est passée à l'étape suivante sans sa validation.",
    fix: "Faites valider la facture par les voies du marché, ou demandez que ce valideur soit relié (réglage works.validation pour que les factures l'attendent).",
  },
};

const rows: Readonly<Record<string, Row>> = {
  'ECL-STA-UNKNOWN': {
    source: 'DOMAIN 6.2',
    confidence: 'confirmed',
    message: "Le statut « {code} » n'existe pas : les statuts d'une facture vont de 01 à 41.",
    fix: 'Indiquez dans IdStatut un code de la table des statuts, en deux chiffres.',
  },
  'ECL-STA-ROLE': {
    source: 'DOMAIN 6.2, column Set by; docs/statuses.md',
    confidence: 'ours',
    message: 'Le statut {code} ({label}) ne peut pas être posé par {role} ; il est posé par {entitled}.',
    fix: "Posez un statut qui revient à votre rôle, ou demandez à l'acteur concerné de poser celui-ci.",
  },
  'ECL-STA-SAME': {
    source: 'docs/statuses.md',
    confidence: 'ours',
    message: 'La facture est déjà au statut {code} ({label}) : il ne lui a pas été donné une seconde fois.',
    fix: "Il n'y a rien à faire ; n'envoyez chaque statut qu'une fois.",
  },
  'ECL-STA-FINAL': {
    source: 'DOMAIN 6.3; docs/statuses.md',
    confidence: 'ours',
    message:
      'La facture est au statut {from} ({fromLabel}), qui est définitif : le statut {code} ({label}) ne peut pas lui être donné.',
    fix: 'Vérifiez le numéro de la facture et son fournisseur ; une facture refusée est à remplacer par une nouvelle, sous un autre numéro.',
  },
  'ECL-STA-TRANSITION': {
    source: 'DOMAIN 6.3; docs/statuses.md',
    confidence: 'ours',
    message:
      'Le statut {code} ({label}) ne peut pas suivre le statut actuel de la facture, {from} ({fromLabel}). Statuts possibles : {possible}.',
    fix: "Posez d'abord le statut qui manque, ou l'un des statuts possibles.",
  },
  'ECL-STA-REASON': {
    source: 'DOMAIN 6.3; docs/statuses.md',
    confidence: 'implementer',
    message: 'Le statut {code} ({label}) doit être motivé : ComplementStatut et Commentaire sont vides.',
    fix: 'Indiquez le motif dans ComplementStatut (40 caractères au plus) ou dans Commentaire, pour que le fournisseur sache quoi faire.',
  },
};

/** Rules about a status that somebody wants to give to an invoice (src/lifecycle/transitions.ts), and works routes. */
export const statusRules: Readonly<Record<string, FindingRule>> = {
  ...worksRules,
  ...Object.fromEntries(
    Object.entries(rows).map(([id, row]) => [
      id,
      { ...row, layer: 'chorus' as const, severity: 'fatal' as const },
    ]),
  ),
};
