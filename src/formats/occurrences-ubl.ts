import type { TaxOccurrence, TextOccurrence } from '../domain/occurrences.js';
import { attr, child, childrenOf, textOf, type XmlNode } from '../xml/node.js';
import {
  asItStands,
  Collector,
  down,
  type Found,
  indicator,
  written,
  writtenAttribute,
} from './occurrences.js';
import { ublCodes, ublRoles } from './occurrences-ubl-codes.js';

/** Terms of which UBL's schema lets several stand where the norm has one. */
const single = new Map([
  ['AccountingSupplierParty/PartyLegalEntity', 'BT-27'],
  ['AccountingCustomerParty/PartyLegalEntity', 'BT-44'],
  ['TaxRepresentativeParty/PartyName', 'BT-62'],
]);

/** Amounts of the document's totals, by their term in `Invoice`. */
const totals = new Map([
  ['LineExtensionAmount', 'lines'],
  ['AllowanceTotalAmount', 'allowances'],
  ['ChargeTotalAmount', 'charges'],
  ['TaxExclusiveAmount', 'taxExclusive'],
  ['TaxInclusiveAmount', 'taxInclusive'],
  ['PrepaidAmount', 'prepaid'],
  ['PayableRoundingAmount', 'rounding'],
  ['PayableAmount', 'payable'],
]);

const amounts = new Set([
  'Amount',
  'BaseAmount',
  'PriceAmount',
  'TaxAmount',
  'TaxableAmount',
  'LineExtensionAmount',
  'TaxExclusiveAmount',
  'TaxInclusiveAmount',
  'AllowanceTotalAmount',
  'ChargeTotalAmount',
  'PrepaidAmount',
  'PayableRoundingAmount',
  'PayableAmount',
]);

const isLine = (local: string) => local === 'InvoiceLine' || local === 'CreditNoteLine';

/** The VAT scheme is named `VAT`, in whatever case (EN 16931-3-2). */
function isVat(node: XmlNode): boolean {
  return childrenOf(node, 'TaxScheme').some(
    (scheme) => written(scheme, 'ID')?.toUpperCase().trim() === 'VAT',
  );
}

/** Goes through a UBL invoice once, and gathers what the rules of the norm need beside the terms. */
class UblWalk {
  private readonly into = new Collector();
  /** Path of the line that is being gone through; empty outside of lines. */
  private line = '';
  private inLineCount = 0;
  private headerCount = 0;
  /** The elements that `Invoice.vatBreakdown` is read from, with their position there. */
  private readonly breakdown: ReadonlyMap<XmlNode, number>;

  constructor(private readonly root: XmlNode) {
    const totals = childrenOf(root, 'TaxTotal');
    const currency = written(root, 'DocumentCurrencyCode')?.toUpperCase();
    const inCurrency = totals.filter((total) =>
      childrenOf(total, 'TaxAmount').some(
        (amount) => attr(amount, 'currencyID')?.trim().toUpperCase() === currency,
      ),
    );
    const subtotals = (all: readonly XmlNode[]) => all.flatMap((total) => childrenOf(total, 'TaxSubtotal'));
    const own = subtotals(inCurrency);
    const read = own.length > 0 ? own : subtotals(totals);
    this.breakdown = new Map(read.map((subtotal, index) => [subtotal, index]));
  }

  run(): Found {
    const { currencies } = this.into;
    currencies.invoice = asItStands(this.root, 'DocumentCurrencyCode');
    currencies.tax = asItStands(this.root, 'TaxCurrencyCode');
    for (const node of this.root.children) {
      if (node.local === 'UBLExtensions') continue;
      if (isLine(node.local)) {
        this.line = `lines[${this.into.lines.length}]`;
        this.inLineCount = 0;
      } else this.line = '';
      this.visit(node, this.root, null);
    }
    this.paymentTerms();
    return this.into.found();
  }

  /** BT-20, of which UBL lets several stand, in one group of terms and in several. */
  private paymentTerms(): void {
    const notes = childrenOf(this.root, 'PaymentTerms').flatMap((terms) => childrenOf(terms, 'Note'));
    for (const note of notes.slice(1)) this.into.repeated.push({ term: 'BT-20', at: this.into.mark(note) });
  }

