import { sql } from 'kysely';
import type { DeliveryPart, DeliveryState } from '../../../domain/delivery.js';
import type { InvoiceMove, MoveFacts } from '../../../domain/invoice-move.js';
import { Fault } from '../../../errors.js';
import type { InvoiceRow } from '../../../ports/store.js';
import type { InvoiceMoveReads, InvoiceMoveWrites, PivotCarrier } from '../../../ports/store-invoices.js';
import { invoiceColumns } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { inTurn } from './in-turn.js';
import { db, query } from './query.js';
import { invoicesOfDelivery } from './statements.js';

const moveColumns = [
  'id',
  'invoice',
  'kind',
  'state',
  'by',
  'at',
  'reason',
  'endedAt',
  'outcome',
  'facts',
] as const;

type MoveRow = Omit<InvoiceMove, 'facts' | 'by'> & { readonly facts: string; readonly by: string };

const toMove = (row: MoveRow): InvoiceMove => ({
  ...row,
  by: row.by as InvoiceMove['by'],
  facts: JSON.parse(row.facts) as MoveFacts,
});

const movesOf = query<{ invoice: string }, MoveRow>(
  (p) =>
    db
      .selectFrom('invoiceMoves')
      .select(moveColumns)
      .where('invoice', '=', p.invoice)
      .orderBy('seq') as never,
);

const asked = query<{ limit: number }, MoveRow>(
  (p) =>
    db
      .selectFrom('invoiceMoves')
      .select(moveColumns)
      .where(sql<boolean>`"state" = 'asked'`)
      .orderBy('seq')
      .limit(p.limit) as never,
);

const insertMove = query(
  (p: Record<(typeof moveColumns)[number], string> & { reason: string | null; endedAt: string | null }) =>
    db
      .insertInto('invoiceMoves')
      .values(Object.fromEntries(moveColumns.map((column) => [column, p[column]])) as never)
      .onConflict((conflict) => conflict.doNothing()),
);

const endMove = query(
  (p: { id: string; state: string; endedAt: string; outcome: string | null; facts: string }) =>
    db
      .updateTable('invoiceMoves')
      .set({
        state: p.state as InvoiceMove['state'],
        endedAt: p.endedAt,
        outcome: p.outcome,
        facts: p.facts,
      })
      .where('id', '=', p.id)
      .where(sql<boolean>`"state" = 'asked'`),
);

const movable = query<{ invoice: string }, InvoiceRow & { issuer: string; works: number }>((p) =>
  db
    .selectFrom('invoices')
    .innerJoin('flows', 'flows.id', 'invoices.flow')
    .select(invoiceColumns.map((column) => `invoices.${column}` as const))
    .select('flows.partner as issuer')
    .select(
      sql<number>`case when exists (select 1 from "worksRoutes" w where w.invoice = invoices.id) then 1 else 0 end`.as(
        'works',
      ),
    )
    .where('invoices.id', '=', p.invoice)
    .where('invoices.fate', '=', 'integrated'),
);

interface AddresseeRow {
  invoice: string;
  siret: string;
  name: string | null;
  serviceCode: string | null;
  partner: string | null;
}

const setAddressee = query((p: AddresseeRow) =>
  db
    .updateTable('invoices')
    .set({
      recipientSiret: p.siret,
      recipientName: p.name,
      serviceCode: p.serviceCode,
      recipientPartner: p.partner,
    })
    .where('id', '=', p.invoice),
);

type CarrierRow = Omit<PivotCarrier, 'parts' | 'known' | 'invoices'> & {
  readonly parts: string;
  readonly known: number;
};

