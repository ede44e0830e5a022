import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Finding, finding } from '../../src/domain/finding.js';
import type { FlowState } from '../../src/domain/flow.js';
import { newId } from '../../src/domain/ids.js';
import type { InvoiceRow, NewFlow, Store } from '../../src/ports/store.js';
import type {
  FlowSearch,
  FlowSearchOrder,
  InvoiceCursor,
  InvoiceSearch,
} from '../../src/ports/store-console-reads.js';
import { invoiceRow, newFlow, outcome, type StorePlace } from './store.contract.js';

const time = (n: number) => new Date(Date.parse('2026-03-02T00:00:00.000Z') + n * 60_000).toISOString();
const nameOf = (n: number) => `FSO1100A_FRN001_FRN0011100${String(n).padStart(15, '0')}`;
const refusal = (rule: string, more: Partial<Finding> = {}): Finding =>
  finding({ rule, severity: 'fatal', layer: 'chorus', message: rule, fix: 'remède', ...more });
const order: FlowSearchOrder = { sort: 'received', direction: 'desc', limit: 10, scanMax: 1_000 };

/** Readings of the console's pages, as every store answers them. */
export function consoleReadsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`readings of the console from the ${name} store`, () => {
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

    interface Worked {
      readonly flow?: Partial<NewFlow>;
      readonly state?: FlowState;
      readonly invoices?: readonly Partial<InvoiceRow>[];
      readonly findings?: readonly Finding[];
    }

    /** A flow received at minute `n`, worked once unless it has no state. */
    async function flow(n: number, { flow: more, state, invoices = [], findings = [] }: Worked = {}) {
      const id = newId(Date.parse(time(n)));
      const row = newFlow({
        ...{ id, depositedName: nameOf(n), receivedAt: time(n), sizeBytes: 1_000 - n },
        ...more,
      });
      // What is counted may be given, or read: by turns here.
      const counted = { receivedAt: row.receivedAt, qualification: row.qualification === true };
      await store.transaction(async (tx) => {
        await tx.insertFlow(row);
        if (state === undefined) return;
        await tx.beginAttempt(id, time(n));
        const integrated = state === 'IN_INTEGRE' ? invoices.length : 0;
        await tx.finishAttempt(
          outcome(id, {
            state,
            flowId: nameOf(n).slice(16),
            invoicesReceived: invoices.length,
            invoicesIntegrated: integrated,
            invoicesRejected: invoices.length - integrated,
            at: time(n + 1),
            ...(n % 2 === 1 ? { counted } : {}),
          }),
        );
        await tx.insertFindings(id, 1, findings);
        await tx.insertInvoices(
          invoices.map((row, entryIndex) =>
            invoiceRow(id, { number: `F-${n}-${entryIndex}`, entryIndex, ...row }),
          ),
        );
      });
      return id;
    }
    const found = async (search: FlowSearch, more: Partial<FlowSearchOrder> = {}) =>
      (await store.searchFlows(search, { ...order, ...more })).flows.map(({ id }) => id);

    it('counts flows and invoices by hour and final state, trials and statuses apart', async () => {
      await flow(0, { state: 'IN_INTEGRE', invoices: [{}, {}] });
      await flow(1, { state: 'IN_INTEGRE', invoices: [{}] });
      await flow(61, { state: 'IN_REJETE', invoices: [{}] });
      await flow(62, { state: 'QP_RECEVABLE', flow: { qualification: true } });
      await flow(63);
      await flow(65, { state: 'QP_RECEVABLE', flow: { qualification: true } });
      const counts = [
        { hour: '2026-03-02T00', state: 'IN_INTEGRE', flows: 2, received: 3, integrated: 3, rejected: 0 },
        { hour: '2026-03-02T01', state: 'IN_REJETE', flows: 1, received: 1, integrated: 0, rejected: 1 },
      ];
      expect(await store.countsByHour('2026-03-02T00', '2026-03-02T02')).toEqual(counts);
      expect(await store.transaction((tx) => tx.foldCounts(2))).toBe(2);
      expect(await store.countsByHour('2026-03-02T00', '2026-03-02T02')).toEqual(counts);
      expect(await store.transaction((tx) => tx.foldCounts(100))).toBe(3);
      expect(await store.transaction((tx) => tx.foldCounts(100))).toBe(0);
      expect(await store.countsByHour('2026-03-02T00', '2026-03-02T02')).toEqual(counts);
      expect(await store.countsByHour('2026-03-02T01', '2026-03-02T02')).toEqual(counts.slice(1));
      expect(await store.countsByState()).toEqual([
        { state: 'IN_INTEGRE', flows: 2 },
        { state: 'IN_REJETE', flows: 1 },
        { state: 'QP_RECEVABLE', flows: 2 },
      ]);
    });

    it.each([
      ['given', 1],
      ['read', 2],
    ])(
      'counts refusals by the newest attempt: a flow that is worked again leaves its rules until it ends (%s)',
      async (_how, n) => {
        const id = await flow(n, {
          state: 'IN_REJETE',
          invoices: [{}, {}],
          findings: [
            refusal('G1.05', { entry: 'a.xml', invoiceIndex: 0 }),
            refusal('G1.05', { entry: 'a.xml', invoiceIndex: 1 }),
            refusal('G1.05', { entry: 'a.xml', invoiceIndex: 1 }),
            refusal('ECL-X'),
            finding({ ...refusal('BR-1'), severity: 'warning' }),
          ],
        });
        await flow(5, { state: 'IN_REJETE', findings: [refusal('G1.05')] });
        const rules = () => store.refusalsByRule(time(0), time(600), 10);
        expect(await rules()).toEqual([
          { rule: 'G1.05', flows: 2, invoices: 2 },
          { rule: 'ECL-X', flows: 1, invoices: 0 },
        ]);
        expect(await store.refusalsByRule(time(0), time(600), 1)).toHaveLength(1);
        await store.transaction(async (tx) => {
          await tx.insertReplayBatch({ id: 'b', by: 'user:a', at: time(9), reason: 'r', filter: '{}' });
          await tx.insertReplay({
            id: 'r',
            batch: 'b',
            flow: id,
            asOf: null,
            file: null,
            beforeState: 'IN_REJETE',
            beforeAttempt: 1,
            beforeReceived: 2,
            beforeIntegrated: 0,
            replaces: null,
          });
          await tx.takeReplays(1, time(9));
        });
        expect(await rules()).toEqual([{ rule: 'G1.05', flows: 1, invoices: 0 }]);
        expect((await store.countsByHour('2026-03-02T00', '2026-03-02T01')).map((c) => c.flows)).toEqual([1]);
        await store.transaction(async (tx) => {
          await tx.beginAttempt(id, time(10));
          await tx.finishAttempt(
            outcome(id, { attempt: 2, invoicesReceived: 2, invoicesIntegrated: 2, invoicesRejected: 0 }),
          );
        });
        expect(await rules()).toEqual([{ rule: 'G1.05', flows: 1, invoices: 0 }]);
        expect(await store.countsByHour('2026-03-02T00', '2026-03-02T01')).toEqual([
          { hour: '2026-03-02T00', state: 'IN_INTEGRE', flows: 1, received: 2, integrated: 2, rejected: 0 },
          { hour: '2026-03-02T00', state: 'IN_REJETE', flows: 1, received: 0, integrated: 0, rejected: 0 },
        ]);
      },
    );

    it('counts what waits, up to a limit, and gives the oldest', async () => {
      expect(await store.openFlows(10)).toEqual({
        counted: 0,
        more: false,
        states: [],
        hours: [],
        oldest: null,
      });
      const oldest = await flow(0);
      await flow(61);
      await flow(62, { flow: { qualification: true } });
      await flow(70, { state: 'IN_INTEGRE' });
      const open = await store.openFlows(10);
      expect(open).toMatchObject({ counted: 3, more: false, states: [{ state: 'IN_RECU', flows: 3 }] });
      expect(open.hours).toEqual([
        { hour: '2026-03-02T00', flows: 1 },
        { hour: '2026-03-02T01', flows: 1 },
      ]);
      expect(open.oldest?.id).toBe(oldest);
      expect(await store.openFlows(2)).toMatchObject({ counted: 2, more: true });
    });

    describe('search', () => {
      let all: string[];
      beforeEach(async () => {
        all = [
          await flow(0, {
            state: 'IN_INTEGRE',
            invoices: [{ supplierId: '111', supplierName: 'Café du Port' }],
          }),
          await flow(1, {
            state: 'IN_REJETE',
            invoices: [{ number: 'AB_12' }, {}],
            findings: [refusal('G1.05')],
            flow: { partner: 'FRN002' },
          }),
          await flow(2, { state: 'IN_REJETE', invoices: [{ recipientSiret: '222', number: 'ABC' }, {}, {}] }),
          await flow(3),
          await flow(4, {
            state: 'IN_INTEGRE',
            findings: [finding({ ...refusal('G1.05'), severity: 'warning' })],
          }),
        ];
      });
      const at = (...positions: number[]) => positions.map((n) => all[n]);

      it('finds by state, partner, period, and all of them together', async () => {
        expect(await found({})).toEqual(at(4, 3, 2, 1, 0));
        expect(await found({ state: 'IN_REJETE' })).toEqual(at(2, 1));
        expect(await found({ state: 'waiting' })).toEqual(at(3));
        expect(await found({ partner: 'FRN001' })).toEqual(at(4, 3, 2, 0));
        expect(await found({ partner: 'FRN001', state: 'IN_INTEGRE' })).toEqual(at(4, 0));
        expect(await found({ from: time(1), to: time(3) })).toEqual(at(2, 1));
        expect(await found({ from: time(1), to: time(3), state: 'IN_REJETE', partner: 'FRN002' })).toEqual(
          at(1),
        );
      });

      it('finds by rule, supplier, recipient, invoice number, names and text', async () => {
        expect(await found({ rule: 'G1.05' })).toEqual(at(1));
        expect(await found({ supplier: '111' })).toEqual(at(0));
        expect(await found({ recipient: '222' })).toEqual(at(2));
        expect(await found({ recipient: '222', rule: 'G1.05' })).toEqual([]);
        expect(await found({ invoiceNumber: 'AB' })).toEqual(at(2, 1));
        expect(await found({ invoiceNumber: 'ABC', state: 'IN_INTEGRE' })).toEqual([]);
        expect(await found({ name: nameOf(2) })).toEqual(at(2));
        expect(await found({ name: nameOf(2).slice(16) })).toEqual(at(2));
        expect(await found({ name: all[3] ?? '' })).toEqual(at(3));
        expect(await found({ text: 'du port' })).toEqual(at(0));
        expect(await found({ text: 'AB_' })).toEqual(at(1));
        expect(await found({ text: '%' })).toEqual([]);
        expect(await found({ rule: 'G1.05' }, { sort: 'size' })).toEqual(at(1));
      });

      it('sorts both ways', async () => {
        expect(await found({}, { direction: 'asc' })).toEqual(at(0, 1, 2, 3, 4));
        expect(await found({}, { sort: 'size' })).toEqual(at(0, 1, 2, 3, 4));
        expect(await found({}, { sort: 'ended' })).toEqual(at(4, 2, 1, 0));
        expect((await found({}, { sort: 'invoices' })).slice(0, 3)).toEqual(at(2, 1, 0));
        expect(await found({ invoiceNumber: 'AB' }, { sort: 'size' })).toEqual(at(1, 2));
      });

      it.each([
        ['everything', {}, [4, 3, 2, 1, 0]],
        ['a state', { state: 'IN_REJETE' }, [2, 1]],
        ['a partner', { partner: 'FRN001' }, [4, 3, 2, 0]],
        ['invoice numbers', { invoiceNumber: 'AB' }, [2, 1]],
        ['a supplier', { supplier: '79955500800017' }, [2, 1]],
      ] as const)('goes forth and back through %s', async (_name, search, expected) => {
        const forth: string[] = [];
        let page = await store.searchFlows(search, { ...order, limit: 1 });
        expect(page.previous).toBeNull();
        for (
          ;
          ;
          page = await store.searchFlows(search, {
            ...order,
            limit: 1,
            cursor: { side: 'after', at: page.next ?? { value: '', id: '' } },
          })
        ) {
          forth.push(...page.flows.map(({ id }) => id));
          if (page.next === null) break;
        }
        expect(forth).toEqual(at(...expected));
        const back: string[] = [];
        for (; page.previous !== null; ) {
          page = await store.searchFlows(search, {
            ...order,
            limit: 1,
            cursor: { side: 'before', at: page.previous },
          });
          back.unshift(...page.flows.map(({ id }) => id));
        }
        expect(back).toEqual(forth.slice(0, -1));
      });

      it('stops after so many rows, says so, and goes on from there', async () => {
        const few = { ...order, scanMax: 2 };
        const page = await store.searchFlows({ partner: 'FRN002', sort: 'x' } as FlowSearch, {
          ...few,
          sort: 'size',
          direction: 'asc',
        });
        expect(page).toMatchObject({ flows: [], scanned: 2, stopped: true });
        const at1 = page.next ?? { value: '', id: '' };
        const further = await store.searchFlows(
          { partner: 'FRN002' },
          { ...few, sort: 'size', direction: 'asc', cursor: { side: 'after', at: at1 } },
        );
        expect(further.flows.map(({ id }) => id)).toEqual(at(1));
      });
    });

    describe('searches invoices:', () => {
      beforeEach(async () => {
        await flow(0, { state: 'IN_INTEGRE', invoices: [{ number: 'A1' }, { number: 'A2', status: '08' }] });
        await flow(1, { flow: { partner: 'FRN002' }, state: 'IN_REJETE' });
        await flow(2, {
          flow: { partner: 'FRN002' },
          state: 'IN_INTEGRE_PARTIEL',
          invoices: [
            { number: 'B1', supplierId: '111', status: '08' },
            { number: 'A3', fate: 'rejected', status: null },
          ],
        });
        await flow(3);
        await flow(4, { state: 'IN_INTEGRE', invoices: [{ number: null, recipientSiret: '222' }] });
      });
      const bounds = { limit: 10, scanMax: 1_000 };
      const numbers = async (search: InvoiceSearch) =>
        (await store.searchInvoices(search, bounds)).invoices.map(({ invoice }) => invoice.number);

      it.each([
        ['nothing', {}, [null, 'A3', 'B1', 'A2', 'A1']],
        ['a number', { number: 'A2' }, ['A2']],
        ['the beginning of a number', { number: 'A' }, ['A3', 'A2', 'A1']],
        ['a supplier', { supplier: '111' }, ['B1']],
        ['a supplier and the recipient of another invoice', { supplier: '111', recipient: '222' }, []],
        ['a recipient', { recipient: '222' }, [null]],
        ['a status', { status: '08' }, ['B1', 'A2']],
        ['a fate', { fate: 'rejected' }, ['A3']],
        ['a partner', { partner: 'FRN002' }, ['A3', 'B1']],
        ['a period', { from: time(1), to: time(4) }, ['A3', 'B1']],
        ['a supplier in a period', { supplier: '79955500800017', to: time(2) }, ['A2', 'A1']],
        ['a number in a period of a partner', { number: 'A', partner: 'FRN001', from: time(1) }, []],
      ] as const)('by %s', async (_name, search, expected) => {
        expect(await numbers(search)).toEqual(expected);
      });

      it('gives the flow with each invoice', async () => {
        const { invoices } = await store.searchInvoices({ number: 'B1' }, bounds);
        expect(invoices).toHaveLength(1);
        expect(invoices[0]?.flow).toEqual(await store.flow(invoices[0]?.invoice.flow ?? ''));
        expect(invoices[0]?.invoice).toEqual(await store.invoice(invoices[0]?.invoice.id ?? ''));
      });

      it.each([
        ['everything', {}, 1, [null, 'A3', 'B1', 'A2', 'A1']],
        ['two at a time', {}, 2, [null, 'A3', 'B1', 'A2', 'A1']],
        ['numbers', { number: 'A' }, 1, ['A3', 'A2', 'A1']],
        ['a supplier', { supplier: '79955500800017' }, 1, [null, 'A3', 'A2', 'A1']],
      ] as const)('goes forth and back through %s', async (_name, search, limit, expected) => {
        const at = (side: 'after' | 'before', place: InvoiceCursor) =>
          store.searchInvoices(search, { ...bounds, limit, cursor: { side, at: place } });
        const shown = ({ invoices }: Awaited<ReturnType<typeof at>>) =>
          invoices.map(({ invoice }) => invoice.number);
        let page = await store.searchInvoices(search, { ...bounds, limit });
        expect(page.previous).toBeNull();
        const forth = [...shown(page)];
        for (; page.next !== null; forth.push(...shown(page))) page = await at('after', page.next);
        expect(forth).toEqual(expected);
        const last = shown(page);
        const back: (string | null)[] = [];
        for (; page.previous !== null; back.unshift(...shown(page))) page = await at('before', page.previous);
        expect(back).toEqual(forth.slice(0, forth.length - last.length));
      });

      it('stops after so many invoices, says so, and goes on from there', async () => {
        const few = { limit: 10, scanMax: 2 };
        const page = await store.searchInvoices({ status: '08' }, few);
        expect(page).toMatchObject({ invoices: [], stopped: true, previous: null });
        const found: (string | null)[] = [];
        let { next } = page;
        for (let turn = 0; next !== null && turn < 10; turn++) {
          const further = await store.searchInvoices(
            { status: '08' },
            { ...few, cursor: { side: 'after', at: next } },
          );
          found.push(...further.invoices.map(({ invoice }) => invoice.number));
          next = further.next;
        }
        expect(found).toEqual(['B1', 'A2']);
      });
    });

    it('reads invoices and findings of an attempt in parts', async () => {
      const id = await flow(0, {
        state: 'IN_REJETE',
        invoices: [{ number: 'A' }, { number: 'B' }, { number: 'C' }],
        findings: [refusal('R1'), { ...refusal('W'), severity: 'warning' }, refusal('R2'), refusal('R3')],
      });
      expect(await store.attemptSizes(id, 1)).toEqual({ invoices: 3, fatal: 3, warnings: 1 });
      expect(await store.attemptSizes(id, 2)).toEqual({ invoices: 0, fatal: 0, warnings: 0 });
      const [first] = await store.invoicesFrom(id, 1, null, 1);
      expect(first?.number).toBe('A');
      expect((await store.invoicesFrom(id, 1, first?.id ?? null, 5)).map((i) => i.number)).toEqual([
        'B',
        'C',
      ]);
      const fatal = await store.findingsFrom(id, 1, 1, 1, 'fatal');
      expect((await store.findingsFrom(id, 1, 1, 2)).map(({ rule }) => rule)).toEqual(['W', 'R2']);
      expect(fatal.map(({ rule, position }) => [rule, position])).toEqual([['R2', 2]]);
      expect((await store.findingsFrom(id, 1, 0, 9, 'warning')).map(({ rule }) => rule)).toEqual(['W']);
    });

    it('gives all passages of an invoice of a supplier, newest first', async () => {
      await flow(0, { state: 'IN_REJETE', invoices: [{ number: 'N' }] });
      const second = await flow(1, { state: 'IN_INTEGRE', invoices: [{ number: 'N' }] });
      await flow(2, { state: 'IN_INTEGRE', invoices: [{ number: 'N', supplierId: 'autre' }] });
      const rows = await store.passages('79955500800017', 'N', 10);
      expect(rows).toHaveLength(2);
      expect(rows[0]?.flow).toBe(second);
      expect(await store.passages(null, 'N', 10)).toHaveLength(3);
    });
  });
}
