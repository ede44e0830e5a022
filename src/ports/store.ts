import type { Delivery, DeliveryKind, DeliveryState } from '../domain/delivery.js';
import type { Finding } from '../domain/finding.js';
import type { Actor, AuditEvent, Flow, FlowState, InvoiceFate } from '../domain/flow.js';
import type { Service, Structure, Supplier } from '../domain/structure.js';
import type { LayerVerdict } from '../domain/verdict.js';
import type { AlertReads, AlertWrites } from './store-alerts.js';
import type { ConsoleReads, ConsoleWrites } from './store-console.js';
import type { CountWrites, ViewReads } from './store-console-reads.js';
import type { FenceWrites, LoadReads } from './store-fences.js';
import type { InvoiceMoveReads, InvoiceMoveWrites } from './store-invoices.js';
import type { JobReads, JobWrites } from './store-jobs.js';
import type { LeaseCalls } from './store-leases.js';
import type { LifeReads, LifeWrites, StatusOrigin } from './store-life.js';
import type { MemberCalls } from './store-members.js';
import type { QuestionReads, QuestionWrites } from './store-questions.js';
import type { ReplayReads, ReplayWrites } from './store-replay.js';
import type { RetentionReads, RetentionWrites } from './store-retention.js';
import type { WorksReads, WorksWrites } from './store-works.js';

/** A flow as it is first recorded: its bytes are durable in the archive, nothing has looked into them. */
export type NewFlow = Pick<
  Flow,
  'id' | 'partner' | 'depositedName' | 'sha256' | 'sizeBytes' | 'archiveKey' | 'receivedAt' | 'demo'
> & { readonly claimId: string; readonly qualification?: boolean };

/** What an attempt found out about a flow, written when it ends. */
export interface FlowOutcome {
  readonly flow: string;
  /** Fencing: the attempt that speaks. When a newer one has begun, the transaction fails with STORE_CONFLICT. */
  readonly attempt: number;
  readonly state: FlowState;
  readonly flowId: string | null;
  readonly interfaceCode: string | null;
  readonly invoicesReceived: number;
  readonly invoicesIntegrated: number;
  readonly invoicesRejected: number;
  readonly at: string;
  readonly durationMs: number;
  readonly layers: readonly LayerVerdict[];
  /** What the counts by hour need to know of the flow; absent: it is read. */
  readonly counted?: Pick<Flow, 'receivedAt' | 'qualification'>;
}

/** One invoice of a flow, as the store keeps it. */
export interface InvoiceRow {
  readonly id: string;
  readonly flow: string;
  readonly attempt: number;
  /** Name of the entry within the flow, and position within the entry (0-based). */
  readonly entry: string;
  readonly entryIndex: number;
  readonly number: string | null;
  readonly typeCode: string | null;
  readonly issueDate: string | null;
  readonly currency: string | null;
  readonly supplierType: string | null;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
  readonly supplierCountry: string | null;
  readonly recipientSiret: string | null;
  readonly recipientName: string | null;
  readonly serviceCode: string | null;
  readonly payable: string | null;
  readonly fate: InvoiceFate;
  readonly recipientPartner: string | null;
  /** Newest status (two digits), null for an invoice that was not integrated. */
  readonly status: string | null;
}

export interface StatusRow extends Partial<StatusOrigin> {
  readonly id: string;
  readonly invoice: string;
  /** Partner that is told: the issuer of the flow; the recipient, of what the issuer itself has set. */
  readonly partner: string;
  readonly code: string;
  readonly at: string;
  readonly comment: string | null;
  /** Delivery that carried it; null while it waits. */
  readonly delivery: string | null;
}

export interface PendingStatus extends StatusRow {
  readonly invoiceRow: InvoiceRow;
}

/** The key under which an invoice number is taken: by an integrated invoice only, for ever. */
export interface NumberKey {
  readonly supplierType: string;
  readonly supplierId: string;
  readonly number: string;
  /** Year of issue when the setting says so, else an empty string. */
  readonly year: string;
}

