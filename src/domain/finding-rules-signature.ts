import type { FindingRule } from './finding-rules.js';

type Row = Omit<FindingRule, 'layer' | 'severity'>;

/** What makes a signature wrong: a warning, or fatal where `signatures.verify` is `enforced`. */
const failures: Readonly<Record<string, Row>> = {
  'ECL-SIG-STRUCTURE': {
    source: 'XML Signature 1.1, 4 (schema of ds:Signature)',
    confidence: 'confirmed',
    message: "La signature du fichier « {name} » n'a pas pu être lue : {problem}.",
    fix: "Produisez de nouveau la signature avec un outil XAdES, et ne modifiez plus le fichier qu'il écrit.",
  },
  'ECL-SIG-VALUE': {
    source: 'XML Signature 1.1, 3.2.2 (signature validation)',
    confidence: 'confirmed',
    message:
      'La valeur de la signature du fichier « {name} » ne correspond pas à la clé du certificat de « {signer} » : la signature a été modifiée, ou faite avec une autre clé.',
    fix: "Signez de nouveau le fichier, avec la clé du certificat joint ; n'y changez plus rien ensuite (ni mise en forme, ni espaces dans la signature).",
  },
  'ECL-SIG-DIGEST': {
    source: 'XML Signature 1.1, 3.2.1 (reference validation)',
    confidence: 'confirmed',
    message:
      "Ce qui a été signé a changé depuis la signature (fichier « {name} ») : {what} n'a plus l'empreinte que la signature porte.",
    fix: "Déposez le fichier tel qu'il a été signé, ou signez-le de nouveau : la signature se fait en dernier, une mise en forme ou un changement d'encodage suffit à la rompre.",
  },
  'ECL-SIG-COVERAGE': {
    source: 'XML Signature Best Practices, 2.3 (see what is signed)',
    confidence: 'confirmed',
    message:
      'La signature du fichier « {name} » ne couvre pas toute la facture qui est lue ici ; elle couvre : {covers}.',
    fix: 'Signez le document entier (référence à la racine, URI="") ou, pour une signature séparée, le fichier XML par son nom dans l\'archive.',
  },
  'ECL-SIG-WRAPPED': {
    source: 'XML Signature Best Practices, 2.4 (wrapping)',
    confidence: 'confirmed',
    message:
      "L'identifiant « {id} » que la signature du fichier « {name} » désigne est porté par plusieurs éléments : on ne peut pas savoir lequel a été signé.",
    fix: 'Donnez à chaque élément un identifiant (Id) qui lui est propre, puis signez de nouveau.',
  },
  'ECL-SIG-REFERENCE': {
    source: 'XML Signature 1.1, 4.4.3.1; nothing is fetched from elsewhere',
    confidence: 'confirmed',
    message:
      "La signature du fichier « {name} » désigne « {uri} », qui n'est pas dans le flux : rien n'est cherché ailleurs.",
    fix: "Mettez le fichier signé dans la même archive que sa signature, sous le nom qu'elle désigne.",
  },
  'ECL-SIG-TRANSFORM': {
    source: 'XML Signature Best Practices, 2.1.3 (allow list of transforms)',
    confidence: 'ours',
    message:
      "La signature du fichier « {name} » emploie la transformation « {algorithm} », qui n'est pas admise : elle pourrait cacher une partie du document.",
    fix: 'Employez enveloped-signature, une canonicalisation (C14N 1.0, 1.1 ou exclusive) ou base64 ; ni XSLT, ni expression XPath libre.',
  },
  'ECL-SIG-ALGORITHM': {
    source: 'XML Signature 1.1, 6',
    confidence: 'ours',
    message:
      "La signature du fichier « {name} » emploie l'algorithme « {algorithm} », qui n'est pas connu ici.",
    fix: 'Signez avec RSA ou ECDSA et SHA-256 (ou SHA-384, SHA-512), et une canonicalisation C14N.',
  },
  'ECL-SIG-CERT-ABSENT': {
    source: 'ETSI EN 319 132-1, 6.3 (KeyInfo/X509Data)',
    confidence: 'confirmed',
    message:
      "La signature du fichier « {name} » ne contient pas de certificat lisible : sa valeur n'a pas pu être vérifiée.",
    fix: 'Joignez le certificat du signataire à la signature (KeyInfo/X509Data/X509Certificate).',
  },
  'ECL-SIG-CERT-DATES': {
    source: 'RFC 5280, 4.1.2.5 (validity)',
    confidence: 'confirmed',
    message:
      "Le certificat de « {signer} » (fichier « {name} ») n'était pas valable au moment de la signature, le {at} : il l'est du {from} au {to}.",
    fix: "Signez de nouveau avec un certificat en cours de validité, et vérifiez l'horloge du poste qui signe.",
  },
  'ECL-SIG-CERT-DIGEST': {
    source: 'ETSI EN 319 132-1, 5.2.2 (SigningCertificate)',
    confidence: 'confirmed',
    message:
      "Le certificat joint à la signature du fichier « {name} » (« {signer} ») n'est pas celui que les propriétés signées désignent.",
    fix: 'Joignez le certificat avec lequel la signature a été faite.',
  },
  'ECL-SIG-PROPERTIES': {
    source: 'ETSI EN 319 132-1, 4.4 (SignedProperties are signed)',
    confidence: 'confirmed',
    message:
      'Les propriétés signées (date, certificat) de la signature du fichier « {name} » ne sont pas couvertes par elle : elles ne prouvent rien.',
    fix: 'Faites signer SignedProperties par une référence de type http://uri.etsi.org/01903#SignedProperties.',
  },
};

