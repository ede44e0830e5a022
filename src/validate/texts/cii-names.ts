/** French names of CII elements that the norm does not use, `element|name with its article, singular`. */
export const ciiNames = `
PayerSpecifiedDebtorFinancialInstitution|la banque du payeur
SpecifiedTransactionID|l'identifiant de transaction
TestIndicator|l'indicateur de test
BIMSpecifiedDocumentContextParameter|le paramètre de modèle d'information
ScenarioSpecifiedDocumentContextParameter|le paramètre de scénario
ApplicationSpecifiedDocumentContextParameter|le paramètre d'application
SubsetSpecifiedDocumentContextParameter|le paramètre de sous-ensemble
MessageStandardSpecifiedDocumentContextParameter|le paramètre de standard de message
Name|le nom
DateTime|la date sous sa forme DateTime
CopyIndicator|l'indicateur de copie
Purpose|le but
ControlRequirementIndicator|l'indicateur de contrôle requis
LanguageID|la langue
PurposeCode|le code du but
RevisionDateTime|la date de révision
VersionID|la version
GlobalID|l'identifiant à schéma
RevisionID|le numéro de révision
PreviousRevisionID|le numéro de la révision précédente
CategoryCode|le code de catégorie
Subject|le sujet en texte
ContentCode|le code du contenu
ID|l'identifiant
EffectiveSpecifiedPeriod|la période de validité
IssuerTradeParty|l'émetteur
DescriptionCode|le code de description
ParentLineID|la ligne mère
LineStatusCode|le statut de ligne
LineStatusReasonCode|le sous-type de ligne
IncludedSubordinateTradeLineItem|la sous-ligne
SubjectCode|le code du sujet
ManufacturerAssignedID|la référence du fabricant
TradeName|le nom commercial
TypeCode|le code du type
NetWeightMeasure|le poids net
GrossWeightMeasure|le poids brut
ProductGroupID|le groupe de produits
EndItemTypeCode|le code du type de produit final
EndItemName|le nom du produit final
AreaDensityMeasure|le grammage
UseDescription|la description de l'emploi
BrandName|la marque
SubBrandName|la sous-marque
DrainedNetWeightMeasure|le poids net égoutté
VariableMeasureIndicator|l'indicateur de mesure variable
ColourCode|le code de couleur
ColourDescription|la couleur
Designation|la désignation
FormattedCancellationAnnouncedLaunchDateTime|la date d'annulation du lancement
FormattedLatestProductDataChangeDateTime|la date de mise à jour du produit
ValueMeasure|la valeur chiffrée
MeasurementMethodCode|la méthode de mesure
ValueCode|le code de la valeur
ValueDateTime|la date tenant lieu de valeur
ValueIndicator|l'indicateur tenant lieu de valeur
ContentTypeCode|le type de contenu
ValueSpecifiedBinaryFile|le fichier tenant lieu de valeur
ApplicableProductCharacteristicCondition|la condition de l'attribut
ApplicableReferencedStandard|la norme citée
ApplicableMaterialGoodsCharacteristic|la caractéristique de matière
SystemID|l'identifiant de la nomenclature
SystemName|le nom de la nomenclature
ClassName|le nom de la classe
SubClassCode|le code de la sous-classe
ClassProductCharacteristic|la caractéristique de la classe
IndividualTradeProductInstance|l'exemplaire (lot ou numéro de série)
CertificationEvidenceReferenceReferencedDocument|le certificat cité
InspectionReferenceReferencedDocument|le rapport d'inspection cité
SubordinateTradeCountrySubDivision|la subdivision du pays
LinearSpatialDimension|la dimension
MinimumLinearSpatialDimension|la dimension minimale
MaximumLinearSpatialDimension|la dimension maximale
ManufacturerTradeParty|le fabricant
PresentationSpecifiedBinaryFile|le fichier de présentation
MSDSReferenceReferencedDocument|la fiche de données de sécurité
AdditionalReferenceReferencedDocument|l'autre document cité
LegalRightsOwnerTradeParty|le titulaire des droits
BrandOwnerTradeParty|le propriétaire de la marque
IncludedReferencedProduct|le produit compris
InformationNote|la note d'information
BuyerReference|la référence de l'acheteur
BuyerRequisitionerTradeParty|le demandeur chez l'acheteur
ApplicableTradeDeliveryTerms|la condition de livraison
SellerOrderReferencedDocument|la commande chez le vendeur
IssuerAssignedID|le numéro du document
QuotationReferencedDocument|le devis cité
ContractReferencedDocument|le contrat cité
DemandForecastReferencedDocument|la prévision de besoin citée
PromotionalDealReferencedDocument|l'offre promotionnelle citée
AdditionalReferencedDocument|l'autre document cité
MinimumQuantity|la quantité minimale
MaximumQuantity|la quantité maximale
ChangeReason|la raison du changement
OrderUnitConversionFactorNumeric|le facteur d'unité de commande
SequenceNumeric|le numéro d'ordre
CalculationPercent|le pourcentage
BasisAmount|l'assiette
BasisQuantity|la quantité de base
PrepaidIndicator|l'indicateur de paiement d'avance
UnitBasisAmount|l'assiette par unité
ReasonCode|le code du motif
Reason|le motif
CategoryTradeTax|la catégorie de taxe
ActualTradeCurrencyExchange|le taux de change
IncludedTradeTax|la taxe comprise
ValiditySpecifiedPeriod|la période de validité
DeliveryTradeLocation|le lieu de livraison
TradeComparisonReferencePrice|le prix de comparaison
AssociatedReferencedDocument|le document associé
AppliedTradeAllowanceCharge|la remise ou majoration
RequisitionerReferencedDocument|la demande d'achat citée
ItemSellerTradeParty|le vendeur de l'article
ItemBuyerTradeParty|l'acheteur de l'article
IncludedSpecifiedMarketplace|la place de marché
UltimateCustomerOrderReferencedDocument|la commande du client final
RequestedQuantity|la quantité demandée
ReceivedQuantity|la quantité reçue
ChargeFreeQuantity|la quantité gratuite
PackageQuantity|le nombre de colis
ProductUnitQuantity|le nombre d'unités
PerPackageUnitQuantity|le nombre d'unités par colis
TheoreticalWeightMeasure|le poids théorique
DespatchedQuantity|la quantité expédiée
SpecifiedDeliveryAdjustment|l'ajustement de livraison
IncludedSupplyChainPackaging|l'emballage
RelatedSupplyChainConsignment|l'envoi
ShipToTradeParty|le destinataire
UltimateShipToTradeParty|le destinataire final
ShipFromTradeParty|le lieu d'expédition
ActualDespatchSupplyChainEvent|la date d'expédition
ActualPickUpSupplyChainEvent|la date d'enlèvement
RequestedDeliverySupplyChainEvent|la date de livraison demandée
ActualDeliverySupplyChainEvent|la date de livraison
ActualReceiptSupplyChainEvent|la date de réception
PreviousDeliverySupplyChainEvent|la date de la livraison précédente
DespatchAdviceReferencedDocument|l'avis d'expédition
ReceivingAdviceReferencedDocument|l'avis de réception
DeliveryNoteReferencedDocument|le bon de livraison
ConsumptionReportReferencedDocument|le relevé de consommation
PackingListReferencedDocument|la liste de colisage
PaymentReference|la référence à rappeler au paiement
InvoiceIssuerReference|la référence de l'émetteur
TotalAdjustmentAmount|le total des ajustements
DiscountIndicator|l'indicateur d'escompte
CalculatedAmount|le montant de TVA
IndicatorString|l'indicateur sous sa forme IndicatorString
SubtotalCalculatedTradeTax|le sous-total de taxe
SpecifiedLogisticsServiceCharge|le bloc de frais logistiques
SpecifiedTradePaymentTerms|la condition de paiement
ChargeTotalAmount|le total des majorations
AllowanceTotalAmount|le total des remises
TaxBasisTotalAmount|le total hors TVA
TaxTotalAmount|le total de TVA
GrandTotalAmount|le total TVA comprise
InformationAmount|le montant pour information
TotalDiscountAmount|le total des escomptes
TotalAllowanceChargeAmount|le total des remises et majorations
RetailValueExcludingTaxInformationAmount|la valeur de détail hors taxe
TotalDepositFeeInformationAmount|le total des consignes
ProductValueExcludingTobaccoTaxInformationAmount|la valeur hors taxe sur le tabac
TotalRetailValueInformationAmount|la valeur de détail totale
GrossLineTotalAmount|le total brut des lignes
NetLineTotalAmount|le total net des lignes
NetIncludingTaxesLineTotalAmount|le total net taxes comprises des lignes
ProductWeightLossInformationAmount|la perte de poids
SpecifiedFinancialAdjustment|l'ajustement financier
InvoiceReferencedDocument|la facture antérieure
PayableSpecifiedTradeAccountingAccount|le compte fournisseur
ReceivableSpecifiedTradeAccountingAccount|le compte client
SetTriggerCode|le code de déclenchement
AmountTypeCode|le type de montant
CostReferenceDimensionPattern|l'axe analytique
PurchaseSpecifiedTradeAccountingAccount|le compte d'achat
SalesSpecifiedTradeAccountingAccount|le compte de vente
SpecifiedTradeSettlementFinancialCard|la carte hors des instructions de paiement
Reference|la référence
RoleCode|le rôle
LegalClassificationCode|la forme juridique
PostalTradeAddress|l'adresse
AuthorizedLegalRegistration|l'immatriculation détaillée
JobTitle|la fonction
Responsibility|la responsabilité
PersonID|l'identifiant de la personne
URIID|l'adresse internet
ChannelCode|le canal
DirectTelephoneUniversalCommunication|la ligne directe
MobileTelephoneUniversalCommunication|le téléphone mobile
FaxUniversalCommunication|la télécopie
CompleteNumber|le numéro
TelexUniversalCommunication|le télex
VOIPUniversalCommunication|le téléphone par internet
InstantMessagingUniversalCommunication|la messagerie instantanée
SpecifiedNote|la note
SpecifiedContactPerson|la personne
AssociatedRegisteredTax|la taxe associée
EndPointURIUniversalCommunication|l'adresse de point d'accès
LogoAssociatedSpecifiedBinaryFile|le logo
Description|la description
SalesAgentTradeParty|l'agent du vendeur
BuyerAgentTradeParty|l'agent de l'acheteur
BuyerAssignedAccountantTradeParty|le comptable de l'acheteur
SellerAssignedAccountantTradeParty|le comptable du vendeur
SpecifiedLegalOrganization|l'entité légale
DefinedTradeContact|le contact
URIUniversalCommunication|l'adresse électronique
ProductEndUserTradeParty|l'utilisateur final
LineID|le numéro de ligne
OrderResponseReferencedDocument|la réponse à la commande
SupplyInstructionReferencedDocument|l'instruction d'approvisionnement
PriceListReferencedDocument|la liste de prix
PurchaseConditionsReferencedDocument|le document des conditions d'achat
SpecifiedTaxRegistration|l'identifiant fiscal
DescriptionBinaryObject|le fichier de description
UnitQuantity|la quantité
LatestOccurrenceDateTime|la date au plus tard
EarliestOccurrenceDateTime|la date au plus tôt
OccurrenceSpecifiedPeriod|la période
OccurrenceLogisticsLocation|le lieu
DuePayableAmount|le net à payer
CreditorReferenceTypeCode|le code du type de référence du créancier
CreditorReferenceType|le type de référence du créancier
CreditorReferenceIssuerID|l'émetteur de la référence du créancier
PaymentCurrencyCode|la devise de paiement
InvoiceDateTime|la date de facture
NextInvoiceDateTime|la date de la facture suivante
CreditReasonCode|le code du motif d'avoir
CreditReason|le motif d'avoir
InvoicerTradeParty|l'émetteur de la facture
InvoiceeTradeParty|le destinataire de la facture
TradingBusinessName|le nom commercial
PayerTradeParty|le payeur
PayeeTradeParty|le bénéficiaire
UltimatePayeeTradeParty|le bénéficiaire final
TaxApplicableTradeCurrencyExchange|le taux de change de la taxe
InvoiceApplicableTradeCurrencyExchange|le taux de change de la facture
PaymentApplicableTradeCurrencyExchange|le taux de change du paiement
PaymentChannelCode|le canal de paiement
GuaranteeMethodCode|le code de garantie
PaymentMethodCode|le mode de paiement
MicrochipIndicator|l'indicateur de puce
ExpiryDate|la date d'expiration
VerificationNumeric|le cryptogramme
ValidFromDateTime|la date de début de validité
CreditLimitAmount|le plafond de crédit
CreditAvailableAmount|le crédit disponible
InterestRatePercent|le taux d'intérêt
AccountName|le titulaire
ProprietaryID|le numéro de compte hors IBAN
ClearingSystemName|le système de compensation
LocationFinancialInstitutionAddress|l'adresse de la banque
FromEventCode|le code de l'évènement de départ
SettlementPeriodMeasure|le délai de paiement
InstructionTypeCode|le type d'instruction
PartialPaymentPercent|le pourcentage de paiement partiel
PaymentMeansID|l'identifiant du moyen de paiement
PartialPaymentAmount|le montant de paiement partiel
ApplicableTradePaymentPenaltyTerms|la pénalité de retard
ApplicableTradePaymentDiscountTerms|l'escompte
ProFormaInvoiceReferencedDocument|la facture pro forma
LetterOfCreditReferencedDocument|la lettre de crédit
FactoringAgreementReferencedDocument|le contrat d'affacturage
FactoringListReferencedDocument|le bordereau d'affacturage
SpecifiedAdvancePayment|l'acompte détaillé
ValuationBreakdownStatement|la ventilation de valeur
Value|la valeur
SpecifiedDocumentVersion|la version
StatusCode|le statut
Information|l'information
SectionName|la section
AttachedSpecifiedBinaryFile|le fichier attaché
CalculatedRate|le taux calculé
CalculationSequenceNumeric|le rang de calcul
LineTotalBasisAmount|l'assiette des lignes
AllowanceChargeBasisAmount|l'assiette des remises et majorations
CurrencyCode|la devise
Jurisdiction|le ressort fiscal
CustomsDutyIndicator|l'indicateur de droit de douane
TaxBasisAllowanceRate|le taux d'abattement
Type|le type en texte
CategoryName|le nom de la catégorie
SpecifiedTradeAccountingAccount|le compte comptable
ServiceSupplyTradeCountry|le pays de la prestation
BuyerRepayableTaxSpecifiedTradeAccountingAccount|le compte de taxe reversable de l'acheteur
SellerPayableTaxSpecifiedTradeAccountingAccount|le compte de taxe due du vendeur
SellerRefundableTaxSpecifiedTradeAccountingAccount|le compte de taxe remboursable du vendeur
BuyerDeductibleTaxSpecifiedTradeAccountingAccount|le compte de taxe déductible de l'acheteur
BuyerNonDeductibleTaxSpecifiedTradeAccountingAccount|le compte de taxe non déductible de l'acheteur
PlaceApplicableTradeLocation|le lieu d'imposition
DurationMeasure|la durée
InclusiveIndicator|l'indicateur de bornes comprises
CompleteDateTime|la date d'achèvement
OpenIndicator|l'indicateur de période ouverte
SeasonCode|la saison
StartDateFlexibilityCode|la souplesse de la date de début
ContinuousIndicator|l'indicateur de continuité
PostOfficeBox|la boîte postale
BuildingName|le nom du bâtiment
LineFour|la quatrième ligne
LineFive|la cinquième ligne
StreetName|la rue
CitySubDivisionName|le quartier
CountryName|le nom du pays
CountrySubDivisionID|le code de subdivision du pays
AttentionOf|la mention « à l'attention de »
CareOf|la mention « aux bons soins de »
BuildingNumber|le numéro du bâtiment
DepartmentName|le service
AdditionalStreetName|le complément de rue
`;
