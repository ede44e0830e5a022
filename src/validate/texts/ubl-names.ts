/** French names of UBL elements that the norm does not use, `element|name with its article, singular`. */
export const ublNames = `
ext:UBLExtensions|le bloc d'extensions
ProfileExecutionID|l'identifiant d'exécution du processus
CopyIndicator|l'indicateur de copie
UUID|l'identifiant universel
IssueTime|l'heure d'émission
PricingCurrencyCode|la devise des prix
PaymentCurrencyCode|la devise de paiement
PaymentAlternativeCurrencyCode|l'autre devise de paiement
AccountingCostCode|le code d'imputation comptable
LineCountNumeric|le nombre de lignes
StartTime|l'heure de début
EndTime|l'heure de fin
DurationMeasure|la durée
Description|la description
IssueDate|la date d'émission
CustomerReference|la référence du client
OrderTypeCode|le type de commande
DocumentReference|le document cité
DocumentTypeCode|le code du type de document
DocumentType|le type de document en texte
XPath|le chemin XPath
LanguageID|la langue
LocaleCode|le code régional
VersionID|la version
DocumentStatusCode|le statut du document
DocumentDescription|la description du document
Attachment|le fichier joint
ValidityPeriod|la période de validité
IssuerParty|l'émetteur
ResultOfVerification|le résultat de vérification
SelfBilledInvoiceDocumentReference|la référence à une autofacture
CreditNoteDocumentReference|la référence à un avoir
SelfBilledCreditNoteDocumentReference|la référence à un avoir d'autofacturation
DebitNoteDocumentReference|la référence à une note de débit
ReminderDocumentReference|la référence à une relance
AdditionalDocumentReference|la référence à un autre document
BillingReferenceLine|la référence à une ligne
StatementDocumentReference|la référence à un relevé
DocumentHash|l'empreinte du fichier
HashAlgorithmMethod|l'algorithme d'empreinte
ExpiryDate|la date d'expiration
ExpiryTime|l'heure d'expiration
MimeCode|le type MIME
FormatCode|le format
EncodingCode|le codage
CharacterSetCode|le jeu de caractères
FileName|le nom de fichier
WorkPhaseReference|la phase de travaux
Signature|la signature
CustomerAssignedAccountID|le compte attribué par le client
SupplierAssignedAccountID|le compte attribué par le fournisseur
AdditionalAccountID|le compte supplémentaire
DataSendingCapability|la capacité d'envoi de données
MarkCareIndicator|l'indicateur « aux bons soins de »
MarkAttentionIndicator|l'indicateur « à l'attention de »
WebsiteURI|le site internet
LogoReferenceID|le logo
IndustryClassificationCode|le code d'activité
Language|la langue
ID|l'identifiant
AddressTypeCode|le type d'adresse
AddressFormatCode|le format d'adresse
Postbox|la boîte postale
Floor|l'étage
Room|la pièce
BlockName|le nom du pâté de maisons
BuildingName|le nom du bâtiment
BuildingNumber|le numéro du bâtiment
InhouseMail|le courrier interne
Department|le service
MarkAttention|la mention « à l'attention de »
MarkCare|la mention « aux bons soins de »
PlotIdentification|la parcelle
CitySubdivisionName|le quartier
CountrySubentity|la subdivision du pays
CountrySubentityCode|le code de subdivision du pays
Region|la région
District|le district
TimezoneOffset|le fuseau horaire
Name|le nom
LocationCoordinate|la position géographique
PhysicalLocation|la localisation
RegistrationName|le nom enregistré
TaxLevelCode|le niveau d'imposition
ExemptionReasonCode|le code du motif d'exonération
ExemptionReason|le motif d'exonération
RegistrationAddress|l'adresse d'enregistrement
TaxTypeCode|le type de taxe
CurrencyCode|la devise
JurisdictionRegionAddress|le ressort fiscal
RegistrationDate|la date d'immatriculation
RegistrationExpirationDate|la date de fin d'immatriculation
CompanyLegalFormCode|le code de la forme juridique
CompanyLegalForm|la forme juridique
SoleProprietorshipIndicator|l'indicateur d'entreprise individuelle
CompanyLiquidationStatusCode|l'état de liquidation
CorporateStockAmount|le capital social
FullyPaidSharesIndicator|l'indicateur de capital libéré
CorporateRegistrationScheme|le registre d'immatriculation
HeadOfficeParty|le siège
ShareholderParty|l'actionnaire
Telefax|la télécopie
Note|la note
OtherCommunication|l'autre moyen de communication
Person|la personne
AgentParty|l'agent
ServiceProviderParty|le prestataire
PowerOfAttorney|la procuration
FinancialAccount|le compte bancaire
DespatchContact|le contact d'expédition
AccountingContact|le contact comptable
SellerContact|le contact commercial
DeliveryContact|le contact de livraison
BuyerContact|le contact d'achat
EndpointID|l'adresse électronique
PostalAddress|l'adresse postale
PartyTaxScheme|le régime fiscal
Contact|le contact
BuyerCustomerParty|l'acheteur distinct du client facturé
SellerSupplierParty|le vendeur distinct du fournisseur facturant
PartyIdentification|l'identifiant de la partie
PartyLegalEntity|l'entité légale
Quantity|la quantité
MinimumQuantity|la quantité minimale
MaximumQuantity|la quantité maximale
ActualDeliveryTime|l'heure de livraison
LatestDeliveryDate|la date limite de livraison
LatestDeliveryTime|l'heure limite de livraison
ReleaseID|l'identifiant d'appel de livraison
TrackingID|le numéro de suivi
Conditions|la mention des conditions
LocationTypeCode|le type de lieu
InformationURI|l'adresse internet du lieu
SubsidiaryLocation|le lieu secondaire
AlternativeDeliveryLocation|l'autre lieu de livraison
RequestedDeliveryPeriod|la période de livraison demandée
EstimatedDeliveryPeriod|la période de livraison prévue
CarrierParty|le transporteur
NotifyParty|la partie à avertir
Despatch|l'expédition
DeliveryTerms|la condition de livraison
MinimumDeliveryUnit|l'unité de livraison minimale
MaximumDeliveryUnit|l'unité de livraison maximale
Shipment|l'envoi
PaymentChannelCode|le canal de paiement
InstructionID|l'identifiant de l'instruction
InstructionNote|la note d'instruction
CardTypeCode|le type de carte
ValidityStartDate|la date de début de validité
IssuerID|l'identifiant de l'émetteur
IssueNumberID|le numéro d'émission
CV2ID|le cryptogramme
CardChipCode|le code de puce
ChipApplicationID|l'identifiant d'application de la puce
AliasName|le nom d'usage
AccountTypeCode|le type de compte
AccountFormatCode|le format du compte
PaymentNote|la note de paiement
Address|l'adresse
Country|le pays
CreditAccount|le compte de crédit
MandateTypeCode|le type de mandat
MaximumPaymentInstructionsNumeric|le nombre maximal de prélèvements
MaximumPaidAmount|le montant maximal prélevé
SignatureID|l'identifiant de signature
PayerParty|le payeur
FinancialInstitutionBranch|l'établissement bancaire
PaymentReversalPeriod|le délai de remboursement
Clause|la clause
TradeFinancing|le financement
PaymentMeansID|l'identifiant du moyen de paiement
PrepaidPaymentReferenceID|la référence de l'acompte
ReferenceEventCode|le code de l'évènement de référence
SettlementDiscountPercent|le taux d'escompte
PenaltySurchargePercent|le taux de pénalité
PaymentPercent|le pourcentage à payer
Amount|le montant
SettlementDiscountAmount|le montant d'escompte
PenaltyAmount|le montant de pénalité
PaymentTermsDetailsURI|l'adresse internet des conditions
PaymentDueDate|la date d'échéance
InstallmentDueDate|la date d'échéance partielle
InvoicingPartyReference|la référence de la partie facturante
SettlementPeriod|la période d'escompte
PenaltyPeriod|la période de pénalité
ExchangeRate|le taux de change
PrepaidPayment|l'acompte détaillé
PrepaidIndicator|l'indicateur de paiement d'avance
SequenceNumeric|le numéro d'ordre
AccountingCost|l'imputation comptable
PerUnitAmount|le montant par unité
BaseUnitMeasure|l'unité de base
TaxExemptionReasonCode|le code du motif d'exonération
TaxExemptionReason|le motif d'exonération
TierRange|la tranche
TierRatePercent|le taux par tranche
TaxTotal|le total de taxe
PaymentMeans|le moyen de paiement
TaxExchangeRate|le taux de change de la taxe
PricingExchangeRate|le taux de change des prix
PaymentExchangeRate|le taux de change du paiement
PaymentAlternativeExchangeRate|le taux de change de l'autre devise de paiement
RoundingAmount|l'arrondi
TaxEvidenceIndicator|l'indicateur de preuve fiscale
TaxIncludedIndicator|l'indicateur de taxe comprise
CalculationSequenceNumeric|le rang de calcul
TransactionCurrencyTaxAmount|le montant de taxe en devise de transaction
Percent|le taux
WithholdingTaxTotal|la retenue à la source
PayableAlternativeAmount|le net à payer en autre devise
TaxPointDate|la date d'exigibilité
PaymentPurposeCode|le motif du paiement
FreeOfChargeIndicator|l'indicateur de gratuité
DescriptionCode|le code de description
SalesOrderLineID|la ligne de commande chez le vendeur
LineStatusCode|le statut de ligne
OrderReference|la commande
DespatchLineReference|la ligne d'expédition
ReceiptLineReference|la ligne de réception
BillingReference|la facture antérieure
PricingReference|la référence de prix
OriginatorParty|le demandeur
Delivery|la livraison
DeliveryAddress|l'adresse hors du lieu
PaymentTerms|la condition de paiement
TaxCategory|la catégorie de taxe
PackQuantity|la quantité par emballage
PackSizeNumeric|la taille de l'emballage
CatalogueIndicator|l'indicateur de catalogue
HazardousRiskIndicator|l'indicateur de danger
AdditionalInformation|l'information complémentaire
Keyword|le mot-clé
BrandName|la marque
ModelName|le modèle
ExtendedID|l'identifiant étendu
BarcodeSymbologyID|la symbologie du code à barres
PhysicalAttribute|le caractère physique
MeasurementDimension|la dimension mesurée
ManufacturersItemIdentification|la référence du fabricant
CatalogueItemIdentification|la référence au catalogue
AdditionalItemIdentification|l'identifiant supplémentaire
CatalogueDocumentReference|le catalogue cité
ItemSpecificationDocumentReference|la fiche technique citée
NatureCode|le code de nature
CargoTypeCode|le type de chargement
CommodityCode|le code de marchandise
TransactionConditions|la condition de transaction
HazardousItem|le bloc de matière dangereuse
NameCode|le code du nom
TestMethod|la méthode d'essai
ValueQuantity|la valeur chiffrée
ValueQualifier|le qualificatif de la valeur
ImportanceCode|le code d'importance
ListValue|la valeur de liste
UsabilityPeriod|la période d'emploi
ItemPropertyGroup|le groupe d'attributs
RangeDimension|l'étendue
ItemPropertyRange|l'intervalle de valeurs
ManufacturerParty|le fabricant
InformationContentProviderParty|le fournisseur d'information
OriginAddress|l'adresse d'origine
ItemInstance|l'exemplaire (lot ou numéro de série)
Certificate|le certificat
Dimension|la dimension
PriceChangeReason|la raison du changement de prix
PriceTypeCode|le code du type de prix
PriceType|le type de prix
OrderableUnitFactorRate|le facteur d'unité de commande
PriceList|la liste de prix
AllowanceChargeReasonCode|le code du motif
AllowanceChargeReason|le motif
MultiplierFactorNumeric|le pourcentage
SubInvoiceLine|la sous-ligne
ItemPriceExtension|l'extension de prix
`;
