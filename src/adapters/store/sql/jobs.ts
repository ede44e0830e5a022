import { sql } from 'kysely';
import type { DeadJob, DueFlow, JobFault, JobReads, JobWrites } from '../../../ports/store-jobs.js';
import type { Connection, Reading } from './connection.js';
import { db, query, removing, upsertion } from './query.js';

const faultColumns = [
  'flow',
  'faults',
  'cuts',
  'accounted',
  'firstAt',
  'lastAt',
  'nextAt',
  'code',
  'error',
  'deadAt',
  'retriedAt',
  'retriedBy',
] as const satisfies readonly (keyof JobFault)[];

type DueRow = Omit<DueFlow, 'replay'> & { readonly replay: number };

const dueFlows = query<{ now: string; limit: number }, DueRow>(
  (p) =>
    db
      .selectFrom('flows as f')
      .leftJoin('jobFaults as j', 'j.flow', 'f.id')
      .select(['f.id', 'f.partner', 'f.sizeBytes'])
      .select(
        sql<number>`CASE WHEN EXISTS (SELECT 1 FROM "replays" AS "r" WHERE "r"."flow" = "f"."id" AND "r"."state" = 'taken') THEN 1 ELSE 0 END`.as(
          'replay',
        ),
      )
      .where('f.finalAt', 'is', null)
      .where((e) =>
        e.or([e('j.flow', 'is', null), e.and([e('j.deadAt', 'is', null), e('j.nextAt', '<=', p.now)])]),
      )
      .orderBy('f.seq')
      .limit(p.limit) as never,
);

const oneFault = query<{ flow: string }, JobFault>(
  (p) => db.selectFrom('jobFaults').select(faultColumns).where('flow', '=', p.flow) as never,
);

/** The condition on `deadAt` as the index `jobFaultsDead` has it. */
const deadJobs = query<{ deadAt: string; flow: string; limit: number }, DeadJob>(
  (p) =>
    db
      .selectFrom('jobFaults as j')
      .innerJoin('flows as f', 'f.id', 'j.flow')
      .select(faultColumns.map((column) => `j.${column}` as const))
      .select(['f.partner', 'f.depositedName', 'f.receivedAt', 'f.attempt'])
      .where('j.deadAt', 'is not', null)
      .where('f.finalAt', 'is', null)
      .where((e) =>
        e.or([e('j.deadAt', '>', p.deadAt), e.and([e('j.deadAt', '=', p.deadAt), e('j.flow', '>', p.flow)])]),
      )
      .orderBy('j.deadAt')
      .orderBy('j.flow')
      .limit(p.limit) as never,
);

const openAttempt = query((p: { flow: string; attempt: number }) =>
  db
    .selectFrom('attempts')
    .select('attempt')
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .where('endedAt', 'is', null),
);

const putFault = upsertion('jobFaults', faultColumns, ['flow']);

export const clearJobFault = removing('jobFaults', ['flow']);

export function jobReads(read: Reading): JobReads {
  return {
    dueFlows: (now, limit) =>
      read(async (c) =>
        (await c.all(dueFlows, { now, limit })).map((row) => ({ ...row, replay: row.replay === 1 })),
      ),
    jobFault: (flow) => read((c) => c.one(oneFault, { flow })),
    deadJobs: (limit, after) =>
      read((c) => c.all(deadJobs, { deadAt: after?.deadAt ?? '', flow: after?.flow ?? '', limit })),
  };
}

export function jobWrites(c: Connection): JobWrites {
  return {
    jobFault: async (flow) => c.one(oneFault, { flow }),
    isAttemptOpen: async (flow, attempt) => (await c.one(openAttempt, { flow, attempt })) !== null,
    async putJobFault(fault) {
      await c.run(putFault, { ...fault });
    },
    async clearJobFault(flow) {
      await c.later(clearJobFault, [{ flow }]);
    },
  };
}
