import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { document, lineOf, openReader } from './formats-reading.js';

const reader = openReader();
afterAll(() => reader.close());

const ns =
  'xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" ' +
  'xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"';
const invoiceNs = 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2';
const creditNs = 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2';
const extNs = 'urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2';

const invoice = (...body: readonly string[]) =>
  document(`<Invoice xmlns="${invoiceNs}" ${ns}>`, ...body, '</Invoice>');
const creditNote = (...body: readonly string[]) =>
  document(`<CreditNote xmlns="${creditNs}" ${ns}>`, ...body, '</CreditNote>');

const full = document(
  '<?xml version="1.0" encoding="UTF-8"?>',
  `<i:Invoice xmlns:i="${invoiceNs}" ${ns} xmlns:x="${extNs}">`,
  '<x:UBLExtensions><x:UBLExtension><x:ExtensionContent>',
  '<i:CategoryCode>A9</i:CategoryCode>',
  '</x:ExtensionContent></x:UBLExtension></x:UBLExtensions>',
  '<b:CustomizationID>urn:cen.eu:en16931:2017</b:CustomizationID>',
  '<b:ProfileID>urn:process</b:ProfileID>',
  '<b:ID> F-2026/1 </b:ID>',
  '<b:IssueDate>2026-03-01+01:00</b:IssueDate>',
  '<b:DueDate>2026-03-31</b:DueDate>',
  '<b:InvoiceTypeCode>380</b:InvoiceTypeCode>',
  '<b:Note>#AAB#Escompte : néant</b:Note>',
  '<b:Note>Merci</b:Note>',
  '<b:TaxPointDate>2026-02-30</b:TaxPointDate>',
  '<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>',
  '<b:TaxCurrencyCode>SEK</b:TaxCurrencyCode>',
  '<b:AccountingCost>6011</b:AccountingCost>',
  '<b:BuyerReference>REF</b:BuyerReference>',
  '<a:InvoicePeriod><b:StartDate>2026-01-01</b:StartDate><b:EndDate>2026-01-31</b:EndDate>',
  '<b:DescriptionCode>35</b:DescriptionCode></a:InvoicePeriod>',
  '<a:OrderReference><b:ID>ENG1</b:ID><b:SalesOrderID>SO1</b:SalesOrderID></a:OrderReference>',
  '<a:BillingReference><a:InvoiceDocumentReference><b:ID>F-0</b:ID><b:IssueDate>2026-01-02</b:IssueDate>',
  '</a:InvoiceDocumentReference></a:BillingReference>',
  '<a:ContractDocumentReference><b:ID>CTR</b:ID><b:DocumentTypeCode>CT</b:DocumentTypeCode></a:ContractDocumentReference>',
  '<a:ContractDocumentReference><b:ID>MP-7</b:ID><b:DocumentTypeCode>Marché public</b:DocumentTypeCode></a:ContractDocumentReference>',
  '<a:AdditionalDocumentReference><b:ID schemeID="ABT">OBJ</b:ID><b:DocumentTypeCode>130</b:DocumentTypeCode></a:AdditionalDocumentReference>',
  '<a:AdditionalDocumentReference><b:ID>f.pdf</b:ID><b:DocumentTypeCode>application/pdf</b:DocumentTypeCode>',
  '<b:DocumentType>01</b:DocumentType><a:Attachment>',
  '<b:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="g.pdf">JVBERi0xLjQK</b:EmbeddedDocumentBinaryObject>',
  '</a:Attachment></a:AdditionalDocumentReference>',
  '<a:AdditionalDocumentReference><b:ID>lien</b:ID><b:DocumentDescription>Plan</b:DocumentDescription><a:Attachment>',
  '<a:ExternalReference><b:URI>https://exemple.fr/plan</b:URI></a:ExternalReference></a:Attachment></a:AdditionalDocumentReference>',
  '<a:ProjectReference><b:ID>PRJ</b:ID></a:ProjectReference>',
  '<a:AccountingSupplierParty><a:Party>',
  '<b:EndpointID schemeID="0225">799555008</b:EndpointID>',
  '<a:PartyIdentification><b:ID>INTERNE</b:ID></a:PartyIdentification>',
  '<a:PartyIdentification><b:ID schemeID="SEPA">FR12ZZZ</b:ID></a:PartyIdentification>',
  '<a:PartyIdentification><b:ID schemeName="2">BE0429958042</b:ID></a:PartyIdentification>',
  '<a:PartyName><b:Name>Bois</b:Name></a:PartyName>',
  '<a:PostalAddress><b:StreetName>1 rue A</b:StreetName><b:CityName>Lyon</b:CityName><b:PostalZone>69001</b:PostalZone>',
  '<a:AddressLine><b:Line>Bât. C</b:Line></a:AddressLine><a:Country><b:IdentificationCode>BE</b:IdentificationCode></a:Country></a:PostalAddress>',
  '<a:PartyTaxScheme><b:CompanyID>LOCAL</b:CompanyID><a:TaxScheme><b:ID>FC</b:ID></a:TaxScheme></a:PartyTaxScheme>',
  '<a:PartyTaxScheme><b:CompanyID>BE0429958042</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID><b:TaxTypeCode>TVA ENCAISSEMENT</b:TaxTypeCode></a:TaxScheme></a:PartyTaxScheme>',
  '<a:PartyLegalEntity><b:RegistrationName>Bois SA</b:RegistrationName><b:CompanyID schemeID="0002">799555008</b:CompanyID><b:CompanyLegalForm>SA</b:CompanyLegalForm></a:PartyLegalEntity>',
  '<a:Contact><b:Name>Léa</b:Name><b:ElectronicMail>lea@exemple.fr</b:ElectronicMail></a:Contact>',
  '</a:Party></a:AccountingSupplierParty>',
  '<a:AccountingCustomerParty><a:Party>',
  '<a:PartyIdentification><b:ID schemeName="1">75356054900010</b:ID></a:PartyIdentification>',
  '<a:PartyName><b:Name>Mairie</b:Name></a:PartyName></a:Party>',
  '<a:AccountingContact><b:ID>SERV1</b:ID><b:Name>Achats</b:Name></a:AccountingContact>',
  '</a:AccountingCustomerParty>',
  '<a:PayeeParty><a:PartyIdentification><b:ID schemeName="1">35600000000048</b:ID></a:PartyIdentification><a:PartyName><b:Name>Factor</b:Name></a:PartyName></a:PayeeParty>',
  '<a:TaxRepresentativeParty><a:PartyName><b:Name>Rep</b:Name></a:PartyName></a:TaxRepresentativeParty>',
  '<a:Delivery><b:ActualDeliveryDate>2026-02-14</b:ActualDeliveryDate><a:DeliveryLocation><b:ID schemeID="0088">LOC</b:ID></a:DeliveryLocation></a:Delivery>',
  '<a:PaymentMeans><b:PaymentMeansCode name="Virement">30</b:PaymentMeansCode><b:PaymentID>RF1</b:PaymentID>',
  '<a:PayeeFinancialAccount><b:ID>FR7630006000011234567890189</b:ID><b:Name>Bois SA</b:Name><a:FinancialInstitutionBranch><b:ID>AGRIFRPP</b:ID></a:FinancialInstitutionBranch></a:PayeeFinancialAccount></a:PaymentMeans>',
  '<a:PaymentTerms><b:Note>30 jours</b:Note></a:PaymentTerms>',
  '<a:AllowanceCharge><b:ChargeIndicator>false</b:ChargeIndicator><b:AllowanceChargeReasonCode>95</b:AllowanceChargeReasonCode><b:MultiplierFactorNumeric>10</b:MultiplierFactorNumeric><b:Amount currencyID="EUR">10.0</b:Amount><b:BaseAmount currencyID="EUR">100</b:BaseAmount><a:TaxCategory><b:ID>S</b:ID><b:Percent>20</b:Percent></a:TaxCategory></a:AllowanceCharge>',
  '<a:AllowanceCharge><b:ChargeIndicator>1</b:ChargeIndicator><b:AllowanceChargeReason>Port</b:AllowanceChargeReason><b:Amount currencyID="EUR">5</b:Amount></a:AllowanceCharge>',
  '<a:TaxTotal><b:TaxAmount currencyID="SEK">217.50</b:TaxAmount></a:TaxTotal>',
  '<a:TaxTotal><b:TaxAmount currencyID="EUR">19.00</b:TaxAmount>',
  '<a:TaxSubtotal><b:TaxableAmount currencyID="EUR">95</b:TaxableAmount><b:TaxAmount currencyID="EUR">19.00</b:TaxAmount><a:TaxCategory><b:ID>S</b:ID><b:Percent>20</b:Percent></a:TaxCategory></a:TaxSubtotal>',
  '<a:TaxSubtotal><b:TaxableAmount currencyID="EUR">0</b:TaxableAmount><b:TaxAmount currencyID="EUR">0</b:TaxAmount><b:Percent>0</b:Percent><a:TaxCategory><b:ID>E</b:ID><b:TaxExemptionReason>Art. 261</b:TaxExemptionReason></a:TaxCategory></a:TaxSubtotal>',
  '</a:TaxTotal>',
  '<a:LegalMonetaryTotal><b:LineExtensionAmount>100.00</b:LineExtensionAmount><b:TaxExclusiveAmount>95</b:TaxExclusiveAmount><b:TaxInclusiveAmount>114</b:TaxInclusiveAmount><b:PrepaidAmount>14</b:PrepaidAmount><b:PayableAmount> +0100.000 </b:PayableAmount></a:LegalMonetaryTotal>',
  '<a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity unitCode="C62">2</b:InvoicedQuantity><b:LineExtensionAmount>100.00</b:LineExtensionAmount>',
  '<a:InvoicePeriod><b:StartDate>2026-01-01</b:StartDate></a:InvoicePeriod>',
  '<a:OrderLineReference><b:LineID>7</b:LineID></a:OrderLineReference>',
  '<a:DocumentReference><b:ID schemeID="AVE">OBJ2</b:ID><b:DocumentTypeCode>130</b:DocumentTypeCode></a:DocumentReference>',
  '<a:AllowanceCharge><b:ChargeIndicator>true</b:ChargeIndicator><b:Amount>1</b:Amount></a:AllowanceCharge>',
  '<a:Item><b:Description>Chêne</b:Description><b:Name>Table</b:Name>',
  '<a:BuyersItemIdentification><b:ID>B1</b:ID></a:BuyersItemIdentification><a:SellersItemIdentification><b:ID>S1</b:ID></a:SellersItemIdentification>',
  '<a:StandardItemIdentification><b:ID schemeID="0160">GTIN</b:ID></a:StandardItemIdentification><a:OriginCountry><b:IdentificationCode>FR</b:IdentificationCode></a:OriginCountry>',
  '<a:CommodityClassification><b:ItemClassificationCode listID="STI" listVersionID="2">39</b:ItemClassificationCode></a:CommodityClassification>',
  '<a:ClassifiedTaxCategory><b:ID>S</b:ID><b:Percent>20</b:Percent></a:ClassifiedTaxCategory>',
  '<a:AdditionalItemProperty><b:Name>Couleur</b:Name><b:Value>brun</b:Value></a:AdditionalItemProperty>',
  '<a:AdditionalItemProperty><b:Name>TYPE_LIGNE</b:Name><b:Value>INFORMATION</b:Value></a:AdditionalItemProperty></a:Item>',
  '<a:Price><b:PriceAmount>50</b:PriceAmount><b:BaseQuantity unitCode="C62">1</b:BaseQuantity><a:AllowanceCharge><b:ChargeIndicator>false</b:ChargeIndicator><b:Amount>5</b:Amount><b:BaseAmount>55</b:BaseAmount></a:AllowanceCharge></a:Price>',
  '</a:InvoiceLine>',
  '<a:InvoiceLine><b:ID>2</b:ID></a:InvoiceLine>',
  '</i:Invoice>',
);

