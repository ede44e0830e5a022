import type { Actor } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { flowStatusOf } from '../lifecycle/status-table.js';
import type { StoreTransaction } from '../ports/store.js';
import type { FlowStatusRow, PivotFacts } from '../ports/store-life.js';
import type { LifePolicy } from './life-work.js';
import { notSent } from './work.js';

/** A pivot that its recipient did not get, or could not use: somebody has to do something. */
export interface PivotAlert {
  readonly code: string;
  readonly pivot: string;
  readonly recipient: string;
  readonly issuer: string;
  /** Our id of the issuer's flow. */
  readonly flow: string;
  /** French. */
  readonly text: string;
}

/** What is told of a pivot. */
export interface PivotWord {
  readonly pivot: PivotFacts;
  readonly code: string;
  readonly comment: string | null;
  /** What the recipient said, where it did. */
  readonly told?: Pick<FlowStatusRow, 'statedAt' | 'complement' | 'details' | 'sourceFlow'>;
}

/** Codes that mean that the recipient has no use of the pivot, all or part. */
const alarming: ReadonlySet<string> = new Set(['94', '95', '96']);

/**
 * Notes statuses of pivots, each once, with the audit trail of those that are new; gives the alerts that follow.
 * @param actor who tells: the engine, or a partner by its report
 */
export async function notePivots(
  tx: Pick<StoreTransaction, 'noteFlowStatuses' | 'insertEvents'>,
  words: readonly PivotWord[],
  actor: Actor,
  policy: LifePolicy,
  at: string,
): Promise<readonly PivotAlert[]> {
  if (words.length === 0) return [];
  const rows = words.map((word) => toRow(word, actor, policy, at));
  const noted = new Set((await tx.noteFlowStatuses(rows)).map(({ id }) => id));
  const fresh = words.filter((_, index) => noted.has(rows[index]?.id ?? ''));
  // That a pivot was prepared (91) the commit itself has told.
  const news = fresh.filter(({ code }) => code !== '91');
  await tx.insertEvents(
    news.map((word) => ({
      at,
      actor,
      kind: 'flow-status',
      flow: word.pivot.flow,
      invoice: null,
      text: textOf(word),
    })),
  );
  return fresh.filter(({ code }) => alarming.has(code)).map(alertOf);
}

function toRow(
  { pivot, code, comment, told }: PivotWord,
  actor: Actor,
  policy: LifePolicy,
  at: string,
): FlowStatusRow {
  const sent = policy.flowReports.has(code) && policy.subscribed.has(pivot.issuer);
  return {
    id: newId(),
    flow: pivot.flow,
    pivot: pivot.id,
    partner: pivot.issuer,
    code,
    at,
    statedAt: null,
    actor,
    complement: null,
    comment,
    details: [],
    sourceFlow: '',
    ...told,
    delivery: sent ? null : notSent,
  };
}

function textOf({ pivot, code, comment, told }: PivotWord): string {
  const lines = told?.details.length ?? 0;
  const more = lines === 0 ? '' : `, ${lines} ligne${lines === 1 ? '' : 's'} d'erreur`;
  const label = flowStatusOf(code)?.label ?? '';
  return `pivot ${pivot.name} de ${pivot.recipient} : ${code} ${label}${more}${comment === null ? '' : ` (${comment.slice(0, 300)})`}`;
}

function alertOf(word: PivotWord): PivotAlert {
  const { id, recipient, issuer, flow } = word.pivot;
  return { code: word.code, pivot: id, recipient, issuer, flow, text: textOf(word) };
}
