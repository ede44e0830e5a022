import { knownSpellings } from '../identifier-type.js';
import { namespaces } from '../recognise.js';
import { compileShape, type GroupTable, type Paths, type ShapeTable } from '../shape.js';

/**
 * Where the terms stand in UBL 2.1: EN 16931-3-2 for the norm's, DOMAIN 9.1 for those of Chorus Pro. Invoice and
 * CreditNote differ in few names.
 */
interface Names {
  readonly typeCode: string;
  readonly line: string;
  readonly quantity: string;
  readonly dueDate: Paths;
  readonly project: Paths;
  /** Codes of AdditionalDocumentReference that are not attachments. */
  readonly notAttachments: string;
}

const ublPrefixes = {
  cac: namespaces.cac,
  cbc: namespaces.cbc,
  ext: namespaces.ext,
} as const;

const address = {
  line1: 'cbc:StreetName',
  line2: 'cbc:AdditionalStreetName',
  line3: 'cac:AddressLine/cbc:Line',
  city: 'cbc:CityName',
  postCode: 'cbc:PostalZone',
  subdivision: 'cbc:CountrySubentity',
  country: 'cac:Country/cbc:IdentificationCode',
};

const identifier = (at: Paths): GroupTable => ({ at, terms: { value: '.', scheme: '@schemeID' } });

const allowanceCharge: GroupTable = {
  at: 'cac:AllowanceCharge',
  terms: {
    charge: 'cbc:ChargeIndicator',
    amount: 'cbc:Amount',
    base: 'cbc:BaseAmount',
    percent: 'cbc:MultiplierFactorNumeric',
    vatCategory: 'cac:TaxCategory/cbc:ID',
    vatRate: 'cac:TaxCategory/cbc:Percent',
    reason: 'cbc:AllowanceChargeReason',
    reasonCode: 'cbc:AllowanceChargeReasonCode',
  },
};

const period: GroupTable = {
  at: 'cac:InvoicePeriod',
  terms: { start: 'cbc:StartDate', end: 'cbc:EndDate' },
};

/** Chorus' UBL says VAT by TaxTypeCode `TVA DEBIT`, where the norm has the ID `VAT`. */
const vatScheme = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT|TVA']/cbc:CompanyID";

/** A party (PartyType) below `at`; name paths differ between those that sell and buy and the others. */
function party(at: Paths, name: string): GroupTable {
  return {
    at,
    terms: {
      name,
      tradingName: 'cac:PartyName/cbc:Name',
      vatId: [vatScheme, 'cac:PartyTaxScheme[!cac:TaxScheme/cbc:ID]/cbc:CompanyID'],
      taxRegistrationId:
        "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID][cac:TaxScheme/cbc:ID!='VAT|TVA']/cbc:CompanyID",
      legalForm: 'cac:PartyLegalEntity/cbc:CompanyLegalForm',
    },
    groups: {
      identifiers: identifier("cac:PartyIdentification/cbc:ID[.][@schemeID!='SEPA']"),
      legalId: identifier('cac:PartyLegalEntity/cbc:CompanyID'),
      endpoint: identifier('cbc:EndpointID'),
      address: {
        at: ['cac:PostalAddress', 'cac:PartyLegalEntity/cac:RegistrationAddress'],
        terms: address,
      },
      contact: {
        at: 'cac:Contact',
        terms: { name: 'cbc:Name', phone: 'cbc:Telephone', email: 'cbc:ElectronicMail' },
      },
    },
  };
}

/** Identifiers as Chorus reads them, the surest first: DOMAIN 9.1, then the Peppol route of 9.3. */
function chorusIds(below: string): readonly string[] {
  const id = `${below}cac:PartyIdentification/cbc:ID`;
  const company = `${below}cac:PartyLegalEntity/cbc:CompanyID`;
  return [
    `${id}[@schemeName='${knownSpellings}']`,
    `${id}[@schemeID='${knownSpellings}']`,
    `${company}[@schemeID='0009']`,
    `${company}[@schemeID='0002']`,
    `${id}[.][@schemeID!='SEPA']`,
    company,
  ];
}

