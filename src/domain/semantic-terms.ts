/**
 * Business terms of EN 16931-1 by number, with the field of the model that holds them and a French name. The names
 * are our own short ones, after the definitions of the norm.
 */
export interface TermRow {
  readonly id: string;
  readonly name: string;
  /** Field of the object at hand. */
  readonly field: string;
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  /** Field that holds the group, or its list; null: its terms are fields of the object at hand. */
  readonly field: string | null;
  /** For a list of allowances and charges: which of both the group is. */
  readonly charge?: boolean;
  readonly rows: readonly Row[];
}

export type Row = TermRow | GroupRow;

const bt = (number: number, name: string, field: string): TermRow => ({ id: `BT-${number}`, name, field });
const bg = (number: number, name: string, field: string | null, rows: readonly Row[]): GroupRow => ({
  id: `BG-${number}`,
  name,
  field,
  rows,
});

/** Numbers of line 1, line 2, line 3, city, post code, subdivision, country. */
function address(group: number, name: string, numbers: readonly number[]): GroupRow {
  const fields = [
    ['Adresse, ligne 1', 'line1'],
    ['Adresse, ligne 2', 'line2'],
    ['Adresse, ligne 3', 'line3'],
    ['Ville', 'city'],
    ['Code postal', 'postCode'],
    ['Subdivision du pays', 'subdivision'],
    ['Code du pays', 'country'],
  ] as const;
  return bg(
    group,
    name,
    'address',
    fields.map(([label, field], i) => bt(numbers[i] ?? 0, label, field)),
  );
}

/** Numbers of amount, base, percentage, VAT category and rate (lines have neither), reason, reason code. */
function allowance(group: number, name: string, charge: boolean, numbers: readonly number[]): GroupRow {
  const fields = [
    ['Montant', 'amount'],
    ['Assiette', 'base'],
    ['Pourcentage', 'percent'],
    ['Motif', 'reason'],
    ['Code du motif', 'reasonCode'],
    ['Catégorie de TVA', 'vatCategory'],
    ['Taux de TVA', 'vatRate'],
  ] as const;
  const rows = numbers.map((number, i) => {
    const [label, field] = fields[i] ?? ['', ''];
    return bt(number, label, field);
  });
  return { ...bg(group, name, 'allowancesCharges', rows), charge };
}

const contact = (group: number, first: number): GroupRow =>
  bg(group, 'Contact', 'contact', [
    bt(first, 'Nom du contact', 'name'),
    bt(first + 1, 'Téléphone', 'phone'),
    bt(first + 2, 'Courriel', 'email'),
  ]);

const line: readonly Row[] = [
  bt(126, 'Identifiant de la ligne', 'id'),
  bt(127, 'Note de la ligne', 'note'),
  bt(128, 'Objet facturé à la ligne', 'object'),
  bt(129, 'Quantité facturée', 'quantity'),
  bt(130, 'Unité de la quantité', 'unit'),
  bt(131, 'Montant net de la ligne', 'netAmount'),
  bt(132, 'Ligne du bon de commande', 'orderLineReference'),
  bt(133, "Imputation comptable de l'acheteur", 'accountingReference'),
  bg(26, 'Période de la ligne', 'period', [bt(134, 'Début', 'start'), bt(135, 'Fin', 'end')]),
  allowance(27, 'Remise de la ligne', false, [136, 137, 138, 139, 140]),
  allowance(28, 'Majoration de la ligne', true, [141, 142, 143, 144, 145]),
  bg(29, 'Prix', null, [
    bt(146, 'Prix net', 'netPrice'),
    bt(147, 'Rabais sur le prix', 'priceDiscount'),
    bt(148, 'Prix brut', 'grossPrice'),
    bt(149, 'Quantité de base du prix', 'priceBaseQuantity'),
    bt(150, 'Unité de la quantité de base', 'priceBaseUnit'),
  ]),
  bg(30, 'TVA de la ligne', null, [
    bt(151, 'Catégorie de TVA', 'vatCategory'),
    bt(152, 'Taux de TVA', 'vatRate'),
  ]),
  bg(31, 'Article', null, [
    bt(153, "Nom de l'article", 'name'),
    bt(154, "Description de l'article", 'description'),
    bt(155, 'Référence du vendeur', 'sellerItemId'),
    bt(156, "Référence de l'acheteur", 'buyerItemId'),
    bt(157, "Identifiant normalisé de l'article", 'standardItemId'),
    bt(158, "Classification de l'article", 'classifications'),
    bt(159, "Pays d'origine", 'originCountry'),
    bg(32, "Attribut de l'article", 'attributes', [
      bt(160, "Nom de l'attribut", 'name'),
      bt(161, "Valeur de l'attribut", 'value'),
    ]),
  ]),
];

