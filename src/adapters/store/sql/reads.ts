import type { Finding } from '../../../domain/finding.js';
import type { AuditEvent, Flow } from '../../../domain/flow.js';
import type { LayerVerdict } from '../../../domain/verdict.js';
import type { Store } from '../../../ports/store.js';
import type { AlertReads } from '../../../ports/store-alerts.js';
import type { ConsoleReads } from '../../../ports/store-console.js';
import type { ViewReads } from '../../../ports/store-console-reads.js';
import type { LoadReads } from '../../../ports/store-fences.js';
import type { InvoiceMoveReads } from '../../../ports/store-invoices.js';
import type { JobReads } from '../../../ports/store-jobs.js';
import type { LifeReads } from '../../../ports/store-life.js';
import type { QuestionReads } from '../../../ports/store-questions.js';
import type { ReplayReads } from '../../../ports/store-replay.js';
import type { RetentionReads } from '../../../ports/store-retention.js';
import type { WorksReads } from '../../../ports/store-works.js';
import { alertReads } from './alerts.js';
import { toDelivery, toFlow } from './columns.js';
import type { Reading } from './connection.js';
import { consoleReads } from './console.js';
import { viewReads } from './console-views.js';
import { loadReads } from './fences.js';
import { inTurn } from './in-turn.js';
import { invoiceMoveReads } from './invoice-moves.js';
import { jobReads } from './jobs.js';
import { lifeReads } from './life.js';
import * as listings from './listings.js';
import { once } from './query.js';
import { questionReads } from './questions.js';
import { replayReads } from './replays.js';
import { retentionReads } from './retention.js';
import { flowById } from './statements.js';
import * as stays from './stays.js';
import { worksReads } from './works.js';

type ReadNames =
  | 'flow'
  | 'findFlows'
  | 'flowByClaim'
  | 'unfinishedFlows'
  | 'listFlows'
  | 'attempts'
  | 'findings'
  | 'events'
  | 'listInvoices'
  | 'invoice'
  | 'statuses'
  | 'partnersWithDeliveries'
  | 'pendingDeliveries'
  | 'listDeliveries'
  | 'findDelivery'
  | 'lyingDeliveries'
  | 'goneDeliveries'
  | 'lyingCounts'
  | 'statusBacklog'
  | 'meta'
  | 'partnerControls'
  | 'partnerHealth'
  | 'partnerBacklog'
  | 'summary';

/** The reading side of the store. */
export function sqlReads(
  read: Reading,
): Pick<
  Store,
  | ReadNames
  | keyof InvoiceMoveReads
  | keyof LifeReads
  | keyof LoadReads
  | keyof AlertReads
  | keyof ConsoleReads
  | keyof ViewReads
  | keyof JobReads
  | keyof QuestionReads
  | keyof ReplayReads
  | keyof RetentionReads
  | keyof WorksReads
> {
  return {
    ...flowReads(read),
    ...detailReads(read),
    ...outboundReads(read),
    ...partnerReads(read),
    ...alertReads(read),
    ...consoleReads(read),
    ...viewReads(read),
    ...jobReads(read),
    ...lifeReads(read),
    ...loadReads(read),
    ...invoiceMoveReads(read),
    ...worksReads(read),
    ...questionReads(read),
    ...replayReads(read),
    ...retentionReads(read),
  };
}

function flowReads(read: Reading) {
  const one = (row: Parameters<typeof toFlow>[0] | null): Flow | null => (row === null ? null : toFlow(row));
  return {
    flow: (id) => read(async (c) => one(await c.one(flowById, { id }))),
    flowByClaim: (claimId) => read(async (c) => one(await c.one(listings.flowByClaim, { claimId }))),
    findFlows: (text) => read(async (c) => (await c.all(listings.flowsNamed, { text })).map(toFlow)),
    unfinishedFlows: (limit) =>
      read(async (c) => (await c.all(listings.unfinishedFlows, { limit })).map(({ id }) => id)),
    listFlows: (filter) => read(async (c) => (await c.all(once(listings.flows(filter)), {})).map(toFlow)),
    summary: (since) =>
      read(async (c) => {
        const counts = await c.one(listings.summary, { since });
        const none = { flows: 0, integrated: 0, partial: 0, rejected: 0, incidents: 0, invoices: 0 };
        return { ...none, ...counts };
      }),
  } satisfies Partial<Store>;
}

function detailReads(read: Reading) {
  return {
    attempts: (flow) =>
      read(async (c) =>
        (await c.all(listings.attempts, { flow })).map((row) => ({
          ...row,
          layers: JSON.parse(row.layers) as LayerVerdict[],
        })),
      ),
    findings: (flow, attempt) =>
      read(
        async (c): Promise<Finding[]> =>
          attempt === undefined
            ? await c.all(listings.newestFindings, { flow })
            : await c.all(listings.findings, { flow, attempt }),
      ),
    events: (flow) => read(async (c) => (await c.all(listings.events, { flow })) as AuditEvent[]),
    listInvoices: (filter) => read((c) => c.all(once(listings.invoices(filter)), {})),
    invoice: (id) => read((c) => c.one(listings.invoice, { id })),
    statuses: (invoice) => read((c) => c.all(listings.statuses, { invoice })),
    meta: (key) => read(async (c) => (await c.one(listings.meta, { key }))?.value ?? null),
  } satisfies Partial<Store>;
}

function outboundReads(read: Reading) {
  return {
    partnersWithDeliveries: () =>
      read(async (c) => (await c.all(listings.partnersWithDeliveries, {})).map(({ partner }) => partner)),
    pendingDeliveries: (partner, limit) =>
      read(async (c) => (await c.all(listings.pendingDeliveries, { partner, limit })).map(toDelivery)),
    listDeliveries: (filter) =>
      read(async (c) => (await c.all(once(listings.deliveries(filter)), {})).map(toDelivery)),
    findDelivery: (text) =>
      read(async (c) => {
        const row = await c.one(listings.deliveryNamed, { text });
        return row === null ? null : toDelivery(row);
      }),
    lyingDeliveries: (partner, after, limit) =>
      read((c) => c.all(stays.lyingDeliveries, { partner, after: after ?? '', limit })),
    goneDeliveries: (partner, names) =>
      read(async (c) => (await inTurn(names, (name) => c.all(stays.goneDelivery, { partner, name }))).flat()),
    lyingCounts: (lateBefore) => read((c) => c.all(stays.lyingCounts, { lateBefore })),
    statusBacklog: () => read((c) => c.all(listings.statusBacklog, {})),
  } satisfies Partial<Store>;
}

function partnerReads(read: Reading) {
  return {
    partnerControls: () => read((c) => c.all(listings.partnerControls, {})),
    partnerHealth: () => read((c) => c.all(listings.partnerHealth, {})),
    partnerBacklog: (partner) =>
      read(async (c) => ({
        flows: (await c.one(listings.partnerFlowsOpen, { partner }))?.count ?? 0,
        deliveries: (await c.one(listings.partnerDeliveriesOpen, { partner }))?.count ?? 0,
      })),
  } satisfies Partial<Store>;
}
