import { sql } from 'kysely';
import type { Finding } from '../../../domain/finding.js';
import { type Flow, type FlowState, isFinal, statusInterfaces } from '../../../domain/flow.js';
import type { FlowOutcome, StoreTransaction } from '../../../ports/store.js';
import type { CountWrites } from '../../../ports/store-console-reads.js';
import type { Connection } from './connection.js';
import { db, insertion, query } from './query.js';

type Sign = 1 | -1;

const columns = ['kind', 'hour', 'name', 'flows', 'received', 'integrated', 'rejected'] as const;
const sums = ['flows', 'received', 'integrated', 'rejected'] as const;

const ofInvoices = (column: 'invoicesReceived' | 'invoicesIntegrated' | 'invoicesRejected', sign: Sign) =>
  sql<number>`case when coalesce("interfaceCode", '') in (${sql.join([...statusInterfaces].map((code) => sql.lit(code)))})
    then 0 else ${sql.lit(sign)} * ${sql.ref(column)} end`;

const hour = sql<string>`substr("receivedAt", 1, 13)`;
const kindOf = (real: string, trial: string) =>
  sql<string>`case when "qualification" = 1 then ${sql.lit(trial)} else ${sql.lit(real)} end`;

const changes = () => db.insertInto('countChanges').columns(columns);

/** One more flow in a state, or one less. */
const noteState = (sign: Sign) =>
  query<{ flow: string; state: FlowState }, never>(
    (p) =>
      changes().expression(
        db
          .selectFrom('flows')
          .select([
            kindOf('state', 'trial').as('kind'),
            hour.as('hour'),
            sql<string>`cast(${p.state} as text)`.as('name'),
            sql<number>`${sql.lit(sign)}`.as('flows'),
            ofInvoices('invoicesReceived', sign).as('received'),
            ofInvoices('invoicesIntegrated', sign).as('integrated'),
            ofInvoices('invoicesRejected', sign).as('rejected'),
          ])
          .where('id', '=', p.flow),
      ) as never,
  );

/** The rules that the newest attempt was refused by; the invoices they refused stand as `rejected`. */
const noteRules = (sign: Sign) =>
  query<{ flow: string }, never>(
    (p) =>
      changes().expression(
        db
          .selectFrom('findings')
          .innerJoin('flows', 'flows.id', 'findings.flow')
          .select([
            kindOf('rule', 'trial-rule').as('kind'),
            hour.as('hour'),
            'findings.rule as name',
            sql<number>`${sql.lit(sign)}`.as('flows'),
            sql<number>`0`.as('received'),
            sql<number>`0`.as('integrated'),
            sql<number>`${sql.lit(sign)} * count(distinct case when "invoiceIndex" is null then null
              else coalesce("entry", '') || ' ' || cast("invoiceIndex" as text) end)`.as('rejected'),
          ])
          .where('findings.flow', '=', p.flow)
          .whereRef('findings.attempt', '=', 'flows.attempt')
          .where('findings.severity', '=', 'fatal')
          .groupBy(['flows.qualification', 'flows.receivedAt', 'findings.rule']),
      ) as never,
  );

const stateCounted = noteState(1);
const stateUncounted = noteState(-1);
const rulesCounted = noteRules(1);
const rulesUncounted = noteRules(-1);

/** Takes a flow and what its newest attempt was refused by out of the counts: it is worked again. @param state before that */
export async function uncount(c: Connection, flow: string, state: FlowState): Promise<void> {
  await c.run(stateUncounted, { flow, state });
  await c.run(rulesUncounted, { flow });
}

const insertChange = insertion('countChanges', columns);

type Counted = Pick<Flow, 'receivedAt' | 'qualification'>;
const hourOf = ({ receivedAt }: Counted): string => receivedAt.slice(0, 13);

function stateChange(outcome: FlowOutcome, counted: Counted): ChangeRow {
  const { state, invoicesReceived, invoicesIntegrated, invoicesRejected } = outcome;
  // Statuses are no invoices.
  const brings = !statusInterfaces.has(outcome.interfaceCode ?? '');
  return {
    kind: counted.qualification ? 'trial' : 'state',
    hour: hourOf(counted),
    name: state,
    flows: 1,
    received: brings ? invoicesReceived : 0,
    integrated: brings ? invoicesIntegrated : 0,
    rejected: brings ? invoicesRejected : 0,
  };
}