const parties: readonly Row[] = [
  bg(4, 'Vendeur', 'seller', [
    bt(27, 'Nom du vendeur', 'name'),
    bt(28, 'Nom commercial', 'tradingName'),
    bt(29, 'Identifiant du vendeur', 'identifiers'),
    bt(30, 'Immatriculation légale', 'legalId'),
    bt(31, 'Identifiant à la TVA', 'vatId'),
    bt(32, 'Identifiant fiscal local', 'taxRegistrationId'),
    bt(33, 'Mentions légales', 'legalForm'),
    bt(34, 'Adresse électronique', 'endpoint'),
    address(5, 'Adresse du vendeur', [35, 36, 162, 37, 38, 39, 40]),
    contact(6, 41),
  ]),
  bg(7, 'Acheteur', 'buyer', [
    bt(44, "Nom de l'acheteur", 'name'),
    bt(45, 'Nom commercial', 'tradingName'),
    bt(46, "Identifiant de l'acheteur", 'identifiers'),
    bt(47, 'Immatriculation légale', 'legalId'),
    bt(48, 'Identifiant à la TVA', 'vatId'),
    bt(49, 'Adresse électronique', 'endpoint'),
    address(8, "Adresse de l'acheteur", [50, 51, 163, 52, 53, 54, 55]),
    contact(9, 56),
  ]),
  bg(10, 'Bénéficiaire du paiement', 'payee', [
    bt(59, 'Nom du bénéficiaire', 'name'),
    bt(60, 'Identifiant du bénéficiaire', 'identifiers'),
    bt(61, 'Immatriculation légale', 'legalId'),
  ]),
  bg(11, 'Représentant fiscal du vendeur', 'taxRepresentative', [
    bt(62, 'Nom du représentant fiscal', 'name'),
    bt(63, 'Identifiant à la TVA', 'vatId'),
    address(12, 'Adresse du représentant fiscal', [64, 65, 164, 66, 67, 68, 69]),
  ]),
];

const delivery = bg(13, 'Livraison', 'delivery', [
  bt(70, 'Nom du destinataire de la livraison', 'name'),
  bt(71, 'Lieu de livraison', 'location'),
  bt(72, 'Date de livraison', 'date'),
  address(15, 'Adresse de livraison', [75, 76, 165, 77, 78, 79, 80]),
]);

const payment = bg(16, 'Paiement', 'payment', [
  bt(81, 'Code du moyen de paiement', 'meansCode'),
  bt(82, 'Libellé du moyen de paiement', 'meansText'),
  bt(83, 'Référence à rappeler au paiement', 'remittance'),
  bg(17, 'Virement', 'accounts', [
    bt(84, 'Compte à créditer', 'id'),
    bt(85, 'Titulaire du compte', 'name'),
    bt(86, "Identifiant de l'établissement (BIC)", 'bic'),
  ]),
  bg(18, 'Carte de paiement', null, [
    bt(87, 'Numéro de carte', 'cardNumber'),
    bt(88, 'Titulaire de la carte', 'cardHolder'),
  ]),
  bg(19, 'Prélèvement', null, [
    bt(89, 'Référence du mandat', 'mandate'),
    bt(90, 'Identifiant du créancier', 'creditorId'),
    bt(91, 'Compte à débiter', 'debitedAccount'),
  ]),
]);

const totals: readonly Row[] = [
  bg(22, 'Totaux', 'totals', [
    bt(106, 'Somme des lignes', 'lines'),
    bt(107, 'Somme des remises', 'allowances'),
    bt(108, 'Somme des majorations', 'charges'),
    bt(109, 'Total hors TVA', 'taxExclusive'),
    bt(110, 'Total de TVA', 'tax'),
    bt(111, 'Total de TVA en devise de comptabilisation', 'taxInAccountingCurrency'),
    bt(112, 'Total TVA comprise', 'taxInclusive'),
    bt(113, 'Montant déjà payé', 'prepaid'),
    bt(114, 'Arrondi', 'rounding'),
    bt(115, 'Net à payer', 'payable'),
  ]),
  bg(23, 'Ventilation de la TVA', 'vatBreakdown', [
    bt(116, 'Base', 'base'),
    bt(117, 'Montant de TVA', 'amount'),
    bt(118, 'Catégorie de TVA', 'category'),
    bt(119, 'Taux de TVA', 'rate'),
    bt(120, "Motif d'exonération", 'exemptionReason'),
    bt(121, "Code du motif d'exonération", 'exemptionCode'),
  ]),
];

