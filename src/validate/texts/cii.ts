import { ciiNames } from './cii-names.js';
import { ciiInstead, ciiPlaces, ciiTechnical } from './cii-places.js';
import { ciiUnusedRows, ciiUnusedTypeRows } from './cii-unused-rows.js';
import { type Entry, entriesOf } from './text.js';
import { unusedEntries } from './unused.js';

/**
 * What the binding of EN 16931 to CII D16B (CEN/TS 16931-3-3) adds to the norm: terms that stand once and elements
 * that are not used (CII-SR), forms of values (CII-DT).
 */

/** Terms that stand once: `id|what|element`. */
const once = `
CII-SR-003|Le processus métier (BT-23)|BusinessProcessSpecifiedDocumentContextParameter
CII-SR-030|Le texte d'une note (BT-22)|Content par note
CII-SR-039|La note d'une ligne (BT-127)|IncludedNote
CII-SR-040|Le texte de la note d'une ligne (BT-127)|IncludedNote/Content
CII-SR-440|Le rabais sur le prix d'un article (BT-147)|ActualAmount
CII-SR-441|Le prix net d'un article (BT-146)|NetPriceProductTradePrice/ChargeAmount
CII-SR-452|Le bloc des conditions de paiement (BT-20, BT-9)|SpecifiedTradePaymentTerms
CII-SR-453|Le texte des conditions de paiement (BT-20)|SpecifiedTradePaymentTerms/Description
CII-SR-455|Le contact du vendeur (BG-6)|DefinedTradeContact
CII-SR-456|Le contact de l'acheteur (BG-9)|DefinedTradeContact
CII-SR-457|La référence de l'appel d'offres ou du lot (BT-17)|AdditionalReferencedDocument de type 50
CII-SR-458|L'objet facturé (BT-18)|AdditionalReferencedDocument de type 130
CII-SR-459|L'adresse électronique du vendeur (BT-34)|URIUniversalCommunication
CII-SR-460|L'adresse électronique de l'acheteur (BT-49)|URIUniversalCommunication
CII-SR-461|La date d'exigibilité de la TVA (BT-7)|TaxPointDate
CII-SR-469|La référence à rappeler au paiement (BT-83)|PaymentReference
CII-SR-471|Le taux de TVA d'une remise (BT-96) ou d'une majoration (BT-103)|RateApplicablePercent
CII-SR-472|La catégorie de TVA d'une remise (BT-95) ou d'une majoration (BT-102)|CategoryTradeTax
CII-SR-473|Le montant d'une remise (BT-92) ou d'une majoration (BT-99)|ActualAmount
CII-SR-474|L'objet facturé à une ligne (BT-128)|AdditionalReferencedDocument de type 130
CII-SR-477|La somme des lignes (BT-106)|LineTotalAmount
CII-SR-478|La somme des majorations (BT-108)|ChargeTotalAmount
CII-SR-479|La somme des remises (BT-107)|AllowanceTotalAmount
CII-SR-480|Le total hors TVA (BT-109)|TaxBasisTotalAmount
CII-SR-481|L'arrondi (BT-114)|RoundingAmount
CII-SR-482|Le total TVA comprise (BT-112)|GrandTotalAmount
CII-SR-484|Le montant déjà payé (BT-113)|TotalPrepaidAmount
CII-SR-487|Le net à payer (BT-115)|DuePayableAmount
`;

/** Totals that the norm does not use, and CII lets stand once at most: `id|what|element`. */
const onceOutside = `
CII-SR-483|Le montant pour information|InformationAmount
CII-SR-485|Le total des escomptes|TotalDiscountAmount
CII-SR-486|Le total des remises et majorations|TotalAllowanceChargeAmount
CII-SR-488|La valeur de détail hors taxe|RetailValueExcludingTaxInformationAmount
CII-SR-489|Le total des consignes|TotalDepositFeeInformationAmount
CII-SR-490|La valeur hors taxe sur le tabac|ProductValueExcludingTobaccoTaxInformationAmount
CII-SR-491|La valeur de détail totale|TotalRetailValueInformationAmount
CII-SR-492|Le total brut des lignes|GrossLineTotalAmount
CII-SR-493|Le total net des lignes|NetLineTotalAmount
CII-SR-494|Le total net taxes comprises des lignes|NetIncludingTaxesLineTotalAmount
`;

