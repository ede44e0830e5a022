import { sql } from 'kysely';
import type { Finding } from '../../../domain/finding.js';
import { type Flow, refusedStates } from '../../../domain/flow.js';
import type { InvoiceRow } from '../../../ports/store.js';
import type {
  DailyFile,
  DeliveryFacts,
  NamedFlow,
  QuestionReads,
  QuestionWrites,
  RefusedAttempt,
  RuleCount,
} from '../../../ports/store-questions.js';
import { deliveryColumns, findingColumns, flowColumns, invoiceColumns, toFlow } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { inTurn } from './in-turn.js';
import { db, once, query } from './query.js';
import { topCounts } from './questions-top.js';
import type { FlowTable } from './tables.js';

type FlowRow = Pick<FlowTable, (typeof flowColumns)[number]>;

const facts = () =>
  db.selectFrom('deliveries').select(deliveryColumns.map((column) => `deliveries.${column}` as const));

const deliveriesOfInvoice = query<{ invoice: string }, DeliveryFacts>((p) =>
  facts()
    .innerJoin('deliveryInvoices', 'deliveryInvoices.delivery', 'deliveries.id')
    .where('deliveryInvoices.invoice', '=', p.invoice)
    .orderBy('deliveries.seq'),
);

const deliveriesOfFlow = query<{ flow: string }, DeliveryFacts>((p) =>
  facts().where('deliveries.flow', '=', p.flow).orderBy('deliveries.seq'),
);

const deliveryById = query<{ id: string }, DeliveryFacts>((p) => facts().where('id', '=', p.id));

const findingsOfInvoice = query<Pick<InvoiceRow, 'flow' | 'attempt' | 'entry' | 'entryIndex'>, Finding>((p) =>
  db
    .selectFrom('findings')
    .select(findingColumns)
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .where((e) => e.or([e('entry', 'is', null), e('entry', '=', p.entry)]))
    .where((e) => e.or([e('invoiceIndex', 'is', null), e('invoiceIndex', '=', p.entryIndex)]))
    .orderBy('position'),
);

const rulesOfFlow = query<{ flow: string; attempt: number }, RuleCount>((p) =>
  db
    .selectFrom('findings')
    .select((e) => [
      'rule',
      e.fn.countAll<number>().as('findings'),
      sql<number>`count(distinct entry || ' ' || cast("invoiceIndex" as text))`.as('invoices'),
    ])
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .where('severity', '=', 'fatal')
    .groupBy('rule')
    .orderBy('findings', 'desc')
    .orderBy('rule'),
);

function failedFlows({ partner, since, rule, limit }: Parameters<QuestionReads['failedFlows']>[0]) {
  let built = db
    .selectFrom('flows')
    .select(flowColumns)
    // As an expression: by the index on states SQLite would go through all that was ever refused.
    .where(sql<string>`"state" || ''`, 'in', [...refusedStates])
    .where('finalAt', 'is not', null)
    .where('receivedAt', '>=', since);
  if (partner !== undefined) built = built.where('partner', '=', partner);
  if (rule !== undefined)
    built = built.where((e) =>
      e.exists(
        e
          .selectFrom('findings')
          .select('findings.rule')
          .whereRef('findings.flow', '=', 'flows.id')
          .whereRef('findings.attempt', '=', 'flows.attempt')
          .where('findings.rule', '=', rule)
          .where('findings.severity', '=', 'fatal'),
      ),
    );
  return built.orderBy('receivedAt', 'desc').orderBy('id', 'desc').limit(limit);
}

/** State as a literal: the partial indexes on it are passed over otherwise. */
const unreported = (state: 'pending' | 'failed') =>
  query<{ before: string; limit: number }, DeliveryFacts>((p) =>
    facts()
      .innerJoin('flows', 'flows.id', 'deliveries.flow')
      .where(sql<boolean>`deliveries."state" = ${sql.lit(state)}`)
      .where('deliveries.kind', '=', 'integration-report')
      .where('flows.receivedAt', '<', p.before)
      .orderBy('flows.receivedAt')
      .limit(p.limit),
  );
const unreportedPending = unreported('pending');
const unreportedFailed = unreported('failed');

const flowOf = query<{ id: string }, FlowRow>((p) =>
  db.selectFrom('flows').select(flowColumns).where('id', '=', p.id),
);

const named = ['id', 'depositedName', 'flowId', 'state', 'receivedAt'] as const;

