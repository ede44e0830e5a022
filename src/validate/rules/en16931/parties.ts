import type { Party } from '../../../domain/invoice.js';
import type { SchemeOccurrence } from '../../../domain/occurrences.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import { countries } from './code-lists.js';
import type { Facts } from './facts.js';
import { each, isBlank, none, norm, repetitions, severalTimes, violation, when } from './norm.js';

type Addressed = 'seller' | 'buyer' | 'taxRepresentative';

const addressesOf = ({ occurrences }: Facts, of: Addressed) =>
  occurrences.addresses.filter((address) => address.of === of);

/** An address that must be there. */
function hasAddress(id: string, bg: string, of: Addressed): Rule {
  return norm({
    id,
    check: (facts) => {
      if (of === 'taxRepresentative' && facts.invoice.taxRepresentative === null) return none;
      return addressesOf(facts, of).length === 0 ? [violation(`${of}.address`)] : repetitions(facts, bg);
    },
  });
}

/** The country of an address; CII misses it where there is no address too. */
function hasCountry(id: string, of: Addressed): Rule {
  return norm({
    id,
    check: (facts) => {
      if (of === 'taxRepresentative' && facts.invoice.taxRepresentative === null) return none;
      const addresses = addressesOf(facts, of);
      const fails = facts.ubl
        ? addresses.some(({ country }) => isBlank(country))
        : addresses.every(({ country }) => isBlank(country));
      return when(fails, `${of}.address.country`);
    },
  });
}

/** An identifier, where its scheme is missing. */
export function withoutScheme({ at, value }: SchemeOccurrence): Violation {
  return violation(at, null, value === '' ? '' : `Identifiant : « ${value} ».`);
}

/** The electronic address of a party needs a scheme; the text may be missing, not only the attribute, in CII. */
function hasScheme(id: string, of: 'seller' | 'buyer'): Rule {
  return norm({
    id,
    check: ({ ubl, occurrences }) =>
      each(occurrences.schemes, (one) => {
        if (one.of !== of) return null;
        return (ubl ? one.scheme === null : isBlank(one.scheme)) ? withoutScheme(one) : null;
      }),
  });
}

/** What two parties have in common of what tells parties apart. */
function sameParty(payee: Party, seller: Party, ubl: boolean): boolean {
  // UBL compares trading names, where the names of payees stand; CII names, and identifiers without a scheme of their own.
  const sellerName = ubl ? seller.tradingName : seller.name;
  if (payee.name !== null && payee.name === sellerName) return true;
  const comparable = ({ identifiers }: Party) =>
    identifiers.filter(({ scheme }) => ubl || scheme === null).map(({ value }) => value);
  const own = new Set(comparable(seller));
  if (comparable(payee).some((value) => own.has(value))) return true;
  return !ubl && payee.legalId !== null && payee.legalId.value === seller.legalId?.value;
}

const vatPrefixes: ReadonlySet<string> = new Set([...countries, 'EL']);

export const partyRules: readonly Rule[] = [
  norm({
    id: 'BR-06',
    check: (facts) =>
      isBlank(facts.invoice.seller.name) ? [violation('seller.name')] : repetitions(facts, 'BT-27'),
  }),
  norm({
    id: 'BR-07',
    check: (facts) =>
      isBlank(facts.invoice.buyer.name) ? [violation('buyer.name')] : repetitions(facts, 'BT-44'),
  }),
  hasAddress('BR-08', 'BG-5', 'seller'),
  hasCountry('BR-09', 'seller'),
  hasAddress('BR-10', 'BG-8', 'buyer'),
  hasCountry('BR-11', 'buyer'),
  norm({
    id: 'BR-17',
    check: ({ ubl, invoice: { payee, seller } }) => {
      if (payee === null) return none;
      return when(payee.name === null || sameParty(payee, seller, ubl), 'payee.name', payee.name);
    },
  }),
  norm({
    id: 'BR-18',
    check: (facts) => {
      const { taxRepresentative } = facts.invoice;
      if (taxRepresentative === null) return none;
      return isBlank(taxRepresentative.name)
        ? [violation('taxRepresentative.name')]
        : repetitions(facts, 'BT-62');
    },
  }),
  hasAddress('BR-19', 'BG-12', 'taxRepresentative'),
  hasCountry('BR-20', 'taxRepresentative'),
  norm({
    id: 'BR-56',
    check: ({ ubl, invoice, occurrences }) => {
      if (invoice.taxRepresentative === null) return none;
      const ids = occurrences.taxIds.filter(({ of, vat }) => vat && of === 'taxRepresentative');
      const [, second] = ubl ? [] : ids;
      if (second !== undefined) return [severalTimes(second.at, 'BT-63')];
      return when(!ids.some(({ text }) => ubl || !isBlank(text)), 'taxRepresentative.vatId');
    },
  }),
  norm({
    id: 'BR-57',
    check: ({ ubl, occurrences }) =>
      each(occurrences.addresses, ({ of, at, country }) =>
        of === 'delivery' && (ubl ? country === null : isBlank(country)) ? violation(at) : null,
      ),
  }),
  hasScheme('BR-62', 'seller'),
  hasScheme('BR-63', 'buyer'),
  norm({
    id: 'BR-CO-09',
    check: ({ ubl, occurrences }) =>
      each(occurrences.taxIds, ({ at, vat, text }) => {
        // In UBL, a blank before the number is let pass, and what is too short to begin with a country.
        const id = ubl ? text.replace(/^ /, '') : text;
        if (!vat || (ubl && /^[A-Z]?$/.test(id))) return null;
        return vatPrefixes.has(id.slice(0, 2)) ? null : violation(at, text.trim());
      }),
  }),
  norm({
    id: 'BR-CO-26',
    check: (facts) => {
      const { identifiers, legalId } = facts.invoice.seller;
      const identified = identifiers.length > 0 || legalId !== null || facts.hasTaxId('seller', 'vat');
      return when(facts.occurrences.hasSeller && !identified, 'seller.identifiers');
    },
  }),
];
