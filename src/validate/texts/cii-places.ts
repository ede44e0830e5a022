/** Parts of a CII document that hold elements the norm does not use: `path|of|terms|instead`. */
const note = "si l'information compte pour l'acheteur, portez-la dans une note (BT-22)";
const lineNote = "si l'information compte pour l'acheteur, portez-la dans la note de la ligne (BT-127)";
const attribute = "si l'information compte pour l'acheteur, faites-en un attribut d'article (BG-32)";

/** Seller or buyer: the party, its legal organisation, its contact, its electronic address, its tax registration. */
function party(
  path: string,
  of: string,
  group: string,
  [legal, contact, phone, mail, endpoint, vat]: readonly string[],
): string {
  return `${path}|${of} (${group})|${group}|${note}
${path}/SpecifiedLegalOrganization|de l'entité légale (${legal}) ${of}|${legal} ${group}|${note}
${path}/DefinedTradeContact|du contact (${contact}) ${of}|${contact}|${note}
${path}/DefinedTradeContact/TelephoneUniversalCommunication|du téléphone (${phone}) du contact ${of}|${phone} ${contact}|indiquez le numéro dans CompleteNumber (${phone})
${path}/DefinedTradeContact/EmailURIUniversalCommunication|du courriel (${mail}) du contact ${of}|${mail} ${contact}|indiquez l'adresse dans URIID (${mail})
${path}/URIUniversalCommunication|de l'adresse électronique (${endpoint}) ${of}|${endpoint} ${group}|indiquez l'adresse dans URIID (${endpoint})
${path}/SpecifiedTaxRegistration|de l'identifiant fiscal (${vat}) ${of}|${vat} ${group}|le schéma VA ou FC suffit à dire de quelle taxe il s'agit`;
}

const line = 'Line/SpecifiedTradeProduct';
const agreement = 'Line/SpecifiedLineTradeAgreement';
const settlement = 'Line/SpecifiedLineTradeSettlement';
const means = 'Settlement/SpecifiedTradeSettlementPaymentMeans';

