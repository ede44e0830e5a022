import { type Entry, entriesOf } from './text.js';
import { ublNames } from './ubl-names.js';
import { ublInstead, ublPlaces, ublTechnical } from './ubl-places.js';
import { ublUnusedRows } from './ubl-unused-rows.js';
import { unusedEntries } from './unused.js';

/**
 * What the binding of EN 16931 to UBL 2.1 (CEN/TS 16931-3-2) adds to the norm: terms that stand once though the
 * schema lets them stand often (UBL-SR), forms of values (UBL-DT), elements that are not used (UBL-CR).
 */

/** Terms that stand once: `id|what|element|terms`. */
const once = `
UBL-SR-01|Le numéro du contrat (BT-12)|ContractDocumentReference/ID
UBL-SR-02|L'avis de réception (BT-15)|ReceiptDocumentReference/ID
UBL-SR-03|L'avis d'expédition (BT-16)|DespatchDocumentReference/ID
UBL-SR-04|L'objet facturé (BT-18)|AdditionalDocumentReference de type 130
UBL-SR-05|Le texte des conditions de paiement (BT-20)|PaymentTerms/Note
UBL-SR-06|La facture citée dans une référence à une facture antérieure (BT-25)|InvoiceDocumentReference par bloc BillingReference
UBL-SR-08|La période de facturation (BG-14)|InvoicePeriod
UBL-SR-09|Le nom du vendeur (BT-27)|PartyLegalEntity/RegistrationName
UBL-SR-10|Le nom commercial du vendeur (BT-28)|PartyName/Name
UBL-SR-11|L'immatriculation légale du vendeur (BT-30)|PartyLegalEntity/CompanyID
UBL-SR-12|L'identifiant à la TVA du vendeur (BT-31)|PartyTaxScheme de taxe VAT
UBL-SR-13|L'identifiant fiscal local du vendeur (BT-32)|PartyTaxScheme d'une taxe autre que VAT
UBL-SR-14|Le texte des mentions légales du vendeur (BT-33)|CompanyLegalForm
UBL-SR-15|Le nom de l'acheteur (BT-44)|PartyLegalEntity/RegistrationName
UBL-SR-16|L'identifiant de l'acheteur (BT-46)|PartyIdentification/ID
UBL-SR-17|L'immatriculation légale de l'acheteur (BT-47)|PartyLegalEntity/CompanyID
UBL-SR-18|L'identifiant à la TVA de l'acheteur (BT-48)|PartyTaxScheme de taxe VAT
UBL-SR-22|Le nom du représentant fiscal (BT-62)|PartyName/Name
UBL-SR-23|L'identifiant à la TVA du représentant fiscal (BT-63)|PartyTaxScheme/CompanyID
UBL-SR-24|La livraison (BG-13)|Delivery
UBL-SR-25|Le nom du destinataire de la livraison (BT-70)|DeliveryParty/PartyName/Name
UBL-SR-26|La référence à rappeler au paiement (BT-83) d'un moyen de paiement|PaymentID
UBL-SR-27|Le code (BT-81) ou le libellé (BT-82) d'un moyen de paiement|PaymentMeansCode ou InstructionNote
UBL-SR-28|La référence du mandat de prélèvement (BT-89)|PaymentMandate/ID
UBL-SR-29|L'identifiant du créancier SEPA (BT-90)|PartyIdentification de schéma SEPA
UBL-SR-30|Le motif d'une remise (BT-97, ou BT-139 à la ligne)|AllowanceChargeReason
UBL-SR-31|Le motif d'une majoration (BT-104, ou BT-144 à la ligne)|AllowanceChargeReason
UBL-SR-32|Le motif d'exonération d'un groupe de la ventilation (BT-120)|TaxExemptionReason
UBL-SR-33|La description d'un document joint (BT-123)|DocumentDescription
UBL-SR-34|La note d'une ligne (BT-127)|Note
UBL-SR-35|La ligne de commande citée (BT-132)|OrderLineReference/LineID
UBL-SR-36|La période d'une ligne (BG-26)|InvoicePeriod
UBL-SR-37|Le rabais sur le prix d'un article (BT-147)|Price/AllowanceCharge/Amount
UBL-SR-38|Le motif d'exonération d'une ligne (BG-30)|ClassifiedTaxCategory/TaxExemptionReason
UBL-SR-39|La référence du projet (BT-11)|ProjectReference/ID
UBL-SR-40|Le nom commercial de l'acheteur (BT-45)|PartyName/Name
UBL-SR-45|La date d'échéance d'un avoir (BT-9)|PaymentMeans/PaymentDueDate
UBL-SR-46|Le libellé du moyen de paiement (BT-82)|PaymentMeansCode pourvu de l'attribut name
UBL-SR-49|Le code de la date d'exigibilité de la TVA (BT-8)|InvoicePeriod/DescriptionCode
UBL-SR-50|La description d'un article (BT-154)|Item/Description
UBL-SR-51|La troisième ligne d'une adresse (BT-162, BT-163, BT-164 ou BT-165)|AddressLine
UBL-SR-52|L'objet facturé à une ligne (BT-128)|DocumentReference
UBL-SR-54|La carte de paiement (BG-18)|PaymentMeans/CardAccount
UBL-SR-55|Le mandat de prélèvement (BG-19)|PaymentMeans/PaymentMandate
UBL-SR-56|La référence de l'appel d'offres ou du lot (BT-17)|OriginatorDocumentReference/ID
`;

