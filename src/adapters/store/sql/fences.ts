import { sql } from 'kysely';
import type { FenceWrites, LoadReads } from '../../../ports/store-fences.js';
import type { Connection, Reading } from './connection.js';
import { db, query } from './query.js';

/** An update that changes nothing: it keeps the row for this transaction where a reading would not. */
const holdDelivery = query((p: { id: string; attempts: number }) =>
  db
    .updateTable('deliveries')
    .set({ attempts: sql<number>`attempts` })
    .where('id', '=', p.id)
    .where('attempts', '=', p.attempts)
    .where('state', '=', 'pending'),
);

const unfinishedByPartner = query((_: Record<never, never>) =>
  db
    .selectFrom('flows')
    .select((e) => ['partner', e.fn.countAll<number>().as('count')])
    .where('finalAt', 'is', null)
    .groupBy('partner'),
);

export function fenceWrites(c: Pick<Connection, 'run'>) {
  return {
    holdDelivery: async (id, attempts) => (await c.run(holdDelivery, { id, attempts })) === 1,
  } satisfies FenceWrites;
}

export function loadReads(read: Reading): LoadReads {
  return {
    unfinishedByPartner: () =>
      read(
        async (c) =>
          new Map(
            (await c.all(unfinishedByPartner, {})).map(({ partner, count }) => [partner, Number(count)]),
          ),
      ),
  };
}