const carriers = query<{ invoice: string }, CarrierRow>(
  (p) =>
    db
      .selectFrom('deliveryInvoices as l')
      .innerJoin('deliveries as d', 'd.id', 'l.delivery')
      .innerJoin('deliveryBodies as b', 'b.delivery', 'd.id')
      .select([
        'd.id',
        'd.partner',
        'd.name',
        'd.state',
        'd.deliveredAt',
        'd.fetchedAt',
        'd.removingAt',
        'd.removedAt',
        'b.body',
        'b.parts',
        // 91 and 95 are ours: what any other code says, only who has the pivot can say, or see.
        sql<number>`case when d."fetchedAt" IS NOT NULL OR exists (select 1 from "flowStatuses" s
          where s.pivot = d.id and s.code <> '91' and not (s.code = '95' and s."sourceFlow" = '')) then 1 else 0 end`.as(
          'known',
        ),
      ])
      .where('l.invoice', '=', p.invoice)
      .where('l.stale', '=', 0)
      .where('d.kind', '=', 'pivot')
      .orderBy('d.seq') as never,
);

const detach = query((p: { invoice: string }) =>
  db.updateTable('deliveryInvoices').set({ stale: 1 }).where('invoice', '=', p.invoice),
);

const withdraw = query((p: { id: string; at: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'withdrawn', removingAt: p.at })
    .where('id', '=', p.id)
    .where('removedAt', 'is', null),
);

const restore = query((p: { id: string; state: DeliveryState }) =>
  db
    .updateTable('deliveries')
    .set({ state: p.state, removingAt: null })
    .where('id', '=', p.id)
    .where('state', '=', 'withdrawn'),
);

const removed = query((p: { id: string; at: string }) =>
  db
    .updateTable('deliveries')
    .set({ removedAt: p.at })
    .where('id', '=', p.id)
    .where('state', '=', 'withdrawn'),
);

const setKept = query((p: { invoice: string; kept: string }) =>
  db.updateTable('worksRoutes').set({ kept: p.kept }).where('invoice', '=', p.invoice),
);

export function invoiceMoveReads(read: Reading): InvoiceMoveReads {
  return {
    invoiceMoves: (invoice) => read(async (c) => (await c.all(movesOf, { invoice })).map(toMove)),
    askedRecalls: (limit) => read(async (c) => (await c.all(asked, { limit })).map(toMove)),
  };
}

export function invoiceMoveWrites(c: Connection): InvoiceMoveWrites {
  const one = (changed: number, what: string, id: string): void => {
    if (changed !== 1) throw new Fault('STORE_CONFLICT', `${what} ${id} is not as it was`, { id });
  };
  return {
    async movable(id) {
      const row = await c.one(movable, { invoice: id });
      if (row === null) return null;
      const { issuer, works, ...invoice } = row;
      return { invoice, issuer, works: works === 1 };
    },
    movesOf: async (invoice) => (await c.all(movesOf, { invoice })).map(toMove),
    insertMove: async (move) =>
      (await c.run(insertMove, { ...move, facts: JSON.stringify(move.facts) } as never)) === 1,
    endMove: async ({ id, state, endedAt, outcome, facts }) =>
      (await c.run(endMove, { id, state, endedAt: endedAt ?? '', outcome, facts: JSON.stringify(facts) })) ===
      1,
    async setAddressee(invoice, { siret, name, serviceCode, partner }) {
      one(await c.run(setAddressee, { invoice, siret, name, serviceCode, partner }), 'invoice', invoice);
    },
    carriers: async (invoice) =>
      inTurn(await c.all(carriers, { invoice }), async ({ parts, known, ...row }) => ({
        ...row,
        parts: JSON.parse(parts) as DeliveryPart[],
        known: known === 1,
        invoices: await c.all(invoicesOfDelivery, { delivery: row.id }),
      })),
    async detachPivots(invoice) {
      await c.run(detach, { invoice });
    },
    async withdrawPivot(id, at) {
      one(await c.run(withdraw, { id, at }), 'pivot', id);
    },
    async restorePivot(id, state) {
      one(await c.run(restore, { id, state }), 'pivot', id);
    },
    async pivotRemoved(id, at) {
      one(await c.run(removed, { id, at }), 'pivot', id);
    },
    async setWorksKept(invoice, kept) {
      one(await c.run(setKept, { invoice, kept }), 'works invoice', invoice);
    },
  };
}