function chorusParty(at: string, below: string): GroupTable {
  const ids = chorusIds(below);
  const schemes = ['@schemeName', '@schemeID'].flatMap((scheme) => ids.map((id) => `${id}/${scheme}`));
  const legal = `${below}cac:PartyLegalEntity`;
  return {
    at,
    terms: {
      idType: schemes,
      idTypeRaw: schemes,
      name: [`${legal}/cbc:RegistrationName`, `${below}cac:PartyName/cbc:Name`],
      country: [
        `${legal}/cac:RegistrationAddress/cac:Country/cbc:IdentificationCode`,
        `${below}cac:PostalAddress/cac:Country/cbc:IdentificationCode`,
      ],
    },
    groups: {
      id: { at: ids, terms: { value: '.', scheme: ['@schemeName', '@schemeID'] } },
    },
  };
}

const cadres = [
  ...Array.from({ length: 25 }, (_, i) => `A${i + 1}`),
  ...['B', 'S', 'M'].flatMap((letter) => Array.from({ length: 9 }, (_, i) => `${letter}${i + 1}`)),
].join('|');

const chorus: GroupTable = {
  at: '.',
  terms: {
    cadre: [
      'ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/*:CategoryCode',
      `cbc:ProfileID[.='${cadres}']`,
    ],
    serviceCode: ['cac:AccountingCustomerParty/cac:AccountingContact/cbc:ID', 'cbc:BuyerReference'],
    serviceName: 'cac:AccountingCustomerParty/cac:AccountingContact/cbc:Name',
    supplierServiceCode: 'cac:AccountingSupplierParty/cac:AccountingContact/cbc:ID',
    engagement: 'cac:OrderReference/cbc:ID',
    market: "cac:ContractDocumentReference[cbc:DocumentTypeCode!='CT|CONTRAT']/cbc:ID",
    contract: "cac:ContractDocumentReference[cbc:DocumentTypeCode='CT|CONTRAT']/cbc:ID",
    contractType: [
      'cac:ContractDocumentReference/cbc:DocumentTypeCode',
      'cac:ContractDocumentReference/cbc:DocumentType',
    ],
    vatRegime: [
      "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:TaxTypeCode[.!='TVA|VAT']",
      "cac:InvoicePeriod/cbc:DescriptionCode[.='3|5|72|432']",
    ],
    originalInvoice: [
      'cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID',
      'cac:BillingReference/cac:CreditNoteDocumentReference/cbc:ID',
    ],
    deliveryDate: 'cac:Delivery/cbc:ActualDeliveryDate',
  },
  groups: {
    supplier: chorusParty('cac:AccountingSupplierParty', 'cac:Party/'),
    recipient: chorusParty('cac:AccountingCustomerParty', 'cac:Party/'),
    payee: chorusParty('cac:PayeeParty', ''),
  },
};

const payment: GroupTable = {
  at: '.',
  terms: {
    meansCode: 'cac:PaymentMeans/cbc:PaymentMeansCode',
    meansText: 'cac:PaymentMeans/cbc:PaymentMeansCode/@name',
    remittance: 'cac:PaymentMeans/cbc:PaymentID',
    cardNumber: 'cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID',
    cardHolder: 'cac:PaymentMeans/cac:CardAccount/cbc:HolderName',
    mandate: 'cac:PaymentMeans/cac:PaymentMandate/cbc:ID',
    creditorId: [
      "cac:AccountingSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID[@schemeID='SEPA']",
      "cac:PayeeParty/cac:PartyIdentification/cbc:ID[@schemeID='SEPA']",
    ],
    debitedAccount: 'cac:PaymentMeans/cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID',
  },
  groups: {
    accounts: {
      at: 'cac:PaymentMeans/cac:PayeeFinancialAccount',
      terms: {
        id: 'cbc:ID',
        name: 'cbc:Name',
        bic: [
          'cac:FinancialInstitutionBranch/cbc:ID',
          'cac:FinancialInstitutionBranch/cac:FinancialInstitution/cbc:ID',
        ],
      },
    },
  },
};

