import { knownSpellings } from '../identifier-type.js';
import { namespaces } from '../recognise.js';
import { compileShape, type GroupTable, type Paths } from '../shape.js';

/** Where the terms stand in CII D16B: EN 16931-3-3 for the norm's, DOMAIN 9.2 for those of Chorus Pro. */
const ciiPrefixes = {
  rsm: namespaces.rsm,
  ram: namespaces.ram,
  udt: namespaces.udt,
  qdt: namespaces.qdt,
} as const;

const transaction = 'rsm:SupplyChainTradeTransaction';
const agreement = `${transaction}/ram:ApplicableHeaderTradeAgreement`;
const delivery = `${transaction}/ram:ApplicableHeaderTradeDelivery`;
const settlement = `${transaction}/ram:ApplicableHeaderTradeSettlement`;
const summation = `${settlement}/ram:SpecifiedTradeSettlementHeaderMonetarySummation`;
const means = `${settlement}/ram:SpecifiedTradeSettlementPaymentMeans`;
const references = `${agreement}/ram:AdditionalReferencedDocument`;

const date = (at: string): Paths => [`${at}/udt:DateTimeString`, `${at}/udt:DateTime`];
const quantity = 'ram:SpecifiedLineTradeDelivery/ram:BilledQuantity';
const identifier = (at: Paths): GroupTable => ({ at, terms: { value: '.', scheme: '@schemeID' } });
const reference = (at: string): GroupTable => ({
  at: `${at}[ram:TypeCode='130']`,
  terms: { value: 'ram:IssuerAssignedID', scheme: 'ram:ReferenceTypeCode' },
});

const address: GroupTable = {
  at: 'ram:PostalTradeAddress',
  terms: {
    line1: 'ram:LineOne',
    line2: 'ram:LineTwo',
    line3: 'ram:LineThree',
    city: 'ram:CityName',
    postCode: 'ram:PostcodeCode',
    subdivision: 'ram:CountrySubDivisionName',
    country: 'ram:CountryID',
  },
};

const party = (at: string): GroupTable => ({
  at,
  terms: {
    name: 'ram:Name',
    tradingName: 'ram:SpecifiedLegalOrganization/ram:TradingBusinessName',
    vatId: "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    taxRegistrationId: "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']",
    legalForm: 'ram:Description',
  },
  groups: {
    identifiers: identifier('ram:GlobalID|ID[.]'),
    legalId: identifier('ram:SpecifiedLegalOrganization/ram:ID'),
    endpoint: identifier('ram:URIUniversalCommunication/ram:URIID'),
    address,
    contact: {
      at: 'ram:DefinedTradeContact',
      terms: {
        name: ['ram:PersonName', 'ram:DepartmentName'],
        phone: 'ram:TelephoneUniversalCommunication/ram:CompleteNumber',
        email: 'ram:EmailURIUniversalCommunication/ram:URIID',
      },
    },
  },
});

const chorusIds = [
  `ram:SpecifiedLegalOrganization/ram:ID[@schemeID='${knownSpellings}']`,
  `ram:GlobalID|ID[@schemeID='${knownSpellings}']`,
  'ram:SpecifiedLegalOrganization/ram:ID',
  'ram:GlobalID[.]',
  'ram:ID[.]',
];

const chorusParty = (at: string): GroupTable => {
  const schemes = chorusIds.map((id) => `${id}/@schemeID`);
  return {
    at,
    terms: {
      idType: schemes,
      idTypeRaw: schemes,
      name: ['ram:Name', 'ram:SpecifiedLegalOrganization/ram:Name'],
      country: [
        'ram:PostalTradeAddress/ram:CountryID',
        'ram:SpecifiedLegalOrganization/ram:PostalTradeAddress/ram:CountryID',
      ],
    },
    groups: { id: { at: chorusIds, terms: { value: '.', scheme: '@schemeID' } } },
  };
};

const chorus: GroupTable = {
  at: '.',
  terms: {
    cadre: 'rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID',
    serviceCode: `${agreement}/ram:BuyerReference`,
    serviceName: `${agreement}/ram:BuyerTradeParty/ram:DefinedTradeContact/ram:DepartmentName`,
    supplierServiceCode: `${settlement}/ram:InvoiceIssuerReference`,
    engagement: `${agreement}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID`,
    market: `${agreement}/ram:ContractReferencedDocument[ram:ReferenceTypeCode!='CT']/ram:IssuerAssignedID`,
    contract: `${agreement}/ram:ContractReferencedDocument[ram:ReferenceTypeCode='CT']/ram:IssuerAssignedID`,
    contractType: `${agreement}/ram:ContractReferencedDocument/ram:ReferenceTypeCode`,
    vatRegime: `${settlement}/ram:ApplicableTradeTax/ram:DueDateTypeCode`,
    originalInvoice: `${settlement}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID`,
    deliveryDate: date(`${delivery}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime`),
  },
  groups: {
    supplier: chorusParty(`${agreement}/ram:SellerTradeParty`),
    recipient: chorusParty(`${agreement}/ram:BuyerTradeParty`),
    validator: chorusParty(`${settlement}/ram:InvoiceeTradeParty`),
    payee: chorusParty(`${settlement}/ram:PayeeTradeParty`),
  },
};

