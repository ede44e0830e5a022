import { sql } from 'kysely';
import type { FlowSearch, FlowSearchOrder, FlowSearchPage } from '../../../ports/store-console-reads.js';
import { toFlow } from './columns.js';
import type { Connection } from './connection.js';
import {
  type Candidate,
  candidates,
  cursorOf,
  inOrder,
  isBefore,
  matches,
  sortColumn,
} from './console-candidates.js';
import { collectFlows, drivenBy, flowsOfDriver, isSmallSet } from './console-sets.js';
import { once } from './query.js';

/** Rows read at a time: few at first, for a page is often full soon. */
const chunkRows = [200, 1_000, 2_000] as const;
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
  return walk(c, search, order, driver === null ? null : flowsOfDriver(driver));
}

async function readSet(c: Connection, search: FlowSearch, ids: readonly string[]): Promise<Candidate[]> {
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

type Following = NonNullable<ReturnType<typeof flowsOfDriver>>;

/** Goes along an index from the cursor on until the page is full, the index ends, or enough was looked at. */
async function walk(
  c: Connection,
  search: FlowSearch,
  order: FlowSearchOrder,
  following: Following | null,
): Promise<FlowSearchPage> {
  const backwards = order.cursor?.side === 'before';
  const direction = (order.direction === 'desc') !== backwards ? 'desc' : 'asc';
  const found: Candidate[] = [];
  let last = order.cursor?.at ?? null;
  let scanned = 0;
  let ended = false;
  for (let turn = 0; !ended && found.length <= order.limit && scanned < order.scanMax; turn++) {
    const limit = Math.min(chunkRows[Math.min(turn, chunkRows.length - 1)] ?? 200, order.scanMax - scanned);
    const rows =
      following === null
        ? await c.all(once<Candidate>(along(search, order.sort, direction, last, limit)), {})
        : await following.next(c, search, direction, last?.id ?? null, limit);
    for (const row of rows) {
      scanned += 1;
      last = cursorOf(row, order.sort);
      if (matches(row, search)) found.push(row);
      if (found.length > order.limit) break;
    }
    ended = rows.length < limit && found.length <= order.limit;
  }
  return walked(found, { order, backwards, last, scanned, ended });
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
function along(
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