/** The terms of the norm, in its order. */
export const semanticRows: readonly Row[] = [
  bt(1, 'Numéro de facture', 'number'),
  bt(2, "Date d'émission", 'issueDate'),
  bt(3, 'Code du type de facture', 'typeCode'),
  bt(5, 'Devise de la facture', 'currency'),
  bt(6, 'Devise de comptabilisation de la TVA', 'taxCurrency'),
  bt(7, "Date d'exigibilité de la TVA", 'taxPointDate'),
  bt(8, "Code de la date d'exigibilité", 'taxPointDateCode'),
  bt(9, "Date d'échéance", 'dueDate'),
  bt(10, "Référence de l'acheteur", 'buyerReference'),
  bt(11, 'Référence du projet', 'projectReference'),
  bt(12, 'Référence du contrat', 'contractReference'),
  bt(13, 'Référence de la commande', 'orderReference'),
  bt(14, 'Référence de la commande chez le vendeur', 'salesOrderReference'),
  bt(15, "Référence de l'avis de réception", 'receivingAdviceReference'),
  bt(16, "Référence de l'avis d'expédition", 'despatchAdviceReference'),
  bt(17, "Référence de l'appel d'offres ou du lot", 'tenderReference'),
  bt(18, 'Objet facturé', 'invoicedObject'),
  bt(19, "Imputation comptable de l'acheteur", 'buyerAccountingReference'),
  bt(20, 'Conditions de paiement', 'paymentTerms'),
  bg(1, 'Note', 'notes', [bt(21, 'Code du sujet', 'subjectCode'), bt(22, 'Texte', 'text')]),
  bg(2, 'Cadre du traitement', null, [
    bt(23, 'Processus métier', 'businessProcess'),
    bt(24, 'Spécification suivie', 'specification'),
  ]),
  bg(3, 'Facture antérieure', 'precedingInvoices', [
    bt(25, 'Numéro de la facture antérieure', 'number'),
    bt(26, 'Date de la facture antérieure', 'issueDate'),
  ]),
  ...parties,
  delivery,
  bg(14, 'Période de facturation', 'period', [bt(73, 'Début', 'start'), bt(74, 'Fin', 'end')]),
  payment,
  allowance(20, 'Remise du document', false, [92, 93, 94, 97, 98, 95, 96]),
  allowance(21, 'Majoration du document', true, [99, 100, 101, 104, 105, 102, 103]),
  ...totals,
  bg(24, 'Pièce jointe', 'attachments', [
    bt(122, 'Référence de la pièce', 'name'),
    bt(123, 'Description de la pièce', 'description'),
    bt(124, 'Adresse de la pièce', 'uri'),
    // BT-125 is the content; what is known of it here is its type, its name and which piece it became.
    { id: 'BT-125.mimeCode', name: 'Type déclaré du contenu', field: 'mime' },
    { id: 'BT-125.filename', name: 'Nom du fichier', field: 'filename' },
    { id: 'BT-125.piece', name: 'Rang de la pièce dans le fichier', field: 'piece' },
    { id: 'chorusType', name: 'Type de pièce Chorus Pro', field: 'chorusType' },
  ]),
  bg(25, 'Ligne', 'lines', [...line, { id: 'chorusKind', name: 'Type de ligne Chorus Pro', field: 'kind' }]),
];

const chorusParty = (id: string, name: string): GroupRow => ({
  id,
  name,
  field: id,
  rows: [
    { id: 'idType', name: "Type d'identifiant", field: 'idType' },
    { id: 'idTypeRaw', name: "Type d'identifiant tel qu'écrit", field: 'idTypeRaw' },
    { id: 'id', name: 'Identifiant', field: 'id' },
    { id: 'name', name: 'Raison sociale', field: 'name' },
    { id: 'country', name: 'Code du pays', field: 'country' },
  ],
});

const chorusTerm = (field: string, name: string): TermRow => ({ id: field, name, field });

/** The terms of Chorus Pro (DOMAIN 9 and 10). */
export const chorusRows: readonly Row[] = [
  chorusTerm('cadre', 'Cadre de facturation'),
  chorusParty('supplier', 'Fournisseur'),
  chorusTerm('supplierServiceCode', 'Code service du fournisseur'),
  chorusParty('recipient', 'Débiteur'),
  chorusTerm('serviceCode', 'Code service du débiteur'),
  chorusTerm('serviceName', 'Nom du service du débiteur'),
  chorusTerm('engagement', "Numéro d'engagement"),
  chorusTerm('market', 'Numéro de marché'),
  chorusTerm('contract', 'Numéro de contrat'),
  chorusTerm('contractType', 'Type de la référence (marché ou contrat)'),
  chorusParty('validator', 'Valideur'),
  chorusParty('payee', 'Encaisseur'),
  chorusTerm('vatRegime', 'Régime de TVA'),
  chorusTerm('originalInvoice', "Facture d'origine"),
  chorusTerm('deliveryDate', 'Date de livraison'),
];
