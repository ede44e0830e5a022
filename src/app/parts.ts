import type { ConsoleParts } from '../console/parts.js';
import type { Partner } from '../domain/partner.js';
import type { ProcessRole } from '../domain/process-role.js';
import type { Log } from '../log.js';
import type { Outcome } from '../pipeline/commit.js';
import type { Committer } from '../pipeline/committer.js';
import type { Gate } from '../pipeline/gate.js';
import type { Jobs } from '../pipeline/jobs.js';
import type { LeaseKeeper } from '../pipeline/leases.js';
import type { PivotAlert } from '../pipeline/pivot-statuses.js';
import { logAlert } from '../pipeline/pivot-watch.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { LoadedSettings } from '../settings/load.js';
import type { Watch } from './metrics.js';

/** What the `console` role of a process is started with. */
export type ConsoleHook = Omit<ConsoleParts, 'passwords' | 'env'>;

export interface AppOptions {
  readonly log: Log;
  /** Roles of this process; default: those of the engine, and the console where it is switched on. */
  readonly roles?: readonly ProcessRole[];
  readonly onOutcome: (outcome: Outcome) => void;
  /** This process must end: its lease of the engine was lost, or a newer program has brought the database further. */
  readonly onLost: (reason: string) => void;
  /** Told of each pivot that its recipient has not got, or cannot use (94, 95, 96). */
  readonly onAlert?: (alert: PivotAlert) => void;
  /** Whether a deposited name is one of the demonstration's. */
  readonly isDemo?: (name: string) => boolean;
  /** Told in French when flows wait for want of space or antivirus, and when they go on. */
  readonly onHold?: (text: string, held: boolean) => void;
  /** Nothing is taken from drop folders: only what is recorded is worked. */
  readonly withoutIntakes?: boolean;
  /** Starts the console; absent: there is none. */
  readonly startConsole?: (parts: ConsoleHook) => Promise<{ close(): Promise<void> }>;
  readonly clock?: Clock;
  /** Compiled entry of the worker threads, where it does not lie beside this file. */
  readonly workerScript?: URL;
}

/** What every role is handed, made once. */
export interface Parts {
  readonly loaded: LoadedSettings;
  readonly options: AppOptions;
  readonly clock: Clock;
  readonly store: Store;
  readonly archive: Archive;
  readonly committer: Committer;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly gate: Gate;
  readonly jobs: Jobs;
  readonly leases: LeaseKeeper;
  /** Eight hexadecimal digits of this process where several may write to one folder; null: it alone does. */
  readonly mark: string | null;
  /** Null where figures are switched off. */
  readonly watch: Watch | null;
}

export function engineName({ settings }: LoadedSettings): { code: string; name: string } {
  return { code: settings.engine.code, name: settings.engine.name };
}

export function holdTeller({ onHold, log }: AppOptions): (text: string, held: boolean) => void {
  return onHold ?? ((text) => log.warn(text));
}

/** The one place where people learn of pivots that were lost or could not be used. */
export function alertTeller({ log, onAlert }: AppOptions): (alert: PivotAlert) => void {
  const toLog = logAlert(log);
  return (alert) => {
    toLog(alert);
    onAlert?.(alert);
  };
}
