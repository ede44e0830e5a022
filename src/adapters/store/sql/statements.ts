import { sql } from 'kysely';
import type { DeliveryState } from '../../../domain/delivery.js';
import type { InvoiceRow, NumberHolder, NumberKey, StatusRow } from '../../../ports/store.js';
import {
  controlColumns,
  deliveryColumns,
  eventColumns,
  findingColumns,
  flowColumns,
  healthColumns,
  invoiceColumns,
  statusColumns,
} from './columns.js';
import { changeListed, changing, db, type Insertion, insertion, listed, query, upsertion } from './query.js';

/** The statements of a transaction. A condition of a partial index is written as a literal, or SQLite passes the index over. */

export const flowById = query((p: { id: string }) =>
  db.selectFrom('flows').select(flowColumns).where('id', '=', p.id),
);

export const insertFlow = insertion('flows', [
  'id',
  'claimId',
  'partner',
  'depositedName',
  'sha256',
  'sizeBytes',
  'archiveKey',
  'receivedAt',
  'state',
  'demo',
  'qualification',
]);

export const insertAttempt = insertion('attempts', ['flow', 'attempt', 'startedAt', 'state', 'layers']);

export const endAttempt = changing(
  'attempts',
  ['endedAt', 'durationMs', 'state', 'layers'],
  ['flow', 'attempt'],
  '"attempts"."endedAt" IS NULL',
);

/** Fencing: no row changes when a newer attempt has begun. */
export const finishFlow = changing(
  'flows',
  [
    'state',
    'finalAt',
    'flowId',
    'interfaceCode',
    'invoicesReceived',
    'invoicesIntegrated',
    'invoicesRejected',
  ],
  ['id', 'attempt'],
);

export const flowIdHolder = query((p: { flowId: string }) =>
  db
    .selectFrom('flowIds')
    .innerJoin('flows', 'flows.id', 'flowIds.flow')
    .select(flowColumns.map((column) => `flows.${column}` as const))
    .where('flowIds.flowId', '=', p.flowId),
);

export const numberHolder = query<{ [K in keyof NumberKey]: string }, NumberHolder>((p) =>
  db
    .selectFrom('invoiceNumbers as n')
    .innerJoin('flows as f', 'f.id', 'n.flow')
    .select(['n.invoice', 'n.flow', 'f.depositedName', 'n.at'])
    .where('n.supplierId', '=', p.supplierId)
    .where('n.number', '=', p.number)
    .where('n.supplierType', '=', p.supplierType)
    .where('n.year', '=', p.year),
);

/** The newest numbers of all sequences: there are as many as interfaces that we write. */
export const lastNumbers = query<Record<never, never>, { interfaceCode: string; last: number }>(
  () => db.selectFrom('sequences').select(['interfaceCode', 'last']) as never,
);

/** Only ever upwards. */
export const setLastNumber = upsertion('sequences', ['interfaceCode', 'last'], ['interfaceCode'], 'last');

export const openFloor = query((p: { interfaceCode: string }) =>
  db
    .insertInto('sequences')
    .values({ interfaceCode: p.interfaceCode, last: 0 })
    .onConflict((c) => c.doNothing()),
);

export const skipSequences = query((p: { by: number }) =>
  db.updateTable('sequences').set({ last: sql<number>`last + ${p.by}` }),
);

export const insertInvoice = insertion('invoices', invoiceColumns);
export const insertFinding = insertion('findings', ['flow', 'attempt', 'position', ...findingColumns]);
export const insertDelivery = insertion('deliveries', deliveryColumns);
export const insertBody = insertion('deliveryBodies', ['delivery', 'body', 'parts']);
/** Who set it, and what was said, may be left out. */
export const insertStatus = insertion('statuses', statusColumns) as unknown as Insertion<StatusRow>;
export const insertEvent = insertion('events', eventColumns);
export const linkDelivery = insertion('deliveryInvoices', ['delivery', 'invoice']);

