import type { Delivery } from '../domain/delivery.js';
import type { Finding } from '../domain/finding.js';
import type { Flow, FlowState } from '../domain/flow.js';
import type { InvoiceRow } from './store.js';

/** An outbound file without its text. */
export type DeliveryFacts = Omit<Delivery, 'body' | 'parts'>;

/** A rule that refused something of a flow, and how many invoices of it. */
export interface RuleCount {
  readonly rule: string;
  /** Findings of the rule. */
  readonly findings: number;
  /** Invoices that findings of the rule are about; 0 when they are about the flow or an entry. */
  readonly invoices: number;
}

/** A flow of which something was refused, by its newest attempt. */
export interface FailedFlow {
  readonly flow: Flow;
  /** Those that refused most first. */
  readonly rules: readonly RuleCount[];
}

/** How often a rule has refused what a partner deposited, over all attempts; an invoice counts once for each flow. */
export interface TopRule {
  readonly partner: string;
  readonly rule: string;
  readonly flows: number;
  readonly invoices: number;
  /** Flows of the partner received in the same time. */
  readonly flowsReceived: number;
  /** The newest flow concerned, and what was told of it. */
  readonly example: string;
  readonly exampleName: string;
  readonly message: string;
}

/** A flow whose integration report is not in the partner's folder. */
export interface UnreportedFlow {
  readonly flow: Flow;
  readonly report: DeliveryFacts;
}

/** A name that a flow was deposited under. */
export interface NamedFlow {
  readonly id: string;
  readonly depositedName: string;
  readonly flowId: string | null;
  readonly state: FlowState;
  readonly receivedAt: string;
}

/** An attempt that ended with something refused. */
export interface RefusedAttempt {
  readonly flow: string;
  readonly depositedName: string;
  readonly attempt: number;
  readonly state: FlowState;
  readonly receivedAt: string;
  readonly endedAt: string;
}

/** Place of a refused attempt in the order of their ends. */
export type AfterAttempt = Pick<RefusedAttempt, 'flow' | 'attempt' | 'endedAt'>;

/** A day of a partner for which the file of rejects was made, or found to be empty (`delivery` null). */
export interface DailyFile {
  readonly partner: string;
  /** Day in Paris, `YYYY-MM-DD`. */
  readonly day: string;
  readonly rejects: number;
  readonly at: string;
}

/** Readings that answer the questions of support staff (docs/support.md). */
export interface QuestionReads {
  /** Outbound files that carried an invoice, in the order in which they were made. */
  deliveriesOfInvoice(invoice: string): Promise<readonly DeliveryFacts[]>;
  /** Outbound files about a flow, without their texts, in the order in which they were made. */
  deliveriesOfFlow(flow: string): Promise<readonly DeliveryFacts[]>;
  /** An outbound file by its id; null when there is none. */
  deliveryFacts(id: string): Promise<DeliveryFacts | null>;
  /** What was found about an invoice in its attempt: its own findings, and those of its entry and its flow. */
  findingsOfInvoice(
    of: Pick<InvoiceRow, 'flow' | 'attempt' | 'entry' | 'entryIndex'>,
  ): Promise<readonly Finding[]>;
  /** Flows received at or after `since` that are final with something refused, newest first. */
  failedFlows(filter: {
    readonly partner?: string;
    readonly since: string;
    /** The newest attempt was refused something by this rule. */
    readonly rule?: string;
    readonly limit: number;
  }): Promise<readonly FailedFlow[]>;
  /**
   * Rules that refused something of flows received at or after `since`, flows that are only tried apart: per partner,
   * those with most flows first.
   * @param filter.limit rules for each partner
   */
  topRules(filter: {
    readonly partner?: string;
    readonly since: string;
    readonly limit: number;
  }): Promise<readonly TopRule[]>;
  /** Flows received before an instant that have a verdict whose report is not written, oldest first. */
  unreportedFlows(receivedBefore: string, limit: number): Promise<readonly UnreportedFlow[]>;
  /**
   * Names of a partner's flows that have a flow id, trials apart, in the order of flow ids; a flow id that came twice
   * is given once or more often.
   * @param after flow id of the last one of the page before, or an empty text
   */
  flowNumbers(partner: string, after: string, limit: number): Promise<readonly NamedFlow[]>;
  /** Flows of a partner that are not final: their flow ids are not kept yet. */
  openFlowNames(partner: string, limit: number): Promise<readonly NamedFlow[]>;
  /** Final flows of a partner whose name holds no flow id that could be read. */
  namelessFlows(partner: string): Promise<number>;
  /** Flows of a partner with these deposited names or flow ids, oldest first. */
  flowsCalled(partner: string, names: readonly string[]): Promise<readonly Flow[]>;
  /** Flows of a partner with these bytes, oldest first. */
  flowsWithBytes(partner: string, sha256: readonly string[]): Promise<readonly Flow[]>;
  /** Flows of a partner received from one instant to before another, oldest first, page by page. */
  flowsBetween(
    partner: string,
    period: { readonly from: string; readonly to: string },
    after: Pick<Flow, 'id' | 'receivedAt'> | null,
    limit: number,
  ): Promise<readonly Flow[]>;
  /** Attempts on a partner's flows that ended in a period with something refused, trials apart, page by page. */
  refusedAttempts(
    partner: string,
    period: { readonly from: string; readonly to: string },
    after: AfterAttempt | null,
    limit: number,
  ): Promise<readonly RefusedAttempt[]>;
  /** The invoices of one attempt, in the order of the flow. */
  invoicesOfAttempt(flow: string, attempt: number): Promise<readonly InvoiceRow[]>;
  /** The newest day for which the file of rejects of a partner was made; null when there is none. */
  newestDailyFile(partner: string): Promise<string | null>;
}

export interface QuestionWrites {
  /** Takes a day of a partner for ever; false when it was taken before, and its file with it. */
  takeDailyFile(file: DailyFile): Promise<boolean>;
}
