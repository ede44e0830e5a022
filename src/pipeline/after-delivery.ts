import type { Delivery } from '../domain/delivery.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import { judgeTransition } from '../lifecycle/transitions.js';
import { availableAt } from '../lifecycle/works-route.js';
import type { Clock } from '../ports/clock.js';
import type { InvoiceRow, StoreTransaction } from '../ports/store.js';
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
    for (const row of invoices) {
      const code = await availableStatus(tx, row);
      if (code === null) continue;
      const status = { id: newId(), invoice: row.id, partner: flow.partner, code, at, comment: null };
      await tx.insertStatuses([{ ...status, delivery: told ? null : notSent }]);
      await tx.setInvoiceStatus(row.id, code);
    }
  };
}

/**
 * What a written pivot makes an invoice available to: its recipient, or the step of a works route that has it. Null
 * where that says nothing new: whoever gets it has gone on already, or it is only told of a complement.
 */
async function availableStatus(tx: StoreTransaction, row: InvoiceRow): Promise<string | null> {
  if (row.status === firstStatuses.onItsWay) return firstStatuses.available;
  const works = await tx.works(row.id);
  const to = (works === null ? null : availableAt(works.route)) ?? firstStatuses.available;
  const asked = { from: row.status, to, role: 'chorus', reason: null, comment: null } as const;
  return judgeTransition(asked).ok ? to : null;
}