const totals: GroupTable = {
  at: '.',
  terms: {
    lines: 'cac:LegalMonetaryTotal/cbc:LineExtensionAmount',
    allowances: 'cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount',
    charges: 'cac:LegalMonetaryTotal/cbc:ChargeTotalAmount',
    taxExclusive: 'cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount',
    tax: [
      'cac:TaxTotal/cbc:TaxAmount[@currencyID=../../cbc:DocumentCurrencyCode]',
      'cac:TaxTotal/cbc:TaxAmount[@currencyID!=../../cbc:TaxCurrencyCode]',
    ],
    taxInAccountingCurrency:
      'cac:TaxTotal/cbc:TaxAmount[@currencyID=../../cbc:TaxCurrencyCode][@currencyID!=../../cbc:DocumentCurrencyCode]',
    taxInclusive: 'cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount',
    prepaid: 'cac:LegalMonetaryTotal/cbc:PrepaidAmount',
    rounding: 'cac:LegalMonetaryTotal/cbc:PayableRoundingAmount',
    payable: 'cac:LegalMonetaryTotal/cbc:PayableAmount',
  },
};

const vatBreakdown: GroupTable = {
  at: [
    'cac:TaxTotal[cbc:TaxAmount/@currencyID=../cbc:DocumentCurrencyCode]/cac:TaxSubtotal',
    'cac:TaxTotal/cac:TaxSubtotal',
  ],
  terms: {
    base: 'cbc:TaxableAmount',
    amount: 'cbc:TaxAmount',
    category: 'cac:TaxCategory/cbc:ID',
    rate: ['cac:TaxCategory/cbc:Percent', 'cbc:Percent'],
    exemptionReason: 'cac:TaxCategory/cbc:TaxExemptionReason',
    exemptionCode: 'cac:TaxCategory/cbc:TaxExemptionReasonCode',
  },
};

const attachments = (codes: string): GroupTable => ({
  at: `cac:AdditionalDocumentReference[cbc:DocumentTypeCode!='${codes}']`,
  terms: {
    name: 'cbc:ID',
    description: ['cbc:DocumentDescription', 'cbc:DocumentType'],
    uri: 'cac:Attachment/cac:ExternalReference/cbc:URI',
    mime: 'cac:Attachment/cbc:EmbeddedDocumentBinaryObject/@mimeCode',
    filename: 'cac:Attachment/cbc:EmbeddedDocumentBinaryObject/@filename',
    chorusType: ['cbc:DocumentType', "cbc:DocumentDescription[.='01|02']"],
    piece: 'cac:Attachment/cbc:EmbeddedDocumentBinaryObject',
  },
});

const lines = (names: Names): GroupTable => ({
  at: `cac:${names.line}`,
  terms: {
    id: 'cbc:ID',
    note: 'cbc:Note',
    quantity: `cbc:${names.quantity}`,
    unit: `cbc:${names.quantity}/@unitCode`,
    netAmount: 'cbc:LineExtensionAmount',
    orderLineReference: 'cac:OrderLineReference/cbc:LineID',
    accountingReference: 'cbc:AccountingCost',
    netPrice: 'cac:Price/cbc:PriceAmount',
    priceDiscount: 'cac:Price/cac:AllowanceCharge/cbc:Amount',
    grossPrice: 'cac:Price/cac:AllowanceCharge/cbc:BaseAmount',
    priceBaseQuantity: 'cac:Price/cbc:BaseQuantity',
    priceBaseUnit: 'cac:Price/cbc:BaseQuantity/@unitCode',
    vatCategory: 'cac:Item/cac:ClassifiedTaxCategory/cbc:ID',
    vatRate: 'cac:Item/cac:ClassifiedTaxCategory/cbc:Percent',
    name: 'cac:Item/cbc:Name',
    description: 'cac:Item/cbc:Description',
    sellerItemId: 'cac:Item/cac:SellersItemIdentification/cbc:ID',
    buyerItemId: 'cac:Item/cac:BuyersItemIdentification/cbc:ID',
    originCountry: 'cac:Item/cac:OriginCountry/cbc:IdentificationCode',
    kind: "cac:Item/cac:AdditionalItemProperty[cbc:Name='TYPE_LIGNE']/cbc:Value",
  },
  groups: {
    object: identifier("cac:DocumentReference[cbc:DocumentTypeCode='130']/cbc:ID"),
    period,
    allowancesCharges: allowanceCharge,
    standardItemId: identifier('cac:Item/cac:StandardItemIdentification/cbc:ID'),
    classifications: {
      at: 'cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode[.]',
      terms: { code: '.', list: '@listID', version: '@listVersionID' },
    },
    attributes: {
      at: 'cac:Item/cac:AdditionalItemProperty',
      terms: { name: 'cbc:Name', value: 'cbc:Value' },
    },
  },
});

