import { sql } from 'kysely';
import type { DeliveryKind, DeliveryState } from '../../../domain/delivery.js';
import { statusInterfaces } from '../../../domain/flow.js';
import type {
  FlowFilter,
  InvoiceFilter,
  InvoiceRow,
  PartnerControl,
  PartnerHealth,
  StatusRow,
} from '../../../ports/store.js';
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
import { db, fewInOrder, query } from './query.js';

const limitDefault = 100;

export const flowByClaim = query((p: { claimId: string }) =>
  db.selectFrom('flows').select(flowColumns).where('claimId', '=', p.claimId),
);

export const flowsNamed = query((p: { text: string }) =>
  db
    .selectFrom('flows')
    .select(flowColumns)
    .where((e) => e.or([e('id', '=', p.text), e('flowId', '=', p.text), e('depositedName', '=', p.text)]))
    .orderBy(fewInOrder('flows'), 'desc')
    .limit(limitDefault),
);

export const unfinishedFlows = query((p: { limit: number }) =>
  db.selectFrom('flows').select('id').where('finalAt', 'is', null).orderBy('seq').limit(p.limit),
);

/** Newest first. */
export function flows(filter: FlowFilter) {
  let built = db.selectFrom('flows').select(flowColumns);
  if (filter.state !== undefined) built = built.where('state', '=', filter.state);
  if (filter.partner !== undefined) built = built.where('partner', '=', filter.partner);
  if (filter.since !== undefined) built = built.where('receivedAt', '>=', filter.since);
  if (filter.invoiceNumber !== undefined) {
    const { invoiceNumber } = filter;
    built = built.where('id', 'in', (e) =>
      e.selectFrom('invoices').select('invoices.flow').where('invoices.number', '=', invoiceNumber),
    );
  }
  const order = filter.invoiceNumber === undefined ? sql.ref<number>('flows.seq') : fewInOrder('flows');
  return built.orderBy(order, 'desc').limit(filter.limit ?? limitDefault);
}

const countOf = (states: readonly string[]) =>
  sql<number>`coalesce(sum(case when state in (${sql.join(states.map((state) => sql.lit(state)))}) then 1 else 0 end), 0)`;

const bringsStatuses = sql<boolean>`coalesce("interfaceCode", '') in (${sql.join([...statusInterfaces].map((code) => sql.lit(code)))})`;

export const summary = query((p: { since: string }) =>
  db
    .selectFrom('flows')
    .select((e) => [
      e.fn.countAll<number>().as('flows'),
      countOf(['IN_INTEGRE']).as('integrated'),
      countOf(['IN_INTEGRE_PARTIEL']).as('partial'),
      countOf(['IN_REJETE', 'QP_IRRECEVABLE']).as('rejected'),
      countOf(['IN_INCIDENTE']).as('incidents'),
      sql<number>`coalesce(sum(case when ${bringsStatuses} then 0 else "invoicesReceived" end), 0)`.as(
        'invoices',
      ),
    ])
    .where('receivedAt', '>=', p.since)
    .where('qualification', '=', 0),
);

export const attempts = query((p: { flow: string }) =>
  db
    .selectFrom('attempts')
    .select(['flow', 'attempt', 'startedAt', 'endedAt', 'durationMs', 'state', 'layers'])
    .where('flow', '=', p.flow)
    .orderBy('attempt'),
);

export const findings = query((p: { flow: string; attempt: number }) =>
  db
    .selectFrom('findings')
    .select(findingColumns)
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .orderBy('position'),
);

/** Those of the newest attempt that has ended. */
export const newestFindings = query((p: { flow: string }) =>
  db
    .selectFrom('findings')
    .select(findingColumns)
    .where('flow', '=', p.flow)
    .where('attempt', '=', (e) =>
      e
        .selectFrom('attempts')
        .select((a) => a.fn.max('attempts.attempt').as('newest'))
        .where('attempts.flow', '=', p.flow)
        .where('attempts.endedAt', 'is not', null),
    )
    .orderBy('position'),
);

export const events = query((p: { flow: string }) =>
  db.selectFrom('events').select(eventColumns).where('flow', '=', p.flow).orderBy('seq'),
);

