import type { Delivery } from '../domain/delivery.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import type { Clock } from '../ports/clock.js';
import type { PendingStatus, Store } from '../ports/store.js';
import { lifecycleReport } from '../report/invoice-statuses.js';
import { outboundName } from '../report/naming.js';
import type { createCommitter } from './committer.js';

/** Code of lifecycle flows in the CPPStatut form (DOMAIN 1.3). */
export const lifecycleCode = 'FEN1201A';

export interface LifecycleJobOptions {
  readonly store: Store;
  readonly committer: ReturnType<typeof createCommitter>;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly clock: Clock;
  readonly engine: { readonly code: string; readonly name: string };
  /** A group is sent when it holds so many statuses, or when its oldest has waited so long. */
  readonly groupCountMax: number;
  readonly groupMsMax: number;
}

/**
 * Sends the statuses of invoices to their issuers: grouped per partner by count and by time, in the order in which
 * they came about, each once (the delivery and the mark that it carries them share one transaction).
 */
export function createLifecycleJob(options: LifecycleJobOptions): { flush(force: boolean): Promise<number> } {
  const { store, committer, clock } = options;

  async function flush(force: boolean): Promise<number> {
    let sent = 0;
    for (const { partner: code, count, oldestAt } of await store.statusBacklog()) {
      const partner = options.partners.get(code);
      if (partner === undefined) continue;
      const waitedMs = clock.now().getTime() - new Date(oldestAt).getTime();
      if (!force && count < options.groupCountMax && waitedMs < options.groupMsMax) continue;
      sent += await sendGroup(partner);
    }
    return sent;
  }

  async function sendGroup(partner: Partner): Promise<number> {
    return committer.run(async (tx) => {
      const pending = await tx.pendingStatuses(partner.code, options.groupCountMax);
      if (pending.length === 0) return 0;
      const sequence = await tx.nextSequence(lifecycleCode);
      const delivery = toDelivery(partner, pending, sequence);
      await tx.insertDeliveries([delivery]);
      await tx.markStatusesSent(
        pending.map((status) => status.id),
        delivery.id,
      );
      return pending.length;
    });
  }

  function toDelivery(partner: Partner, pending: readonly PendingStatus[], sequence: number): Delivery {
    const now = clock.now();
    const name = outboundName({
      interfaceCode: lifecycleCode,
      receiver: partner.code,
      engineCode: options.engine.code,
      sequence,
    });
    const body = lifecycleReport({
      name,
      engine: options.engine,
      partner,
      at: now,
      statuses: pending.map(toStatus),
    });
    return {
      id: newId(),
      partner: partner.code,
      name,
      kind: 'lifecycle',
      flow: null,
      body,
      parts: [],
      state: 'pending',
      attempts: 0,
      createdAt: now.toISOString(),
      deliveredAt: null,
      sha256: null,
      sizeBytes: null,
      lastError: null,
      fetchedAt: null,
      removedAt: null,
    };
  }

  return { flush };
}

function toStatus(status: PendingStatus) {
  const row = status.invoiceRow;
  return {
    code: status.code,
    at: new Date(status.at),
    comment: status.comment,
    invoiceNumber: row.number ?? '',
    invoiceDate: row.issueDate,
    supplier: {
      idType: row.supplierType ?? '1',
      id: row.supplierId ?? '',
      name: row.supplierName ?? '',
      country: row.supplierCountry,
    },
    recipient: {
      siret: row.recipientSiret ?? '',
      name: row.recipientName,
      serviceCode: row.serviceCode,
      serviceName: null,
    },
  };
}
