import { type RawBuilder, sql } from 'kysely';
import { pseudonymOf } from '../../../domain/pseudonym.js';
import { type PurgeBlock, purgeBlocks, type RetentionKind } from '../../../domain/retention.js';
import type { NumberHolder, NumberKey } from '../../../ports/store.js';
import type {
  LegalHold,
  PurgeCandidate,
  PurgeMark,
  RetentionReads,
  RetentionWrites,
} from '../../../ports/store-retention.js';
import type { Connection, Reading } from './connection.js';
import { erasureReads, erasureWrites, secretMeta } from './erasure.js';
import { flowFiles, namesKey } from './flow-files.js';
import { inTurn } from './in-turn.js';
import { db, insertion, once, type Query, query } from './query.js';
import { numberHolder } from './statements.js';

const markColumns = ['flow', 'kind', 'cause', 'by', 'reason', 'at', 'doneAt'] as const;
const holdColumns = ['flow', 'by', 'at', 'reason'] as const;

/** What keeps the content of a flow, as conditions on a row of `flows`. */
function blocked(finalStatuses: readonly string[]): Readonly<Record<PurgeBlock, RawBuilder<boolean>>> {
  const final = sql.join(finalStatuses.map((code) => sql.lit(code)));
  return {
    'not-final': sql`flows."finalAt" IS NULL`,
    held: sql`EXISTS (SELECT 1 FROM "legalHolds" h WHERE h."flow" = flows."id")`,
    replay: sql`EXISTS (SELECT 1 FROM replays r WHERE r."flow" = flows."id" AND r."state" IN ('waiting', 'taken'))`,
    delivery: sql`EXISTS (SELECT 1 FROM deliveries d WHERE d."flow" = flows."id" AND (d."state" <> 'delivered' OR (d."fetchedAt" IS NULL AND d."removedAt" IS NULL)))`,
    invoice: sql`EXISTS (SELECT 1 FROM invoices i WHERE i."flow" = flows."id" AND i."fate" = 'integrated' AND (i."status" IS NULL OR i."status" NOT IN (${final})))`,
    status: sql`(EXISTS (SELECT 1 FROM invoices i JOIN statuses s ON s."invoice" = i."id" WHERE i."flow" = flows."id" AND s."delivery" IS NULL) OR EXISTS (SELECT 1 FROM "flowStatuses" f WHERE f."flow" = flows."id" AND f."delivery" IS NULL))`,
  };
}

function candidates(endedBefore: string, finalStatuses: readonly string[], afterSeq: number, limit: number) {
  let built = db
    .selectFrom('flows')
    .select(['id as flow', 'depositedName', 'archiveKey', 'finalAt', 'seq'])
    .where('seq', '>', afterSeq)
    .where('finalAt', '<', endedBefore);
  for (const condition of Object.values(blocked(finalStatuses)))
    built = built.where(sql<boolean>`NOT ${condition}`);
  return once<Omit<PurgeCandidate, 'gone'>>(built.orderBy('seq').limit(limit) as never);
}

function blocksOf(flow: string, finalStatuses: readonly string[]) {
  const conditions = blocked(finalStatuses);
  const columns = purgeBlocks.map((name) =>
    sql<number>`CASE WHEN ${conditions[name]} THEN 1 ELSE 0 END`.as(name),
  );
  return once<Record<PurgeBlock, number>>(
    db.selectFrom('flows').select(columns).where('id', '=', flow) as never,
  );
}

async function blocksNow(
  c: Connection,
  flow: string,
  finalStatuses: readonly string[],
): Promise<readonly PurgeBlock[]> {
  const row = await c.one(blocksOf(flow, finalStatuses), {});
  return row === null ? [] : purgeBlocks.filter((name) => row[name] === 1);
}

const goneKinds = query<{ flow: string }, { kind: RetentionKind }>(
  (p) => db.selectFrom('purges').select('kind').where('flow', '=', p.flow).orderBy('kind') as never,
);

const marksOf = query<{ flow: string }, PurgeMark>(
  (p) => db.selectFrom('purges').select(markColumns).where('flow', '=', p.flow).orderBy('at') as never,
);

