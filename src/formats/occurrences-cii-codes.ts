import { textOf, type XmlNode } from '../xml/node.js';
import { type Collector, contentOf, writtenAttribute } from './occurrences.js';

/** Gathers the codes and schemes of one element. */
export function ciiCodes(into: Collector, node: XmlNode, parent: XmlNode): void {
  switch (node.local) {
    case 'TypeCode':
      if (parent.local === 'ExchangedDocument') into.code('type', node);
      return;
    case 'InvoiceCurrencyCode':
      into.currencies.invoice ??= textOf(node);
      into.code('currency', node);
      return;
    case 'TaxCurrencyCode':
      into.currencies.tax ??= textOf(node);
      into.code('taxCurrency', node);
      return;
    case 'DueDateTypeCode':
      into.code('vatDate', node);
      return;
    case 'ReferenceTypeCode':
      into.code('reference', node);
      return;
    case 'SubjectCode':
      into.code('noteSubject', node);
      return;
    case 'GlobalID':
      globalId(into, node, parent);
      return;
    case 'ID':
      if (parent.local === 'OriginTradeCountry') {
        into.code('originCountry', node);
        return;
      }
      if (parent.local !== 'SpecifiedTaxRegistration') into.code('legalScheme', node, 'schemeID');
      return;
    case 'ClassCode':
      into.code('classification', node, 'listID');
      into.schemes.push({
        at: into.mark(node, 'listID'),
        of: 'classification',
        value: contentOf(node),
        scheme: writtenAttribute(node, 'listID'),
      });
      return;
    case 'CountryID':
      into.code('country', node);
      return;
    case 'CategoryCode':
      if (parent.local === 'CategoryTradeTax') into.code('vatCategory', node);
      else if (parent.local === 'ApplicableTradeTax') into.code('lineVatCategory', node);
      return;
    case 'ExemptionReasonCode':
      into.code('exemption', node);
      return;
    case 'BasisQuantity':
    case 'BilledQuantity':
      into.code('unit', node, 'unitCode');
      return;
    case 'AttachmentBinaryObject':
      into.code('media', node, 'mimeCode');
      return;
    case 'URIID':
      if (parent.local === 'URIUniversalCommunication') into.code('endpointScheme', node, 'schemeID');
      return;
    default:
  }
}

function globalId(into: Collector, node: XmlNode, parent: XmlNode): void {
  if (parent.local === 'SpecifiedTradeProduct') {
    into.code('itemScheme', node, 'schemeID');
    const scheme = writtenAttribute(node, 'schemeID');
    into.schemes.push({ at: into.mark(node, 'schemeID'), of: 'item', value: contentOf(node), scheme });
  } else if (parent.local !== 'ShipToTradeParty') into.code('partyScheme', node, 'schemeID');
  else if (parent.parent?.local === 'ApplicableHeaderTradeDelivery') {
    into.code('locationScheme', node, 'schemeID');
  }
}
