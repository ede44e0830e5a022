import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer'>;

const rows: Readonly<Record<string, Row>> = {
  'ECL-RULES-ERROR': {
    severity: 'fatal',
    source: 'ISO Schematron; XPath 2.0, dynamic errors',
    confidence: 'ours',
    message:
      "Les règles {set} n'ont pas pu être appliquées jusqu'au bout : la règle {rule} ne peut pas être calculée sur ce document (détail : {problem}).",
    fix: "Vérifiez à l'endroit indiqué que l'élément n'est pas répété et que montants, taux et dates sont bien formés (1234.50 ; 2026-11-21), puis renvoyez la facture.",
  },
  'ECL-RULES-REGRADED': {
    severity: 'warning',
    source: 'ours: settings, rules.regrade',
    confidence: 'ours',
    message:
      "La règle {rule} ({ruleSet}), {from} d'ordinaire, est ici {to} ; anomalies concernées : {count}. Motif : {reason}.",
    fix: "Aucune action n'est requise pour cet envoi ; corrigez néanmoins la cause, car ce réglage peut changer.",
  },
};

/** What our own work on a rule pack tells, beside the pack's own rules. */
export const packRules: Readonly<Record<string, FindingRule>> = Object.fromEntries(
  Object.entries(rows).map(([id, row]) => [id, { ...row, layer: 'en16931' as const }]),
);
