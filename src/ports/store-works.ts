import type { WorksRoute } from '../domain/works.js';
import type { InvoiceRow } from './store.js';

/** What is kept of a works invoice while it is on its way to its recipient. */
export interface WorksRow {
  readonly invoice: string;
  readonly route: WorksRoute;
  /** JSON of what pivots are made of, in the shape the report room gives it. */
  readonly kept: string;
}

/** A works invoice that waits for a validator. */
export interface WaitingWorks {
  readonly invoice: InvoiceRow;
  /** Partner that deposited it. */
  readonly issuer: string;
  /** ISO instant at which it was given the status that it stands at. */
  readonly since: string;
}

export interface WorksWrites {
  insertWorks(rows: readonly WorksRow[]): Promise<void>;
  /** Null for an invoice that goes to its recipient at once. */
  works(invoice: string): Promise<WorksRow | null>;
  /** When an invoice was given this status last, ISO instant; null when it never was. */
  statusAt(invoice: string, code: string): Promise<string | null>;
  /**
   * Works invoices that have stood at 23 or 25 (a validator has them) since this ISO instant or before, the oldest
   * first. Nobody else may change their status before the transaction ends.
   */
  waitingWorks(sinceMax: string, limit: number): Promise<readonly WaitingWorks[]>;
  /** @throws Fault NOT_FOUND for an invoice without a route. */
  setWorksRoute(invoice: string, route: WorksRoute): Promise<void>;
}

export interface WorksReads {
  /** The way of a works invoice; null for another. */
  worksRoute(invoice: string): Promise<WorksRoute | null>;
}
