import { sql } from 'kysely';
import type { RetentionKind } from '../../../domain/retention.js';
import type { ArchivedFile, FlowFiles } from '../../../ports/store-retention.js';
import type { Connection } from './connection.js';
import { inTurn } from './in-turn.js';
import { db, query } from './query.js';

type Row = Pick<FlowFiles, 'flow' | 'seq' | 'attempt' | 'archiveKey' | 'sha256'> & {
  readonly finalAt: string | null;
};

const page = query<{ since: string; after: number; limit: number }, Row>(
  (p) =>
    db
      .selectFrom('flows')
      .select(['id as flow', 'seq', 'attempt', 'archiveKey', 'sha256', 'finalAt'])
      .where('seq', '>', p.after)
      .where('receivedAt', '>=', p.since)
      .orderBy('seq')
      .limit(p.limit) as never,
);

const corrections = query<{ flow: string }, ArchivedFile>(
  (p) =>
    db
      .selectFrom('replays')
      .select(['withKey as key', 'withSha256 as sha256', 'withSizeBytes as sizeBytes'])
      .distinct()
      .where('flow', '=', p.flow)
      .where('withKey', 'is not', null) as never,
);

const pieces = query<{ flow: string }, ArchivedFile>(
  (p) =>
    db
      .selectFrom('archivedFiles')
      .select(['key', 'sha256', 'sizeBytes'])
      .where('flow', '=', p.flow)
      .orderBy('key') as never,
);

const gone = query<{ flow: string }, { kind: RetentionKind }>(
  (p) => db.selectFrom('purges').select('kind').where('flow', '=', p.flow) as never,
);

const written = query<{ flow: string }, { id: string }>(
  (p) =>
    db
      .selectFrom('deliveries')
      .innerJoin('deliveryBodies', 'deliveryBodies.delivery', 'deliveries.id')
      .select('deliveries.id')
      .where('flow', '=', p.flow)
      .where(sql<boolean>`deliveries."sha256" IS NOT NULL AND "deliveryBodies"."body" <> ''`)
      .orderBy('deliveries.seq') as never,
);

export async function flowFiles(
  c: Connection,
  since: string,
  after: number,
  limit: number,
): Promise<readonly FlowFiles[]> {
  return inTurn(await c.all(page, { since, after, limit }), async ({ finalAt, ...row }) => ({
    ...row,
    final: finalAt !== null,
    corrections: await c.all(corrections, { flow: row.flow }),
    pieces: await c.all(pieces, { flow: row.flow }),
    gone: (await c.all(gone, { flow: row.flow })).map(({ kind }) => kind),
    deliveries: (await c.all(written, { flow: row.flow })).map(({ id }) => id),
  }));
}

const named = query<{ key: string; flow: string; part: string }, { one: number }>(
  (p) =>
    db
      .selectFrom('flows')
      .select(sql<number>`1`.as('one'))
      .where('id', '=', p.flow)
      .where(
        sql<boolean>`("archiveKey" = ${p.key}
          OR EXISTS (SELECT 1 FROM "archivedFiles" a WHERE a."key" = ${p.key})
          OR EXISTS (SELECT 1 FROM deliveries d JOIN "deliveryBodies" b ON b."delivery" = d."id"
            WHERE d."flow" = flows."id" AND b."parts" LIKE ${p.part})
          OR EXISTS (SELECT 1 FROM invoices i JOIN "invoiceMoves" m ON m."invoice" = i."id"
            WHERE i."flow" = flows."id" AND m."facts" LIKE ${p.part})
          OR EXISTS (SELECT 1 FROM invoices i JOIN "worksRoutes" w ON w."invoice" = i."id"
            WHERE i."flow" = flows."id" AND w."kept" LIKE ${p.part}))`,
      ) as never,
);

const correction = query<{ key: string }, { one: number }>(
  (p) =>
    db.selectFrom('replays').select(sql<number>`1`.as('one')).where('withKey', '=', p.key).limit(1) as never,
);

/** A name in JSON stands between quotes, or before the place of a part: `key@...`. Keys hold `_` at most. */
export async function namesKey(c: Connection, key: string, flow: string): Promise<boolean> {
  if (/^(corrections|quarantine)\//.test(key) && (await c.one(correction, { key })) !== null) return true;
  return (
    (await c.one(named, { key, flow, part: `%"${key}"%` })) !== null ||
    (await c.one(named, { key, flow, part: `%"${key}@%` })) !== null
  );
}
