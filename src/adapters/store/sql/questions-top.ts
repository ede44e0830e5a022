import { sql } from 'kysely';
import type { QuestionReads, TopRule } from '../../../ports/store-questions.js';
import type { Connection } from './connection.js';
import { db, once, query } from './query.js';

type Filter = Parameters<QuestionReads['topRules']>[0];

export interface TopCount {
  readonly partner: string;
  readonly rule: string;
  readonly flows: number;
  readonly invoices: number;
  readonly example: string;
}

/** Ids sort by age: the greatest is that of the newest flow. */
function counts({ partner, since }: Filter) {
  const all = db
    .selectFrom('flows')
    .innerJoin('findings', 'findings.flow', 'flows.id')
    .select((e) => [
      'flows.partner',
      'findings.rule',
      sql<number>`count(distinct flows.id)`.as('flows'),
      sql<number>`count(distinct flows.id || ' ' || findings.entry || ' ' || cast(findings."invoiceIndex" as text))`.as(
        'invoices',
      ),
      e.fn.max('flows.id').as('example'),
    ])
    .where('flows.receivedAt', '>=', since)
    .where('flows.qualification', '=', 0)
    .where('findings.severity', '=', 'fatal');
  return (partner === undefined ? all : all.where('flows.partner', '=', partner))
    .groupBy(['flows.partner', 'findings.rule'])
    .orderBy('flows.partner')
    .orderBy('flows', 'desc')
    .orderBy('invoices', 'desc')
    .orderBy('findings.rule');
}

const received = query((p: { partner: string; since: string }) =>
  db
    .selectFrom('flows')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('partner', '=', p.partner)
    .where('receivedAt', '>=', p.since)
    .where('qualification', '=', 0),
);

const exampleOf = query((p: { flow: string; rule: string }) =>
  db
    .selectFrom('findings')
    .innerJoin('flows', 'flows.id', 'findings.flow')
    .select(['flows.depositedName', 'findings.message'])
    .where('findings.flow', '=', p.flow)
    .where('findings.rule', '=', p.rule)
    .where('findings.severity', '=', 'fatal')
    .orderBy('findings.attempt', 'desc')
    .orderBy('findings.position')
    .limit(1),
);

/** The rules that refuse most, so many for each partner. */
export async function topCounts(c: Connection, filter: Filter): Promise<TopRule[]> {
  const found: TopRule[] = [];
  let partner: string | null = null;
  let kept = 0;
  let flowsReceived = 0;
  for (const row of await c.all(once<TopCount>(counts(filter)), {})) {
    if (row.partner !== partner) {
      partner = row.partner;
      kept = 0;
      flowsReceived = (await c.one(received, { partner, since: filter.since }))?.count ?? 0;
    }
    kept += 1;
    if (kept > filter.limit) continue;
    const example = await c.one(exampleOf, { flow: row.example, rule: row.rule });
    found.push({
      ...row,
      flowsReceived,
      exampleName: example?.depositedName ?? '',
      message: example?.message ?? '',
    });
  }
  return found;
}