describe('reading a UBL invoice', () => {
  const { invoice: read, place } = reader.one(full);

  it('reads the head', () => {
    expect(read).toMatchObject({
      syntax: 'ubl-invoice',
      creditNoteRoot: false,
      number: 'F-2026/1',
      issueDate: '2026-03-01',
      typeCode: '380',
      currency: 'EUR',
      taxCurrency: 'SEK',
      taxPointDate: '2026-02-30',
      taxPointDateCode: '35',
      dueDate: '2026-03-31',
      buyerReference: 'REF',
      projectReference: 'PRJ',
      contractReference: 'CTR',
      orderReference: 'ENG1',
      salesOrderReference: 'SO1',
      receivingAdviceReference: null,
      invoicedObject: { value: 'OBJ', scheme: 'ABT' },
      buyerAccountingReference: '6011',
      paymentTerms: '30 jours',
      notes: [
        { subjectCode: 'AAB', text: 'Escompte : néant' },
        { subjectCode: null, text: 'Merci' },
      ],
      businessProcess: 'urn:process',
      specification: 'urn:cen.eu:en16931:2017',
      precedingInvoices: [{ number: 'F-0', issueDate: '2026-01-02' }],
      period: { start: '2026-01-01', end: '2026-01-31' },
      delivery: { name: null, location: { value: 'LOC', scheme: '0088' }, date: '2026-02-14', address: null },
    });
  });

  it('reads the parties', () => {
    expect(read.seller).toMatchObject({
      name: 'Bois SA',
      tradingName: 'Bois',
      identifiers: [
        { value: 'INTERNE', scheme: null },
        { value: 'BE0429958042', scheme: null },
      ],
      legalId: { value: '799555008', scheme: '0002' },
      vatId: 'BE0429958042',
      taxRegistrationId: 'LOCAL',
      legalForm: 'SA',
      endpoint: { value: '799555008', scheme: '0225' },
      address: { line1: '1 rue A', line3: 'Bât. C', city: 'Lyon', postCode: '69001', country: 'BE' },
      contact: { name: 'Léa', phone: null, email: 'lea@exemple.fr' },
    });
    // BT-44 is the registered name alone; Chorus takes what name there is.
    expect(read.buyer.name).toBeNull();
    expect(read.buyer.tradingName).toBe('Mairie');
    expect(read.payee?.name).toBe('Factor');
    expect(read.taxRepresentative?.name).toBe('Rep');
  });

  it('keeps the VAT in accounting currency apart, wherever it stands', () => {
    expect(read.totals).toEqual({
      lines: '100.00',
      allowances: null,
      charges: null,
      taxExclusive: '95',
      tax: '19.00',
      taxInAccountingCurrency: '217.50',
      taxInclusive: '114',
      prepaid: '14',
      rounding: null,
      payable: '+0100.000',
    });
    expect(read.vatBreakdown.map(({ rate, exemptionReason }) => [rate, exemptionReason])).toEqual([
      ['20', null],
      ['0', 'Art. 261'],
    ]);
  });

  it('reads payment, allowances and charges', () => {
    expect(read.payment).toMatchObject({
      meansCode: '30',
      meansText: 'Virement',
      remittance: 'RF1',
      creditorId: 'FR12ZZZ',
      accounts: [{ id: 'FR7630006000011234567890189', name: 'Bois SA', bic: 'AGRIFRPP' }],
    });
    expect(read.allowancesCharges).toMatchObject([
      {
        charge: false,
        amount: '10.0',
        base: '100',
        percent: '10',
        vatCategory: 'S',
        vatRate: '20',
        reasonCode: '95',
      },
      { charge: true, amount: '5', reason: 'Port', vatCategory: null },
    ]);
  });

  it('reads lines', () => {
    expect(read.lines).toHaveLength(2);
    expect(read.lines[0]).toEqual({
      id: '1',
      note: null,
      object: { value: 'OBJ2', scheme: 'AVE' },
      quantity: '2',
      unit: 'C62',
      netAmount: '100.00',
      orderLineReference: '7',
      accountingReference: null,
      period: { start: '2026-01-01', end: null },
      allowancesCharges: [expect.objectContaining({ charge: true, amount: '1' })],
      netPrice: '50',
      priceDiscount: '5',
      grossPrice: '55',
      priceBaseQuantity: '1',
      priceBaseUnit: 'C62',
      vatCategory: 'S',
      vatRate: '20',
      name: 'Table',
      description: 'Chêne',
      sellerItemId: 'S1',
      buyerItemId: 'B1',
      standardItemId: { value: 'GTIN', scheme: '0160' },
      classifications: [{ code: '39', list: 'STI', version: '2' }],
      originCountry: 'FR',
      attributes: [
        { name: 'Couleur', value: 'brun' },
        { name: 'TYPE_LIGNE', value: 'INFORMATION' },
      ],
      kind: 'INFORMATION',
    });
  });

  it('reads the attachments but not the invoiced object among them', () => {
    expect(read.attachments).toEqual([
      {
        name: 'f.pdf',
        description: '01',
        uri: null,
        mime: 'application/pdf',
        filename: 'g.pdf',
        chorusType: '01',
        piece: 0,
      },
      {
        name: 'lien',
        description: 'Plan',
        uri: 'https://exemple.fr/plan',
        mime: null,
        filename: null,
        chorusType: null,
        piece: null,
      },
    ]);
  });

  it('reads the terms of Chorus Pro', () => {
    expect(read.chorus).toEqual({
      cadre: 'A9',
      supplier: { idType: '2', idTypeRaw: '2', id: 'BE0429958042', name: 'Bois SA', country: 'BE' },
      recipient: { idType: '1', idTypeRaw: '1', id: '75356054900010', name: 'Mairie', country: null },
      serviceCode: 'SERV1',
      serviceName: 'Achats',
      supplierServiceCode: null,
      engagement: 'ENG1',
      market: 'MP-7',
      contract: 'CTR',
      contractType: 'CT',
      validator: null,
      payee: { idType: '1', idTypeRaw: '1', id: '35600000000048', name: 'Factor', country: null },
      vatRegime: 'TVA_SUR_ENCAISSEMENT',
      originalInvoice: 'F-0',
      deliveryDate: '2026-02-14',
    });
  });

  it.each([
    ['number', '/i:Invoice/b:ID', '<b:ID> F-2026'],
    ['notes[1].text', '/i:Invoice/b:Note[2]', 'Merci'],
    ['chorus.cadre', '/i:Invoice/x:UBLExtensions/x:UBLExtension/x:ExtensionContent/i:CategoryCode', 'A9'],
    ['chorus.market', '/i:Invoice/a:ContractDocumentReference[2]/b:ID', 'MP-7'],
    [
      'chorus.supplier.id',
      '/i:Invoice/a:AccountingSupplierParty/a:Party/a:PartyIdentification[3]/b:ID',
      'schemeName="2"',
    ],
    [
      'chorus.supplier.idType',
      '/i:Invoice/a:AccountingSupplierParty/a:Party/a:PartyIdentification[3]/b:ID/@schemeName',
      'schemeName="2"',
    ],
    ['totals.tax', '/i:Invoice/a:TaxTotal[2]/b:TaxAmount', '>19.00'],
    ['vatBreakdown[1].category', '/i:Invoice/a:TaxTotal[2]/a:TaxSubtotal[2]/a:TaxCategory/b:ID', '>E<'],
    [
      'attachments[0].piece',
      '/i:Invoice/a:AdditionalDocumentReference[2]/a:Attachment/b:EmbeddedDocumentBinaryObject',
      'JVBER',
    ],
    [
      'attachments[1].uri',
      '/i:Invoice/a:AdditionalDocumentReference[3]/a:Attachment/a:ExternalReference/b:URI',
      'plan<',
    ],
    ['lines[0].unit', '/i:Invoice/a:InvoiceLine[1]/b:InvoicedQuantity/@unitCode', 'unitCode="C62">2'],
    [
      'lines[0].allowancesCharges[0].amount',
      '/i:Invoice/a:InvoiceLine[1]/a:AllowanceCharge/b:Amount',
      '>1</b:Amount',
    ],
    // absent: the expected path below the nearest element that is there
    ['lines[1].netPrice', '/i:Invoice/a:InvoiceLine[2]/a:Price/b:PriceAmount', '<b:ID>2<'],
    ['lines[4].name', '/i:Invoice/a:InvoiceLine[5]/a:Item/b:Name', '<i:Invoice'],
    ['receivingAdviceReference', '/i:Invoice/a:ReceiptDocumentReference/b:ID', '<i:Invoice'],
    [
      'buyer.address.country',
      '/i:Invoice/a:AccountingCustomerParty/a:Party/a:PostalAddress/a:Country/b:IdentificationCode',
      '<a:AccountingCustomerParty',
    ],
    ['payment.mandate', '/i:Invoice/a:PaymentMeans/a:PaymentMandate/b:ID', '<a:PaymentMeans>'],
  ])('says where %s stands', (term, path, near) => {
    expect(place(term)).toEqual({ path, line: lineOf(full, near) });
  });

  it.each(['nonsense', 'number.more', 'chorus.validator.id', 'lines[x].id', ''])(
    'has no place for %j',
    (term) => expect(place(term)).toBeNull(),
  );
});

