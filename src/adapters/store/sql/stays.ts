import { sql } from 'kysely';
import type { LyingCount, LyingDelivery, StayNote } from '../../../ports/store.js';
import { lyingColumns } from './columns.js';
import { db, query } from './query.js';

/** Written as the index `deliveriesLying` has it, or SQLite passes the index over. */
const lies = sql<boolean>`"state" = 'delivered' AND "fetchedAt" IS NULL AND "removedAt" IS NULL`;
const gone = sql<boolean>`"state" = 'delivered' AND ("fetchedAt" IS NOT NULL OR "removedAt" IS NOT NULL)`;

interface Note {
  id: string;
  deliveredAt: string;
  at: string;
}

const noteIn = (column: 'fetchedAt' | 'alertedAt' | 'removingAt' | 'removedAt') =>
  query((p: Note) =>
    db
      .updateTable('deliveries')
      .set({ [column]: p.at })
      .where('id', '=', p.id)
      .where('deliveredAt', '=', p.deliveredAt)
      .where(column, 'is', null)
      .where(lies),
  );

/** A row changes only when it is still as its reader saw it. */
export const notes = {
  fetched: noteIn('fetchedAt'),
  alerted: noteIn('alertedAt'),
  removing: noteIn('removingAt'),
  removed: noteIn('removedAt'),
  back: query((p: Note) =>
    db
      .updateTable('deliveries')
      .set({ fetchedAt: null, removingAt: null, removedAt: null })
      .where('id', '=', p.id)
      .where('deliveredAt', '=', p.deliveredAt)
      .where(gone),
  ),
} as const satisfies Record<StayNote, unknown>;

export const resendDelivery = query((p: { id: string }) =>
  db
    .updateTable('deliveries')
    .set({
      state: 'pending',
      attempts: 0,
      lastError: null,
      fetchedAt: null,
      alertedAt: null,
      removingAt: null,
      removedAt: null,
    })
    .where('id', '=', p.id)
    // What was called back never goes out again.
    .where('state', 'not in', ['pending', 'withdrawn']),
);

export const lyingDeliveries = query<{ partner: string; after: string; limit: number }, LyingDelivery>(
  (p) =>
    db
      .selectFrom('deliveries')
      .select(lyingColumns)
      .where('partner', '=', p.partner)
      .where('id', '>', p.after)
      .where(lies)
      .orderBy('id')
      .limit(p.limit) as never,
);

type GoneDelivery = Pick<LyingDelivery, 'id' | 'name' | 'flow' | 'deliveredAt'>;

export const goneDelivery = query<{ partner: string; name: string }, GoneDelivery>(
  (p) =>
    db
      .selectFrom('deliveries')
      .select(['id', 'name', 'flow', 'deliveredAt'])
      .where('name', '=', p.name)
      .where('partner', '=', p.partner)
      .where(gone) as never,
);

export const lyingCounts = query<{ lateBefore: string }, LyingCount>(
  (p) =>
    db
      .selectFrom('deliveries')
      .select((e) => [
        'partner',
        e.fn.countAll<number>().as('count'),
        e.fn.min('deliveredAt').as('oldestAt'),
        sql<number>`sum(CASE WHEN "deliveredAt" < ${p.lateBefore} THEN 1 ELSE 0 END)`.as('late'),
      ])
      .where(lies)
      .groupBy('partner')
      .orderBy('partner') as never,
);
