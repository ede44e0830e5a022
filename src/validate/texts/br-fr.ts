import { brFrGroupsTexts } from './br-fr-groups.js';
import { brFrPartyEntries } from './br-fr-parties.js';
import { type Entry, entriesOf, type Text } from './text.js';

/**
 * French rules on an invoice between taxable persons (BR-FR, after XP Z12-012), rule sets 1.3 and 1.4. `EXT-FR-FE`
 * numbers are terms that the French extension adds to EN 16931; they have no BT number. Rules that the sets number
 * by syntax (`BR-FR-05_BT-22-1` in UBL, `BR-FR-05_BT-22_PMT` in CII) have one text.
 */
const singles = `
BR-FR-08_BT-23|Le cadre de facturation (BT-23) est absent, ou n'est pas un code admis en France.|Indiquez l'un des codes B1, S1, M1, B2, S2, M2, S3, B4, S4, M4, S5, S6, B7, S7, B8, S8, M8, B9, S9 ou M9.
BR-FR-10_BT-30|Le SIREN du vendeur (BT-30, schéma 0002) est absent, ou ne compte pas 9 chiffres.|Indiquez le SIREN du vendeur en 9 chiffres, sans espace, avec le schéma 0002.
BR-FR-11_BT-47|La facture est déclarée entre entreprises (note BAR « B2B »), mais le SIREN de l'acheteur (BT-47, schéma 0002) est absent ou ne compte pas 9 chiffres.|Indiquez le SIREN de l'acheteur en 9 chiffres avec le schéma 0002, ou corrigez la note BAR si l'acheteur n'est pas une entreprise française.
BR-FR-12_BT-49|L'adresse électronique de l'acheteur (BT-49) est absente.|Ajoutez l'adresse électronique de facturation de l'acheteur, telle que l'annuaire la donne.
BR-FR-13_BT-34|L'adresse électronique du vendeur (BT-34) est absente.|Ajoutez l'adresse électronique de facturation du vendeur, par exemple son SIREN avec le schéma 0225.
BR-FR-17_BT-123|La description d'une pièce jointe (BT-123) n'est pas un code de la liste française.|Indiquez l'un des codes RIB, LISIBLE, FEUILLE_DE_STYLE, PJA, BORDEREAU_SUIVI, DOCUMENT_ANNEXE, BON_LIVRAISON, BON_COMMANDE, BORDEREAU_SUIVI_VALIDATION, ETAT_ACOMPTE, FACTURE_PAIEMENT_DIRECT ou RECAPITULATIF_COTRAITANCE.
BR-FR-18_BT-123|Plusieurs pièces jointes portent la description « LISIBLE » (BT-123) ; une facture n'a qu'une version lisible.|Gardez une seule pièce « LISIBLE », et donnez aux autres leur propre code, par exemple DOCUMENT_ANNEXE.
BR-FR-20_BT-21|Le texte d'une note de code sujet BAR (BT-21) n'est pas un traitement connu.|Indiquez comme texte de la note (BT-22) l'une des valeurs B2B, B2BINT, B2C, B2CINT, OUTOFSCOPE ou ARCHIVEONLY, ou retirez la note.
BR-FR-21_BT-49|La facture est déclarée entre entreprises (note BAR « B2B »), mais l'adresse électronique de l'acheteur (BT-49) ne commence pas par son SIREN (BT-47), ou n'a pas le schéma 0225.|Indiquez l'adresse de l'acheteur telle que l'annuaire la donne : elle commence par son SIREN, avec le schéma 0225.
BR-FR-22_BT-34|La facture est émise par l'acheteur pour le vendeur (autofacture, BT-3) et porte une note de traitement (BAR), mais l'adresse électronique du vendeur (BT-34) ne commence pas par son SIREN (BT-30), ou n'a pas le schéma 0225.|Indiquez l'adresse du vendeur telle que l'annuaire la donne : elle commence par son SIREN, avec le schéma 0225.|BT-34 BT-30 BT-3
BR-FR-27_BG-32|Un attribut d'article (BG-32) n'a ni nom (BT-160) ni code (EXT-FR-FE-159).|Donnez à l'attribut un nom ou un code, ou retirez-le.
BR-FR-27_BT-160|Le nom d'un attribut d'article (BT-160) est vide.|Indiquez le nom de l'attribut, ou retirez l'élément vide et donnez un code à la place.
BR-FR-27_EXT-FR-FE-159|Le code d'un attribut d'article (EXT-FR-FE-159, dans BG-32) est vide.|Indiquez le code de l'attribut, ou retirez l'élément vide et donnez un nom (BT-160) à la place.
BR-FR-28-Value|Un attribut d'article (BG-32) doit avoir soit une valeur en texte (BT-161), soit une quantité avec son unité ; il n'a ni l'une ni l'autre, ou les deux.|Gardez une seule des deux formes ; une quantité demande son unité dans l'attribut unitCode.
BR-FR-29_BT-18|Parmi les objets facturés du document (BT-18), le schéma AFL ou le schéma AVV figure plusieurs fois.|Gardez un seul identifiant AFL et un seul identifiant AVV.
BR-FR-29_AFL|L'identifiant d'objet facturé de schéma AFL (BT-18) est vide.|Indiquez sa valeur, le numéro de facture concerné, ou retirez cet identifiant.
BR-FR-29_AVV|L'identifiant d'objet facturé de schéma AVV (BT-18) est vide.|Indiquez sa valeur, ou retirez cet identifiant.
BR-FR-30_BT-128|Parmi les objets facturés d'une ligne (BT-128), le schéma AFL ou le schéma AVV figure plusieurs fois.|Gardez à chaque ligne un seul identifiant AFL et un seul identifiant AVV.
BR-FR-30_AFL|L'identifiant d'objet facturé de schéma AFL d'une ligne (BT-128) est vide.|Indiquez sa valeur, le numéro de facture concerné, ou retirez cet identifiant.
BR-FR-30_AVV|L'identifiant d'objet facturé de schéma AVV d'une ligne (BT-128) est vide.|Indiquez sa valeur, ou retirez cet identifiant.
BR-FR-30_BT-21,BR-FR-31_BT-21|Plusieurs notes de code sujet BAR (BT-21) désignent chacune un traitement de la facture ; une seule est admise.|Gardez une seule note BAR, avec l'une des valeurs B2B, B2BINT, B2C, B2CINT, OUTOFSCOPE ou ARCHIVEONLY.
BR-FR-32-LEGALID|Une immatriculation légale de schéma 0002 (BT-30, BT-47 ou BT-61, par exemple) n'est pas un SIREN de 9 chiffres.|Indiquez le SIREN en 9 chiffres, sans espace, ou donnez à cet identifiant son vrai schéma.
BR-FR-32-ID,BR-FR-32-GLOBALID|Un identifiant de partie de schéma 0002 ou 0231 (BT-29, BT-46 ou BT-60, par exemple) n'est pas un SIREN de 9 chiffres.|Indiquez le SIREN en 9 chiffres, sans espace, ou donnez à cet identifiant son vrai schéma.
BR-FR-CO-03_BT-3|Un avoir pour remise globale (BT-3, code 262) demande le numéro du contrat (BT-12) et la période de facturation (BG-14) avec ses deux dates ; l'un des deux manque.|Ajoutez le numéro du contrat et les dates de début (BT-73) et de fin (BT-74) de la période.|BT-12 BT-73 BT-74 BT-3 BG-14
BR-FR-CO-04_BT-3,BR-FR-CO-04_BT-4|Une facture rectificative (BT-3, code 384, 471, 472 ou 473) doit citer une et une seule facture antérieure, par son numéro (BT-25) et sa date (BT-26).|Citez la facture rectifiée, avec sa date, et elle seule ; rectifiez chaque facture par un document à part.|BT-25 BT-26 BT-3 BG-3
BR-FR-CO-05_BT-3|Un avoir (BT-3, code 261, 381, 396, 502 ou 503) doit citer une facture antérieure, par son numéro (BT-25) et sa date (BT-26), pour le document ou pour chacune de ses lignes.|Ajoutez en tête du document le numéro et la date de la facture que l'avoir corrige, ou indiquez-les à chaque ligne.|BT-25 BT-26 BT-3 BG-3
BR-FR-CO-07_BT-9|La date d'échéance (BT-9) précède la date de la facture (BT-2), ce qui n'est admis que pour un acompte (BT-3 : 386, 500, 503) ou une facture déjà payée (BT-23 : B2, S2, M2).|Corrigez la date d'échéance, ou le cadre de facturation si la facture est déjà payée.
BR-FR-CO-08_BT-23|Le cadre de facturation (BT-23) annonce une facture définitive après acompte (B4, S4 ou M4), mais le type du document (BT-3) est celui d'un acompte (386, 500 ou 503).|Corrigez le type du document, par exemple 380, ou le cadre de facturation.
BR-FR-CO-09_BT-23-1|Le cadre de facturation (BT-23) annonce une facture déjà payée (B2, S2 ou M2), mais le montant déjà payé (BT-113) n'est pas égal au total TVA comprise (BT-112).|Indiquez en BT-113 le total TVA comprise, ou corrigez le cadre de facturation si un reste est à payer.|BT-113 BT-112 BT-23
BR-FR-CO-09_BT-23-2|Le cadre de facturation (BT-23) annonce une facture déjà payée (B2, S2 ou M2), mais le net à payer (BT-115) n'est pas 0.|Indiquez 0 comme net à payer, ou corrigez le cadre de facturation si un reste est à payer.|BT-115 BT-23
BR-FR-CO-09_BT-23-3|Le cadre de facturation (BT-23) annonce une facture déjà payée (B2, S2 ou M2), mais la date d'échéance (BT-9) est absente.|Indiquez en BT-9 le jour du paiement, ou corrigez le cadre de facturation.|BT-9 BT-23
BR-FR-CO-12_BT-5|La facture n'est pas en euros (BT-5) : la devise de comptabilisation (BT-6) doit être EUR, et le total de TVA en euros (BT-111) doit figurer.|Indiquez EUR en BT-6, et le total de TVA converti en euros en BT-111.|BT-6 BT-111 BT-5
BR-FR-CO-14_BT-29-1|Le vendeur est membre d'un assujetti unique (BT-29, schéma 0231), mais la note de code sujet TXD (BT-21) et de texte « MEMBRE_ASSUJETTI_UNIQUE » (BT-22) est absente.|Ajoutez cette note, ou retirez l'identifiant de schéma 0231 si le vendeur n'est pas membre d'un assujetti unique.|BT-22 BT-21 BT-29
BR-FR-CO-15_BT-29-1|Le vendeur est membre d'un assujetti unique (BT-29, schéma 0231), mais le représentant fiscal (BG-11) ou son identifiant à la TVA (BT-63) est absent.|Ajoutez en représentant fiscal l'assujetti unique, avec son numéro de TVA en BT-63.|BT-63 BT-29 BG-11
`;

