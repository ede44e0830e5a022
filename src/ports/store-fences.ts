/** What holds off a process that acts late, because it was frozen while another took its place. */
export interface FenceWrites {
  /**
   * Holds a delivery until the end of the transaction: true when it still waits, after as many tries as were made when
   * it was read. False: it was marked, withdrawn or sent again meanwhile, and nothing may be noted of it.
   */
  holdDelivery(id: string, attempts: number): Promise<boolean>;
}

/** How much is under way, over all processes. */
export interface LoadReads {
  /** Flows that are not final, by partner; partners without any are left out. */
  unfinishedByPartner(): Promise<ReadonlyMap<string, number>>;
}
