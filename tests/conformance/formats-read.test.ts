import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ParseOption, XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Invoice } from '../../src/domain/invoice.js';
import { defaultLimits } from '../../src/domain/limits.js';
import { namespaces, recogniseRoot } from '../../src/formats/recognise.js';
import { readEntry } from '../../src/formats/registry.js';
import { semanticJson } from '../../src/formats/semantic.js';
import { cutPieces } from '../../src/formats/xml/cut.js';

const shared = resolve(process.env.ECLUSE_SHARED ?? '../shared');
const corpus = join(shared, 'corpus/en16931');
const aife = join(shared, 'corpus/aife');
const there = existsSync(join(corpus, 'manifest.json')) && existsSync(aife);
if (!there) console.log(`skipped: reference corpus not found in ${shared}`);

interface ManifestFile {
  readonly file: string;
  readonly syntax: string;
  readonly kind: string;
  readonly expect?: { readonly xsd?: string };
}

/** Every whole document that the schema of its syntax accepts. */
function documents(): string[] {
  const manifest = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as {
    files: ManifestFile[];
  };
  const valid = manifest.files.filter(
    ({ syntax, kind, expect: expected }) =>
      kind !== 'unit' && kind !== 'large' && syntax !== 'facturx-pdf' && expected?.xsd === 'valid',
  );
  const official = readdirSync(aife).filter((name) => name.endsWith('.xml'));
  return [...valid.map(({ file }) => join(corpus, file)), ...official.map((name) => join(aife, name))];
}

/** The paths of the independent extraction, written for XPath on their own. */
const settlement = '/r:CrossIndustryInvoice/r:SupplyChainTradeTransaction/a:ApplicableHeaderTradeSettlement';
const inCurrency = 'b:TaxAmount/@currencyID = /*/b:DocumentCurrencyCode';
const paths = {
  cii: {
    number: '/r:CrossIndustryInvoice/r:ExchangedDocument/a:ID',
    issueDate: '/r:CrossIndustryInvoice/r:ExchangedDocument/a:IssueDateTime/*',
    currency: `${settlement}/a:InvoiceCurrencyCode`,
    sellerName: '//a:ApplicableHeaderTradeAgreement/a:SellerTradeParty/a:Name',
    payable: `${settlement}/a:SpecifiedTradeSettlementHeaderMonetarySummation/a:DuePayableAmount`,
    lines: '/*/r:SupplyChainTradeTransaction/a:IncludedSupplyChainTradeLineItem',
    attachments: '//a:ApplicableHeaderTradeAgreement/a:AdditionalReferencedDocument/a:AttachmentBinaryObject',
    vat: `${settlement}/a:ApplicableTradeTax`,
    buyerName: '//a:ApplicableHeaderTradeAgreement/a:BuyerTradeParty/a:Name',
    taxInclusive: `${settlement}/a:SpecifiedTradeSettlementHeaderMonetarySummation/a:GrandTotalAmount`,
    orderReference: '//a:ApplicableHeaderTradeAgreement/a:BuyerOrderReferencedDocument/a:IssuerAssignedID',
    account: `${settlement}/a:SpecifiedTradeSettlementPaymentMeans/a:PayeePartyCreditorFinancialAccount/*[self::a:IBANID or self::a:ProprietaryID]`,
    typeCode: '/r:CrossIndustryInvoice/r:ExchangedDocument/a:TypeCode',
    allowances: `${settlement}/a:SpecifiedTradeAllowanceCharge`,
    lineAllowances: '//a:SpecifiedLineTradeSettlement/a:SpecifiedTradeAllowanceCharge',
    unitPrice: '(//a:IncludedSupplyChainTradeLineItem)[1]//a:NetPriceProductTradePrice/a:ChargeAmount',
    attributes:
      '//a:IncludedSupplyChainTradeLineItem/a:SpecifiedTradeProduct/a:ApplicableProductCharacteristic',
  },
  ubl: {
    number: '/*/b:ID',
    issueDate: '/*/b:IssueDate',
    currency: '/*/b:DocumentCurrencyCode',
    sellerName: '/*/c:AccountingSupplierParty/c:Party/c:PartyLegalEntity/b:RegistrationName',
    payable: '/*/c:LegalMonetaryTotal/b:PayableAmount',
    lines: '/*/c:InvoiceLine | /*/c:CreditNoteLine',
    attachments:
      "/*/c:AdditionalDocumentReference[not(b:DocumentTypeCode = '130')]/c:Attachment/b:EmbeddedDocumentBinaryObject",
    vat: `/*/c:TaxTotal[${inCurrency} or not(/*/c:TaxTotal[${inCurrency}]/c:TaxSubtotal)]/c:TaxSubtotal`,
    buyerName: '/*/c:AccountingCustomerParty/c:Party/c:PartyLegalEntity/b:RegistrationName',
    taxInclusive: '/*/c:LegalMonetaryTotal/b:TaxInclusiveAmount',
    orderReference: '/*/c:OrderReference/b:ID',
    account: '/*/c:PaymentMeans/c:PayeeFinancialAccount/b:ID',
    typeCode: '/*/b:InvoiceTypeCode | /*/b:CreditNoteTypeCode',
    allowances: '/*/c:AllowanceCharge',
    lineAllowances: '(/*/c:InvoiceLine | /*/c:CreditNoteLine)/c:AllowanceCharge',
    unitPrice: '(/*/c:InvoiceLine | /*/c:CreditNoteLine)[1]/c:Price/b:PriceAmount',
    attributes: '(/*/c:InvoiceLine | /*/c:CreditNoteLine)/c:Item/c:AdditionalItemProperty',
  },
} as const;
const xpathNamespaces = { r: namespaces.rsm, a: namespaces.ram, c: namespaces.cac, b: namespaces.cbc };

