import { sql } from 'kysely';
import type { FlowErrorLine } from '../../../domain/status-reading.js';
import { Fault } from '../../../errors.js';
import type { InvoiceRow } from '../../../ports/store.js';
import type {
  FlowStatusRow,
  InvoiceKey,
  LifeReads,
  LifeWrites,
  LostPivot,
  PivotFacts,
  StatusTarget,
  ToldFlowStatus,
} from '../../../ports/store-life.js';
import { invoiceColumns } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { inTurn } from './in-turn.js';
import { changeListed, db, insertion, once, query, runAll } from './query.js';
import { insertStatus, setInvoiceStatuses } from './statements.js';

const flowStatusColumns = [
  'id',
  'flow',
  'pivot',
  'partner',
  'code',
  'at',
  'statedAt',
  'actor',
  'complement',
  'comment',
  'details',
  'sourceFlow',
  'delivery',
] as const;

/** By the number that an integrated invoice has taken: its key is an index, however many invoices there are. */
const targets = query<Omit<InvoiceKey, 'recipientSiret'>, InvoiceRow & { issuer: string; works: number }>(
  (p) =>
    db
      .selectFrom('invoiceNumbers as n')
      .innerJoin('invoices', 'invoices.id', 'n.invoice')
      .innerJoin('flows', 'flows.id', 'invoices.flow')
      .select(invoiceColumns.map((column) => `invoices.${column}` as const))
      .select('flows.partner as issuer')
      .select(
        sql<number>`case when exists (select 1 from "worksRoutes" w where w.invoice = invoices.id) then 1 else 0 end`.as(
          'works',
        ),
      )
      .where('n.supplierId', '=', p.supplierId)
      .where('n.number', '=', p.number)
      .where('n.supplierType', '=', p.supplierType)
      .orderBy('n.year', 'desc'),
);

const appliedFrom = query<{ flow: string }, { entry: string; index: number }>(
  (p) =>
    db
      .selectFrom('statuses')
      .select(['sourceEntry as entry', 'sourceIndex as index'])
      .where('sourceFlow', '=', p.flow) as never,
);

/** Statuses that held already when they came: nothing was written but a warning. */
const heldFrom = query<{ flow: string }, { entry: string; index: number }>(
  (p) =>
    db
      .selectFrom('findings')
      .select(['entry as entry', 'invoiceIndex as index'])
      .where('flow', '=', p.flow)
      .where('rule', '=', 'ECL-STA-SAME')
      .where('entry', 'is not', null)
      .where('invoiceIndex', 'is not', null) as never,
);

const pivotFacts = () =>
  db
    .selectFrom('deliveries')
    .innerJoin('flows', 'flows.id', 'deliveries.flow')
    .select([
      'deliveries.id as id',
      'deliveries.name as name',
      'deliveries.partner as recipient',
      'flows.id as flow',
      sql<string>`coalesce(flows."flowId", flows."depositedName")`.as('flowName'),
      'flows.partner as issuer',
    ])
    .where(sql<boolean>`deliveries."kind" = 'pivot'`);

const pivotNamed = query<{ text: string }, PivotFacts>((p) =>
  pivotFacts().where((e) => e.or([e('deliveries.name', '=', p.text), e('deliveries.id', '=', p.text)])),
);

/** Of which the loss has not been told. */
const untold = () =>
  pivotFacts().where((e) =>
    e.not(
      e.exists(
        e
          .selectFrom('flowStatuses as s')
          .select('s.id')
          .whereRef('s.pivot', '=', 'deliveries.id')
          .where('s.code', '=', '95'),
      ),
    ),
  );

/** The conditions as the index `deliveriesUnfetched` has them. */
const unfetched = query<{ before: string; limit: number }, LostPivot>((p) =>
  untold()
    .select('deliveries.deliveredAt as deliveredAt')
    .where(sql<boolean>`deliveries."state" = 'delivered' AND deliveries."fetchedAt" IS NULL`)
    .where('deliveries.deliveredAt', '<', p.before)
    .orderBy('deliveries.deliveredAt')
    .limit(p.limit),
);

const givenUp = query<{ limit: number }, LostPivot>((p) =>
  untold()
    .select(sql<null>`null`.as('deliveredAt'))
    .where(sql<boolean>`deliveries."state" = 'failed'`)
    .orderBy('deliveries.seq')
    .limit(p.limit),
);

const earlierOpen = query((p: { flow: string; prefix: string }) =>
  db
    .selectFrom('flows as own')
    .innerJoin('flows as other', 'other.partner', 'own.partner')
    .select('other.id')
    .where('own.id', '=', p.flow)
    .where('other.finalAt', 'is', null)
    .whereRef('other.depositedName', '<', 'own.depositedName')
    .where(sql<boolean>`substr(other."depositedName", 1, length(${p.prefix})) = ${p.prefix}`)
    .limit(1),
);

/** Told of a pivot in the transaction that makes it: nothing can have been told before. */
const prepared = '91';

/** A status that has been told of this pivot by this source is left alone: the index `flowStatusesOnce` finds it. */
const insertFlowStatus = insertion('flowStatuses', flowStatusColumns, 'skip');

