import { serviced, supplier, wrap, xmlText } from './parties.mjs';

const address = ({ line, postCode, city, country }) => `
        <ram:PostalTradeAddress>
          <ram:PostcodeCode>${postCode}</ram:PostcodeCode>
          <ram:LineOne>${xmlText(line)}</ram:LineOne>
          <ram:CityName>${xmlText(city)}</ram:CityName>
          <ram:CountryID>${country}</ram:CountryID>
        </ram:PostalTradeAddress>`;

const attachment = ({ name, type, bytes }) => `
      <ram:AdditionalReferencedDocument>
        <ram:IssuerAssignedID>${name}</ram:IssuerAssignedID>
        <ram:Name>${type ?? '01'}</ram:Name>
        <ram:AttachmentBinaryObject mimeCode="application/pdf">
${wrap(bytes.toString('base64'))}
        </ram:AttachmentBinaryObject>
      </ram:AdditionalReferencedDocument>`;

const payee = ({ name, siret }) => `
      <ram:PayeeTradeParty>
        <ram:Name>${xmlText(name)}</ram:Name>
        <ram:SpecifiedLegalOrganization>
          <ram:ID schemeID="1">${siret}</ram:ID>
        </ram:SpecifiedLegalOrganization>
      </ram:PayeeTradeParty>`;

/**
 * A CII D16B invoice in the manner of an E2 (DOMAIN 9.2, 10); with a `guideline` and without a `piece`, as the XML of
 * a Factur-X. Amounts and codes are written as they are given.
 */
export function cii(options) {
  const o = {
    cadre: 'A1',
    date: '20260116',
    type: '380',
    recipient: serviced,
    supplier,
    ht: '250.00',
    tva: '50.00',
    ttc: '300.00',
    currency: 'EUR',
    ...options,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext>
    <ram:BusinessProcessSpecifiedDocumentContextParameter>
      <ram:ID>${o.cadre}</ram:ID>
    </ram:BusinessProcessSpecifiedDocumentContextParameter>${
      o.guideline
        ? `\n    <ram:GuidelineSpecifiedDocumentContextParameter>\n      <ram:ID>${o.guideline}</ram:ID>\n    </ram:GuidelineSpecifiedDocumentContextParameter>`
        : ''
    }
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
      <ram:SpecifiedLineTradeAgreement>${
        o.guideline
          ? ''
          : `\n        <ram:GrossPriceProductTradePrice>\n          <ram:ChargeAmount>${o.ht}</ram:ChargeAmount>\n        </ram:GrossPriceProductTradePrice>`
      }
        <ram:NetPriceProductTradePrice>
          <ram:ChargeAmount>${o.price ?? (o.guideline ? o.ht : o.ttc)}</ram:ChargeAmount>
        </ram:NetPriceProductTradePrice>
      </ram:SpecifiedLineTradeAgreement>
      <ram:SpecifiedLineTradeDelivery>
        <ram:BilledQuantity unitCode="C62">${o.quantity ?? '1'}</ram:BilledQuantity>
      </ram:SpecifiedLineTradeDelivery>
      <ram:SpecifiedLineTradeSettlement>
        <ram:ApplicableTradeTax>${o.guideline ? '\n          <ram:TypeCode>VAT</ram:TypeCode>\n          <ram:CategoryCode>S</ram:CategoryCode>' : ''}
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
          <ram:ID schemeID="${o.supplier.type ?? '1'}">${o.supplier.id ?? o.supplier.siret}</ram:ID>
        </ram:SpecifiedLegalOrganization>${o.supplier.address ? address(o.supplier.address) : ''}${
          o.guideline && o.supplier.vat
            ? `\n        <ram:SpecifiedTaxRegistration>\n          <ram:ID schemeID="VA">${o.supplier.vat}</ram:ID>\n        </ram:SpecifiedTaxRegistration>`
            : ''
        }
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty>
        <ram:Name>${xmlText(o.recipient.name)}</ram:Name>
        <ram:SpecifiedLegalOrganization>
          <ram:ID schemeID="1">${o.recipient.siret}</ram:ID>
        </ram:SpecifiedLegalOrganization>${o.recipient.address ? address(o.recipient.address) : ''}
      </ram:BuyerTradeParty>${o.piece ? attachment(o.piece) : ''}
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement>
      ${o.taxCurrency ? `<ram:TaxCurrencyCode>${o.taxCurrency}</ram:TaxCurrencyCode>\n      ` : ''}<ram:InvoiceCurrencyCode>${o.currency}</ram:InvoiceCurrencyCode>${o.payee ? payee(o.payee) : ''}
      <ram:SpecifiedTradeSettlementPaymentMeans>
        <ram:TypeCode>42</ram:TypeCode>
        <ram:PayeePartyCreditorFinancialAccount>
          <ram:IBANID>FR7630006000011234567890189</ram:IBANID>
          <ram:AccountName>${xmlText((o.payee ?? o.supplier).name)}</ram:AccountName>
        </ram:PayeePartyCreditorFinancialAccount>
      </ram:SpecifiedTradeSettlementPaymentMeans>
      <ram:ApplicableTradeTax>
        <ram:CalculatedAmount>${o.tva}</ram:CalculatedAmount>${o.guideline ? '\n        <ram:TypeCode>VAT</ram:TypeCode>' : ''}
        <ram:BasisAmount>${o.ht}</ram:BasisAmount>
        <ram:CategoryCode>S</ram:CategoryCode>
        <ram:DueDateTypeCode>72</ram:DueDateTypeCode>
        <ram:RateApplicablePercent>20.00</ram:RateApplicablePercent>
      </ram:ApplicableTradeTax>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:LineTotalAmount>${o.ht}</ram:LineTotalAmount>
        <ram:TaxBasisTotalAmount>${o.ht}</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount${o.guideline || o.taxCurrency ? ` currencyID="${o.currency}"` : ''}>${o.tva}</ram:TaxTotalAmount>${
          o.taxInEuros
            ? `\n        <ram:TaxTotalAmount currencyID="${o.taxCurrency}">${o.taxInEuros}</ram:TaxTotalAmount>`
            : ''
        }
        <ram:GrandTotalAmount>${o.ttc}</ram:GrandTotalAmount>${
          o.prepaid ? `\n        <ram:TotalPrepaidAmount>${o.prepaid}</ram:TotalPrepaidAmount>` : ''
        }
        <ram:DuePayableAmount>${o.payable ?? o.ttc}</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>${
        o.origin
          ? `\n      <ram:InvoiceReferencedDocument>\n        <ram:IssuerAssignedID>${o.origin}</ram:IssuerAssignedID>\n      </ram:InvoiceReferencedDocument>`
          : ''
      }
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
`;
}
