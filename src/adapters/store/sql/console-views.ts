import { sql } from 'kysely';
import type { Severity } from '../../../domain/finding.js';
import type { FlowState } from '../../../domain/flow.js';
import type { InvoiceRow } from '../../../ports/store.js';
import type {
  AttemptSizes,
  HourCount,
  OpenFlows,
  PlacedFinding,
  RefusalCount,
  StateCount,
  ViewReads,
} from '../../../ports/store-console-reads.js';
import { findingColumns, flowColumns, invoiceColumns, toFlow } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { searchInvoices } from './console-invoices.js';
import { searchFlows } from './console-search.js';
import { db, once, query } from './query.js';
import type { FlowTable } from './tables.js';

type FlowRow = Pick<FlowTable, (typeof flowColumns)[number]>;

const whole = (column: string) => sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;

/** The sums, and the changes that are not folded into them yet. */
const allCounts = () =>
  db
    .selectFrom('hourlyCounts')
    .select(['kind', 'hour', 'name', 'flows', 'received', 'integrated', 'rejected'])
    .unionAll(
      db
        .selectFrom('countChanges')
        .select(['kind', 'hour', 'name', 'flows', 'received', 'integrated', 'rejected']),
    );

const hourCounts = query<{ from: string; to: string }, HourCount>(
  (p) =>
    db
      .selectFrom(allCounts().as('c'))
      .select([
        'hour',
        'name as state',
        whole('flows').as('flows'),
        whole('received').as('received'),
        whole('integrated').as('integrated'),
        whole('rejected').as('rejected'),
      ])
      .where('kind', '=', 'state')
      .where('hour', '>=', p.from)
      .where('hour', '<', p.to)
      .groupBy(['hour', 'name'])
      .having(sql<boolean>`sum("flows") <> 0`)
      .orderBy('hour')
      .orderBy('name') as never,
);

const stateCounts = query<Record<never, never>, StateCount>(
  () =>
    db
      .selectFrom(allCounts().as('c'))
      .select(['name as state', whole('flows').as('flows')])
      .where('kind', 'in', ['state', 'trial'])
      .groupBy('name')
      .orderBy('name') as never,
);

const refusals = query<{ from: string; to: string; limit: number }, RefusalCount>((p) =>
  db
    .selectFrom(allCounts().as('c'))
    .select(['name as rule', whole('flows').as('flows'), whole('rejected').as('invoices')])
    .where('kind', '=', 'rule')
    .where('hour', '>=', p.from)
    .where('hour', '<', p.to)
    .groupBy('name')
    .having(sql<boolean>`sum("flows") > 0`)
    .orderBy('flows', 'desc')
    .orderBy('rule')
    .limit(p.limit),
);

const openOnes = query<
  { limit: number },
  { state: FlowState; hour: string; qualification: number; flows: number }
>((p) =>
  db
    .selectFrom(
      db
        .selectFrom('flows')
        .select(['state', 'qualification', sql<string>`substr("receivedAt", 1, 13)`.as('hour')])
        .where('finalAt', 'is', null)
        .orderBy('seq')
        .limit(p.limit)
        .as('open'),
    )
    .select((e) => ['state', 'hour', 'qualification', e.fn.countAll<number>().as('flows')])
    .groupBy(['state', 'hour', 'qualification']),
);

const oldestOpen = query<Record<never, never>, FlowRow>(() =>
  db.selectFrom('flows').select(flowColumns).where('finalAt', 'is', null).orderBy('seq').limit(1),
);

async function openFlows(c: Connection, limit: number): Promise<OpenFlows> {
  const rows = await c.all(openOnes, { limit });
  const oldest = await c.one(oldestOpen, {});
  const counted = rows.reduce((total, { flows }) => total + flows, 0);
  const states = new Map<FlowState, number>();
  const hours = new Map<string, number>();
  for (const { state, hour, qualification, flows } of rows) {
    states.set(state, (states.get(state) ?? 0) + flows);
    if (qualification === 0) hours.set(hour, (hours.get(hour) ?? 0) + flows);
  }
  return {
    counted,
    more: counted === limit,
    states: [...states].map(([state, flows]) => ({ state, flows })),
    hours: [...hours].map(([hour, flows]) => ({ hour, flows })).sort((a, b) => (a.hour < b.hour ? -1 : 1)),
    oldest: oldest === null ? null : toFlow(oldest),
  };
}

