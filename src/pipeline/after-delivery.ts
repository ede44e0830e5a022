import type { Delivery } from '../domain/delivery.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import { judgeTransition } from '../lifecycle/transitions.js';
import { availableAt } from '../lifecycle/works-route.js';
import type { Clock } from '../ports/clock.js';
import type { InvoiceRow, StoreTransaction } from '../ports/store.js';
import { notSent } from './commit.js';
import type { LifePolicy } from './life-work.js';
import { notePivots } from './pivot-statuses.js';

export interface AfterDeliveryOptions {
  readonly clock: Clock;
  readonly partners: ReadonlyMap<string, Partner>;
  /** When an invoice is available to its recipient: its pivot is written, or fetched. */
  readonly availableWhen: 'written' | 'fetched';
  readonly life: LifePolicy;
}

export interface AfterDelivery {
  /** What follows a delivery, in the transaction that records it. A file that is sent again changes no status. */
  delivered(tx: StoreTransaction, delivery: Delivery): Promise<void>;
  /** What follows that partners have fetched deliveries, by their ids, in the transaction that notes it. */
  fetched(tx: StoreTransaction, deliveries: readonly string[]): Promise<void>;
}

/**
 * The invoices of a pivot are available to their recipient (status 03), or to the step of a works route that has them,
 * once it is written or fetched; that a pivot was fetched is a status of its flow (92).
 */
export function afterDelivery(options: AfterDeliveryOptions): AfterDelivery {
  const { clock, availableWhen } = options;

  async function delivered(tx: StoreTransaction, delivery: Delivery): Promise<void> {
    const at = clock.now().toISOString();
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
    if (again || delivery.kind !== 'pivot' || availableWhen !== 'written') return;
    await makeAvailable(tx, delivery, at);
  }

  async function fetched(tx: StoreTransaction, deliveries: readonly string[]): Promise<void> {
    const at = clock.now().toISOString();
    for (const id of deliveries) {
      const pivot = await tx.pivot(id);
      if (pivot === null) continue;
      await notePivots(tx, [{ pivot, code: '92', comment: null }], 'engine', options.life, at);
      if (availableWhen === 'fetched') await makeAvailable(tx, pivot, at);
    }
  }

  async function makeAvailable(
    tx: StoreTransaction,
    { id, flow: flowId }: Pick<Delivery, 'id' | 'flow'>,
    at: string,
  ): Promise<void> {
    const flow = flowId === null ? null : await tx.flow(flowId);
    if (flow === null) return;
    const told = options.partners.get(flow.partner)?.lifecycle === true;
    for (const row of await tx.invoicesOfDelivery(id)) {
      const code = await availableStatus(tx, row);
      if (code === null) continue;
      const status = { id: newId(), invoice: row.id, partner: flow.partner, code, at, comment: null };
      await tx.insertStatuses([{ ...status, delivery: told ? null : notSent }]);
      await tx.setInvoiceStatus(row.id, code);
    }
  }

  return { delivered, fetched };
}

/**
 * What a pivot makes an invoice available to: its recipient, or the step of a works route that has it. Null where that
 * says nothing new: whoever gets it has gone on already, or it is only told of a complement.
 */
async function availableStatus(tx: StoreTransaction, row: InvoiceRow): Promise<string | null> {
  if (row.status === firstStatuses.onItsWay) return firstStatuses.available;
  const works = await tx.works(row.id);
  const to = (works === null ? null : availableAt(works.route)) ?? firstStatuses.available;
  const asked = { from: row.status, to, role: 'chorus', reason: null, comment: null } as const;
  return judgeTransition(asked).ok ? to : null;
}
