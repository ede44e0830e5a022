import type { Delivery } from '../domain/delivery.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import { flowStatusOf, statusOf } from '../lifecycle/status-table.js';
import type { Clock } from '../ports/clock.js';
import type { PendingStatus, Store, StoreTransaction } from '../ports/store.js';
import type { ToldFlowStatus } from '../ports/store-life.js';
import { lifecycleReport, type ReportedStatus } from '../report/invoice-statuses.js';
import { outboundName } from '../report/naming.js';
import { pivotStatusReport, type ReportedFlowStatus } from '../report/pivot-statuses.js';
import type { Committer } from './committer.js';

/** Code of lifecycle flows in the CPPStatut form (DOMAIN 1.3). */
export const lifecycleCode = 'FEN1201A';

export interface LifecycleJobOptions {
  readonly store: Store;
  readonly committer: Committer;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly clock: Clock;
  readonly engine: { readonly code: string; readonly name: string };
  /** A group is sent when it holds so many statuses, or when its oldest has waited so long. */
  readonly groupCountMax: number;
  readonly groupMsMax: number;
}

type Backlog = readonly { readonly partner: string; readonly count: number; readonly oldestAt: string }[];

/** One kind of status that waits: how a group of it is read, written and marked. */
interface Kind<Row extends { readonly id: string }> {
  readonly backlog: () => Promise<Backlog>;
  readonly pending: (tx: StoreTransaction, partner: string, limit: number) => Promise<readonly Row[]>;
  readonly body: (rows: readonly Row[], partner: Partner, name: string, at: Date) => string;
  readonly mark: (tx: StoreTransaction, ids: readonly string[], delivery: string) => Promise<void>;
}

/**
 * Sends statuses of invoices, and of what flows sent on, to their issuers: grouped per partner by count and by time, in
 * the order in which they came about, each once (the delivery and the mark that it carries them share one transaction).
 * A CPPStatut holds one kind or the other, so each has files of its own.
 */
export function createLifecycleJob(options: LifecycleJobOptions): {
  flush(force: boolean): Promise<number>;
  /** Whether statuses wait to be sent. */
  waiting(): Promise<boolean>;
} {
  const { store, committer, clock, engine } = options;

  const ofInvoices: Kind<PendingStatus> = {
    backlog: () => store.statusBacklog(),
    pending: (tx, partner, limit) => tx.pendingStatuses(partner, limit),
    body: (rows, partner, name, at) =>
      lifecycleReport({ name, engine, partner, at, statuses: rows.map(toStatus) }),
    mark: (tx, ids, delivery) => tx.markStatusesSent(ids, delivery),
  };
  const ofFlows: Kind<ToldFlowStatus> = {
    backlog: () => store.flowStatusBacklog(),
    pending: (tx, partner, limit) => tx.pendingFlowStatuses(partner, limit),
    body: (rows, partner, name, at) =>
      pivotStatusReport({ name, engine, partner, at, statuses: rows.map(toFlowStatus) }),
    mark: (tx, ids, delivery) => tx.markFlowStatusesSent(ids, delivery),
  };

  async function flushKind<Row extends { readonly id: string }>(
    kind: Kind<Row>,
    force: boolean,
  ): Promise<number> {
    let sent = 0;
    for (const { partner: code, count, oldestAt } of await kind.backlog()) {
      const partner = options.partners.get(code);
      if (partner === undefined) continue;
      const waitedMs = clock.now().getTime() - new Date(oldestAt).getTime();
      if (!force && count < options.groupCountMax && waitedMs < options.groupMsMax) continue;
      sent += await committer.run((tx) => sendGroup(tx, kind, partner));
    }
    return sent;
  }

  async function sendGroup<Row extends { readonly id: string }>(
    tx: StoreTransaction,
    kind: Kind<Row>,
    partner: Partner,
  ): Promise<number> {
    const pending = await kind.pending(tx, partner.code, options.groupCountMax);
    if (pending.length === 0) return 0;
    const now = clock.now();
    const sequence = await tx.nextSequence(lifecycleCode);
    const name = outboundName({
      interfaceCode: lifecycleCode,
      receiver: partner.code,
      engineCode: engine.code,
      sequence,
    });
    const delivery = toDelivery(partner, name, kind.body(pending, partner, name, now), now);
    await tx.insertDeliveries([delivery]);
    const ids = pending.map(({ id }) => id);
    await kind.mark(tx, ids, delivery.id);
    return pending.length;
  }

  return {
    flush: async (force) => (await flushKind(ofInvoices, force)) + (await flushKind(ofFlows, force)),
    waiting: async () =>
      (await store.statusBacklog()).length > 0 || (await store.flowStatusBacklog()).length > 0,
  };
}

function toDelivery(partner: Partner, name: string, body: string, now: Date): Delivery {
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

function toStatus(status: PendingStatus): ReportedStatus {
  const row = status.invoiceRow;
  return {
    code: status.code,
    at: new Date(status.at),
    statedAt: status.statedAt ?? null,
    comment: status.comment,
    label: statusOf(status.code)?.label ?? null,
    complement: status.complement ?? null,
    producer: status.producer ?? null,
    mandate: status.mandate ?? null,
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

function toFlowStatus(status: ToldFlowStatus): ReportedFlowStatus {
  const label = flowStatusOf(status.code)?.label ?? null;
  return {
    code: status.code,
    at: new Date(status.at),
    statedAt: status.statedAt,
    complement: status.complement ?? label,
    comment: status.comment,
    flow: status.flowName,
    details: status.details,
  };
}
