import type { Delivery } from '../domain/delivery.js';

/** What holds off a process that acts late, because it was frozen while another took its place. */
export interface FenceWrites {
  /**
   * Of these deliveries, the ids of those that still wait at the end of this transaction unless it marks them, after as
   * many tries as were made when they were read. Of the others nothing may be noted: they were marked, withdrawn or
   * sent again meanwhile.
   */
  stillWaiting(deliveries: readonly Pick<Delivery, 'id' | 'attempts'>[]): Promise<ReadonlySet<string>>;
}

/** How much is under way, over all processes. */
export interface LoadReads {
  /** Flows that are not final, by partner; partners without any are left out. */
  unfinishedByPartner(): Promise<ReadonlyMap<string, number>>;
}
