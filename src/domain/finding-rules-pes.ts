import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer'>;

const rows: Readonly<Record<string, Row>> = {
  'ECL-XML-ENCODING-FALSE': {
    severity: 'warning',
    source: 'PES 4 and 9, Encoding',
    confidence: 'ours',
    message:
      "Le fichier déclare l'encodage {declared}, mais il est écrit en {written} : il a été lu ainsi, pour que les lettres accentuées et les signes restent justes.",
    fix: "Écrivez le fichier dans l'encodage que déclare sa première ligne (pour PES : ISO-8859-1).",
  },
  'ECL-PES-ENCODING': {
    severity: 'warning',
    source: 'PES 4, Encoding',
    confidence: 'confirmed',
    message:
      "Un fichier PES s'écrit en ISO-8859-1 ; celui-ci déclare l'encodage {declared}. Il a été lu, mais d'autres systèmes le refusent.",
    fix: 'Écrivez le fichier en ISO-8859-1, et déclarez cet encodage dans sa première ligne.',
  },
  'ECL-PES-EMPTY': {
    severity: 'fatal',
    source: 'PES 1 and 5',
    confidence: 'ours',
    message: "Le PES_Aller ne contient pas de PES_Facture : il n'y a pas de facture à traiter.",
    fix: 'Mettez les factures dans un bloc PES_Facture ; les bordereaux de dépense et de recette ne se déposent pas ici.',
  },
  'ECL-PES-PJ-TIE': {
    severity: 'fatal',
    source: 'PES 3, PJ of a flow of several invoices; docs/pes.md, rattachement-pj',
    confidence: 'ours',
    message:
      'La pièce jointe « {name} » (balise : {balise}) ne nomme aucune facture, alors que le fichier en contient plusieurs, pour des débiteurs différents : elle ne peut être rattachée à aucune.',
    fix: 'Écrivez le numéro de la facture dans Description ou dans NomPJ, ou déposez une facture par fichier.',
  },
};

/** Rules about a PES file as a whole, and about encodings that are not as declared. */
export const pesFileRules: Readonly<Record<string, FindingRule>> = Object.fromEntries(
  Object.entries(rows).map(([id, row]) => [id, { ...row, layer: 'schema' as const }]),
);
