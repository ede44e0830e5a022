import { brFrEntries } from './br-fr.js';
import { ciiEntries } from './cii.js';
import { decimalsEntries, en16931Texts } from './en16931.js';
import { peppolEntries } from './peppol.js';
import { type Entry, entriesOf, type FrenchText, frenchText } from './text.js';
import { ublEntries } from './ubl.js';
import { vatTexts } from './vat.js';

export type { FrenchText } from './text.js';

const families: readonly (() => readonly Entry[])[] = [
  () => entriesOf(en16931Texts),
  decimalsEntries,
  vatTexts,
  brFrEntries,
  ublEntries,
  ciiEntries,
  peppolEntries,
];

let catalogue: ReadonlyMap<string, Entry> | null = null;

/**
 * Our French message and remedy for a rule id of EN 16931, of BR-FR or of Peppol BIS Billing 3, whichever pack and
 * version fires it; null for an id we have no text for. The sentences are ours, after the statements of EN 16931-1
 * section 6.4 and of XP Z12-012; where sets give one id to different tests, the text is true for each.
 */
export function frenchTextOf(id: string): FrenchText | null {
  catalogue ??= new Map(families.flatMap((entries) => entries()).map((entry) => [entry[0], entry]));
  const entry = catalogue.get(id);
  return entry === undefined ? null : frenchText(entry);
}

/** Every rule id that has a text. */
export function idsWithText(): readonly string[] {
  return families.flatMap((entries) => entries()).map(([id]) => id);
}
