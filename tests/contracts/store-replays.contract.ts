import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finding } from '../../src/domain/finding.js';
import type { Flow, FlowState } from '../../src/domain/flow.js';
import { newId } from '../../src/domain/ids.js';
import type { ReplayBatch, ReplayFile } from '../../src/domain/replay.js';
import type { InvoiceRow, Store } from '../../src/ports/store.js';
import { takeFlowId, takeInvoiceNumber } from '../helpers/claims.js';
import { delivery, invoiceRow, newFlow, outcome, type StorePlace } from './store.contract.js';

const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T10:00:00.000Z';
const file: ReplayFile = {
  name: 'corrigé.xml',
  archiveKey: 'corrections/1',
  sha256: 'c'.repeat(64),
  sizeBytes: 12,
};

/** Replays and their batches, as every store keeps them. */
export function replayStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`replays in the ${name} store`, () => {
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

    /** A flow whose only invoice was refused, unless its state says otherwise. */
    async function stored(state: FlowState = 'IN_REJETE', more = {}): Promise<Flow> {
      const row = newFlow({ depositedName: `flux-${newId()}`, ...more });
      const integrated = state === 'IN_INTEGRE' ? 1 : 0;
      await store.transaction(async (tx) => {
        await tx.insertFlow(row);
        await tx.beginAttempt(row.id, at);
        const counts = { invoicesIntegrated: integrated, invoicesRejected: 1 - integrated };
        await tx.finishAttempt(outcome(row.id, { state, ...counts }));
        const fate: InvoiceRow['fate'] = integrated === 1 ? 'integrated' : 'rejected';
        await tx.insertInvoices([invoiceRow(row.id, { id: newId(), fate })]);
        await tx.insertFindings(row.id, 1, [
          finding({ rule: `RULE-${state}`, severity: 'fatal', layer: 'chorus', message: 'm', fix: 'f' }),
        ]);
      });
      const flow = await store.flow(row.id);
      if (flow === null) throw new Error('the flow is not there');
      return flow;
    }

    const newBatch = (): ReplayBatch => ({
      id: newId(),
      by: 'user:claire',
      at,
      reason: 'parce que',
      filter: '{}',
    });

    async function order(batch: ReplayBatch, flow: Flow, given: ReplayFile | null = null): Promise<boolean> {
      return store.transaction((tx) =>
        tx.insertReplay({
          id: newId(),
          batch: batch.id,
          flow: flow.id,
          asOf: null,
          file: given,
          beforeState: flow.state,
          beforeAttempt: flow.attempt,
          beforeReceived: flow.invoicesReceived,
          beforeIntegrated: flow.invoicesIntegrated,
          replaces: null,
        }),
      );
    }

    async function batchOf(...flows: readonly Flow[]): Promise<ReplayBatch> {
      const batch = newBatch();
      await store.transaction((tx) => tx.insertReplayBatch(batch));
      for (const flow of flows) expect(await order(batch, flow)).toBe(true);
      return batch;
    }

    it('keeps who, when, why and with what; a flow has one open replay', async () => {
      const flow = await stored();
      const batch = newBatch();
      await store.transaction((tx) => tx.insertReplayBatch(batch));
      expect(await order(batch, flow, file)).toBe(true);
      expect(await order(batch, flow)).toBe(false);
      const open = await store.openReplay(flow.id);
      expect(open).toMatchObject({
        flow: flow.id,
        by: 'user:claire',
        at,
        reason: 'parce que',
        file,
        state: 'waiting',
        beforeState: 'IN_REJETE',
        beforeAttempt: 1,
        attempt: null,
      });
      expect(await store.replays({ flow: flow.id, limit: 9 })).toEqual([open]);
      expect(await store.flow(flow.id)).toEqual(flow);
      expect(await store.unfinishedFlows(9)).toEqual([]);
    });

    it('takes them oldest first: their flows are no longer final, until the attempt ends', async () => {
      const [first, second, third] = [await stored(), await stored(), await stored()];
      const batch = await batchOf(first, second, third);
      expect(await store.transaction((tx) => tx.takeReplays(2, later))).toEqual([first.id, second.id]);
      expect(await store.replayLoad()).toEqual({ waiting: 1, taken: 2 });
      expect(await store.unfinishedFlows(9)).toEqual([first.id, second.id]);
      expect(await store.flow(first.id)).toMatchObject({
        state: 'IN_EN_ATTENTE_RETRAITEMENT_CPP',
        finalAt: null,
      });
      await store.transaction(async (tx) => {
        expect(await tx.beginAttempt(first.id, later)).toMatchObject({ attempt: 2 });
        const replay = await tx.openReplay(first.id);
        await tx.finishAttempt(outcome(first.id, { attempt: 2 }));
        await tx.insertInvoices([invoiceRow(first.id, { id: newId(), attempt: 2 })]);
        await tx.finishReplay(replay?.id ?? '', 2, 'IN_INTEGRE', later);
      });
      expect(await store.openReplay(first.id)).toBeNull();
      expect(await store.replayBatch(batch.id)).toMatchObject({
        count: 3,
        waiting: 1,
        taken: 1,
        done: 1,
        refused: 0,
        dropped: 0,
      });
      const [done] = await store.replays({ batch: batch.id, state: 'done', limit: 9 });
      expect(done).toMatchObject({ flow: first.id, attempt: 2, afterState: 'IN_INTEGRE', endedAt: later });
      const fates = (await store.earlierInvoices(first.id)).map(({ attempt, fate }) => [attempt, fate]);
      expect(fates).toEqual([
        [1, 'rejected'],
        [2, 'integrated'],
      ]);
    });

    it('ends a replay once, and only one that was taken', async () => {
      const flow = await stored();
      await batchOf(flow);
      const id = (await store.openReplay(flow.id))?.id ?? '';
      const finish = () => store.transaction((tx) => tx.finishReplay(id, 2, 'IN_REJETE', later));
      await expect(finish()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      await store.transaction((tx) => tx.takeReplays(1, later));
      await finish();
      await expect(finish()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    });

    it('says of an invoice which bytes it was read from, and which file the newest replay had', async () => {
      const flow = await stored();
      const batch = newBatch();
      await store.transaction((tx) => tx.insertReplayBatch(batch));
      await order(batch, flow, file);
      await store.transaction(async (tx) => {
        await tx.takeReplays(1, later);
        await tx.beginAttempt(flow.id, later);
        const replay = await tx.openReplay(flow.id);
        await tx.setReplayFileKey(replay?.id ?? '', 'quarantine/x');
        await tx.finishAttempt(outcome(flow.id, { attempt: 2 }));
        await tx.insertInvoices([invoiceRow(flow.id, { id: newId(), attempt: 2 })]);
        await tx.finishReplay(replay?.id ?? '', 2, 'IN_INTEGRE', later);
        expect(await tx.newestReplayFile(flow.id)).toEqual({ ...file, archiveKey: 'quarantine/x' });
      });
      expect((await store.earlierInvoices(flow.id)).map(({ source }) => source)).toEqual([null, file.sha256]);
    });

    it('gives up what waits, and nothing else', async () => {
      const [first, second] = [await stored(), await stored()];
      const batch = await batchOf(first, second);
      await store.transaction((tx) => tx.takeReplays(1, later));
      expect(await store.transaction((tx) => tx.dropReplays(batch.id, later))).toBe(1);
      expect(await store.replayBatch(batch.id)).toMatchObject({ taken: 1, dropped: 1, waiting: 0 });
      expect(await store.openReplay(second.id)).toBeNull();
      expect(await store.replayableFlows({}, null, 9)).toEqual([second]);
    });

    it('names the flows of a filter, page by page, without those that cannot be worked again', async () => {
      const refused = await stored();
      const broken = await stored('QP_IRRECEVABLE', { partner: 'FRN002', receivedAt: later });
      await stored('IN_INTEGRE');
      await stored('QP_IRRECEVABLE', { qualification: true });
      await stored('QP_RECEVABLE_AVEC_ERREUR', { qualification: true });
      const open = newFlow({ depositedName: 'pas-fini' });
      await store.transaction((tx) => tx.insertFlow(open));
      const waiting = await stored();
      await batchOf(waiting);
      const ids = async (filter: object, after: string | null = null, limit = 9) =>
        (await store.replayableFlows(filter, after, limit)).map(({ id }) => id);
      expect(await ids({})).toEqual([refused.id, broken.id]);
      expect(await ids({}, null, 1)).toEqual([refused.id]);
      expect(await ids({}, refused.id)).toEqual([broken.id]);
      expect(await ids({}, broken.id)).toEqual([]);
      expect(await ids({ state: 'IN_REJETE' })).toEqual([refused.id]);
      expect(await ids({ state: 'IN_INTEGRE' })).toEqual([]);
      expect(await ids({ partner: 'FRN002' })).toEqual([broken.id]);
      expect(await ids({ rule: 'RULE-IN_REJETE' })).toEqual([refused.id]);
      expect(await ids({ since: later })).toEqual([broken.id]);
      expect(await ids({ supplier: '79955500800017', partner: 'FRN001' })).toEqual([refused.id]);
      expect(await ids({ supplier: 'nobody' })).toEqual([]);
    });

    it('reads who holds a flow id, a number, the same bytes; and the newest report', async () => {
      const flow = await stored('IN_INTEGRE');
      const key = { supplierType: '1', supplierId: 'S', number: 'N', year: '' };
      const base = { flow: flow.id, kind: 'integration-report' as const };
      await store.transaction(async (tx) => {
        await takeFlowId(tx, 'ID', flow.id);
        await takeInvoiceNumber(tx, key, 'invoice', flow.id, at);
        await tx.insertDeliveries([
          delivery({ ...base, id: newId(), name: 'CSO-1' }),
          delivery({ ...base, id: newId(), name: 'CSO-2' }),
          delivery({ ...base, id: newId(), name: 'ACQ-3', kind: 'pes-acquit' }),
        ]);
        expect(await tx.newestReport(flow.id)).toBe('CSO-2');
      });
      expect((await store.flowIdHolder('ID'))?.id).toBe(flow.id);
      expect(await store.flowIdHolder('OTHER')).toBeNull();
      expect(await store.numberHolder(key)).toMatchObject({ invoice: 'invoice', flow: flow.id });
      expect(await store.numberHolder({ ...key, number: 'M' })).toBeNull();
      expect((await store.integratedSameBytes({ ...flow, id: 'x' }))?.id).toBe(flow.id);
      expect(await store.integratedSameBytes(flow)).toBeNull();
      expect(await store.replayBatches(9)).toEqual([]);
      expect(await store.replayBatch('none')).toBeNull();
    });
  });
}
