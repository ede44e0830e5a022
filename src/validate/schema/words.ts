import { shownValue } from '../../domain/finding.js';

/** What a value of a type looks like, in words. Types of XML Schema, then those of schemas/cpp. */
const typeWords: Readonly<Record<string, string>> = {
  'xs:date': 'une date, AAAA-MM-JJ',
  'xs:dateTime': 'une date et une heure, AAAA-MM-JJThh:mm:ss',
  'xs:time': 'une heure, hh:mm:ss',
  'xs:decimal': 'un nombre, par exemple 1234.56',
  'xs:integer': 'un nombre entier',
  'xs:nonNegativeInteger': 'un nombre entier, 0 ou plus',
  'xs:boolean': 'true, false, 1 ou 0',
  'xs:base64Binary': 'du base64',
  'xs:anyURI': 'une adresse (URI)',
  'xs:language': 'un code de langue, par exemple fr ou fr-FR',
  'xs:string': 'un texte',
  'xs:normalizedString': 'un texte',
  'xs:token': 'un texte',
  kind1to7: 'un chiffre de 1 à 7',
  kind1to6: 'un chiffre de 1 à 6',
  kindSiret: '1 (SIRET)',
  fourDigits: 'quatre chiffres',
  number4: 'quatre chiffres',
};

/** What a value of this type looks like; a plain phrase where the type has no name or is not one we know. */
export function typePhrase(type: string | null): string {
  return (
    (type === null ? undefined : typeWords[type.replace(/^\{[^}]*\}/, '')]) ?? 'la forme que le schéma exige'
  );
}

/** What to do about a value that does not have the form of its type. */
export function typeRemedy(type: string | null, value: string): string {
  const name = type?.replace(/^\{[^}]*\}/, '') ?? '';
  if (value.trim() === '') return "Renseignez la valeur, ou retirez l'élément s'il est facultatif.";
  if (/^-?[\d\s.\u00a0]*,\d+$/.test(value.trim()))
    return 'Écrivez le nombre avec un point, sans virgule ni espace, par exemple 1234.56.';
  if (name === 'xs:decimal')
    return 'Écrivez un nombre sans espace, sans symbole et avec un point, par exemple 1234.56.';
  if (name === 'xs:date') return 'Écrivez la date sous la forme AAAA-MM-JJ, par exemple 2025-01-31.';
  if (name === 'xs:base64Binary') return 'Codez de nouveau le contenu en base64.';
  return `Remplacez la valeur ; attendu : ${typePhrase(type)}.`;
}

/** `a`, `a ou b`, `a, b ou c`; of more than `max`, the first ones and the last: that is the one required. */
export function oneOf(items: readonly string[], max = 6): string {
  const last = items.at(-1) ?? '';
  if (items.length < 2) return last;
  if (items.length > max) return `${items.slice(0, max - 2).join(', ')}, … ou ${last}`;
  return `${items.slice(0, -1).join(', ')} ou ${last}`;
}

/** libxml2 names at most this many of the elements that may follow; a longer list is cut at its end. */
const listedMax = 10;

/** The elements that may follow; the last one of a whole list is the one required. */
export function nextOf(names: readonly string[]): { readonly words: string; readonly whole: boolean } {
  if (names.length < listedMax) return { words: oneOf(names), whole: true };
  return { words: `${names.slice(0, 5).join(', ')}, …`, whole: false };
}

/** A value fit to be shown: flat, short, and never a whole IBAN. */
export function safeValue(value: string): string {
  const flat = shownValue(value);
  return /^[A-Z]{2}\d{2}[A-Z0-9 ]{10,38}$/.test(flat) ? `${flat.slice(0, 4)}…${flat.slice(-3)}` : flat;
}

/** « value », or a word for the empty one. */
export function quoted(value: string): string {
  return value.trim() === '' ? 'vide' : `« ${safeValue(value)} »`;
}

const usualPrefixes: Readonly<Record<string, string>> = {
  'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2': 'cac',
  'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2': 'cbc',
  'urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2': 'ext',
  'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100': 'rsm',
  'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100': 'ram',
  'urn:un:unece:uncefact:data:standard:QualifiedDataType:100': 'qdt',
  'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100': 'udt',
};

/** A name of libxml2 (`{uri}local`) with the sender's prefix, or else the usual one. */
export function prefixed(name: string, inScope: Readonly<Record<string, string>>): string {
  const [, uri, local = name] = /^\{([^}]*)\}(.*)$/.exec(name) ?? [];
  if (uri === undefined) return shownValue(local);
  const usual = Object.hasOwn(usualPrefixes, uri) ? usualPrefixes[uri] : undefined;
  const own = Object.entries(inScope).find(([, bound]) => bound === uri)?.[0] ?? usual ?? '';
  // A document may name an element with a megabyte.
  return shownValue(own === '' ? local : `${own}:${local}`);
}