const others = `
UBL-SR-07|Une référence à une facture antérieure (BG-3) n'en donne pas le numéro (BT-25) dans InvoiceDocumentReference/ID.|Ajoutez le numéro de la facture antérieure, ou retirez le bloc BillingReference.
UBL-SR-19|Le nom du bénéficiaire du paiement (BT-59) manque, figure plusieurs fois, ou est celui du vendeur (BT-27).|Indiquez un seul nom de bénéficiaire ; si le vendeur reçoit lui-même le paiement, retirez le bloc PayeeParty.
UBL-SR-20|L'identifiant du bénéficiaire du paiement (BT-60) figure plusieurs fois, ou le bénéficiaire (BT-59) n'a pas d'autre nom que le vendeur (BT-27).|Gardez un seul identifiant ; si le vendeur reçoit lui-même le paiement, retirez le bloc PayeeParty.
UBL-SR-21|L'immatriculation légale du bénéficiaire du paiement (BT-61) figure plusieurs fois, ou le bénéficiaire (BT-59) n'a pas d'autre nom que le vendeur (BT-27).|Gardez une seule immatriculation ; si le vendeur reçoit lui-même le paiement, retirez le bloc PayeeParty.
UBL-SR-42|Le vendeur (BG-4) a plus de deux régimes fiscaux (PartyTaxScheme) : un pour la TVA (BT-31), un pour l'identifiant fiscal local (BT-32).|Gardez au plus ces deux blocs PartyTaxScheme.
UBL-SR-43|Un document joint ou cité (BG-24) porte un schéma (schemeID) ou un type (DocumentTypeCode) réservé à l'objet facturé (BT-18, type 130) ou, dans un avoir, au projet (BT-11, type 50).|Retirez schemeID et DocumentTypeCode d'une pièce jointe ; pour un objet facturé, indiquez le type 130.|BG-24 BT-18 BT-11
UBL-SR-44|Les instructions de paiement (BG-16) portent des références à rappeler (BT-83) différentes.|Indiquez la même référence dans chaque PaymentID.
UBL-SR-47|Les instructions de paiement (BG-16) portent des codes de moyen de paiement (BT-81) différents.|Indiquez un seul moyen de paiement ; proposez les autres en texte, dans les conditions de paiement (BT-20).
UBL-SR-48|Une ligne (BG-25) doit avoir une et une seule catégorie de TVA (BT-151, ClassifiedTaxCategory).|Gardez une seule catégorie ; pour deux catégories ou deux taux, faites deux lignes.
UBL-SR-53|Un régime fiscal (PartyTaxScheme) n'indique pas son identifiant (CompanyID : BT-31, BT-32, BT-48 ou BT-63) ou sa taxe (TaxScheme/ID).|Complétez l'identifiant et la taxe, par exemple VAT, ou retirez ce régime fiscal.
UBL-DT-01|Un montant compte plus de deux décimales.|Arrondissez ce montant à deux décimales au plus ; seuls les prix unitaires en admettent davantage.
UBL-DT-06|Un fichier joint (BT-125) n'indique pas son type dans l'attribut mimeCode.|Ajoutez l'attribut mimeCode, par exemple application/pdf.
UBL-DT-07|Un fichier joint (BT-125) n'indique pas son nom dans l'attribut filename.|Ajoutez l'attribut filename, par exemple annexe.pdf.
UBL-CR-002|La version d'UBL (UBLVersionID) n'est pas 2.1, version que suit la norme EN 16931.|Indiquez 2.1, ou retirez l'élément UBLVersionID.
UBL-CR-412|La date d'échéance (BT-9) d'une facture n'est pas à sa place dans PaymentMeans/PaymentDueDate.|Indiquez la date d'échéance dans DueDate ; seul un avoir l'indique dans PaymentMeans/PaymentDueDate.
UBL-CR-652|L'attribut schemeID d'un identifiant fiscal (PartyTaxScheme/CompanyID : BT-31, BT-32, BT-48 ou BT-63) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID ; la nature de l'identifiant se lit dans TaxScheme/ID.
UBL-CR-660|L'attribut listID d'un code de pays (Country/IdentificationCode) ne fait pas partie de la norme EN 16931.|Retirez l'attribut listID ; le code est toujours ISO 3166-1.|BT-40 BT-55 BT-69 BT-80 BT-159
UBL-CR-662|L'attribut listID d'un code de motif (BT-98, BT-105, BT-140 ou BT-145) ne fait pas partie de la norme EN 16931.|Retirez l'attribut listID de AllowanceChargeReasonCode.
UBL-CR-663|L'attribut unitCodeListID d'une quantité (BT-129 ou BT-149) ne fait pas partie de la norme EN 16931.|Retirez l'attribut unitCodeListID ; l'unité suit toujours les recommandations 20 et 21 de la CEE-ONU.|BT-130 BT-150
UBL-CR-664|Le bloc FinancialInstitution, qui nomme la banque d'un compte (BT-84), ne fait pas partie de la norme EN 16931.|Retirez ce bloc ; indiquez le BIC dans FinancialInstitutionBranch/ID (BT-86).|BT-86 BT-84
UBL-CR-665|L'attribut schemeID de la référence d'un document joint (BT-122) ne fait pas partie de la norme EN 16931 ; il est réservé à l'objet facturé (BT-18).|Retirez l'attribut schemeID, ou indiquez le type 130 (DocumentTypeCode) s'il s'agit de l'objet facturé.
UBL-CR-666|L'objet facturé (BT-18, document de type 130) porte un fichier joint (Attachment).|Joignez le fichier par un autre bloc AdditionalDocumentReference, sans DocumentTypeCode (BG-24).
UBL-CR-667|L'attribut schemeID de la référence d'article de l'acheteur (BT-156) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de BuyersItemIdentification/ID.
UBL-CR-668|L'attribut schemeID de la référence d'article du vendeur (BT-155) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de SellersItemIdentification/ID ; un GTIN va dans StandardItemIdentification (BT-157).
UBL-CR-669|Le code du motif (AllowanceChargeReasonCode) du rabais sur le prix d'un article (BT-147) ne fait pas partie de la norme EN 16931.|Retirez l'élément AllowanceChargeReasonCode de Price/AllowanceCharge ; le montant du rabais (BT-147) et le prix brut (BT-148) suffisent.
UBL-CR-670|Le motif (AllowanceChargeReason) du rabais sur le prix d'un article (BT-147) ne fait pas partie de la norme EN 16931.|Retirez l'élément AllowanceChargeReason de Price/AllowanceCharge ; le montant du rabais (BT-147) et le prix brut (BT-148) suffisent.
UBL-CR-671|Le pourcentage (MultiplierFactorNumeric) du rabais sur le prix d'un article (BT-147) ne fait pas partie de la norme EN 16931.|Retirez l'élément MultiplierFactorNumeric de Price/AllowanceCharge ; le montant du rabais (BT-147) et le prix brut (BT-148) suffisent.
UBL-CR-673|L'objet facturé (BT-18, document de type 130) porte une description (DocumentDescription).|Retirez la description ; seul l'identifiant de l'objet et son schéma servent.
UBL-CR-674|L'attribut schemeID du numéro de carte de paiement (BT-87) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de PrimaryAccountNumberID.
UBL-CR-675|L'attribut schemeID du réseau de la carte de paiement (CardAccount/NetworkID, BG-18) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de NetworkID.
UBL-CR-676|L'attribut schemeID de la référence du mandat de prélèvement (BT-89) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de PaymentMandate/ID.
UBL-CR-677|L'attribut schemeID du compte à débiter (BT-91) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de PayerFinancialAccount/ID.
UBL-CR-678|L'attribut schemeID de la catégorie de TVA (BT-95, BT-102 ou BT-118) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de TaxCategory/ID.
UBL-CR-679|L'attribut schemeID de la catégorie de TVA d'une ligne (BT-151) ne fait pas partie de la norme EN 16931.|Retirez l'attribut schemeID de ClassifiedTaxCategory/ID.
UBL-CR-680|Le compte à débiter (BT-91) n'est pas à sa place dans PaymentMeans/PayerFinancialAccount.|Indiquez ce compte dans PaymentMeans/PaymentMandate/PayerFinancialAccount.
`;