  /** `party` is the element around that says whose terms these are. */
  private visit(node: XmlNode, parent: XmlNode, party: XmlNode | null): void {
    this.gather(node, parent, party);
    const around = ublRoles.has(node.local) || node.local === 'PayeeParty' ? node : party;
    let before = '';
    for (const one of node.children) {
      if (one.local === before) this.repetition(one, around);
      before = one.local;
      this.visit(one, node, around);
    }
  }

  private repetition(node: XmlNode, party: XmlNode | null): void {
    const term = party === null ? undefined : single.get(`${party.local}/${node.local}`);
    if (term !== undefined) this.into.repeated.push({ term, at: this.into.mark(node) });
  }

  private gather(node: XmlNode, parent: XmlNode, party: XmlNode | null): void {
    const { into } = this;
    if (amounts.has(node.local)) {
      into.codeText('amountCurrency', writtenAttribute(node, 'currencyID') ?? '', node, 'currencyID');
    }
    switch (node.local) {
      case 'InvoiceLine':
      case 'CreditNoteLine':
        this.lineOf(node);
        return;
      case 'AllowanceCharge':
        this.allowance(node, parent);
        return;
      case 'TaxTotal':
        this.taxTotal(node, parent);
        return;
      case 'TaxCategory':
        for (const id of childrenOf(node, 'ID')) into.code('vatCategory', id);
        if (parent.local !== 'TaxSubtotal' && parent.local !== 'AllowanceCharge')
          into.otherTaxes.push(this.tax(node));
        if (parent.local === 'TaxSubtotal' && parent.parent?.local !== 'TaxTotal')
          into.otherTaxes.push(this.tax(node));
        return;
      case 'PartyTaxScheme':
        this.taxId(node, party);
        return;
      case 'PostalAddress':
        this.address(node, parent, party);
        return;
      case 'DeliveryLocation':
        this.deliveryLocation(node, parent);
        return;
      case 'InvoicePeriod':
        this.period(node, parent);
        return;
      case 'PaymentMeans':
        this.meansOf(node);
        return;
      case 'BillingReference':
        into.precedingInvoices.push({
          at: into.mark(node),
          text: written(down(node, 'InvoiceDocumentReference'), 'ID'),
        });
        return;
      case 'AdditionalItemProperty':
        into.attributes.push({
          at: into.mark(node),
          name: written(node, 'Name'),
          value: written(node, 'Value'),
        });
        return;
      case 'LegalMonetaryTotal':
        into.hasTotals = true;
        for (const one of node.children) {
          const term = totals.get(one.local);
          if (term !== undefined) into.amount(one, `totals.${term}`);
        }
        return;
      case 'AccountingSupplierParty':
        into.hasSeller = true;
        return;
      default:
        ublCodes(into, node, parent, party);
        return;
    }
  }

  private lineOf(node: XmlNode): void {
    const at = this.line;
    const quantity = child(node, 'InvoicedQuantity') ?? child(node, 'CreditedQuantity');
    const taxes = childrenOf(node, 'Item').flatMap((item) =>
      childrenOf(item, 'ClassifiedTaxCategory').map((tax) => ({
        ...this.tax(tax),
        at,
      })),
    );
    this.into.lines.push({ at, unit: writtenAttribute(quantity, 'unitCode'), taxes });
    this.into.amount(child(node, 'LineExtensionAmount'), `${at}.netAmount`);
  }

  private tax(node: XmlNode, at?: string): TaxOccurrence {
    return {
      at: at ?? this.into.mark(node),
      category: written(node, 'ID'),
      rate: written(node, 'Percent'),
      vat: isVat(node),
    };
  }

  private allowance(node: XmlNode, parent: XmlNode): void {
    const level = parent === this.root ? 'document' : isLine(parent.local) ? 'line' : 'price';
    const at =
      level === 'document'
        ? `allowancesCharges[${this.headerCount++}]`
        : level === 'line'
          ? `${this.line}.allowancesCharges[${this.inLineCount++}]`
          : this.into.mark(node);
    this.into.amount(child(node, 'Amount'), `${at}.amount`);
    this.into.amount(child(node, 'BaseAmount'), `${at}.base`);
    this.into.allowances.push({
      at,
      level,
      charge: indicator(written(node, 'ChargeIndicator')),
      amount: written(node, 'Amount'),
      base: written(node, 'BaseAmount'),
      reason: written(node, 'AllowanceChargeReason'),
      reasonCode: written(node, 'AllowanceChargeReasonCode'),
      taxes: childrenOf(node, 'TaxCategory').map((tax) => this.tax(tax, at)),
    });
    const code = child(node, 'AllowanceChargeReasonCode');
    const charge = indicator(written(node, 'ChargeIndicator'));
    if (code !== null && charge !== null) {
      this.into.code(charge ? 'chargeReason' : 'allowanceReason', code);
    }
  }

