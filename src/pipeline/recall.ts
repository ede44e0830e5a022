import { newId } from '../domain/ids.js';
import type { InvoiceMove } from '../domain/invoice-move.js';
import type { WorksRoute } from '../domain/works.js';
import { Fault } from '../errors.js';
import { arrivalOf, availableAt } from '../lifecycle/works-route.js';
import type { Clock } from '../ports/clock.js';
import type { InvoiceRow, Store, StoreTransaction } from '../ports/store.js';
import type { PivotCarrier } from '../ports/store-invoices.js';
import type { StatusTarget } from '../ports/store-life.js';
import { type MoveOrder, moveEvent, moveRefused } from './move.js';

export interface RecallOrder extends MoveOrder {
  readonly reason: string;
}

const wanted =
  "elle ne peut être rappelée qu'avant que son destinataire (ou qui la valide) ne s'en soit saisi : aux statuts 02 et 03, fichier pivot non relevé.";

/**
 * Keeps the wish of an issuer to have an invoice back that no recipient has fetched yet. It is carried out by whoever
 * writes to the folders (`createRecaller`): the engine that runs, or the command itself under the engine's lease.
 * @returns the id of the order
 * @throws Fault NOT_FOUND; MOVE_REFUSED (French), when it is too late already or somebody else has asked.
 */
export async function askRecall(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  order: RecallOrder,
): Promise<string> {
  const row = await store.invoice(order.invoice);
  if (row === null) throw new Fault('NOT_FOUND', `no invoice has the id ${order.invoice}`);
  return store.transaction(async (tx) => {
    const at = clock.now().toISOString();
    await recallable(tx, row);
    const move: InvoiceMove = {
      id: newId(),
      invoice: row.id,
      kind: 'recalled',
      state: 'asked',
      by: order.by,
      at,
      reason: order.reason,
      endedAt: null,
      outcome: null,
      facts: {},
    };
    if (!(await tx.insertMove(move))) throw moveRefused(row, 'son rappel est déjà demandé.');
    const text = `rappel demandé de la facture ${row.number ?? ''}`;
    await tx.insertEvents([moveEvent(row, order, at, 'recall-asked', text)]);
    return move.id;
  });
}

/** An invoice that may be recalled, and the pivots that carry it. */
export interface Recallable {
  readonly target: StatusTarget;
  readonly carriers: readonly PivotCarrier[];
}

/** @throws Fault MOVE_REFUSED, saying in French where the invoice stands. */
export async function recallable(tx: StoreTransaction, row: InvoiceRow): Promise<Recallable> {
  const target = await tx.movable(row.id);
  if (target === null) {
    throw new Fault(
      'MOVE_REFUSED',
      `La facture ${row.number ?? ''} n'a pas été intégrée : il n'y a rien à rappeler.`,
      { number: row.number, status: null },
    );
  }
  const { invoice } = target;
  const works = await tx.works(row.id);
  if (!atStart(invoice.status, works?.route ?? null)) throw moveRefused(invoice, wanted);
  const carriers = await tx.carriers(row.id);
  for (const carrier of carriers) mustBeOurs(invoice, carrier);
  return { target, carriers };
}

/** On its way to its recipient, or to the first who validates it; available, and nobody has spoken of it. */
function atStart(status: string | null, route: WorksRoute | null): boolean {
  const step = route?.steps[route.at];
  if (route === null) return status === '02' || status === '03';
  if (step === undefined || route.at > 0 || route.acts.length > 0) return false;
  return status === arrivalOf(step) || status === availableAt(route);
}

function mustBeOurs(invoice: InvoiceRow, { known, name, partner, state, deliveredAt }: PivotCarrier): void {
  if (known)
    throw moveRefused(
      invoice,
      `${partner} a relevé ou reçu le fichier pivot ${name}, il est trop tard pour la rappeler. Convenez avec le destinataire d'un rejet (05), ou déposez un avoir.`,
    );
  if (state === 'pending' && deliveredAt !== null)
    throw moveRefused(
      invoice,
      `le fichier pivot ${name} a été remis puis redemandé, on ne sait pas si ${partner} l'a déjà lu. Attendez qu'il soit remis de nouveau.`,
    );
}
