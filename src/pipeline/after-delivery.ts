import type { Delivery } from '../domain/delivery.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import type { Clock } from '../ports/clock.js';
import type { StoreTransaction } from '../ports/store.js';
import { notSent } from './commit.js';

/**
 * What follows a delivery, in the transaction that records it: the invoices of a written pivot are available to
 * their recipient (status 03), and the audit trail says so. A file that is sent again changes no status.
 */
export function statusAfterDelivery(options: { clock: Clock; partners: ReadonlyMap<string, Partner> }) {
  return async (tx: StoreTransaction, delivery: Delivery): Promise<void> => {
    const at = options.clock.now().toISOString();
    const again = delivery.deliveredAt !== null;
    await tx.insertEvents([
      {
        at,
        actor: 'engine',
        kind: 'delivered',
        flow: delivery.flow,
        invoice: null,
        text: `remis ${again ? 'de nouveau ' : ''}à ${delivery.partner} : ${delivery.name}`,
      },
    ]);
    if (again || delivery.kind !== 'pivot' || delivery.flow === null) return;
    const flow = await tx.flow(delivery.flow);
    if (flow === null) return;
    const told = options.partners.get(flow.partner)?.lifecycle === true;
    const invoices = await tx.invoicesOfDelivery(delivery.id);
    await tx.insertStatuses(
      invoices.map((row) => ({
        id: newId(),
        invoice: row.id,
        partner: flow.partner,
        code: firstStatuses.available,
        at,
        comment: null,
        delivery: told ? null : notSent,
      })),
    );
    for (const row of invoices) await tx.setInvoiceStatus(row.id, firstStatuses.available);
  };
}
