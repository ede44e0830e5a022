import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Finding, finding } from '../../src/domain/finding.js';
import type { FlowState } from '../../src/domain/flow.js';
import { newId } from '../../src/domain/ids.js';
import type { InvoiceRow, NewFlow, Store } from '../../src/ports/store.js';
import { delivery, invoiceRow, newFlow, outcome, type StorePlace } from './store.contract.js';

const day = (n: number, time = '09:00:00.000') => `2026-03-${String(n).padStart(2, '0')}T${time}Z`;
const refusal = (rule: string, more: Partial<Finding> = {}): Finding =>
  finding({ rule, severity: 'fatal', layer: 'chorus', message: `message ${rule}`, fix: 'remède', ...more });
const about = (row: InvoiceRow) => ({ entry: row.entry, invoiceIndex: row.entryIndex, invoice: row.number });
const sequence = (n: number) => `FRN0011100${String(n).padStart(15, '0')}`;
const nameOf = (n: number) => `FSO1100A_FRN001_${sequence(n)}`;
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

/** Questions of support staff, as every store answers them. */
export function questionStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`questions to the ${name} store`, () => {
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

    /** A flow that was worked once; its number counts up with its age. */
    async function worked(
      n: number,
      state: FlowState,
      more: {
        flow?: Partial<NewFlow>;
        invoices?: (flow: string) => InvoiceRow[];
        findings?: readonly Finding[];
        at?: string;
      } = {},
    ): Promise<string> {
      const at = more.at ?? day(n);
      const flow = newFlow({
        id: newId(Date.parse(day(1)) + n),
        depositedName: nameOf(n),
        receivedAt: day(n),
        ...more.flow,
      });
      await store.transaction(async (tx) => {
        await tx.insertFlow(flow);
        await tx.beginAttempt(flow.id, at);
        await tx.insertInvoices(more.invoices?.(flow.id) ?? []);
        await tx.insertFindings(flow.id, 1, more.findings ?? []);
        await tx.finishAttempt(outcome(flow.id, { state, at, flowId: flow.depositedName.slice(16) }));
      });
      return flow.id;
    }

    it('tells the files that carried an invoice, and what was found about it, its entry and its flow', async () => {
      const [mine, other] = [invoiceRow('x'), invoiceRow('x', { entryIndex: 1, number: 'F-2' })];
      const flow = await worked(1, 'IN_INTEGRE_PARTIEL', {
        invoices: (id) => [mine, other].map((row) => ({ ...row, flow: id })),
        findings: [
          refusal('OWN', about(mine)),
          refusal('OTHER', about(other)),
          refusal('ENTRY', { entry: mine.entry }),
          refusal('ELSEWHERE', { entry: 'autre.xml' }),
          refusal('FLOW'),
        ],
      });
      const pivot = delivery({ flow });
      const report = delivery({ flow, kind: 'integration-report' });
      await store.transaction(async (tx) => {
        await tx.insertDeliveries([report, pivot]);
        await tx.linkDelivery(pivot.id, [mine.id]);
      });
      const { body: _body, parts: _parts, ...facts } = pivot;
      expect(await store.deliveriesOfInvoice(mine.id)).toEqual([facts]);
      expect(await store.deliveriesOfInvoice(other.id)).toEqual([]);
      expect(ids(await store.deliveriesOfFlow(flow))).toEqual([report.id, pivot.id]);
      expect(await store.deliveryFacts(pivot.id)).toEqual(facts);
      expect(await store.deliveryFacts('none')).toBeNull();
      const found = await store.findingsOfInvoice({ ...mine, flow });
      expect(found.map(({ rule }) => rule)).toEqual(['OWN', 'ENTRY', 'FLOW']);
      expect(ids(await store.invoicesOfAttempt(flow, 1))).toEqual([mine.id, other.id]);
      expect(await store.invoicesOfAttempt(flow, 2)).toEqual([]);
    });

    it('lists flows of which something was refused, with the rules of their newest attempt', async () => {
      const row = invoiceRow('x');
      const old = await worked(1, 'IN_REJETE', { findings: [refusal('A')] });
      const two = await worked(3, 'IN_INTEGRE_PARTIEL', {
        findings: [
          refusal('B', about(row)),
          refusal('A', about(row)),
          refusal('A', { ...about(row), invoiceIndex: 1 }),
          refusal('A', { ...about(row), invoiceIndex: 1 }),
          refusal('W', { severity: 'warning' }),
        ],
      });
      const theirs = await worked(4, 'IN_REJETE', { flow: { partner: 'FRN002' }, findings: [refusal('B')] });
      await worked(5, 'IN_INTEGRE', { findings: [refusal('A', { severity: 'warning' })] });
      await store.transaction((tx) => tx.insertFlow(newFlow({ receivedAt: day(6) })));
      const failed = await store.failedFlows({ since: day(1), limit: 10 });
      expect(failed.map(({ flow }) => flow.id)).toEqual([theirs, two, old]);
      expect(failed[1]?.rules).toEqual([
        { rule: 'A', findings: 3, invoices: 2 },
        { rule: 'B', findings: 1, invoices: 1 },
      ]);
      expect(failed[2]?.rules).toEqual([{ rule: 'A', findings: 1, invoices: 0 }]);
      const some = async (filter: { partner?: string; rule?: string; since: string; limit: number }) =>
        (await store.failedFlows(filter)).map(({ flow }) => flow.id);
      expect(await some({ partner: 'FRN001', since: day(2), limit: 10 })).toEqual([two]);
      expect(await some({ rule: 'B', since: day(1), limit: 10 })).toEqual([theirs, two]);
      expect(await some({ rule: 'W', since: day(1), limit: 10 })).toEqual([]);
      expect(await some({ since: day(1), limit: 1 })).toEqual([theirs]);
    });

    it('counts the rules that refuse most, partner by partner, each flow and invoice once', async () => {
      const row = invoiceRow('x');
      await worked(1, 'IN_REJETE', {
        findings: [refusal('A', about(row)), refusal('A', about(row)), refusal('B')],
      });
      const newest = await worked(2, 'IN_REJETE', {
        findings: [refusal('A', about(row)), refusal('W', { severity: 'warning' })],
      });
      await worked(3, 'IN_INTEGRE');
      await worked(4, 'QP_IRRECEVABLE', { flow: { qualification: true }, findings: [refusal('T')] });
      await worked(5, 'IN_REJETE', { flow: { partner: 'FRN002' }, findings: [refusal('C')] });
      const all = await store.topRules({ since: day(1), limit: 10 });
      expect(
        all.map(({ partner, rule, flows, invoices, flowsReceived }) => [
          partner,
          rule,
          flows,
          invoices,
          flowsReceived,
        ]),
      ).toEqual([
        ['FRN001', 'A', 2, 2, 3],
        ['FRN001', 'B', 1, 0, 3],
        ['FRN002', 'C', 1, 0, 1],
      ]);
      expect(all[0]).toMatchObject({ example: newest, exampleName: nameOf(2), message: 'message A' });
      expect((await store.topRules({ since: day(1), limit: 1 })).map(({ rule }) => rule)).toEqual(['A', 'C']);
      expect(await store.topRules({ partner: 'FRN002', since: day(1), limit: 9 })).toHaveLength(1);
      expect(await store.topRules({ since: day(9), limit: 9 })).toEqual([]);
    });

    it('tells flows whose report is not written, also those whose report was given up', async () => {
      const [waiting, given, done, young] = [
        await worked(1, 'IN_INTEGRE'),
        await worked(2, 'IN_REJETE'),
        await worked(3, 'IN_INTEGRE'),
        await worked(8, 'IN_INTEGRE'),
      ];
      const of = (flow: string) => delivery({ flow, kind: 'integration-report' });
      const [first, second, third] = [of(waiting), of(given), of(done)];
      await store.transaction(async (tx) => {
        await tx.insertDeliveries([third, second, first, of(young), delivery({ flow: waiting })]);
        await tx.markDeliveryFailed(second.id, 'disk', true);
        await tx.markDelivered(third.id, 'a'.repeat(64), 1, day(3));
      });
      const found = await store.unreportedFlows(day(7), 10);
      expect(found.map(({ flow, report }) => [flow.id, report.id])).toEqual([
        [waiting, first.id],
        [given, second.id],
      ]);
      expect(found[1]?.report.lastError).toBe('disk');
      expect(await store.unreportedFlows(day(7), 1)).toHaveLength(1);
    });

    it('gives the flow ids of a partner in their order, page by page, and says what has none', async () => {
      for (const n of [3, 1, 2]) await worked(n, 'IN_INTEGRE');
      await worked(4, 'QP_RECEVABLE', { flow: { qualification: true } });
      await worked(5, 'IN_INTEGRE', {
        flow: { partner: 'FRN002', depositedName: 'FSO1100A_FRN002_FRN0021100000000000000001' },
      });
      const open = newFlow({ depositedName: nameOf(9) });
      const misread = newFlow({ depositedName: 'facture.xml' });
      await store.transaction(async (tx) => {
        await tx.insertFlow(open);
        await tx.insertFlow(misread);
        await tx.beginAttempt(misread.id, day(1));
        await tx.finishAttempt(outcome(misread.id, { state: 'IN_REJETE', flowId: null }));
      });
      const page = await store.flowNumbers('FRN001', '', 2);
      expect(page.map(({ flowId }) => flowId)).toEqual([sequence(1), sequence(2)]);
      const next = await store.flowNumbers('FRN001', sequence(2), 2);
      expect(next).toMatchObject([
        { flowId: sequence(3), depositedName: nameOf(3), state: 'IN_INTEGRE', receivedAt: day(3) },
      ]);
      expect(ids(await store.openFlowNames('FRN001', 10))).toEqual([open.id]);
      expect(await store.namelessFlows('FRN001')).toBe(1);
      expect(await store.namelessFlows('FRN002')).toBe(0);
    });

    it('finds flows by many names, flow ids or bytes, and all of a period', async () => {
      const [first, second] = [await worked(1, 'IN_INTEGRE'), await worked(2, 'IN_REJETE')];
      const theirs = await worked(3, 'IN_INTEGRE', { flow: { partner: 'FRN002' } });
      const many = Array.from({ length: 450 }, (_, i) => `nom-${i}`);
      expect(ids(await store.flowsCalled('FRN001', [...many, nameOf(2), sequence(1), nameOf(3)]))).toEqual([
        first,
        second,
      ]);
      const bytes = async (flow: string) => (await store.flow(flow))?.sha256 ?? '';
      expect(ids(await store.flowsWithBytes('FRN001', [await bytes(second), await bytes(theirs)]))).toEqual([
        second,
      ]);
      expect(await store.flowsCalled('FRN001', [])).toEqual([]);
      const period = { from: day(1), to: day(3) };
      const page = await store.flowsBetween('FRN001', period, null, 1);
      expect(ids(page)).toEqual([first]);
      expect(ids(await store.flowsBetween('FRN001', period, page[0] ?? null, 1))).toEqual([second]);
      expect(ids(await store.flowsBetween('FRN001', { from: day(1), to: day(2) }, null, 9))).toEqual([first]);
    });

    it('gives the attempts of a day that refused something, also those that another attempt has followed', async () => {
      const at = (time: string) => ({ at: day(2, time) });
      await worked(1, 'IN_REJETE', { at: day(1, '23:59:59.999') });
      const first = await worked(2, 'IN_REJETE', at('08:00:00.000'));
      const same = await worked(3, 'IN_INCIDENTE', at('08:00:00.000'));
      await worked(4, 'IN_INTEGRE', at('08:30:00.000'));
      await worked(5, 'QP_IRRECEVABLE', { ...at('08:30:00.000'), flow: { qualification: true } });
      const last = await worked(6, 'IN_INTEGRE_PARTIEL', at('10:00:00.000'));
      const unreadable = await worked(9, 'QP_IRRECEVABLE', at('12:00:00.000'));
      await worked(7, 'IN_REJETE', { at: day(3, '00:00:00.000') });
      await worked(8, 'IN_REJETE', { ...at('11:00:00.000'), flow: { partner: 'FRN002' } });
      const period = { from: day(2, '00:00:00.000'), to: day(3, '00:00:00.000') };
      const all = await store.refusedAttempts('FRN001', period, null, 10);
      expect(all.map(({ flow }) => flow)).toEqual([first, same, last, unreadable]);
      expect(all[0]).toEqual({
        flow: first,
        depositedName: nameOf(2),
        attempt: 1,
        state: 'IN_REJETE',
        receivedAt: day(2),
        endedAt: day(2, '08:00:00.000'),
      });
      let after = all[0] ?? null;
      const paged: string[] = [];
      while (after !== null) {
        paged.push(after.flow);
        after = (await store.refusedAttempts('FRN001', period, after, 1))[0] ?? null;
      }
      expect(paged).toEqual([first, same, last, unreadable]);
    });

    it('takes a day of a partner once', async () => {
      const take = (partner: string, which: string) =>
        store.transaction((tx) => tx.takeDailyFile({ partner, day: which, rejects: 0, at: day(9) }));
      expect(await store.newestDailyFile('FRN001')).toBeNull();
      expect(await take('FRN001', '2026-03-02')).toBe(true);
      expect(await take('FRN001', '2026-03-02')).toBe(false);
      expect(await take('FRN002', '2026-03-02')).toBe(true);
      expect(await take('FRN001', '2026-03-01')).toBe(true);
      expect(await store.newestDailyFile('FRN001')).toBe('2026-03-02');
    });
  });
}