const invoicesFrom = query<{ flow: string; attempt: number; after: string; limit: number }, InvoiceRow>((p) =>
  db
    .selectFrom('invoices')
    .select(invoiceColumns)
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .where('seq', '>', (e) =>
      e
        .selectFrom('invoices as before')
        .select(sql<number>`coalesce(max("before"."seq"), 0)`.as('seq'))
        .where('before.id', '=', p.after),
    )
    .orderBy('seq')
    .limit(p.limit),
);

interface FindingsFrom {
  flow: string;
  attempt: number;
  position: number;
  limit: number;
}

const fromPosition = (p: FindingsFrom) =>
  db
    .selectFrom('findings')
    .select([...findingColumns, 'position'])
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .where('position', '>=', p.position)
    .orderBy('position')
    .limit(p.limit);

const findingsFrom = query<FindingsFrom, PlacedFinding>(fromPosition);
const findingsOf = query<FindingsFrom & { severity: Severity }, PlacedFinding>((p) =>
  fromPosition(p).where('severity', '=', p.severity),
);

const noSizes: AttemptSizes = { invoices: 0, fatal: 0, warnings: 0 };

const sizes = query<{ flow: string; attempt: number }, AttemptSizes>((p) => {
  const ofSeverity = (severity: Severity) =>
    db
      .selectFrom('findings')
      .select((f) => f.fn.countAll<number>().as('n'))
      .where('flow', '=', p.flow)
      .where('attempt', '=', p.attempt)
      .where('severity', '=', severity);
  return db.selectNoFrom((e) => [
    e
      .selectFrom('invoices')
      .select((i) => i.fn.countAll<number>().as('n'))
      .where('flow', '=', p.flow)
      .where('attempt', '=', p.attempt)
      .as('invoices'),
    ofSeverity('fatal').as('fatal'),
    ofSeverity('warning').as('warnings'),
  ]) as never;
});

/** By number first: the index on suppliers would go through all that a supplier ever sent. */
function passages(supplierId: string | null, number: string, limit: number) {
  const built = db.selectFrom('invoices').select(invoiceColumns).where('number', '=', number);
  const supplier = sql<string>`"supplierId" || ''`;
  return (supplierId === null ? built : built.where(supplier, '=', supplierId))
    .orderBy('seq', 'desc')
    .limit(limit);
}

export function viewReads(read: Reading): ViewReads {
  return {
    countsByHour: (from, to) => read((c) => c.all(hourCounts, { from, to })),
    countsByState: () => read((c) => c.all(stateCounts, {})),
    openFlows: (limit) => read((c) => openFlows(c, limit)),
    refusalsByRule: (from, to, limit) =>
      read((c) => c.all(refusals, { from: from.slice(0, 13), to: to.slice(0, 13), limit })),
    searchFlows: (search, order) => read((c) => searchFlows(c, search, order)),
    searchInvoices: (search, order) => read((c) => searchInvoices(c, search, order)),
    invoicesFrom: (flow, attempt, afterId, limit) =>
      read((c) => c.all(invoicesFrom, { flow, attempt, after: afterId ?? '', limit })),
    findingsFrom: (flow, attempt, position, limit, severity) =>
      read((c) =>
        severity === undefined
          ? c.all(findingsFrom, { flow, attempt, position, limit })
          : c.all(findingsOf, { flow, attempt, position, limit, severity }),
      ),
    attemptSizes: (flow, attempt) => read(async (c) => (await c.one(sizes, { flow, attempt })) ?? noSizes),
    passages: (supplierId, number, limit) =>
      read((c) => c.all(once<InvoiceRow>(passages(supplierId, number, limit)), {})),
  };
}
