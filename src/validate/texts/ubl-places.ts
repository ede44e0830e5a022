/** Parts of a UBL document that hold elements the norm does not use: `path|of|terms|instead`. */
const note = "si l'information compte pour l'acheteur, portez-la dans une note (BT-22)";
const lineNote = "si l'information compte pour l'acheteur, portez-la dans la note de la ligne (BT-127)";
const attribute = "si l'information compte pour l'acheteur, faites-en un attribut d'article (BG-32)";

/** The parts of an address, for one party: lines, and its country. */
function address(path: string, of: string, group: string, lines: string, country: string): string {
  return `${path}|${of} (${group})|${group}|si l'information compte, écrivez-la dans une ligne d'adresse (${lines})
${path}/Country|du pays (${country}) ${of}|${country} ${group}|le code du pays suffit`;
}

/** A party that the norm knows, with its tax scheme, its legal entity and its contact. */
function party(path: string, of: string, group: string, [vat, legal, contact]: readonly string[]): string {
  return `${path}|${of} (${group})|${group}|${note}
${path}/PartyTaxScheme|du régime fiscal (${vat}) ${of}|${vat} ${group}
${path}/PartyTaxScheme/TaxScheme|de la taxe du régime fiscal (${vat}) ${of}|${vat} ${group}|le code de la taxe suffit, par exemple VAT
${path}/PartyLegalEntity|de l'entité légale (${legal}) ${of}|${legal} ${group}|${note}
${path}/Contact|du contact (${contact}) ${of}|${contact}|${note}`;
}

