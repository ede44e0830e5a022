import { dayInParis, isCalendarDay } from '../domain/dates.js';
import type { DeliveryPart } from '../domain/delivery.js';
import type { WorksAct } from '../domain/works.js';
import { type EnvelopeFacts, envelope } from './envelope.js';
import { type PivotInvoice, type PivotSkeleton, type Resend, unitaire } from './pivot.js';
import { group, leaf, optionalLeaf, writeDocument, type XmlElement } from './xml.js';

/** The block of one invoice, kept until its pivot is written: of works invoices, whose recipient comes last. */
export interface KeptInvoice {
  readonly block: XmlElement;
  readonly parts: readonly DeliveryPart[];
}

/**
 * An invoice as a pivot written later will hold it; JSON keeps it whole.
 * @throws Fault INTERNAL as `pivotSkeleton` does.
 */
export function keptInvoice(item: PivotInvoice): KeptInvoice {
  return {
    block: unitaire(item, 0),
    parts: item.pieces.map(({ token, archiveKey }) => ({ token, archiveKey })),
  };
}

/** The invoice as a pivot holds it that sends it again. */
export function withResend(kept: KeptInvoice, resend: Resend): KeptInvoice {
  const content = elementsOf(kept.block).map((element) =>
    element.name === 'DonneesFacture'
      ? {
          ...element,
          content: elementsOf(element).flatMap((inner) => {
            if (inner.name === 'Renvoi') return [];
            return inner.name === 'Id' ? [inner, leaf('Renvoi', resend)] : [inner];
          }),
        }
      : element,
  );
  return { ...kept, block: { ...kept.block, content } };
}

export interface KeptPivotInput extends EnvelopeFacts {
  readonly kept: KeptInvoice;
  /** What was done by those who validate it, oldest first. */
  readonly acts: readonly WorksAct[];
  /** When it was made available to the MOE; null when it was not. */
  readonly availableToMoeAt: Date | null;
}

/** The pivot of one kept invoice, with what was done on its way (CPPFacturePivot V2_02, `CycleDeValidation`). */
export function keptPivot(input: KeptPivotInput): PivotSkeleton {
  const block = withAvailability(input.kept.block, input.availableToMoeAt);
  const acts = input.acts.filter((act) => isCalendarDay(act.at.slice(0, 10)));
  const content = [...elementsOf(block), ...(acts.length === 0 ? [] : [cycle(acts)])];
  const body = writeDocument(
    group('CPPFacturePivot', [
      envelope(input),
      group('CPPFactures', [{ ...block, content }], { Compteur: '1' }),
    ]),
  );
  return { body, parts: input.kept.parts };
}

function elementsOf({ content }: XmlElement): readonly XmlElement[] {
  return typeof content === 'string' ? [] : content;
}

/** `DateMiseADispositionMOE` follows `DateReception`. */
function withAvailability(block: XmlElement, at: Date | null): XmlElement {
  if (at === null) return block;
  const content = elementsOf(block).map((element) =>
    element.name === 'DonneesFacture'
      ? {
          ...element,
          content: elementsOf(element).flatMap((inner) =>
            inner.name === 'DateReception'
              ? [inner, leaf('DateMiseADispositionMOE', dayInParis(at))]
              : [inner],
          ),
        }
      : element,
  );
  return { ...block, content };
}

function cycle(acts: readonly WorksAct[]): XmlElement {
  return group(
    'CycleDeValidation',
    acts.map(({ step, code, at, reason, comment }) =>
      group('ValidationUnitaire', [
        leaf('DateStatut', dayInParis(new Date(at))),
        leaf('CodeStatut', code),
        optionalLeaf('ComplementStatut', reason),
        optionalLeaf('Commentaire', comment),
        group('ProducteurStatut', [
          // A person (7) has no place there; 6 is the nearest.
          leaf('TypeIdentifiant', /^[1-6]$/.test(step.idType) ? step.idType : '6'),
          leaf('Id', step.id),
          leaf('RaisonSociale', step.name ?? step.id),
          leaf('CodePays', /^[A-Z]{2}$/.test(step.country ?? '') ? (step.country ?? 'FR') : 'FR'),
        ]),
      ]),
    ),
  );
}
