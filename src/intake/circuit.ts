export interface CircuitSettings {
  /** Faults in a row after which the circuit opens. */
  readonly faultsMax: number;
  /** Wait after the first fault, doubled after each further one up to `retryMsMax`. */
  readonly retryMs: number;
  readonly retryMsMax: number;
}

export interface CircuitState {
  readonly circuit: 'closed' | 'open';
  /** Faults in a row. */
  readonly faults: number;
  /** Since when the circuit has been as it is, in milliseconds of our own clock. */
  readonly sinceMs: number;
  /** When the next try is due; null when nothing is wrong. */
  readonly retryAtMs: number | null;
  readonly error: string | null;
}

/** Growing delays for one partner's folder or server, and whether it is given up for the time being. */
export interface Circuit {
  /** True when a try may be made now. */
  allows(nowMs: number): boolean;
  /** A try failed. Gives true when people should be told: the first fault, and the opening. */
  failed(nowMs: number, error: string): boolean;
  /** A try succeeded. Gives true when people should be told: something had been wrong. */
  worked(nowMs: number): boolean;
  state(): CircuitState;
}

export function createCircuit(settings: CircuitSettings, nowMs: number): Circuit {
  let state: CircuitState = { circuit: 'closed', faults: 0, sinceMs: nowMs, retryAtMs: null, error: null };
  let failedAtMs = nowMs;

  return {
    // A clock that was set back must not lengthen the wait.
    allows: (at) => state.retryAtMs === null || at >= state.retryAtMs || at < failedAtMs,
    failed(at, error) {
      const faults = state.faults + 1;
      const delayMs = Math.min(settings.retryMs * 2 ** Math.min(faults - 1, 30), settings.retryMsMax);
      const circuit = faults >= settings.faultsMax ? 'open' : 'closed';
      const turned = circuit !== state.circuit;
      const sinceMs = turned || faults === 1 ? at : state.sinceMs;
      failedAtMs = at;
      state = { circuit, faults, sinceMs, retryAtMs: at + delayMs, error };
      return turned || faults === 1;
    },
    worked(at) {
      if (state.faults === 0) return false;
      state = { circuit: 'closed', faults: 0, sinceMs: at, retryAtMs: null, error: null };
      return true;
    },
    state: () => state,
  };
}