/** Notes that French law asks for: subject code, place in the ids of the UBL set, what the note says. */
const notes = [
  ['PMT', 1, "l'indemnité forfaitaire pour frais de recouvrement", 'Indemnité forfaitaire de 40 euros'],
  ['PMD', 2, 'les pénalités de retard', 'Taux des pénalités de retard'],
  ['AAB', 3, "l'escompte (ou l'absence d'escompte)", "Pas d'escompte pour paiement anticipé"],
  ['TXD', 4, "le régime de taxe, par exemple l'assujetti unique", ''],
] as const;

function noteEntries(): Entry[] {
  return notes.flatMap(([code, place, what, example]): Entry[] => {
    const missing: readonly [string, string, readonly string[]] = [
      `La mention obligatoire sur ${what} est absente : aucune note (BG-1) n'a le code sujet ${code} (BT-21).`,
      `Ajoutez une note de code sujet ${code}, par exemple « ${example} » ; en UBL, le code s'écrit « #${code}# » au début du texte.`,
      ['BT-22', 'BT-21', 'BG-1'],
    ];
    const several: readonly [string, string] = [
      `Plusieurs notes (BG-1) ont le code sujet ${code} (BT-21) : la mention sur ${what} ne doit figurer qu'une fois.`,
      `Réunissez ces mentions en une seule note de code sujet ${code}.`,
    ];
    return [
      [`BR-FR-06_BT-21-${place}`, ...several],
      [`BR-FR-06_BT-21_${code}`, ...several],
      ...(example === ''
        ? []
        : ([
            [`BR-FR-05_BT-22-${place}`, ...missing],
            [`BR-FR-05_BT-22_${code}`, ...missing],
          ] as const)),
    ];
  });
}

