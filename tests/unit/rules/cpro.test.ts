import { afterAll, describe, expect, it } from 'vitest';
import { namespaces } from '../../../src/formats/recognise.js';
import { runRules } from '../../../src/validate/rule-engine.js';
import { cproRules } from '../../../src/validate/rules/cpro/index.js';
import { document, lineOf, openReader } from '../formats-reading.js';
import { contextOf, invoiceWith, placed } from './base.js';
import { cproCases } from './cpro.cases.js';
import { describeCases, describeSet } from './describe-cases.js';

describe('BR-FR-CPRO', () => {
  describeSet(cproRules, cproCases);

  it('has nothing to say about an invoice as the platforms send it', () => {
    const invoice = invoiceWith({
      businessProcess: 'S1',
      seller: {
        identifiers: [{ scheme: '0009', value: '79955500000014' }],
        legalId: { scheme: '0002', value: '799555000' },
      },
      buyer: { identifiers: [{ scheme: '0009', value: '53514650090018' }] },
    });
    expect(runRules([placed(invoice)], cproRules, contextOf({ kind: 'none' })).findings).toEqual([]);
  });

  it('leaves CPPFactureMixte alone, which does not come by platforms', () => {
    const invoice = invoiceWith({ syntax: 'cpp-mixte', number: 'A'.repeat(21) });
    expect(runRules([placed(invoice)], cproRules, contextOf()).findings).toEqual([]);
  });
});

describe('what stands several times in a document', () => {
  const reader = openReader();
  afterAll(reader.close);
  const told = (text: string) =>
    runRules([reader.one(text)], cproRules, contextOf())
      .findings.filter(({ rule }) => /-2[567]$/.test(rule))
      .map(({ rule, line }) => `${rule} line ${line}`);

  it('is found in UBL, in one group of terms or in several', () => {
    const ubl = (...terms: string[]) =>
      document(
        `<Invoice xmlns="${namespaces.invoice}" xmlns:cac="${namespaces.cac}" xmlns:cbc="${namespaces.cbc}">`,
        ...terms,
        '</Invoice>',
      );
    const two = '<cac:PaymentTerms><cbc:Note>a</cbc:Note>\n<cbc:Note>b</cbc:Note></cac:PaymentTerms>';
    const third = '<cac:PaymentTerms><cbc:Note>c</cbc:Note></cac:PaymentTerms>';
    expect(told(ubl(third))).toEqual([]);
    expect(told(ubl(third, third))).toEqual(['BR-FR-CPRO-25 line 3']);
    expect(told(ubl(two, third))).toEqual(['BR-FR-CPRO-25 line 3', 'BR-FR-CPRO-25 line 4']);
  });

  it('is found in CII: texts of payment terms, contacts', () => {
    const contact = '<ram:DefinedTradeContact><ram:PersonName>A</ram:PersonName></ram:DefinedTradeContact>';
    const cii = (sellers: number, buyers: number, ...terms: string[]) =>
      document(
        `<rsm:CrossIndustryInvoice xmlns:rsm="${namespaces.rsm}" xmlns:ram="${namespaces.ram}">`,
        '<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>',
        `<ram:SellerTradeParty>${contact.repeat(sellers)}</ram:SellerTradeParty>`,
        `<ram:BuyerTradeParty>${contact.repeat(buyers)}</ram:BuyerTradeParty>`,
        '</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeSettlement>',
        ...terms.map((text) => `<ram:SpecifiedTradePaymentTerms>${text}</ram:SpecifiedTradePaymentTerms>`),
        '</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>',
      );
    const text = '<ram:Description>à 30 jours</ram:Description>';
    expect(told(cii(1, 1, text, ''))).toEqual([]);
    const all = cii(2, 2, '', text, text);
    expect(told(all)).toEqual([
      `BR-FR-CPRO-25 line ${lineOf(all, text) + 1}`,
      'BR-FR-CPRO-26 line 3',
      'BR-FR-CPRO-27 line 4',
    ]);
  });
});

describeCases(cproRules, cproCases);
