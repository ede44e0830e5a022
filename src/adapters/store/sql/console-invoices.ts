import { sql } from 'kysely';
import type { Flow } from '../../../domain/flow.js';
import type { InvoiceRow } from '../../../ports/store.js';
import type {
  FlowSearch,
  FoundInvoice,
  InvoiceCursor,
  InvoiceSearch,
  InvoiceSearchOrder,
  InvoiceSearchPage,
} from '../../../ports/store-console-reads.js';
import { flowColumns, invoiceColumns, toFlow } from './columns.js';
import type { Connection } from './connection.js';
import { type Candidate, candidates, inOrder, isBefore, matches } from './console-candidates.js';
import { along, readSet } from './console-search.js';
import { collectFlows, drivenBy, flowsOfDriver } from './console-sets.js';
import { db, once } from './query.js';

/** Flows of one statement: few at first, for a page is often full soon. */
const chunkFlows = [60, 300] as const;
/** Invoices that one statement may go through; the invoices of one flow always go together. */
const chunkInvoices = 3_000;
/** Flows that hold a number that begins so: they are sorted in memory. */
const setMax = 2_000;

type Direction = 'asc' | 'desc';
interface Source {
  /** Flows that stand behind one of them. */
  readonly read: (after: Flow | null, limit: number) => Promise<readonly Candidate[]>;
  /** True when there are more flows than it knows of. */
  readonly capped: boolean;
}

/**
 * One page of invoices, newest flow first. The flows are found as `searchFlows` finds them (by number, by supplier, by
 * recipient, by partner or by period, each along an index), then their invoices; no more than `scanMax` are gone through.
 */
export async function searchInvoices(
  c: Connection,
  search: InvoiceSearch,
  { cursor, limit, scanMax }: InvoiceSearchOrder,
): Promise<InvoiceSearchPage> {
  const backwards = cursor?.side === 'before';
  const direction = backwards ? 'asc' : 'desc';
  const flowSearch = flowsOf(search);
  const source = await sourceOf(c, flowSearch, direction, scanMax);
  const found: Placed[] = [];
  let scanned = 0;
  let ended = false;
  let own = cursor?.at ?? null;
  let after: Flow | null = null;
  if (own !== null) {
    after = await flowAt(c, own);
    if (after !== null) found.push(...(await invoicesOf(c, [after], search, direction, own, limit + 1)));
  }
  for (let turn = 0; found.length <= limit && !ended && scanned < scanMax; turn++) {
    const asked = chunkFlows[turn] ?? 300;
    const read: readonly Candidate[] = await source.read(after ?? placeOf(own), asked);
    const part = withinBounds(read, Math.min(chunkInvoices, scanMax - scanned));
    const wanted = part.filter((row) => matches(row, flowSearch)).map(plain);
    found.push(...(await invoicesOf(c, wanted, search, direction, null, limit + 1 - found.length)));
    scanned += part.reduce((sum, row) => sum + weight(row), 0);
    ended = read.length < asked && part.length === read.length;
    const last = part.at(-1);
    if (last === undefined) break;
    after = plain(last);
    own = endOf(after, backwards);
  }
  const onward = found.length <= limit && !ended ? own : null;
  const page = pageOf(found, { cursor, limit, backwards, onward });
  return { ...page, scanned, stopped: onward !== null || source.capped };
}

interface Placed extends FoundInvoice {
  readonly place: InvoiceCursor;
}

function pageOf(
  found: readonly Placed[],
  state: {
    cursor: InvoiceSearchOrder['cursor'];
    limit: number;
    backwards: boolean;
    onward: InvoiceCursor | null;
  },
): Pick<InvoiceSearchPage, 'invoices' | 'next' | 'previous'> {
  const { cursor, limit, backwards } = state;
  const more = found.length > limit;
  const kept = found.slice(0, limit);
  const page = backwards ? kept.reverse() : kept;
  const back = cursor?.at ?? null;
  const near = (one: Placed | undefined) => one?.place ?? back;
  const onward = more ? near(backwards ? page[0] : page.at(-1)) : state.onward;
  return {
    invoices: page.map(({ invoice, flow }) => ({ invoice, flow })),
    next: backwards ? near(page.at(-1)) : onward,
    previous: backwards ? onward : cursor === undefined ? null : near(page[0]),
  };
}