export const ciiPlaces = `
|du document||${note}
Context|du cadre du document (ExchangedDocumentContext, BG-2)|BG-2
Document|de l'en-tête du document (ExchangedDocument)||${note}
Document/IssueDateTime|de la date d'émission (BT-2)|BT-2|écrivez la date dans DateTimeString, au format 102
Document/IncludedNote|d'une note (BG-1)|BG-1|le texte (BT-22) et le code du sujet (BT-21) suffisent
Document/TypeCode|du type de facture (TypeCode, BT-3)|BT-3
Line|d'une ligne (BG-25)|BG-25|${lineNote}
Line/AssociatedDocumentLineDocument/IncludedNote|de la note d'une ligne (BT-127)|BT-127|le texte de la note suffit
${line}|d'un article (BG-31)|BG-31|${attribute}
${line}/ApplicableProductCharacteristic|d'un attribut d'article (BG-32)|BG-32|le nom (BT-160) et la valeur en texte (BT-161) suffisent
${line}/DesignatedProductClassification|de la classification d'un article (BT-158)|BT-158|le code et sa nomenclature (ClassCode et listID) suffisent
${line}/OriginTradeCountry|du pays d'origine d'un article (BT-159)|BT-159|le code du pays suffit
${agreement}|des conditions d'une ligne (BG-25)|BG-25|${lineNote}
${agreement}/BuyerOrderReferencedDocument|de la ligne de commande citée (BT-132)|BT-132|indiquez la commande en tête de la facture (BT-13)
${agreement}/GrossPriceProductTradePrice|du prix brut d'un article (BT-148)|BT-148 BG-29|${lineNote}
${agreement}/GrossPriceProductTradePrice/AppliedTradeAllowanceCharge|du rabais sur le prix d'un article (BT-147)|BT-147 BG-29|le montant du rabais (BT-147) et le prix brut (BT-148) suffisent
${agreement}/NetPriceProductTradePrice|du prix net d'un article (BT-146)|BT-146 BG-29|${lineNote}
Line/SpecifiedLineTradeDelivery|de la livraison d'une ligne (BG-25)|BG-25|${lineNote}
${settlement}|du règlement d'une ligne (BG-25)|BG-25|${lineNote}
${settlement}/ApplicableTradeTax|de la TVA d'une ligne (BG-30)|BG-30|la TVA des lignes est comprise dans la ventilation (BG-23)
${settlement}/ApplicableTradeTax/CategoryCode|de la catégorie de TVA d'une ligne (CategoryCode, BT-151)|BT-151 BG-30
${settlement}/SpecifiedTradeAllowanceCharge|d'une remise (BG-27) ou d'une majoration (BG-28) de ligne|BG-27 BG-28|si l'information compte, portez-la dans le motif (BT-139 ou BT-144)
${settlement}/SpecifiedTradeAllowanceCharge/ChargeIndicator|du sens d'une remise (BG-27) ou d'une majoration (BG-28) de ligne|BG-27 BG-28|employez Indicator, égal à true pour une majoration ou à false pour une remise
${settlement}/SpecifiedTradeAllowanceCharge/CalculationPercent|du pourcentage d'une remise (BT-138) ou d'une majoration (BT-143) de ligne|BT-138 BT-143
${settlement}/SpecifiedTradeSettlementLineMonetarySummation|des montants d'une ligne (BT-131)|BT-131 BG-25|seul le montant net de la ligne (BT-131) sert
${settlement}/ReceivableSpecifiedTradeAccountingAccount|de l'imputation comptable d'une ligne (BT-133)|BT-133|indiquez l'imputation dans ID (BT-133)
Agreement|des conditions de la facture (ApplicableHeaderTradeAgreement)||${note}
${party('Agreement/SellerTradeParty', 'du vendeur', 'BG-4', ['BT-30', 'BG-6', 'BT-42', 'BT-43', 'BT-34', 'BT-31'])}
${party('Agreement/BuyerTradeParty', "de l'acheteur", 'BG-7', ['BT-47', 'BG-9', 'BT-57', 'BT-58', 'BT-49', 'BT-48'])}
Agreement/SellerTaxRepresentativeTradeParty|du représentant fiscal (BG-11)|BG-11|son nom (BT-62), son identifiant à la TVA (BT-63) et son adresse (BG-12) suffisent
Agreement/SellerTaxRepresentativeTradeParty/SpecifiedTaxRegistration|de l'identifiant à la TVA du représentant fiscal (BT-63)|BT-63 BG-11
Agreement/SellerOrderReferencedDocument|de la commande chez le vendeur (BT-14)|BT-14
Agreement/BuyerOrderReferencedDocument|de la référence de la commande (BT-13)|BT-13|indiquez la ligne de commande à chaque ligne (BT-132)
Agreement/ContractReferencedDocument|du contrat (BT-12)|BT-12
Agreement/AdditionalReferencedDocument|d'un document joint ou cité (BG-24)|BG-24
Agreement/SpecifiedProcuringProject|du projet (BT-11)|BT-11|la référence et le nom du projet suffisent
Delivery|de la livraison (BG-13)|BG-13|${note}
Delivery/ShipToTradeParty|du lieu de livraison (BT-71)|BT-71 BG-13|son identifiant (BT-71), son nom (BT-70) et son adresse (BG-15) suffisent
Delivery/ActualDeliverySupplyChainEvent|de la date de livraison (BT-72)|BT-72 BG-13|seule la date sert
Delivery/ActualDeliverySupplyChainEvent/OccurrenceDateTime|de la valeur de la date de livraison (BT-72)|BT-72 BG-13|écrivez la date dans DateTimeString, au format 102
Delivery/DespatchAdviceReferencedDocument|de l'avis d'expédition (BT-16)|BT-16
Settlement|du règlement de la facture (ApplicableHeaderTradeSettlement)||${note}
Settlement/PayeeTradeParty|du bénéficiaire du paiement (BG-10)|BG-10|son nom (BT-59) et ses identifiants (BT-60, BT-61) suffisent
Settlement/PayeeTradeParty/SpecifiedLegalOrganization|de l'entité légale (BT-61) du bénéficiaire du paiement|BT-61 BG-10|son immatriculation (BT-61) suffit
${means}|des instructions de paiement (BG-16)|BG-16|si l'information compte pour l'acheteur, portez-la dans les conditions de paiement (BT-20)
${means}/ApplicableTradeSettlementFinancialCard|de la carte de paiement (BG-18)|BG-18
${means}/PayerPartyDebtorFinancialAccount|du compte à débiter (BT-91)|BT-91 BG-19|indiquez le compte dans IBANID (BT-91)
${means}/PayerSpecifiedDebtorFinancialInstitution|de la banque du payeur (BG-19)|BG-19
Settlement/SpecifiedTradeAllowanceCharge|d'une remise (BG-20) ou d'une majoration (BG-21) du document|BG-20 BG-21|si l'information compte, portez-la dans le motif (BT-97 ou BT-104)
Settlement/SpecifiedTradePaymentTerms|des conditions de paiement (BT-20)|BT-20|décrivez la condition en texte dans Description (BT-20)
Settlement/SpecifiedTradePaymentTerms/DueDateDateTime|de la date d'échéance (BT-9)|BT-9|écrivez la date dans DateTimeString, au format 102
Settlement/InvoiceReferencedDocument|de la facture antérieure (BG-3)|BT-25 BG-3
Settlement/ReceivableSpecifiedTradeAccountingAccount|de l'imputation comptable de l'acheteur (BT-19)|BT-19|indiquez l'imputation dans ID (BT-19)
Settlement/SpecifiedTradeSettlementHeaderMonetarySummation|des totaux (BG-22)|BG-22|${note}
TypeCode|d'un code de type (TypeCode)|
ID|d'un identifiant (élément dont le nom finit par ID)|
Amount|d'un montant (autre que TaxTotalAmount)||la devise des montants est celle de la facture (BT-5)
Quantity|d'une quantité (BT-129 ou BT-149)|BT-129 BT-149
ReferencedDocument|d'un document cité (élément dont le nom finit par ReferencedDocument)|
TradeTax|d'une TVA (élément dont le nom finit par TradeTax)|BG-23 BG-30
TradeTax/RateApplicablePercent|d'un taux de TVA (RateApplicablePercent, BT-119 ou BT-152)|BT-119 BT-152
BillingSpecifiedPeriod|d'une période (BG-14 ou BG-26)|BG-14 BG-26|les dates de début et de fin suffisent
BillingSpecifiedPeriod/StartDateTime|du début d'une période (BT-73 ou BT-134)|BT-73 BT-134|écrivez la date dans DateTimeString, au format 102
BillingSpecifiedPeriod/EndDateTime|de la fin d'une période (BT-74 ou BT-135)|BT-74 BT-135|écrivez la date dans DateTimeString, au format 102
PostalTradeAddress|d'une adresse (BG-5, BG-8, BG-12 ou BG-15)|BG-5 BG-8 BG-12 BG-15|si l'information compte, écrivez-la dans une ligne d'adresse (LineOne, LineTwo ou LineThree)
`;