type Facts = Record<keyof (typeof paths)['cii'], string>;

function independent(bytes: Buffer, syntax: 'cii' | 'ubl'): Facts {
  const document = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NONET });
  try {
    const text = (xpath: string) =>
      document.eval(`normalize-space((${xpath})[1])`, xpathNamespaces) as string;
    const count = (xpath: string) => String(document.eval(`count(${xpath})`, xpathNamespaces));
    const of = paths[syntax];
    return {
      number: text(of.number),
      issueDate: text(of.issueDate)
        .replace(/[^0-9]/g, '')
        .slice(0, 8),
      currency: text(of.currency),
      sellerName: text(of.sellerName),
      payable: text(of.payable),
      lines: count(of.lines),
      attachments: String(Number(count(`(${of.attachments})[normalize-space() != '']`))),
      vat: count(of.vat),
      buyerName: text(of.buyerName),
      taxInclusive: text(of.taxInclusive),
      orderReference: text(of.orderReference),
      account: text(of.account),
      typeCode: text(of.typeCode),
      allowances: count(of.allowances),
      lineAllowances: count(of.lineAllowances),
      unitPrice: text(of.unitPrice),
      attributes: count(of.attributes),
    };
  } finally {
    document.dispose();
  }
}

const squeezed = (text: string | null) => (text ?? '').replace(/[ \t\r\n]+/g, ' ');

function read(invoice: Invoice): Facts {
  return {
    number: squeezed(invoice.number),
    issueDate: (invoice.issueDate ?? '').replace(/[^0-9]/g, ''),
    currency: squeezed(invoice.currency),
    sellerName: squeezed(invoice.seller.name),
    payable: squeezed(invoice.totals.payable),
    lines: String(invoice.lines.length),
    attachments: String(invoice.attachments.filter(({ piece }) => piece !== null).length),
    vat: String(invoice.vatBreakdown.length),
    buyerName: squeezed(invoice.buyer.name),
    taxInclusive: squeezed(invoice.totals.taxInclusive),
    orderReference: squeezed(invoice.orderReference),
    account: squeezed(invoice.payment.accounts.find(({ id }) => id !== null)?.id ?? null),
    typeCode: squeezed(invoice.typeCode),
    allowances: String(invoice.allowancesCharges.length),
    lineAllowances: String(invoice.lines.flatMap((line) => line.allowancesCharges).length),
    unitPrice: squeezed(invoice.lines[0]?.netPrice ?? null),
    attributes: String(invoice.lines.flatMap((line) => line.attributes).length),
  };
}

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe.skipIf(!there)('reading real documents', () => {
  it('agrees with an independent extraction on every schema-valid document', () => {
    const differences: string[] = [];
    let compared = 0;
    for (const path of documents()) {
      const work = mkdtempSync(join(base, 'w-'));
      const cut = cutPieces(path, work, defaultLimits);
      const root = rootOf(cut.bytes);
      const syntax = recogniseRoot(root);
      if (syntax === 'unknown') continue;
      const reading = readEntry(cut.bytes, syntax, cut);
      const [first] = reading.kind === 'invoices' ? reading.invoices : [];
      if (first === undefined) {
        differences.push(`${path}: ${JSON.stringify(reading)}`);
        continue;
      }
      const expected = independent(readFileSync(path), syntax === 'cii' ? 'cii' : 'ubl');
      const found = read(first.invoice);
      for (const [fact, value] of Object.entries(expected)) {
        const ours = found[fact as keyof Facts];
        if (ours !== value) differences.push(`${path}: ${fact} ${ours} is ${value}`);
      }
      for (const term of ['number', 'chorus.supplier.id', 'chorus.engagement', 'lines[0].netAmount']) {
        const place = first.place(term);
        if (place === null || place.line < 1) differences.push(`${path}: no place of ${term}`);
      }
      const shown = semanticJson(first.invoice).terms['BT-1'] !== undefined;
      if (shown !== (expected.number !== '')) differences.push(`${path}: BT-1 in JSON: ${shown}`);
      rmSync(work, { recursive: true });
      compared++;
    }
    console.log(`compared ${compared} documents`);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  }, 300_000);
});

function rootOf(bytes: Buffer): { name: string; namespace: string } {
  const document = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NONET });
  try {
    return { name: document.root.name, namespace: document.root.namespaceUri };
  } finally {
    document.dispose();
  }
}
