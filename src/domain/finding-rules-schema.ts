import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer'>;

const rows: Readonly<Record<string, Row>> = {
  XSD: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (7)',
    confidence: 'confirmed',
    message: '{problem}',
    fix: '{remedy}',
  },
  'ECL-XML-MALFORMED': {
    severity: 'fatal',
    source: 'XML 1.0; DOMAIN 3.1 (7)',
    confidence: 'confirmed',
    message: "Le fichier n'est pas un XML bien formé : {problem}.",
    fix: "Corrigez l'endroit indiqué, ou produisez le fichier avec un outil XML ; vérifiez-le avec « xmllint --noout ».",
  },
  'ECL-XML-UNFINISHED': {
    severity: 'fatal',
    source: 'XML 1.0; DECISIONS, From deposit to verdict',
    confidence: 'ours',
    message: "Le fichier s'arrête avant la fin du document : {problem}.",
    fix: 'Vérifiez que le fichier a été produit et transféré en entier, puis déposez-le de nouveau.',
  },
  'ECL-XML-DTD': {
    severity: 'fatal',
    source: 'ARCHITECTURE 4; XML-ENGINES',
    confidence: 'ours',
    message: 'Le fichier contient une déclaration DOCTYPE, qui est refusée par sécurité.',
    fix: "Retirez la déclaration DOCTYPE et les entités qu'elle définit.",
  },
  'ECL-XML-ENCODING': {
    severity: 'fatal',
    source: 'DOMAIN 2.2',
    confidence: 'reform',
    message: "Le fichier n'est pas écrit dans l'encodage qu'il déclare : {problem}.",
    fix: 'Écrivez le fichier en UTF-8, et déclarez cet encodage dans sa première ligne.',
  },
  'ECL-PJ-BASE64': {
    severity: 'fatal',
    source: 'DOMAIN 2.4',
    confidence: 'confirmed',
    message:
      "Le contenu de la pièce jointe (élément {element}) n'est pas du base64 valide : il ne peut pas être décodé.",
    fix: "Encodez le fichier joint en base64 standard (alphabet A-Z, a-z, 0-9, +, /, complété par = jusqu'à un multiple de 4), sans préfixe ni autre caractère.",
  },
  'ECL-LIM-ATTACHMENTS': {
    severity: 'fatal',
    source: 'DOMAIN 2.3',
    confidence: 'ours',
    message: 'Le fichier contient plus de {max} pièces jointes, le maximum accepté.',
    fix: 'Regroupez les pièces jointes, ou répartissez les factures en plusieurs fichiers.',
  },
  'ECL-LIM-STRUCTURE': {
    severity: 'fatal',
    source: 'DOMAIN 2.3',
    confidence: 'ours',
    message: 'Sans ses pièces jointes, le fichier dépasse encore {max} octets, le maximum accepté.',
    fix: 'Répartissez les factures ou les lignes en plusieurs fichiers.',
  },
  'ECL-LIM-TAG': {
    severity: 'fatal',
    source: 'ours: limits on what a file may cost',
    confidence: 'ours',
    message:
      'La balise ouvrante à cette ligne dépasse, avec ses attributs, {max} octets, le maximum accepté.',
    fix: "Vérifiez l'outil qui produit ce fichier : un élément n'a que quelques attributs, et ne déclare que quelques espaces de noms.",
  },
  'ECL-SCH-DELIVERY': {
    severity: 'warning',
    source: 'DECISIONS, From deposit to verdict (CII on E2)',
    confidence: 'ours',
    message:
      "L'élément ApplicableHeaderTradeDelivery, obligatoire en CII D16B, est absent ; il est toléré dans un flux E2.",
    fix: 'Ajoutez un élément ram:ApplicableHeaderTradeDelivery, vide au besoin, avant ram:ApplicableHeaderTradeSettlement.',
  },
};

/** Rules about the XML of an entry: well-formed, without a DTD, valid against its schema. */
export const schemaRules: Readonly<Record<string, FindingRule>> = Object.fromEntries(
  Object.entries(rows).map(([id, row]) => [id, { ...row, layer: 'schema' as const }]),
);
