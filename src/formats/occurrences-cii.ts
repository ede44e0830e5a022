import type { PartyRole, TaxOccurrence } from '../domain/occurrences.js';
import { attr, child, childrenOf, textOf, type XmlNode } from '../xml/node.js';
import {
  asItStands,
  Collector,
  contentOf,
  down,
  type Found,
  indicator,
  written,
  writtenAttribute,
} from './occurrences.js';
import { ciiCodes } from './occurrences-cii-codes.js';

/** Terms of which the schema of CII lets several stand where the norm has one: parent/child to the term. */
const single = new Map([
  ['ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter', 'BT-24'],
  ['ExchangedDocument/ID', 'BT-1'],
  ['ExchangedDocument/TypeCode', 'BT-3'],
  ['ApplicableHeaderTradeSettlement/InvoiceCurrencyCode', 'BT-5'],
  ['SellerTradeParty/DefinedTradeContact', 'BG-6'],
  ['BuyerTradeParty/DefinedTradeContact', 'BG-9'],
  ['SellerTradeParty/Name', 'BT-27'],
  ['SellerTradeParty/PostalTradeAddress', 'BG-5'],
  ['BuyerTradeParty/Name', 'BT-44'],
  ['BuyerTradeParty/PostalTradeAddress', 'BG-8'],
  ['SellerTaxRepresentativeTradeParty/Name', 'BT-62'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/LineTotalAmount', 'BT-106'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/AllowanceTotalAmount', 'BT-107'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/ChargeTotalAmount', 'BT-108'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/TaxBasisTotalAmount', 'BT-109'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/GrandTotalAmount', 'BT-112'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/TotalPrepaidAmount', 'BT-113'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/RoundingAmount', 'BT-114'],
  ['SpecifiedTradeSettlementHeaderMonetarySummation/DuePayableAmount', 'BT-115'],
  ['ApplicableTradeTax/BasisAmount', 'BT-116'],
  ['ApplicableTradeTax/CalculatedAmount', 'BT-117'],
  ['AssociatedDocumentLineDocument/LineID', 'BT-126'],
  ['SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount', 'BT-131'],
  ['SpecifiedTradeProduct/Name', 'BT-153'],
  ['SpecifiedTradeProduct/GlobalID', 'BT-157'],
]);

/** Amounts of the document's totals, by their term in `Invoice`. */
const totals = new Map([
  ['LineTotalAmount', 'lines'],
  ['AllowanceTotalAmount', 'allowances'],
  ['ChargeTotalAmount', 'charges'],
  ['TaxBasisTotalAmount', 'taxExclusive'],
  ['GrandTotalAmount', 'taxInclusive'],
  ['TotalPrepaidAmount', 'prepaid'],
  ['RoundingAmount', 'rounding'],
  ['DuePayableAmount', 'payable'],
]);

const roles = new Map<string, PartyRole>([
  ['SellerTradeParty', 'seller'],
  ['BuyerTradeParty', 'buyer'],
  ['SellerTaxRepresentativeTradeParty', 'taxRepresentative'],
]);

/** White space around the code makes it another one: CII compares codes as they stand. */
function isVat(tax: XmlNode): boolean {
  const code = child(tax, 'TypeCode');
  return code !== null && textOf(code).toUpperCase() === 'VAT';
}

/** Goes through a CII invoice once, and gathers what the rules of the norm need beside the terms. */
class CiiWalk {
  private readonly into = new Collector();
  /** Path of the line that is being gone through; empty outside of lines. */
  private line = '';
  private inLineCount = 0;
  private headerCount = 0;
  private breakdownCount = 0;

  run(root: XmlNode): Found {
    this.visit(root);
    this.paymentTerms(root);
    return this.into.found();
  }

  /** BT-20, of which CII lets several stand, in one group of terms and in several. */
  private paymentTerms(root: XmlNode): void {
    const path = [
      'SupplyChainTradeTransaction',
      'ApplicableHeaderTradeSettlement',
      'SpecifiedTradePaymentTerms',
      'Description',
    ];
    let texts: readonly XmlNode[] = [root];
    for (const step of path) texts = texts.flatMap((node) => childrenOf(node, step));
    for (const text of texts.slice(1)) this.into.repeated.push({ term: 'BT-20', at: this.into.mark(text) });
  }

  private visit(node: XmlNode): void {
    let before = '';
    for (const one of node.children) {
      if (one.local === before) this.repetition(one, node);
      before = one.local;
      if (one.local === 'IncludedSupplyChainTradeLineItem') this.lineOf(one);
      this.gather(one, node);
      this.visit(one);
      if (one.local === 'IncludedSupplyChainTradeLineItem') this.line = '';
    }
  }

  private repetition(node: XmlNode, parent: XmlNode): void {
    const term = single.get(`${parent.local}/${node.local}`);
    if (term === undefined) return;
    // Several taxes of a line are told apart by their category, not by their amounts.
    if (parent.local === 'ApplicableTradeTax' && this.line !== '') return;
    this.into.repeated.push({ term, at: this.into.mark(node) });
  }

  private lineOf(node: XmlNode): void {
    const at = `lines[${this.into.lines.length}]`;
    this.line = at;
    this.inLineCount = 0;
    const quantity = down(node, 'SpecifiedLineTradeDelivery', 'BilledQuantity');
    const taxes = childrenOf(node, 'SpecifiedLineTradeSettlement').flatMap((settlement) =>
      childrenOf(settlement, 'ApplicableTradeTax').map((tax) => this.tax(tax, at)),
    );
    this.into.lines.push({ at, unit: writtenAttribute(quantity, 'unitCode'), taxes });
    const net = down(
      node,
      ...['SpecifiedLineTradeSettlement', 'SpecifiedTradeSettlementLineMonetarySummation', 'LineTotalAmount'],
    );
    this.into.amount(net, `${at}.netAmount`);
  }

  private tax(node: XmlNode, at: string): TaxOccurrence {
    return {
      at,
      category: asItStands(node, 'CategoryCode'),
      rate: written(node, 'RateApplicablePercent'),
      vat: isVat(node),
    };
  }

  private gather(node: XmlNode, parent: XmlNode): void {
    const { into } = this;
    switch (node.local) {
      case 'SpecifiedTradeAllowanceCharge':
        this.allowance(node, parent);
        return;
      case 'ApplicableTradeTax':
        this.breakdown(node, parent);
        return;
      case 'TaxTotalAmount':
        into.code('amountCurrency', node, 'currencyID');
        if (parent.local === 'SpecifiedTradeSettlementHeaderMonetarySummation') {
          into.taxTotals.push({
            at: into.mark(node),
            amount: contentOf(node),
            currency: attr(node, 'currencyID'),
            breakdowns: [],
          });
        }
        return;
      case 'SpecifiedTradeSettlementHeaderMonetarySummation':
        into.hasTotals = true;
        for (const one of node.children) {
          const term = totals.get(one.local);
          if (term !== undefined) into.amount(one, `totals.${term}`);
        }
        return;
      case 'BillingSpecifiedPeriod':
        this.period(node, parent);
        return;
      case 'SpecifiedTradeSettlementPaymentMeans':
        this.meansOf(node);
        return;
      case 'SellerTradeParty':
      case 'BuyerTradeParty':
      case 'SellerTaxRepresentativeTradeParty':
      case 'ShipToTradeParty':
        this.party(node, parent);
        return;
      case 'AdditionalReferencedDocument':
        into.documents.push({ at: into.mark(node), text: written(node, 'IssuerAssignedID') });
        return;
      case 'InvoiceReferencedDocument':
        if (parent.local === 'ApplicableHeaderTradeSettlement') {
          into.precedingInvoices.push({ at: into.mark(node), text: written(node, 'IssuerAssignedID') });
        }
        return;
      case 'ApplicableProductCharacteristic':
        into.attributes.push({
          at: into.mark(node),
          name: written(node, 'Description'),
          value: written(node, 'Value'),
        });
        return;
      case 'SpecifiedTaxRegistration':
        this.taxId(node, parent);
        return;
      case 'IssueDateTime':
        if (parent.local === 'ExchangedDocument') this.day(node, 'issueDate');
        return;
      default:
        ciiCodes(into, node, parent);
        return;
    }
  }

  private allowance(node: XmlNode, parent: XmlNode): void {
    const level =
      parent.local === 'ApplicableHeaderTradeSettlement' ? 'document' : this.line === '' ? 'price' : 'line';
    const at =
      level === 'document'
        ? `allowancesCharges[${this.headerCount++}]`
        : level === 'line'
          ? `${this.line}.allowancesCharges[${this.inLineCount++}]`
          : this.into.mark(node);
    const charge = indicator(written(down(node, 'ChargeIndicator'), 'Indicator'));
    this.into.amount(child(node, 'ActualAmount'), `${at}.amount`);
    this.into.amount(child(node, 'BasisAmount'), `${at}.base`);
    const taxes = childrenOf(node, 'CategoryTradeTax').map((tax) => this.tax(tax, at));
    this.into.allowances.push({
      at,
      level,
      charge,
      amount: written(node, 'ActualAmount'),
      base: written(node, 'BasisAmount'),
      reason: written(node, 'Reason'),
      reasonCode: written(node, 'ReasonCode'),
      taxes,
    });
    for (const code of charge === null ? [] : childrenOf(node, 'ReasonCode')) {
      this.into.code(charge ? 'chargeReason' : 'allowanceReason', code);
    }
  }

  private breakdown(node: XmlNode, parent: XmlNode): void {
    if (parent.local !== 'ApplicableHeaderTradeSettlement') return;
    const at = `vatBreakdown[${this.breakdownCount++}]`;
    this.into.amount(child(node, 'BasisAmount'), `${at}.base`);
    this.into.amount(child(node, 'CalculatedAmount'), `${at}.amount`);
    this.into.breakdowns.push({
      ...this.tax(node, at),
      level: 'document',
      base: written(node, 'BasisAmount'),
      amount: written(node, 'CalculatedAmount'),
      reason: written(node, 'ExemptionReason'),
      reasonCode: written(node, 'ExemptionReasonCode'),
    });
  }

  private period(node: XmlNode, parent: XmlNode): void {
    const level = parent.local === 'ApplicableHeaderTradeSettlement' ? 'document' : 'line';
    const at = this.into.mark(node);
    const day = (local: string) => {
      const one = child(node, local);
      if (one === null) return null;
      this.day(one, `${at}.${local === 'StartDateTime' ? 'start' : 'end'}`);
      return written(one, 'DateTimeString') ?? '';
    };
    this.into.periods.push({ at, level, start: day('StartDateTime'), end: day('EndDateTime'), code: null });
  }

  /** The norm has days in format 102 only (EN 16931-3-3). */
  private day(node: XmlNode, term: string): void {
    const text = child(node, 'DateTimeString');
    if (text === null || attr(text, 'format') !== '102') this.into.unusualDates.push(term);
  }

  private meansOf(node: XmlNode): void {
    const { into } = this;
    const accounts = childrenOf(node, 'PayeePartyCreditorFinancialAccount').map((one) => {
      const [iban, own] = [written(one, 'IBANID'), written(one, 'ProprietaryID')];
      return { at: into.mark(one), text: iban === '' || iban === null ? (own ?? iban) : iban };
    });
    const cards = childrenOf(node, 'ApplicableTradeSettlementFinancialCard').map((one) => ({
      at: into.mark(one),
      text: written(one, 'ID'),
    }));
    into.means.push({ at: into.mark(node), code: written(node, 'TypeCode'), accounts, cards });
    for (const code of childrenOf(node, 'TypeCode')) into.code('means', code);
  }

  private party(node: XmlNode, parent: XmlNode): void {
    if (!/^ApplicableHeaderTrade(Agreement|Delivery)$/.test(parent.local)) return;
    const of = roles.get(node.local) ?? 'delivery';
    if (of === 'seller') this.into.hasSeller = true;
    const at = of === 'delivery' ? 'delivery.address' : `${of}.address`;
    for (const address of childrenOf(node, 'PostalTradeAddress')) {
      this.into.addresses.push({ at, of, country: written(address, 'CountryID') });
    }
    const address = down(node, 'URIUniversalCommunication');
    if (address === null || (of !== 'seller' && of !== 'buyer')) return;
    const endpoint = child(address, 'URIID');
    const scheme = writtenAttribute(endpoint, 'schemeID');
    const value = endpoint === null ? '' : contentOf(endpoint);
    this.into.schemes.push({ at: `${of}.endpoint`, of, value, scheme });
  }

  private taxId(node: XmlNode, parent: XmlNode): void {
    const of = roles.get(parent.local) ?? 'other';
    for (const id of childrenOf(node, 'ID')) {
      const scheme = attr(id, 'schemeID');
      if (scheme !== 'VA' && scheme !== 'FC') continue;
      this.into.taxIds.push({ at: this.into.mark(id), of, text: textOf(id), vat: scheme === 'VA' });
    }
  }
}

export function ciiOccurrences(root: XmlNode): Found {
  return new CiiWalk().run(root);
}
