import { momentInParis } from '../domain/dates.js';
import type { Actor, Flow } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { type ReplayFile, type ReplayRefusal, replayRefusal } from '../domain/replay.js';
import { Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Store, StoreTransaction } from '../ports/store.js';
import type { ReplayFilter } from '../ports/store-replay.js';

/** Who wants flows to be worked again, why, and with what. */
export interface ReplayOrder {
  readonly by: Actor;
  readonly at: string;
  readonly reason: string;
  /** Day whose rules and directory count, `YYYY-MM-DD`; null: that of the work. */
  readonly asOf: string | null;
  /** A corrected file, which is in the archive already; null: the bytes of the newest attempt. */
  readonly file: ReplayFile | null;
  /** Partners that are configured: flows of others cannot be worked. Absent: all are. */
  readonly partners?: ReadonlySet<string>;
}

const refusals: Readonly<Record<ReplayRefusal, string>> = {
  'in-progress': 'it is in progress: wait until it has its result, then replay it',
  open: 'a replay of it is waiting already: see `ecluse flows replays`',
  integrated: 'all its invoices are integrated, and what is integrated is never worked again',
  partner: 'its partner is not configured any more',
  purged: 'its content was purged or erased: see `ecluse flows show`',
  qualification: 'it was only tried (qualification): deposit the file again',
};

function refused(flow: Flow, why: ReplayRefusal): Fault {
  return new Fault('REPLAY_REFUSED', `${flow.depositedName} cannot be replayed: ${refusals[why]}`, {
    flow: flow.id,
    state: flow.state,
    why,
  });
}

/** @throws Fault REPLAY_REFUSED for a flow that cannot be worked again as it is now. */
export async function mustBeReplayable(store: Store, flow: Flow): Promise<void> {
  const why = (await store.openReplay(flow.id)) === null ? replayRefusal(flow) : 'open';
  if (why !== null) throw refused(flow, why);
  if ((await store.purges(flow.id)).length > 0) throw refused(flow, 'purged');
}

/**
 * Orders the replay of one flow. It stays as it is until an engine takes it.
 * @returns the id of the batch
 * @throws Fault REPLAY_REFUSED for a flow in progress, integrated, only tried, or with an open replay.
 */
export async function orderReplay(store: Store, flow: Flow, order: ReplayOrder): Promise<string> {
  await mustBeReplayable(store, flow);
  if (order.partners?.has(flow.partner) === false) throw refused(flow, 'partner');
  const batch = newId();
  await store.transaction(async (tx) => {
    const now = await tx.flow(flow.id);
    const why = now === null ? 'in-progress' : replayRefusal(now);
    if (now === null || why !== null) throw refused(flow, why ?? 'in-progress');
    if (await isPurged(tx, now.id)) throw refused(flow, 'purged');
    await insertBatch(tx, batch, order, { flow: flow.id });
    if (!(await record(tx, batch, now, order))) throw refused(flow, 'open');
  });
  return batch;
}

/** Flows recorded in one transaction: an engine that runs gets its turn between them. */
const pageCount = 500;

/**
 * Orders the replay of every flow of a filter that can be worked again, oldest first; the others are passed over.
 * @param onCount told how many are ordered so far
 * @returns the id of the batch, and how many flows it has
 */
export async function orderReplays(
  store: Store,
  filter: ReplayFilter,
  order: ReplayOrder,
  onCount: (count: number) => void = () => undefined,
): Promise<{ readonly batch: string; readonly count: number }> {
  const batch = newId();
  let after: string | null = null;
  let count = 0;
  await store.transaction((tx) => insertBatch(tx, batch, order, filter));
  for (;;) {
    const page: readonly Flow[] = await store.replayableFlows(filter, after, pageCount);
    after = page.at(-1)?.id ?? null;
    if (after === null) return { batch, count };
    count += await store.transaction((tx) => recordPage(tx, batch, page, order));
    onCount(count);
  }
}

/**
 * Orders the replay of these flows, in their order; those that cannot be worked again, or have an open replay, are passed
 * over.
 * @param asked what was asked for, to be kept with the batch
 * @returns the id of the batch, and how many flows it has
 */
export async function orderReplaysOf(
  store: Store,
  ids: readonly string[],
  asked: object,
  order: ReplayOrder,
): Promise<{ readonly batch: string; readonly count: number }> {
  const batch = newId();
  let count = 0;
  await store.transaction((tx) => insertBatch(tx, batch, order, asked));
  for (let at = 0; at < ids.length; at += pageCount) {
    const page = ids.slice(at, at + pageCount).map((id) => ({ id }));
    count += await store.transaction((tx) => recordPage(tx, batch, page, order));
  }
  return { batch, count };
}

/** What a new attempt would write of a kind that is gone would never be purged: any kind counts. */
async function isPurged(tx: StoreTransaction, flow: string): Promise<boolean> {
  return (await tx.goneKinds(flow)).length > 0;
}

async function recordPage(
  tx: StoreTransaction,
  batch: string,
  page: readonly Pick<Flow, 'id'>[],
  order: ReplayOrder,
): Promise<number> {
  let count = 0;
  for (const { id } of page) {
    const flow = await tx.flow(id);
    if (flow === null || replayRefusal(flow) !== null) continue;
    if (order.partners?.has(flow.partner) === false) continue;
    if (await isPurged(tx, id)) continue;
    if (await record(tx, batch, flow, order)) count += 1;
  }
  return count;
}

function insertBatch(tx: StoreTransaction, id: string, order: ReplayOrder, filter: object): Promise<void> {
  const { by, at, reason, asOf } = order;
  return tx.insertReplayBatch({
    id,
    by,
    at,
    reason,
    filter: JSON.stringify(asOf === null ? filter : { ...filter, asOf }),
  });
}

/** Gives false when a replay of the flow is open already. */
async function record(
  tx: StoreTransaction,
  batch: string,
  flow: Flow,
  { by, at, reason, asOf, file }: ReplayOrder,
): Promise<boolean> {
  const inserted = await tx.insertReplay({
    id: newId(),
    batch,
    flow: flow.id,
    asOf,
    // A flow that was corrected by a file is worked again from that file.
    file: file ?? (await tx.newestReplayFile(flow.id)),
    beforeState: flow.state,
    beforeAttempt: flow.attempt,
    beforeReceived: flow.invoicesReceived,
    beforeIntegrated: flow.invoicesIntegrated,
    replaces: await tx.newestReport(flow.id),
  });
  if (!inserted) return false;
  const day = asOf === null ? '' : ` ; règles et annuaire du ${asOf}`;
  const given = file === null ? '' : ` ; fichier corrigé ${file.name}, SHA-256 ${file.sha256}`;
  const text = `retraitement demandé le ${momentInParis(new Date(at))} : ${reason}${given}${day} (lot ${batch})`;
  await tx.insertEvents([{ at, actor: by, kind: 'replay-asked', flow: flow.id, invoice: null, text }]);
  return true;
}

/** Keeps a corrected file in the archive under a key of its own: it and the original are both kept. */
export async function keepCorrection(archive: Archive, path: string, name: string): Promise<ReplayFile> {
  const id = newId();
  const archiveKey = `corrections/${id.slice(0, 5)}/${id.slice(5, 7)}/${id}`;
  const taken = await archive.takeIn(archiveKey, path);
  return { name, archiveKey, ...taken };
}
