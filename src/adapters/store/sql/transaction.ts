import type { Flow } from '../../../domain/flow.js';
import { isFinal } from '../../../domain/flow.js';
import { Fault } from '../../../errors.js';
import type { InvoiceRow, PendingStatus, StatusRow, StoreTransaction } from '../../../ports/store.js';
import { alertWrites } from './alerts.js';
import { statusColumns, toFlow } from './columns.js';
import type { Connection } from './connection.js';
import { consoleWrites } from './console.js';
import { counting, countWrites } from './console-counts.js';
import { fenceWrites } from './fences.js';
import { invoiceMoveWrites } from './invoice-moves.js';
import { clearJobFault, jobWrites } from './jobs.js';
import { lifeWrites } from './life.js';
import { uniquenessWrites } from './openings.js';
import { runAll } from './query.js';
import { questionWrites } from './questions.js';
import { replayWrites } from './replays.js';
import { retentionWrites } from './retention.js';
import * as sql from './statements.js';
import { notes, resendDelivery } from './stays.js';
import { worksWrites } from './works.js';

/** Key of the number from which a sequence starts that has no row yet: raised by every restore. */
const floor = '';

/** The writing side, on the connection whose transaction is open. */
export function sqlTransaction(c: Connection): StoreTransaction {
  return {
    ...flowWrites(c),
    ...uniquenessWrites(c),
    ...sequences(c),
    ...inserts(c),
    ...counting(c, { ...flowWrites(c), ...inserts(c) }),
    ...countWrites(c),
    ...statusWrites(c),
    ...deliveryWrites(c),
    ...partnerWrites(c),
    ...alertWrites(c),
    ...consoleWrites(c),
    ...jobWrites(c),
    ...lifeWrites(c),
    ...fenceWrites(c),
    ...invoiceMoveWrites(c),
    ...worksWrites(c),
    ...questionWrites(c),
    ...replayWrites(c),
    ...retentionWrites(c),
  };
}

function flowWrites(c: Connection) {
  const flow = async (id: string): Promise<Flow | null> => {
    const row = await c.one(sql.flowById, { id });
    return row === null ? null : toFlow(row);
  };
  return {
    async insertFlow(row) {
      const { demo, qualification, ...rest } = row;
      const flags = { demo: demo ? 1 : 0, qualification: qualification === true ? 1 : 0 };
      await c.later(sql.insertFlow, [{ ...rest, state: 'IN_RECU', ...flags }]);
    },
    flow,
    async setArchiveKey(id, archiveKey) {
      mustExist(await c.run(sql.setArchiveKey, { id, archiveKey }), 'flow', id);
    },
    async finishAttempt({ flow: id, attempt, state, at, durationMs, layers, ...counts }) {
      const { flowId, interfaceCode, invoicesReceived, invoicesIntegrated, invoicesRejected } = counts;
      const finalAt = isFinal(state) ? at : null;
      const result = { flowId, interfaceCode, invoicesReceived, invoicesIntegrated, invoicesRejected };
      const end = { endedAt: at, durationMs, state, layers: JSON.stringify(layers) };
      await c.later(sql.endAttempt, [{ flow: id, attempt, ...end }], overtaken);
      await c.later(sql.finishFlow, [{ id, attempt, state, finalAt, ...result }], ([first]) =>
        overtaken([{ flow: first?.id ?? id, attempt: first?.attempt ?? attempt }]),
      );
      // Also of a first attempt: a fault may have come before it could begin.
      await c.later(clearJobFault, [{ flow: id }]);
    },
  } satisfies Partial<StoreTransaction>;
}

/** Of several that end together it is not known which one it was; alone it is. */
function overtaken([first]: readonly { readonly flow: string; readonly attempt: number }[]): Fault {
  const { flow, attempt } = first ?? { flow: '?', attempt: 0 };
  return new Fault('STORE_CONFLICT', `attempt ${attempt} of flow ${flow} is no longer the one in progress`, {
    flow,
    attempt,
  });
}

/** Numbers are counted here once the newest is known: nobody else takes any before the commit. */
function sequences(c: Connection) {
  let taken: Promise<Map<string, number>> | undefined;
  const newest = async () =>
    new Map((await c.all(sql.lastNumbers, {})).map(({ interfaceCode, last }) => [interfaceCode, last]));
  return {
    async openSequences() {
      taken ??= newest();
      await taken;
    },
    async nextSequence(interfaceCode) {
      taken ??= newest();
      const numbers = await taken;
      const last = (numbers.get(interfaceCode) ?? numbers.get(floor) ?? 0) + 1;
      numbers.set(interfaceCode, last);
      await c.later(
        sql.setLastNumber,
        [{ interfaceCode, last }],
        () => new Fault('STORE_CONFLICT', `number ${last} of ${interfaceCode} has been taken meanwhile`),
      );
      return last;
    },
    async skipSequences(by) {
      taken = undefined;
      await c.run(sql.openFloor, { interfaceCode: floor });
      await c.run(sql.skipSequences, { by });
    },
  } satisfies Partial<StoreTransaction>;
}

