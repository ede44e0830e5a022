import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Committer } from '../pipeline/committer.js';
import type { Gate } from '../pipeline/gate.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';
import type { LoadedSettings } from '../settings/load.js';
import type { Desk } from './desk.js';
import type { Passwords } from './passwords.js';

/** What a process that takes deposits in shares with the engine. */
export interface EngineSide {
  readonly queue?: Pick<Queue, 'add' | 'depth'>;
  readonly gate?: Pick<Gate, 'mode' | 'opens' | 'admits'>;
  /** Deposits of the same moment share a transaction. */
  readonly committer?: Committer;
  /** Figures for Prometheus. */
  readonly metrics?: Metrics;
}

/** What the console is made of: handed in by the composition root, or by a test. */
export interface ConsoleParts {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of the program, for the page "À propos". */
  readonly version: string;
  /** Hashing of passwords; the default is costly by intent. */
  readonly passwords?: Passwords;
  /** What actions need beyond the store; without it the console only shows. */
  readonly desk?: Desk;
  readonly env?: NodeJS.ProcessEnv;
  /** What this process has beside the console; without it deposits wait for the sweep, and nothing holds them back. */
  readonly engine?: EngineSide;
  /** Script of the thread that reads archived files; the program's own without it. */
  readonly workerScript?: URL;
}