describe('differences within UBL', () => {
  it('reads a credit note by its own names', () => {
    const text = creditNote(
      '<b:ID>AV1</b:ID>',
      '<b:CreditNoteTypeCode>381</b:CreditNoteTypeCode>',
      '<a:AdditionalDocumentReference><b:ID>PRJ</b:ID><b:DocumentTypeCode>50</b:DocumentTypeCode></a:AdditionalDocumentReference>',
      '<a:PaymentMeans><b:PaymentMeansCode>48</b:PaymentMeansCode><b:PaymentDueDate>2026-04-01</b:PaymentDueDate></a:PaymentMeans>',
      '<a:CreditNoteLine><b:ID>1</b:ID><b:CreditedQuantity unitCode="H87">3</b:CreditedQuantity></a:CreditNoteLine>',
    );
    const { invoice: read, place } = reader.one(text);
    expect(read).toMatchObject({
      syntax: 'ubl-creditnote',
      creditNoteRoot: true,
      typeCode: '381',
      dueDate: '2026-04-01',
      projectReference: 'PRJ',
      attachments: [],
      lines: [{ quantity: '3', unit: 'H87' }],
    });
    expect(place('lines[0].quantity')).toEqual({
      path: '/CreditNote/a:CreditNoteLine/b:CreditedQuantity',
      line: 6,
    });
  });

  it('takes the VAT regime from the day VAT falls due when no TaxTypeCode says it', () => {
    const period = (code: string) =>
      reader.one(invoice(`<a:InvoicePeriod><b:DescriptionCode>${code}</b:DescriptionCode></a:InvoicePeriod>`))
        .invoice.chorus.vatRegime;
    expect([period('432'), period('3'), period('35')]).toEqual([
      'TVA_SUR_ENCAISSEMENT',
      'TVA_SUR_DEBIT',
      null,
    ]);
  });

  it.each([
    ['TVA DEBIT', 'TVA_SUR_DEBIT'],
    ['TVA_SUR_DEBIT', 'TVA_SUR_DEBIT'],
    ['tva sur les débits', 'TVA_SUR_DEBIT'],
    ['TVA_SUR_ENCAISSEMENT', 'TVA_SUR_ENCAISSEMENT'],
    ['EXONERATION', 'EXONERATION'],
    ['TVA', null],
  ])('reads the regime %j', (text, regime) => {
    const scheme = `<a:PartyTaxScheme><a:TaxScheme><b:TaxTypeCode>${text}</b:TaxTypeCode></a:TaxScheme></a:PartyTaxScheme>`;
    const { chorus } = reader.one(
      invoice(`<a:AccountingSupplierParty><a:Party>${scheme}</a:Party></a:AccountingSupplierParty>`),
    ).invoice;
    expect(chorus.vatRegime).toBe(regime);
  });

  it('reads a cadre from ProfileID only when it is one', () => {
    const cadre = (text: string) =>
      reader.one(invoice(`<b:ProfileID>${text}</b:ProfileID>`)).invoice.chorus.cadre;
    expect([cadre('A4'), cadre('S1'), cadre('urn:x'), cadre('A26')]).toEqual(['A4', 'S1', null, null]);
  });

  it('prefers the identifier whose kind is written, and takes kind and identifier from one element', () => {
    const supplier = (...ids: string[]) =>
      reader.one(
        invoice(
          '<a:AccountingSupplierParty><a:Party>',
          ...ids.map((id) => `<a:PartyIdentification>${id}</a:PartyIdentification>`),
          '<a:PartyLegalEntity><b:CompanyID schemeID="0002">79955500800017</b:CompanyID></a:PartyLegalEntity>',
          '</a:Party></a:AccountingSupplierParty>',
        ),
      ).invoice.chorus.supplier;
    expect(supplier('<b:ID>X</b:ID>')).toMatchObject({
      id: '79955500800017',
      idType: '1',
      idTypeRaw: '0002',
    });
    expect(supplier('<b:ID schemeName="RIDET">1234567890</b:ID>')).toMatchObject({
      id: '1234567890',
      idType: '4',
    });
    expect(supplier('<b:ID schemeID="0009">1</b:ID>')).toMatchObject({ id: '1', idType: '1' });
  });

  it('gives an invoice of nothing but absent terms for an empty root', () => {
    const { invoice: read, place } = reader.one(invoice());
    expect(read.number).toBeNull();
    expect(read.seller.address).toBeNull();
    expect(read.lines).toEqual([]);
    expect(place('number')).toEqual({ path: '/Invoice/cbc:ID', line: 1 });
  });

  it('reads the sample of the project', () => {
    const path = 'samples/e1-ubl-piece/in/FSO1100A_FRN001_FRN0011100000000000000002';
    const reading = reader.readFile(path);
    expect(reading.kind === 'invoices' && reading.pieces.map(({ index }) => index)).toEqual([0]);
    expect(reading.kind === 'invoices' && reading.invoices[0]?.place('lines[0].name')?.line).toBe(
      lineOf(readFileSync(path, 'utf8'), '<cbc:Name>Table'),
    );
  });
});
