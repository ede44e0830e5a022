import type { FindingRule } from './finding-rules.js';

/** Rules about a flow that is worked again (docs/replay.md). */
export const replayRules: Readonly<Record<string, FindingRule>> = {
  'ECL-REPLAY-INTEGRATED': {
    layer: 'chorus',
    severity: 'warning',
    source: 'docs/replay.md',
    confidence: 'ours',
    message:
      "La facture {number} de ce flux est déjà intégrée : elle n'a pas été traitée de nouveau (balise : {balise}).",
    fix: "Il n'y a rien à faire : la facture intégrée reste telle qu'elle a été transmise. Pour la corriger, émettez un avoir ou une facture rectificative.",
  },
  'ECL-REPLAY-ABSENT': {
    layer: 'chorus',
    severity: 'warning',
    source: 'docs/replay.md',
    confidence: 'ours',
    message:
      'Le fichier corrigé contient moins de factures que le flux : {count} facture(s) rejetée(s) auparavant reste(nt) rejetée(s) ({numbers}).',
    fix: 'Redonnez un fichier corrigé qui contient aussi ces factures, ou déposez-les dans un nouveau flux.',
  },
  'ECL-REPLAY-INCIDENT': {
    layer: 'envelope',
    severity: 'warning',
    source: 'docs/replay.md',
    confidence: 'ours',
    message:
      "Un incident de notre côté a empêché le retraitement de ce flux ; le résultat précédent demeure et rien n'a changé.",
    fix: 'Demandez de nouveau le retraitement (`ecluse flows replay`) une fois la cause levée ; elle est dans le journal du flux.',
  },
};