const charge = {
  charge: ['ram:ChargeIndicator/udt:Indicator', 'ram:ChargeIndicator/udt:IndicatorString'],
  amount: 'ram:ActualAmount',
  base: 'ram:BasisAmount',
  percent: 'ram:CalculationPercent',
  vatCategory: 'ram:CategoryTradeTax/ram:CategoryCode',
  vatRate: 'ram:CategoryTradeTax/ram:RateApplicablePercent',
  reason: 'ram:Reason',
  reasonCode: 'ram:ReasonCode',
};

const periodTerms = { start: date('ram:StartDateTime'), end: date('ram:EndDateTime') };

const payment: GroupTable = {
  at: '.',
  terms: {
    meansCode: `${means}/ram:TypeCode`,
    meansText: `${means}/ram:Information`,
    remittance: `${settlement}/ram:PaymentReference`,
    cardNumber: `${means}/ram:ApplicableTradeSettlementFinancialCard/ram:ID`,
    cardHolder: `${means}/ram:ApplicableTradeSettlementFinancialCard/ram:CardholderName`,
    mandate: `${settlement}/ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID`,
    creditorId: `${settlement}/ram:CreditorReferenceID`,
    debitedAccount: `${means}/ram:PayerPartyDebtorFinancialAccount/ram:IBANID`,
  },
  groups: {
    accounts: {
      at: `${means}[ram:PayeePartyCreditorFinancialAccount]`,
      terms: {
        id: [
          'ram:PayeePartyCreditorFinancialAccount/ram:IBANID',
          'ram:PayeePartyCreditorFinancialAccount/ram:ProprietaryID',
        ],
        name: 'ram:PayeePartyCreditorFinancialAccount/ram:AccountName',
        bic: 'ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID',
      },
    },
  },
};

const totals: GroupTable = {
  at: '.',
  terms: {
    lines: `${summation}/ram:LineTotalAmount`,
    allowances: `${summation}/ram:AllowanceTotalAmount`,
    charges: `${summation}/ram:ChargeTotalAmount`,
    taxExclusive: `${summation}/ram:TaxBasisTotalAmount`,
    tax: [
      `${summation}/ram:TaxTotalAmount[@currencyID=../../ram:InvoiceCurrencyCode]`,
      `${summation}/ram:TaxTotalAmount[@currencyID!=../../ram:TaxCurrencyCode]`,
    ],
    taxInAccountingCurrency: `${summation}/ram:TaxTotalAmount[@currencyID=../../ram:TaxCurrencyCode][@currencyID!=../../ram:InvoiceCurrencyCode]`,
    taxInclusive: `${summation}/ram:GrandTotalAmount`,
    prepaid: `${summation}/ram:TotalPrepaidAmount`,
    rounding: `${summation}/ram:RoundingAmount`,
    payable: `${summation}/ram:DuePayableAmount`,
  },
};

const lines: GroupTable = {
  at: `${transaction}/ram:IncludedSupplyChainTradeLineItem`,
  terms: {
    id: 'ram:AssociatedDocumentLineDocument/ram:LineID',
    note: 'ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content',
    quantity,
    unit: `${quantity}/@unitCode`,
    netAmount:
      'ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount',
    orderLineReference: 'ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID',
    accountingReference:
      'ram:SpecifiedLineTradeSettlement/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID',
    netPrice: 'ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount',
    priceDiscount:
      'ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice/ram:AppliedTradeAllowanceCharge/ram:ActualAmount',
    grossPrice: 'ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice/ram:ChargeAmount',
    priceBaseQuantity: [
      'ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:BasisQuantity',
      'ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice/ram:BasisQuantity',
    ],
    priceBaseUnit: [
      'ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:BasisQuantity/@unitCode',
      'ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice/ram:BasisQuantity/@unitCode',
    ],
    vatCategory: 'ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:CategoryCode',
    vatRate: 'ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:RateApplicablePercent',
    name: 'ram:SpecifiedTradeProduct/ram:Name',
    description: 'ram:SpecifiedTradeProduct/ram:Description',
    sellerItemId: 'ram:SpecifiedTradeProduct/ram:SellerAssignedID',
    buyerItemId: 'ram:SpecifiedTradeProduct/ram:BuyerAssignedID',
    originCountry: 'ram:SpecifiedTradeProduct/ram:OriginTradeCountry/ram:ID',
    kind: [
      'ram:AssociatedDocumentLineDocument/ram:LineStatusCode',
      'ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode',
    ],
  },
  groups: {
    object: reference('ram:SpecifiedLineTradeSettlement/ram:AdditionalReferencedDocument'),
    period: { at: 'ram:SpecifiedLineTradeSettlement/ram:BillingSpecifiedPeriod', terms: periodTerms },
    allowancesCharges: {
      at: 'ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeAllowanceCharge',
      terms: charge,
    },
    standardItemId: identifier('ram:SpecifiedTradeProduct/ram:GlobalID'),
    classifications: {
      at: 'ram:SpecifiedTradeProduct/ram:DesignatedProductClassification/ram:ClassCode[.]',
      terms: { code: '.', list: '@listID', version: '@listVersionID' },
    },
    attributes: {
      at: 'ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic',
      terms: { name: 'ram:Description', value: 'ram:Value' },
    },
  },
};