export interface NumberClaim {
  readonly key: NumberKey;
  readonly invoice: string;
}

export interface FlowIdClaim {
  readonly flowId: string;
  readonly flow: string;
}

export type FlowIdAnswer = { readonly taken: true } | { readonly taken: false; readonly by: Flow };

export interface NumberHolder {
  readonly invoice: string;
  readonly flow: string;
  readonly depositedName: string;
  readonly at: string;
}

/** What an operator wants of a partner. Paused: nothing is taken or delivered. Draining: nothing is taken any more. */
export type PartnerMode = 'active' | 'paused' | 'draining';

export interface PartnerControl {
  readonly partner: string;
  readonly mode: PartnerMode;
  readonly by: Actor;
  readonly at: string;
  readonly reason: string | null;
}

/** How the engine gets on with a partner's folder or server. */
export interface PartnerHealth {
  readonly partner: string;
  readonly side: 'intake' | 'delivery';
  /** Open: it failed several times in a row and is left alone until `retryAt`. */
  readonly circuit: 'closed' | 'open';
  /** Faults in a row. */
  readonly faults: number;
  /** Since when it has been so. */
  readonly since: string;
  readonly retryAt: string | null;
  readonly error: string | null;
}

/** A delivery whose file was written and, as far as is known, still stands in `out`. */
export interface LyingDelivery {
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  readonly flow: string | null;
  readonly deliveredAt: string;
  /** When it was told that nobody fetches it; null before. */
  readonly alertedAt: string | null;
  /** When it was decided to take it out; null before. */
  readonly removingAt: string | null;
}

/**
 * What is noted of a file in `out`: the partner fetched it; it was told that nobody does; we are about to take it
 * out; we have; it stands there again although it had gone.
 */
export type StayNote = 'fetched' | 'alerted' | 'removing' | 'removed' | 'back';

/** Files of one partner that stand in `out`. */
export interface LyingCount {
  readonly partner: string;
  readonly count: number;
  readonly oldestAt: string;
  /** Those delivered before the instant asked for. */
  readonly late: number;
}

