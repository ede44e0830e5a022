import { describe, expect, it } from 'vitest';
import { ciiOccurrences } from '../../src/formats/occurrences-cii.js';
import { ublOccurrences } from '../../src/formats/occurrences-ubl.js';
import { parseXml } from '../../src/xml/tree.js';

const ubl = (body: string) =>
  ublOccurrences(
    parseXml(
      `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="a" xmlns:cbc="b">${body}</Invoice>`,
    ),
  );
const cii = (body: string) =>
  ciiOccurrences(
    parseXml(`<rsm:CrossIndustryInvoice xmlns:rsm="r" xmlns:ram="m">${body}</rsm:CrossIndustryInvoice>`),
  );

const vatCategory = (code: string, rate: string, scheme = 'VAT') =>
  `<cbc:ID>${code}</cbc:ID><cbc:Percent>${rate}</cbc:Percent><cac:TaxScheme><cbc:ID>${scheme}</cbc:ID></cac:TaxScheme>`;

describe('in UBL', () => {
  it('tells allowances of the document, of a line and of a price apart, by their path in the invoice', () => {
    const one = '<cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">1</cbc:Amount>';
    const { occurrences } = ubl(
      `<cac:AllowanceCharge>${one}</cac:AllowanceCharge><cac:InvoiceLine><cac:AllowanceCharge>${one}</cac:AllowanceCharge>` +
        `<cac:Price><cac:AllowanceCharge>${one}</cac:AllowanceCharge></cac:Price></cac:InvoiceLine>`,
    );
    expect(occurrences.allowances.map(({ level, at, charge }) => [level, at, charge])).toEqual([
      ['document', 'allowancesCharges[0]', false],
      ['line', 'lines[0].allowancesCharges[0]', false],
      ['price', expect.stringMatching(/^occurrences\[\d+\]$/), false],
    ]);
    expect(occurrences.codes).toContainEqual(
      expect.objectContaining({ use: 'amountCurrency', code: 'EUR', count: 3 }),
    );
  });

  it('keeps what a category is said to be of, and every category of a line', () => {
    const { occurrences } = ubl(
      `<cac:InvoiceLine><cac:Item><cac:ClassifiedTaxCategory>${vatCategory('S', '20', ' vat ')}</cac:ClassifiedTaxCategory>` +
        `<cac:ClassifiedTaxCategory>${vatCategory('S', '10', 'GST')}</cac:ClassifiedTaxCategory></cac:Item></cac:InvoiceLine>`,
    );
    expect(occurrences.lines[0]?.taxes.map(({ rate, vat }) => [rate, vat])).toEqual([
      ['20', true],
      ['10', false],
    ]);
  });

  it('numbers groups as the breakdown of the invoice does: those in its currency', () => {
    const total = (currency: string, base: string) =>
      `<cac:TaxTotal><cbc:TaxAmount currencyID="${currency}">2</cbc:TaxAmount><cac:TaxSubtotal>` +
      `<cbc:TaxableAmount currencyID="${currency}">${base}</cbc:TaxableAmount></cac:TaxSubtotal></cac:TaxTotal>`;
    const { occurrences } = ubl(
      `<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>${total('SEK', '100')}${total('EUR', '10')}`,
    );
    expect(occurrences.breakdowns.map(({ at, base }) => [at, base])).toEqual([
      [expect.stringMatching(/^occurrences/), '100'],
      ['vatBreakdown[0]', '10'],
    ]);
  });

  it('notes terms that stand twice, and amounts with white space after their decimals', () => {
    const { occurrences } = ubl(
      '<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity/><cac:PartyLegalEntity/></cac:Party></cac:AccountingSupplierParty>' +
        '<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">1.00 </cbc:PayableAmount></cac:LegalMonetaryTotal>',
    );
    expect(occurrences.repeated.map(({ term }) => term)).toEqual(['BT-27']);
    expect(occurrences.padded).toEqual([{ at: 'totals.payable', text: '1.00 ' }]);
    expect([occurrences.hasSeller, occurrences.hasTotals]).toEqual([true, true]);
  });

  it('reads the subject of a note between signs, and lets SEPA pass as a scheme of the seller', () => {
    const { occurrences } = ubl(
      '<cbc:Note>#AAB#Escompte</cbc:Note><cbc:Note>Lot #12</cbc:Note><cac:AccountingSupplierParty><cac:Party>' +
        '<cac:PartyIdentification><cbc:ID schemeID="SEPA">1</cbc:ID></cac:PartyIdentification></cac:Party></cac:AccountingSupplierParty>',
    );
    expect(occurrences.codes.map(({ use, code }) => [use, code])).toEqual([['noteSubject', 'AAB']]);
  });

  it('says where an element stands that is no term of the model', () => {
    const found = ubl(
      '\n<cac:PayeeParty><cac:PartyTaxScheme>\n<cbc:CompanyID>X</cbc:CompanyID></cac:PartyTaxScheme></cac:PayeeParty>',
    );
    const at = found.occurrences.taxIds[0]?.at ?? '';
    expect(found.place(at)).toEqual({
      path: '/Invoice/cac:PayeeParty/cac:PartyTaxScheme/cbc:CompanyID',
      line: 3,
    });
    expect(found.place('number')).toBeNull();
  });
});