const attachments: GroupTable = {
  at: `${references}[ram:TypeCode!='50|130']`,
  terms: {
    name: 'ram:IssuerAssignedID',
    description: 'ram:Name',
    uri: 'ram:URIID',
    mime: 'ram:AttachmentBinaryObject/@mimeCode',
    filename: 'ram:AttachmentBinaryObject/@filename',
    chorusType: 'ram:Name',
    piece: 'ram:AttachmentBinaryObject',
  },
};

export const cii = compileShape(
  {
    terms: {
      number: 'rsm:ExchangedDocument/ram:ID',
      issueDate: date('rsm:ExchangedDocument/ram:IssueDateTime'),
      typeCode: 'rsm:ExchangedDocument/ram:TypeCode',
      currency: `${settlement}/ram:InvoiceCurrencyCode`,
      taxCurrency: `${settlement}/ram:TaxCurrencyCode`,
      taxPointDate: [
        `${settlement}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString`,
        `${settlement}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:Date`,
      ],
      taxPointDateCode: `${settlement}/ram:ApplicableTradeTax/ram:DueDateTypeCode`,
      dueDate: date(`${settlement}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime`),
      buyerReference: `${agreement}/ram:BuyerReference`,
      projectReference: `${agreement}/ram:SpecifiedProcuringProject/ram:ID`,
      contractReference: `${agreement}/ram:ContractReferencedDocument/ram:IssuerAssignedID`,
      orderReference: `${agreement}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID`,
      salesOrderReference: `${agreement}/ram:SellerOrderReferencedDocument/ram:IssuerAssignedID`,
      receivingAdviceReference: `${delivery}/ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID`,
      despatchAdviceReference: `${delivery}/ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID`,
      tenderReference: `${references}[ram:TypeCode='50']/ram:IssuerAssignedID`,
      buyerAccountingReference: `${settlement}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID`,
      paymentTerms: `${settlement}/ram:SpecifiedTradePaymentTerms/ram:Description`,
      businessProcess:
        'rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID',
      specification: 'rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID',
    },
    groups: {
      invoicedObject: reference(references),
      notes: {
        at: 'rsm:ExchangedDocument/ram:IncludedNote',
        terms: { text: 'ram:Content', subjectCode: 'ram:SubjectCode' },
      },
      precedingInvoices: {
        at: `${settlement}/ram:InvoiceReferencedDocument`,
        terms: { number: 'ram:IssuerAssignedID', issueDate: 'ram:FormattedIssueDateTime/qdt:DateTimeString' },
      },
      seller: party(`${agreement}/ram:SellerTradeParty`),
      buyer: party(`${agreement}/ram:BuyerTradeParty`),
      payee: party(`${settlement}/ram:PayeeTradeParty`),
      taxRepresentative: party(`${agreement}/ram:SellerTaxRepresentativeTradeParty`),
      delivery: {
        at: delivery,
        terms: {
          name: 'ram:ShipToTradeParty/ram:Name',
          date: date('ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime'),
        },
        groups: {
          location: identifier('ram:ShipToTradeParty/ram:GlobalID|ID'),
          address: { ...address, at: 'ram:ShipToTradeParty/ram:PostalTradeAddress' },
        },
      },
      period: { at: `${settlement}/ram:BillingSpecifiedPeriod`, terms: periodTerms },
      payment,
      allowancesCharges: { at: `${settlement}/ram:SpecifiedTradeAllowanceCharge`, terms: charge },
      totals,
      vatBreakdown: {
        at: `${settlement}/ram:ApplicableTradeTax`,
        terms: {
          base: 'ram:BasisAmount',
          amount: 'ram:CalculatedAmount',
          category: 'ram:CategoryCode',
          rate: 'ram:RateApplicablePercent',
          exemptionReason: 'ram:ExemptionReason',
          exemptionCode: 'ram:ExemptionReasonCode',
        },
      },
      attachments,
      lines,
      chorus,
    },
  },
  ciiPrefixes,
);
