import type { IdentifierType } from '../../domain/identifiers.js';

/**
 * What no published text says about PES Facture in Chorus Pro (PES 8: no official mapping is known): each choice of
 * ours stands here under the name that docs/pes.md explains it by.
 */

/** type-facture: kinds that are an invoice or a credit note; any other is refused by `ECL-PES-TYPE`. */
export const typeCodes: ReadonlyMap<string, string> = new Map([
  ['01', '380'],
  ['03', '381'],
  ['06', '380'],
]);
export const typeWhenAbsent = '380';

/** cadre: none is written; a statement of a purchasing card is paid already. */
export const paidKind = '06';
export const paidCadre = 'A2';

/** nature-identifiant: NatIdTiers whose meaning Chorus knows; SIREN, FINESS and NIR are refused by `ECL-PES-ID-KIND`. */
export const identifierTypes: ReadonlyMap<string, IdentifierType> = new Map([
  ['01', '1'],
  ['05', '2'],
  ['06', '3'],
  ['08', '4'],
  ['07', '5'],
  ['09', '6'],
]);

/** devise */
export const currency = 'EUR';

/** mode-paiement: a transfer where an account is written, else an instrument that is not defined. */
export const meansWithAccount = '30';
export const meansWithout = '01';

/** type-pj: every PJ is complementary; the lists of kinds have nothing in common. */
export const pieceType = '02';

/**
 * references: words before a value in TexteGenerateur, the one free text of an invoice that nothing else needs:
 * `ENGAGEMENT:EJ123 MARCHE:M-7 SERVICE:FACTURES`.
 */
export const referenceWords = {
  engagement: /(?:^|[\s;,])ENGAGEMENT\s*[:=]\s*([^\s;,]+)/i,
  market: /(?:^|[\s;,])MARCH[EÉ]\s*[:=]\s*([^\s;,]+)/i,
  service: /(?:^|[\s;,])SERVICE\s*[:=]\s*([^\s;,]+)/i,
} as const;
