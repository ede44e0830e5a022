import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoreTransaction } from '../../src/ports/store.js';
import { delivery, invoiceRow, newFlow, outcome, type StorePlace } from './store.contract.js';

const at = '2026-03-02T09:00:00.000Z';
const key = (number: string) => ({ supplierType: '1', supplierId: '79955500800017', number, year: '' });

/** What a store does for many flows at once, and what it does at the end of a transaction. */
export function manyStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`many at once in the ${name} store`, () => {
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

    async function flows(count: number, sha256?: string) {
      const rows = Array.from({ length: count }, () => newFlow(sha256 === undefined ? {} : { sha256 }));
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.insertFlow(row);
      });
      return rows.map(({ id }) => id);
    }
    const one = async (): Promise<string> => (await flows(1))[0] ?? '';

    it('begins attempts in the order of asking: none of a final flow, two of one that is named twice', async () => {
      const [a = '', b = '', c = ''] = await flows(3);
      await store.transaction(async (tx) => {
        await tx.beginAttempt(b, at);
        await tx.finishAttempt(outcome(b));
      });
      const starts = [c, a, b, a].map((flow, i) => ({ flow, at: at.replace('00.000', `0${i}.000`) }));
      const begun = await store.transaction((tx) => tx.beginAttempts(starts));
      expect(begun.map((flow) => flow && [flow.id, flow.attempt])).toEqual([[c, 1], [a, 1], null, [a, 2]]);
      expect((await store.attempts(a)).map(({ startedAt }) => startedAt)).toEqual([
        starts[1]?.at,
        starts[3]?.at,
      ]);
      await expect(
        store.transaction((tx) =>
          tx.beginAttempts([
            { flow: a, at },
            { flow: 'nobody', at },
          ]),
        ),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await store.flow(a))?.attempt).toBe(2);
    });

    it('gives flow ids to the first that asks, also within one question', async () => {
      const [a = '', b = ''] = await flows(2);
      const take = (claims: [string, string][]) =>
        store.transaction((tx) => tx.takeFlowIds(claims.map(([flowId, flow]) => ({ flowId, flow }))));
      const first = await take([
        ['X', a],
        ['X', b],
        ['Y', b],
      ]);
      expect(first.map((answer) => (answer.taken ? true : answer.by.id))).toEqual([true, a, true]);
      expect(await take([['Y', b]])).toEqual([{ taken: true }]);
    });

    it('gives invoice numbers to the first that asks, also within one question and among several', async () => {
      const [a = '', b = ''] = await flows(2);
      const take = (tx: StoreTransaction, flow: string, ...numbers: string[]) =>
        tx.takeInvoiceNumbers(
          flow,
          numbers.map((number, i) => ({ key: key(number), invoice: `${flow} ${i}` })),
          at,
        );
      const [first, second] = await store.transaction((tx) =>
        Promise.all([take(tx, a, '1', '2', '1'), take(tx, b, '3', '2')]),
      );
      expect(first.map((holder) => holder?.invoice ?? null)).toEqual([null, null, `${a} 0`]);
      expect(second.map((holder) => holder?.flow ?? null)).toEqual([null, a]);
    });

    it('finds the same bytes of many flows, of each partner its own', async () => {
      const sha256 = 'cd'.repeat(32);
      const [first = ''] = await flows(1, sha256);
      await store.transaction(async (tx) => {
        await tx.beginAttempt(first, at);
        await tx.finishAttempt(outcome(first));
      });
      const asked = [
        { id: 'x', partner: 'FRN001', sha256 },
        { id: first, partner: 'FRN001', sha256 },
        { id: 'y', partner: 'FRN002', sha256 },
        { id: 'z', partner: 'FRN001', sha256: 'ef'.repeat(32) },
      ];
      const found = await store.transaction((tx) => tx.integratedSameBytes(asked));
      expect(found.map((flow) => flow?.id ?? null)).toEqual([first, null, null, null]);
    });

    it('numbers without gap or repeat, over transactions that are rolled back', async () => {
      const next = (codes: string[]) =>
        store.transaction(async (tx) => {
          await tx.openSequences();
          const taken: number[] = [];
          for (const code of codes) taken.push(await tx.nextSequence(code));
          return taken;
        });
      expect(await next(['A', 'B', 'A'])).toEqual([1, 1, 2]);
      await expect(
        store.transaction(async (tx) => {
          await tx.nextSequence('A');
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await next(['A', 'B'])).toEqual([3, 2]);
      await store.transaction(async (tx) => {
        await tx.nextSequence('A');
        await tx.skipSequences(100);
        expect(await tx.nextSequence('A')).toBe(105);
      });
      expect(await next(['C', 'A'])).toEqual([101, 106]);
    });

    it('keeps nothing of a transaction in which one of the attempts that end is not the one in progress', async () => {
      const [good = '', bad = ''] = await flows(2);
      await store.transaction((tx) => tx.beginAttempts([good, bad].map((flow) => ({ flow, at }))));
      const ended = store.transaction(async (tx) => {
        await tx.finishAttempt(outcome(good));
        await tx.finishAttempt(outcome(bad, { attempt: 2 }));
        await tx.insertInvoices([invoiceRow(good)]);
      });
      await expect(ended).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect((await store.flow(good))?.finalAt).toBeNull();
      const twice = store.transaction(async (tx) => {
        await tx.finishAttempt(outcome(good));
        await tx.finishAttempt(outcome(good));
      });
      await expect(twice).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      const alone = store.transaction((tx) => tx.finishAttempt(outcome(bad, { attempt: 2 })));
      await expect(alone).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
        message: expect.stringContaining(`attempt 2 of flow ${bad}`),
      });
      expect((await store.flow(bad))?.finalAt).toBeNull();
    });

    it('keeps nothing when what is written last breaks a constraint', async () => {
      const flow = await one();
      const row = delivery({ flow });
      const failed = store.transaction(async (tx) => {
        await tx.setMeta('written', 'before');
        await tx.insertDeliveries([row]);
        await tx.insertDeliveries([row]);
      });
      await expect(failed).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await store.meta('written')).toBeNull();
      expect(await store.pendingDeliveries(row.partner, 9)).toEqual([]);
      await store.transaction((tx) => tx.insertDeliveries([row]));
      expect(await store.pendingDeliveries(row.partner, 9)).toHaveLength(1);
    });

    it('sees in a transaction what the transaction has changed', async () => {
      const flow = await one();
      await store.transaction(async (tx) => {
        await tx.beginAttempt(flow, at);
        await tx.finishAttempt(outcome(flow));
        expect((await tx.flow(flow))?.state).toBe('IN_INTEGRE');
        expect(await tx.isAttemptOpen(flow, 1)).toBe(false);
      });
    });

    it('answers many questions by key that come at once, each its own', async () => {
      const ids = await flows(40);
      const answers = await Promise.all([...ids, 'nobody'].map((id) => store.flow(id)));
      expect(answers.map((flow) => flow?.id ?? null)).toEqual([...ids, null]);
      const structure = (siret: string, validFrom: string, name: string) => ({
        kind: 'structure' as const,
        structure: {
          ...{ siret, validFrom, validTo: null, name, active: true, partner: null },
          ...{ serviceRequired: false, engagementRequired: false, serviceOrEngagementRequired: false },
          routedByService: false,
        },
      });
      const supplier = (id: string, active: boolean) => ({
        kind: 'supplier' as const,
        supplier: { idType: '1' as const, id, name: `S${id}`, active },
      });
      await store.directory.importRows([
        structure('1', '2020-01-01', 'old'),
        structure('1', '2025-01-01', 'new'),
        structure('2', '2025-06-01', 'other'),
        supplier('8', true),
        supplier('9', false),
      ]);
      const { directory } = store;
      const found = await Promise.all([
        directory.structure('1', '2026-01-01'),
        directory.structure('1', '2021-01-01'),
        directory.structure('2', '2025-01-01'),
        directory.structure('2', '2026-01-01'),
        directory.structure('3', '2026-01-01'),
      ]);
      expect(found.map((one) => one?.name ?? null)).toEqual(['new', 'old', null, 'other', null]);
      const suppliers = await Promise.all([
        directory.supplier('1', '9'),
        directory.supplier('1', '8'),
        directory.supplier('2', '8'),
      ]);
      expect(suppliers.map((one) => one?.active ?? null)).toEqual([false, true, null]);
    });
  });
}
