import type { Entry } from './text.js';

/** A part of a document, and how one speaks of it. */
export interface Place {
  /** With the article of « de »: "du vendeur (BG-4)". */
  readonly of: string;
  /** Its terms and groups, by which findings are filed. */
  readonly terms: readonly string[];
  /** Where the sender puts what is found there, an order that ends the remedy; undefined: just take it away. */
  readonly instead?: string;
}

/** What one syntax says of its elements that the norm does not use. */
export interface Vocabulary {
  /** Rules by ids in a row: `first number|path of the parent|element element ...`. */
  readonly rows: string;
  /** Digits of the number in an id, and what stands before it. */
  readonly id: (number: number) => string;
  /** French names of elements, `element|name with its article, singular`. */
  readonly names: string;
  /** Parts by path of the parent, `path|of|terms|instead`. */
  readonly places: string;
  /** Remedies of single rules, `number|instead`. */
  readonly instead: string;
  /** Elements that only machines read: no remedy but to take them away. */
  readonly technical: string;
  /** Path of an element as the remedy shows it. */
  readonly shown: (path: string) => string;
}

function pairs(table: string): ReadonlyMap<string, string> {
  return new Map(
    table
      .trim()
      .split('\n')
      .map((row): [string, string] => {
        const cut = row.indexOf('|');
        return [row.slice(0, cut), row.slice(cut + 1)];
      }),
  );
}

function placesOf(table: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [path, rest] of pairs(table)) {
    const [of = '', terms = '', instead] = rest.split('|');
    const words = terms === '' ? [] : terms.split(' ');
    places.set(path, instead === undefined ? { of, terms: words } : { of, terms: words, instead });
  }
  return places;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** « L'heure d'émission » from « l'heure d'émission »; an attribute is named as such. */
function subject(leaf: string, name: string): string {
  return leaf.startsWith('@') ? `L'attribut ${leaf.slice(1)}` : `${capital(name)} (${leaf})`;
}

/** Entries for every rule that says that an element or an attribute is not used. */
export function unusedEntries(vocabulary: Vocabulary): Entry[] {
  const { id, rows, shown } = vocabulary;
  const names = pairs(vocabulary.names);
  const places = placesOf(vocabulary.places);
  const special = pairs(vocabulary.instead);
  const technical = new Set(vocabulary.technical.split(/\s+/));
  return [...rows.trim().split('\n')].flatMap((row) => {
    const [first = '', path = '', leaves = ''] = row.split('|');
    const place = places.get(path);
    if (place === undefined) throw new Error(`no words for the place ${path}`);
    return leaves.split(' ').map((leaf, i): Entry => {
      const number = Number(first) + i;
      const name = names.get(leaf.split('/').at(-1) ?? '') ?? '';
      const whole = leaf.startsWith('@') ? shown(path) : shown(path === '' ? leaf : `${path}/${leaf}`);
      const what = leaf.startsWith('@') ? `l'attribut ${leaf.slice(1)} de ${whole}` : `l'élément ${whole}`;
      const instead = special.get(String(number)) ?? (technical.has(leaf) ? undefined : place.instead);
      return [
        id(number),
        `${subject(leaf, name)} ${place.of} ne fait pas partie de la norme EN 16931.`,
        instead === undefined ? `Retirez ${what}.` : `Retirez ${what} ; ${instead}.`,
        place.terms,
      ];
    });
  });
}