/** Flow ids begin with the partner's code: the range keeps the reading within its part of the index. */
const flowNumbers = query<{ partner: string; from: string; to: string; limit: number }, NamedFlow>((p) =>
  db
    .selectFrom('flows')
    .select(named)
    .where('flowId', 'is not', null)
    .where('flowId', '>', p.from)
    .where('flowId', '<', p.to)
    .where('partner', '=', p.partner)
    .where('qualification', '=', 0)
    .orderBy('flowId')
    .limit(p.limit),
);

const openFlowNames = query<{ partner: string; limit: number }, NamedFlow>((p) =>
  db
    .selectFrom('flows')
    .select(named)
    .where('finalAt', 'is', null)
    .where('partner', '=', p.partner)
    .where('qualification', '=', 0)
    .orderBy('seq')
    .limit(p.limit),
);

const namelessFlows = query((p: { partner: string }) =>
  db
    .selectFrom('flows')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('partner', '=', p.partner)
    .where('flowId', 'is', null)
    .where('finalAt', 'is not', null)
    .where('qualification', '=', 0),
);

/**
 * Not in order, and names without their partner: SQLite would otherwise go through all flows of the partner, of which
 * it has an index.
 */
const flowsWhere = (
  column: 'depositedName' | 'flowId' | 'sha256',
  partner: string,
  values: readonly string[],
) => {
  const built = db
    .selectFrom('flows')
    .select(flowColumns)
    .where(column, 'in', [...values]);
  return column === 'depositedName' ? built : built.where('partner', '=', partner);
};

const flowsBetween = query<
  { partner: string; from: string; to: string; afterAt: string; afterId: string; limit: number },
  FlowRow
>((p) =>
  db
    .selectFrom('flows')
    .select(flowColumns)
    .where('partner', '=', p.partner)
    .where('receivedAt', '>=', p.from)
    .where('receivedAt', '<', p.to)
    .where((e) =>
      e.or([
        e('receivedAt', '>', p.afterAt),
        e.and([e('receivedAt', '=', p.afterAt), e('id', '>', p.afterId)]),
      ]),
    )
    .orderBy('receivedAt')
    .orderBy('id')
    .limit(p.limit),
);

/**
 * Written as the index `attemptsRefused` has it, or SQLite passes it over; a cross join, because it would otherwise
 * begin with all flows of the partner.
 */
const refusedAttempts = query<
  {
    partner: string;
    from: string;
    to: string;
    afterAt: string;
    afterFlow: string;
    afterAttempt: number;
    limit: number;
  },
  RefusedAttempt
>(
  (p) =>
    db
      .selectFrom('attempts')
      .crossJoin('flows')
      .select([
        'attempts.flow',
        'flows.depositedName',
        'attempts.attempt',
        'attempts.state',
        'flows.receivedAt',
        'attempts.endedAt',
      ])
      .whereRef('flows.id', '=', 'attempts.flow')
      .where(sql<boolean>`attempts."state" IN (${sql.join(refusedStates.map((state) => sql.lit(state)))})`)
      .where('attempts.endedAt', '>=', p.from)
      .where('attempts.endedAt', '<', p.to)
      .where((e) =>
        e.or([
          e('attempts.endedAt', '>', p.afterAt),
          e.and([
            e('attempts.endedAt', '=', p.afterAt),
            e.or([
              e('attempts.flow', '>', p.afterFlow),
              e.and([e('attempts.flow', '=', p.afterFlow), e('attempts.attempt', '>', p.afterAttempt)]),
            ]),
          ]),
        ]),
      )
      .where('flows.partner', '=', p.partner)
      .where('flows.qualification', '=', 0)
      .orderBy('attempts.endedAt')
      .orderBy('attempts.flow')
      .orderBy('attempts.attempt')
      .limit(p.limit) as never,
);

const invoicesOfAttempt = query<{ flow: string; attempt: number }, InvoiceRow>((p) =>
  db
    .selectFrom('invoices')
    .select(invoiceColumns)
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt)
    .orderBy('seq'),
);

const newestDailyFile = query((p: { partner: string }) =>
  db.selectFrom('dailyFiles').select('day').where('partner', '=', p.partner).orderBy('day', 'desc').limit(1),
);

/** Values in one list of a condition: databases take only so many. */
const listMax = 200;

function parts<T>(values: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < values.length; at += listMax) found.push(values.slice(at, at + listMax));
  return found;
}

async function flowsIn(
  c: Connection,
  ...[column, partner, values]: Parameters<typeof flowsWhere>
): Promise<Flow[]> {
  const rows = await inTurn(parts(values), (some) =>
    c.all(once<FlowRow>(flowsWhere(column, partner, some)), {}),
  );
  return rows
    .flat()
    .filter((row) => row.partner === partner)
    .map(toFlow);
}

