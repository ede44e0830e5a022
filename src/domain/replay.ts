import type { Actor, Flow, FlowState, InvoiceFate } from './flow.js';

/**
 * `waiting`: asked for, the flow is still as it was. `taken`: the flow is in the queue again. `done`: its new attempt is
 * committed. `dropped`: given up before it was taken.
 */
export type ReplayState = 'waiting' | 'taken' | 'done' | 'dropped';

/** The states of a replay as people read them. */
export const replayWords = {
  waiting: 'en attente',
  taken: 'en cours',
  done: 'terminé',
  dropped: 'abandonné',
} as const satisfies Readonly<Record<ReplayState, string>>;

/** A corrected file that is worked in place of the deposited one; both are kept. */
export interface ReplayFile {
  /** The name of the file as it was given: data, never a path. */
  readonly name: string;
  readonly archiveKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** An order to work one or many flows again: who, when, why, and which flows. */
export interface ReplayBatch {
  readonly id: string;
  readonly by: Actor;
  readonly at: string;
  readonly reason: string;
  /** What was asked for, as JSON: a flow, or the conditions of the filter. */
  readonly filter: string;
}

/** One flow of a batch. */
export interface Replay extends Pick<ReplayBatch, 'by' | 'at' | 'reason'> {
  readonly id: string;
  readonly batch: string;
  readonly flow: string;
  /** Day whose rules and directory count, `YYYY-MM-DD`; null: the day on which the flow is worked again. */
  readonly asOf: string | null;
  /** Null: the deposited bytes. */
  readonly file: ReplayFile | null;
  readonly state: ReplayState;
  readonly beforeState: FlowState;
  /** Number of the newest attempt when the replay was asked for. */
  readonly beforeAttempt: number;
  readonly beforeReceived: number;
  readonly beforeIntegrated: number;
  /** Number of the attempt that ended it; null before. */
  readonly attempt: number | null;
  readonly afterState: FlowState | null;
  /** Name of the integration report that the new one replaces; null when there was none. */
  readonly replaces: string | null;
  readonly endedAt: string | null;
}

/** An invoice of an earlier attempt, and which bytes it was read from. */
export interface EarlierInvoice {
  readonly attempt: number;
  readonly entry: string;
  /** 0-based position within the entry. */
  readonly entryIndex: number;
  readonly number: string | null;
  readonly fate: InvoiceFate;
  /** SHA-256 of the corrected file it was read from; null: of the deposited bytes. */
  readonly source: string | null;
}

/** States that may be worked again: something of the flow was refused, or was not processed. */
export const replayableStates = [
  'IN_REJETE',
  'IN_INTEGRE_PARTIEL',
  'QP_IRRECEVABLE',
  'IN_INCIDENTE',
] as const satisfies readonly FlowState[];

/** Why a flow cannot be worked again. `open`: a replay of it is waiting or taken. `partner`: who deposited it is no partner any more. `purged`: its bytes are gone. */
export type ReplayRefusal = 'in-progress' | 'open' | 'integrated' | 'qualification' | 'partner' | 'purged';

/** Judges a flow by its state alone; null when it can be worked again. */
export function replayRefusal(flow: Flow): Exclude<ReplayRefusal, 'open' | 'partner' | 'purged'> | null {
  if (flow.qualification) return 'qualification';
  if (flow.finalAt === null) return 'in-progress';
  return (replayableStates as readonly FlowState[]).includes(flow.state) ? null : 'integrated';
}
