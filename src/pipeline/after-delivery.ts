import type { Delivery } from '../domain/delivery.js';
import type { AuditEvent } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import { judgeTransition } from '../lifecycle/transitions.js';
import { availableAt } from '../lifecycle/works-route.js';
import type { Clock } from '../ports/clock.js';
import type { InvoiceRow, StatusRow, StoreTransaction } from '../ports/store.js';
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
  /** What follows deliveries, in the transaction that records them. A file that is sent again changes no status. */
  delivered(tx: StoreTransaction, deliveries: readonly Delivery[]): Promise<void>;
  /** What follows that partners have fetched deliveries, by their ids, in the transaction that notes it. */
  fetched(tx: StoreTransaction, deliveries: readonly string[]): Promise<void>;
}

/**
 * The invoices of a pivot are available to their recipient (status 03), or to the step of a works route that has them,
 * once it is written or fetched; that a pivot was fetched is a status of its flow (92).
 */
export function afterDelivery(options: AfterDeliveryOptions): AfterDelivery {
  const { clock, availableWhen } = options;

  async function delivered(tx: StoreTransaction, deliveries: readonly Delivery[]): Promise<void> {
    const at = clock.now().toISOString();
    await tx.insertEvents(deliveries.map((delivery) => deliveredEvent(delivery, at)));
    if (availableWhen !== 'written') return;
    const pivots = deliveries.filter(({ kind, deliveredAt }) => kind === 'pivot' && deliveredAt === null);
    await makeAvailable(
      tx,
      pivots.map(({ id }) => id),
      at,
    );
  }

  async function fetched(tx: StoreTransaction, deliveries: readonly string[]): Promise<void> {
    const at = clock.now().toISOString();
    for (const id of deliveries) {
      const pivot = await tx.pivot(id);
      if (pivot === null) continue;
      await notePivots(tx, [{ pivot, code: '92', comment: null }], 'engine', options.life, at);
      if (availableWhen === 'fetched') await makeAvailable(tx, [pivot.id], at);
    }
  }

  async function makeAvailable(tx: StoreTransaction, pivots: readonly string[], at: string): Promise<void> {
    if (pivots.length === 0) return;
    const statuses: StatusRow[] = [];
    for (const { issuer, row } of await tx.invoicesOfDeliveries(pivots)) {
      const code = await availableStatus(tx, row);
      if (code === null) continue;
      const told = options.partners.get(issuer)?.lifecycle === true;
      const status = { id: newId(), invoice: row.id, partner: issuer, code, at, comment: null };
      statuses.push({ ...status, delivery: told ? null : notSent });
    }
    await tx.applyStatuses(statuses);
  }

  return { delivered, fetched };
}

function deliveredEvent({ flow, partner, name, deliveredAt }: Delivery, at: string): AuditEvent {
  const text = `remis ${deliveredAt === null ? '' : 'de nouveau '}à ${partner} : ${name}`;
  return { at, actor: 'engine', kind: 'delivered', flow, invoice: null, text };
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
