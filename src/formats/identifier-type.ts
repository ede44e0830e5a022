import { type IdentifierType, isSiretShape } from '../domain/identifiers.js';

/** Spellings of the kinds of identifier (DOMAIN 3.3): Chorus' own codes, the API's names, ISO 6523 codes. */
const spellings: ReadonlyMap<string, IdentifierType> = new Map([
  ['1', '1'],
  ['SIRET', '1'],
  ['0009', '1'],
  ['2', '2'],
  ['UE_HORS_FRANCE', '2'],
  ['0223', '2'],
  ['3', '3'],
  ['ETR', '3'],
  ['HORS_UE', '3'],
  ['0227', '3'],
  ['4', '4'],
  ['RIDET', '4'],
  ['0228', '4'],
  ['5', '5'],
  ['TAHITI', '5'],
  ['0229', '5'],
  ['6', '6'],
  ['AUTRE', '6'],
  ['7', '7'],
  ['PARTICULIER', '7'],
]);

/** Every spelling of a kind that says more than "an identifier", for conditions of term tables. */
export const knownSpellings = [...spellings.keys()].join('|');

/**
 * The kind of an identifier by the sender's spelling; null when it is absent or not understood. `0002` is the code
 * of SIREN, which official samples write before a SIRET: it counts as one when 14 digits follow (DOMAIN 3.3).
 */
export function identifierTypeOf(raw: string | null, id: string | null): IdentifierType | null {
  if (raw === null) return null;
  if (raw === '0002') return id !== null && isSiretShape(id) ? '1' : null;
  return spellings.get(raw.toUpperCase()) ?? null;
}