const oldestFirst = (a: Flow, b: Flow): number =>
  a.receivedAt.localeCompare(b.receivedAt) || a.id.localeCompare(b.id);

export function questionReads(read: Reading): QuestionReads {
  return { ...invoiceReads(read), ...flowReads(read), ...listReads(read), ...dayReads(read) };
}

function invoiceReads(read: Reading) {
  return {
    deliveriesOfInvoice: (invoice) => read((c) => c.all(deliveriesOfInvoice, { invoice })),
    deliveriesOfFlow: (flow) => read((c) => c.all(deliveriesOfFlow, { flow })),
    deliveryFacts: (id) => read((c) => c.one(deliveryById, { id })),
    findingsOfInvoice: ({ flow, attempt, entry, entryIndex }) =>
      read((c) => c.all(findingsOfInvoice, { flow, attempt, entry, entryIndex })),
    invoicesOfAttempt: (flow, attempt) => read((c) => c.all(invoicesOfAttempt, { flow, attempt })),
  } satisfies Partial<QuestionReads>;
}

function flowReads(read: Reading) {
  return {
    failedFlows: (filter) =>
      read(async (c) =>
        inTurn(await c.all(once<FlowRow>(failedFlows(filter)), {}), async (row) => ({
          flow: toFlow(row),
          rules: await c.all(rulesOfFlow, { flow: row.id, attempt: row.attempt }),
        })),
      ),
    topRules: (filter) => read((c) => topCounts(c, filter), 'snapshot'),
    unreportedFlows: (before, limit) =>
      read(async (c) => {
        const reports = [
          ...(await c.all(unreportedPending, { before, limit })),
          ...(await c.all(unreportedFailed, { before, limit })),
        ];
        const found = await inTurn(reports, async (report) => {
          const flow = await c.one(flowOf, { id: report.flow ?? '' });
          return flow === null ? [] : [{ flow: toFlow(flow), report }];
        });
        return found
          .flat()
          .sort((a, b) => oldestFirst(a.flow, b.flow))
          .slice(0, limit);
      }),
  } satisfies Partial<QuestionReads>;
}

function listReads(read: Reading) {
  return {
    flowNumbers: (partner, after, limit) =>
      read((c) =>
        c.all(flowNumbers, { partner, from: after === '' ? partner : after, to: `${partner}~`, limit }),
      ),
    openFlowNames: (partner, limit) => read((c) => c.all(openFlowNames, { partner, limit })),
    namelessFlows: (partner) => read(async (c) => (await c.one(namelessFlows, { partner }))?.count ?? 0),
    flowsCalled: (partner, names) =>
      read(async (c) => {
        const found = await inTurn(['depositedName', 'flowId'] as const, (column) =>
          flowsIn(c, column, partner, names),
        );
        return [...new Map(found.flat().map((flow) => [flow.id, flow])).values()].sort(oldestFirst);
      }),
    flowsWithBytes: (partner, sha256) =>
      read(async (c) => (await flowsIn(c, 'sha256', partner, sha256)).sort(oldestFirst)),
    flowsBetween: (partner, { from, to }, after, limit) =>
      read(async (c) =>
        (
          await c.all(flowsBetween, {
            partner,
            from: after?.receivedAt ?? from,
            to,
            afterAt: after?.receivedAt ?? '',
            afterId: after?.id ?? '',
            limit,
          })
        ).map(toFlow),
      ),
  } satisfies Partial<QuestionReads>;
}

function dayReads(read: Reading) {
  return {
    refusedAttempts: (partner, { from, to }, after, limit) =>
      read((c) =>
        c.all(refusedAttempts, {
          partner,
          from: after?.endedAt ?? from,
          to,
          afterAt: after?.endedAt ?? '',
          afterFlow: after?.flow ?? '',
          afterAttempt: after?.attempt ?? 0,
          limit,
        }),
      ),
    newestDailyFile: (partner) => read(async (c) => (await c.one(newestDailyFile, { partner }))?.day ?? null),
  } satisfies Partial<QuestionReads>;
}

const insertDailyFile = query<DailyFile, never>(
  (p) =>
    db
      .insertInto('dailyFiles')
      .values({ partner: p.partner, day: p.day, rejects: p.rejects, at: p.at })
      .onConflict((conflict) => conflict.doNothing()) as never,
);

export function questionWrites(c: Connection): QuestionWrites {
  return { takeDailyFile: async (file) => (await c.run(insertDailyFile, file)) === 1 };
}