function table(names: Names): ShapeTable {
  return {
    terms: {
      number: 'cbc:ID',
      issueDate: 'cbc:IssueDate',
      typeCode: `cbc:${names.typeCode}`,
      currency: 'cbc:DocumentCurrencyCode',
      taxCurrency: 'cbc:TaxCurrencyCode',
      taxPointDate: 'cbc:TaxPointDate',
      taxPointDateCode: 'cac:InvoicePeriod/cbc:DescriptionCode',
      dueDate: names.dueDate,
      buyerReference: 'cbc:BuyerReference',
      projectReference: names.project,
      contractReference: 'cac:ContractDocumentReference/cbc:ID',
      orderReference: 'cac:OrderReference/cbc:ID',
      salesOrderReference: 'cac:OrderReference/cbc:SalesOrderID',
      receivingAdviceReference: 'cac:ReceiptDocumentReference/cbc:ID',
      despatchAdviceReference: 'cac:DespatchDocumentReference/cbc:ID',
      tenderReference: 'cac:OriginatorDocumentReference/cbc:ID',
      buyerAccountingReference: 'cbc:AccountingCost',
      paymentTerms: 'cac:PaymentTerms/cbc:Note',
      businessProcess: 'cbc:ProfileID',
      specification: 'cbc:CustomizationID',
    },
    groups: {
      invoicedObject: identifier("cac:AdditionalDocumentReference[cbc:DocumentTypeCode='130']/cbc:ID"),
      notes: { at: 'cbc:Note[.]', terms: { text: '.', subjectCode: '.' } },
      precedingInvoices: {
        at: 'cac:BillingReference/cac:InvoiceDocumentReference',
        terms: { number: 'cbc:ID', issueDate: 'cbc:IssueDate' },
      },
      seller: party('cac:AccountingSupplierParty/cac:Party', 'cac:PartyLegalEntity/cbc:RegistrationName'),
      buyer: party('cac:AccountingCustomerParty/cac:Party', 'cac:PartyLegalEntity/cbc:RegistrationName'),
      payee: party('cac:PayeeParty', 'cac:PartyName/cbc:Name'),
      taxRepresentative: party('cac:TaxRepresentativeParty', 'cac:PartyName/cbc:Name'),
      delivery: {
        at: 'cac:Delivery',
        terms: { name: 'cac:DeliveryParty/cac:PartyName/cbc:Name', date: 'cbc:ActualDeliveryDate' },
        groups: {
          location: identifier('cac:DeliveryLocation/cbc:ID'),
          address: { at: 'cac:DeliveryLocation/cac:Address', terms: address },
        },
      },
      period,
      payment,
      allowancesCharges: allowanceCharge,
      totals,
      vatBreakdown,
      attachments: attachments(names.notAttachments),
      lines: lines(names),
      chorus,
    },
  };
}

export const ublInvoice = compileShape(
  table({
    typeCode: 'InvoiceTypeCode',
    line: 'InvoiceLine',
    quantity: 'InvoicedQuantity',
    dueDate: ['cbc:DueDate', 'cac:PaymentMeans/cbc:PaymentDueDate'],
    project: 'cac:ProjectReference/cbc:ID',
    notAttachments: '130',
  }),
  ublPrefixes,
);

export const ublCreditNote = compileShape(
  table({
    typeCode: 'CreditNoteTypeCode',
    line: 'CreditNoteLine',
    quantity: 'CreditedQuantity',
    dueDate: 'cac:PaymentMeans/cbc:PaymentDueDate',
    project: "cac:AdditionalDocumentReference[cbc:DocumentTypeCode='50']/cbc:ID",
    notAttachments: '50|130',
  }),
  ublPrefixes,
);
