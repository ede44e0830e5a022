import { type Flow, flowStates } from '../domain/flow.js';
import type { Replay } from '../domain/replay.js';
import { standingLabel } from '../lifecycle/recalled.js';
import { flowStatusOf } from '../lifecycle/status-table.js';
import type { AttemptRow, InvoiceRow, NumberHolder, Store } from '../ports/store.js';
import type { ToldFlowStatus } from '../ports/store-life.js';
import type { DeliveryFacts } from '../ports/store-questions.js';

/** What is known of a flow whose invoices are told of. */
export interface FlowStory {
  readonly flow: Flow;
  readonly attempts: readonly AttemptRow[];
  readonly replays: readonly Replay[];
  /** Integration reports, and acknowledgements of PES files. */
  readonly reports: readonly DeliveryFacts[];
  readonly pivotStatuses: readonly ToldFlowStatus[];
}

const replaysMax = 1_000;

/** Reads the story of flows, each once. */
export function flowStories(store: Store): (id: string) => Promise<FlowStory | null> {
  const known = new Map<string, Promise<FlowStory | null>>();
  async function read(id: string): Promise<FlowStory | null> {
    const flow = await store.flow(id);
    if (flow === null) return null;
    const attempts = await store.attempts(id);
    const deliveries = await store.deliveriesOfFlow(id);
    return {
      flow,
      attempts,
      replays: await store.replays({ flow: id, limit: replaysMax }),
      reports: deliveries.filter(({ kind }) => kind === 'integration-report' || kind === 'pes-acquit'),
      pivotStatuses: await store.flowStatuses({ flow: id }),
    };
  }
  return (id) => {
    const found = known.get(id) ?? read(id);
    known.set(id, found);
    return found;
  };
}

/** The whole story of one invoice in one attempt. */
export async function invoiceStory(store: Store, row: InvoiceRow, flow: FlowStory | null) {
  const deliveries = await store.deliveriesOfInvoice(row.id);
  const carried = new Set(deliveries.map(({ id }) => id));
  const statuses = [];
  for (const one of await store.statuses(row.id)) {
    const sent = one.delivery === null ? null : await store.deliveryFacts(one.delivery);
    const { name = null, deliveredAt = null, fetchedAt = null } = sent ?? {};
    statuses.push({ ...one, label: standingLabel(one.code), sent: name, deliveredAt, fetchedAt });
  }
  return {
    ...row,
    depositedName: flow?.flow.depositedName ?? null,
    issuer: flow?.flow.partner ?? null,
    receivedAt: flow?.flow.receivedAt ?? null,
    flowState: flow?.flow.state ?? null,
    flowStateLabel: flow === null ? null : flowStates[flow.flow.state].label,
    qualification: flow?.flow.qualification ?? false,
    statusLabel: row.status === null ? null : standingLabel(row.status),
    attempts: (flow?.attempts ?? []).map(({ layers, ...attempt }) => ({
      ...attempt,
      stateLabel: flowStates[attempt.state].label,
      ruleSets: layers.flatMap(({ ruleSet }) => (ruleSet === null ? [] : [ruleSet])),
    })),
    replays: flow?.replays ?? [],
    reports: flow?.reports ?? [],
    statuses,
    deliveries,
    pivotStatuses: (flow?.pivotStatuses ?? [])
      .filter(({ pivot }) => carried.has(pivot))
      .map((one) => ({ ...one, codeLabel: flowStatusOf(one.code)?.label ?? null })),
    moves: await store.invoiceMoves(row.id),
    worksRoute: await store.worksRoute(row.id),
    findings: await store.findingsOfInvoice(row),
    numberHeldBy: row.fate === 'integrated' ? null : await holder(store, row),
  };
}

export type InvoiceStory = Awaited<ReturnType<typeof invoiceStory>>;

/** Who has the number of an invoice that was not integrated: the same one at another attempt, or another one. */
async function holder(store: Store, row: InvoiceRow): Promise<NumberHolder | null> {
  const { supplierType, supplierId, number, issueDate } = row;
  if (supplierId === null || number === null) return null;
  const key = { supplierType: supplierType ?? '', supplierId: supplierId.toUpperCase(), number };
  // The year is part of the key where the settings say so, and was not before.
  for (const year of ['', issueDate?.slice(0, 4) ?? '']) {
    const held = await store.numberHolder({ ...key, year });
    if (held !== null) return held;
  }
  return null;
}
