import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/ports/store.js';
import type { Member } from '../../src/ports/store-members.js';
import type { StorePlace } from './store.contract.js';

const member = (id: string, more: Partial<Member> = {}): Member => ({
  id,
  roles: ['intake', 'deliver'],
  host: 'here',
  pid: 42,
  version: '0.1.0',
  schema: 1,
  beatMs: 5_000,
  ...more,
});

/** By which the clock of a store and ours may differ over such a test. */
const clockStepMs = 10;

/** What every store must do for leases and members: two processes look at the same one. */
export function leaseStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`leases and members of the ${name} store`, () => {
    let place: StorePlace;
    let store: Store;
    let other: Store;

    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
      await store.migrate();
      other = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await other.close();
      await place.remove();
    });

    it('grants a lease to one holder until it lapses or is given back', async () => {
      expect(await store.leases()).toEqual([]);
      expect(await store.acquireLeases(['a', 'b'], 'one', 60_000)).toEqual(['a', 'b']);
      expect([...(await other.acquireLeases(['c', 'b', 'a'], 'two', 60_000))]).toEqual(['c']);
      const held = await other.leases();
      expect(held.map(({ name: of, holder }) => `${of} ${holder}`)).toEqual(['a one', 'b one', 'c two']);
      for (const { remainingMs } of held) {
        expect(remainingMs).toBeGreaterThan(50_000);
        expect(remainingMs).toBeLessThanOrEqual(60_000);
      }
      await other.releaseLeases(['a', 'b'], 'two');
      expect(await other.acquireLeases(['a'], 'two', 60_000)).toEqual([]);
      await store.releaseLeases(['a', 'b'], 'one');
      expect((await other.leases()).map(({ name: of }) => of)).toEqual(['c']);
      expect(await other.acquireLeases(['a'], 'two', 60_000)).toEqual(['a']);
    });

    it('passes a lease on when its time has run out by the clock of the store, and not before', async () => {
      const lifeMs = 300;
      const remainingMs = async () => (await other.leases())[0]?.remainingMs;
      await store.acquireLeases(['a'], 'one', lifeMs);
      await sleep(lifeMs / 2);
      // However long a call takes: the life that it gives begins after it was made.
      const renewedMs = performance.now();
      expect(await store.acquireLeases(['a'], 'one', lifeMs)).toEqual(['a']);
      for (;;) {
        const beforeMs = await remainingMs();
        const granted = await other.acquireLeases(['a'], 'two', 60_000);
        if (granted.length > 0) {
          expect(granted).toEqual(['a']);
          break;
        }
        // What was seen to have lapsed is refused to nobody.
        expect(beforeMs).toBeGreaterThan(0);
        await sleep(10);
      }
      expect(performance.now() - renewedMs).toBeGreaterThanOrEqual(lifeMs - clockStepMs);
      expect(await store.acquireLeases(['a'], 'one', lifeMs)).toEqual([]);
    });

    it('tells of a lease that has lapsed, until somebody takes it', async () => {
      await store.acquireLeases(['a'], 'one', 50);
      await sleep(100);
      const [lapsed] = await other.leases();
      expect(lapsed).toMatchObject({ name: 'a', holder: 'one' });
      expect(lapsed?.remainingMs).toBeLessThanOrEqual(0);
      expect(await other.acquireLeases(['a'], 'two', 60_000)).toEqual(['a']);
      expect((await store.leases())[0]?.holder).toBe('two');
    });

    it('gives each of many names to one of two who ask at once', async () => {
      const names = Array.from({ length: 40 }, (_, n) => `outbox:P${n}`);
      const [first, second] = await Promise.all([
        store.acquireLeases(names, 'one', 60_000),
        other.acquireLeases([...names].reverse(), 'two', 60_000),
      ]);
      expect([...first, ...second].sort()).toEqual([...names].sort());
    });

    it('knows who works here, and since when nothing was heard of them', async () => {
      await store.beat(member('a'));
      await other.beat(member('b', { roles: ['worker'], host: 'there' }));
      const before = (await store.members())[0];
      await sleep(2_000);
      await store.beat(member('a'));
      const [a, b] = await other.members();
      expect(a).toMatchObject({ ...member('a'), startedAt: before?.startedAt });
      expect(a?.seenAt.localeCompare(before?.seenAt ?? '')).toBe(1);
      expect(b).toMatchObject({ id: 'b', roles: ['worker'], host: 'there' });
      expect(b?.silentMs).toBeGreaterThanOrEqual(1_900);
      expect(await store.forgetMembers(60_000)).toBe(0);
      // The other has been heard of two seconds later.
      expect(await store.forgetMembers((b?.silentMs ?? 0) - clockStepMs)).toBe(1);
      expect((await store.members()).map(({ id }) => id)).toEqual(['a']);
      await store.forgetMember('a');
      expect(await other.members()).toEqual([]);
    });

    it('tells the version of the database', async () => {
      const { database, program } = await store.schemaVersions();
      expect(database).toBe(program);
      expect(program).toBeGreaterThan(10);
    });
  });
}
