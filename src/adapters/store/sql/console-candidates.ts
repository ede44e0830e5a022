import { sql } from 'kysely';
import type {
  FlowCursor,
  FlowSearch,
  FlowSearchOrder,
  FlowSort,
} from '../../../ports/store-console-reads.js';
import { flowColumns } from './columns.js';
import { db } from './query.js';
import type { FlowTable } from './tables.js';

/** A flow that may be part of a page: `found` is 1 when its invoices and findings are what is looked for. */
export type Candidate = Pick<FlowTable, (typeof flowColumns)[number]> & { readonly found: number };

/** What flows are found by over another table. */
export type Driver = 'supplier' | 'recipient' | 'rule';

export const sortColumn = {
  received: 'receivedAt',
  ended: 'finalAt',
  size: 'sizeBytes',
  invoices: 'invoicesReceived',
} as const satisfies Record<FlowSort, keyof FlowTable>;

const hasInvoice = (column: 'supplierId' | 'recipientSiret', value: string) =>
  sql<boolean>`exists (select 1 from "invoices" where ${sql.ref(`invoices.${column}`)} = ${value} and "invoices"."flow" = "flows"."id")`;
const hasRule = (rule: string) =>
  sql<boolean>`exists (select 1 from "findings" where "findings"."rule" = ${rule} and "findings"."flow" = "flows"."id" and "findings"."severity" = 'fatal')`;

/** Flows with a column that says whether they have what is looked for; the one that leads to them is not asked again. */
export function candidates(search: FlowSearch, led: Driver | null) {
  const { supplier, recipient, rule } = search;
  const asked = [
    ...(supplier === undefined || led === 'supplier' ? [] : [hasInvoice('supplierId', supplier)]),
    ...(recipient === undefined || led === 'recipient' ? [] : [hasInvoice('recipientSiret', recipient)]),
    // The index of rules holds warnings too.
    ...(rule === undefined ? [] : [hasRule(rule)]),
  ];
  const found =
    asked.length === 0
      ? sql<number>`1`
      : sql<number>`case when ${sql.join(asked, sql` and `)} then 1 else 0 end`;
  return db
    .selectFrom('flows')
    .select(flowColumns.map((column) => `flows.${column}` as const))
    .select(found.as('found'));
}

export function matches(row: Candidate, { state, partner, from, to }: FlowSearch): boolean {
  if (row.found !== 1) return false;
  if (state === 'waiting' ? row.finalAt !== null : state !== undefined && row.state !== state) return false;
  if (partner !== undefined && row.partner !== partner) return false;
  return (from === undefined || row.receivedAt >= from) && (to === undefined || row.receivedAt < to);
}

/** The same as conditions on rows named `c`. */
export function conditions({ state, partner, from, to }: FlowSearch) {
  const column = (name: string) => sql.ref(`c.${name}`);
  const all = [
    sql<boolean>`${column('found')} = 1`,
    ...(state === undefined
      ? []
      : state === 'waiting'
        ? [sql<boolean>`${column('finalAt')} is null`]
        : [sql<boolean>`${column('state')} = ${state}`]),
    ...(partner === undefined ? [] : [sql<boolean>`${column('partner')} = ${partner}`]),
    ...(from === undefined ? [] : [sql<boolean>`${column('receivedAt')} >= ${from}`]),
    ...(to === undefined ? [] : [sql<boolean>`${column('receivedAt')} < ${to}`]),
  ];
  return sql<boolean>`${sql.join(all, sql` and `)}`;
}

export function cursorOf(row: Candidate | undefined, sort: FlowSort): FlowCursor | null {
  return row === undefined ? null : { value: row[sortColumn[sort]] ?? '', id: row.id };
}

function compare(a: FlowCursor, b: FlowCursor): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

export function inOrder(sort: FlowSort, direction: 'asc' | 'desc'): (a: Candidate, b: Candidate) => number {
  const sign = direction === 'asc' ? 1 : -1;
  const place = (row: Candidate): FlowCursor => ({ value: row[sortColumn[sort]] ?? '', id: row.id });
  return (a, b) => sign * compare(place(a), place(b));
}

/** Whether a row stands before a cursor in an order. */
export function isBefore(
  row: Candidate,
  at: FlowCursor,
  { sort, direction }: Pick<FlowSearchOrder, 'sort' | 'direction'>,
): boolean {
  const sign = direction === 'asc' ? 1 : -1;
  return sign * compare({ value: row[sortColumn[sort]] ?? '', id: row.id }, at) < 0;
}
