import type { Address, ChorusParty, Contact, Identifier, Party } from '../domain/invoice.js';
import { identifierTypeOf } from './identifier-type.js';
import type { View } from './shape.js';

/** A party; of an absent group, one of which nothing is known. */
export function partyOf(view: View): Party {
  return {
    name: view.text('name'),
    tradingName: view.text('tradingName'),
    vatId: view.text('vatId'),
    taxRegistrationId: view.text('taxRegistrationId'),
    legalForm: view.text('legalForm'),
    identifiers: view.all('identifiers').flatMap((one) => identifierOf(one) ?? []),
    legalId: identifierOf(view.group('legalId')),
    endpoint: identifierOf(view.group('endpoint')),
    address: addressOf(view.group('address')),
    contact: contactOf(view.group('contact')),
  };
}

function identifierOf(view: View): Identifier | null {
  const value = view.text('value');
  return value === null ? null : { value, scheme: view.text('scheme') };
}

/** An address; null when nothing of it is known. */
export function addressOf(view: View): Address | null {
  const read = {
    line1: view.text('line1'),
    line2: view.text('line2'),
    line3: view.text('line3'),
    city: view.text('city'),
    postCode: view.text('postCode'),
    subdivision: view.text('subdivision'),
    country: view.text('country'),
  };
  return isEmpty(read) ? null : read;
}

function contactOf(view: View): Contact | null {
  const read = {
    name: view.text('name'),
    phone: view.text('phone'),
    email: view.text('email'),
  };
  return isEmpty(read) ? null : read;
}

function isEmpty(read: Readonly<Record<string, string | null>>): boolean {
  return Object.values(read).every((value) => value === null);
}

/** A party as Chorus Pro names it: the identifier and its kind are always taken from the same element. */
export function chorusPartyOf(view: View): ChorusParty {
  const element = view.group('id');
  const id = element.text('value');
  const idTypeRaw = element.text('scheme') ?? view.text('ownIdType');
  return {
    idType: identifierTypeOf(idTypeRaw, id),
    idTypeRaw,
    id,
    name: view.text('name'),
    country: view.text('country'),
  };
}
