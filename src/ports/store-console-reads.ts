import type { Finding, Severity } from '../domain/finding.js';
import type { Flow, FlowState, InvoiceFate } from '../domain/flow.js';
import type { InvoiceRow } from './store.js';

/** Sums over flows that were received within one hour. */
export interface HourCount {
  /** Hour in UTC, `YYYY-MM-DDTHH`. */
  readonly hour: string;
  /** The final state of the flows. */
  readonly state: FlowState;
  readonly flows: number;
  /** Invoices; statuses that partners send are not counted. */
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
}

export interface StateCount {
  readonly state: FlowState;
  readonly flows: number;
}

/** Flows without an answer. */
export interface OpenFlows {
  /** How many were counted: at most as many as were asked for. */
  readonly counted: number;
  /** True when there are more than were counted. */
  readonly more: boolean;
  readonly states: readonly StateCount[];
  readonly hours: readonly { readonly hour: string; readonly flows: number }[];
  readonly oldest: Flow | null;
}

/** How often a rule has refused, by the newest attempt of each flow. */
export interface RefusalCount {
  readonly rule: string;
  readonly flows: number;
  readonly invoices: number;
}

/** A finding with its 0-based position in its attempt. */
export interface PlacedFinding extends Finding {
  readonly position: number;
}

export interface AttemptSizes {
  readonly invoices: number;
  readonly fatal: number;
  readonly warnings: number;
}

export const flowSorts = ['received', 'ended', 'size', 'invoices'] as const;
export type FlowSort = (typeof flowSorts)[number];

/** What flows are looked for by; what is not given does not matter. */
export interface FlowSearch {
  /** `waiting`: flows without a verdict, whatever state they are in. */
  readonly state?: FlowState | 'waiting';
  readonly partner?: string;
  /** Received at or after. */
  readonly from?: string;
  /** Received before. */
  readonly to?: string;
  /** A fatal finding of this rule, in whichever attempt. */
  readonly rule?: string;
  /** Number of an invoice: as it is, or its beginning. */
  readonly invoiceNumber?: string;
  /** Identifier of the supplier of an invoice. */
  readonly supplier?: string;
  /** SIRET of the recipient of an invoice. */
  readonly recipient?: string;
  /** Deposited name, flow id or our own id: as it is, or its beginning. */
  readonly name?: string;
  /** Free text: beginning of a name or an invoice number, part of the name of a supplier or recipient. */
  readonly text?: string;
}

/** Where a page begins or ends: value of the sort key, and id of the flow. */
export interface FlowCursor {
  readonly value: string | number;
  readonly id: string;
}

export interface FlowSearchPage {
  readonly flows: readonly Flow[];
  /** Cursor for the next page; null when nothing follows. */
  readonly next: FlowCursor | null;
  /** Cursor for the page before; null on the first page. */
  readonly previous: FlowCursor | null;
  /** Rows that were looked at; when the limit stopped the search, `next` goes on from there. */
  readonly scanned: number;
  readonly stopped: boolean;
}

export interface FlowSearchOrder {
  readonly sort: FlowSort;
  readonly direction: 'asc' | 'desc';
  readonly cursor?: { readonly side: 'after' | 'before'; readonly at: FlowCursor };
  readonly limit: number;
  /** Rows that may be looked at. */
  readonly scanMax: number;
}

/** What invoices are looked for by; what is not given does not matter. */
export interface InvoiceSearch {
  /** As it is, or its beginning. */
  readonly number?: string;
  /** Identifier of the supplier. */
  readonly supplier?: string;
  /** SIRET of the recipient. */
  readonly recipient?: string;
  /** Newest status, two digits. */
  readonly status?: string;
  readonly fate?: InvoiceFate;
  /** Partner that deposited the flow. */
  readonly partner?: string;
  /** Flow received at or after. */
  readonly from?: string;
  /** Flow received before. */
  readonly to?: string;
}

/** An invoice of one attempt, with the flow that brought it. */
export interface FoundInvoice {
  readonly invoice: InvoiceRow;
  readonly flow: Flow;
}

/** Where a page begins or ends: the flow, and the place within it. */
export interface InvoiceCursor {
  readonly receivedAt: string;
  readonly flow: string;
  readonly seq: number;
}

export interface InvoiceSearchOrder {
  readonly cursor?: { readonly side: 'after' | 'before'; readonly at: InvoiceCursor };
  readonly limit: number;
  /** Invoices that may be gone through; the last flow is always gone through whole. */
  readonly scanMax: number;
}

export interface InvoiceSearchPage {
  readonly invoices: readonly FoundInvoice[];
  /** Cursor for the next page; null when nothing follows. */
  readonly next: InvoiceCursor | null;
  /** Cursor for the page before; null on the first page. */
  readonly previous: InvoiceCursor | null;
  /** Invoices that were gone through; when the limit stopped the search, `next` goes on from there. */
  readonly scanned: number;
  readonly stopped: boolean;
}

/** Readings of the console's pages (docs/console.md); each is bounded, whatever is stored. */
export interface ViewReads {
  /** Counts of final flows, trials apart, received from one hour (UTC, `YYYY-MM-DDTHH`) to before another. */
  countsByHour(from: string, to: string): Promise<readonly HourCount[]>;
  /** Final flows by state, of all time, trials included. */
  countsByState(): Promise<readonly StateCount[]>;
  /** Those that are not final, trials apart from the hours. @param limit flows that are counted at most */
  openFlows(limit: number): Promise<OpenFlows>;
  /** Rules that refused something of flows received within a time, trials apart, most flows first. */
  refusalsByRule(from: string, to: string, limit: number): Promise<readonly RefusalCount[]>;
  searchFlows(search: FlowSearch, order: FlowSearchOrder): Promise<FlowSearchPage>;
  /** Invoices of every attempt, newest flow first. */
  searchInvoices(search: InvoiceSearch, order: InvoiceSearchOrder): Promise<InvoiceSearchPage>;
  /** Invoices of an attempt in the order of the flow, after so many. */
  invoicesFrom(
    flow: string,
    attempt: number,
    afterId: string | null,
    limit: number,
  ): Promise<readonly InvoiceRow[]>;
  /** Findings of an attempt, or those of one severity, in their order from a 0-based position among all of them. */
  findingsFrom(
    flow: string,
    attempt: number,
    position: number,
    limit: number,
    severity?: Severity,
  ): Promise<readonly PlacedFinding[]>;
  /** Invoices of an attempt and its findings, counted. */
  attemptSizes(flow: string, attempt: number): Promise<AttemptSizes>;
  /** Every invoice with this number of this supplier, over all flows and attempts, newest first. */
  passages(supplierId: string | null, number: string, limit: number): Promise<readonly InvoiceRow[]>;
}

export interface CountWrites {
  /** Folds changes of counts into their sums; how many were folded. @param limit changes at most */
  foldCounts(limit: number): Promise<number>;
}
