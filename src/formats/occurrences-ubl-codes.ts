import type { PartyRole, SchemeOccurrence } from '../domain/occurrences.js';
import { child, childrenOf, type XmlNode } from '../xml/node.js';
import { type Collector, contentOf, written, writtenAttribute } from './occurrences.js';

/** Whose terms stand in an element of UBL. */
export const ublRoles = new Map<string, PartyRole>([
  ['AccountingSupplierParty', 'seller'],
  ['AccountingCustomerParty', 'buyer'],
  ['TaxRepresentativeParty', 'taxRepresentative'],
]);

/** Gathers the codes and schemes of one element. `party` is the element around that says whose terms these are. */
export function ublCodes(into: Collector, node: XmlNode, parent: XmlNode, party: XmlNode | null): void {
  switch (node.local) {
    case 'InvoiceTypeCode':
    case 'CreditNoteTypeCode':
      into.code('type', node);
      return;
    case 'DocumentCurrencyCode':
      into.code('currency', node);
      return;
    case 'TaxCurrencyCode':
      into.code('taxCurrency', node);
      return;
    case 'AdditionalDocumentReference':
      into.documents.push({ at: into.mark(node), text: written(node, 'ID') });
      objectScheme(into, node);
      return;
    case 'DocumentReference':
      objectScheme(into, node);
      return;
    case 'ID':
      if (parent.local === 'PartyIdentification') partyScheme(into, node, party);
      else if (parent.local === 'StandardItemIdentification') {
        into.code('itemScheme', node, 'schemeID');
        scheme(into, node, 'item', 'schemeID');
      }
      return;
    case 'CompanyID':
      if (parent.local === 'PartyLegalEntity') into.code('legalScheme', node, 'schemeID');
      return;
    case 'ItemClassificationCode':
      into.code('classification', node, 'listID');
      scheme(into, node, 'classification', 'listID');
      return;
    case 'IdentificationCode':
      into.code(parent.local === 'OriginCountry' ? 'originCountry' : 'country', node);
      return;
    case 'ClassifiedTaxCategory':
      for (const id of childrenOf(node, 'ID')) into.code('lineVatCategory', id);
      return;
    case 'TaxExemptionReasonCode':
      into.code('exemption', node);
      return;
    case 'InvoicedQuantity':
    case 'CreditedQuantity':
    case 'BaseQuantity':
      into.code('unit', node, 'unitCode');
      return;
    case 'EmbeddedDocumentBinaryObject':
      into.code('media', node, 'mimeCode');
      return;
    case 'EndpointID':
      into.code('endpointScheme', node, 'schemeID');
      if (party !== null) endpoint(into, node, party);
      return;
    case 'Note':
      note(into, node, parent);
      return;
    default:
  }
}

function endpoint(into: Collector, node: XmlNode, party: XmlNode): void {
  const of = ublRoles.get(party.local);
  if (of === 'seller' || of === 'buyer') scheme(into, node, of, 'schemeID');
}

function scheme(into: Collector, node: XmlNode, of: SchemeOccurrence['of'], attribute: string): void {
  const at = into.mark(node, attribute);
  into.schemes.push({ at, of, value: contentOf(node), scheme: writtenAttribute(node, attribute) });
}

/** `SEPA` marks the bank's identifier of the creditor (BT-90), at the seller or the payee. */
function partyScheme(into: Collector, node: XmlNode, party: XmlNode | null): void {
  const creditor = party?.local === 'AccountingSupplierParty' || party?.local === 'PayeeParty';
  if (creditor && writtenAttribute(node, 'schemeID') === 'SEPA') return;
  into.code('partyScheme', node, 'schemeID');
}

function objectScheme(into: Collector, node: XmlNode): void {
  const id = child(node, 'ID');
  if (id !== null && written(node, 'DocumentTypeCode') === '130') into.code('reference', id, 'schemeID');
}

/** BT-21 stands before the text as `#AAB#`. */
function note(into: Collector, node: XmlNode, parent: XmlNode): void {
  const code = parent.parent === null ? /^[^#]*#([^#]{3})#/.exec(contentOf(node))?.[1] : undefined;
  if (code !== undefined) into.codeText('noteSubject', code, node);
}
