import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer'>;

const refused: Readonly<Record<string, Row>> = {
  'ECL-PDF-TYPE': {
    severity: 'fatal',
    source: 'DOMAIN 1.2, FSO1117A; 3.1 (6)',
    confidence: 'confirmed',
    message: "Le fichier « {entry} » n'est pas un PDF : son contenu est de type {found}.",
    fix: 'Déposez le PDF Factur-X lui-même, ou déposez ce fichier sous le code interface de sa syntaxe (FSO1116A pour un CII avec sa facture lisible).',
  },
  'ECL-PDF-ABSENT': {
    severity: 'fatal',
    source: 'Factur-X 1.0, XML incorporé; DOMAIN 9.2',
    confidence: 'confirmed',
    message:
      "Le PDF « {entry} » ne contient pas de facture électronique : aucun fichier joint n'y porte le nom factur-x.xml (ni zugferd-invoice.xml, ni xrechnung.xml).",
    fix: 'Produisez le PDF avec un outil Factur-X, qui y incorpore le XML sous le nom factur-x.xml ; une impression en PDF le perd.',
  },
  'ECL-PDF-SEVERAL': {
    severity: 'fatal',
    source: 'Factur-X 1.0, XML incorporé; DOMAIN 9.2',
    confidence: 'confirmed',
    message:
      'Le PDF « {entry} » contient {count} factures électroniques ({names}) : on ne peut pas savoir laquelle est la bonne.',
    fix: 'Gardez un seul fichier factur-x.xml dans le PDF.',
  },
  'ECL-PDF-ENCRYPTED': {
    severity: 'fatal',
    source: 'ISO 19005-3, 6.1.3 (chiffrement interdit)',
    confidence: 'confirmed',
    message:
      'Le PDF « {entry} » est chiffré ou protégé par un mot de passe : la facture ne peut pas y être lue.',
    fix: 'Produisez le PDF sans mot de passe ni restriction.',
  },
  'ECL-PDF-TRUNCATED': {
    severity: 'fatal',
    source: 'ISO 32000-1, 7.5.5; DECISIONS, From deposit to verdict',
    confidence: 'ours',
    message: "Le PDF « {entry} » s'arrête avant sa fin : la marque de fin de fichier n'y est pas.",
    fix: 'Vérifiez que le fichier a été produit et transféré en entier, puis déposez-le de nouveau.',
  },
  'ECL-PDF-BROKEN': {
    severity: 'fatal',
    source: 'ISO 32000-1, 7.5',
    confidence: 'ours',
    message: 'Le PDF « {entry} » est endommagé : {problem}.',
    fix: "Produisez de nouveau le PDF, et vérifiez qu'un lecteur de PDF l'ouvre et montre sa pièce jointe factur-x.xml.",
  },
  'ECL-PDF-LIMIT': {
    severity: 'fatal',
    source: 'ours: limits on what a file may unfold to',
    confidence: 'ours',
    message: 'Le PDF « {entry} » dépasse ce qui est admis : {problem}.',
    fix: "Vérifiez l'outil qui produit ce PDF ; une facture en a rarement besoin.",
  },
  'ECL-PDF-EMPTY': {
    severity: 'fatal',
    source: 'Factur-X 1.0, XML incorporé; DOMAIN 9.2',
    confidence: 'confirmed',
    message: 'Le fichier « {name} » joint au PDF « {entry} » est vide.',
    fix: 'Produisez de nouveau le Factur-X avec le XML entier de la facture.',
  },
};

/** The marking of a PDF/A-3 and of Factur-X: the invoice is read all the same. */
const marking: Readonly<Record<string, Row>> = {
  'ECL-FX-PDFA': {
    severity: 'warning',
    source: 'ISO 19005-3, 6.6.4 (pdfaid); Factur-X 1.0',
    confidence: 'confirmed',
    message: 'Le PDF « {entry} » ne se déclare pas PDF/A-3 : {problem}.',
    fix: 'Produisez un PDF/A-3, dont les métadonnées XMP portent pdfaid:part = 3 et pdfaid:conformance = B, U ou A.',
  },
  'ECL-FX-XMP': {
    severity: 'warning',
    source: 'Factur-X 1.0, extension XMP',
    confidence: 'confirmed',
    message: 'Les métadonnées XMP du PDF « {entry} » ne décrivent pas le Factur-X comme attendu : {problem}.',
    fix: "Indiquez dans l'extension XMP Factur-X : fx:DocumentType = INVOICE, fx:DocumentFileName = le nom du fichier joint, fx:Version et fx:ConformanceLevel.",
  },
  'ECL-FX-LEVEL': {
    severity: 'warning',
    source: 'Factur-X 1.0, extension XMP (ConformanceLevel) and BT-24',
    confidence: 'confirmed',
    message:
      'Le profil annoncé par le PDF « {entry} » (fx:ConformanceLevel = {declared}) n’est pas celui du XML (« {guideline} », soit {level}) : celui du XML est retenu.',
    fix: 'Indiquez le même profil dans les métadonnées du PDF et dans le XML.',
  },
  'ECL-FX-RELATION': {
    severity: 'warning',
    source: 'ISO 19005-3, 6.8 (AFRelationship); Factur-X 1.0',
    confidence: 'confirmed',
    message: 'La relation du fichier « {name} » au PDF « {entry} » (AFRelationship) {problem}.',
    fix: 'Indiquez AFRelationship = Data, Alternative ou Source.',
  },
  'ECL-FX-AF': {
    severity: 'warning',
    source: 'ISO 19005-3, 6.8 (AF); Factur-X 1.0',
    confidence: 'confirmed',
    message:
      "Le fichier « {name} » n'est pas parmi les fichiers associés (AF) du PDF « {entry} » : il a été trouvé dans ses pièces jointes.",
    fix: 'Ajoutez le fichier au tableau /AF du catalogue du PDF.',
  },
};

/** Rules about the PDF of a Factur-X: what is in it, and how it is marked. */
export const facturxRules: Readonly<Record<string, FindingRule>> = Object.fromEntries(
  Object.entries({ ...refused, ...marking }).map(([id, row]) => [id, { ...row, layer: 'envelope' as const }]),
);