/** Reading and writing inside one transaction. */
export interface StoreTransaction
  extends InvoiceMoveWrites,
    LifeWrites,
    FenceWrites,
    AlertWrites,
    ConsoleWrites,
    CountWrites,
    JobWrites,
    ReplayWrites,
    QuestionWrites,
    RetentionWrites,
    WorksWrites {
  insertFlow(flow: NewFlow): Promise<void>;
  /** Begins an attempt: state `IN_EN_COURS_TRAITEMENT_CPP`, attempt number plus one. Null when the flow is final. */
  beginAttempt(flow: string, at: string): Promise<Flow | null>;
  /** The same for many, in their order. */
  beginAttempts(
    starts: readonly { readonly flow: string; readonly at: string }[],
  ): Promise<readonly (Flow | null)[]>;
  flow(id: string): Promise<Flow | null>;
  /** Takes flow ids for ever, first come, first served; tells who holds those that another flow has. */
  takeFlowIds(ids: readonly FlowIdClaim[]): Promise<readonly FlowIdAnswer[]>;
  /** Of each the first flow of its partner with the same bytes that integrated at least one invoice. */
  integratedSameBytes(
    flows: readonly Pick<Flow, 'id' | 'partner' | 'sha256'>[],
  ): Promise<readonly (Flow | null)[]>;
  /** Takes invoice numbers for ever, first come, first served; gives who holds those that another invoice has. */
  takeInvoiceNumbers(
    flow: string,
    claims: readonly NumberClaim[],
    at: string,
  ): Promise<readonly (NumberHolder | null)[]>;
  /** Reads the sequences ahead, beside other readings: who will take numbers need not wait for it then. */
  openSequences(): Promise<void>;
  /** Next number of the sequence of an interface code; never handed out twice. */
  nextSequence(interfaceCode: string): Promise<number>;
  /** Passes over so many numbers of every sequence (after a restore). */
  skipSequences(by: number): Promise<void>;
  finishAttempt(outcome: FlowOutcome): Promise<void>;
  insertInvoices(rows: readonly InvoiceRow[]): Promise<void>;
  insertFindings(flow: string, attempt: number, findings: readonly Finding[]): Promise<void>;
  insertDeliveries(rows: readonly Delivery[]): Promise<void>;
  insertStatuses(rows: readonly StatusRow[]): Promise<void>;
  insertEvents(events: readonly AuditEvent[]): Promise<void>;
  /** Statuses not sent yet, oldest first, for one partner. */
  pendingStatuses(partner: string, limit: number): Promise<readonly PendingStatus[]>;
  markStatusesSent(ids: readonly string[], delivery: string): Promise<void>;
  markDelivered(id: string, sha256: string, sizeBytes: number, at: string): Promise<void>;
  /** The same for many: `attempts` as they were before this one. */
  markAllDelivered(
    rows: readonly Pick<Delivery, 'id' | 'attempts' | 'sha256' | 'sizeBytes'>[],
    at: string,
  ): Promise<void>;
  markDeliveryFailed(id: string, error: string, final: boolean): Promise<void>;
  /**
   * Notes what became of a file since it was delivered at `deliveredAt`; gives false, and notes nothing, when it has
   * been noted or sent again meanwhile.
   */
  noteStay(of: Pick<LyingDelivery, 'id' | 'deliveredAt'>, note: StayNote, at: string): Promise<boolean>;
  /** Puts a delivery back in the outbox, `deliveredAt` kept; gives false when it waits there already. */
  resendDelivery(id: string): Promise<boolean>;
  /** Invoices that a delivery stands for, for the status that follows its delivery: those no later pivot carries. */
  invoicesOfDelivery(delivery: string): Promise<readonly InvoiceRow[]>;
  /** The same of many, each with its delivery and the partner that deposited the flow. */
  invoicesOfDeliveries(
    deliveries: readonly string[],
  ): Promise<readonly { readonly delivery: string; readonly issuer: string; readonly row: InvoiceRow }[]>;
  linkDelivery(delivery: string, invoices: readonly string[]): Promise<void>;
  setInvoiceStatus(invoice: string, code: string): Promise<void>;
  setMeta(key: string, value: string): Promise<void>;
  /** Names another archive key for a flow's bytes: those of an infected flow go to quarantine. */
  setArchiveKey(flow: string, archiveKey: string): Promise<void>;
  setPartnerControl(control: PartnerControl): Promise<void>;
  setPartnerHealth(health: PartnerHealth): Promise<void>;
}

export interface FlowFilter {
  readonly state?: FlowState;
  readonly partner?: string;
  /** Received on or after this ISO instant. */
  readonly since?: string;
  readonly invoiceNumber?: string;
  readonly limit?: number;
}

export interface InvoiceFilter {
  readonly number?: string;
  readonly supplierId?: string;
  readonly flow?: string;
  readonly limit?: number;
}

export interface AttemptRow {
  readonly flow: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly state: FlowState;
  readonly layers: readonly LayerVerdict[];
}

