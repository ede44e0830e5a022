import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/ports/store.js';
import type { JobFault } from '../../src/ports/store-jobs.js';
import { newFlow, outcome, type StorePlace } from './store.contract.js';

const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T10:00:00.000Z';

/** Flows that met faults, as every store keeps them. */
export function jobStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`jobs in the ${name} store`, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
      await store.migrate();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const fault = (flow: string, more: Partial<JobFault> = {}): JobFault => ({
      flow,
      faults: 1,
      cuts: 0,
      accounted: 1,
      firstAt: at,
      lastAt: at,
      nextAt: at,
      code: 'WORKER_FAILED',
      error: 'ended',
      deadAt: null,
      retriedAt: null,
      retriedBy: null,
      ...more,
    });
    const put = (job: JobFault): Promise<void> => store.transaction((tx) => tx.putJobFault(job));

    async function three(): Promise<readonly [string, string, string]> {
      const rows = [newFlow(), newFlow({ sizeBytes: 77 }), newFlow()] as const;
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.insertFlow(row);
      });
      return [rows[0].id, rows[1].id, rows[2].id];
    }

    it('gives flows that are due, oldest first, and none that waits, is dead or is final', async () => {
      const [first, second, third] = await three();
      const ids = async (now: string, limit = 9) => (await store.dueFlows(now, limit)).map(({ id }) => id);
      expect(await ids(at)).toEqual([first, second, third]);
      expect(await ids(at, 2)).toEqual([first, second]);
      await put(fault(first, { nextAt: later }));
      expect(await ids(at)).toEqual([second, third]);
      expect(await ids(later)).toEqual([first, second, third]);
      await put(fault(second, { deadAt: at }));
      expect(await ids(later)).toEqual([first, third]);
      await store.transaction(async (tx) => {
        await tx.beginAttempt(third, at);
        await tx.finishAttempt(outcome(third));
      });
      expect(await ids(later)).toEqual([first]);
    });

    it('tells the size and the partner of a due flow', async () => {
      const [, second] = await three();
      const due = (await store.dueFlows(at, 9)).find(({ id }) => id === second);
      expect(due).toEqual({ id: second, partner: newFlow().partner, sizeBytes: 77, replay: false });
    });

    it('keeps one row for each flow, replaces it, and clears it', async () => {
      const [first] = await three();
      expect(await store.jobFault(first)).toBeNull();
      await put(fault(first));
      const again = fault(first, { faults: 2, nextAt: later, retriedBy: 'user:claire', retriedAt: later });
      await put(again);
      expect(await store.jobFault(first)).toEqual(again);
      await store.transaction((tx) => tx.clearJobFault(first));
      expect(await store.jobFault(first)).toBeNull();
    });

    it('forgets the faults of a flow that is answered', async () => {
      const [first] = await three();
      await store.transaction((tx) => tx.beginAttempt(first, at));
      await put(fault(first));
      await store.transaction(async (tx) => {
        await tx.beginAttempt(first, at);
        await tx.finishAttempt(outcome(first, { attempt: 2 }));
      });
      expect(await store.jobFault(first)).toBeNull();
    });

    it('knows an attempt that has no outcome', async () => {
      const [first] = await three();
      const open = (attempt: number) => store.transaction((tx) => tx.isAttemptOpen(first, attempt));
      expect(await open(1)).toBe(false);
      await store.transaction((tx) => tx.beginAttempt(first, at));
      expect(await open(1)).toBe(true);
      await store.transaction((tx) => tx.finishAttempt(outcome(first)));
      expect(await open(1)).toBe(false);
    });

    it('lists dead jobs, longest dead first, page by page', async () => {
      const [first, second, third] = await three();
      await put(fault(first, { deadAt: later }));
      await put(fault(second, { deadAt: at }));
      await put(fault(third, { deadAt: later }));
      const all = await store.deadJobs(9);
      expect(all.map(({ flow }) => flow)).toEqual([second, ...[first, third].sort()]);
      expect(all[0]).toMatchObject({ ...fault(second, { deadAt: at }), attempt: 0 });
      const [head] = await store.deadJobs(1);
      if (head === undefined) throw new Error('no dead job');
      expect(await store.deadJobs(9, head)).toEqual(all.slice(1));
    });
  });
}
