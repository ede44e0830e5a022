import type { LeaseGroup } from './leases.js';
import type { Loops } from './loops.js';

/** What a process does in one of its roles. */
export interface EngineRole {
  /** Names that it shares with the other processes of its role. */
  readonly groups: readonly LeaseGroup[];
  start(loops: Loops): Promise<void>;
  /** Nothing to do that it can see, beside what stands in the store. */
  quiet(): Promise<boolean>;
  /** Begins nothing more; resolves when what is under way has ended, or after so long. */
  stop(deadlineMs: number): Promise<void>;
}