/** Numbers of invoices, with the suffix of their ids. */
const numbers = `
BT-1|Le numéro de facture (BT-1)
BT-25|Le numéro d'une facture antérieure (BT-25)
EXT-FR-FE-136|Le numéro d'une facture antérieure citée à une ligne (EXT-FR-FE-136, dans BG-25)
`;

/** Dates, with the suffix of their ids. */
const dates = `
BT-2|La date de la facture (BT-2)
BT-7|La date d'exigibilité de la TVA (BT-7)
BT-9|La date d'échéance (BT-9)
BT-26|La date d'une facture antérieure (BT-26)
BT-72|La date de livraison (BT-72)
BT-73|Le début de la période de facturation (BT-73)
BT-74|La fin de la période de facturation (BT-74)
BT-134,EXT-FR-FE-134|Le début de la période d'une ligne (BT-134)
BT-135,EXT-FR-FE-135|La fin de la période d'une ligne (BT-135)
EXT-FR-FE-138|La date d'une facture antérieure citée à une ligne (EXT-FR-FE-138, dans BG-25)
EXT-FR-FE-158|La date de livraison d'une ligne (EXT-FR-FE-158, dans BG-25)
`;

const types = `
BT-3|Le type du document (BT-3)
EXT-FR-FE-02|Le type d'une facture antérieure (EXT-FR-FE-02, dans BG-3)
EXT-FR-FE-137|Le type d'une facture antérieure citée à une ligne (EXT-FR-FE-137, dans BG-25)
`;

