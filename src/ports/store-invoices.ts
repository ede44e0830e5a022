import type { Delivery } from '../domain/delivery.js';
import type { Addressee, InvoiceMove } from '../domain/invoice-move.js';
import type { InvoiceRow } from './store.js';
import type { StatusTarget } from './store-life.js';

/** A pivot that carries an invoice, and has not been replaced by a later one. */
export interface PivotCarrier
  extends Pick<
    Delivery,
    'id' | 'partner' | 'name' | 'state' | 'deliveredAt' | 'fetchedAt' | 'removedAt' | 'body' | 'parts'
  > {
  /** When it was decided to take it out; null before. */
  readonly removingAt: string | null;
  /** Whether it is known that its recipient has had it, ever: it was fetched, or its recipient spoke of it. */
  readonly known: boolean;
  /** The invoices it stands for, the asked one among them. */
  readonly invoices: readonly InvoiceRow[];
}

export interface InvoiceMoveReads {
  /** What was done with an invoice, oldest first. */
  invoiceMoves(invoice: string): Promise<readonly InvoiceMove[]>;
  /** Recalls that wait to be carried out, oldest first. */
  askedRecalls(limit: number): Promise<readonly InvoiceMove[]>;
}

export interface InvoiceMoveWrites {
  /** An integrated invoice as this transaction sees it; null when there is none. */
  movable(invoice: string): Promise<StatusTarget | null>;
  movesOf(invoice: string): Promise<readonly InvoiceMove[]>;
  /** Gives false, and writes nothing, when a recall of the invoice waits already. */
  insertMove(move: InvoiceMove): Promise<boolean>;
  /** Ends a recall that waits; gives false when it does not wait any more. */
  endMove(move: Pick<InvoiceMove, 'id' | 'state' | 'endedAt' | 'outcome' | 'facts'>): Promise<boolean>;
  setAddressee(invoice: string, to: Addressee): Promise<void>;
  /** Pivots that carry an invoice now. */
  carriers(invoice: string): Promise<readonly PivotCarrier[]>;
  /** The pivots that carried it so far stand for it no more: a later one does. */
  detachPivots(invoice: string): Promise<void>;
  /** Out of the outbox, and about to be taken out of `out`. */
  withdrawPivot(id: string, at: string): Promise<void>;
  /** A withdrawn pivot stands as it was (`delivered`), or is written again (`pending`). */
  restorePivot(id: string, as: 'delivered' | 'pending'): Promise<void>;
  /** A withdrawn pivot is gone for good. */
  pivotRemoved(id: string, at: string): Promise<void>;
  /** What later pivots of a works invoice are made of (`WorksRow.kept`). */
  setWorksKept(invoice: string, kept: string): Promise<void>;
}