const others = `
CII-SR-04|Un paramètre du cadre du document (BG-2) porte une valeur (Value), qui ne fait pas partie de la norme EN 16931.|Retirez l'élément Value ; l'identifiant (BT-23 ou BT-24) suffit.
CII-SR-05|Un paramètre du cadre du document (BG-2) porte une version (SpecifiedDocumentVersion), qui ne fait pas partie de la norme EN 16931.|Retirez l'élément SpecifiedDocumentVersion ; la version se lit dans l'identifiant (BT-24).
CII-SR-009|Le bloc de la spécification suivie (BT-24, GuidelineSpecifiedDocumentContextParameter) doit figurer une et une seule fois.|Indiquez une seule spécification, par exemple « urn:cen.eu:en16931:2017 ».
CII-SR-010|L'identifiant de la spécification suivie (BT-24, ID) doit figurer une et une seule fois.|Indiquez un seul identifiant, par exemple « urn:cen.eu:en16931:2017 ».
CII-SR-014|Le type de facture (BT-3, ExchangedDocument/TypeCode) doit figurer une et une seule fois.|Indiquez un seul type, par exemple 380 pour une facture ou 381 pour un avoir.
CII-SR-046|L'identifiant normalisé d'un article (BT-157, GlobalID) n'indique pas son schéma.|Ajoutez l'attribut schemeID avec un code ISO 6523, par exemple 0160 pour un GTIN.
CII-SR-069|Un attribut d'article (BG-32) doit avoir un et un seul nom (BT-160, Description).|Indiquez un nom par attribut ; faites d'un second nom un second attribut.
CII-SR-072|Un attribut d'article (BG-32) doit avoir une et une seule valeur (BT-161, Value).|Indiquez une valeur par attribut ; faites d'une seconde valeur un second attribut.
CII-SR-090|Le pays d'origine d'un article (BT-159, OriginTradeCountry) doit avoir un et un seul code (ID).|Indiquez un seul code ISO 3166-1, par exemple FR, ou retirez le bloc.
CII-SR-119|Le rabais sur le prix d'un article (BT-147) doit indiquer à la fois son montant (ActualAmount) et un ChargeIndicator égal à false ; l'un des deux manque, ou annonce une majoration.|Complétez le rabais, ou retirez le bloc AppliedTradeAllowanceCharge ; une majoration s'indique à la ligne (BG-28).
CII-SR-439|Le prix net d'un article (BT-146, NetPriceProductTradePrice/ChargeAmount) doit figurer une et une seule fois à chaque ligne.|Indiquez un seul prix net à la ligne en cause.
CII-SR-449|Le lieu de livraison (BT-71) porte à la fois un identifiant sans schéma (ID) et un identifiant à schéma (GlobalID).|Gardez un seul des deux, de préférence GlobalID avec son attribut schemeID.
CII-SR-450|L'acheteur (BT-46) porte à la fois un identifiant sans schéma (ID) et un identifiant à schéma (GlobalID).|Gardez un seul des deux, de préférence GlobalID avec son attribut schemeID.
CII-SR-451|Le bénéficiaire du paiement (BT-60) porte à la fois un identifiant sans schéma (ID) et un identifiant à schéma (GlobalID).|Gardez un seul des deux, de préférence GlobalID avec son attribut schemeID.
CII-SR-454|Une ligne (BG-25) doit avoir une et une seule TVA (BG-30, ApplicableTradeTax).|Gardez une seule catégorie et un seul taux ; pour deux taux, faites deux lignes.|BG-30 BG-25
CII-SR-462|Les groupes de la ventilation portent des codes de date d'exigibilité (BT-8, DueDateTypeCode) différents.|Indiquez le même code dans tous les groupes.
CII-SR-463|Une remise (BG-20 ou BG-27) ou une majoration (BG-21 ou BG-28) n'indique pas laquelle des deux elle est (ChargeIndicator).|Ajoutez ChargeIndicator, égal à true pour une majoration ou à false pour une remise.
CII-SR-465|Le contact du vendeur (BT-41) porte à la fois un nom de personne (PersonName) et un nom de service (DepartmentName).|Gardez un seul des deux ; réunissez au besoin la personne et le service dans PersonName.
CII-SR-466|Le contact de l'acheteur (BT-56) porte à la fois un nom de personne (PersonName) et un nom de service (DepartmentName).|Gardez un seul des deux ; réunissez au besoin la personne et le service dans PersonName.
CII-SR-467|Les instructions de paiement (BG-16) portent des codes de moyen de paiement (BT-81) différents.|Indiquez un seul moyen de paiement ; proposez les autres en texte, dans les conditions de paiement (BT-20).
CII-SR-468|Les instructions de paiement (BG-16) portent des libellés de moyen de paiement (BT-82) différents.|Indiquez le même libellé dans chaque bloc SpecifiedTradeSettlementPaymentMeans.
CII-SR-470|Un virement (BT-81 : 30 ou 58) est demandé sans compte à créditer (BT-84).|Ajoutez l'IBAN (IBANID) ou le numéro du compte (ProprietaryID), ou corrigez le moyen de paiement.|BT-84 BT-81
CII-SR-475|Les pièces jointes (BG-24, type 916) portent ensemble plusieurs descriptions (BT-123, Name), et cette règle n'en admet qu'une.|Vérifiez que chaque pièce n'a qu'une description ; si plusieurs pièces sont décrites, réunissez-les en un fichier, ou gardez une seule description.
CII-SR-476|Les pièces jointes (BG-24, type 916) portent ensemble plusieurs fichiers (BT-125, AttachmentBinaryObject), et cette règle n'en admet qu'un.|Vérifiez que chaque pièce n'a qu'un fichier ; s'il y a plusieurs pièces, réunissez-les en un fichier, ou donnez l'adresse des autres (BT-124).
CII-DT-015|Un document cité porte une adresse (URIID, BT-124), réservée aux pièces jointes (AdditionalReferencedDocument de type 916).|Retirez l'élément URIID, ou indiquez le type 916 s'il s'agit d'une pièce jointe (BG-24).
CII-DT-018|Un document cité porte un type (TypeCode), réservé aux pièces jointes (BG-24, type 916), à l'appel d'offres (BT-17, type 50) et à l'objet facturé (BT-18 ou BT-128, type 130).|Retirez l'élément TypeCode, ou corrigez le type d'un AdditionalReferencedDocument.|BG-24 BT-17 BT-18 BT-128
CII-DT-021|Un document cité porte une description (Name, BT-123), réservée aux pièces jointes (AdditionalReferencedDocument de type 916).|Retirez l'élément Name, ou indiquez le type 916 s'il s'agit d'une pièce jointe (BG-24).
CII-DT-022|Un document cité porte un fichier (AttachmentBinaryObject, BT-125), réservé aux pièces jointes (AdditionalReferencedDocument de type 916).|Retirez le fichier, ou indiquez le type 916 s'il s'agit d'une pièce jointe (BG-24).
CII-DT-024|Un document cité porte un schéma (ReferenceTypeCode), réservé à l'objet facturé (BT-18 ou BT-128, AdditionalReferencedDocument de type 130).|Retirez l'élément ReferenceTypeCode, ou indiquez le type 130 s'il s'agit de l'objet facturé.
CII-DT-027|Un document cité porte une date (FormattedIssueDateTime), réservée à la facture antérieure (BT-26).|Retirez cette date ; le numéro du document suffit.
CII-DT-033|Une quantité porte une unité (unitCode), mais aucune quantité facturée (BT-129) de la facture n'en porte (BT-130).|Indiquez l'unité de la quantité facturée dans BilledQuantity ; ailleurs, elle est facultative.|BT-130 BT-129
CII-DT-037|Une taxe (TypeCode) n'est pas « VAT » : la norme n'a de ventilation (BG-23) et de taux de ligne (BG-30) que pour la TVA.|Indiquez « VAT » ; une autre taxe s'indique comme majoration (BG-21 ou BG-28).
CII-DT-041|Une TVA de ligne (BG-30) porte une base (BasisAmount), réservée à la ventilation (BT-116).|Retirez l'élément BasisAmount de la ligne ; indiquez la base dans la ventilation.|BG-30 BT-116
CII-DT-052|La TVA d'une remise ou d'une majoration (BG-20, BG-21) porte un code de motif d'exonération (ExemptionReasonCode), réservé à la ventilation (BT-121).|Retirez cet élément ; indiquez le motif dans la ventilation de la TVA.|BG-20 BG-21 BT-121
CII-DT-098|La TVA d'une remise ou d'une majoration (BG-20, BG-21) porte un motif d'exonération (ExemptionReason), réservé à la ventilation (BT-120).|Retirez cet élément ; indiquez le motif dans la ventilation de la TVA.|BG-20 BG-21 BT-120
CII-DT-054|Une TVA de ligne (BG-30) porte une date d'exigibilité (TaxPointDate), réservée à la ventilation (BT-7).|Retirez cet élément de la ligne ; indiquez la date dans la ventilation de la TVA.|BG-30 BT-7
CII-DT-058|Une TVA de ligne (BG-30) porte un code de date d'exigibilité (DueDateTypeCode), réservé à la ventilation (BT-8).|Retirez cet élément de la ligne ; indiquez le code dans la ventilation de la TVA.|BG-30 BT-8
CII-DT-097|Une date annoncée au format 102 n'est pas de la forme AAAAMMJJ.|Écrivez la date en huit chiffres, par exemple 20260131 pour le 31 janvier 2026.
`;

