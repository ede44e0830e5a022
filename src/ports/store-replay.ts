import type { Flow, FlowState } from '../domain/flow.js';
import type { EarlierInvoice, Replay, ReplayBatch, ReplayFile, ReplayState } from '../domain/replay.js';
import type { NumberHolder, NumberKey } from './store.js';

/** Which flows a replay is asked for; every condition given must hold. */
export interface ReplayFilter {
  readonly state?: FlowState;
  readonly partner?: string;
  /** The newest attempt has a finding of this rule. */
  readonly rule?: string;
  /** Received on or after this ISO instant. */
  readonly since?: string;
  /** Holds an invoice of this supplier that was not integrated. */
  readonly supplier?: string;
}

/** A batch, and how many of its replays stand where. */
export interface ReplayProgress extends ReplayBatch {
  readonly count: number;
  readonly waiting: number;
  readonly taken: number;
  readonly done: number;
  readonly dropped: number;
  /** Done, and still not wholly integrated. */
  readonly refused: number;
}

export interface ReplayReads {
  /**
   * Flows of the filter that may be worked again (`replayRefusal`) and have no open replay, oldest first, page by page.
   * @param after id of the last flow of the page before
   */
  replayableFlows(filter: ReplayFilter, after: string | null, limit: number): Promise<readonly Flow[]>;
  /** The replay of a flow that is waiting or taken. */
  openReplay(flow: string): Promise<Replay | null>;
  /** Replays of a flow or a batch, in the order in which they were asked for. */
  replays(filter: {
    readonly flow?: string;
    readonly batch?: string;
    readonly state?: ReplayState;
    readonly limit: number;
  }): Promise<readonly Replay[]>;
  /** Newest first. */
  replayBatches(limit: number): Promise<readonly ReplayProgress[]>;
  replayBatch(id: string): Promise<ReplayProgress | null>;
  /** How many replays are waiting and taken over all batches, counted up to 1,000. */
  replayLoad(): Promise<{ readonly waiting: number; readonly taken: number }>;
  /** The invoices of all committed attempts of a flow, in their order. */
  earlierInvoices(flow: string): Promise<readonly EarlierInvoice[]>;
  numberHolder(key: NumberKey): Promise<NumberHolder | null>;
  /** The flow that has taken a flow id. */
  flowIdHolder(flowId: string): Promise<Flow | null>;
  integratedSameBytes(flow: Pick<Flow, 'id' | 'partner' | 'sha256'>): Promise<Flow | null>;
}

/** A replay as it is first recorded. */
export type NewReplay = Pick<
  Replay,
  | 'id'
  | 'batch'
  | 'flow'
  | 'asOf'
  | 'file'
  | 'beforeState'
  | 'beforeAttempt'
  | 'beforeReceived'
  | 'beforeIntegrated'
  | 'replaces'
>;

export interface ReplayWrites {
  insertReplayBatch(batch: ReplayBatch): Promise<void>;
  /** Gives false, and records nothing, when a replay of the flow is open already. */
  insertReplay(replay: NewReplay): Promise<boolean>;
  openReplay(flow: string): Promise<Replay | null>;
  earlierInvoices(flow: string): Promise<readonly EarlierInvoice[]>;
  /** The corrected file of the newest replay that has ended; null where it had none. */
  newestReplayFile(flow: string): Promise<ReplayFile | null>;
  /** The newest integration report about a flow; null when there is none. */
  newestReport(flow: string): Promise<string | null>;
  /**
   * Takes replays that wait, oldest first: their flows become `IN_EN_ATTENTE_RETRAITEMENT_CPP` and are no longer final.
   * One whose flow is not final is dropped. Gives the ids of the flows.
   */
  takeReplays(limit: number, at: string): Promise<readonly string[]>;
  finishReplay(id: string, attempt: number, afterState: FlowState, at: string): Promise<void>;
  /** Gives up the replays of a batch that wait; tells how many. */
  dropReplays(batch: string, at: string): Promise<number>;
  /** Names another archive key for the corrected file of a replay: an infected one goes to quarantine. */
  setReplayFileKey(id: string, archiveKey: string): Promise<void>;
}