function ruleChanges(findings: readonly Finding[], counted: Counted): ChangeRow[] {
  const refused = new Map<string, Set<string>>();
  for (const { rule, severity, entry, invoiceIndex } of findings) {
    if (severity !== 'fatal') continue;
    const invoices = refused.get(rule) ?? new Set<string>();
    refused.set(rule, invoices);
    if (invoiceIndex !== null) invoices.add(`${entry ?? ''} ${invoiceIndex}`);
  }
  const kind = counted.qualification ? 'trial-rule' : 'rule';
  const base = { kind, hour: hourOf(counted), flows: 1, received: 0, integrated: 0 };
  return [...refused].map(([name, invoices]) => ({ ...base, name, rejected: invoices.size }));
}

/** The writes of attempts, counting what they end; findings are written after the attempt has ended. */
export function counting(
  c: Connection,
  writes: Pick<StoreTransaction, 'finishAttempt' | 'insertFindings'>,
): Pick<StoreTransaction, 'finishAttempt' | 'insertFindings'> {
  const known = new Map<string, Counted>();
  return {
    async finishAttempt(outcome) {
      await writes.finishAttempt(outcome);
      const { flow, state, counted } = outcome;
      if (counted !== undefined) known.set(flow, counted);
      if (!isFinal(state)) return;
      if (counted === undefined) await c.run(stateCounted, { flow, state });
      else await c.later(insertChange, [stateChange(outcome, counted)]);
    },
    async insertFindings(flow, attempt, findings) {
      await writes.insertFindings(flow, attempt, findings);
      if (!findings.some(({ severity }) => severity === 'fatal')) return;
      const counted = known.get(flow);
      if (counted === undefined) await c.run(rulesCounted, { flow });
      else await c.later(insertChange, ruleChanges(findings, counted));
    },
  };
}

interface ChangeRow {
  readonly kind: string;
  readonly hour: string;
  readonly name: string;
  readonly flows: number;
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
}

interface Change extends ChangeRow {
  readonly seq: number;
}

const oldestChanges = query<{ limit: number }, Change>((p) =>
  db
    .selectFrom('countChanges')
    .select(['seq', ...columns])
    .orderBy('seq')
    .limit(p.limit),
);

const removeChange = query((p: { seq: number }) => db.deleteFrom('countChanges').where('seq', '=', p.seq));

const addToHour = query<ChangeRow, never>(
  (p) =>
    db
      .insertInto('hourlyCounts')
      .values({
        kind: p.kind,
        hour: p.hour,
        name: p.name,
        flows: p.flows,
        received: p.received,
        integrated: p.integrated,
        rejected: p.rejected,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'hour', 'name'])
          .doUpdateSet(
            Object.fromEntries(
              sums.map((column) => [
                column,
                sql<number>`${sql.ref(`hourlyCounts.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
              ]),
            ),
          ),
      ) as never,
);

/** Two processes that fold at once: the one whose change has gone leaves it to the other. */
async function fold(c: Connection, limit: number): Promise<number> {
  const folded = new Map<string, ChangeRow>();
  let count = 0;
  for (const { seq, ...change } of await c.all(oldestChanges, { limit })) {
    if ((await c.run(removeChange, { seq })) === 0) continue;
    count += 1;
    const key = `${change.kind}\n${change.hour}\n${change.name}`;
    const known = folded.get(key);
    folded.set(key, known === undefined ? change : added(known, change));
  }
  // In one order everywhere: two that wait for each other's rows would both be stopped.
  for (const [, row] of [...folded].sort(([a], [b]) => (a < b ? -1 : 1))) await c.run(addToHour, row);
  return count;
}

function added(a: ChangeRow, b: ChangeRow): ChangeRow {
  return {
    ...a,
    flows: a.flows + b.flows,
    received: a.received + b.received,
    integrated: a.integrated + b.integrated,
    rejected: a.rejected + b.rejected,
  };
}

export function countWrites(c: Connection): CountWrites {
  return { foldCounts: (limit) => fold(c, limit) };
}
