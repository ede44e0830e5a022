import { sql } from 'kysely';
import type { FlowSearch, FlowSearchOrder, FlowSearchPage } from '../../../ports/store-console-reads.js';
import { toFlow } from './columns.js';
import type { Connection } from './connection.js';
import {
  type Candidate,
  candidates,
  conditions,
  cursorOf,
  inOrder,
  isBefore,
  matches,
  sortColumn,
} from './console-candidates.js';
import { collectFlows, type Driven, drivenBy, flowsOfDriver, isSmallSet } from './console-sets.js';
import { db, once } from './query.js';

/** Rows looked at by one statement: few at first, for a page is often full soon. */
const chunkRows = [500, 5_000, 20_000] as const;
/** Flows of a search by name that are looked at: they are sorted in memory. */
const setMax = 2_000;
const listMax = 200;

/**
 * One page of flows. A search by a name, a number or a text gathers the flows first; one by supplier, recipient or rule
 * follows the index of these; any other goes along the index of its order. None looks at more than `scanMax` rows.
 */
export async function searchFlows(
  c: Connection,
  search: FlowSearch,
  order: FlowSearchOrder,
): Promise<FlowSearchPage> {
  const driver = drivenBy(search);
  if (isSmallSet(search) || (driver !== null && order.sort !== 'received')) {
    const max = Math.min(setMax, order.scanMax);
    const ids = await collectFlows(c, search, {
      max,
      scanMax: order.scanMax,
      newestFirst: order.direction === 'desc',
    });
    return setPage(await readSet(c, search, ids.flows), order, ids);
  }
  return walk(c, search, order, driver);
}

/** Those of these flows that are looked for. */
export async function readSet(
  c: Connection,
  search: FlowSearch,
  ids: readonly string[],
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (let at = 0; at < ids.length; at += listMax) {
    const some = ids.slice(at, at + listMax);
    const rows = await c.all(once<Candidate>(candidates(search, null).where('flows.id', 'in', some)), {});
    found.push(...rows.filter((row) => matches(row, search)));
  }
  return found;
}

function setPage(
  rows: Candidate[],
  order: FlowSearchOrder,
  gathered: { readonly flows: readonly string[]; readonly stopped: boolean },
): FlowSearchPage {
  const sorted = rows
    .filter((row) => order.sort !== 'ended' || row.finalAt !== null)
    .sort(inOrder(order.sort, order.direction));
  const { cursor, limit } = order;
  const at = cursor === undefined ? 0 : sorted.filter((row) => isBefore(row, cursor.at, order)).length;
  const own = cursor === undefined ? -1 : sorted.findIndex((row) => row.id === cursor.at.id);
  const start =
    cursor === undefined ? 0 : cursor.side === 'after' ? at + (own === -1 ? 0 : 1) : Math.max(0, at - limit);
  const end = cursor?.side === 'before' ? at : start + limit;
  const page = sorted.slice(start, end);
  return {
    flows: page.map(plain),
    next: end < sorted.length ? cursorOf(page.at(-1), order.sort) : null,
    previous: start > 0 ? cursorOf(page[0], order.sort) : null,
    scanned: gathered.flows.length,
    stopped: gathered.stopped,
  };
}

/** Goes along an index from the cursor on until the page is full, the index ends, or enough was looked at. */
async function walk(
  c: Connection,
  search: FlowSearch,
  order: FlowSearchOrder,
  driver: Driven | null,
): Promise<FlowSearchPage> {
  const backwards = order.cursor?.side === 'before';
  const direction = (order.direction === 'desc') !== backwards ? 'desc' : 'asc';
  const found: Candidate[] = [];
  let last = order.cursor?.at ?? null;
  let scanned = 0;
  let ended = false;
  for (let turn = 0; !ended && scanned < order.scanMax; turn++) {
    const limit = Math.min(chunkRows[turn] ?? 20_000, order.scanMax - scanned);
    const part =
      driver === null
        ? along(search, order.sort, direction, last, limit)
        : flowsOfDriver(driver, search, direction, last?.id ?? null, limit);
    const sorted: Sorted = { by: driver === null ? sortColumn[order.sort] : 'id', direction };
    found.push(...(await matchesIn(c, part, search, sorted, order.limit + 1 - found.length)));
    if (found.length > order.limit) break;
    const end = await endOf(c, part, sorted);
    scanned += end.rows;
    last = cursorOf(end.last ?? undefined, order.sort) ?? last;
    ended = end.rows < limit;
  }
  return walked(found, { order, backwards, last, scanned, ended });
}