/** Attributes that plain identifiers do not carry, by the number of the CII-DT rule. */
const identifierAttributes = [
  'schemeName',
  'schemeAgencyName',
  'schemeDataURI',
  'schemeURI',
  'schemeID',
  'schemeAgencyID',
  'schemeVersionID',
] as const;

const identifierEntries = (): Entry[] =>
  identifierAttributes.map((attribute, i) => [
    `CII-DT-${String(i + 1).padStart(3, '0')}`,
    `L'attribut ${attribute} de la spécification (BT-24), du numéro de facture (BT-1), de l'identifiant d'une ligne (BT-126) ou de la référence d'article du vendeur (BT-155) ne fait pas partie de la norme EN 16931.`,
    `Retirez l'attribut ${attribute} de l'identifiant en cause.`,
  ]);

const kinds = /^(?:ReferencedDocument|TradeTax)\//;
const parts = /^(?:Context|Document|Agreement|Delivery|Settlement)\//;

function shown(path: string): string {
  if (path === '') return "l'élément racine";
  if (/^(?:Amount|Quantity|ID|TypeCode)$/.test(path)) return 'cet élément';
  if (path.startsWith('Line/')) return `${path.slice('Line/'.length)} de la ligne`;
  return path.replace(kinds, '').replace(parts, '');
}

const words = { names: ciiNames, places: ciiPlaces, technical: ciiTechnical, shown };

/** The texts of the CII syntax rules. */
export function ciiEntries(): Entry[] {
  return [
    ...entriesOf(once).map(
      ([id, what, element]): Entry => [
        id,
        `${what} figure plusieurs fois ; la norme ne l'admet qu'une fois.`,
        `Gardez un seul élément ${element}, et retirez les autres.`,
      ],
    ),
    ...entriesOf(onceOutside).map(
      ([id, what, element]): Entry => [
        id,
        `${what} (${element}) figure plusieurs fois dans les totaux (BG-22).`,
        `Retirez l'élément ${element} : la norme EN 16931 ne l'emploie pas.`,
      ],
    ),
    ...entriesOf(others),
    ...identifierEntries(),
    ...unusedEntries({
      ...words,
      rows: ciiUnusedRows,
      id: (number) => `CII-SR-${String(number).padStart(3, '0')}`,
      instead: ciiInstead,
    }),
    ...unusedEntries({
      ...words,
      rows: ciiUnusedTypeRows,
      id: (number) => `CII-DT-${String(number).padStart(3, '0')}`,
      instead: '',
    }),
  ];
}
