import { afterAll, describe, expect, it } from 'vitest';
import { namespaces } from '../../src/formats/recognise.js';
import { document, lineOf, openReader } from './formats-reading.js';

const reader = openReader();
afterAll(() => reader.close());

const root = `<n0:CrossIndustryInvoice xmlns:n0="${namespaces.rsm}" xmlns="${namespaces.ram}" xmlns:u="${namespaces.udt}" xmlns:q="${namespaces.qdt}">`;
const date = (text: string, format?: string) =>
  `<u:DateTimeString${format === undefined ? '' : ` format="${format}"`}>${text}</u:DateTimeString>`;

const full = document(
  '<?xml version="1.0"?>',
  root,
  '<n0:ExchangedDocumentContext>',
  '<BusinessProcessSpecifiedDocumentContextParameter><ID>A13</ID></BusinessProcessSpecifiedDocumentContextParameter>',
  '<GuidelineSpecifiedDocumentContextParameter><ID>urn:cen.eu:en16931:2017</ID></GuidelineSpecifiedDocumentContextParameter>',
  '</n0:ExchangedDocumentContext>',
  '<n0:ExchangedDocument>',
  '<ID>F1</ID><TypeCode>380</TypeCode>',
  `<IssueDateTime>${date('20260301', '102')}</IssueDateTime>`,
  '<IncludedNote><Content>Texte</Content><SubjectCode>REG</SubjectCode></IncludedNote>',
  '</n0:ExchangedDocument>',
  '<n0:SupplyChainTradeTransaction>',
  '<IncludedSupplyChainTradeLineItem>',
  '<AssociatedDocumentLineDocument><LineID>1</LineID><LineStatusCode>REGROUPEMENT</LineStatusCode><IncludedNote><Content>N</Content></IncludedNote></AssociatedDocumentLineDocument>',
  '<SpecifiedTradeProduct><GlobalID schemeID="0160">G</GlobalID><SellerAssignedID>S</SellerAssignedID><BuyerAssignedID>B</BuyerAssignedID><Name>Porte</Name><Description>D</Description>',
  '<ApplicableProductCharacteristic><Description>Couleur</Description><Value>brun</Value></ApplicableProductCharacteristic>',
  '<DesignatedProductClassification><ClassCode listID="TST" listVersionID="1">C</ClassCode></DesignatedProductClassification><OriginTradeCountry><ID>FR</ID></OriginTradeCountry></SpecifiedTradeProduct>',
  '<SpecifiedLineTradeAgreement><BuyerOrderReferencedDocument><LineID>7</LineID></BuyerOrderReferencedDocument>',
  '<GrossPriceProductTradePrice><ChargeAmount>55</ChargeAmount><BasisQuantity unitCode="C62">1</BasisQuantity><AppliedTradeAllowanceCharge><ActualAmount>5</ActualAmount></AppliedTradeAllowanceCharge></GrossPriceProductTradePrice>',
  '<NetPriceProductTradePrice><ChargeAmount>50</ChargeAmount></NetPriceProductTradePrice></SpecifiedLineTradeAgreement>',
  '<SpecifiedLineTradeDelivery><BilledQuantity unitCode="C62">2</BilledQuantity></SpecifiedLineTradeDelivery>',
  '<SpecifiedLineTradeSettlement><ApplicableTradeTax><CategoryCode>S</CategoryCode><RateApplicablePercent>20</RateApplicablePercent></ApplicableTradeTax>',
  `<BillingSpecifiedPeriod><StartDateTime>${date('202601', '610')}</StartDateTime><EndDateTime>${date('202602', '610')}</EndDateTime></BillingSpecifiedPeriod>`,
  '<SpecifiedTradeAllowanceCharge><ChargeIndicator><u:Indicator>true</u:Indicator></ChargeIndicator><ActualAmount>1</ActualAmount></SpecifiedTradeAllowanceCharge>',
  '<SpecifiedTradeSettlementLineMonetarySummation><LineTotalAmount>100.00</LineTotalAmount></SpecifiedTradeSettlementLineMonetarySummation>',
  '<AdditionalReferencedDocument><IssuerAssignedID>OBJ</IssuerAssignedID><TypeCode>130</TypeCode><ReferenceTypeCode>AVE</ReferenceTypeCode></AdditionalReferencedDocument>',
  '<ReceivableSpecifiedTradeAccountingAccount><ID>6011</ID></ReceivableSpecifiedTradeAccountingAccount></SpecifiedLineTradeSettlement>',
  '</IncludedSupplyChainTradeLineItem>',
  '<ApplicableHeaderTradeAgreement>',
  '<BuyerReference>SERV1</BuyerReference>',
  '<SellerTradeParty><ID>INTERNE</ID><GlobalID schemeID="0088">GLN</GlobalID><Name>Samsung</Name><Description>SA</Description>',
  '<SpecifiedLegalOrganization><ID schemeID="ETR">KRSAMSUNGMOBILEPHO</ID><TradingBusinessName>Phones</TradingBusinessName></SpecifiedLegalOrganization>',
  '<DefinedTradeContact><PersonName>Léa</PersonName><TelephoneUniversalCommunication><CompleteNumber>01</CompleteNumber></TelephoneUniversalCommunication></DefinedTradeContact>',
  '<PostalTradeAddress><PostcodeCode>69001</PostcodeCode><LineOne>1 rue A</LineOne><CityName>Lyon</CityName><CountryID>KR</CountryID></PostalTradeAddress>',
  '<SpecifiedTaxRegistration><ID schemeID="FC">LOCAL</ID></SpecifiedTaxRegistration><SpecifiedTaxRegistration><ID schemeID="VA">FR1</ID></SpecifiedTaxRegistration></SellerTradeParty>',
  '<BuyerTradeParty><Name>Mairie</Name><SpecifiedLegalOrganization><ID schemeID="0002">75356054900010</ID></SpecifiedLegalOrganization>',
  '<DefinedTradeContact><DepartmentName>Achats</DepartmentName></DefinedTradeContact></BuyerTradeParty>',
  '<SellerTaxRepresentativeTradeParty><Name>Rep</Name></SellerTaxRepresentativeTradeParty>',
  '<BuyerOrderReferencedDocument><IssuerAssignedID>ENG1</IssuerAssignedID></BuyerOrderReferencedDocument>',
  '<ContractReferencedDocument><IssuerAssignedID>CT1</IssuerAssignedID><ReferenceTypeCode>CT</ReferenceTypeCode></ContractReferencedDocument>',
  '<AdditionalReferencedDocument><IssuerAssignedID>LOT</IssuerAssignedID><TypeCode>50</TypeCode></AdditionalReferencedDocument>',
  '<AdditionalReferencedDocument><IssuerAssignedID>a.pdf</IssuerAssignedID><TypeCode>916</TypeCode><Name>02</Name><AttachmentBinaryObject mimeCode="application/pdf">JVBERi0xLjQK</AttachmentBinaryObject></AdditionalReferencedDocument>',
  '</ApplicableHeaderTradeAgreement>',
  '<ApplicableHeaderTradeDelivery><ShipToTradeParty><Name>Dépôt</Name></ShipToTradeParty>',
  `<ActualDeliverySupplyChainEvent><OccurrenceDateTime>${date('20260214')}</OccurrenceDateTime></ActualDeliverySupplyChainEvent></ApplicableHeaderTradeDelivery>`,
  '<ApplicableHeaderTradeSettlement>',
  '<CreditorReferenceID>SEPA1</CreditorReferenceID><PaymentReference>RF1</PaymentReference>',
  '<TaxCurrencyCode>SEK</TaxCurrencyCode><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><InvoiceIssuerReference>SF</InvoiceIssuerReference>',
  '<InvoiceeTradeParty><Name>MOE</Name><SpecifiedLegalOrganization><ID schemeID="1">24590041000292</ID></SpecifiedLegalOrganization></InvoiceeTradeParty>',
  '<PayeeTradeParty><Name>Factor</Name></PayeeTradeParty>',
  '<SpecifiedTradeSettlementPaymentMeans><TypeCode>49</TypeCode><PayerPartyDebtorFinancialAccount><IBANID>FRDEB</IBANID></PayerPartyDebtorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>',
  '<SpecifiedTradeSettlementPaymentMeans><TypeCode>30</TypeCode><Information>Virement</Information><PayeePartyCreditorFinancialAccount><IBANID>FR76</IBANID><AccountName>X</AccountName></PayeePartyCreditorFinancialAccount>',
  '<PayeeSpecifiedCreditorFinancialInstitution><BICID>AGRIFRPP</BICID></PayeeSpecifiedCreditorFinancialInstitution></SpecifiedTradeSettlementPaymentMeans>',
  '<ApplicableTradeTax><CalculatedAmount>19</CalculatedAmount><ExemptionReason>R</ExemptionReason><BasisAmount>95</BasisAmount><CategoryCode>S</CategoryCode><ExemptionReasonCode>C</ExemptionReasonCode>',
  '<TaxPointDate><u:DateString format="102">20260302</u:DateString></TaxPointDate><DueDateTypeCode>5</DueDateTypeCode><RateApplicablePercent>20</RateApplicablePercent></ApplicableTradeTax>',
  `<BillingSpecifiedPeriod><StartDateTime>${date('202601', '616')}</StartDateTime><EndDateTime>${date('202601', '616')}</EndDateTime></BillingSpecifiedPeriod>`,
  '<SpecifiedTradeAllowanceCharge><ChargeIndicator><u:IndicatorString>false</u:IndicatorString></ChargeIndicator><CalculationPercent>10</CalculationPercent><BasisAmount>100</BasisAmount><ActualAmount>10</ActualAmount><ReasonCode>95</ReasonCode><Reason>Remise</Reason>',
  '<CategoryTradeTax><CategoryCode>S</CategoryCode><RateApplicablePercent>20</RateApplicablePercent></CategoryTradeTax></SpecifiedTradeAllowanceCharge>',
  `<SpecifiedTradePaymentTerms><Description>30 jours</Description><DueDateDateTime>${date('20260331', '102')}</DueDateDateTime><DirectDebitMandateID>M1</DirectDebitMandateID></SpecifiedTradePaymentTerms>`,
  '<SpecifiedTradeSettlementHeaderMonetarySummation><LineTotalAmount>100</LineTotalAmount><ChargeTotalAmount>5</ChargeTotalAmount><AllowanceTotalAmount>10</AllowanceTotalAmount><TaxBasisTotalAmount>95</TaxBasisTotalAmount>',
  '<TaxTotalAmount currencyID="SEK">217</TaxTotalAmount><TaxTotalAmount currencyID="EUR">19</TaxTotalAmount><RoundingAmount>0.01</RoundingAmount><GrandTotalAmount>114</GrandTotalAmount><TotalPrepaidAmount>14</TotalPrepaidAmount><DuePayableAmount>100</DuePayableAmount></SpecifiedTradeSettlementHeaderMonetarySummation>',
  `<InvoiceReferencedDocument><IssuerAssignedID>F0</IssuerAssignedID><FormattedIssueDateTime><q:DateTimeString format="102">20260102</q:DateTimeString></FormattedIssueDateTime></InvoiceReferencedDocument>`,
  '<ReceivableSpecifiedTradeAccountingAccount><ID>600</ID></ReceivableSpecifiedTradeAccountingAccount>',
  '</ApplicableHeaderTradeSettlement>',
  '</n0:SupplyChainTradeTransaction>',
  '</n0:CrossIndustryInvoice>',
);