const openMarks = query<{ limit: number }, PurgeMark>(
  (p) =>
    db
      .selectFrom('purges')
      .select(markColumns)
      .where('doneAt', 'is', null)
      .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM "legalHolds" h WHERE h."flow" = purges."flow")`)
      .orderBy('at')
      .limit(p.limit) as never,
);

const holdOf = query<{ flow: string }, LegalHold>(
  (p) => db.selectFrom('legalHolds').select(holdColumns).where('flow', '=', p.flow) as never,
);

const holds = query<{ limit: number }, LegalHold>(
  (p) => db.selectFrom('legalHolds').select(holdColumns).orderBy('at').limit(p.limit) as never,
);

/** Deliveries of no flow whose text may go. They are older than every flow that is held: they tell nothing of it. */
const loose = sql<boolean>`d."flow" IS NULL AND d."state" = 'delivered' AND (d."fetchedAt" IS NOT NULL OR d."removedAt" IS NOT NULL)
  AND b."body" <> ''
  AND NOT EXISTS (SELECT 1 FROM "legalHolds" h JOIN flows f ON f."id" = h."flow" WHERE f."receivedAt" <= d."createdAt")`;

const looseCount = query<{ before: string }, { count: number }>(
  (p) =>
    db
      .selectFrom('deliveries as d')
      .innerJoin('deliveryBodies as b', 'b.delivery', 'd.id')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(loose)
      .where('d.deliveredAt', '<', p.before) as never,
);

const emptyLoose = query((p: { before: string; limit: number }) =>
  db
    .updateTable('deliveryBodies')
    .set({ body: '', parts: '[]' })
    .where('delivery', 'in', (e) =>
      e
        .selectFrom('deliveries as d')
        .innerJoin('deliveryBodies as b', 'b.delivery', 'd.id')
        .select('d.id')
        .where(loose)
        .where('d.deliveredAt', '<', p.before)
        .orderBy('d.seq')
        .limit(p.limit),
    ),
);

const hasSupplierType = query<{ flow: string; idType: string }, { one: number }>(
  (p) =>
    db
      .selectFrom('invoices')
      .select(sql<number>`1`.as('one'))
      .where('flow', '=', p.flow)
      .where('supplierType', '=', p.idType)
      .limit(1) as never,
);

export function retentionReads(read: Reading): RetentionReads {
  return {
    purgeable: (endedBefore, finalStatuses, afterSeq, limit) =>
      read(async (c) =>
        inTurn(await c.all(candidates(endedBefore, finalStatuses, afterSeq, limit), {}), async (row) => ({
          ...row,
          gone: (await c.all(goneKinds, { flow: row.flow })).map(({ kind }) => kind),
        })),
      ),
    purgeBlocks: (flow, finalStatuses) => read((c) => blocksNow(c, flow, finalStatuses)),
    openPurges: (limit) => read((c) => c.all(openMarks, { limit })),
    purges: (flow) => read((c) => c.all(marksOf, { flow })),
    legalHold: (flow) => read((c) => c.one(holdOf, { flow })),
    legalHolds: (limit) => read((c) => c.all(holds, { limit })),
    looseBodies: (before) => read(async (c) => (await c.one(looseCount, { before }))?.count ?? 0),
    flowFiles: (since, afterSeq, limit) => read((c) => flowFiles(c, since, afterSeq, limit), 'snapshot'),
    namesKey: (key, flow) => read((c) => namesKey(c, key, flow)),
    hasSupplierType: (flow, idType) =>
      read(async (c) => (await c.one(hasSupplierType, { flow, idType })) !== null),
    ...erasureReads(read),
  };
}

const insertArchived = insertion('archivedFiles', ['flow', 'key', 'sha256', 'sizeBytes'], 'skip');

const insertMark = query<{ [C in keyof PurgeMark]: PurgeMark[C] }, never>(
  (p) =>
    db
      .insertInto('purges')
      .values(Object.fromEntries(markColumns.map((column) => [column, p[column]])) as never)
      .onConflict((conflict) => conflict.doNothing()) as never,
);

const confirm = query((p: { flow: string; kind: RetentionKind; at: string }) =>
  db
    .updateTable('purges')
    .set({ doneAt: p.at })
    .where('flow', '=', p.flow)
    .where('kind', '=', p.kind)
    .where('doneAt', 'is', null),
);

const dropArchived = query((p: { flow: string }) =>
  db.deleteFrom('archivedFiles').where('flow', '=', p.flow),
);

const answerKinds = sql`('integration-report', 'pes-acquit')`;
const emptyBodies = (which: RawBuilder<boolean>) =>
  query((p: { flow: string }) =>
    db
      .updateTable('deliveryBodies')
      .set({ body: '', parts: '[]' })
      .where('delivery', 'in', (e) =>
        e.selectFrom('deliveries').select('id').where('flow', '=', p.flow).where(which),
      ),
  );

/** What goes at once when a kind is marked: rows. Deleting files comes after. */
const rowsOf: Partial<Record<RetentionKind, readonly Query<{ flow: string }, unknown>[]>> = {
  reports: [emptyBodies(sql`"kind" IN ${answerKinds}`)],
  bodies: [
    emptyBodies(sql`"kind" NOT IN ${answerKinds}`),
    query((p: { flow: string }) =>
      db
        .updateTable('worksRoutes')
        .set({ kept: '' })
        .where('invoice', 'in', (e) => e.selectFrom('invoices').select('id').where('flow', '=', p.flow)),
    ),
  ],
  findings: [query((p: { flow: string }) => db.deleteFrom('findings').where('flow', '=', p.flow))],
};

const deliveryGone = query<{ delivery: string }, { one: number }>(
  (p) =>
    db
      .selectFrom('deliveries as d')
      .innerJoin('deliveryBodies as b', 'b.delivery', 'd.id')
      .select(sql<number>`1`.as('one'))
      .where('d.id', '=', p.delivery)
      .where(
        sql<boolean>`(b."body" = '' OR (b."parts" <> '[]' AND EXISTS (SELECT 1 FROM purges p WHERE p."flow" = d."flow" AND p."kind" = 'pieces')))`,
      ) as never,
);

const insertHold = query((p: { flow: string; by: string; at: string; reason: string }) =>
  db
    .insertInto('legalHolds')
    .values({ flow: p.flow, by: p.by, at: p.at, reason: p.reason })
    .onConflict((conflict) => conflict.doNothing()),
);

const dropHold = query((p: { flow: string }) => db.deleteFrom('legalHolds').where('flow', '=', p.flow));

export function retentionWrites(c: Connection): RetentionWrites {
  return {
    async insertArchived(flow, files) {
      await c.later(
        insertArchived,
        files.map((file) => ({ flow, ...file })),
      );
    },
    goneKinds: async (flow) => (await c.all(goneKinds, { flow })).map(({ kind }) => kind),
    deliveryGone: async (delivery) => (await c.one(deliveryGone, { delivery })) !== null,
    purgeBlocks: async (flow, finalStatuses) => blocksNow(c, flow, finalStatuses),
    async markPurge({ kinds, ...order }) {
      const marked: RetentionKind[] = [];
      for (const kind of kinds) {
        const rows = rowsOf[kind];
        if ((await c.run(insertMark, { ...order, kind, doneAt: rows === undefined ? null : order.at })) === 0)
          continue;
        marked.push(kind);
        for (const emptied of rows ?? []) await c.run(emptied, { flow: order.flow });
      }
      return marked;
    },
    async confirmPurge(flow, kind, at) {
      if (kind === 'pieces') await c.run(dropArchived, { flow });
      await c.run(confirm, { flow, kind, at });
    },
    purgeLooseBodies: async (before, limit) => c.run(emptyLoose, { before, limit }),
    insertLegalHold: async (hold) => (await c.run(insertHold, hold)) === 1,
    removeLegalHold: async (flow) => (await c.run(dropHold, { flow })) === 1,
    ...erasureWrites(c),
  };
}

/** Null where nothing was ever erased. */
export async function erasureSecret(c: Connection): Promise<string | null> {
  return (await c.one(secretMeta, {}))?.value ?? null;
}

/** Who holds a number under the pseudonym of an erased supplier: null where nothing was ever erased. */
export async function erasedHolder(
  c: Connection,
  key: NumberKey,
  known: Promise<string | null> = erasureSecret(c),
): Promise<NumberHolder | null> {
  const secret = await known;
  if (secret === null) return null;
  return c.one(numberHolder, { ...key, supplierId: pseudonymOf(secret, key.supplierType, key.supplierId) });
}
