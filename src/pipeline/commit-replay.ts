import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { type FlowState, flowStates } from '../domain/flow.js';
import { Fault } from '../errors.js';
import type { StoreTransaction } from '../ports/store.js';
import type { CommitContext, Outcome } from './commit.js';
import type { Judgement } from './fates.js';
import type { Work } from './work.js';

/** Where infected bytes lie now: those of the flow, or those of the corrected file. */
export async function keepQuarantineKey(tx: StoreTransaction, work: Work, key: string): Promise<void> {
  const replay = work.replay?.replay;
  if (replay?.file) await tx.setReplayFileKey(replay.id, key);
  else await tx.setArchiveKey(work.flow.id, key);
}

type Counts = Pick<Judgement, 'state' | 'received' | 'integrated'>;

/** The replay that an attempt belongs to has ended with it, in the same transaction. */
export async function endReplay(tx: StoreTransaction, work: Work, after: Counts, at: string): Promise<void> {
  if (work.replay === undefined) return;
  const { replay } = work.replay;
  await tx.finishReplay(replay.id, work.flow.attempt, after.state, at);
  const before = outcomeText(replay.beforeState, replay.beforeIntegrated, replay.beforeReceived);
  const now = outcomeText(after.state, after.integrated, after.received);
  const file = replay.file === null ? '' : ` ; fichier corrigé SHA-256 ${replay.file.sha256}`;
  const day = replay.asOf === null ? '' : ` ; règles et annuaire du ${replay.asOf}`;
  const text = `retraitement terminé : avant ${before}, après ${now} ; demandé par ${replay.by} (${replay.reason})${file}${day}`;
  await tx.insertEvents([{ at, actor: 'engine', kind: 'replayed', flow: work.flow.id, invoice: null, text }]);
}

function outcomeText(state: FlowState, integrated: number, received: number): string {
  return `${flowStates[state].label} (${integrated}/${received})`;
}

/**
 * After the last try of a replay its flow is as it was before: the result and the report of before hold good.
 * @param before findings of the newest attempt, which are told again with this one
 */
export async function commitFailedReplay(
  tx: StoreTransaction,
  work: Work,
  before: readonly Finding[],
  context: CommitContext,
  cause: Error,
): Promise<Outcome> {
  if (work.replay === undefined) throw new Fault('INTERNAL', 'a replay that is none has failed');
  const { flow } = work;
  const { replay } = work.replay;
  const at = context.now.toISOString();
  const counts = {
    state: replay.beforeState,
    received: replay.beforeReceived,
    integrated: replay.beforeIntegrated,
    rejected: replay.beforeReceived - replay.beforeIntegrated,
  };
  await tx.finishAttempt({
    flow: flow.id,
    attempt: flow.attempt,
    state: counts.state,
    flowId: flow.flowId,
    interfaceCode: flow.interfaceCode,
    invoicesReceived: counts.received,
    invoicesIntegrated: counts.integrated,
    invoicesRejected: counts.rejected,
    at,
    durationMs: context.durationMs,
    layers: [],
    counted: flow,
  });
  const failed = findingOf('ECL-REPLAY-INCIDENT', {});
  const told = before.filter(({ rule }) => rule !== failed.rule);
  await tx.insertFindings(flow.id, flow.attempt, [...told, failed]);
  const text = cause.message.slice(0, 500);
  await tx.insertEvents([{ at, actor: 'engine', kind: 'incident', flow: flow.id, invoice: null, text }]);
  await endReplay(tx, work, counts, at);
  return {
    flow: flow.id,
    partner: flow.partner,
    depositedName: flow.depositedName,
    interfaceCode: flow.interfaceCode,
    ...counts,
    fatal: told.filter(({ severity }) => severity === 'fatal'),
    deliveries: [],
  };
}