/** In the order of the flow when one is named, else newest first. */
export function invoices(filter: InvoiceFilter) {
  let built = db.selectFrom('invoices').select(invoiceColumns);
  if (filter.number !== undefined) built = built.where('number', '=', filter.number);
  if (filter.supplierId !== undefined) built = built.where('supplierId', '=', filter.supplierId);
  if (filter.flow !== undefined) built = built.where('flow', '=', filter.flow);
  const order = filter.number === undefined ? sql.ref<number>('invoices.seq') : fewInOrder('invoices');
  return built.orderBy(order, filter.flow === undefined ? 'desc' : 'asc').limit(filter.limit ?? limitDefault);
}

export const invoice = query<{ id: string }, InvoiceRow>((p) =>
  db.selectFrom('invoices').select(invoiceColumns).where('id', '=', p.id),
);

export const statuses = query<{ invoice: string }, StatusRow>((p) =>
  db.selectFrom('statuses').select(statusColumns).where('invoice', '=', p.invoice).orderBy('seq'),
);

export const meta = query((p: { key: string }) =>
  db.selectFrom('meta').select('value').where('key', '=', p.key),
);

const withBody = () =>
  db
    .selectFrom('deliveries')
    .innerJoin('deliveryBodies', 'deliveryBodies.delivery', 'deliveries.id')
    .select(deliveryColumns.map((column) => `deliveries.${column}` as const))
    .select(['deliveryBodies.body', 'deliveryBodies.parts']);

/** State as a literal: the partial indexes on it are passed over otherwise. */
const inState = (state: DeliveryState) => sql<boolean>`deliveries.state = ${sql.lit(state)}`;

export const partnersWithDeliveries = query((_: Record<never, never>) =>
  db.selectFrom('deliveries').select('partner').distinct().where(inState('pending')).orderBy('partner'),
);

export const pendingDeliveries = query((p: { partner: string; limit: number }) =>
  withBody()
    .where('deliveries.partner', '=', p.partner)
    .where(inState('pending'))
    .orderBy('deliveries.seq')
    .limit(p.limit),
);

export interface DeliveryFilter {
  readonly partner?: string;
  readonly flow?: string;
  readonly state?: DeliveryState;
  readonly kind?: DeliveryKind;
  readonly notFetched?: boolean;
  readonly limit?: number;
}

export const deliveryNamed = query((p: { text: string }) =>
  withBody()
    .where((e) => e.or([e('deliveries.id', '=', p.text), e('deliveries.name', '=', p.text)]))
    .limit(1),
);

/** In the order of commit for one flow, else newest first. */
export function deliveries(filter: DeliveryFilter) {
  let built = withBody();
  if (filter.partner !== undefined) built = built.where('deliveries.partner', '=', filter.partner);
  if (filter.flow !== undefined) built = built.where('deliveries.flow', '=', filter.flow);
  if (filter.state !== undefined) built = built.where(inState(filter.state));
  if (filter.kind !== undefined) built = built.where('deliveries.kind', '=', filter.kind);
  if (filter.notFetched === true)
    built = built.where(inState('delivered')).where('deliveries.fetchedAt', 'is', null);
  const [order, direction] =
    filter.flow === undefined
      ? ([sql.ref<number>('deliveries.seq'), 'desc'] as const)
      : ([fewInOrder('deliveries'), 'asc'] as const);
  return built.orderBy(order, direction).limit(filter.limit ?? limitDefault);
}

export const statusBacklog = query((_: Record<never, never>) =>
  db
    .selectFrom('statuses')
    .select((e) => ['partner', e.fn.countAll<number>().as('count'), e.fn.min('at').as('oldestAt')])
    .where('delivery', 'is', null)
    .groupBy('partner')
    .orderBy('partner'),
);

export const partnerControls = query<Record<never, never>, PartnerControl>(() =>
  db.selectFrom('partnerControls').select(controlColumns).orderBy('partner'),
);

export const partnerHealth = query<Record<never, never>, PartnerHealth>(() =>
  db.selectFrom('partnerHealth').select(healthColumns).orderBy('partner').orderBy('side'),
);

export const partnerFlowsOpen = query((p: { partner: string }) =>
  db
    .selectFrom('flows')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('partner', '=', p.partner)
    .where('finalAt', 'is', null),
);

export const partnerDeliveriesOpen = query((p: { partner: string }) =>
  db
    .selectFrom('deliveries')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('partner', '=', p.partner)
    .where(inState('pending')),
);
