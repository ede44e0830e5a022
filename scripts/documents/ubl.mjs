import { supplier, townHall, wrap, xmlText } from './parties.mjs';

/** A UBL 2.1 invoice in the manner of an E1 (DOMAIN 9.1). */
export function ubl(options) {
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
    currency: 'EUR',
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
  <cbc:DocumentCurrencyCode>${o.currency}</cbc:DocumentCurrencyCode>${
    o.taxCurrency ? `\n  <cbc:TaxCurrencyCode>${o.taxCurrency}</cbc:TaxCurrencyCode>` : ''
  }${
    o.engagement
      ? `\n  <cac:OrderReference>\n    <cbc:ID>${o.engagement}</cbc:ID>\n  </cac:OrderReference>`
      : ''
  }${
    o.origin
      ? `\n  <cac:BillingReference>
    <cac:InvoiceDocumentReference>
      <cbc:ID>${o.origin}</cbc:ID>
    </cac:InvoiceDocumentReference>
  </cac:BillingReference>`
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
        <cbc:ID schemeName="${o.supplier.type ?? '1'}">${o.supplier.id ?? o.supplier.siret}</cbc:ID>
      </cac:PartyIdentification>
      <cac:PartyTaxScheme>${o.supplier.vat ? `\n        <cbc:CompanyID>${o.supplier.vat}</cbc:CompanyID>` : ''}
        <cac:TaxScheme>
          <cbc:TaxTypeCode>TVA DEBIT</cbc:TaxTypeCode>
        </cac:TaxScheme>
      </cac:PartyTaxScheme>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>${xmlText(o.supplier.name)}</cbc:RegistrationName>
        <cac:RegistrationAddress>
          <cac:Country>
            <cbc:IdentificationCode>${o.supplier.country ?? 'FR'}</cbc:IdentificationCode>
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
  </cac:AccountingCustomerParty>${
    o.payee
      ? `\n  <cac:PayeeParty>
    <cac:PartyIdentification>
      <cbc:ID schemeName="1">${o.payee.siret}</cbc:ID>
    </cac:PartyIdentification>
    <cac:PartyName>
      <cbc:Name>${xmlText(o.payee.name)}</cbc:Name>
    </cac:PartyName>
  </cac:PayeeParty>`
      : ''
  }
  <cac:PaymentMeans>
    <cbc:PaymentMeansCode>${o.payment}</cbc:PaymentMeansCode>
    <cac:PayeeFinancialAccount>
      <cbc:ID>${o.iban}</cbc:ID>
    </cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="${o.currency}">${o.tva}</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="${o.currency}">${o.ht}</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="${o.currency}">${o.tva}</cbc:TaxAmount>
      <cac:TaxCategory>
        <cbc:ID>S</cbc:ID>
        <cbc:Percent>20</cbc:Percent>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>${
    o.taxInEuros
      ? `\n  <cac:TaxTotal>\n    <cbc:TaxAmount currencyID="${o.taxCurrency}">${o.taxInEuros}</cbc:TaxAmount>\n  </cac:TaxTotal>`
      : ''
  }
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="${o.currency}">${o.ht}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="${o.currency}">${o.ht}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="${o.currency}">${o.ttc}</cbc:TaxInclusiveAmount>
${o.prepaid ? `    <cbc:PrepaidAmount currencyID="${o.currency}">${o.prepaid}</cbc:PrepaidAmount>\n` : ''}    <cbc:PayableAmount currencyID="${o.currency}">${o.payable ?? o.ttc}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
${o.lines
  .map(
    ([name, quantity, price, amount], i) => `  <cac:InvoiceLine>
    <cbc:ID>${i + 1}</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">${quantity}</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="${o.currency}">${amount}</cbc:LineExtensionAmount>
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
      <cbc:PriceAmount currencyID="${o.currency}">${price}</cbc:PriceAmount>
    </cac:Price>
  </cac:InvoiceLine>`,
  )
  .join('\n')}
</Invoice>
`;
}

/** The same as a UBL 2.1 CreditNote: another root, and the names that follow from it. */
export function ublCreditNote(options) {
  return ubl({ type: '381', ...options })
    .replace(
      '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"',
      '<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"',
    )
    .replace('</Invoice>', '</CreditNote>')
    .replaceAll('cbc:InvoiceTypeCode', 'cbc:CreditNoteTypeCode')
    .replaceAll('cac:InvoiceLine', 'cac:CreditNoteLine')
    .replaceAll('cbc:InvoicedQuantity', 'cbc:CreditedQuantity');
}
