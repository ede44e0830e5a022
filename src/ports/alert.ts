import type { AlertNotice } from '../domain/alert.js';

/** A way by which people are told of alerts. */
export interface AlertChannel {
  /** `log`, `hook`, `webhook` or `mail`: one of each at most. */
  readonly name: string;
  /**
   * Tells of all these notices in one message; resolves once the other side has taken it over, within a deadline.
   * @throws Fault ALERT_FAILED: the notices are sent again later.
   */
  send(notices: readonly AlertNotice[]): Promise<void>;
  close(): Promise<void>;
}
