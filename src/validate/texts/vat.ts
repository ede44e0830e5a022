import type { Entry, Text } from './text.js';

/** The families of rules by VAT category (EN 16931-1 section 6.4.3): one set of sentences over ten categories. */
interface Category {
  readonly family: string;
  /** Code in the invoice, which is not always the name of the family. */
  readonly code: string;
  readonly name: string;
  /** Rate asked of lines, allowances and charges; `none`: there must be no rate at all. */
  readonly rate: 'positive' | 'zero' | 'any' | 'none';
  /** Identifiers asked of the parties. */
  readonly parties: 'seller' | 'sellerAndBuyer' | 'intraCommunity' | 'export' | 'forbidden';
  /** Whether an exemption is explained; `forbidden` where tax is charged. */
  readonly reason: 'required' | 'forbidden';
  /** A code of the VATEX list that says it. */
  readonly vatex?: string;
}

const taxed = { parties: 'seller', reason: 'forbidden' } as const;
const untaxed = { rate: 'zero', reason: 'required' } as const;
const categories: readonly Category[] = [
  { family: 'S', code: 'S', name: 'taux normal', rate: 'positive', ...taxed },
  { family: 'Z', code: 'Z', name: 'taux zéro', rate: 'zero', ...taxed },
  {
    family: 'E',
    code: 'E',
    name: 'exonéré de TVA',
    ...untaxed,
    parties: 'seller',
    vatex: 'VATEX-EU-132 ; en France, VATEX-FR-FRANCHISE pour la franchise en base',
  },
  {
    family: 'AE',
    code: 'AE',
    name: 'autoliquidation',
    ...untaxed,
    parties: 'sellerAndBuyer',
    vatex: 'VATEX-EU-AE',
  },
  {
    family: 'IC',
    code: 'K',
    name: 'livraison intracommunautaire',
    ...untaxed,
    parties: 'intraCommunity',
    vatex: 'VATEX-EU-IC',
  },
  {
    family: 'G',
    code: 'G',
    name: "exportation hors de l'Union européenne",
    ...untaxed,
    parties: 'export',
    vatex: 'VATEX-EU-G',
  },
  {
    family: 'O',
    code: 'O',
    name: 'non soumis à la TVA',
    rate: 'none',
    reason: 'required',
    parties: 'forbidden',
    vatex: 'VATEX-EU-O',
  },
  { family: 'AF', code: 'L', name: 'IGIC, taxe des Canaries', rate: 'any', ...taxed },
  { family: 'AG', code: 'M', name: 'IPSI, taxe de Ceuta et Melilla', rate: 'any', ...taxed },
];

/** What carries a category: its name, its category and its rate. */
const carriers = [
  { a: 'Une ligne (BG-25)', the: 'de la ligne', category: 'BT-151', rate: 'BT-152' },
  { a: 'Une remise du document (BG-20)', the: 'de la remise', category: 'BT-95', rate: 'BT-96' },
  { a: 'Une majoration du document (BG-21)', the: 'de la majoration', category: 'BT-102', rate: 'BT-103' },
] as const;

const partiesMissing = {
  seller:
    "mais le vendeur n'a ni identifiant à la TVA (BT-31), ni identifiant fiscal local (BT-32), ni représentant fiscal identifié (BT-63)",
  sellerAndBuyer:
    "ce qui demande l'identifiant fiscal du vendeur (BT-31, BT-32 ou BT-63) et celui de l'acheteur (BT-48 ou BT-47) : l'un des deux manque",
  intraCommunity:
    "ce qui demande l'identifiant à la TVA du vendeur (BT-31 ou BT-63) et celui de l'acheteur (BT-48) : l'un des deux manque",
  export: "mais ni le vendeur (BT-31) ni son représentant fiscal (BT-63) n'a d'identifiant à la TVA",
  forbidden:
    "ce qui exclut tout identifiant à la TVA du vendeur (BT-31), de son représentant fiscal (BT-63) et de l'acheteur (BT-48)",
} as const;

const partiesFix = {
  seller: "Ajoutez l'un de ces identifiants, par exemple le numéro de TVA intracommunautaire en BT-31",
  sellerAndBuyer: "Ajoutez l'identifiant fiscal qui manque",
  intraCommunity: 'Ajoutez le numéro de TVA intracommunautaire qui manque',
  export: 'Ajoutez le numéro de TVA du vendeur ou de son représentant fiscal',
  forbidden: 'Retirez ces identifiants (un SIREN reste possible en BT-30)',
} as const;

function partiesSentence(category: Category, carrier: (typeof carriers)[number]): Text {
  return [
    `${carrier.a} est en ${shown(category)}, ${partiesMissing[category.parties]}.`,
    `${partiesFix[category.parties]}, ou corrigez la catégorie ${carrier.the} (${carrier.category}).`,
  ];
}

function rateSentence(category: Category, carrier: (typeof carriers)[number]): Text {
  const asked = {
    positive: 'doit être supérieur à 0',
    zero: 'doit être 0',
    any: 'doit être indiqué, et ne peut être négatif (certaines versions des règles le veulent supérieur à 0 en CII)',
    none: 'ne doit pas figurer',
  }[category.rate];
  const fix =
    category.rate === 'none'
      ? `Retirez le taux ${carrier.the}`
      : category.rate === 'zero'
        ? `Indiquez le taux 0 ${carrier.the}`
        : `Indiquez le taux applicable ${carrier.the}, en pour cent`;
  return [
    `${carrier.a} est en ${shown(category)} : son taux de TVA (${carrier.rate}) ${asked}.`,
    `${fix}, ou corrigez la catégorie (${carrier.category}).`,
  ];
}