/** The store: the only truth. `adapters/store/*` implement it; all pass `tests/contracts/store`. */
export interface Store
  extends InvoiceMoveReads,
    LifeReads,
    LoadReads,
    AlertReads,
    ConsoleReads,
    ViewReads,
    JobReads,
    ReplayReads,
    QuestionReads,
    RetentionReads,
    WorksReads,
    LeaseCalls,
    MemberCalls {
  /** Brings the schema up to date; STORE_MIGRATION when the database is newer than the program. */
  migrate(): Promise<void>;
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  flow(id: string): Promise<Flow | null>;
  /** By our own id, by flow id, or by deposited name (newest first). */
  findFlows(text: string): Promise<readonly Flow[]>;
  flowByClaim(claimId: string): Promise<Flow | null>;
  /** Ids of flows that are not final, oldest first: what the sweep puts back in the queue. */
  unfinishedFlows(limit: number): Promise<readonly string[]>;
  listFlows(filter: FlowFilter): Promise<readonly Flow[]>;
  attempts(flow: string): Promise<readonly AttemptRow[]>;
  findings(flow: string, attempt?: number): Promise<readonly Finding[]>;
  events(flow: string): Promise<readonly AuditEvent[]>;
  listInvoices(filter: InvoiceFilter): Promise<readonly InvoiceRow[]>;
  invoice(id: string): Promise<InvoiceRow | null>;
  statuses(invoice: string): Promise<readonly StatusRow[]>;
  /** Partners that have deliveries waiting. */
  partnersWithDeliveries(): Promise<readonly string[]>;
  /** Deliveries waiting for one partner, in the order in which they were committed. */
  pendingDeliveries(partner: string, limit: number): Promise<readonly Delivery[]>;
  listDeliveries(filter: {
    partner?: string;
    flow?: string;
    state?: DeliveryState;
    kind?: DeliveryKind;
    /** Delivered and not fetched, also those that we took out ourselves. */
    notFetched?: boolean;
    limit?: number;
  }): Promise<readonly Delivery[]>;
  /** By id or by name. */
  findDelivery(text: string): Promise<Delivery | null>;
  /** Files of a partner that stand in `out`, by id, after an id: page by page. */
  lyingDeliveries(partner: string, after: string | null, limit: number): Promise<readonly LyingDelivery[]>;
  /** Of these names, those of the partner's files that are noted as fetched or taken out. */
  goneDeliveries(
    partner: string,
    names: readonly string[],
  ): Promise<readonly Pick<LyingDelivery, 'id' | 'name' | 'flow' | 'deliveredAt'>[]>;
  /** How much stands in `out`, per partner. @param lateBefore ISO instant */
  lyingCounts(lateBefore: string): Promise<readonly LyingCount[]>;
  /** Partners that have statuses waiting, with how many and since when. */
  statusBacklog(): Promise<readonly { partner: string; count: number; oldestAt: string }[]>;
  meta(key: string): Promise<string | null>;
  /** Partners that an operator has held or released; one that is not there is active. */
  partnerControls(): Promise<readonly PartnerControl[]>;
  /** What the engine last told about partners' folders and servers. */
  partnerHealth(): Promise<readonly PartnerHealth[]>;
  /** Flows of a partner that are not final, and its deliveries that wait: what a drain has still to end. */
  partnerBacklog(partner: string): Promise<{ readonly flows: number; readonly deliveries: number }>;
  /** Counts for the summary of a run, over flows received at or after `since`; qualification flows are not counted. */
  summary(since: string): Promise<{
    flows: number;
    integrated: number;
    partial: number;
    rejected: number;
    incidents: number;
    invoices: number;
  }>;
  directory: DirectoryStore;
  /** A consistent copy of the database as one file, while others write. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Rows as an import gives them. */
export type DirectoryRow =
  | { readonly kind: 'structure'; readonly structure: Structure }
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'supplier'; readonly supplier: Supplier };

export interface ImportCounts {
  readonly structures: number;
  readonly services: number;
  readonly suppliers: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

export interface DirectoryStore {
  /** The structure as valid on a day (`YYYY-MM-DD`). */
  structure(siret: string, asOf: string): Promise<Structure | null>;
  service(siret: string, code: string, asOf: string): Promise<Service | null>;
  /** The services of the structure as valid on a day. */
  services(siret: string, asOf: string): Promise<readonly Service[]>;
  supplier(idType: string, id: string): Promise<Supplier | null>;
  /** Adds or updates rows; a row that has not changed is left alone. All or nothing. */
  importRows(rows: Iterable<DirectoryRow>): Promise<ImportCounts>;
  listStructures(limit: number, after?: string): Promise<readonly Structure[]>;
  counts(): Promise<{ structures: number; services: number; suppliers: number }>;
}
