export interface BackoffSettings {
  /** Delay after the first fault, doubled after each further one. */
  readonly retryMs: number;
  readonly retryMsMax: number;
}

/** Growing delays, by key: a partner whose folder fails, or a delivery that fails by itself. */
export interface Backoff {
  /** True while the key has to wait. */
  waits(key: string, nowMs: number): boolean;
  /** Gives the faults in a row, and when the next try is due. */
  fault(key: string, nowMs: number): { readonly faults: number; readonly retryAtMs: number };
  /** Gives true when there had been faults. */
  clear(key: string): boolean;
}

export function createBackoff({ retryMs, retryMsMax }: BackoffSettings): Backoff {
  const known = new Map<string, { faults: number; sinceMs: number; delayMs: number }>();
  return {
    waits(key, nowMs) {
      const entry = known.get(key);
      // A clock that was set back must not lengthen the wait.
      return entry !== undefined && nowMs >= entry.sinceMs && nowMs < entry.sinceMs + entry.delayMs;
    },
    fault(key, nowMs) {
      const faults = (known.get(key)?.faults ?? 0) + 1;
      const delayMs = Math.min(retryMs * 2 ** Math.min(faults - 1, 30), retryMsMax);
      known.set(key, { faults, sinceMs: nowMs, delayMs });
      return { faults, retryAtMs: nowMs + delayMs };
    },
    clear: (key) => known.delete(key),
  };
}