const flowsOf = ({ number, supplier, recipient, partner, from, to }: InvoiceSearch): FlowSearch => ({
  ...(number === undefined ? {} : { invoiceNumber: number }),
  ...(supplier === undefined ? {} : { supplier }),
  ...(recipient === undefined ? {} : { recipient }),
  ...(partner === undefined ? {} : { partner }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

/** What gives the flows, part by part, from one of them on. */
async function sourceOf(
  c: Connection,
  search: FlowSearch,
  direction: Direction,
  scanMax: number,
): Promise<Source> {
  if (search.invoiceNumber !== undefined) {
    const bounds = { max: Math.min(setMax, scanMax), scanMax, newestFirst: true };
    const { flows, stopped } = await collectFlows(c, search, bounds);
    const rows = (await readSet(c, search, flows)).sort(inOrder('received', direction));
    const order = { sort: 'received', direction } as const;
    const behind = (after: Flow) => {
      const at = { value: after.receivedAt, id: after.id };
      return rows.filter((row) => row.id !== at.id && !isBefore(row, at, order));
    };
    return {
      read: async (after, limit) => (after === null ? rows : behind(after)).slice(0, limit),
      capped: stopped,
    };
  }
  const driver = drivenBy(search);
  const read: Source['read'] = (after, limit) => {
    const part =
      driver === null
        ? along(search, 'received', direction, after && { value: after.receivedAt, id: after.id }, limit)
        : flowsOfDriver(driver, search, direction, after?.id ?? null, limit);
    return c.all(once<Candidate>(part), {});
  };
  return { read, capped: false };
}

async function flowAt(c: Connection, { flow }: InvoiceCursor): Promise<Flow | null> {
  const row = await c.one(once<Candidate>(candidates({}, null).where('flows.id', '=', flow)), {});
  return row === null ? null : plain(row);
}

/** Where a flow stood that is stored no more. */
const placeOf = (place: InvoiceCursor | null) =>
  place === null ? null : ({ id: place.flow, receivedAt: place.receivedAt } as Flow);

const weight = ({ invoicesReceived }: Candidate) => Math.max(1, invoicesReceived);

/** As many of the flows, in order, as hold so many invoices; one at least. */
function withinBounds(flows: readonly Candidate[], max: number): readonly Candidate[] {
  let sum = 0;
  const end = flows.findIndex((row, at) => {
    sum += weight(row);
    return at > 0 && sum > max;
  });
  return end === -1 ? flows : flows.slice(0, end);
}

/** A column without its index: that of the flows is the narrow one here. */
const plainly = (column: 'number' | 'supplierId' | 'recipientSiret') => sql<string>`${sql.ref(column)} || ''`;

type NumberedRow = InvoiceRow & { readonly seq: number };

async function invoicesOf(
  c: Connection,
  flows: readonly Flow[],
  { number, supplier, recipient, status, fate }: InvoiceSearch,
  direction: Direction,
  from: InvoiceCursor | null,
  limit: number,
): Promise<Placed[]> {
  if (flows.length === 0 || limit <= 0) return [];
  const ids = flows.map(({ id }) => id);
  let built = db
    .selectFrom('invoices')
    .select([...invoiceColumns, 'seq'])
    .where('flow', 'in', ids);
  if (number !== undefined)
    built = built.where(plainly('number'), '>=', number).where(plainly('number'), '<', `${number}\uffff`);
  if (supplier !== undefined) built = built.where(plainly('supplierId'), '=', supplier);
  if (recipient !== undefined) built = built.where(plainly('recipientSiret'), '=', recipient);
  if (status !== undefined) built = built.where('status', '=', status);
  if (fate !== undefined) built = built.where('fate', '=', fate);
  if (from !== null) built = built.where('seq', direction === 'desc' ? '<' : '>', from.seq);
  const rows = await c.all(once<NumberedRow>(built), {});
  const sign = direction === 'desc' ? -1 : 1;
  const place = new Map(flows.map((flow, at) => [flow.id, { flow, at }] as const));
  const at = ({ flow }: NumberedRow) => place.get(flow)?.at ?? 0;
  return rows
    .sort((a, b) => at(a) - at(b) || sign * (a.seq - b.seq))
    .slice(0, limit)
    .flatMap(({ seq, ...invoice }) => {
      const flow = place.get(invoice.flow)?.flow;
      return flow === undefined
        ? []
        : [{ invoice, flow, place: { receivedAt: flow.receivedAt, flow: flow.id, seq } }];
    });
}

/** Behind the last invoice of a flow in the order of reading. */
const endOf = ({ receivedAt, id }: Flow, backwards: boolean): InvoiceCursor => ({
  receivedAt,
  flow: id,
  seq: backwards ? Number.MAX_SAFE_INTEGER : 0,
});

function plain(row: Candidate): Flow {
  return toFlow(Object.fromEntries(flowColumns.map((column) => [column, row[column]])) as Candidate);
}
