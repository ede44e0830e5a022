import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/domain/delivery.js';
import { finding } from '../../src/domain/finding.js';
import type { Fault, FaultCode } from '../../src/errors.js';
import type {
  DirectoryRow,
  FlowOutcome,
  InvoiceRow,
  NewFlow,
  StatusRow,
  StayNote,
  Store,
} from '../../src/ports/store.js';
import { integratedSameBytes, takeFlowId, takeInvoiceNumber } from '../helpers/claims.js';

/** A place where stores can be opened again and again over the same data. */
export interface StorePlace {
  open(): Promise<Store>;
  /** Where `copyTo` writes, and how what it wrote is opened; absent: the store is copied by other means than ours. */
  readonly copies?: { readonly path: string; open(path: string): Promise<Store> };
  remove(): Promise<void>;
}

const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T09:00:05.000Z';

export function newFlow(more: Partial<NewFlow> = {}): NewFlow {
  const id = randomUUID();
  return {
    id,
    claimId: `claim-${id}`,
    partner: 'FRN001',
    depositedName: 'FSO1100A_FRN001_FRN0011100000000000000001',
    sha256: id.replaceAll('-', '').repeat(2),
    sizeBytes: 1234,
    archiveKey: `originals/${id}`,
    receivedAt: at,
    demo: false,
    ...more,
  };
}

export function outcome(flow: string, more: Partial<FlowOutcome> = {}): FlowOutcome {
  return {
    flow,
    attempt: 1,
    state: 'IN_INTEGRE',
    flowId: 'FRN0011100000000000000001',
    interfaceCode: 'FSO1100A',
    invoicesReceived: 1,
    invoicesIntegrated: 1,
    invoicesRejected: 0,
    at: later,
    durationMs: 12.5,
    layers: [{ layer: 'schema', verdict: 'valid', durationMs: 0.4, ruleSet: 'ubl-2.1' }],
    ...more,
  };
}

export function invoiceRow(flow: string, more: Partial<InvoiceRow> = {}): InvoiceRow {
  return {
    id: randomUUID(),
    flow,
    attempt: 1,
    entry: 'facture.xml',
    entryIndex: 0,
    number: 'F-1',
    typeCode: '380',
    issueDate: '2026-03-01',
    currency: 'EUR',
    supplierType: '1',
    supplierId: '79955500800017',
    supplierName: 'Atelier',
    supplierCountry: 'FR',
    recipientSiret: '53514650090018',
    recipientName: 'Caisse',
    serviceCode: null,
    payable: '120.00',
    fate: 'integrated',
    recipientPartner: 'COL001',
    status: '02',
    ...more,
  };
}

export function delivery(more: Partial<Delivery> = {}): Delivery {
  const id = randomUUID();
  return {
    id,
    partner: 'COL001',
    name: `OUT_${id}`,
    kind: 'pivot',
    flow: null,
    body: '<a>é</a>',
    parts: [{ token: '@@1@@', archiveKey: 'pieces/1' }],
    state: 'pending',
    attempts: 0,
    createdAt: at,
    deliveredAt: null,
    sha256: null,
    sizeBytes: null,
    lastError: null,
    fetchedAt: null,
    removedAt: null,
    ...more,
  };
}

const fromEngine = {
  actor: null,
  role: null,
  statedAt: null,
  complement: null,
  mandate: null,
  producer: null,
  sourceFlow: null,
  sourceEntry: null,
  sourceIndex: null,
} as const;

export function statusRow(invoice: string, more: Partial<StatusRow> = {}): StatusRow {
  return {
    id: randomUUID(),
    invoice,
    partner: 'FRN001',
    code: '01',
    at,
    comment: null,
    delivery: null,
    ...fromEngine,
    ...more,
  };
}

const faultOf = (code: FaultCode) => expect.objectContaining<Partial<Fault>>({ name: 'Fault', code });

