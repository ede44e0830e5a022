import type { DeliveryPart } from '../domain/delivery.js';
import { Fault } from '../errors.js';
import { type EnvelopeFacts, envelope } from './envelope.js';
import type { PivotSkeleton } from './pivot.js';
import { writeFragment } from './xml.js';

export interface PivotWithoutInput extends EnvelopeFacts {
  /** A pivot that we wrote. */
  readonly body: string;
  readonly parts: readonly DeliveryPart[];
  /** The invoice that is to be left out. */
  readonly number: string;
  readonly supplierId: string;
}

const unit = /^ *<CPPFacturePivotUnitaire NumOrdre="\d+">\n[\s\S]*?\n *<\/CPPFacturePivotUnitaire>\n/gm;

/**
 * One of our pivots again, under another name and without one of its invoices; the blocks of the others stay as they
 * are, to the letter. Null when no invoice is left.
 * @throws Fault INTERNAL when it does not hold that invoice exactly once.
 */
export function pivotWithout(input: PivotWithoutInput): PivotSkeleton | null {
  // Text that a sender wrote has its `<` escaped: these tags are ours.
  const units = input.body.match(unit) ?? [];
  const left = units.filter((text) => !isOf(text, input));
  if (left.length !== units.length - 1) {
    throw new Fault('INTERNAL', `the pivot does not hold invoice ${input.number} exactly once`, {
      number: input.number,
    });
  }
  if (left.length === 0) return null;
  const renumbered = left.map((text, index) => text.replace(/NumOrdre="\d+"/, `NumOrdre="${index + 1}"`));
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<CPPFacturePivot>\n${writeFragment(envelope(input), '  ')}  <CPPFactures Compteur="${left.length}">\n${renumbered.join('')}  </CPPFactures>\n</CPPFacturePivot>\n`;
  return { body, parts: input.parts.filter(({ token }) => body.includes(token)) };
}

function isOf(text: string, { number, supplierId }: PivotWithoutInput): boolean {
  const supplier = /<Fournisseur>[\s\S]*?<Identifiant>([^<]*)<\/Identifiant>/.exec(text)?.[1] ?? '';
  const id = /<DonneesFacture>\s*<Id>([^<]*)<\/Id>/.exec(text)?.[1] ?? '';
  return plain(id) === number && plain(supplier).toUpperCase() === supplierId.toUpperCase();
}

function plain(text: string): string {
  return text
    .replaceAll('&#13;', '\r')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
