import type { Alert, AlertNotice, AlertSeen, ListedAlert } from '../domain/alert.js';

/** A notice that waits to be sent over one channel. */
export interface PendingNotice extends AlertNotice {
  /** How often it has been tried. */
  readonly attempts: number;
}

/** A flow that has not been answered, or not in time. */
export interface LateFlow {
  readonly id: string;
  readonly partner: string;
  readonly depositedName: string;
  readonly receivedAt: string;
}

/** A delivery that is late, or has failed. */
export interface LateDelivery {
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  readonly flow: string | null;
  /** When it was written; when it was prepared, for one that is not. */
  readonly at: string;
  readonly lastError: string | null;
}

/** A pivot that its recipient says it could not take over, all or part. */
export interface RefusedPivot {
  /** Id of the delivery. */
  readonly id: string;
  readonly name: string;
  readonly recipient: string;
  /** Flow of the issuer, and its partner. */
  readonly flow: string;
  readonly issuer: string;
  readonly at: string;
  readonly code: string;
  readonly comment: string | null;
}

export interface AlertReads {
  openAlerts(): Promise<readonly Alert[]>;
  /** Newest first. */
  listAlerts(filter: { readonly open?: boolean; readonly limit: number }): Promise<readonly ListedAlert[]>;
  alert(id: string): Promise<ListedAlert | null>;
  /** Notices for a channel that may be sent now, in the order in which they came about. */
  pendingNotices(channel: string, now: string, limit: number): Promise<readonly PendingNotice[]>;
  /** Flows received before an instant that are not final, oldest first. */
  lateFlows(receivedBefore: string, limit: number): Promise<readonly LateFlow[]>;
  /** Integration reports prepared before an instant that are not written yet, oldest first. */
  lateReports(createdBefore: string, limit: number): Promise<readonly LateDelivery[]>;
  /** Deliveries written before an instant that nobody has fetched, oldest first. */
  lateDeliveries(deliveredBefore: string, limit: number): Promise<readonly LateDelivery[]>;
  /** Pivots of which the recipient has told an error (93, 94, 96) since an instant and nothing better later, oldest first. */
  refusedPivots(since: string, limit: number): Promise<readonly RefusedPivot[]>;
  failedDeliveries(limit: number): Promise<readonly LateDelivery[]>;
}

export interface AlertWrites {
  /** Opens an alert with a notice for each channel; false when one with its key is open already. */
  beginAlert(alert: Alert, channels: readonly string[]): Promise<boolean>;
  /** Ends an open alert with a notice for each channel that was told of its beginning; false when it is not open. */
  endAlert(id: string, at: string): Promise<boolean>;
  /** Notes who looks after an open alert; false when it is over, or somebody does already. */
  markAlertSeen(id: string, seen: AlertSeen): Promise<boolean>;
  /** Takes the note of an open alert back; false when it is over, or nobody has seen it. */
  clearAlertSeen(id: string): Promise<boolean>;
  markNoticeSent(notice: AlertNotice, channel: string, at: string): Promise<void>;
  /** Notes a failed try; a notice with `retryAt` null is given up. */
  markNoticeFailed(
    notice: AlertNotice,
    channel: string,
    error: string,
    retryAt: string | null,
  ): Promise<void>;
}
