/** Counts of a run; flows = integrated + partial + rejected (+ incidents, which must be sent again). */
export interface RunSummary {
  readonly flows: number;
  readonly integrated: number;
  readonly partial: number;
  readonly rejected: number;
  readonly incidents: number;
  readonly invoices: number;
  /** Files that this process has delivered. */
  readonly deliveries: number;
  readonly durationMs: number;
}
