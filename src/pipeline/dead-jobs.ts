import type { Finding } from '../domain/finding.js';
import type { Actor, AuditEvent, Flow } from '../domain/flow.js';
import type { Partner } from '../domain/partner.js';
import { Fault } from '../errors.js';
import type { StoreTransaction } from '../ports/store.js';
import type { JobFault } from '../ports/store-jobs.js';
import { begin } from './begin.js';
import { type CommitSettings, commitIncident, type Outcome } from './commit.js';
import { commitFailedReplay } from './commit-replay.js';
import type { Policy } from './work.js';

/** Who gives an order about a dead job, when and why. */
export interface JobOrder {
  readonly by: Actor;
  readonly at: Date;
  readonly reason: string | null;
}

/** The dead job of a flow. @throws Fault NOT_FOUND when the flow is no such job (any more). */
async function deadJob(tx: StoreTransaction, flow: string): Promise<JobFault> {
  const job = await tx.jobFault(flow);
  const known = await tx.flow(flow);
  if (job === null || job.deadAt === null || known === null || known.finalAt !== null)
    throw new Fault('NOT_FOUND', `flow ${flow} is no dead job; see \`ecluse jobs dead list\``, { flow });
  return job;
}

/** Has a dead job tried again, now and as if nothing had been. @throws Fault NOT_FOUND. */
export async function retryDead(tx: StoreTransaction, flow: string, order: JobOrder): Promise<void> {
  const job = await deadJob(tx, flow);
  const at = order.at.toISOString();
  const fresh = { faults: 0, cuts: 0, deadAt: null, nextAt: at, retriedAt: at, retriedBy: order.by };
  await tx.putJobFault({ ...job, ...fresh });
  const why = order.reason === null ? '' : ` (${order.reason})`;
  await tx.insertEvents([eventOf(flow, order, 'job-retried', `nouvel essai demandé${why}`)]);
}

export interface DropParts {
  readonly partner: Partner;
  readonly policy: Policy;
  readonly commit: CommitSettings;
  /** Findings of the flow's newest attempt, for a replay. */
  readonly before: readonly Finding[];
}

/**
 * Gives a dead job up: its flow is answered as an incident, so that its depositor has a report and sends it again
 * (DOMAIN 5, IN_INCIDENTE); a replay ends with the result of before. An attempt that should still be in work anywhere
 * can no longer commit.
 * @throws Fault NOT_FOUND.
 */
export async function dropDead(
  tx: StoreTransaction,
  flow: Flow,
  { partner, policy, commit, before }: DropParts,
  order: JobOrder & { readonly reason: string },
): Promise<Outcome> {
  const job = await deadJob(tx, flow.id);
  const start = { flow, partner, policy, at: order.at.toISOString(), workDir: '' };
  const [begun] = await begin(tx, [start]);
  if (!begun) throw new Fault('NOT_FOUND', `flow ${flow.id} has been answered`, { flow: flow.id });
  const text = `abandonné : ${order.reason}`;
  await tx.insertEvents([eventOf(flow.id, order, 'job-dropped', text)]);
  const context = { ...commit, now: order.at, durationMs: 0 };
  const cause = new Error(job.error ?? order.reason);
  if (begun.replay === undefined) return commitIncident(tx, begun, context, cause);
  return commitFailedReplay(tx, begun, before, context, cause);
}

function eventOf(flow: string, { at, by }: JobOrder, kind: string, text: string): AuditEvent {
  return { at: at.toISOString(), actor: by, kind, flow, invoice: null, text };
}
