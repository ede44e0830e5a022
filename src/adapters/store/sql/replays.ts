import { sql } from 'kysely';
import type { Flow, FlowState } from '../../../domain/flow.js';
import { type EarlierInvoice, type Replay, replayableStates } from '../../../domain/replay.js';
import { Fault } from '../../../errors.js';
import type { NumberHolder } from '../../../ports/store.js';
import type {
  NewReplay,
  ReplayFilter,
  ReplayProgress,
  ReplayReads,
  ReplayWrites,
} from '../../../ports/store-replay.js';
import { flowColumns, toFlow } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { uncount } from './console-counts.js';
import { clearJobFault } from './jobs.js';
import { sameBytesOf } from './openings.js';
import { db, fewInOrder, insertion, once, query } from './query.js';
import { erasedHolder } from './retention.js';
import { flowIdHolder, numberHolder } from './statements.js';
import type { ReplayTable } from './tables.js';

/** Written as the partial indexes have them, or SQLite passes them over. */
const isOpen = sql<boolean>`replays."state" IN ('waiting', 'taken')`;
const isWaiting = sql<boolean>`replays."state" = 'waiting'`;

const replayColumns = [
  'id',
  'batch',
  'flow',
  'asOf',
  'withName',
  'withKey',
  'withSha256',
  'withSizeBytes',
  'state',
  'beforeState',
  'beforeAttempt',
  'beforeReceived',
  'beforeIntegrated',
  'attempt',
  'afterState',
  'replaces',
  'endedAt',
] as const;

type ReplayRow = Pick<ReplayTable, (typeof replayColumns)[number]> & Pick<Replay, 'by' | 'at' | 'reason'>;

const withOrder = () =>
  db
    .selectFrom('replays')
    .innerJoin('replayBatches', 'replayBatches.id', 'replays.batch')
    .select(replayColumns.map((column) => `replays.${column}` as const))
    .select(['replayBatches.by', 'replayBatches.at', 'replayBatches.reason']);

const openReplay = query<{ flow: string }, ReplayRow>(
  (p) => withOrder().where('replays.flow', '=', p.flow).where(isOpen) as never,
);

const newestDone = query<{ flow: string }, ReplayRow>(
  (p) =>
    withOrder()
      .where('replays.flow', '=', p.flow)
      .where('replays.state', '=', 'done')
      .orderBy('replays.seq', 'desc')
      .limit(1) as never,
);

const earlierInvoices = query<{ flow: string }, EarlierInvoice>(
  (p) =>
    db
      .selectFrom('invoices')
      .leftJoin('replays', (join) =>
        join.onRef('replays.flow', '=', 'invoices.flow').onRef('replays.attempt', '=', 'invoices.attempt'),
      )
      .select([
        'invoices.attempt',
        'invoices.entry',
        'invoices.entryIndex',
        'invoices.number',
        'invoices.fate',
        'replays.withSha256 as source',
      ])
      .where('invoices.flow', '=', p.flow)
      .orderBy('invoices.seq') as never,
);

function replaysWhere(filter: Parameters<ReplayReads['replays']>[0]) {
  let built = withOrder();
  if (filter.flow !== undefined) built = built.where('replays.flow', '=', filter.flow);
  if (filter.batch !== undefined) built = built.where('replays.batch', '=', filter.batch);
  if (filter.state !== undefined) built = built.where('replays.state', '=', filter.state);
  return built.orderBy('replays.seq').limit(filter.limit);
}

function replayable(filter: ReplayFilter, after: string | null, limit: number) {
  const { partner, since, rule, supplier } = filter;
  let built = db
    .selectFrom('flows')
    .select(flowColumns)
    .where('finalAt', 'is not', null)
    .where('qualification', '=', 0)
    .where('state', 'in', filter.state === undefined ? [...replayableStates] : [filter.state])
    .where('state', 'in', [...replayableStates])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('replays').select('replays.id').whereRef('replays.flow', '=', 'flows.id').where(isOpen),
        ),
      ),
    );
  if (partner !== undefined) built = built.where('partner', '=', partner);
  if (since !== undefined) built = built.where('receivedAt', '>=', since);
  if (rule !== undefined)
    built = built.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('findings')
          .select('findings.rule')
          .whereRef('findings.flow', '=', 'flows.id')
          .whereRef('findings.attempt', '=', 'flows.attempt')
          .where('findings.rule', '=', rule),
      ),
    );
  if (supplier !== undefined)
    built = built.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('invoices')
          .select('invoices.id')
          .whereRef('invoices.flow', '=', 'flows.id')
          .where('invoices.supplierId', '=', supplier)
          .where('invoices.fate', '!=', 'integrated'),
      ),
    );
  if (after !== null)
    built = built.where('flows.seq', '>', (e) =>
      e.selectFrom('flows as f').select('f.seq').where('f.id', '=', after),
    );
  return built.orderBy('flows.seq').limit(limit);
}

