import { formatDecimal, parseDecimal, sum } from '../../domain/decimal.js';
import type {
  Account,
  Address,
  ChorusParty,
  Invoice,
  Line,
  Party,
  VatBreakdown,
} from '../../domain/invoice.js';
import { safePieceName } from '../pieces.js';
import type { View } from '../shape.js';
import * as choices from './choices.js';
import { countryOfInsee } from './countries.js';

/** The values of PES in the terms of Chorus: codes turned, names put together, what PES lacks filled in (docs/pes.md). */
export function adaptPes(invoice: Invoice, view: View): Invoice {
  const seller = view.group('seller');
  const buyer = view.group('buyer');
  const chorus = view.group('chorus');
  const kind = invoice.typeCode;
  const accounts = view.group('payment').all('accounts').map(accountOf);
  const text = view.text('freeText') ?? '';
  return {
    ...invoice,
    typeCode: kind === null ? choices.typeWhenAbsent : (choices.typeCodes.get(kind) ?? kind),
    currency: choices.currency,
    seller: partyOf(invoice.seller, seller),
    buyer: partyOf(invoice.buyer, buyer),
    payment: {
      ...invoice.payment,
      meansCode: accounts.some(({ id }) => id !== null) ? choices.meansWithAccount : choices.meansWithout,
      accounts,
    },
    totals: {
      ...invoice.totals,
      payable: kind === choices.paidKind ? '0' : invoice.totals.payable,
      prepaid: kind === choices.paidKind ? invoice.totals.taxInclusive : null,
    },
    vatBreakdown: invoice.vatBreakdown.length > 0 ? invoice.vatBreakdown : breakdownOf(view.all('lines')),
    attachments: invoice.attachments.map((one) => ({
      ...one,
      name: one.name === null ? null : safePieceName(one.name),
      chorusType: choices.pieceType,
    })),
    lines: invoice.lines.map((line, i) => lineOf(line, view.all('lines')[i])),
    chorus: {
      ...invoice.chorus,
      cadre: kind === choices.paidKind ? choices.paidCadre : null,
      supplier: supplierOf(chorusPartyOf(invoice.chorus.supplier, seller), chorus.text('collectivity')),
      recipient: chorusPartyOf(invoice.chorus.recipient, buyer),
      serviceCode: reference(text, 'service') ?? invoice.chorus.serviceCode,
      engagement: reference(text, 'engagement'),
      market: reference(text, 'market'),
    },
  };
}

function reference(text: string, name: keyof typeof choices.referenceWords): string | null {
  return choices.referenceWords[name].exec(text)?.[1] ?? null;
}

/** raison-sociale: Nom, ComplNom and, of a person, Prenom, one behind the other. */
function nameOf(view: View): string | null {
  const parts = ['name', 'moreName', 'firstName'].flatMap((term) => view.text(term) ?? []);
  return parts.length === 0 ? null : parts.join(' ');
}

/** pays: CodRes 0 is France; else the number of CodPays, which stays as it is where it is not known. */
function countryOf(address: View): string | null {
  const resident = address.text('resident');
  const number = address.text('countryCode');
  if (resident === '0' || resident === 'false') return 'FR';
  return number === null ? null : (countryOfInsee(number) ?? number);
}

function partyOf(party: Party, view: View): Party {
  const place = view.group('address');
  const address: Address | null =
    party.address === null ? null : { ...party.address, ...linesOf(place), country: countryOf(place) };
  return { ...party, name: nameOf(view), address };
}

/** adresse: Adr2 is the street; it comes first, then what completes it. */
function linesOf(address: View): Pick<Address, 'line1' | 'line2' | 'line3'> {
  const street = address.element('line1') === null ? null : address.text('line1');
  const [line2 = null, line3 = null] = ['line2', 'line3'].flatMap((term) => {
    const text = address.text(term);
    return text === null || text === street ? [] : [text];
  });
  return { line1: street, line2, line3 };
}

function chorusPartyOf(party: ChorusParty, view: View): ChorusParty {
  const kind = party.idTypeRaw;
  return {
    ...party,
    idType: kind === null ? kindOf(party.id) : (choices.identifierTypes.get(kind) ?? null),
    name: nameOf(view),
    country: countryOf(view.group('address')),
  };
}

/** nature-identifiant: 14 digits without NatIdTiers are a SIRET. */
function kindOf(id: string | null): '1' | null {
  return id !== null && /^\d{14}$/.test(id) ? '1' : null;
}

/** fournisseur: an issuer without IdTiers is the collectivity of the header. */
function supplierOf(party: ChorusParty, collectivity: string | null): ChorusParty {
  if (party.id !== null || collectivity === null) return party;
  return { ...party, id: collectivity, idType: '1', idTypeRaw: '01' };
}

/** compte: an IBAN, else the parts of a RIB one behind the other. */
function accountOf(view: View): Account {
  const iban = view.text('bank') === null ? view.text('id') : null;
  const rib = ['bank', 'branch', 'account', 'key'].map((term) => view.text(term) ?? '').join('');
  return { id: iban ?? (rib === '' ? null : rib), name: view.text('name'), bic: view.text('bic') };
}

/** lignes: an amount is one piece of that price; a discount is an amount below zero. */
function lineOf(line: Line, view: View | undefined): Line {
  if (view === undefined || view.text('unitPrice') !== null) return line;
  const turned = view.text('discount') !== null;
  const signed = (text: string | null) => (turned && text !== null ? `-${text.replace(/^\+/, '')}` : text);
  return { ...line, quantity: '1', netPrice: signed(line.netPrice), netAmount: signed(line.netAmount) };
}

/** tva: without DetailTVA the lines are added up by rate, discounts taken off. */
function breakdownOf(lines: readonly View[]): readonly VatBreakdown[] {
  const groups = new Map<string, { rate: string; base: string[]; amount: string[] }>();
  for (const line of lines) {
    const rate = line.text('vatRate');
    const exact = rate === null ? null : parseDecimal(rate);
    if (rate === null || exact === null) return [];
    const group = groups.get(exact.toString()) ?? { rate, base: [], amount: [] };
    groups.set(exact.toString(), group);
    const sign = line.text('discount') === null ? '' : '-';
    group.base.push(sign + (line.text('netAmount') ?? '0'));
    group.amount.push(sign + (line.text('vat') ?? '0'));
  }
  return [...groups.values()].map(({ rate, base, amount }) => ({
    rate,
    base: total(base),
    amount: total(amount),
    category: null,
    exemptionReason: null,
    exemptionCode: null,
  }));
}

function total(texts: readonly string[]): string | null {
  const values = texts.map(parseDecimal);
  return values.every((value) => value !== null) ? formatDecimal(sum(values), 2) : null;
}
