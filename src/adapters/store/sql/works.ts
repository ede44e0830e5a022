import { sql } from 'kysely';
import type { WorksRoute } from '../../../domain/works.js';
import { Fault } from '../../../errors.js';
import type { InvoiceRow } from '../../../ports/store.js';
import type { WorksReads, WorksWrites } from '../../../ports/store-works.js';
import { invoiceColumns } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { db, insertion, query } from './query.js';

const insertWorks = insertion('worksRoutes', ['invoice', 'route', 'kept']);

const worksOf = query((p: { invoice: string }) =>
  db.selectFrom('worksRoutes').select(['invoice', 'route', 'kept']).where('invoice', '=', p.invoice),
);

const routeOf = query((p: { invoice: string }) =>
  db.selectFrom('worksRoutes').select('route').where('invoice', '=', p.invoice),
);

const setRoute = query((p: { invoice: string; route: string }) =>
  db.updateTable('worksRoutes').set({ route: p.route }).where('invoice', '=', p.invoice),
);

const statusAt = query((p: { invoice: string; code: string }) =>
  db
    .selectFrom('statuses')
    .select('at')
    .where('invoice', '=', p.invoice)
    .where('code', '=', p.code)
    .orderBy('seq', 'desc')
    .limit(1),
);

const since = sql<string>`(select s."at" from statuses s
  where s."invoice" = invoices."id" and s."code" = invoices."status" order by s."seq" desc limit 1)`;

/** The condition on the status as the index `invoicesValidating` has it. */
const waiting = query<{ sinceMax: string; limit: number }, InvoiceRow & { issuer: string; since: string }>(
  (p) =>
    db
      .selectFrom('invoices')
      .innerJoin('worksRoutes as w', 'w.invoice', 'invoices.id')
      .innerJoin('flows', 'flows.id', 'invoices.flow')
      .select(invoiceColumns.map((column) => `invoices.${column}` as const))
      .select(['flows.partner as issuer', since.as('since')])
      .where(sql<boolean>`invoices."status" IN ('23', '25')`)
      .where(since, '<=', p.sinceMax)
      .orderBy('since')
      .limit(p.limit),
);

const toRoute = (text: string): WorksRoute => JSON.parse(text) as WorksRoute;

export function worksWrites(c: Connection): WorksWrites {
  return {
    async insertWorks(rows) {
      await c.later(
        insertWorks,
        rows.map(({ route, ...row }) => ({ ...row, route: JSON.stringify(route) })),
      );
    },
    async works(invoice) {
      const row = await c.one(worksOf, { invoice });
      return row === null ? null : { ...row, route: toRoute(row.route) };
    },
    statusAt: async (invoice, code) => (await c.one(statusAt, { invoice, code }))?.at ?? null,
    waitingWorks: async (sinceMax, limit) =>
      (await c.all(waiting, { sinceMax, limit })).map(({ issuer, since, ...invoice }) => ({
        invoice,
        issuer,
        since,
      })),
    async setWorksRoute(invoice, route) {
      if ((await c.run(setRoute, { invoice, route: JSON.stringify(route) })) === 1) return;
      throw new Fault('NOT_FOUND', `invoice ${invoice} has no works route`, { invoice });
    },
  };
}

export function worksReads(read: Reading): WorksReads {
  return {
    worksRoute: (invoice) =>
      read(async (c) => {
        const row = await c.one(routeOf, { invoice });
        return row === null ? null : toRoute(row.route);
      }),
  };
}
