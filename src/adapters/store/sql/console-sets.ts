import { sql } from 'kysely';
import type { FlowSearch } from '../../../ports/store-console-reads.js';
import type { Connection } from './connection.js';
import { candidates, type Driver } from './console-candidates.js';
import { db, once } from './query.js';

/** Sorts after every text that begins with another. */
const afterAll = '\uffff';

/** Whether the flows are few enough to be gathered before they are sorted. */
export function isSmallSet(search: FlowSearch): boolean {
  const { name, text, invoiceNumber, state } = search;
  return name !== undefined || text !== undefined || invoiceNumber !== undefined || state === 'waiting';
}

export interface Driven {
  readonly by: Driver;
  readonly value: string;
}

/** What leads to the flows, when invoices or findings are asked for. */
export function drivenBy({ supplier, recipient, rule }: FlowSearch): Driven | null {
  if (rule !== undefined) return { by: 'rule', value: rule };
  if (supplier !== undefined) return { by: 'supplier', value: supplier };
  return recipient === undefined ? null : { by: 'recipient', value: recipient };
}

/** Ids of flows by what leads to them, by their age. */
function idsOf({ by, value }: Driven, direction: 'asc' | 'desc', after: string | null, limit: number) {
  const side = direction === 'desc' ? '<' : '>';
  if (by === 'rule') {
    const built = db.selectFrom('findings').select('flow').distinct().where('rule', '=', value);
    return (after === null ? built : built.where('flow', side, after))
      .orderBy('flow', direction)
      .limit(limit);
  }
  const column = by === 'supplier' ? 'supplierId' : 'recipientSiret';
  const built = db.selectFrom('invoices').select('flow').distinct().where(column, '=', value);
  return (after === null ? built : built.where('flow', side, after)).orderBy('flow', direction).limit(limit);
}

/** The flows that a driver leads to, by their age, a part of them. */
export function flowsOfDriver(
  driver: Driven,
  search: FlowSearch,
  direction: 'asc' | 'desc',
  after: string | null,
  limit: number,
) {
  const ids = idsOf(driver, direction, after, limit).as('led');
  return candidates(search, driver.by)
    .innerJoin(ids, 'led.flow', 'flows.id')
    .orderBy('flows.id', direction)
    .limit(limit);
}

interface Bounds {
  /** Flows at most. */
  readonly max: number;
  /** Invoices whose names are read at most. */
  readonly scanMax: number;
  readonly newestFirst: boolean;
}

/** Ids of the flows that a search names; `stopped` when there may be more. */
export async function collectFlows(
  c: Connection,
  search: FlowSearch,
  { max, scanMax, newestFirst }: Bounds,
): Promise<{ readonly flows: readonly string[]; readonly stopped: boolean }> {
  const direction = newestFirst ? 'desc' : 'asc';
  const { name, text, invoiceNumber } = search;
  const lists = [
    ...(name === undefined ? [] : flowsCalled(name, max)),
    ...(invoiceNumber === undefined ? [] : [flowsHolding(invoiceNumber, max)]),
    ...(text === undefined ? [] : [...flowsCalled(text, max), flowsHolding(text, max)]),
  ];
  const sets: Set<string>[] = [];
  let stopped = false;
  const gather = async (built: Parameters<typeof once<{ flow: string }>>[0]): Promise<Set<string>> => {
    const rows = await c.all(once<{ flow: string }>(built), {});
    if (rows.length === max) stopped = true;
    return new Set(rows.map(({ flow }) => flow));
  };
  const all = new Set<string>();
  for (const built of lists) for (const flow of await gather(built as never)) all.add(flow);
  if (text !== undefined) {
    for (const flow of await gather(flowsNaming(text, scanMax, max) as never)) all.add(flow);
    const { last } = (await c.one(once<{ last: number }>(invoicesStored() as never), {})) ?? { last: 0 };
    if (last > scanMax) stopped = true;
  }
  if (lists.length > 0) sets.push(all);
  const driver = drivenBy(search);
  if (lists.length === 0 && driver !== null)
    sets.push(await gather(idsOf(driver, direction, null, max) as never));
  if (sets.length === 0) sets.push(await gather(waiting(direction, max) as never));
  return { flows: [...(sets[0] ?? [])].slice(0, max), stopped };
}

function waiting(direction: 'asc' | 'desc', max: number) {
  return db
    .selectFrom('flows')
    .select('id as flow')
    .where('finalAt', 'is', null)
    .orderBy('seq', direction)
    .limit(max);
}

/** By id, by flow id, by deposited name, or how they begin. */
function flowsCalled(text: string, max: number) {
  const upper = text.toUpperCase();
  const by = (column: 'id' | 'flowId' | 'depositedName', from: string) =>
    db
      .selectFrom('flows')
      .select('id as flow')
      .where(column, 'is not', null)
      .where(column, '>=', from)
      .where(column, '<', `${from}${afterAll}`)
      .orderBy(column, 'desc')
      .limit(max);
  return [
    by('id', text.toLowerCase()),
    by('flowId', upper),
    by('depositedName', text),
    ...(upper === text ? [] : [by('depositedName', upper)]),
  ];
}

/** By the number of an invoice, or how it begins. */
function flowsHolding(number: string, max: number) {
  return db
    .selectFrom('invoices')
    .select('flow')
    .where('number', '>=', number)
    .where('number', '<', `${number}${afterAll}`)
    .orderBy('number', 'desc')
    .limit(max);
}

/** By a part of the name of a supplier or recipient, among the newest invoices. */
function flowsNaming(text: string, scanMax: number, max: number) {
  const part = `%${text.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const newest = db
    .selectFrom('invoices')
    .select(['flow', 'supplierName', 'recipientName'])
    .orderBy('seq', 'desc')
    .limit(scanMax)
    .as('newest');
  return db
    .selectFrom(newest)
    .select('flow')
    .where(
      sql<boolean>`(lower("supplierName") like ${part} escape '\\' or lower("recipientName") like ${part} escape '\\')`,
    )
    .limit(max);
}

function invoicesStored() {
  return db.selectFrom('invoices').select(sql<number>`coalesce(max("seq"), 0)`.as('last'));
}