  private taxTotal(node: XmlNode, parent: XmlNode): void {
    const level = parent === this.root ? 'document' : 'line';
    const breakdowns = childrenOf(node, 'TaxSubtotal').map((subtotal) => {
      const index = this.breakdown.get(subtotal);
      const category = child(subtotal, 'TaxCategory');
      const at = index === undefined ? this.into.mark(subtotal) : `vatBreakdown[${index}]`;
      this.into.amount(child(subtotal, 'TaxableAmount'), `${at}.base`);
      this.into.amount(child(subtotal, 'TaxAmount'), `${at}.amount`);
      const tax = category === null ? { at, category: null, rate: null, vat: false } : this.tax(category, at);
      return {
        ...tax,
        level,
        base: written(subtotal, 'TaxableAmount'),
        amount: written(subtotal, 'TaxAmount'),
        reason: written(category, 'TaxExemptionReason'),
        reasonCode: written(category, 'TaxExemptionReasonCode'),
      } as const;
    });
    this.into.breakdowns.push(...breakdowns);
    if (level === 'line') return;
    const amount = child(node, 'TaxAmount');
    this.into.taxTotals.push({
      at: this.into.mark(amount ?? node),
      amount: written(node, 'TaxAmount'),
      currency: amount === null ? null : attr(amount, 'currencyID'),
      breakdowns,
    });
  }

  private taxId(node: XmlNode, party: XmlNode | null): void {
    const of = ublRoles.get(party?.local ?? '') ?? 'other';
    for (const id of childrenOf(node, 'CompanyID')) {
      this.into.taxIds.push({ at: this.into.mark(id), of, text: textOf(id), vat: isVat(node) });
    }
  }

  private address(node: XmlNode, parent: XmlNode, party: XmlNode | null): void {
    const own = party !== null && (parent === party || parent.parent === party);
    const of = own ? ublRoles.get(party.local) : undefined;
    if (of === undefined) return;
    const country = written(down(node, 'Country'), 'IdentificationCode');
    this.into.addresses.push({ at: `${of}.address`, of, country });
  }

  private deliveryLocation(node: XmlNode, parent: XmlNode): void {
    if (parent.local !== 'Delivery') return;
    const id = child(node, 'ID');
    if (id !== null) this.into.code('locationScheme', id, 'schemeID');
    for (const address of childrenOf(node, 'Address')) {
      const country = written(down(address, 'Country'), 'IdentificationCode');
      this.into.addresses.push({ at: this.into.mark(address), of: 'delivery', country });
    }
  }

  private period(node: XmlNode, parent: XmlNode): void {
    const inLine = isLine(parent.local);
    this.into.periods.push({
      at: this.into.mark(node),
      level: inLine ? 'line' : 'document',
      start: written(node, 'StartDate'),
      end: written(node, 'EndDate'),
      code: written(node, 'DescriptionCode'),
    });
    for (const code of childrenOf(node, 'DescriptionCode')) this.into.code('vatDate', code);
  }

  private meansOf(node: XmlNode): void {
    const { into } = this;
    const all = (group: string, local: string): TextOccurrence[] =>
      childrenOf(node, group).map((one) => ({ at: into.mark(one), text: written(one, local) }));
    into.means.push({
      at: into.mark(node),
      code: written(node, 'PaymentMeansCode'),
      accounts: all('PayeeFinancialAccount', 'ID'),
      cards: all('CardAccount', 'PrimaryAccountNumberID'),
    });
    const code = child(node, 'PaymentMeansCode');
    if (code !== null) into.code('means', code);
  }
}

export function ublOccurrences(root: XmlNode): Found {
  return new UblWalk(root).run();
}