/** Codes of VAT categories: ids with a wrong code, ids with a code of another country, what carries it. */
const categories = `
15_BT-95_BT-102-1,15_BT-95_BT-102|15_BT-95_BT-102-2,15_BT-95_BT-102_LM|La catégorie de TVA d'une remise (BT-95) ou d'une majoration (BT-102)
15_BT-118-1,15_BT-95_BT-118|15_BT-118-2,15_BT-95_BT-118_LM|La catégorie de TVA d'un groupe de la ventilation (BT-118)
15_BT-151-1,15_BT-95_BT-151|08_BT-151-2,15_BT-95_BT-151_LM|La catégorie de TVA d'une ligne (BT-151)
`;

const rates = `
BT-96|Le taux de TVA d'une remise (BT-96) ou d'une majoration (BT-103)
BT-103|Le taux de TVA d'une majoration (BT-103) ou d'une remise (BT-96)
BT-96_BT-103|Le taux de TVA d'une remise (BT-96) ou d'une majoration (BT-103)
BT-119|Le taux de TVA d'un groupe de la ventilation (BT-119)
BT-152|Le taux de TVA d'une ligne (BT-152)
`;

/** Decimal numbers: suffix of the id and what it is, by number of the rule. */
const decimals: Readonly<
  Record<string, { readonly asked: string; readonly fix: string; readonly rows: string }>
> = {
  'DEC-01': {
    asked: "n'est pas un montant de 19 chiffres au plus, dont 2 décimales au plus, avec un point",
    fix: 'Écrivez le montant en chiffres, par exemple 1234.56, sans espace ; le signe « - » est admis devant.',
    rows: `
BT-92_BT-99|Le montant d'une remise (BT-92) ou d'une majoration (BT-99)
BT-93_BT-100|L'assiette d'une remise (BT-93) ou d'une majoration (BT-100)
BT-106|La somme des lignes (BT-106)
BT-107|La somme des remises (BT-107)
BT-108|La somme des majorations (BT-108)
BT-109|Le total hors TVA (BT-109)
BT-110|Le total de TVA, en devise de facture (BT-110) ou de comptabilisation (BT-111),
BT-111|Le total de TVA, en devise de comptabilisation (BT-111) ou de facture (BT-110),
BT-112|Le total TVA comprise (BT-112)
BT-113|Le montant déjà payé (BT-113)
BT-114|L'arrondi (BT-114)
BT-115|Le net à payer (BT-115)
BT-116|La base d'une catégorie de TVA (BT-116)
BT-117|Le montant de TVA d'une catégorie (BT-117)
BT-131|Le montant net d'une ligne (BT-131)
BT-136_BT-141|Le montant d'une remise (BT-136) ou d'une majoration (BT-141) de ligne
BT-137_BT-142|L'assiette d'une remise (BT-137) ou d'une majoration (BT-142) de ligne
`,
  },
  'DEC-02': {
    asked: "n'est pas un nombre de 19 chiffres au plus, dont 4 décimales au plus, avec un point",
    fix: 'Écrivez la quantité en chiffres, par exemple 12.5, sans espace ; le signe « - » est admis devant.',
    rows: `
BT-129|La quantité facturée (BT-129)
BT-149|La quantité de base du prix (BT-149)
`,
  },
  'DEC-03': {
    asked:
      "n'est pas un nombre sans signe de 19 chiffres au plus, dont 6 décimales au plus, avec un point (le signe « - » n'est admis que si le cadre de facturation est B9, S9 ou M9)",
    fix: "Écrivez le prix en chiffres, par exemple 12.3456 ; pour un retour, c'est la quantité (BT-129) qui porte le signe.",
    rows: `
BT-146|Le prix net de l'article (BT-146)
BT-147|Le rabais sur le prix de l'article (BT-147)
BT-148|Le prix brut de l'article (BT-148)
`,
  },
  'DEC-04': {
    asked: "n'est pas un nombre sans signe de 4 chiffres au plus, dont 2 décimales au plus, avec un point",
    fix: 'Écrivez le taux en pour cent, en chiffres et sans signe « % », par exemple 5.5.',
    rows: `
BT-96_BT-103|Le taux de TVA d'une remise (BT-96) ou d'une majoration (BT-103)
BT-119|Le taux de TVA d'un groupe de la ventilation (BT-119)
BT-152|Le taux de TVA d'une ligne (BT-152)
`,
  },
};

