import type { Generated } from 'kysely';
import type { Alert, AlertNotice } from '../../../domain/alert.js';
import type { DeliveryKind, DeliveryState } from '../../../domain/delivery.js';
import type { Layer, Severity } from '../../../domain/finding.js';
import type { FlowState, InvoiceFate } from '../../../domain/flow.js';
import type { InvoiceMove } from '../../../domain/invoice-move.js';
import type { Replay, ReplayBatch, ReplayState } from '../../../domain/replay.js';
import type { InvoiceRow, PartnerControl, PartnerHealth } from '../../../ports/store.js';
import type {
  ApiKey,
  IdempotentCall,
  LoginCounter,
  Session,
  ShareLink,
  User,
} from '../../../ports/store-console.js';
import type { JobFault } from '../../../ports/store-jobs.js';
import type { FlowStatusRow } from '../../../ports/store-life.js';
import type { DailyFile } from '../../../ports/store-questions.js';
import type { PurgeMark } from '../../../ports/store-retention.js';

/**
 * The tables as kysely sees them. Columns bear the names of the ports' fields, so that a row needs no translation;
 * truth values are 0 or 1, instants ISO 8601 in UTC (they sort as text), lists JSON. `seq` is the order of commit.
 */
export interface Tables {
  flows: FlowTable;
  flowIds: { flowId: string; flow: string };
  attempts: {
    flow: string;
    attempt: number;
    startedAt: string;
    endedAt: string | null;
    durationMs: number | null;
    state: FlowState;
    layers: string;
  };
  invoices: InvoiceTable;
  invoiceNumbers: {
    supplierType: string;
    supplierId: string;
    number: string;
    year: string;
    invoice: string;
    flow: string;
    at: string;
  };
  findings: FindingTable;
  statuses: StatusTable;
  flowStatuses: FlowStatusTable;
  deliveries: DeliveryTable;
  deliveryBodies: { delivery: string; body: string; parts: string };
  deliveryInvoices: { delivery: string; invoice: string; stale: Generated<number> };
  invoiceMoves: InvoiceMoveTable;
  dailyFiles: { -readonly [C in keyof DailyFile]: DailyFile[C] };
  legalHolds: { flow: string; by: string; at: string; reason: string };
  purges: PurgeTable;
  archivedFiles: { flow: string; key: string; sha256: string; sizeBytes: number };
  worksRoutes: { invoice: string; route: string; kept: string };
  alerts: { seq: number } & { -readonly [C in keyof Alert]: Alert[C] } & {
    seenAt: string | null;
    seenBy: string | null;
    seenNote: string | null;
  };
  alertNotices: {
    seq: number;
    alert: string;
    phase: AlertNotice['phase'];
    channel: string;
    state: 'pending' | 'sent' | 'failed';
    attempts: number;
    retryAt: string;
    lastError: string | null;
    sentAt: string | null;
  };
  events: {
    seq: number;
    at: string;
    actor: string;
    kind: string;
    flow: string | null;
    invoice: string | null;
    text: string;
  };
  sequences: { interfaceCode: string; last: number };
  meta: { key: string; value: string };
  replayBatches: ReplayBatchTable;
  replays: ReplayTable;
  partnerControls: { -readonly [C in keyof PartnerControl]: PartnerControl[C] };
  partnerHealth: { -readonly [C in keyof PartnerHealth]: PartnerHealth[C] };
  jobFaults: { -readonly [C in keyof JobFault]: JobFault[C] };
  hourlyCounts: CountTable;
  countChanges: { seq: Generated<number> } & CountTable;
  leases: { name: string; holder: string; expiresAt: string };
  members: {
    id: string;
    roles: string;
    host: string;
    pid: number;
    version: string;
    schema: number;
    beatMs: number;
    startedAt: string;
    seenAt: string;
  };
  users: { mustChange: number } & { -readonly [C in keyof Omit<User, 'mustChange'>]: User[C] };
  sessions: { -readonly [C in keyof Session]: Session[C] };
  loginCounters: { -readonly [C in keyof LoginCounter]: LoginCounter[C] };
  apiKeys: { scopes: string } & { -readonly [C in keyof Omit<ApiKey, 'scopes'>]: ApiKey[C] };
  shareLinks: { -readonly [C in keyof ShareLink]: ShareLink[C] };
  idempotentCalls: { -readonly [C in keyof IdempotentCall]: IdempotentCall[C] };
  structures: StructureTable;
  services: ServiceTable;
  suppliers: { idType: string; id: string; name: string; active: number };
}