/** What every store must do (ports/store.ts). */
export function storeContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`store contract: ${name}`, () => {
    let place: StorePlace;
    let store: Store;
    const others: Store[] = [];

    const another = async () => {
      const opened = await place.open();
      others.push(opened);
      return opened;
    };
    const recorded = async (more: Partial<NewFlow> = {}, into = store) => {
      const flow = newFlow(more);
      await into.transaction((tx) => tx.insertFlow(flow));
      return flow;
    };
    /** A flow with one integrated invoice, committed. */
    const integrated = async (more: Partial<NewFlow> = {}, row: Partial<InvoiceRow> = {}) => {
      const flow = await recorded(more);
      const invoice = invoiceRow(flow.id, row);
      await store.transaction(async (tx) => {
        await tx.beginAttempt(flow.id, at);
        await tx.finishAttempt(outcome(flow.id));
        await tx.insertInvoices([invoice]);
      });
      return { flow, invoice };
    };

    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
      await store.migrate();
    });
    afterEach(async () => {
      for (const other of others.splice(0)) await other.close();
      await store.close();
      await place.remove();
    });

    describe('flows and attempts', () => {
      it('keeps a flow as recorded', async () => {
        const flow = await recorded({ demo: true });
        const { claimId, ...known } = flow;
        const expected = {
          ...known,
          flowId: null,
          interfaceCode: null,
          state: 'IN_RECU',
          attempt: 0,
          finalAt: null,
          invoicesReceived: 0,
          invoicesIntegrated: 0,
          qualification: false,
          invoicesRejected: 0,
        };
        expect(await store.flow(flow.id)).toEqual(expected);
        expect(await store.flowByClaim(claimId)).toEqual(expected);
        expect(await store.flowByClaim('unknown')).toBeNull();
        expect(await store.flow('unknown')).toBeNull();
      });

      it('refuses the same claim twice', async () => {
        const flow = await recorded();
        await expect(recorded({ claimId: flow.claimId })).rejects.toEqual(faultOf('STORE_CONFLICT'));
      });

      it('begins, ends and lists attempts', async () => {
        const flow = await recorded();
        const begun = await store.transaction((tx) => tx.beginAttempt(flow.id, at));
        expect(begun).toMatchObject({ attempt: 1, state: 'IN_EN_COURS_TRAITEMENT_CPP' });
        expect(await store.flow(flow.id)).toEqual(begun);
        await store.transaction((tx) => tx.finishAttempt(outcome(flow.id)));
        expect(await store.flow(flow.id)).toMatchObject({
          state: 'IN_INTEGRE',
          finalAt: later,
          flowId: 'FRN0011100000000000000001',
          interfaceCode: 'FSO1100A',
          invoicesReceived: 1,
          invoicesIntegrated: 1,
        });
        expect(await store.attempts(flow.id)).toEqual([
          {
            flow: flow.id,
            attempt: 1,
            startedAt: at,
            endedAt: later,
            durationMs: 12.5,
            state: 'IN_INTEGRE',
            layers: outcome(flow.id).layers,
          },
        ]);
        expect(await store.transaction((tx) => tx.beginAttempt(flow.id, later))).toBeNull();
      });

      it('lets only the newest attempt speak, and only once', async () => {
        const flow = await recorded();
        await store.transaction((tx) => tx.beginAttempt(flow.id, at));
        const second = await store.transaction((tx) => tx.beginAttempt(flow.id, later));
        expect(second?.attempt).toBe(2);
        const finish = (attempt: number) =>
          store.transaction(async (tx) => {
            await tx.insertInvoices([invoiceRow(flow.id, { attempt })]);
            await tx.finishAttempt(outcome(flow.id, { attempt }));
          });
        await expect(finish(1)).rejects.toEqual(faultOf('STORE_CONFLICT'));
        expect(await store.listInvoices({ flow: flow.id })).toEqual([]);
        expect((await store.attempts(flow.id)).map((a) => a.endedAt)).toEqual([null, null]);
        await finish(2);
        await expect(finish(2)).rejects.toEqual(faultOf('STORE_CONFLICT'));
        expect(await store.listInvoices({ flow: flow.id })).toHaveLength(1);
      });

      it('begins again a flow that waits to be processed again', async () => {
        const flow = await recorded();
        await store.transaction((tx) => tx.beginAttempt(flow.id, at));
        const waiting = { state: 'IN_EN_ATTENTE_RETRAITEMENT_CPP' } as const;
        await store.transaction((tx) => tx.finishAttempt(outcome(flow.id, waiting)));
        expect(await store.flow(flow.id)).toMatchObject({ ...waiting, finalAt: null });
        expect(await store.unfinishedFlows(10)).toEqual([flow.id]);
        expect((await store.transaction((tx) => tx.beginAttempt(flow.id, later)))?.attempt).toBe(2);
      });

      it('says so when a flow does not exist', async () => {
        await expect(store.transaction((tx) => tx.beginAttempt('none', at))).rejects.toEqual(
          faultOf('NOT_FOUND'),
        );
      });

      it('refuses counts that do not add up', async () => {
        const flow = await recorded();
        await store.transaction((tx) => tx.beginAttempt(flow.id, at));
        const wrong = outcome(flow.id, { invoicesReceived: 3, invoicesIntegrated: 1, invoicesRejected: 1 });
        await expect(store.transaction((tx) => tx.finishAttempt(wrong))).rejects.toThrow();
        expect((await store.flow(flow.id))?.state).toBe('IN_EN_COURS_TRAITEMENT_CPP');
      });

      it('lists unfinished flows oldest first, up to a limit', async () => {
        const first = await recorded();
        const second = await recorded();
        await integrated();
        expect(await store.unfinishedFlows(10)).toEqual([first.id, second.id]);
        expect(await store.unfinishedFlows(1)).toEqual([first.id]);
      });

      it('finds flows by id, flow id and deposited name, newest first', async () => {
        const { flow: first } = await integrated({ depositedName: 'A' });
        const second = await recorded({ depositedName: 'A' });
        const ids = async (text: string) => (await store.findFlows(text)).map(({ id }) => id);
        expect(await ids(first.id)).toEqual([first.id]);
        expect(await ids('A')).toEqual([second.id, first.id]);
        expect(await ids('FRN0011100000000000000001')).toEqual([first.id]);
        expect(await ids("A' OR 1=1 --")).toEqual([]);
      });

      it('filters flows by state, partner, instant and invoice number', async () => {
        const { flow: first } = await integrated({}, { number: 'F-77' });
        const second = await recorded({ partner: 'FRN002', receivedAt: '2026-04-01T00:00:00.000Z' });
        const ids = async (filter: Parameters<Store['listFlows']>[0]) =>
          (await store.listFlows(filter)).map(({ id }) => id);
        expect(await ids({})).toEqual([second.id, first.id]);
        expect(await ids({ limit: 1 })).toEqual([second.id]);
        expect(await ids({ state: 'IN_INTEGRE' })).toEqual([first.id]);
        expect(await ids({ partner: 'FRN002' })).toEqual([second.id]);
        expect(await ids({ since: '2026-03-15T00:00:00.000Z' })).toEqual([second.id]);
        expect(await ids({ invoiceNumber: 'F-77' })).toEqual([first.id]);
        expect(await ids({ invoiceNumber: 'F-77', partner: 'FRN002' })).toEqual([]);
      });
    });

    describe('transactions', () => {
      it('keeps nothing of a transaction that throws, and goes on', async () => {
        const flow = newFlow();
        const failed = store.transaction(async (tx) => {
          await tx.insertFlow(flow);
          await tx.nextSequence('CSO1100A');
          throw new Error('no');
        });
        await expect(failed).rejects.toThrow('no');
        expect(await store.flow(flow.id)).toBeNull();
        expect(await store.transaction((tx) => tx.nextSequence('CSO1100A'))).toBe(1);
      });

      it('shows nothing of a transaction before it is committed', async () => {
        const flow = newFlow();
        let reading: Promise<unknown> = Promise.resolve();
        await store.transaction(async (tx) => {
          await tx.insertFlow(flow);
          expect(await tx.flow(flow.id)).not.toBeNull();
          reading = place.open().then(async (other) => {
            others.push(other);
            return other.flow(flow.id);
          });
          expect(await reading).toBeNull();
        });
        expect(await store.flow(flow.id)).not.toBeNull();
      });

      it('refuses a call that comes after the end', async () => {
        let late = (): Promise<void> => Promise.resolve();
        await store.transaction(async (tx) => {
          late = () => tx.setMeta('late', '1');
        });
        await expect(late()).rejects.toEqual(faultOf('INTERNAL'));
        expect(await store.meta('late')).toBeNull();
      });

      it('runs one transaction at a time', async () => {
        const steps: string[] = [];
        const work = (label: string) =>
          store.transaction(async (tx) => {
            steps.push(`${label} begins`);
            await new Promise((resolve) => setTimeout(resolve, 5));
            await tx.setMeta('last', label);
            steps.push(`${label} ends`);
          });
        await Promise.all([work('a'), work('b'), work('c')]);
        expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
        expect(await store.meta('last')).toBe('c');
      });

      it('serves two handles on the same data: neither loses a number', async () => {
        const other = await another();
        const next = (handle: Store) => handle.transaction((tx) => tx.nextSequence('CPP'));
        const numbers = await Promise.all(
          Array.from({ length: 40 }, (_, i) => next(i % 2 === 0 ? store : other)),
        );
        expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
        const flow = await recorded();
        expect(await other.flow(flow.id)).not.toBeNull();
      });
    });

    describe('what is taken for ever', () => {
      it('gives a flow id to one flow only', async () => {
        const first = await recorded();
        const second = await recorded();
        const take = (flow: string) => store.transaction((tx) => takeFlowId(tx, 'FRN0011', flow));
        expect(await take(first.id)).toEqual({ taken: true });
        expect(await take(first.id)).toEqual({ taken: true });
        expect(await take(second.id)).toEqual({ taken: false, by: await store.flow(first.id) });
      });

      it('gives an invoice number to one invoice only, by supplier and year', async () => {
        const first = await recorded({ depositedName: 'first' });
        const second = await recorded();
        const key = { supplierType: '1', supplierId: '79955500800017', number: 'F-1', year: '' };
        const take = (k: typeof key, invoice: string, flow: string) =>
          store.transaction((tx) => takeInvoiceNumber(tx, k, invoice, flow, at));
        expect(await take(key, 'i1', first.id)).toBeNull();
        expect(await take(key, 'i1', first.id)).toBeNull();
        expect(await take(key, 'i2', second.id)).toEqual({
          invoice: 'i1',
          flow: first.id,
          depositedName: 'first',
          at,
        });
        expect(await take({ ...key, supplierId: '81034732800017' }, 'i3', second.id)).toBeNull();
        expect(await take({ ...key, supplierType: '2' }, 'i4', second.id)).toBeNull();
        expect(await take({ ...key, year: '2026' }, 'i5', second.id)).toBeNull();
        expect(await take({ ...key, number: 'f-1' }, 'i6', second.id)).toBeNull();
      });

      it('frees a number whose transaction was rolled back', async () => {
        const flow = await recorded();
        const key = { supplierType: '1', supplierId: '1', number: 'F-1', year: '' };
        const failed = store.transaction(async (tx) => {
          await takeInvoiceNumber(tx, key, 'i1', flow.id, at);
          throw new Error('no');
        });
        await expect(failed).rejects.toThrow('no');
        expect(await store.transaction((tx) => takeInvoiceNumber(tx, key, 'i2', flow.id, at))).toBeNull();
      });

      it('finds the first flow with the same bytes that integrated something', async () => {
        const sha256 = 'ab'.repeat(32);
        await recorded({ sha256 });
        const { flow: good } = await integrated({ sha256 });
        await integrated({ sha256 });
        const again = await recorded({ sha256 });
        const same = (partner: string, except: string) =>
          store.transaction((tx) => integratedSameBytes(tx, partner, sha256, except));
        expect((await same('FRN001', again.id))?.id).toBe(good.id);
        expect(await same('FRN002', again.id)).toBeNull();
        expect((await same('FRN001', good.id))?.id).not.toBe(good.id);
      });

      it('numbers outbound files per code, also after it was opened again', async () => {
        const next = (handle: Store, code: string) => handle.transaction((tx) => tx.nextSequence(code));
        expect([await next(store, 'A'), await next(store, 'A'), await next(store, 'B')]).toEqual([1, 2, 1]);
        await store.close();
        store = await place.open();
        await store.migrate();
        expect([await next(store, 'A'), await next(store, 'B')]).toEqual([3, 2]);
      });

      it('passes over numbers after a restore, also of codes not used before', async () => {
        const next = (code: string) => store.transaction((tx) => tx.nextSequence(code));
        await next('A');
        await store.transaction((tx) => tx.skipSequences(1_000));
        expect([await next('A'), await next('A'), await next('NEW'), await next('NEW')]).toEqual([
          1_002, 1_003, 1_001, 1_002,
        ]);
      });
    });

    describe('invoices, findings, events', () => {
      it('keeps invoices and filters them', async () => {
        const { flow, invoice } = await integrated({}, { number: 'F-9', supplierId: 'BE0429958042' });
        const { invoice: other } = await integrated();
        expect(await store.invoice(invoice.id)).toEqual(invoice);
        expect(await store.invoice('none')).toBeNull();
        expect(await store.listInvoices({})).toEqual([other, invoice]);
        expect(await store.listInvoices({ limit: 1 })).toEqual([other]);
        expect(await store.listInvoices({ number: 'F-9' })).toEqual([invoice]);
        expect(await store.listInvoices({ supplierId: 'BE0429958042' })).toEqual([invoice]);
        expect(await store.listInvoices({ flow: flow.id })).toEqual([invoice]);
        await store.transaction((tx) => tx.setInvoiceStatus(invoice.id, '03'));
        expect((await store.invoice(invoice.id))?.status).toBe('03');
      });

      it('keeps findings per attempt, in order; those of the newest ended attempt by default', async () => {
        const flow = await recorded();
        const told = (rule: string) =>
          finding({
            rule,
            severity: 'fatal',
            layer: 'chorus',
            message: 'é',
            fix: 'f',
            line: 3,
            invoiceIndex: 0,
          });
        await store.transaction(async (tx) => {
          await tx.beginAttempt(flow.id, at);
          await tx.finishAttempt(outcome(flow.id, { state: 'IN_EN_ATTENTE_RETRAITEMENT_CPP' }));
          await tx.insertFindings(flow.id, 1, [told('B'), told('A')]);
        });
        await store.transaction((tx) => tx.beginAttempt(flow.id, later));
        expect(await store.findings(flow.id)).toEqual([told('B'), told('A')]);
        await store.transaction(async (tx) => {
          await tx.finishAttempt(outcome(flow.id, { attempt: 2 }));
          await tx.insertFindings(flow.id, 2, [told('C')]);
        });
        expect(await store.findings(flow.id)).toEqual([told('C')]);
        expect(await store.findings(flow.id, 1)).toEqual([told('B'), told('A')]);
      });

      it('appends events in order', async () => {
        const flow = await recorded();
        const event = (kind: string) =>
          ({ at, actor: 'engine', kind, flow: flow.id, invoice: null, text: 'été' }) as const;
        await store.transaction((tx) =>
          tx.insertEvents([event('b'), event('a'), { ...event('x'), flow: null }]),
        );
        expect(await store.events(flow.id)).toEqual([event('b'), event('a')]);
      });
    });

    describe('statuses', () => {
      it('hands statuses out oldest first and sends each once', async () => {
        const { invoice } = await integrated();
        const first = statusRow(invoice.id);
        const second = statusRow(invoice.id, { code: '02', at: later });
        const silent = statusRow(invoice.id, { code: '03', delivery: '-' });
        await store.transaction((tx) => tx.insertStatuses([first, second, silent]));
        expect(await store.statusBacklog()).toEqual([{ partner: 'FRN001', count: 2, oldestAt: at }]);
        expect(await store.statuses(invoice.id)).toEqual([first, second, silent]);
        const pending = (limit: number) => store.transaction((tx) => tx.pendingStatuses('FRN001', limit));
        expect(await pending(10)).toEqual([
          { ...first, invoiceRow: invoice },
          { ...second, invoiceRow: invoice },
        ]);
        expect(await pending(1)).toHaveLength(1);
        await store.transaction((tx) => tx.markStatusesSent([first.id], 'd1'));
        expect((await pending(10)).map(({ id }) => id)).toEqual([second.id]);
        await expect(
          store.transaction((tx) => tx.markStatusesSent([second.id, first.id], 'd2')),
        ).rejects.toEqual(faultOf('STORE_CONFLICT'));
        expect((await pending(10)).map(({ id }) => id)).toEqual([second.id]);
        await store.transaction((tx) => tx.markStatusesSent([second.id], 'd2'));
        expect(await store.statusBacklog()).toEqual([]);
        expect((await store.statuses(invoice.id)).map((s) => s.delivery)).toEqual(['d1', 'd2', '-']);
      });
    });

    describe('deliveries', () => {
      it('hands deliveries out per partner in the order of commit', async () => {
        const { flow, invoice } = await integrated();
        const first = delivery({ flow: flow.id });
        const second = delivery({ kind: 'lifecycle', parts: [] });
        const report = delivery({ partner: 'FRN001', kind: 'integration-report', flow: flow.id });
        await store.transaction(async (tx) => {
          await tx.insertDeliveries([first, second, report]);
          await tx.linkDelivery(first.id, [invoice.id]);
        });
        expect(await store.partnersWithDeliveries()).toEqual(['COL001', 'FRN001']);
        expect(await store.pendingDeliveries('COL001', 10)).toEqual([first, second]);
        expect(await store.pendingDeliveries('COL001', 1)).toEqual([first]);
        expect(await store.transaction((tx) => tx.invoicesOfDelivery(first.id))).toEqual([invoice]);
        expect(await store.transaction((tx) => tx.invoicesOfDeliveries([first.id]))).toEqual([
          { delivery: first.id, issuer: 'FRN001', row: invoice },
        ]);
        expect(await store.listDeliveries({ flow: flow.id })).toEqual([first, report]);
        expect(await store.listDeliveries({ kind: 'lifecycle' })).toEqual([second]);
        expect(await store.listDeliveries({ partner: 'COL001', limit: 1 })).toEqual([second]);
      });

      it('records success, failure and final failure', async () => {
        const [done, retried, failed] = [delivery(), delivery(), delivery()];
        await store.transaction((tx) => tx.insertDeliveries([done, retried, failed]));
        await store.transaction(async (tx) => {
          await tx.markDelivered(done.id, 'f'.repeat(64), 42, later);
          await tx.markDeliveryFailed(retried.id, 'disk full', false);
          await tx.markDeliveryFailed(failed.id, 'refused', true);
        });
        expect(await store.listDeliveries({ state: 'delivered' })).toEqual([
          {
            ...done,
            state: 'delivered',
            attempts: 1,
            deliveredAt: later,
            sha256: 'f'.repeat(64),
            sizeBytes: 42,
          },
        ]);
        expect(await store.pendingDeliveries('COL001', 10)).toEqual([
          { ...retried, attempts: 1, lastError: 'disk full' },
        ]);
        expect(await store.listDeliveries({ state: 'failed' })).toEqual([
          { ...failed, state: 'failed', attempts: 1, lastError: 'refused' },
        ]);
        await expect(store.transaction((tx) => tx.markDelivered('none', '', 0, at))).rejects.toEqual(
          faultOf('NOT_FOUND'),
        );
      });

      it('records the success of many at once, or of none', async () => {
        const rows = [delivery(), delivery(), delivery()].map((row, i) => ({
          ...row,
          attempts: i,
          sha256: String(i).repeat(64),
          sizeBytes: i,
        }));
        await store.transaction((tx) => tx.insertDeliveries(rows));
        const unknown = { ...delivery(), sha256: null, sizeBytes: null };
        await expect(
          store.transaction((tx) => tx.markAllDelivered([...rows, unknown], later)),
        ).rejects.toEqual(faultOf('NOT_FOUND'));
        expect(await store.listDeliveries({ state: 'delivered' })).toEqual([]);
        const waiting = (tries: number) =>
          store.transaction((tx) => tx.stillWaiting(rows.map(({ id }) => ({ id, attempts: tries }))));
        expect(await waiting(1)).toEqual(new Set([rows[1]?.id]));
        await store.transaction((tx) => tx.markAllDelivered(rows, later));
        const found = await store.listDeliveries({ state: 'delivered' });
        expect(
          found.map(({ id, attempts, deliveredAt, sha256, sizeBytes }) => [
            id,
            attempts,
            deliveredAt,
            sha256,
            sizeBytes,
          ]),
        ).toEqual(
          rows.map(({ id, sha256, sizeBytes }, i) => [id, i + 1, later, sha256, sizeBytes]).toReversed(),
        );
        expect(await waiting(2)).toEqual(new Set());
      });

      describe('that stand in `out`', () => {
        const latest = '2026-03-02T10:00:00.000Z';
        const delivered = async (...rows: Delivery[]) => {
          await store.transaction(async (tx) => {
            await tx.insertDeliveries(rows);
            for (const { id } of rows) await tx.markDelivered(id, 'f'.repeat(64), 42, later);
          });
        };
        const note = (id: string, what: StayNote, deliveredAt = later) =>
          store.transaction((tx) => tx.noteStay({ id, deliveredAt }, what, latest));
        const lying = async (partner = 'COL001') =>
          (await store.lyingDeliveries(partner, null, 100)).map(({ id }) => id);

        it('pages through what was delivered, of one partner, and counts it', async () => {
          const rows = [delivery(), delivery(), delivery()];
          const other = delivery({ partner: 'FRN001' });
          const waiting = delivery();
          await delivered(...rows, other);
          await store.transaction((tx) => tx.insertDeliveries([waiting]));
          const wanted = rows.map(({ id }) => id).sort();
          expect(await lying()).toEqual(wanted);
          const first = await store.lyingDeliveries('COL001', null, 2);
          const { id, name } = rows.find((row) => row.id === wanted[0]) ?? other;
          const times = { deliveredAt: later, alertedAt: null, removingAt: null };
          expect(first[0]).toEqual({ id, name, partner: 'COL001', flow: null, ...times });
          const second = await store.lyingDeliveries('COL001', first[1]?.id ?? null, 2);
          expect(second.map((row) => row.id)).toEqual(wanted.slice(2));
          const counts = { oldestAt: later, late: 0 };
          expect(await store.lyingCounts(later)).toEqual([
            { partner: 'COL001', count: 3, ...counts },
            { partner: 'FRN001', count: 1, ...counts },
          ]);
          expect((await store.lyingCounts(latest)).map(({ late }) => late)).toEqual([3, 1]);
        });

        it('notes each fate once, and nothing of a file that was sent again meanwhile', async () => {
          const [fetched, removed, told] = [delivery(), delivery(), delivery()];
          await delivered(fetched, removed, told);
          expect(await note(fetched.id, 'fetched', at)).toBe(false);
          expect(await note(fetched.id, 'fetched')).toBe(true);
          expect(await note(fetched.id, 'fetched')).toBe(false);
          expect(await note(fetched.id, 'removed')).toBe(false);
          expect(await note(told.id, 'alerted')).toBe(true);
          expect(await note(told.id, 'alerted')).toBe(false);
          expect(await note(removed.id, 'removing')).toBe(true);
          expect(await lying()).toContain(removed.id);
          expect(await note(removed.id, 'removed')).toBe(true);
          expect(await lying()).toEqual([told.id]);
          expect(await store.findDelivery(fetched.name)).toMatchObject({
            fetchedAt: latest,
            removedAt: null,
          });
          expect(await store.findDelivery(removed.id)).toMatchObject({ fetchedAt: null, removedAt: latest });
          expect(await store.findDelivery('none')).toBeNull();
          const left = (await store.listDeliveries({ notFetched: true })).map(({ id }) => id);
          expect(left.sort()).toEqual([removed.id, told.id].sort());
        });

        it('takes back what stands there again, of that partner only', async () => {
          const [one, two] = [delivery(), delivery()];
          await delivered(one, two);
          for (const { id } of [one, two]) await note(id, 'fetched');
          expect(await store.goneDeliveries('FRN001', [one.name])).toEqual([]);
          const gone = await store.goneDeliveries('COL001', [one.name, 'stranger']);
          expect(gone).toEqual([{ id: one.id, name: one.name, flow: null, deliveredAt: later }]);
          expect(await note(one.id, 'back')).toBe(true);
          expect(await note(one.id, 'back')).toBe(false);
          expect(await lying()).toEqual([one.id]);
        });

        it('puts a delivery back in the outbox, as one that was delivered before', async () => {
          const [done, failed, waiting] = [delivery(), delivery(), delivery()];
          await delivered(done);
          await note(done.id, 'fetched');
          await store.transaction(async (tx) => {
            await tx.insertDeliveries([failed, waiting]);
            await tx.markDeliveryFailed(failed.id, 'refused', true);
          });
          const resend = (id: string) => store.transaction((tx) => tx.resendDelivery(id));
          expect([await resend(done.id), await resend(failed.id), await resend(waiting.id)]).toEqual([
            true,
            true,
            false,
          ]);
          expect(await store.pendingDeliveries('COL001', 10)).toEqual([
            { ...done, deliveredAt: later, sha256: 'f'.repeat(64), sizeBytes: 42 },
            failed,
            waiting,
          ]);
          expect(await note(done.id, 'fetched')).toBe(false);
          await store.transaction((tx) => tx.markDelivered(done.id, 'e'.repeat(64), 43, latest));
          expect(await note(done.id, 'fetched')).toBe(false);
          expect(await lying()).toEqual([done.id]);
        });
      });

      it('refuses a name that another delivery has', async () => {
        const first = delivery();
        await store.transaction((tx) => tx.insertDeliveries([first]));
        await expect(
          store.transaction((tx) => tx.insertDeliveries([delivery({ name: first.name })])),
        ).rejects.toEqual(faultOf('STORE_CONFLICT'));
      });
    });

    it('counts a run', async () => {
      const { flow } = await integrated();
      const refused = await recorded();
      await store.transaction(async (tx) => {
        await tx.beginAttempt(refused.id, at);
        const none = { invoicesReceived: 2, invoicesIntegrated: 0, invoicesRejected: 2 };
        await tx.finishAttempt(outcome(refused.id, { state: 'QP_IRRECEVABLE', ...none }));
        const sent = delivery({ flow: flow.id });
        await tx.insertDeliveries([sent, delivery()]);
        await tx.markDelivered(sent.id, 'f'.repeat(64), 1, later);
      });
      const none = {
        flows: 0,
        integrated: 0,
        partial: 0,
        rejected: 0,
        incidents: 0,
        invoices: 0,
      };
      expect(await store.summary(at)).toEqual({
        ...none,
        flows: 2,
        integrated: 1,
        rejected: 1,
        invoices: 3,
      });
      expect(await store.summary('2027')).toEqual(none);
    });

    it('keeps what is tried in qualification out of counts and comparisons', async () => {
      const tried = newFlow({ qualification: true, sha256: 'e'.repeat(64) });
      const real = newFlow({ sha256: 'e'.repeat(64) });
      await store.transaction(async (tx) => {
        for (const flow of [tried, real]) {
          await tx.insertFlow(flow);
          await tx.beginAttempt(flow.id, at);
        }
        await tx.finishAttempt(outcome(tried.id, { state: 'QP_RECEVABLE' }));
        expect(await integratedSameBytes(tx, 'FRN001', 'e'.repeat(64), real.id)).toBeNull();
      });
      expect(await store.flow(tried.id)).toMatchObject({ qualification: true, state: 'QP_RECEVABLE' });
      expect(await store.flow(real.id)).toMatchObject({ qualification: false });
      expect(await store.unfinishedFlows(10)).toEqual([real.id]);
      expect(await store.summary(at)).toMatchObject({ flows: 1, integrated: 0, invoices: 0 });
    });

    it('names another archive key for the bytes of a flow', async () => {
      const flow = await recorded();
      await store.transaction((tx) => tx.setArchiveKey(flow.id, 'quarantine/1'));
      expect((await store.flow(flow.id))?.archiveKey).toBe('quarantine/1');
      await expect(store.transaction((tx) => tx.setArchiveKey('x', 'k'))).rejects.toEqual(
        faultOf('NOT_FOUND'),
      );
    });

    describe('partners', () => {
      const held = {
        partner: 'FRN001',
        mode: 'paused',
        by: 'user:anne',
        at,
        reason: 'maintenance',
      } as const;

      it('keeps the newest word of an operator on each, with who and when', async () => {
        expect(await store.partnerControls()).toEqual([]);
        const other = { ...held, partner: 'COL001', mode: 'draining', reason: null } as const;
        const released = { ...held, mode: 'active', by: 'user:paul', at: later } as const;
        await store.transaction((tx) => tx.setPartnerControl(held));
        await store.transaction((tx) => tx.setPartnerControl(other));
        expect(await store.partnerControls()).toEqual([other, held]);
        await store.transaction((tx) => tx.setPartnerControl(released));
        expect(await store.partnerControls()).toEqual([other, released]);
      });

      it('keeps the health of each side by itself', async () => {
        const intake = {
          partner: 'FRN001',
          side: 'intake',
          circuit: 'open',
          faults: 3,
          since: at,
          retryAt: later,
          error: 'no route',
        } as const;
        const delivery = { ...intake, side: 'delivery' } as const;
        await store.transaction((tx) => tx.setPartnerHealth(intake));
        await store.transaction((tx) => tx.setPartnerHealth(delivery));
        const well = { ...intake, circuit: 'closed', faults: 0, retryAt: null, error: null } as const;
        await store.transaction((tx) => tx.setPartnerHealth(well));
        expect(await store.partnerHealth()).toEqual([delivery, well]);
      });

      it('counts what a partner has still in work', async () => {
        expect(await store.partnerBacklog('FRN001')).toEqual({ flows: 0, deliveries: 0 });
        await recorded();
        await integrated();
        await store.transaction((tx) =>
          tx.insertDeliveries([delivery({ partner: 'FRN001' }), delivery({ partner: 'COL001' })]),
        );
        expect(await store.partnerBacklog('FRN001')).toEqual({ flows: 1, deliveries: 1 });
      });
    });

    it('keeps meta values', async () => {
      expect(await store.meta('k')).toBeNull();
      await store.transaction((tx) => tx.setMeta('k', '1'));
      await store.transaction((tx) => tx.setMeta('k', '2'));
      expect(await store.meta('k')).toBe('2');
    });

    describe('directory', () => {
      const structure = (more: object = {}) =>
        ({
          siret: '53514650090018',
          name: 'Caisse',
          active: true,
          serviceRequired: false,
          engagementRequired: true,
          serviceOrEngagementRequired: false,
          routedByService: false,
          partner: 'COL001',
          validFrom: null,
          validTo: null,
          ...more,
        }) as const;
      const service = (more: object = {}) =>
        ({
          siret: '53514650090018',
          code: 'S1',
          name: 'Achats',
          active: true,
          engagementRequired: false,
          partner: null,
          validFrom: null,
          validTo: null,
          ...more,
        }) as const;
      const supplier = { idType: '1', id: '79955500800017', name: 'Atelier', active: false };
      const rows = (): DirectoryRow[] => [
        { kind: 'structure', structure: structure() },
        { kind: 'service', service: service() },
        { kind: 'supplier', supplier },
      ];

      it('imports, and imports again as an update', async () => {
        const { directory } = store;
        const read = { structures: 1, services: 1, suppliers: 1 };
        expect(await directory.importRows(rows())).toEqual({ ...read, added: 3, changed: 0, unchanged: 0 });
        expect(await directory.importRows(rows())).toEqual({ ...read, added: 0, changed: 0, unchanged: 3 });
        const changed: DirectoryRow[] = [
          { kind: 'structure', structure: structure({ partner: null }) },
          { kind: 'service', service: service() },
          { kind: 'service', service: service({ code: 'S2' }) },
        ];
        expect(await directory.importRows(changed)).toEqual({
          structures: 1,
          services: 2,
          suppliers: 0,
          added: 1,
          changed: 1,
          unchanged: 1,
        });
        expect(await directory.structure('53514650090018', '2026-01-01')).toEqual(
          structure({ partner: null }),
        );
        expect(await directory.services('53514650090018', '2026-01-01')).toEqual([
          service(),
          service({ code: 'S2' }),
        ]);
        expect(await directory.supplier('1', '79955500800017')).toEqual(supplier);
        expect(await directory.supplier('2', '79955500800017')).toBeNull();
        expect(await directory.counts()).toEqual({ structures: 1, services: 2, suppliers: 1 });
      });

      it('imports all or nothing', async () => {
        function* broken(): Generator<DirectoryRow> {
          yield* rows();
          throw new Error('line 4');
        }
        await expect(store.directory.importRows(broken())).rejects.toThrow('line 4');
        expect(await store.directory.counts()).toEqual({ structures: 0, services: 0, suppliers: 0 });
      });

      it('answers for a day, bounds included; of several rows the one that began last', async () => {
        const { directory } = store;
        const old = structure({ name: 'old', validTo: '2025-12-31' });
        const current = structure({ name: 'new', validFrom: '2026-01-01' });
        const short = structure({ name: 'short', validFrom: '2026-06-01', validTo: '2026-06-30' });
        const gone = service({ validFrom: '2020-01-01', validTo: '2024-12-31' });
        await directory.importRows([
          ...[old, current, short].map((s) => ({ kind: 'structure', structure: s }) as const),
          { kind: 'service', service: gone },
        ]);
        const name = async (day: string) => (await directory.structure('53514650090018', day))?.name;
        expect(await Promise.all(['1999-01-01', '2025-12-31', '2026-01-01'].map(name))).toEqual([
          'old',
          'old',
          'new',
        ]);
        expect(await Promise.all(['2026-06-01', '2026-06-30', '2026-07-01'].map(name))).toEqual([
          'short',
          'short',
          'new',
        ]);
        expect(await directory.service('53514650090018', 'S1', '2024-12-31')).toEqual(gone);
        expect(await directory.service('53514650090018', 'S1', '2025-01-01')).toBeNull();
        expect(await directory.services('53514650090018', '2019-12-31')).toEqual([]);
        expect(await directory.counts()).toMatchObject({ structures: 1 });
        expect(await directory.listStructures(10)).toEqual([short]);
      });

      it('lists structures by SIRET, page by page', async () => {
        const sirets = ['00000000000000', '11000201100044', '53514650090018'];
        await store.directory.importRows(
          sirets.map((siret) => ({ kind: 'structure', structure: structure({ siret }) }) as const),
        );
        const page = async (limit: number, after?: string) =>
          (await store.directory.listStructures(limit, after)).map(({ siret }) => siret);
        expect(await page(2)).toEqual(sirets.slice(0, 2));
        expect(await page(2, sirets[1])).toEqual(sirets.slice(2));
      });
    });

    it('copies itself as one consistent file while others write, or says how it is copied', async () => {
      if (place.copies === undefined) {
        await expect(store.copyTo('copy')).rejects.toThrow(/pg_dump/);
        await expect(store.copyTo('copy')).rejects.toEqual(faultOf('BACKUP_FAILED'));
        return;
      }
      const { path, open } = place.copies;
      const writes = Array.from({ length: 30 }, () =>
        store.transaction(async (tx) => {
          const flow = newFlow();
          await tx.insertFlow(flow);
          await tx.insertEvents([{ at, actor: 'engine', kind: 'k', flow: flow.id, invoice: null, text: '' }]);
        }),
      );
      await writes[0];
      await store.copyTo(path);
      await Promise.all(writes);
      const copy = await open(path);
      const { flows } = await copy.summary('0000');
      expect(flows).toBeGreaterThan(0);
      for (const id of await copy.unfinishedFlows(100)) expect(await copy.events(id)).toHaveLength(1);
      await copy.close();
      await expect(store.copyTo(path)).rejects.toEqual(faultOf('BACKUP_FAILED'));
    });

    it('keeps what was committed when it is opened again', async () => {
      const { flow, invoice } = await integrated();
      await store.close();
      store = await place.open();
      await store.migrate();
      expect((await store.flow(flow.id))?.state).toBe('IN_INTEGRE');
      expect(await store.invoice(invoice.id)).toEqual(invoice);
    });

    it('answers with a fault once it is closed', async () => {
      const closed = await place.open();
      await closed.close();
      await expect(closed.flow('x')).rejects.toEqual(faultOf('STORE_UNAVAILABLE'));
      await expect(closed.transaction((tx) => tx.flow('x'))).rejects.toEqual(faultOf('STORE_UNAVAILABLE'));
    });
  });
}
