import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.js';
import { pseudonymOf } from '../../src/domain/pseudonym.js';
import type { InvoiceRow, NumberKey, Store } from '../../src/ports/store.js';
import { takeInvoiceNumber } from '../helpers/claims.js';
import { delivery, newFlow, outcome, type StorePlace } from './store.contract.js';

const at = '2026-03-02T09:00:00.000Z';
const later = '2030-01-01T00:00:00.000Z';
const final = ['05', '11'];

function invoiceOf(flow: string, more: Partial<InvoiceRow> = {}): InvoiceRow {
  return {
    id: newId(),
    flow,
    attempt: 1,
    entry: 'f.xml',
    entryIndex: 0,
    number: 'F-1',
    typeCode: '380',
    issueDate: '2026-03-01',
    currency: 'EUR',
    supplierType: '7',
    supplierId: 'Dupont-1960',
    supplierName: 'Jeanne Dupont',
    supplierCountry: null,
    recipientSiret: '21340172201787',
    recipientName: null,
    serviceCode: null,
    payable: '100.00',
    fate: 'integrated',
    recipientPartner: 'COL001',
    status: '11',
    ...more,
  };
}

/** What goes, what is held and what is erased, as every store keeps it. */
export function retentionStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`retention in the ${name} store`, () => {
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

    /** A final flow with one invoice and one delivery that was fetched. */
    async function ended(more: Partial<InvoiceRow> = {}) {
      const flow = newFlow();
      const invoice = invoiceOf(flow.id, more);
      const pivot = delivery({ flow: flow.id, body: 'corps', kind: 'pivot' });
      const key: NumberKey = {
        supplierType: '7',
        supplierId: 'DUPONT-1960',
        number: invoice.number ?? '',
        year: '',
      };
      await store.transaction(async (tx) => {
        await tx.insertFlow(flow);
        await tx.beginAttempt(flow.id, at);
        await tx.finishAttempt(outcome(flow.id));
        await tx.insertInvoices([invoice]);
        await takeInvoiceNumber(tx, key, invoice.id, flow.id, at);
        await tx.insertDeliveries([pivot]);
        await tx.markDelivered(pivot.id, 'a'.repeat(64), 5, at);
        await tx.noteStay({ id: pivot.id, deliveredAt: at }, 'fetched', at);
      });
      return { flow, invoice, pivot, key };
    }
    const purgeable = async () => (await store.purgeable(later, final, 0, 10)).map(({ flow }) => flow);

    it('gives the flows that nothing keeps, and says what keeps the others', async () => {
      const { flow } = await ended();
      const unpaid = await ended({ number: 'F-2', status: '07' });
      const open = newFlow();
      await store.transaction((tx) => tx.insertFlow(open));
      expect(await purgeable()).toEqual([flow.id]);
      expect(await store.purgeable('2000-01-01', final, 0, 10)).toEqual([]);
      expect(await store.purgeBlocks(unpaid.flow.id, final)).toEqual(['invoice']);
      expect(await store.purgeBlocks(open.id, final)).toEqual(['not-final']);
      await store.transaction((tx) => tx.resendDelivery(unpaid.pivot.id));
      expect(await store.purgeBlocks(unpaid.flow.id, final)).toEqual(['delivery', 'invoice']);
    });

    it('holds a flow once, and lets it go', async () => {
      const { flow } = await ended();
      const hold = { flow: flow.id, by: 'user:claire', at, reason: 'litige' } as const;
      await store.transaction(async (tx) => {
        expect(await tx.insertLegalHold(hold)).toBe(true);
        expect(await tx.insertLegalHold({ ...hold, reason: 'autre' })).toBe(false);
      });
      expect(await store.legalHold(flow.id)).toEqual(hold);
      expect(await store.legalHolds(10)).toEqual([hold]);
      expect(await purgeable()).toEqual([]);
      await store.transaction(async (tx) => {
        expect(await tx.removeLegalHold(flow.id)).toBe(true);
        expect(await tx.removeLegalHold(flow.id)).toBe(false);
      });
      expect(await purgeable()).toEqual([flow.id]);
    });

    it('marks once: rows go at once, files when it is confirmed', async () => {
      const { flow, pivot } = await ended();
      const order = { flow: flow.id, cause: 'retention', by: 'user:claire', reason: 'essai', at } as const;
      await store.transaction(async (tx) => {
        await tx.insertArchived(flow.id, [{ key: 'pieces/a', sha256: 'b', sizeBytes: 1 }]);
        expect(await tx.deliveryGone(pivot.id)).toBe(false);
        expect(await tx.markPurge({ ...order, kinds: ['bodies', 'pieces'] })).toEqual(['bodies', 'pieces']);
        expect(await tx.markPurge({ ...order, kinds: ['pieces'] })).toEqual([]);
        expect(await tx.goneKinds(flow.id)).toEqual(['bodies', 'pieces']);
        expect(await tx.deliveryGone(pivot.id)).toBe(true);
      });
      expect((await store.findDelivery(pivot.id))?.body).toBe('');
      expect((await store.openPurges(10)).map(({ kind }) => kind)).toEqual(['pieces']);
      expect((await store.flowFiles('', 0, 10))[0]).toMatchObject({ pieces: [{ key: 'pieces/a' }] });
      await store.transaction((tx) => tx.confirmPurge(flow.id, 'pieces', later));
      expect(await store.openPurges(10)).toEqual([]);
      expect((await store.flowFiles('', 0, 10))[0]).toMatchObject({ pieces: [], deliveries: [] });
      expect((await store.purgeable(later, final, 0, 10))[0]?.gone).toEqual(['bodies', 'pieces']);
    });

    it('puts a pseudonym in the place of a supplier, whose numbers are still taken', async () => {
      const { flow, invoice, key } = await ended();
      const [row] = await store.erasureInvoices({ kind: 'supplier', idType: '7', id: 'dupont-1960' });
      expect(row).toMatchObject({ invoice: invoice.id, supplierName: 'Jeanne Dupont' });
      if (row === undefined) throw new Error('not found');
      const counts = await store.transaction((tx) => tx.eraseInvoices(flow.id, [row], at));
      expect(counts).toMatchObject({ invoices: 1, numbers: 1, bodies: 1 });
      const after = await store.invoice(invoice.id);
      const secret = (await store.meta('erasure.key')) ?? '';
      expect(after).toMatchObject({
        supplierId: pseudonymOf(secret, '7', 'DUPONT-1960'),
        supplierName: null,
        payable: '100.00',
      });
      expect(await store.numberHolder(key)).toMatchObject({ invoice: invoice.id });
      const other = await store.transaction((tx) => takeInvoiceNumber(tx, key, newId(), flow.id, at));
      expect(other).toMatchObject({ invoice: invoice.id, flow: flow.id });
      const free = { ...key, number: 'F-9' };
      expect(await store.transaction((tx) => takeInvoiceNumber(tx, free, newId(), flow.id, at))).toBeNull();
      expect(await store.erasureInvoices({ kind: 'supplier', idType: '7', id: 'dupont-1960' })).toEqual([]);
    });

    it('empties deliveries of no flow that are old, fetched, and tell of nothing that is held', async () => {
      const { flow } = await ended();
      const statuses = delivery({ flow: null, kind: 'lifecycle', body: 'statuts', createdAt: later });
      await store.transaction(async (tx) => {
        await tx.insertDeliveries([statuses]);
        await tx.markDelivered(statuses.id, 'c'.repeat(64), 7, at);
      });
      expect(await store.looseBodies(later)).toBe(0);
      await store.transaction((tx) => tx.noteStay({ id: statuses.id, deliveredAt: at }, 'fetched', at));
      expect(await store.looseBodies(at)).toBe(0);
      expect(await store.looseBodies(later)).toBe(1);
      await store.transaction((tx) =>
        tx.insertLegalHold({ flow: flow.id, by: 'user:claire', at, reason: 'litige' }),
      );
      expect(await store.looseBodies(later)).toBe(0);
      await store.transaction((tx) => tx.removeLegalHold(flow.id));
      expect(await store.transaction((tx) => tx.purgeLooseBodies(later, 10))).toBe(1);
      expect((await store.findDelivery(statuses.id))?.body).toBe('');
      expect(await store.looseBodies(later)).toBe(0);
    });
  });
}
