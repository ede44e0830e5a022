import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer'>;

const rows: Readonly<Record<string, Row>> = {
  IRR_FORM: {
    severity: 'fatal',
    source: 'DOMAIN 2.1, 3.1 (2)',
    confidence: 'confirmed',
    message:
      'Le nom du flux « {name} » ne suit pas la forme attendue : {problem}. Forme attendue : code interface (8 caractères), code application (6), identifiant du flux (25), séparés par « _ ».',
    fix: 'Renommez le fichier, par exemple « {example} », puis déposez-le de nouveau.',
  },
  IRR_CODE_INTER: {
    severity: 'fatal',
    source: 'DOMAIN 1.2, 3.1 (1)',
    confidence: 'reform',
    message: "Le code interface « {code} » n'existe pas.",
    fix: "Employez l'un des codes ouverts à votre raccordement : {allowed}.",
  },
  'ECL-ENV-UNSUPPORTED': {
    severity: 'fatal',
    source: 'DOMAIN 1.2; DECISIONS, Names and sequences',
    confidence: 'ours',
    message: "Le code interface « {code} » ({label}) n'est pas pris en charge.",
    fix: 'Employez le code {useInstead} à la place.',
  },
  'ECL-ENV-DIRECTION': {
    severity: 'fatal',
    source: 'DOMAIN 1.3',
    confidence: 'ours',
    message:
      'Le code interface « {code} » ({label}) désigne un flux que nous émettons ; il ne peut pas être déposé.',
    fix: "Employez l'un des codes ouverts à votre raccordement : {allowed}.",
  },
  IRR_CODE_APP: {
    severity: 'fatal',
    source: 'DOMAIN 2.1, 3.1 (1)',
    confidence: 'reform',
    message:
      'Le code application « {found} » du nom du flux ne correspond pas au partenaire « {expected} » qui dépose.',
    fix: "Écrivez « {expected} » au milieu du nom et au début de l'identifiant du flux, ou déposez dans le dossier du partenaire « {found} ».",
  },
  'ECL-ENV-SUBSCRIPTION': {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (1)',
    confidence: 'reform',
    message: "Le partenaire « {partner} » n'est pas abonné à l'interface {code} ({label}).",
    fix: "Employez l'un des codes ouverts à votre raccordement ({allowed}), ou demandez l'ouverture de {code}.",
  },
  'ECL-ENV-INACTIVE': {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (1)',
    confidence: 'reform',
    message: 'Le raccordement du partenaire « {partner} » est fermé.',
    fix: 'Demandez la réouverture du raccordement, puis déposez de nouveau.',
  },
  IRR_UNICITE: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (3); DECISIONS, From deposit to verdict',
    confidence: 'reform',
    message:
      "L'identifiant de flux « {flowId} » a déjà servi, pour « {name} » reçu le {at}, dont le contenu est différent.",
    fix: "Donnez à ce flux un identifiant qui n'a jamais servi (numéro de séquence suivant), puis déposez-le de nouveau.",
  },
  'ECL-ENV-SAME-BYTES': {
    severity: 'fatal',
    source: 'DECISIONS, From deposit to verdict',
    confidence: 'ours',
    message: 'Ce fichier a exactement le même contenu que « {name} », reçu le {at} : il a déjà été traité.',
    fix: "Rien à renvoyer si ce dépôt est un doublon ; sinon, vérifiez que votre système a bien produit un nouveau contenu. Le compte rendu du premier dépôt dit ce qu'il est devenu.",
  },
  IRR_VIDE: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (4)',
    confidence: 'reform',
    message: 'Le flux « {name} » est vide (0 octet).',
    fix: 'Vérifiez la production et le transfert du fichier, puis déposez-le de nouveau sous un nouvel identifiant.',
  },
  IRR_TAILLE: {
    severity: 'fatal',
    source: 'DOMAIN 2.3, 3.1 (4)',
    confidence: 'implementer',
    message: 'Le flux pèse {size} octets ; la limite est de {max} octets.',
    fix: 'Répartissez les factures en plusieurs flux, chacun sous la limite.',
  },
  IRR_TYPE: {
    severity: 'fatal',
    source: 'DOMAIN 2.2, 3.1 (4)',
    confidence: 'reform',
    message: "Le flux n'est ni un XML ni une archive tar.gz : son contenu est de type {found}.",
    fix: 'Déposez un seul fichier XML, ou une archive tar compressée par gzip qui contient les fichiers XML.',
  },
  IRR_EXTRAC: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (6)',
    confidence: 'reform',
    message: "L'archive ne peut pas être extraite : {problem}.",
    fix: "Refaites l'archive (tar puis gzip, fichiers à la racine), vérifiez-la avec « tar -tzf », puis déposez-la de nouveau.",
  },
  IRR_ANTIVIRUS: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (5)',
    confidence: 'reform',
    message:
      "L'antivirus a trouvé « {signature} » dans « {name} » : rien n'en est retenu, et le flux est mis en quarantaine.",
    fix: "Vérifiez le système qui a produit ce fichier, retirez-en ce qui est en cause, puis déposez un fichier sain sous un nouvel identifiant. Si l'alerte est une erreur, joignez le support avec le nom du flux.",
  },
  'ECL-ENV-UNFINISHED': {
    severity: 'fatal',
    source: 'DECISIONS, From deposit to verdict; PEERS 5',
    confidence: 'ours',
    message:
      "Le fichier « {name} » est incomplet : il s'arrête avant sa fin, et plus rien n'est arrivé depuis.",
    fix: 'Vérifiez que le transfert est allé à son terme, puis déposez le fichier entier sous un nouvel identifiant.',
  },
  'ECL-ENV-ENTRY-NAME': {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (6)',
    confidence: 'ours',
    message: "Le nom « {entry} » dans l'archive ne peut pas être accepté : {problem}.",
    fix: "Placez les fichiers à la racine de l'archive, sous des noms simples et distincts, sans chemin.",
  },
  'ECL-ENV-ENTRIES': {
    severity: 'fatal',
    source: 'DOMAIN 2.3',
    confidence: 'implementer',
    message: "L'archive contient plus de {max} fichiers.",
    fix: 'Répartissez les fichiers en plusieurs archives.',
  },
  'ECL-ENV-INVOICES': {
    severity: 'fatal',
    source: 'DOMAIN 2.3',
    confidence: 'implementer',
    message: 'Le flux contient {found} factures ; la limite est de {max}.',
    fix: 'Répartissez les factures en plusieurs flux.',
  },
  'ECL-LIM-LINES': {
    severity: 'fatal',
    source: 'ours: limits on what a flow may cost',
    confidence: 'ours',
    message:
      'Les factures de ce flux comptent ensemble {found} lignes ; la limite est de {max} pour un même flux.',
    fix: "Répartissez les factures en plusieurs flux, sans rien y changer d'autre.",
  },
  'ECL-ENV-RATIO': {
    severity: 'fatal',
    source: 'ARCHITECTURE 3; PEERS 6',
    confidence: 'ours',
    message: "L'archive se déploie au-delà de ce qui est admis : {problem}.",
    fix: "Vérifiez le contenu de l'archive ; répartissez les fichiers en plusieurs archives.",
  },
  'ECL-ENV-TIME': {
    severity: 'fatal',
    source: 'ARCHITECTURE 3',
    confidence: 'ours',
    message: "L'extraction de l'archive a dépassé {seconds} secondes.",
    fix: "Répartissez les fichiers en plusieurs archives ; si l'archive est petite, refaites-la.",
  },
  IRR_VIDE_F: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (6)',
    confidence: 'reform',
    message: 'Le fichier « {entry} » est vide (0 octet).',
    fix: 'Remplacez ce fichier par la facture entière, ou retirez-le du flux.',
  },
  IRR_TAILLE_F: {
    severity: 'fatal',
    source: 'DOMAIN 2.3, 3.1 (6)',
    confidence: 'implementer',
    message: 'Le fichier « {entry} » pèse {size} octets ; la limite est de {max} octets.',
    fix: 'Allégez ou retirez des pièces jointes, ou répartissez-les entre plusieurs factures.',
  },
  IRR_NOM_F: {
    severity: 'fatal',
    source: 'DOMAIN 2.2, 3.1 (6)',
    confidence: 'reform',
    message: "L'archive contient deux fichiers du même nom « {entry} ».",
    fix: "Donnez à chaque fichier de l'archive un nom distinct.",
  },
  IRR_TYPE_F: {
    severity: 'fatal',
    source: 'DOMAIN 3.1 (6)',
    confidence: 'reform',
    message: "Le fichier « {entry} » n'est pas un XML : son contenu est de type {found}.",
    fix: "Remplacez-le par la facture au format de l'interface, ou retirez-le du flux.",
  },
  IRR_SYNTAX: {
    severity: 'fatal',
    source: 'DOMAIN 1.2, 3.1 (7)',
    confidence: 'reform',
    message:
      "Le fichier « {entry} » n'est pas dans la syntaxe de l'interface : trouvé {found}, attendu {expected}.",
    fix: 'Déposez ce fichier sous le code interface de sa syntaxe, ou produisez-le dans la syntaxe attendue.',
  },
  'ECL-ENV-UNTREATED': {
    severity: 'warning',
    source: 'DECISIONS, From deposit to verdict',
    confidence: 'ours',
    message:
      "Le fichier « {entry} » n'a pas été traité : un autre fichier du flux rend le flux entier irrecevable.",
    fix: 'Corrigez le fichier en cause, puis déposez de nouveau le flux entier sous un nouvel identifiant.',
  },
  'ECL-MORE-FINDINGS': {
    severity: 'warning',
    source: 'ours: limits on findings',
    confidence: 'ours',
    message: '{count} autres anomalies de la règle {rule} ne sont pas détaillées pour ce fichier.',
    fix: 'Corrigez celles qui sont décrites : les autres ont le plus souvent la même cause.',
  },
  'ECL-WORK-TIME': {
    severity: 'fatal',
    source: 'ARCHITECTURE 4',
    confidence: 'ours',
    message:
      "Le contrôle du fichier « {entry} » n'a pas pu se terminer en {seconds} secondes, deux fois de suite.",
    fix: 'Allégez ce fichier (moins de lignes ou de factures par fichier), puis déposez-le de nouveau.',
  },
  'ECL-WORK-CRASH': {
    severity: 'fatal',
    source: 'ARCHITECTURE 4',
    confidence: 'ours',
    message: 'Le contrôle du fichier « {entry} » a échoué deux fois de suite sans pouvoir aboutir.',
    fix: 'Vérifiez que le fichier est bien celui attendu ; si le problème persiste, joignez le support avec le nom du flux.',
  },
  'ECL-INCIDENT': {
    severity: 'fatal',
    source: 'DOMAIN 5, IN_INCIDENTE',
    confidence: 'implementer',
    message: "Un incident de notre côté a empêché le traitement de ce flux ; rien n'en a été retenu.",
    fix: 'Renvoyez ce flux sous un nouvel identifiant ; si le problème persiste, joignez le support avec le nom du flux.',
  },
};

/** Rules about a flow and its files, before anything is read in them, and about our own work on them. */
export const envelopeRules: Readonly<Record<string, FindingRule>> = Object.fromEntries(
  Object.entries(rows).map(([id, row]) => [id, { ...row, layer: 'envelope' as const }]),
);
