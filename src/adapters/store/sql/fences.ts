import type { FenceWrites, LoadReads } from '../../../ports/store-fences.js';
import type { Connection, Reading } from './connection.js';
import { db, listed, query } from './query.js';

/** A reading is enough: whatever changes a delivery does so in a transaction, and those come one after the other. */
const waiting = listed<{ id: string; attempts: number }>(
  'SELECT "id", "attempts" FROM deliveries WHERE "id" IN',
  `AND "state" = 'pending'`,
);

const unfinishedByPartner = query((_: Record<never, never>) =>
  db
    .selectFrom('flows')
    .select((e) => ['partner', e.fn.countAll<number>().as('count')])
    .where('finalAt', 'is', null)
    .groupBy('partner'),
);

export function fenceWrites(c: Pick<Connection, 'all'>) {
  return {
    async stillWaiting(deliveries) {
      const tries = new Map(deliveries.map(({ id, attempts }) => [id, attempts]));
      const still = new Set<string>();
      for (const one of waiting([...tries.keys()]))
        for (const { id, attempts } of await c.all(one, {})) if (tries.get(id) === attempts) still.add(id);
      return still;
    },
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