const counted = (condition: string) =>
  sql<number>`coalesce(sum(case when ${sql.raw(condition)} then 1 else 0 end), 0)`;

const progress = () =>
  db
    .selectFrom('replayBatches')
    .leftJoin('replays', 'replays.batch', 'replayBatches.id')
    .select([
      'replayBatches.id',
      'replayBatches.by',
      'replayBatches.at',
      'replayBatches.reason',
      'replayBatches.filter',
      sql<number>`count(replays.id)`.as('count'),
      counted(`replays."state" = 'waiting'`).as('waiting'),
      counted(`replays."state" = 'taken'`).as('taken'),
      counted(`replays."state" = 'done'`).as('done'),
      counted(`replays."state" = 'dropped'`).as('dropped'),
      counted(`replays."state" = 'done' and replays."afterState" <> 'IN_INTEGRE'`).as('refused'),
    ])
    .groupBy([
      'replayBatches.seq',
      'replayBatches.id',
      'replayBatches.by',
      'replayBatches.at',
      'replayBatches.reason',
      'replayBatches.filter',
    ]);

const batchById = query<{ id: string }, ReplayProgress>(
  (p) => progress().where('replayBatches.id', '=', p.id) as never,
);
const newestBatches = query<{ limit: number }, ReplayProgress>(
  (p) => progress().orderBy('replayBatches.seq', 'desc').limit(p.limit) as never,
);

/** Counted no further: an engine asks again and again. */
const loadMax = 1_000;

const countIn = (state: 'waiting' | 'taken') =>
  query(() =>
    db
      .selectFrom((e) =>
        e
          .selectFrom('replays')
          .select('replays.seq')
          .where(sql<boolean>`replays."state" = ${sql.lit(state)}`)
          .limit(sql.lit(loadMax))
          .as('some'),
      )
      .select((e) => e.fn.countAll<number>().as('count')),
  );
const waitingCount = countIn('waiting');
const takenCount = countIn('taken');

/** The reading side of replays. */
export function replayReads(read: Reading): ReplayReads {
  const one = (row: Parameters<typeof toFlow>[0] | null): Flow | null => (row === null ? null : toFlow(row));
  return {
    replayableFlows: (filter, after, limit) =>
      read(async (c) => (await c.all(once(replayable(filter, after, limit)), {})).map(toFlow)),
    openReplay: (flow) => read(async (c) => toReplay(await c.one(openReplay, { flow }))),
    replays: (filter) =>
      read(async (c) =>
        (await c.all(once(replaysWhere(filter)), {})).flatMap((row) => toReplay(row as ReplayRow) ?? []),
      ),
    replayBatches: (limit) => read((c) => c.all(newestBatches, { limit })),
    replayBatch: (id) => read((c) => c.one(batchById, { id })),
    replayLoad: () =>
      read(async (c) => ({
        waiting: (await c.one(waitingCount, {}))?.count ?? 0,
        taken: (await c.one(takenCount, {}))?.count ?? 0,
      })),
    earlierInvoices: (flow) => read((c) => c.all(earlierInvoices, { flow })),
    numberHolder: (key) =>
      read(
        async (c): Promise<NumberHolder | null> =>
          (await c.one(numberHolder, { ...key })) ?? erasedHolder(c, key),
      ),
    flowIdHolder: (flowId) => read(async (c) => one(await c.one(flowIdHolder, { flowId }))),
    integratedSameBytes: (flow) => read(async (c) => (await sameBytesOf(c, [flow]))[0] ?? null),
  };
}

const insertBatch = insertion('replayBatches', ['id', 'by', 'at', 'reason', 'filter']);

type NewRow = Omit<NewReplay, 'file'> & {
  withName: string | null;
  withKey: string | null;
  withSha256: string | null;
  withSizeBytes: number | null;
};

const insertReplay = query((p: NewRow) =>
  db
    .insertInto('replays')
    .values({
      id: p.id,
      batch: p.batch,
      flow: p.flow,
      asOf: p.asOf,
      withName: p.withName,
      withKey: p.withKey,
      withSha256: p.withSha256,
      withSizeBytes: p.withSizeBytes,
      state: 'waiting',
      beforeState: p.beforeState,
      beforeAttempt: p.beforeAttempt,
      beforeReceived: p.beforeReceived,
      beforeIntegrated: p.beforeIntegrated,
      replaces: p.replaces,
    })
    .onConflict((c) => c.doNothing()),
);