const base = '/n0:CrossIndustryInvoice/n0:SupplyChainTradeTransaction';

describe('reading a CII invoice', () => {
  const { invoice, place } = reader.one(full);

  it('reads the head', () => {
    expect(invoice).toMatchObject({
      syntax: 'cii',
      creditNoteRoot: false,
      number: 'F1',
      issueDate: '2026-03-01',
      typeCode: '380',
      currency: 'EUR',
      taxCurrency: 'SEK',
      taxPointDate: '2026-03-02',
      taxPointDateCode: '5',
      dueDate: '2026-03-31',
      buyerReference: 'SERV1',
      contractReference: 'CT1',
      orderReference: 'ENG1',
      tenderReference: 'LOT',
      invoicedObject: null,
      buyerAccountingReference: '600',
      paymentTerms: '30 jours',
      notes: [{ subjectCode: 'REG', text: 'Texte' }],
      businessProcess: 'A13',
      specification: 'urn:cen.eu:en16931:2017',
      precedingInvoices: [{ number: 'F0', issueDate: '2026-01-02' }],
      delivery: { name: 'Dépôt', location: null, date: '2026-02-14', address: null },
    });
  });

  it('reads a week as its Monday and its Sunday, a month as its first and last day', () => {
    expect(invoice.period).toEqual({ start: '2025-12-29', end: '2026-01-04' });
    expect(invoice.lines[0]?.period).toEqual({ start: '2026-01-01', end: '2026-02-28' });
  });

  it('reads the parties', () => {
    expect(invoice.seller).toEqual({
      name: 'Samsung',
      tradingName: 'Phones',
      identifiers: [
        { value: 'INTERNE', scheme: null },
        { value: 'GLN', scheme: '0088' },
      ],
      legalId: { value: 'KRSAMSUNGMOBILEPHO', scheme: 'ETR' },
      vatId: 'FR1',
      taxRegistrationId: 'LOCAL',
      legalForm: 'SA',
      endpoint: null,
      address: {
        line1: '1 rue A',
        line2: null,
        line3: null,
        city: 'Lyon',
        postCode: '69001',
        subdivision: null,
        country: 'KR',
      },
      contact: { name: 'Léa', phone: '01', email: null },
    });
    expect(invoice.taxRepresentative?.name).toBe('Rep');
    expect(invoice.payee?.name).toBe('Factor');
  });

  it('reads totals, VAT, payment, allowances', () => {
    expect(invoice.totals).toEqual({
      lines: '100',
      allowances: '10',
      charges: '5',
      taxExclusive: '95',
      tax: '19',
      taxInAccountingCurrency: '217',
      taxInclusive: '114',
      prepaid: '14',
      rounding: '0.01',
      payable: '100',
    });
    expect(invoice.vatBreakdown).toEqual([
      { base: '95', amount: '19', category: 'S', rate: '20', exemptionReason: 'R', exemptionCode: 'C' },
    ]);
    expect(invoice.payment).toEqual({
      meansCode: '49',
      meansText: 'Virement',
      remittance: 'RF1',
      accounts: [{ id: 'FR76', name: 'X', bic: 'AGRIFRPP' }],
      cardNumber: null,
      cardHolder: null,
      mandate: 'M1',
      creditorId: 'SEPA1',
      debitedAccount: 'FRDEB',
    });
    expect(invoice.allowancesCharges).toEqual([
      {
        charge: false,
        amount: '10',
        base: '100',
        percent: '10',
        vatCategory: 'S',
        vatRate: '20',
        reason: 'Remise',
        reasonCode: '95',
      },
    ]);
  });

  it('reads a line', () => {
    expect(invoice.lines).toMatchObject([
      {
        id: '1',
        note: 'N',
        object: { value: 'OBJ', scheme: 'AVE' },
        quantity: '2',
        unit: 'C62',
        netAmount: '100.00',
        orderLineReference: '7',
        accountingReference: '6011',
        allowancesCharges: [{ charge: true, amount: '1' }],
        netPrice: '50',
        priceDiscount: '5',
        grossPrice: '55',
        priceBaseQuantity: '1',
        priceBaseUnit: 'C62',
        vatCategory: 'S',
        vatRate: '20',
        name: 'Porte',
        description: 'D',
        sellerItemId: 'S',
        buyerItemId: 'B',
        standardItemId: { value: 'G', scheme: '0160' },
        classifications: [{ code: 'C', list: 'TST', version: '1' }],
        originCountry: 'FR',
        attributes: [{ name: 'Couleur', value: 'brun' }],
        kind: 'REGROUPEMENT',
      },
    ]);
  });

  it('reads the terms of Chorus Pro', () => {
    expect(invoice.attachments).toMatchObject([{ name: 'a.pdf', chorusType: '02', piece: 0 }]);
    expect(invoice.chorus).toEqual({
      cadre: 'A13',
      supplier: { idType: '3', idTypeRaw: 'ETR', id: 'KRSAMSUNGMOBILEPHO', name: 'Samsung', country: 'KR' },
      recipient: { idType: '1', idTypeRaw: '0002', id: '75356054900010', name: 'Mairie', country: null },
      serviceCode: 'SERV1',
      serviceName: 'Achats',
      supplierServiceCode: 'SF',
      engagement: 'ENG1',
      market: null,
      contract: 'CT1',
      contractType: 'CT',
      validator: { idType: '1', idTypeRaw: '1', id: '24590041000292', name: 'MOE', country: null },
      payee: { idType: null, idTypeRaw: null, id: null, name: 'Factor', country: null },
      vatRegime: 'TVA_SUR_DEBIT',
      originalInvoice: 'F0',
      deliveryDate: '2026-02-14',
    });
  });

  it.each([
    [
      'issueDate',
      '/n0:CrossIndustryInvoice/n0:ExchangedDocument/IssueDateTime/u:DateTimeString',
      'IssueDateTime',
    ],
    [
      'seller.vatId',
      `${base}/ApplicableHeaderTradeAgreement/SellerTradeParty/SpecifiedTaxRegistration[2]/ID`,
      '>LOCAL',
    ],
    [
      'payment.accounts[0].id',
      `${base}/ApplicableHeaderTradeSettlement/SpecifiedTradeSettlementPaymentMeans[2]/PayeePartyCreditorFinancialAccount/IBANID`,
      '>FR76',
    ],
    [
      'totals.tax',
      `${base}/ApplicableHeaderTradeSettlement/SpecifiedTradeSettlementHeaderMonetarySummation/TaxTotalAmount[2]`,
      '>19</TaxTotal',
    ],
    [
      'attachments[0].name',
      `${base}/ApplicableHeaderTradeAgreement/AdditionalReferencedDocument[2]/IssuerAssignedID`,
      'a.pdf',
    ],
    [
      'projectReference',
      `${base}/ApplicableHeaderTradeAgreement/SpecifiedProcuringProject/ID`,
      '<ApplicableHeaderTradeAgreement',
    ],
    [
      'chorus.payee.id',
      `${base}/ApplicableHeaderTradeSettlement/PayeeTradeParty/SpecifiedLegalOrganization/ID`,
      '<PayeeTradeParty',
    ],
    [
      'buyer.address.country',
      `${base}/ApplicableHeaderTradeAgreement/BuyerTradeParty/PostalTradeAddress/CountryID`,
      '<BuyerTradeParty',
    ],
  ])('says where %s stands', (term, path, near) => {
    expect(place(term)).toEqual({ path, line: lineOf(full, near) });
  });

  it('names a missing market by the type that a market has, when only a contract is there', () => {
    expect(place('chorus.market')).toEqual({
      path: `${base}/ApplicableHeaderTradeAgreement/ContractReferencedDocument/IssuerAssignedID`,
      line: lineOf(full, '<ApplicableHeaderTradeAgreement'),
    });
  });
});

describe('dates of CII', () => {
  const issued = (element: string) =>
    reader.one(
      document(
        root,
        `<n0:ExchangedDocument><IssueDateTime>${element}</IssueDateTime></n0:ExchangedDocument>`,
        '</n0:CrossIndustryInvoice>',
      ),
    ).invoice.issueDate;

  it.each([
    [date('20260301', '102'), '2026-03-01'],
    [date('20260301'), '2026-03-01'],
    [date(' 2026-03-01 '), '2026-03-01'],
    [date('202603011530', '203'), '2026-03-01'],
    [date('20260301153000', '204'), '2026-03-01'],
    ['<u:DateTime>2026-03-01T10:00:00Z</u:DateTime>', '2026-03-01'],
    [date('202602', '610'), '2026-02-01'],
    [date('202653', '616'), '2026-12-28'],
    // not dates: as they stand
    [date('202602'), '202602'],
    [date('202613', '610'), '202613'],
    [date('202553', '616'), '202553'],
    [date('20260230', '102'), '20260230'],
    [date('202603011530'), '202603011530'],
    [date('1er mars'), '1er mars'],
  ])('reads %s', (element, expected) => expect(issued(element)).toBe(expected));
});