const tax = (code: string, type = 'VAT') =>
  `<ram:TypeCode>${type}</ram:TypeCode><ram:CategoryCode>${code}</ram:CategoryCode>`;

describe('in CII', () => {
  it('keeps taxes of lines, groups and allowances apart', () => {
    const { occurrences } = cii(
      `<rsm:T><ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>${tax('S')}</ram:ApplicableTradeTax>` +
        `</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem><ram:ApplicableHeaderTradeSettlement>` +
        `<ram:ApplicableTradeTax>${tax('S', ' VAT')}</ram:ApplicableTradeTax><ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator>` +
        `<ram:Indicator>true</ram:Indicator></ram:ChargeIndicator><ram:CategoryTradeTax>${tax('Z ')}</ram:CategoryTradeTax>` +
        '</ram:SpecifiedTradeAllowanceCharge></ram:ApplicableHeaderTradeSettlement></rsm:T>',
    );
    expect(occurrences.lines[0]?.taxes).toEqual([{ at: 'lines[0]', category: 'S', rate: null, vat: true }]);
    expect(occurrences.breakdowns).toMatchObject([{ at: 'vatBreakdown[0]', category: 'S', vat: false }]);
    expect(occurrences.allowances).toMatchObject([
      { level: 'document', charge: true, taxes: [{ category: 'Z ' }] },
    ]);
  });

  it('notes days in a format other than that of the norm', () => {
    const day = (format: string) =>
      `<rsm:ExchangedDocument><ram:IssueDateTime><ram:DateTimeString format="${format}">20260115</ram:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>`;
    expect(cii(day('102')).occurrences.unusualDates).toEqual([]);
    expect(cii(day('610')).occurrences.unusualDates).toEqual(['issueDate']);
  });

  it('knows VAT numbers from others, and whose they are', () => {
    const ids =
      '<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA"> FR1</ram:ID></ram:SpecifiedTaxRegistration><ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">2</ram:ID></ram:SpecifiedTaxRegistration>';
    const { occurrences } = cii(
      `<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>${ids}</ram:SellerTradeParty></ram:ApplicableHeaderTradeAgreement>`,
    );
    expect(occurrences.taxIds.map(({ of, vat, text }) => [of, vat, text])).toEqual([
      ['seller', true, ' FR1'],
      ['seller', false, '2'],
    ]);
    expect(occurrences.hasSeller).toBe(true);
  });

  it('notes two totals of a kind', () => {
    const { occurrences } = cii(
      '<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>1</ram:GrandTotalAmount><ram:GrandTotalAmount>1</ram:GrandTotalAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>',
    );
    expect(occurrences.repeated.map(({ term }) => term)).toEqual(['BT-112']);
  });
});
