import type { Actor } from './flow.js';

/** What an alert is about. */
export type AlertKind =
  | 'flow-late'
  | 'job-dead'
  | 'report-late'
  | 'not-fetched'
  | 'delivery-failed'
  | 'pivot-refused'
  | 'partner-unreachable'
  | 'intake-held'
  | 'archive-damaged'
  | 'more'
  | 'test';

/** Something that is wrong now, and that people must be told of. Texts are French. */
export interface Problem {
  /** The same problem has the same key at every look. */
  readonly key: string;
  readonly kind: AlertKind;
  readonly partner: string | null;
  readonly flow: string | null;
  readonly delivery: string | null;
  /** ISO instant since which it has been so: a deposit, a delivery, the first fault. */
  readonly since: string;
  readonly text: string;
  /** What to do. */
  readonly fix: string;
}

/** A problem that was told: open until `endedAt`. */
export interface Alert extends Problem {
  readonly id: string;
  readonly beganAt: string;
  readonly endedAt: string | null;
}

/** Somebody has seen an open alert and looks after it. */
export interface AlertSeen {
  /** ISO instant. */
  readonly at: string;
  readonly by: Actor;
  /** What is being done about it, in their words. */
  readonly note: string;
}

/** An alert with who looks after it; null: nobody yet. */
export interface ListedAlert extends Alert {
  readonly seen: AlertSeen | null;
}

/** What is sent: that an alert has begun, or that it has ended. */
export interface AlertNotice {
  readonly phase: 'begun' | 'ended';
  readonly alert: Alert;
}