/** What people should know of a signature: a warning under every setting. */
const remarks: Readonly<Record<string, Row>> = {
  'ECL-SIG-WEAK': {
    source: 'RGS 2.0, B1; ANSSI, Guide des mécanismes cryptographiques',
    confidence: 'confirmed',
    message:
      "La signature du fichier « {name} » s'appuie sur un procédé devenu trop faible ({weakness}) : elle est lue, mais prouve peu.",
    fix: 'Signez avec SHA-256 au moins, et une clé RSA de 2048 bits au moins ou une courbe de 256 bits.',
  },
  'ECL-SIG-CERT-EXPIRED': {
    source: 'RFC 5280, 4.1.2.5 (validity)',
    confidence: 'ours',
    message:
      'Le certificat de « {signer} » (fichier « {name} ») valait à la date de signature annoncée, le {at}, mais il a expiré le {to}.',
    fix: 'Rien à refaire si la facture a bien été signée avant cette date ; sinon signez avec le nouveau certificat.',
  },
  'ECL-SIG-TIME': {
    source: 'ETSI EN 319 132-1, 5.2.1 (SigningTime)',
    confidence: 'ours',
    message: 'La signature du fichier « {name} » se dit faite le {at}, après son dépôt.',
    fix: "Vérifiez l'horloge du poste qui signe.",
  },
  'ECL-SIG-SIZE': {
    source: 'docs/signatures.md (signatures.sizeBytesMax)',
    confidence: 'ours',
    message:
      "La signature n'a pas été vérifiée : le fichier « {name} » fait {size} octets, et on n'en vérifie pas au-delà de {max}.",
    fix: "Sortez les pièces jointes les plus lourdes de la facture ; l'exploitant peut aussi relever signatures.sizeBytesMax.",
  },
  'ECL-SIG-DEADLINE': {
    source: 'docs/signatures.md (signatures.msMax)',
    confidence: 'ours',
    message:
      "Les signatures du fichier « {name} » n'ont pas toutes été vérifiées : cela demandait plus de {seconds} s, ou elles sont plus de {max}.",
    fix: "Signez le document en entier par une seule référence ; l'exploitant peut aussi relever signatures.msMax.",
  },
  'ECL-SIG-FORMAT': {
    source: 'DOMAIN 2.2 (XAdES)',
    confidence: 'ours',
    message:
      "Le fichier « {name} » est une signature CMS (PKCS#7), et non XAdES : il est gardé avec le flux, mais n'est pas vérifié.",
    fix: 'Signez en XAdES, comme Chorus Pro le demande.',
  },
};

/** What stops a flow under every setting. */
const stops: Readonly<Record<string, Row>> = {
  'ECL-SIG-ALONE': {
    source: 'DOMAIN 2.2 (the XML and its signatures)',
    confidence: 'ours',
    message: 'Le fichier « {name} » est une signature, et le flux ne contient aucune facture à côté.',
    fix: 'Déposez une archive tar.gz qui contient la facture XML et son fichier de signature.',
  },
};

function graded(rows: Readonly<Record<string, Row>>, severity: FindingRule['severity']) {
  return Object.entries(rows).map(([id, row]) => [id, { ...row, severity, layer: 'signature' as const }]);
}

/** Rules about electronic signatures. What they find is a warning unless the settings enforce them. */
export const signatureRules: Readonly<Record<string, FindingRule>> = Object.fromEntries([
  ...graded(failures, 'warning'),
  ...graded(remarks, 'warning'),
  ...graded(stops, 'fatal'),
]);

/** True for what becomes fatal where signatures are enforced. */
export function isSignatureFailure(id: string): boolean {
  return id in failures;
}