export const ublPlaces = `
|de la facture||${note}
InvoicePeriod|de la période de facturation (BG-14)|BG-14|${note}
OrderReference|de la référence de la commande (BT-13)|BT-13|${note}
BillingReference|de la facture antérieure (BG-3)|BG-3|${note}
BillingReference/InvoiceDocumentReference|de la référence à une facture antérieure (BT-25)|BT-25 BG-3|${note}
DespatchDocumentReference|de l'avis d'expédition (BT-16)|BT-16|${note}
ReceiptDocumentReference|de l'avis de réception (BT-15)|BT-15|${note}
OriginatorDocumentReference|de l'appel d'offres ou du lot (BT-17)|BT-17|${note}
ContractDocumentReference|du contrat (BT-12)|BT-12|${note}
AdditionalDocumentReference|d'un document joint ou cité (BG-24)|BG-24|si l'information compte pour l'acheteur, portez-la dans sa description (BT-123)
AdditionalDocumentReference/Attachment/ExternalReference|de l'adresse d'un document (BT-124)|BT-124 BG-24
AdditionalDocumentReference/DocumentTypeCode|du type d'un document cité (DocumentTypeCode)|BG-24
ProjectReference|de la référence du projet (BT-11)|BT-11|${note}
AccountingSupplierParty|du fournisseur facturant (AccountingSupplierParty, BG-4)|BG-4|${note}
${party('AccountingSupplierParty/Party', 'du vendeur', 'BG-4', ['BT-31', 'BT-30', 'BG-6'])}
${address('AccountingSupplierParty/Party/PostalAddress', "de l'adresse du vendeur", 'BG-5', 'BT-35, BT-36 ou BT-162', 'BT-40')}
AccountingCustomerParty|du client facturé (AccountingCustomerParty, BG-7)|BG-7|${note}
${party('AccountingCustomerParty/Party', "de l'acheteur", 'BG-7', ['BT-48', 'BT-47', 'BG-9'])}
${address('AccountingCustomerParty/Party/PostalAddress', "de l'adresse de l'acheteur", 'BG-8', 'BT-50, BT-51 ou BT-163', 'BT-55')}
PayeeParty|du bénéficiaire du paiement (BG-10)|BG-10|${note}
PayeeParty/PartyLegalEntity|de l'entité légale (BT-61) du bénéficiaire du paiement|BT-61 BG-10|${note}
${party('TaxRepresentativeParty', 'du représentant fiscal', 'BG-11', ['BT-63', 'BT-63', 'BG-11'])}
${address('TaxRepresentativeParty/PostalAddress', "de l'adresse du représentant fiscal", 'BG-12', 'BT-64, BT-65 ou BT-164', 'BT-69')}
Delivery|de la livraison (BG-13)|BG-13|${note}
Delivery/DeliveryLocation|du lieu de livraison (BT-71)|BT-71 BG-13|${note}
${address('Delivery/DeliveryLocation/Address', "de l'adresse de livraison", 'BG-15', 'BT-75, BT-76 ou BT-165', 'BT-80')}
Delivery/DeliveryParty|du destinataire de la livraison (BT-70)|BT-70 BG-13|seul son nom (BT-70) sert
PaymentMeans|des instructions de paiement (BG-16)|BG-16|si l'information compte pour l'acheteur, portez-la dans les conditions de paiement (BT-20)
PaymentMeans/CardAccount|de la carte de paiement (BG-18)|BG-18
PaymentMeans/PayeeFinancialAccount|du compte à créditer (BG-17)|BT-84 BG-17
PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch|de l'établissement du compte à créditer (BT-86)|BT-86 BG-17|le BIC (BT-86) suffit
PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/FinancialInstitution|de la banque du compte à créditer (FinancialInstitution)|BT-86 BG-17|le BIC (BT-86) suffit
PaymentMeans/PaymentMandate|du mandat de prélèvement (BG-19)|BG-19
PaymentMeans/PaymentMandate/PayerFinancialAccount|du compte à débiter (BT-91)|BT-91 BG-19|le numéro du compte (BT-91) suffit
PaymentTerms|des conditions de paiement (BT-20)|BT-20|décrivez la condition en texte dans PaymentTerms/Note (BT-20)
AllowanceCharge|d'une remise (BG-20) ou d'une majoration (BG-21) du document|BG-20 BG-21|si l'information compte, portez-la dans le motif (BT-97 ou BT-104)
AllowanceCharge/TaxCategory|de la catégorie de TVA d'une remise (BT-95) ou d'une majoration (BT-102)|BT-95 BT-102|le code et le taux suffisent
AllowanceCharge/TaxCategory/TaxScheme|de la taxe d'une remise (BT-95) ou d'une majoration (BT-102)|BT-95 BT-102|le code de la taxe suffit, par exemple VAT
TaxTotal|du total de TVA (BT-110)|BT-110
TaxTotal/TaxSubtotal|d'un groupe de la ventilation de la TVA (BG-23)|BG-23
TaxTotal/TaxSubtotal/TaxCategory|de la catégorie de TVA d'un groupe de la ventilation (BT-118)|BT-118 BG-23|le code, le taux et le motif d'exonération suffisent
TaxTotal/TaxSubtotal/TaxCategory/TaxScheme|de la taxe d'un groupe de la ventilation (BT-118)|BT-118 BG-23|le code de la taxe suffit, par exemple VAT
LegalMonetaryTotal|des totaux (BG-22)|BG-22
Line|d'une ligne (BG-25)|BG-25|${lineNote}
Line/InvoicePeriod|de la période d'une ligne (BG-26)|BG-26|${lineNote}
Line/OrderLineReference|de la ligne de commande citée (BT-132)|BT-132|${lineNote}
Line/DocumentReference|de l'objet facturé à une ligne (BT-128)|BT-128|${lineNote}
Line/AllowanceCharge|d'une remise (BG-27) ou d'une majoration (BG-28) de ligne|BG-27 BG-28|si l'information compte, portez-la dans le motif (BT-139 ou BT-144)
Line/Item|d'un article (BG-31)|BG-31|${attribute}
Line/Item/BuyersItemIdentification|de la référence d'article de l'acheteur (BT-156)|BT-156|${attribute}
Line/Item/SellersItemIdentification|de la référence d'article du vendeur (BT-155)|BT-155|${attribute}
Line/Item/StandardItemIdentification|de l'identifiant normalisé d'un article (BT-157)|BT-157|${attribute}
Line/Item/OriginCountry|du pays d'origine d'un article (BT-159)|BT-159|le code du pays suffit
Line/Item/CommodityClassification|de la classification d'un article (BT-158)|BT-158|employez ItemClassificationCode, avec sa nomenclature dans listID
Line/Item/ClassifiedTaxCategory|de la catégorie de TVA d'une ligne (BT-151)|BT-151 BG-30|le code et le taux suffisent
Line/Item/ClassifiedTaxCategory/TaxScheme|de la taxe d'une ligne (BT-151)|BT-151 BG-30|le code de la taxe suffit, par exemple VAT
Line/Item/AdditionalItemProperty|d'un attribut d'article (BG-32)|BG-32|le nom (BT-160) et la valeur (BT-161) suffisent
Line/Price|du prix d'un article (BG-29)|BG-29|${lineNote}
Line/Price/AllowanceCharge|du rabais sur le prix d'un article (BT-147)|BT-147 BG-29|le montant du rabais (BT-147) et le prix brut (BT-148) suffisent
CustomizationID|de la spécification suivie (CustomizationID, BT-24)|BT-24
ProfileID|du processus métier (ProfileID, BT-23)|BT-23
ID|du numéro de facture (ID, BT-1)|BT-1
SalesOrderID|de la commande chez le vendeur (SalesOrderID, BT-14)|BT-14
PaymentMeans/PaymentID|de la référence à rappeler au paiement (PaymentID, BT-83)|BT-83
PaymentMeans/PayeeFinancialAccount/ID|du compte à créditer (ID, BT-84)|BT-84
PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID|du BIC de l'établissement (ID, BT-86)|BT-86
InvoiceTypeCode|du type de facture (InvoiceTypeCode, BT-3)|BT-3
CreditNoteTypeCode|du type d'avoir (CreditNoteTypeCode, BT-3)|BT-3
DocumentCurrencyCode|de la devise de la facture (DocumentCurrencyCode, BT-5)|BT-5
TaxCurrencyCode|de la devise de comptabilisation (TaxCurrencyCode, BT-6)|BT-6
PaymentMeans/PaymentMeansCode|du moyen de paiement (PaymentMeansCode, BT-81)|BT-81
`;