type Part = ReturnType<typeof along>;
interface Sorted {
  readonly by: 'id' | (typeof sortColumn)[keyof typeof sortColumn];
  readonly direction: 'asc' | 'desc';
}

/** Rows of a part that are looked for: the database leaves the others out, so that they are never read into memory. */
function matchesIn(
  c: Connection,
  part: Part,
  search: FlowSearch,
  { by, direction }: Sorted,
  limit: number,
): Promise<Candidate[]> {
  const built = db
    .selectFrom(part.as('c'))
    .selectAll()
    .where(conditions(search))
    .orderBy(`c.${by}`, direction)
    .orderBy('c.id', direction)
    .limit(limit);
  return c.all(once<Candidate>(built), {});
}

/** How many rows a part has, and its last one. */
async function endOf(c: Connection, part: Part, { by, direction }: Sorted) {
  const opposite = direction === 'desc' ? 'asc' : 'desc';
  const counted = db.selectFrom(part.as('c')).select((e) => e.fn.countAll<number>().as('rows'));
  const { rows } = (await c.one(once<{ rows: number }>(counted), {})) ?? { rows: 0 };
  const last = db
    .selectFrom(part.as('c'))
    .selectAll()
    .orderBy(`c.${by}`, opposite)
    .orderBy('c.id', opposite)
    .limit(1);
  return { rows, last: await c.one(once<Candidate>(last), {}) };
}

function walked(
  found: readonly Candidate[],
  state: {
    order: FlowSearchOrder;
    backwards: boolean;
    last: ReturnType<typeof cursorOf>;
    scanned: number;
    ended: boolean;
  },
): FlowSearchPage {
  const { order, backwards, last, scanned, ended } = state;
  const more = found.length > order.limit;
  const kept = found.slice(0, order.limit);
  const page = backwards ? kept.reverse() : kept;
  const stopped = !more && !ended;
  const onward = more ? cursorOf(backwards ? page[0] : page.at(-1), order.sort) : stopped ? last : null;
  const back = order.cursor === undefined ? null : order.cursor.at;
  const near = (row: Candidate | undefined) => cursorOf(row, order.sort) ?? back;
  return {
    flows: page.map(plain),
    next: backwards ? near(page.at(-1)) : onward,
    previous: backwards ? onward : order.cursor === undefined ? null : near(page[0]),
    scanned,
    stopped,
  };
}

/** Along the index that fits: of a state, of a partner, or of the order alone. */
export function along(
  search: FlowSearch,
  sort: FlowSearchOrder['sort'],
  direction: 'asc' | 'desc',
  after: { readonly value: string | number; readonly id: string } | null,
  limit: number,
) {
  const column = sortColumn[sort];
  let built = candidates(search, null);
  if (sort === 'received') {
    const { state, partner, from, to } = search;
    // Most flows are integrated: of a partner's, they are found along the partner's index sooner.
    if (state !== undefined && state !== 'waiting' && (partner === undefined || state !== 'IN_INTEGRE'))
      built = built.where('flows.state', '=', state);
    else if (partner !== undefined) built = built.where('flows.partner', '=', partner);
    if (from !== undefined) built = built.where('flows.receivedAt', '>=', from);
    if (to !== undefined) built = built.where('flows.receivedAt', '<', to);
  }
  if (sort === 'ended') built = built.where('flows.finalAt', 'is not', null);
  if (after !== null) {
    const place = sql`(${sql.ref(`flows.${column}`)}, ${sql.ref('flows.id')})`;
    const side = direction === 'desc' ? sql`<` : sql`>`;
    built = built.where(sql<boolean>`${place} ${side} (${after.value}, ${after.id})`);
  }
  return built.orderBy(`flows.${column}`, direction).orderBy('flows.id', direction).limit(limit);
}

function plain(row: Candidate) {
  const { found: _found, ...flow } = row;
  return toFlow(flow);
}
