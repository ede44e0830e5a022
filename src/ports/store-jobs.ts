import type { Actor } from '../domain/flow.js';

/** What stands in the way of a flow that has no answer yet. Gone once the flow is answered. */
export interface JobFault {
  readonly flow: string;
  /** Faults in a row. */
  readonly faults: number;
  /** Attempts in a row that were cut short: their process ended, or another took over. */
  readonly cuts: number;
  /** Attempts up to this number are counted, as a fault or as cut short. */
  readonly accounted: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** It is not tried again before. */
  readonly nextAt: string;
  /** Code and text of the newest fault. */
  readonly code: string | null;
  readonly error: string | null;
  /** Since when it waits for somebody; null while it is tried by itself. */
  readonly deadAt: string | null;
  /** The last one who had a dead job tried again. */
  readonly retriedAt: string | null;
  readonly retriedBy: Actor | null;
}

/** A flow that may be worked now. */
export interface DueFlow {
  readonly id: string;
  readonly partner: string;
  readonly sizeBytes: number;
  /** It is worked again on order. */
  readonly replay: boolean;
}

export interface DeadJob extends JobFault {
  readonly deadAt: string;
  readonly partner: string;
  readonly depositedName: string;
  readonly receivedAt: string;
  /** Attempts that were begun. */
  readonly attempt: number;
}

export interface JobReads {
  /** Flows that are not final, not dead, and wait for nothing at an instant, oldest first. */
  dueFlows(now: string, limit: number): Promise<readonly DueFlow[]>;
  jobFault(flow: string): Promise<JobFault | null>;
  /** Dead jobs, longest dead first, after one of them. */
  deadJobs(limit: number, after?: Pick<DeadJob, 'flow' | 'deadAt'>): Promise<readonly DeadJob[]>;
}

export interface JobWrites {
  jobFault(flow: string): Promise<JobFault | null>;
  /** Whether the attempt of this number has begun and has no outcome. */
  isAttemptOpen(flow: string, attempt: number): Promise<boolean>;
  putJobFault(fault: JobFault): Promise<void>;
  clearJobFault(flow: string): Promise<void>;
}