/** One entry for each id of a list parted by commas. */
function each(ids: string, prefix: string, ...text: Text): Entry[] {
  return ids.split(',').map((id): Entry => [`${prefix}${id}`, ...text]);
}

function valueEntries(): Entry[] {
  const characters =
    'compte autre chose que des lettres sans accent, des chiffres et les signes « - », « + », « _ » et « / »';
  const tooLong = 'Donnez un numéro de 35 caractères au plus, identique à celui que porte la facture.';
  const plain = 'Écrivez ce numéro sans espace ni autre signe, identique à celui que porte la facture.';
  const typeFix =
    "Indiquez l'un des codes 380, 389, 393, 501, 386, 500, 384, 471, 472, 473, 261, 262, 381, 396, 502 ou 503.";
  return [
    ...entriesOf(numbers).flatMap(([id, what]): Entry[] => [
      ...each(`${id},${id}-1`, 'BR-FR-01_', `${what} dépasse 35 caractères.`, tooLong),
      ...each(`01_${id}-2,02_${id}`, 'BR-FR-', `${what} ${characters}.`, plain),
    ]),
    ...entriesOf(dates).flatMap(([ids, what]) =>
      each(
        ids,
        'BR-FR-03_',
        `${what} n'est pas un jour du calendrier compris entre 2000 et 2099.`,
        "Corrigez la date ; elle s'écrit AAAA-MM-JJ en UBL, AAAAMMJJ en CII.",
      ),
    ),
    ...entriesOf(types).map(
      ([id, what]): Entry => [`BR-FR-04_${id}`, `${what} n'est pas un code admis en France.`, typeFix],
    ),
    ...entriesOf(rates).map(
      ([id, what]): Entry => [
        `BR-FR-16_${id}`,
        `${what} n'est pas un taux en vigueur, ou ayant été en vigueur, en France.`,
        'Indiquez le taux en pour cent, sans signe « % » : 20, 10, 5.5 ou 2.1 en métropole, 8.5 outre-mer, 0 sans taxe ; une ou deux décimales au plus.',
      ],
    ),
  ];
}

function categoryEntries(): Entry[] {
  return entriesOf(categories).flatMap(([wrong, foreign, what]) => [
    ...each(
      wrong,
      'BR-FR-',
      `${what} n'est pas un code admis en France.`,
      "Indiquez l'un des codes S, E, AE, K, G, O ou Z.",
    ),
    ...each(
      foreign,
      'BR-FR-',
      `${what} est L ou M, codes de taxes espagnoles qui n'ont pas cours en France.`,
      'Indiquez le code de la TVA française applicable, par exemple S pour le taux normal ou réduit.',
    ),
  ]);
}

function decimalEntries(): Entry[] {
  return Object.entries(decimals).flatMap(([rule, { asked, fix, rows }]) =>
    entriesOf(rows).map(([id, what]): Entry => [`BR-FR-${rule}_${id}`, `${what} ${asked}.`, fix]),
  );
}

/** The texts of the French rules. */
export function brFrEntries(): Entry[] {
  return [
    ...[...entriesOf(singles), ...entriesOf(brFrGroupsTexts)].flatMap(([ids, ...text]) =>
      each(ids, '', ...text),
    ),
    ...noteEntries(),
    ...valueEntries(),
    ...categoryEntries(),
    ...decimalEntries(),
    ...brFrPartyEntries(),
  ];
}