/** Where single elements go instead, by the number of the UBL-CR rule. */
export const ublInstead = `
1|vérifiez que le destinataire n'a pas besoin des données qu'il contient
10|écrivez l'imputation comptable de l'acheteur dans AccountingCost (BT-19)
15|écrivez l'information dans une note (BT-22) ; le code d'exigibilité va dans DescriptionCode (BT-8)
18|indiquez seulement le numéro de la commande (BT-13)
22|joignez le document par AdditionalDocumentReference (BG-24)
34|joignez le fichier par AdditionalDocumentReference (BG-24)
38|citez la facture par InvoiceDocumentReference (BT-25)
39|citez l'avoir par InvoiceDocumentReference (BT-25)
40|citez l'avoir par InvoiceDocumentReference (BT-25)
41|citez le document par InvoiceDocumentReference (BT-25)
42|citez la relance dans une note (BT-22)
43|citez le document par AdditionalDocumentReference de la facture (BG-24)
57|joignez le fichier par AdditionalDocumentReference (BG-24)
73|joignez le fichier par AdditionalDocumentReference (BG-24)
90|joignez le fichier par AdditionalDocumentReference (BG-24)
106|joignez le fichier par AdditionalDocumentReference (BG-24)
77|citez le relevé par AdditionalDocumentReference (BG-24)
137|signez le fichier à part, ou dans son enveloppe
169|indiquez le nom enregistré dans PartyLegalEntity (BT-27)
197|indiquez le compte à créditer dans PaymentMeans/PayeeFinancialAccount (BT-84)
199|indiquez le contact dans Party/Contact (BG-6)
200|indiquez le contact dans Party/Contact (BG-6)
232|indiquez le nom enregistré dans PartyLegalEntity (BT-44)
263|indiquez le contact dans Party/Contact (BG-9)
264|indiquez le contact dans Party/Contact (BG-9)
275|indiquez le nom dans PartyName (BT-59)
293|indiquez le compte à créditer dans PaymentMeans/PayeeFinancialAccount (BT-84)
294|indiquez l'acheteur dans AccountingCustomerParty (BG-7)
295|indiquez le vendeur dans AccountingSupplierParty (BG-4)
342|indiquez l'identifiant du lieu dans DeliveryLocation/ID (BT-71)
357|indiquez le nom du destinataire dans DeliveryParty/PartyName (BT-70)
382|indiquez un seul lieu de livraison, dans DeliveryLocation (BT-71)
390|employez les adresses électroniques du vendeur (BT-34) et de l'acheteur (BT-49)
394|indiquez l'adresse dans DeliveryLocation/Address (BG-15)
439|le payeur est l'acheteur (BG-7)
463|indiquez la date d'échéance dans DueDate (BT-9)
464|indiquez la date d'échéance dans DueDate (BT-9), ou décrivez les échéances dans PaymentTerms/Note (BT-20)
470|indiquez le montant déjà payé dans LegalMonetaryTotal/PrepaidAmount (BT-113)
480|le motif d'exonération va dans la ventilation de la TVA (BT-121)
481|le motif d'exonération va dans la ventilation de la TVA (BT-120)
488|la TVA de la remise ou de la majoration est comprise dans la ventilation (BG-23)
490|indiquez le total de TVA en devise de comptabilisation (BT-111)
494|l'arrondi du net à payer va dans LegalMonetaryTotal/PayableRoundingAmount (BT-114)
499|indiquez le taux dans TaxCategory/Percent (BT-119)
513|indiquez la retenue dans les conditions de paiement (BT-20) ou dans une note (BT-22)
516|indiquez la date d'exigibilité pour toute la facture, dans TaxPointDate (BT-7)
517|écrivez l'imputation comptable de l'acheteur dans AccountingCost (BT-133)
519|indiquez un prix net de 0 (BT-146)
523|le code d'exigibilité va dans la période de la facture (BT-8)
528|indiquez la commande pour toute la facture, dans OrderReference (BT-13)
529|indiquez l'avis d'expédition pour toute la facture (BT-16)
530|indiquez l'avis de réception pour toute la facture (BT-15)
531|citez la facture antérieure en tête de la facture (BG-3)
534|indiquez seulement l'identifiant de l'objet (BT-128)
544|joignez le fichier par AdditionalDocumentReference de la facture (BG-24)
550|indiquez la livraison pour toute la facture (BG-13), ou facturez chaque livraison à part
551|indiquez les conditions de paiement pour toute la facture (BT-20)
558|la remise ou la majoration suit la TVA de sa ligne (BG-30)
559|la TVA de la ligne est comprise dans la ventilation (BG-23)
561|la TVA de la ligne est comprise dans la ventilation (BG-23)
562|indiquez la retenue dans les conditions de paiement (BT-20) ou dans une note (BT-22)
600|le motif d'exonération va dans la ventilation de la TVA (BT-121)
601|le motif d'exonération va dans la ventilation de la TVA (BT-120)
621|indiquez le pays d'origine dans OriginCountry (BT-159)
611|indiquez la valeur et son unité en texte dans Value (BT-161)
641|le rabais suit la TVA de sa ligne (BG-30)
645|indiquez les conditions de livraison dans la note de la ligne (BT-127)
646|donnez à chaque sous-ligne sa propre ligne de facture (BG-25)
681|écrivez-la dans les conditions de paiement (BT-20)
682|indiquez l'adresse dans Delivery/DeliveryLocation/Address (BG-15)
`;

/** Elements that only machines read. */
export const ublTechnical =
  'CopyIndicator UUID XPath LanguageID LocaleCode VersionID Language AddressTypeCode AddressFormatCode TimezoneOffset LocationCoordinate DataSendingCapability MarkCareIndicator MarkAttentionIndicator LogoReferenceID CalculationSequenceNumeric SequenceNumeric PrepaidIndicator LineCountNumeric ProfileExecutionID TaxEvidenceIndicator CatalogueIndicator';