const shown = (category: Category): string => `catégorie « ${category.name} » (${category.code})`;

function breakdownSentence(category: Category): Text {
  const how = category.parties === 'seller' && category.rate !== 'zero' ? '' : ', en un seul groupe';
  return [
    `La ${shown(category)} doit figurer à la fois sur une ligne (BT-151), une remise (BT-95) ou une majoration (BT-102) et dans la ventilation de la TVA (BG-23, BT-118)${how}.`,
    `Accordez la ventilation et le contenu de la facture : ajoutez, réunissez ou retirez le groupe de code ${category.code}.`,
    ['BT-118', 'BT-151', 'BT-95', 'BT-102', 'BG-23'],
  ];
}

function baseSentence(category: Category): Text {
  const rate = category.rate === 'positive' || category.rate === 'any' ? ' au même taux (BT-119)' : '';
  return [
    `Dans la ventilation de la TVA (BG-23), la base (BT-116) de la ${shown(category)} n'est pas égale à ses lignes (BT-131), moins ses remises (BT-92), plus ses majorations (BT-99)${rate}.`,
    `Recalculez la base à partir des seuls montants de code ${category.code}${rate}, ou corrigez la catégorie d'une ligne.`,
  ];
}

function taxSentence(category: Category): Text {
  if (category.rate === 'positive' || category.rate === 'any') {
    return [
      `Dans la ventilation de la TVA (BG-23), le montant de TVA (BT-117) de la ${shown(category)} n'est pas égal à sa base (BT-116) multipliée par son taux (BT-119).`,
      'Recalculez le montant : base × taux ÷ 100, arrondi à deux décimales.',
    ];
  }
  return [
    `Dans la ventilation de la TVA (BG-23), le montant de TVA (BT-117) de la ${shown(category)} n'est pas 0.`,
    'Indiquez 0, ou corrigez la catégorie si la TVA est due.',
  ];
}

function reasonSentence(category: Category): Text {
  if (category.reason === 'forbidden') {
    return [
      `Dans la ventilation de la TVA (BG-23), la ${shown(category)} ne doit porter ni motif d'exonération (BT-120) ni code de motif (BT-121).`,
      "Retirez le motif et son code, ou corrigez la catégorie si l'opération est exonérée.",
    ];
  }
  return [
    `Dans la ventilation de la TVA (BG-23), la ${shown(category)} n'est pas justifiée : il manque un motif d'exonération (BT-120) ou son code (BT-121).`,
    `Ajoutez un texte en BT-120, ou un code de la liste VATEX en BT-121, par exemple ${category.vatex ?? ''}.`,
  ];
}

const others: Readonly<Record<string, Text>> = {
  'BR-IC-11': [
    "Une livraison intracommunautaire (K) demande la date de livraison (BT-72) ou la période de facturation (BG-14), et ni l'une ni l'autre ne figure.",
    'Ajoutez la date de livraison ou la période.',
  ],
  'BR-IC-12': [
    'Une livraison intracommunautaire (K) demande le pays de livraison (BT-80), qui est absent.',
    "Ajoutez l'adresse de livraison (BG-15) avec le code du pays d'arrivée.",
  ],
  'BR-O-11': [
    'La ventilation de la TVA (BG-23) est « non soumis à la TVA » (O), mais une autre catégorie (BT-118) y figure aussi, ou sur une ligne (BT-151).',
    "Séparez en deux factures ce qui est soumis à la TVA et ce qui ne l'est pas, ou corrigez les catégories.",
    ['BT-118', 'BT-151', 'BG-23'],
  ],
  'BR-O-12': [
    'La ventilation est « non soumis à la TVA » (O), mais une ligne (BT-151), ou un autre groupe de la ventilation, a une autre catégorie.',
    'Donnez le code O à toutes les lignes, ou facturez à part ce qui est soumis à la TVA.',
  ],
  'BR-O-13': [
    'La ventilation est « non soumis à la TVA » (O), mais une remise (BT-95), ou en CII une majoration (BT-102), a une autre catégorie.',
    'Donnez le code O à toutes les remises et majorations, ou facturez à part ce qui est soumis à la TVA.',
  ],
  'BR-O-14': [
    'La ventilation est « non soumis à la TVA » (O), mais une majoration (BT-102), ou en CII une remise (BT-95), a une autre catégorie.',
    'Donnez le code O à toutes les majorations et remises, ou facturez à part ce qui est soumis à la TVA.',
  ],
  'BR-B-01': [
    'La catégorie « TVA scindée » (B) (BT-151, BT-95 ou BT-102) est réservée aux factures dont toutes les adresses sont en Italie (IT).',
    'Remplacez le code B par la catégorie applicable, par exemple S.',
  ],
  'BR-B-02': [
    'La catégorie « TVA scindée » (B) et le taux normal (S) ne peuvent figurer dans la même facture (BT-151, BT-95, BT-102 ou BT-118).',
    'Gardez une seule des deux catégories, ou établissez deux factures.',
  ],
};

/** The sentences of every rule by VAT category, by id. */
export function vatTexts(): readonly Entry[] {
  const families = categories.flatMap((category) => {
    const sentences = [
      breakdownSentence(category),
      ...carriers.map((carrier) => partiesSentence(category, carrier)),
      ...carriers.map((carrier) => rateSentence(category, carrier)),
      baseSentence(category),
      taxSentence(category),
      reasonSentence(category),
    ];
    return sentences.map(
      (sentence, i): Entry => [`BR-${category.family}-${String(i + 1).padStart(2, '0')}`, ...sentence],
    );
  });
  return [...families, ...Object.entries(others).map(([id, sentence]): Entry => [id, ...sentence])];
}