const toldBefore = query((p: { pivot: string; code: string }) =>
  db.selectFrom('flowStatuses').select('details').where('pivot', '=', p.pivot).where('code', '=', p.code),
);

const markSent = changeListed(
  'UPDATE "flowStatuses" SET "delivery" = ? WHERE "id" IN',
  'AND "delivery" IS NULL',
);

const told = () =>
  db
    .selectFrom('flowStatuses as s')
    .innerJoin('deliveries as d', 'd.id', 's.pivot')
    .innerJoin('flows as f', 'f.id', 's.flow')
    .select(flowStatusColumns.map((column) => `s.${column}` as const))
    .select([
      'd.name as pivotName',
      'd.partner as recipient',
      sql<string>`coalesce(f."flowId", f."depositedName")`.as('flowName'),
    ])
    .orderBy('s.seq');

const pendingFlowStatuses = query((p: { partner: string; limit: number }) =>
  told().where('s.partner', '=', p.partner).where('s.delivery', 'is', null).limit(p.limit),
);

const backlog = query((_: Record<never, never>) =>
  db
    .selectFrom('flowStatuses')
    .select((e) => ['partner', e.fn.countAll<number>().as('count'), e.fn.min('at').as('oldestAt')])
    .where('delivery', 'is', null)
    .groupBy('partner')
    .orderBy('partner'),
);

type ToldRow = Omit<ToldFlowStatus, 'details' | 'actor'> & {
  readonly details: string;
  readonly actor: string;
};

const toTold = (row: ToldRow): ToldFlowStatus => ({
  ...row,
  actor: row.actor as ToldFlowStatus['actor'],
  details: JSON.parse(row.details) as FlowErrorLine[],
});

export function lifeReads(read: Reading): LifeReads {
  return {
    flowStatuses: ({ flow, sourceFlow }) => {
      let built = told();
      if (flow !== undefined) built = built.where('s.flow', '=', flow);
      if (sourceFlow !== undefined) built = built.where('s.sourceFlow', '=', sourceFlow);
      return read(async (c) => (await c.all(once(built), {})).map(toTold));
    },
    hasEarlierOpen: (flow, prefix) =>
      read(async (c) => (await c.one(earlierOpen, { flow, prefix })) !== null),
    flowStatusBacklog: () => read((c) => c.all(backlog, {})),
    lostPivots: (before, limit) =>
      read(async (c) =>
        [...(await c.all(givenUp, { limit })), ...(await c.all(unfetched, { before, limit }))].slice(
          0,
          limit,
        ),
      ),
  };
}

export function lifeWrites(c: Connection): LifeWrites {
  const targetsOf = async ({ recipientSiret, ...key }: InvoiceKey): Promise<StatusTarget[]> =>
    (await c.all(targets, { ...key, supplierId: key.supplierId.toUpperCase() }))
      .filter((row) => row.recipientSiret === recipientSiret)
      .map(({ issuer, works, ...invoice }) => ({ invoice, issuer, works: works === 1 }));

  /** The row, not to be sent when what it says has been told of the pivot by another source. */
  const worthSending = async (row: FlowStatusRow): Promise<FlowStatusRow> => {
    if (row.delivery !== null) return row;
    const before = await c.all(toldBefore, { pivot: row.pivot, code: row.code });
    const details = JSON.stringify(row.details);
    const known = before.some((one) => row.details.length === 0 || one.details === details);
    return known ? { ...row, delivery: '-' } : row;
  };

  return {
    statusTargets: (keys) => inTurn(keys, targetsOf),
    async applyStatuses(rows) {
      await c.later(insertStatus, rows);
      const newest = new Map(rows.map(({ invoice, code }) => [invoice, code]));
      for (const code of new Set(newest.values())) {
        const invoices = [...newest].flatMap(([invoice, last]) => (last === code ? [invoice] : []));
        if ((await runAll(c, setInvoiceStatuses(invoices, code))) !== invoices.length)
          throw new Fault('NOT_FOUND', 'a status tells of an invoice that does not exist', { invoices });
      }
    },
    appliedFrom: async (flow) => [
      ...(await c.all(appliedFrom, { flow })),
      ...(await c.all(heldFrom, { flow })),
    ],
    pivot: async (text) => c.one(pivotNamed, { text }),
    async noteFlowStatuses(rows) {
      const noted: FlowStatusRow[] = [];
      for (const row of rows) {
        if (row.code === prepared) {
          await c.later(insertFlowStatus, [{ ...row, details: JSON.stringify(row.details) }]);
          noted.push(row);
          continue;
        }
        const one = await worthSending(row);
        if ((await c.run(insertFlowStatus, { ...one, details: JSON.stringify(one.details) })) === 1)
          noted.push(one);
      }
      return noted;
    },
    pendingFlowStatuses: async (partner, limit) =>
      (await c.all(pendingFlowStatuses, { partner, limit })).map(toTold),
    async markFlowStatusesSent(ids, delivery) {
      if ((await runAll(c, markSent(ids, delivery))) === ids.length) return;
      throw new Fault(
        'STORE_CONFLICT',
        `of ${ids.length} flow statuses, some have been sent already, or do not exist`,
        { ids },
      );
    },
  };
}
