import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/domain/delivery.js';
import { newId } from '../../src/domain/ids.js';
import type { InvoiceRow, Store } from '../../src/ports/store.js';
import type { FlowStatusRow, InvoiceKey } from '../../src/ports/store-life.js';
import { takeInvoiceNumber } from '../helpers/claims.js';
import { delivery, invoiceRow, newFlow, type StorePlace, statusRow } from './store.contract.js';

const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-03T10:00:00.000Z';
const key: InvoiceKey = {
  supplierType: '2',
  supplierId: 'be0429958042',
  number: 'F-1',
  recipientSiret: '53514650090018',
};

/** Statuses that partners send, and those of pivots, as every store keeps them. */
export function lifeStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`the life of invoices in the ${name} store`, () => {
    let place: StorePlace;
    let store: Store;
    let flow: string;
    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
      await store.migrate();
      const row = newFlow({ partner: 'FRN001', depositedName: 'FSO1100A_1' });
      flow = row.id;
      await store.transaction((tx) => tx.insertFlow(row));
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    async function integrated(more: Partial<InvoiceRow> = {}, year = ''): Promise<InvoiceRow> {
      const invoice = invoiceRow(flow, { supplierType: '2', supplierId: 'BE0429958042', ...more });
      await store.transaction(async (tx) => {
        await tx.insertInvoices([invoice]);
        const { supplierType, supplierId, number } = { ...key, supplierId: key.supplierId.toUpperCase() };
        await takeInvoiceNumber(tx, { supplierType, supplierId, number, year }, invoice.id, flow, at);
      });
      return invoice;
    }

    async function pivot(more: Partial<Delivery> = {}): Promise<Delivery> {
      const row = delivery({ flow, ...more });
      await store.transaction((tx) => tx.insertDeliveries([row]));
      return row;
    }

    const word = (to: string, code: string, more: Partial<FlowStatusRow> = {}): FlowStatusRow => ({
      id: newId(),
      flow,
      pivot: to,
      partner: 'FRN001',
      code,
      at,
      statedAt: null,
      actor: 'engine',
      complement: null,
      comment: null,
      details: [],
      sourceFlow: '',
      delivery: null,
      ...more,
    });

    it('finds the invoices that statuses are about by the numbers they have taken', async () => {
      const invoice = await integrated();
      const keys = [
        key,
        { ...key, number: 'F-2' },
        { ...key, recipientSiret: '11000201100044' },
        { ...key, supplierType: '1' },
      ];
      const found = await store.transaction((tx) => tx.statusTargets(keys));
      expect(found).toEqual([[{ invoice, issuer: 'FRN001', works: false }], [], [], []]);
    });

    it('gives those of several years, the newest first', async () => {
      await integrated({ issueDate: '2025-03-01' }, '2025');
      await integrated({ issueDate: '2026-03-01' }, '2026');
      const [found] = await store.transaction((tx) => tx.statusTargets([key]));
      expect(found?.map(({ invoice }) => invoice.issueDate)).toEqual(['2026-03-01', '2025-03-01']);
    });

    it('applies statuses in their order, and never one of the same place of a flow twice', async () => {
      const invoice = await integrated();
      const origin = { actor: 'partner:COL001', sourceFlow: flow, sourceEntry: 'a', sourceIndex: 0 } as const;
      const rows = [
        statusRow(invoice.id, { code: '07', role: 'recipient', ...origin }),
        statusRow(invoice.id, { code: '08', mandate: 'M-1', ...origin, sourceIndex: 1 }),
      ];
      await store.transaction((tx) => tx.applyStatuses(rows));
      expect(await store.statuses(invoice.id)).toEqual(rows);
      expect((await store.invoice(invoice.id))?.status).toBe('08');
      expect(await store.transaction((tx) => tx.appliedFrom(flow))).toEqual([
        { entry: 'a', index: 0 },
        { entry: 'a', index: 1 },
      ]);
      const again = statusRow(invoice.id, { code: '09', ...origin });
      await expect(store.transaction((tx) => tx.applyStatuses([again]))).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      expect((await store.invoice(invoice.id))?.status).toBe('08');
    });

    it('notes a status of a pivot once, and sends it again only with other error lines', async () => {
      const { id, name: pivotName } = await pivot();
      const lines = [{ nature: 'n', code: 'c', label: 'l', description: null }];
      const noted = await store.transaction((tx) =>
        tx.noteFlowStatuses([
          word(id, '92'),
          word(id, '92'),
          word(id, '92', { sourceFlow: 'other' }),
          word(id, '94', { sourceFlow: 'other', details: lines }),
          word(id, '94', { sourceFlow: 'third', details: lines }),
        ]),
      );
      expect(noted.map((one) => [one.code, one.sourceFlow, one.delivery])).toEqual([
        ['92', '', null],
        ['92', 'other', '-'],
        ['94', 'other', null],
        ['94', 'third', '-'],
      ]);
      expect(await store.flowStatusBacklog()).toEqual([{ partner: 'FRN001', count: 2, oldestAt: at }]);
      const pending = await store.transaction((tx) => tx.pendingFlowStatuses('FRN001', 10));
      expect(pending.map(({ code, flowName, recipient }) => [code, flowName, recipient])).toEqual([
        ['92', 'FSO1100A_1', 'COL001'],
        ['94', 'FSO1100A_1', 'COL001'],
      ]);
      expect(pending[1]).toMatchObject({ details: lines, pivotName });
      const ids = pending.map((one) => one.id);
      await store.transaction((tx) => tx.markFlowStatusesSent(ids, 'd1'));
      expect(await store.flowStatusBacklog()).toEqual([]);
      await expect(store.transaction((tx) => tx.markFlowStatusesSent(ids, 'd2'))).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      expect(await store.flowStatuses({ flow })).toHaveLength(4);
      expect(await store.flowStatuses({ sourceFlow: 'other' })).toHaveLength(2);
    });

    it('knows a pivot by name and by id, and no other delivery', async () => {
      const row = await pivot();
      const report = await pivot({ kind: 'integration-report' });
      const facts = { id: row.id, name: row.name, recipient: 'COL001', flow, issuer: 'FRN001' };
      const found = await store.transaction(async (tx) => [
        await tx.pivot(row.name),
        await tx.pivot(row.id),
        await tx.pivot(report.id),
      ]);
      expect(found).toEqual([
        { ...facts, flowName: 'FSO1100A_1' },
        { ...facts, flowName: 'FSO1100A_1' },
        null,
      ]);
    });

    it('tells pivots that nobody fetches and those that were given up, until that is noted', async () => {
      const [lying, fetched, failed] = [await pivot(), await pivot(), await pivot()];
      await store.transaction(async (tx) => {
        for (const one of [lying, fetched]) await tx.markDelivered(one.id, 'a', 1, at);
        await tx.noteStay({ id: fetched.id, deliveredAt: at }, 'fetched', at);
        await tx.markDeliveryFailed(failed.id, 'broken', true);
      });
      expect((await store.lostPivots(at, 10)).map(({ id }) => id)).toEqual([failed.id]);
      const lost = await store.lostPivots(later, 10);
      expect(lost.map(({ id, deliveredAt }) => [id, deliveredAt])).toEqual([
        [failed.id, null],
        [lying.id, at],
      ]);
      await store.transaction((tx) => tx.noteFlowStatuses([word(lying.id, '95'), word(failed.id, '95')]));
      expect(await store.lostPivots(later, 10)).toEqual([]);
    });

    it('knows whether an earlier-numbered flow of the same partner is not final', async () => {
      const rows = ['FSO1201A_2', 'FSO1201A_1', 'CEN0036A_1'].map((depositedName) =>
        newFlow({ partner: 'COL001', depositedName }),
      );
      const other = newFlow({ partner: 'ETA001', depositedName: 'FSO1201A_0' });
      await store.transaction(async (tx) => {
        for (const row of [...rows, other]) await tx.insertFlow(row);
      });
      const asked = await Promise.all(rows.map(({ id }) => store.hasEarlierOpen(id, 'FSO1201A')));
      expect(asked).toEqual([true, false, false]);
    });
  });
}
