import type { Delivery } from '../domain/delivery.js';
import type { Actor } from '../domain/flow.js';
import { Fault } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';

/** What becomes of a delivery that is asked for again. */
export type ResendResult = 'queued' | 'waiting' | 'there';

export const resendWords = {
  queued: 'sera écrit de nouveau, sous le même nom et avec les mêmes octets',
  waiting: "attend déjà d'être écrit : rien n'est changé",
  there: "est encore dans le dossier du partenaire : il n'est pas écrit de nouveau",
} as const satisfies Record<ResendResult, string>;

export interface ResendPorts {
  readonly store: Store;
  readonly clock: Clock;
  /** Whether a file still stands in the partner's folder; null when the folder does not answer. */
  readonly isThere: (delivery: Delivery) => Promise<boolean | null>;
}

/**
 * Puts a delivery back in the outbox, from which it is written as it was before; one whose file still stands in the
 * folder is said to be there. Kept in the audit trail with who and why.
 * @throws Fault MOVE_REFUSED for one that was recalled; CONTENT_PURGED.
 */
export async function resendDelivery(
  { store, clock, isThere }: ResendPorts,
  delivery: Delivery,
  order: { readonly by: Actor; readonly reason: string | null },
): Promise<{ readonly result: ResendResult; readonly at: string }> {
  if (delivery.state === 'withdrawn')
    throw new Fault('MOVE_REFUSED', `${delivery.name} a été rappelé : il n'est plus jamais écrit`);
  const result = await resultFor(delivery, isThere);
  const at = clock.now().toISOString();
  await store.transaction(async (tx) => {
    if (await tx.deliveryGone(delivery.id))
      throw new Fault(
        'CONTENT_PURGED',
        `${delivery.name} cannot be sent again: its content was purged or erased, see \`ecluse flows show\``,
        { delivery: delivery.id },
      );
    if (result === 'queued') await tx.resendDelivery(delivery.id);
    const why = order.reason === null ? '' : ` (${order.reason})`;
    const text = `renvoi demandé : ${delivery.name}, à ${delivery.partner}, ${resendWords[result]}${why}`;
    await tx.insertEvents([
      { at, actor: order.by, kind: 'resend', flow: delivery.flow, invoice: null, text },
    ]);
  });
  return { result, at };
}

async function resultFor(delivery: Delivery, isThere: ResendPorts['isThere']): Promise<ResendResult> {
  if (delivery.state === 'pending') return 'waiting';
  // One that failed is tried again whatever stands there: the engine compares the bytes.
  if (delivery.state === 'failed') return 'queued';
  return (await isThere(delivery)) === true ? 'there' : 'queued';
}