export const setMeta = query((p: { key: string; value: string }) =>
  db
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((c) => c.column('key').doUpdateSet({ value: p.value })),
);

export const pendingStatuses = query<{ partner: string; limit: number }, StatusRow & Record<string, unknown>>(
  (p) =>
    db
      .selectFrom('statuses')
      .innerJoin('invoices', 'invoices.id', 'statuses.invoice')
      .select(statusColumns.map((column) => `statuses.${column}` as const))
      .select(invoiceColumns.map((column) => `invoices.${column} as invoice.${column}` as const))
      .where('statuses.partner', '=', p.partner)
      .where('statuses.delivery', 'is', null)
      .orderBy('statuses.seq')
      .limit(p.limit) as never,
);

/** @param values the delivery */
export const markStatusesSent = changeListed(
  'UPDATE statuses SET "delivery" = ? WHERE "id" IN',
  'AND "delivery" IS NULL',
);

/** @param values the code */
export const setInvoiceStatuses = changeListed('UPDATE invoices SET "status" = ? WHERE "id" IN', '');

export const setInvoiceStatus = query((p: { invoice: string; code: string }) =>
  db.updateTable('invoices').set({ status: p.code }).where('id', '=', p.invoice),
);

export const markDelivered = query((p: { id: string; sha256: string; sizeBytes: number; at: string }) =>
  db
    .updateTable('deliveries')
    .set({
      state: 'delivered',
      attempts: sql<number>`attempts + 1`,
      deliveredAt: p.at,
      sha256: p.sha256,
      sizeBytes: p.sizeBytes,
      lastError: null,
    })
    .where('id', '=', p.id),
);

/** Many at once, each with the number of tries that it has then. */
export const markAllDelivered = changing(
  'deliveries',
  ['state', 'attempts', 'deliveredAt', 'sha256', 'sizeBytes', 'lastError'],
  ['id'],
);

export const markDeliveryFailed = query((p: { id: string; error: string; state: DeliveryState }) =>
  db
    .updateTable('deliveries')
    .set({ state: p.state, attempts: sql<number>`attempts + 1`, lastError: p.error })
    .where('id', '=', p.id),
);

/** Invoices that deliveries stand for, each with its delivery and the partner that deposited the flow of that. */
export const invoicesOfDeliveries = listed<InvoiceRow & { delivery: string; issuer: string }>(
  `SELECT "deliveryInvoices"."delivery", flows."partner" AS "issuer", ${invoiceColumns
    .map((column) => `invoices."${column}"`)
    .join(', ')} FROM "deliveryInvoices" JOIN invoices ON invoices."id" = "deliveryInvoices"."invoice" ` +
    `JOIN deliveries ON deliveries."id" = "deliveryInvoices"."delivery" ` +
    `JOIN flows ON flows."id" = deliveries."flow" WHERE "deliveryInvoices"."stale" = 0 AND "deliveryInvoices"."delivery" IN`,
  'ORDER BY invoices."seq"',
);

export const invoicesOfDelivery = query<{ delivery: string }, InvoiceRow>((p) =>
  db
    .selectFrom('deliveryInvoices')
    .innerJoin('invoices', 'invoices.id', 'deliveryInvoices.invoice')
    .select(invoiceColumns.map((column) => `invoices.${column}` as const))
    .where('deliveryInvoices.delivery', '=', p.delivery)
    .where('deliveryInvoices.stale', '=', 0)
    .orderBy('invoices.seq'),
);

export const setArchiveKey = query((p: { id: string; archiveKey: string }) =>
  db.updateTable('flows').set({ archiveKey: p.archiveKey }).where('id', '=', p.id),
);

export const setPartnerControl = upsertion('partnerControls', controlColumns, ['partner']);

export const setPartnerHealth = upsertion('partnerHealth', healthColumns, ['partner', 'side']);