function inserts(c: Connection) {
  return {
    async insertInvoices(rows) {
      await c.later(sql.insertInvoice, rows);
    },
    async insertFindings(flow, attempt, findings) {
      await c.later(
        sql.insertFinding,
        findings.map((row, position) => ({ ...row, flow, attempt, position })),
      );
    },
    async insertDeliveries(rows) {
      await c.later(sql.insertDelivery, rows);
      await c.later(
        sql.insertBody,
        rows.map(({ id, body, parts }) => ({ delivery: id, body, parts: JSON.stringify(parts) })),
      );
    },
    async insertStatuses(rows) {
      await c.later(sql.insertStatus, rows);
    },
    async insertEvents(events) {
      await c.later(sql.insertEvent, events);
    },
    async setMeta(key, value) {
      await c.run(sql.setMeta, { key, value });
    },
  } satisfies Partial<StoreTransaction>;
}

function statusWrites(c: Connection) {
  return {
    async pendingStatuses(partner, limit) {
      return (await c.all(sql.pendingStatuses, { partner, limit })).map(toPendingStatus);
    },
    async markStatusesSent(ids, delivery) {
      if ((await runAll(c, sql.markStatusesSent(ids, delivery))) === ids.length) return;
      throw new Fault(
        'STORE_CONFLICT',
        `of ${ids.length} statuses, some have been sent already, or do not exist`,
        { ids },
      );
    },
    async setInvoiceStatus(invoice, code) {
      mustExist(await c.run(sql.setInvoiceStatus, { invoice, code }), 'invoice', invoice);
    },
  } satisfies Partial<StoreTransaction>;
}

function deliveryWrites(c: Connection) {
  return {
    async markDelivered(id, sha256, sizeBytes, at) {
      mustExist(await c.run(sql.markDelivered, { id, sha256, sizeBytes, at }), 'delivery', id);
    },
    async markAllDelivered(rows, at) {
      const marked = rows.map(({ id, attempts, sha256, sizeBytes }) => ({
        ...{ id, sha256, sizeBytes, attempts: attempts + 1 },
        ...({ state: 'delivered', deliveredAt: at, lastError: null } as const),
      }));
      if ((await c.runMany(sql.markAllDelivered, marked)) === rows.length) return;
      throw new Fault('NOT_FOUND', `of ${rows.length} deliveries, some do not exist`);
    },
    async markDeliveryFailed(id, error, final) {
      const state = final ? 'failed' : 'pending';
      mustExist(await c.run(sql.markDeliveryFailed, { id, error, state }), 'delivery', id);
    },
    noteStay: async ({ id, deliveredAt }, note, at) =>
      (await c.run(notes[note], { id, deliveredAt, at })) === 1,
    resendDelivery: async (id) => (await c.run(resendDelivery, { id })) === 1,
    invoicesOfDelivery: async (delivery) => c.all(sql.invoicesOfDelivery, { delivery }),
    async invoicesOfDeliveries(deliveries) {
      const found = [];
      for (const one of sql.invoicesOfDeliveries(deliveries))
        for (const { delivery, issuer, ...row } of await c.all(one, {}))
          found.push({ delivery, issuer, row });
      return found;
    },
    async linkDelivery(delivery, invoices) {
      await c.later(
        sql.linkDelivery,
        invoices.map((invoice) => ({ delivery, invoice })),
      );
    },
  } satisfies Partial<StoreTransaction>;
}

function partnerWrites(c: Connection) {
  return {
    async setPartnerControl(control) {
      await c.run(sql.setPartnerControl, control);
    },
    async setPartnerHealth(health) {
      await c.run(sql.setPartnerHealth, health);
    },
  } satisfies Partial<StoreTransaction>;
}

function mustExist(changed: number, what: string, id: string): void {
  if (changed === 0) throw new Fault('NOT_FOUND', `no ${what} has the id ${id}`);
}

/** The invoice's columns come with the prefix `invoice.`: both tables have an `id` and a `partner` of their own. */
function toPendingStatus(row: StatusRow & Record<string, unknown>): PendingStatus {
  const invoiceRow = Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith('invoice.') ? [[name.slice(8), value]] : [],
    ),
  ) as unknown as InvoiceRow;
  const own = Object.fromEntries(statusColumns.map((column) => [column, row[column]]));
  return { ...(own as unknown as StatusRow), invoiceRow };
}