const newestReport = query((p: { flow: string }) =>
  db
    .selectFrom('deliveries')
    .select('name')
    .where('flow', '=', p.flow)
    .where('kind', '=', 'integration-report')
    .orderBy(fewInOrder('deliveries'), 'desc')
    .limit(1),
);

const oldestWaiting = query((p: { limit: number }) =>
  db
    .selectFrom('replays')
    .select(['id', 'flow', 'beforeState'])
    .where(isWaiting)
    .orderBy('seq')
    .limit(p.limit),
);

const reopenFlow = query((p: { id: string; state: FlowState }) =>
  db
    .updateTable('flows')
    .set({ state: p.state, finalAt: null })
    .where('id', '=', p.id)
    .where('finalAt', 'is not', null),
);

const takeReplay = query((p: { id: string }) =>
  db.updateTable('replays').set({ state: 'taken' }).where('id', '=', p.id),
);

const endReplay = query((p: { id: string; attempt: number; afterState: FlowState; at: string }) =>
  db
    .updateTable('replays')
    .set({ state: 'done', attempt: p.attempt, afterState: p.afterState, endedAt: p.at })
    .where('id', '=', p.id)
    .where('state', '=', 'taken'),
);

const dropReplay = query((p: { id: string; at: string }) =>
  db.updateTable('replays').set({ state: 'dropped', endedAt: p.at }).where('id', '=', p.id),
);

const dropBatch = query((p: { batch: string; at: string }) =>
  db
    .updateTable('replays')
    .set({ state: 'dropped', endedAt: p.at })
    .where('batch', '=', p.batch)
    .where(isWaiting),
);

const setFileKey = query((p: { id: string; withKey: string }) =>
  db.updateTable('replays').set({ withKey: p.withKey }).where('id', '=', p.id),
);

/** The writing side of replays. */
export function replayWrites(c: Connection): ReplayWrites {
  return {
    async insertReplayBatch(batch) {
      await c.run(insertBatch, batch);
    },
    async insertReplay({ file, ...row }) {
      const given = {
        withName: file?.name ?? null,
        withKey: file?.archiveKey ?? null,
        withSha256: file?.sha256 ?? null,
        withSizeBytes: file?.sizeBytes ?? null,
      };
      return (await c.run(insertReplay, { ...row, ...given })) === 1;
    },
    openReplay: async (flow) => toReplay(await c.one(openReplay, { flow })),
    earlierInvoices: async (flow) => c.all(earlierInvoices, { flow }),
    newestReplayFile: async (flow) => toReplay(await c.one(newestDone, { flow }))?.file ?? null,
    newestReport: async (flow) => (await c.one(newestReport, { flow }))?.name ?? null,
    async takeReplays(limit, at) {
      const taken: string[] = [];
      for (const { id, flow, beforeState } of await c.all(oldestWaiting, { limit })) {
        const reopened =
          (await c.run(reopenFlow, { id: flow, state: 'IN_EN_ATTENTE_RETRAITEMENT_CPP' })) === 1;
        if (reopened) {
          await uncount(c, flow, beforeState);
          await c.run(takeReplay, { id });
          await c.later(clearJobFault, [{ flow }]);
          taken.push(flow);
        } else await c.run(dropReplay, { id, at });
      }
      return taken;
    },
    async finishReplay(id, attempt, afterState, at) {
      if ((await c.run(endReplay, { id, attempt, afterState, at })) !== 1) throw notTaken(id);
    },
    dropReplays: async (batch, at) => c.run(dropBatch, { batch, at }),
    async setReplayFileKey(id, archiveKey) {
      await c.run(setFileKey, { id, withKey: archiveKey });
    },
  };
}

function notTaken(id: string): Fault {
  return new Fault('STORE_CONFLICT', `replay ${id} is not in progress`, { replay: id });
}

function toReplay(row: ReplayRow | null): Replay | null {
  if (row === null) return null;
  const { withName, withKey, withSha256, withSizeBytes, ...rest } = row;
  const given = withName !== null && withKey !== null && withSha256 !== null && withSizeBytes !== null;
  const file = given
    ? { name: withName, archiveKey: withKey, sha256: withSha256, sizeBytes: withSizeBytes }
    : null;
  return { ...rest, file };
}