/** Attributes that no element carries, by the number of the UBL-DT rule. */
const attributes = `
08|schemeName
09|schemeAgencyName
10|schemeDataURI
11|schemeURI
12|format
13|unitCodeListIdentifier
14|unitCodeListAgencyIdentifier
15|unitCodeListAgencyName
16|listAgencyName
17|listName
18|name
19|languageID
20|listURI
21|listSchemeURI
22|languageLocaleID
23|uri
24|currencyCodeListVersionID
25|characterSetCode
26|encodingCode
27|schemeAgencyID
28|listAgencyID
`;

function attributeEntry([number, attribute]: Entry): Entry {
  const but = attribute === 'name' ? ', sauf sur PaymentMeansCode (libellé du moyen de paiement, BT-82)' : '';
  return [
    `UBL-DT-${number}`,
    `Un élément porte l'attribut ${attribute}, qui ne fait pas partie de la norme EN 16931${but}.`,
    `Retirez l'attribut ${attribute}, partout où il figure${but}.`,
    [],
  ];
}

/** The texts of the UBL syntax rules. */
export function ublEntries(): Entry[] {
  return [
    ...entriesOf(once).map(
      ([id, what, element]): Entry => [
        id,
        `${what} figure plusieurs fois ; la norme ne l'admet qu'une fois.`,
        `Gardez un seul élément ${element}, et retirez les autres.`,
      ],
    ),
    ...entriesOf(others),
    ...entriesOf(attributes).map(attributeEntry),
    ...unusedEntries({
      rows: ublUnusedRows,
      id: (number) => `UBL-CR-${String(number).padStart(3, '0')}`,
      names: ublNames,
      places: ublPlaces,
      instead: ublInstead,
      technical: ublTechnical,
      shown: (path) => (path.startsWith('Line/') ? `${path.slice('Line/'.length)} de la ligne` : path),
    }),
  ];
}
