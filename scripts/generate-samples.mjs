// Writes the deposits of samples/<case>/in. What the engine answers stands beside them in out/ (tests/golden).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync, crc32 as nodeCrc32 } from 'node:zlib';
import { root } from './ensure.mjs';

const supplier = { siret: '79955500000018', name: 'Atelier Bois & Métal', vat: 'FR32799555000' };
const townHall = { siret: '53514650090018', name: 'Caisse des marchés de démonstration' };
const serviced = { siret: '75356054900010', name: 'Métropole de démonstration', service: 'SERV1' };

// ---------------------------------------------------------------- pieces

function crc32(bytes) {
  if (typeof nodeCrc32 === 'function') return nodeCrc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** A one-page PDF with one line of text: small, readable, ours. */
function pdf(text) {
  const stream = `BT /F1 14 Tf 60 760 Td (${text.replace(/[()\\]/g, '\\$&')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const xref = body.length;
  body += `xref\n0 6\n0000000000 65535 f \n${offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${body}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`, 'latin1');
}

/** A ZIP with one file, deflated, dated 1980 so that the bytes never change. */
function zip(name, bytes) {
  const packed = deflateRawSync(bytes);
  const label = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt16LE(33, 8);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(label.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, label, packed]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), label]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function tar(files) {
  const blocks = files.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'latin1');
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarGz(files) {
  const packed = gzipSync(tar(files), { level: 9 });
  packed[9] = 3;
  return packed;
}

// ---------------------------------------------------------------- invoices

const xmlText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const wrap = (base64) => base64.replace(/(.{76})/g, '$1\n');

/** A UBL 2.1 invoice in the manner of an E1 (DOMAIN 9.1). */
function ubl(options) {
  const o = {
    cadre: 'A1',
    date: '2026-01-15',
    type: '380',
    payment: '30',
    iban: 'FR7630006000011234567890189',
    recipient: townHall,
    supplier,
    lines: [['Table de réunion en chêne', '2', '450.00', '900.00']],
    ht: '900.00',
    tva: '180.00',
    ttc: '1080.00',
    ...options,
  };
  const service = o.service ?? o.recipient.service;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
  xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">
  <ext:UBLExtensions>
    <ext:UBLExtension>
      <ext:ExtensionContent>
        <CategoryCode>${o.cadre}</CategoryCode>
      </ext:ExtensionContent>
    </ext:UBLExtension>
  </ext:UBLExtensions>
  <cbc:UBLVersionID>2.1</cbc:UBLVersionID>
  <cbc:ID>${xmlText(o.number)}</cbc:ID>
  <cbc:IssueDate>${o.date}</cbc:IssueDate>
  <cbc:InvoiceTypeCode>${o.type}</cbc:InvoiceTypeCode>
  <cbc:Note>Livraison effectuée sur site.</cbc:Note>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>${
    o.engagement
      ? `\n  <cac:OrderReference>\n    <cbc:ID>${o.engagement}</cbc:ID>\n  </cac:OrderReference>`
      : ''
  }${
    o.piece
      ? `\n  <cac:AdditionalDocumentReference>
    <cbc:ID>${o.piece.name}</cbc:ID>
    <cbc:DocumentTypeCode>application/pdf</cbc:DocumentTypeCode>
    <cbc:DocumentType>${o.piece.type ?? '01'}</cbc:DocumentType>
    <cac:Attachment>
      <cbc:EmbeddedDocumentBinaryObject mimeCode="application/zip">
${wrap(o.piece.bytes.toString('base64'))}
      </cbc:EmbeddedDocumentBinaryObject>
    </cac:Attachment>
  </cac:AdditionalDocumentReference>`
      : ''
  }
  <cac:AccountingSupplierParty>
    <cac:Party>
      <cac:PartyIdentification>
        <cbc:ID schemeName="1">${o.supplier.siret}</cbc:ID>
      </cac:PartyIdentification>
      <cac:PartyTaxScheme>
        <cbc:CompanyID>${o.supplier.vat}</cbc:CompanyID>
        <cac:TaxScheme>
          <cbc:TaxTypeCode>TVA DEBIT</cbc:TaxTypeCode>
        </cac:TaxScheme>
      </cac:PartyTaxScheme>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>${xmlText(o.supplier.name)}</cbc:RegistrationName>
        <cac:RegistrationAddress>
          <cac:Country>
            <cbc:IdentificationCode>FR</cbc:IdentificationCode>
          </cac:Country>
        </cac:RegistrationAddress>
      </cac:PartyLegalEntity>
    </cac:Party>
  </cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty>
    <cac:Party>
      <cac:PartyIdentification>
        <cbc:ID schemeName="1">${o.recipient.siret}</cbc:ID>
      </cac:PartyIdentification>
      <cac:PartyName>
        <cbc:Name>${xmlText(o.recipient.name)}</cbc:Name>
      </cac:PartyName>
    </cac:Party>${
      service
        ? `\n    <cac:AccountingContact>\n      <cbc:ID>${service}</cbc:ID>\n    </cac:AccountingContact>`
        : ''
    }
  </cac:AccountingCustomerParty>
  <cac:PaymentMeans>
    <cbc:PaymentMeansCode>${o.payment}</cbc:PaymentMeansCode>
    <cac:PayeeFinancialAccount>
      <cbc:ID>${o.iban}</cbc:ID>
    </cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">${o.tva}</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="EUR">${o.ht}</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="EUR">${o.tva}</cbc:TaxAmount>
      <cac:TaxCategory>
        <cbc:ID>S</cbc:ID>
        <cbc:Percent>20</cbc:Percent>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">${o.ht}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">${o.ht}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">${o.ttc}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">${o.ttc}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
${o.lines
  .map(
    ([name, quantity, price, amount], i) => `  <cac:InvoiceLine>
    <cbc:ID>${i + 1}</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">${quantity}</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">${amount}</cbc:LineExtensionAmount>
    <cac:Item>
      <cbc:Name>${xmlText(name)}</cbc:Name>
      <cac:ClassifiedTaxCategory>
        <cbc:ID>S</cbc:ID>
        <cbc:Percent>20</cbc:Percent>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price>
      <cbc:PriceAmount currencyID="EUR">${price}</cbc:PriceAmount>
    </cac:Price>
  </cac:InvoiceLine>`,
  )
  .join('\n')}
</Invoice>
`;
}

/** A CII D16B invoice in the manner of an E2 (DOMAIN 9.2, 10). */
function cii(options) {
  const o = {
    cadre: 'A1',
    date: '20260116',
    type: '380',
    recipient: serviced,
    supplier,
    ht: '250.00',
    tva: '50.00',
    ttc: '300.00',
    ...options,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext>
    <ram:BusinessProcessSpecifiedDocumentContextParameter>
      <ram:ID>${o.cadre}</ram:ID>
    </ram:BusinessProcessSpecifiedDocumentContextParameter>
  </rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument>
    <ram:ID>${o.number}</ram:ID>
    <ram:TypeCode>${o.type}</ram:TypeCode>
    <ram:IssueDateTime>
      <udt:DateTimeString format="102">${o.date}</udt:DateTimeString>
    </ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:IncludedSupplyChainTradeLineItem>
      <ram:AssociatedDocumentLineDocument>
        <ram:LineID>1</ram:LineID>
      </ram:AssociatedDocumentLineDocument>
      <ram:SpecifiedTradeProduct>
        <ram:Name>Entretien des menuiseries</ram:Name>
      </ram:SpecifiedTradeProduct>
      <ram:SpecifiedLineTradeAgreement>
        <ram:GrossPriceProductTradePrice>
          <ram:ChargeAmount>${o.ht}</ram:ChargeAmount>
        </ram:GrossPriceProductTradePrice>
        <ram:NetPriceProductTradePrice>
          <ram:ChargeAmount>${o.ttc}</ram:ChargeAmount>
        </ram:NetPriceProductTradePrice>
      </ram:SpecifiedLineTradeAgreement>
      <ram:SpecifiedLineTradeDelivery>
        <ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity>
      </ram:SpecifiedLineTradeDelivery>
      <ram:SpecifiedLineTradeSettlement>
        <ram:ApplicableTradeTax>
          <ram:RateApplicablePercent>20.00</ram:RateApplicablePercent>
        </ram:ApplicableTradeTax>
        <ram:SpecifiedTradeSettlementLineMonetarySummation>
          <ram:LineTotalAmount>${o.ht}</ram:LineTotalAmount>
        </ram:SpecifiedTradeSettlementLineMonetarySummation>
      </ram:SpecifiedLineTradeSettlement>
    </ram:IncludedSupplyChainTradeLineItem>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:BuyerReference>${o.service ?? o.recipient.service}</ram:BuyerReference>
      <ram:SellerTradeParty>
        <ram:Name>${xmlText(o.supplier.name)}</ram:Name>
        <ram:SpecifiedLegalOrganization>
          <ram:ID schemeID="1">${o.supplier.siret}</ram:ID>
        </ram:SpecifiedLegalOrganization>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty>
        <ram:Name>${xmlText(o.recipient.name)}</ram:Name>
        <ram:SpecifiedLegalOrganization>
          <ram:ID schemeID="1">${o.recipient.siret}</ram:ID>
        </ram:SpecifiedLegalOrganization>
      </ram:BuyerTradeParty>
      <ram:AdditionalReferencedDocument>
        <ram:IssuerAssignedID>${o.piece.name}</ram:IssuerAssignedID>
        <ram:Name>01</ram:Name>
        <ram:AttachmentBinaryObject mimeCode="application/pdf">
${wrap(o.piece.bytes.toString('base64'))}
        </ram:AttachmentBinaryObject>
      </ram:AdditionalReferencedDocument>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementPaymentMeans>
        <ram:TypeCode>42</ram:TypeCode>
        <ram:PayeePartyCreditorFinancialAccount>
          <ram:IBANID>FR7630006000011234567890189</ram:IBANID>
          <ram:AccountName>${xmlText(o.supplier.name)}</ram:AccountName>
        </ram:PayeePartyCreditorFinancialAccount>
      </ram:SpecifiedTradeSettlementPaymentMeans>
      <ram:ApplicableTradeTax>
        <ram:CalculatedAmount>${o.tva}</ram:CalculatedAmount>
        <ram:BasisAmount>${o.ht}</ram:BasisAmount>
        <ram:CategoryCode>S</ram:CategoryCode>
        <ram:DueDateTypeCode>72</ram:DueDateTypeCode>
        <ram:RateApplicablePercent>20.00</ram:RateApplicablePercent>
      </ram:ApplicableTradeTax>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:LineTotalAmount>${o.ht}</ram:LineTotalAmount>
        <ram:TaxBasisTotalAmount>${o.ht}</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount>${o.tva}</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>${o.ttc}</ram:GrandTotalAmount>
        <ram:DuePayableAmount>${o.ttc}</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
`;
}

/** A CPPFactureMixte with several payment requests, in the bare form without a namespace (DOMAIN 10). */
function mixte(flowId, invoices) {
  const unit = (o, i) => `    <CPPFactureMixteUnitaire NumOrdre="${i + 1}">
      <Fournisseur>
        <TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>${supplier.siret}</Identifiant>
        <RaisonSociale>${xmlText(supplier.name)}</RaisonSociale>
        <CodePays>FR</CodePays>
      </Fournisseur>
      <Debiteur>
        <TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>${o.recipient.siret}</Identifiant>
        <Nom>${xmlText(o.recipient.name)}</Nom>${o.recipient.service ? `\n        <CodeService>${o.recipient.service}</CodeService>` : ''}
      </Debiteur>
      <DonneesFacture>
        <Id>${o.number}</Id>
        <Type>${o.type ?? '380'}</Type>
        <Cadre>A1</Cadre>
        <DateEmissionFacture>2026-01-20</DateEmissionFacture>
        <ModePaiement>
          <Code>30</Code>
        </ModePaiement>
        <Devise>EUR</Devise>
        <Montants>
          <MontantHT>${o.ht}</MontantHT>
          <MontantTTC>${o.ttc}</MontantTTC>
          <MontantNetAPayer>${o.ttc}</MontantNetAPayer>
        </Montants>
        <TVAS>
          <TVA>
            <Taux>20</Taux>
            <BaseHt>${o.ht}</BaseHt>
            <MontantTVA>${o.tva}</MontantTVA>
          </TVA>
        </TVAS>
      </DonneesFacture>
      <PJ NumOrdre="1">
        <Contenu>${zip(`${o.number}.pdf`, pdf(`Facture ${o.number}`)).toString('base64')}</Contenu>
        <NomPJ>${o.number}.pdf</NomPJ>
        <TypePJ>01</TypePJ>
        <MimeTypePJ>application/pdf</MimeTypePJ>
      </PJ>
    </CPPFactureMixteUnitaire>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<CPPFactureMixte>
  <Enveloppe>
    <EnveloppeUnitaire NumOrdre="1">
      <Parametres>
        <ParametreIndiv NumOrdre="0001">
          <Code>DtPrd</Code>
          <Valeurparametre>2026-01-20</Valeurparametre>
        </ParametreIndiv>
        <ParametreIndiv NumOrdre="0002">
          <Code>IdFlx</Code>
          <Valeurparametre>${flowId}</Valeurparametre>
        </ParametreIndiv>
      </Parametres>
      <Partenaires>
        <Recepteur>
          <Id>CPP001</Id>
        </Recepteur>
        <Emetteur>
          <Id>FRN001</Id>
        </Emetteur>
      </Partenaires>
    </EnveloppeUnitaire>
  </Enveloppe>
  <CPPFactures Compteur="${invoices.length}">
${invoices.map(unit).join('\n')}
  </CPPFactures>
</CPPFactureMixte>
`;
}

// ---------------------------------------------------------------- cases

const flowId = (code, sequence, partner = 'FRN001') =>
  `${partner}${code.slice(3, 7)}${String(sequence).padStart(15, '0')}`;
const flowName = (code, sequence, partner = 'FRN001') =>
  `${code}_${partner}_${flowId(code, sequence, partner)}`;
const piece = (number, type) => ({
  name: `${number}.pdf`,
  type,
  bytes: zip(`${number}.pdf`, pdf(`Facture ${number}`)),
});

const good = ubl({ number: 'ABM-2026-0001' });
const cases = {
  'e1-ubl': {
    title: 'A single E1 invoice in UBL without attachment: integrated, its readable PDF is rendered',
    demo: true,
    in: { [flowName('FSO1100A', 1)]: good },
  },
  'e1-ubl-piece': {
    title:
      'An E1 invoice in UBL that brings its own readable PDF, for a structure that asks for a service code',
    demo: true,
    in: {
      [flowName('FSO1100A', 2)]: ubl({
        number: 'ABM-2026-0002',
        recipient: serviced,
        piece: piece('ABM-2026-0002'),
      }),
    },
  },
  'e2-cii': {
    title: 'An E2 invoice in CII D16B with its readable PDF',
    demo: true,
    in: { [flowName('FSO1116A', 3)]: cii({ number: 'ABM-2026-0003', piece: piece('ABM-2026-0003') }) },
  },
  'e2-mixte-partial': {
    title:
      'A CPPFactureMixte with three payment requests, one of them to an unknown structure: partially integrated',
    demo: true,
    in: {
      [flowName('FSO1113A', 4)]: mixte(flowId('FSO1113A', 4), [
        { number: 'ABM-2026-0004', recipient: townHall, ht: '100.00', tva: '20.00', ttc: '120.00' },
        {
          number: 'ABM-2026-0005',
          recipient: { siret: '99999999900010', name: 'Structure inconnue' },
          ht: '50.00',
          tva: '10.00',
          ttc: '60.00',
        },
        { number: 'ABM-2026-0006', recipient: serviced, ht: '10.00', tva: '2.00', ttc: '12.00' },
      ]),
    },
  },
  'e1-archive': {
    title: 'A tar.gz of two E1 invoices: both integrated',
    demo: true,
    in: {
      [flowName('FSO1100A', 5)]: tarGz([
        {
          name: 'facture-7.xml',
          bytes: Buffer.from(ubl({ number: 'ABM-2026-0007', piece: piece('ABM-2026-0007') })),
        },
        {
          name: 'facture-8.xml',
          bytes: Buffer.from(ubl({ number: 'ABM-2026-0008', piece: piece('ABM-2026-0008') })),
        },
      ]),
    },
  },
  'rejected-totals': {
    title: 'Totals that do not add up: rejected by a business rule',
    demo: true,
    in: { [flowName('FSO1100A', 6)]: ubl({ number: 'ABM-2026-0009', ttc: '1180.00' }) },
  },
  'irrecevable-xsd': {
    title: 'An amount that is not a number: the schema refuses the flow',
    demo: true,
    in: { [flowName('FSO1100A', 7)]: ubl({ number: 'ABM-2026-0010', tva: '180,00' }) },
  },
  'irrecevable-archive-entry': {
    title:
      'An archive with one broken file: the whole flow is refused, the good file is listed as not treated',
    in: {
      [flowName('FSO1100A', 8)]: tarGz([
        { name: 'bonne.xml', bytes: Buffer.from(ubl({ number: 'ABM-2026-0011' })) },
        { name: 'mauvaise.xml', bytes: Buffer.from(ubl({ number: 'ABM-2026-0012', date: '15/01/2026' })) },
      ]),
    },
  },
  'empty-file': { title: 'A file of zero bytes', in: { [flowName('FSO1100A', 9)]: '' } },
  misnamed: { title: 'A name that does not follow 8_6_25', in: { 'facture janvier (copie).xml': good } },
  'unknown-interface': {
    title: 'A well-formed name with an interface code that does not exist',
    in: { [flowName('FSO1999A', 10)]: good },
  },
  'unsupported-interface': {
    title: 'An interface code that Chorus Pro has withdrawn',
    in: { [flowName('FSO1101A', 11)]: good },
  },
  'wrong-partner': {
    title: "A name that carries another sender's code",
    in: { [flowName('FSO1100A', 12, 'ETA001')]: good },
  },
  'not-subscribed': {
    title: 'An interface this partner has not subscribed to',
    in: { [flowName('FSO1120A', 13)]: good },
  },
  'broken-archive': {
    title: 'A tar.gz whose compressed data is damaged',
    in: {
      [flowName('FSO1100A', 14)]: (() => {
        const bytes = tarGz([{ name: 'facture.xml', bytes: Buffer.from(good) }]);
        bytes.fill(0x55, 60, 90);
        return bytes;
      })(),
    },
  },
  'truncated-xml': {
    title: 'An XML file that stops in the middle and is never completed',
    in: { [flowName('FSO1100A', 15)]: good.slice(0, 1500) },
  },
  'not-xml': {
    title: 'A text file under a flow name',
    in: { [flowName('FSO1100A', 16)]: 'Bonjour, veuillez trouver notre facture ci-jointe.\n' },
  },
  'wrong-syntax': {
    title: 'A CII invoice under the code of a UBL interface',
    in: { [flowName('FSO1100A', 17)]: cii({ number: 'ABM-2026-0013', piece: piece('ABM-2026-0013') }) },
  },
  'same-bytes': {
    title: 'The same bytes again under a new name, after the first were integrated',
    in: { [flowName('FSO1100A', 18)]: ubl({ number: 'ABM-2026-0014' }) },
    afterwards: { [flowName('FSO1100A', 19)]: ubl({ number: 'ABM-2026-0014' }) },
  },
  'same-name': {
    title: 'The same name again with other bytes',
    in: { [flowName('FSO1100A', 20)]: ubl({ number: 'ABM-2026-0015' }) },
    afterwards: { [flowName('FSO1100A', 20)]: ubl({ number: 'ABM-2026-0016' }) },
  },
  'same-number': {
    title: 'An invoice number that this supplier has already used, in another flow',
    in: { [flowName('FSO1100A', 21)]: ubl({ number: 'ABM-2026-0017' }) },
    afterwards: { [flowName('FSO1100A', 22)]: ubl({ number: 'ABM-2026-0017', date: '2026-01-17' }) },
  },
  'state-service': {
    title: 'An invoice to the State without a service code: it cannot be routed',
    in: {
      [flowName('FSO1100A', 23)]: ubl({
        number: 'ABM-2026-0018',
        recipient: { siret: '11000201100044', name: 'État' },
      }),
    },
  },
  'credit-note': {
    title: 'A credit note (type 381) with positive amounts',
    in: {
      [flowName('FSO1100A', 24)]: ubl({
        number: 'ABM-2026-0019',
        type: '381',
        piece: piece('ABM-2026-0019'),
      }),
    },
  },
};

for (const [name, { title, demo, in: first, afterwards }] of Object.entries(cases)) {
  const folder = join(root, 'samples', name);
  for (const [step, files] of Object.entries({ in: first, ...(afterwards ? { 'in-2': afterwards } : {}) })) {
    rmSync(join(folder, step), { recursive: true, force: true });
    mkdirSync(join(folder, step), { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, step, file), content);
  }
  writeFileSync(
    join(folder, 'sample.json'),
    `${JSON.stringify({ title, ...(demo ? { demo } : {}) }, null, 2)}\n`,
  );
}
console.log(`${Object.keys(cases).length} samples written`);
