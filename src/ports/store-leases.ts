/** A lease as the store has it now. */
export interface LeaseState {
  readonly name: string;
  readonly holder: string;
  /** ISO instant by the store's clock. */
  readonly expiresAt: string;
  /** How long it still stands by the store's clock, in milliseconds; zero or less: it has lapsed. */
  readonly remainingMs: number;
}

/**
 * Leases: names that one holder at a time has, for a while. The clock is the store's (of PostgreSQL the server's, of
 * SQLite the machine's): those of the holders are never compared.
 */
export interface LeaseCalls {
  /** Takes or renews each lease that is free, lapsed, or the holder's own; gives the names that it has now. */
  acquireLeases(names: readonly string[], holder: string, ttlMs: number): Promise<readonly string[]>;
  /** Gives back those of the names that are the holder's. */
  releaseLeases(names: readonly string[], holder: string): Promise<void>;
  /** All leases, by name, also those that have lapsed. */
  leases(): Promise<readonly LeaseState[]>;
}