/** Where single elements go instead, by the number of the CII-SR rule. */
export const ciiInstead = `
36|donnez à chaque sous-ligne sa propre ligne de facture (BG-25)
41|le code du sujet n'existe que pour les notes de la facture (BT-21)
48|faites-en un attribut d'article (BG-32)
104|indiquez la référence de l'acheteur en tête de la facture (BT-10)
107|indiquez la commande chez le vendeur en tête de la facture (BT-14)
110|indiquez le contrat en tête de la facture (BT-12)
113|joignez le document en tête de la facture (BG-24)
142|indiquez le rabais dans le prix brut (BT-147)
164|indiquez la livraison en tête de la facture (BG-13)
170|indiquez la date de livraison en tête de la facture (BT-72)
172|joignez le document en tête de la facture (BG-24)
173|indiquez l'avis d'expédition en tête de la facture (BT-16)
174|indiquez l'avis de réception en tête de la facture (BT-15)
178|indiquez la référence en tête de la facture (BT-83)
191|la remise ou la majoration suit la TVA de sa ligne (BG-30)
196|indiquez les conditions de paiement en tête de la facture (BT-20)
195|indiquez ces frais comme majoration de la ligne (BG-28)
210|citez la facture antérieure en tête de la facture (BG-3)
220|indiquez la carte dans les instructions de paiement (BG-18)
221|donnez à chaque sous-ligne sa propre ligne de facture (BG-25)
224|indiquez le nom du vendeur dans Name (BT-27)
225|indiquez l'adresse du vendeur dans PostalTradeAddress (BG-5)
247|indiquez l'adresse électronique dans URIUniversalCommunication (BT-34)
252|indiquez le nom de l'acheteur dans Name (BT-44)
254|indiquez l'adresse de l'acheteur dans PostalTradeAddress (BG-8)
276|indiquez l'adresse électronique dans URIUniversalCommunication (BT-49)
339|indiquez le net à payer dans les totaux (BT-115)
346|indiquez la date d'émission dans l'en-tête (BT-2)
396|indiquez ces frais comme majoration du document (BG-21)
421|indiquez l'arrondi dans les totaux (BT-114), ou l'ajustement comme remise (BG-20) ou majoration (BG-21)
435|indiquez la carte dans les instructions de paiement (BG-18)
436|indiquez le montant déjà payé dans les totaux (BT-113)
`;

/** Elements that only machines read. */
export const ciiTechnical =
  'CopyIndicator TestIndicator LanguageID VersionID RevisionID PreviousRevisionID SequenceNumeric PrepaidIndicator LogoAssociatedSpecifiedBinaryFile CalculationSequenceNumeric ChannelCode AuthorizedLegalRegistration ControlRequirementIndicator SetTriggerCode';