export interface CountTable {
  kind: string;
  hour: string;
  name: string;
  flows: number;
  received: number;
  integrated: number;
  rejected: number;
}

export interface FlowTable {
  seq: number;
  id: string;
  claimId: string;
  partner: string;
  depositedName: string;
  flowId: string | null;
  interfaceCode: string | null;
  sha256: string;
  sizeBytes: number;
  archiveKey: string;
  state: FlowState;
  attempt: number;
  receivedAt: string;
  finalAt: string | null;
  invoicesReceived: number;
  invoicesIntegrated: number;
  invoicesRejected: number;
  demo: number;
  qualification: number;
}

export type InvoiceTable = { seq: number; fate: InvoiceFate } & {
  -readonly [Column in keyof Omit<InvoiceRow, 'fate'>]: InvoiceRow[Column];
};

export type ReplayBatchTable = { -readonly [C in keyof ReplayBatch]: ReplayBatch[C] } & {
  seq: Generated<number>;
};

export interface ReplayTable {
  seq: Generated<number>;
  id: string;
  batch: string;
  flow: string;
  asOf: string | null;
  withName: string | null;
  withKey: string | null;
  withSha256: string | null;
  withSizeBytes: number | null;
  state: ReplayState;
  beforeState: Replay['beforeState'];
  beforeAttempt: number;
  beforeReceived: number;
  beforeIntegrated: number;
  attempt: number | null;
  afterState: Replay['afterState'];
  replaces: string | null;
  endedAt: string | null;
}

/** Facts are JSON. */
export type InvoiceMoveTable = { seq: Generated<number>; facts: string } & {
  -readonly [C in keyof Omit<InvoiceMove, 'facts'>]: InvoiceMove[C];
};
export type PurgeTable = { by: string } & { -readonly [C in keyof Omit<PurgeMark, 'by'>]: PurgeMark[C] };

export interface FindingTable {
  flow: string;
  attempt: number;
  position: number;
  rule: string;
  severity: Severity;
  layer: Layer;
  message: string;
  fix: string;
  path: string | null;
  line: number | null;
  term: string | null;
  value: string | null;
  invoice: string | null;
  invoiceIndex: number | null;
  entry: string | null;
}

export interface StatusTable {
  seq: number;
  id: string;
  invoice: string;
  partner: string;
  code: string;
  at: string;
  comment: string | null;
  delivery: string | null;
  actor: string | null;
  role: string | null;
  statedAt: string | null;
  complement: string | null;
  mandate: string | null;
  producer: string | null;
  sourceFlow: string | null;
  sourceEntry: string | null;
  sourceIndex: number | null;
}

/** Error lines are JSON. */
export type FlowStatusTable = { seq: number; actor: string; details: string } & {
  -readonly [C in keyof Omit<FlowStatusRow, 'actor' | 'details'>]: FlowStatusRow[C];
};

/** Its text stands in `deliveryBodies`: a change of state must not write the whole text again. */
export interface DeliveryTable {
  seq: number;
  id: string;
  partner: string;
  name: string;
  kind: DeliveryKind;
  flow: string | null;
  state: DeliveryState;
  attempts: number;
  createdAt: string;
  deliveredAt: string | null;
  sha256: string | null;
  sizeBytes: number | null;
  lastError: string | null;
  fetchedAt: string | null;
  alertedAt: string | null;
  removingAt: string | null;
  removedAt: string | null;
}

/** Key: SIRET and first day of validity; an empty `validFrom` means since ever, a null `validTo` for ever. */
export interface StructureTable {
  siret: string;
  validFrom: string;
  validTo: string | null;
  name: string;
  active: number;
  serviceRequired: number;
  engagementRequired: number;
  serviceOrEngagementRequired: number;
  routedByService: number;
  partner: string | null;
}

export interface ServiceTable {
  siret: string;
  code: string;
  validFrom: string;
  validTo: string | null;
  name: string;
  active: number;
  engagementRequired: number;
  partner: string | null;
}
