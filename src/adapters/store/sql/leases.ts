import type { LeaseCalls } from '../../../ports/store-leases.js';
import type { Connection, Reading, Writing } from './connection.js';
import { db, once, query } from './query.js';

/** What leases and members need of an engine. */
export interface ClockedStore {
  readonly read: Reading;
  readonly write: Writing;
  /** The clock of the store, read now: not that of the beginning of a transaction. */
  readonly now: (c: Connection) => Promise<Date>;
}

/** In the order of names, so that two holders never wait for each other's rows. */
const takeLeases = (names: readonly string[], holder: string, expiresAt: string, now: string) =>
  once(
    db
      .insertInto('leases')
      .values([...names].sort().map((name) => ({ name, holder, expiresAt })))
      .onConflict((c) =>
        c
          .column('name')
          .doUpdateSet({ holder, expiresAt })
          .where((e) => e.or([e('leases.holder', '=', holder), e('leases.expiresAt', '<=', now)])),
      )
      .returning('name'),
  );

const dropLease = query((p: { name: string; holder: string }) =>
  db.deleteFrom('leases').where('name', '=', p.name).where('holder', '=', p.holder),
);

const allLeases = query((_: Record<never, never>) =>
  db.selectFrom('leases').select(['name', 'holder', 'expiresAt']).orderBy('name'),
);

/** The leases, for either engine: only the clock differs. */
export function leaseCalls({ read, write, now }: ClockedStore): LeaseCalls {
  return {
    acquireLeases: async (names, holder, ttlMs) => {
      if (names.length === 0) return [];
      return await write(async (c) => {
        const at = await now(c);
        const expiresAt = new Date(at.getTime() + ttlMs).toISOString();
        const rows = await c.all(takeLeases(names, holder, expiresAt, at.toISOString()), {});
        return rows.map(({ name }) => name);
      });
    },
    releaseLeases: async (names, holder) => {
      if (names.length === 0) return;
      await write(async (c) => {
        for (const name of [...names].sort()) await c.run(dropLease, { name, holder });
      });
    },
    leases: async () =>
      await read(async (c) => {
        const rows = await c.all(allLeases, {});
        const atMs = (await now(c)).getTime();
        return rows.map((row) => ({ ...row, remainingMs: Date.parse(row.expiresAt) - atMs }));
      }),
  };
}
