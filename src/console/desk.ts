import type { Delivery } from '../domain/delivery.js';
import type { Flow } from '../domain/flow.js';
import type { FaultCode } from '../errors.js';
import type { DropParts } from '../pipeline/dead-jobs.js';
import type { MovePorts } from '../pipeline/move.js';
import type { ReplayPreview } from '../pipeline/replay-preview.js';
import type { TrialReport } from '../pipeline/trial.js';
import type { Store } from '../ports/store.js';
import type { Installed } from '../validate/packs/install.js';
import type { ArchiveLook, PacksAsked } from '../workers/packs-protocol.js';
import { Problem } from './problem.js';

/** A file that a person has sent, in a folder of ours. */
export interface GivenFile {
  readonly path: string;
  /** Its name as the person has it: data, never a path. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** A flow that could not be looked at, and why. */
export interface UnseenFlow {
  readonly flow: Flow;
  /** As the engine says it; in French when `passed`. */
  readonly error: string;
  /** Of a fault; null for another error. */
  readonly code?: FaultCode | null;
  /** It is none that can be looked at: no fault. */
  readonly passed?: true;
}

/** One thing that was tried with a partner's folder or server. */
export interface ProbeLine {
  readonly what: string;
  /** Null: it works. French: what failed. */
  readonly fault: string | null;
  /** As the engine or the system says it; null where nothing failed. */
  readonly detail: string | null;
  /** French: what to do. */
  readonly remedy: string;
}

export interface ServerKey {
  readonly type: string;
  readonly fingerprint: string;
  readonly pinned: boolean;
}

export interface ServerKeys {
  readonly server: string;
  readonly keys: readonly ServerKey[];
  /** Fingerprints that are pinned and that the server does not show. */
  readonly stale: readonly string[];
}

/** What somebody says of a rule pack that it does not say itself. */
export type PackAsked = Pick<PacksAsked, 'set' | 'version' | 'validFrom' | 'validTo'>;

/** What is done with rule packs: in a thread of its own, one at a time, each within a deadline. */
export interface PackDesk {
  /**
   * What an archive or a Schematron file holds; nothing is kept.
   * @throws Fault USAGE, RULES_INVALID, WORKER_TIMEOUT, WORKER_FAILED; Problem 503 while another is looked at.
   */
  lookAtPacks(file: GivenFile, asked: PackAsked): Promise<ArchiveLook>;
  /** @throws as `lookAtPacks`, Fault RULES_UNSUPPORTED. */
  installPacks(file: GivenFile, asked: PackAsked): Promise<readonly Installed[]>;
  /** @throws Fault NOT_FOUND for a version that is not installed; WORKER_TIMEOUT, WORKER_FAILED; Problem 503. */
  removePack(set: string, version: string): Promise<void>;
}

/**
 * What actions need beyond store and archive: threads, folders of partners and their servers. The composition root makes
 * it (`src/app/desk.ts`); threads start with the first work and end when there has been none for a while.
 */
export interface Desk extends PackDesk {
  /** A folder of our own for files that people send. */
  readonly folder: string;
  /** What a replay of a flow would change; nothing is kept. */
  previewReplay(
    flow: Flow,
    asked: { readonly asOf: string | null; readonly file: GivenFile | null },
  ): Promise<ReplayPreview | UnseenFlow>;
  /** Whether a flow brings statuses: those are corrected by a new flow, never by another file. */
  bringsStatuses(flow: Flow): boolean;
  /** The banc d'essai. @throws Problem 503 when too many wait. */
  tryFile(
    file: GivenFile,
    as: { readonly interfaceCode: string | null; readonly partner: string | null },
  ): Promise<TrialReport>;
  /** Lends what orders about invoices need; `store` is the one they write to. */
  withMovePorts<T>(store: Store, work: (ports: MovePorts) => Promise<T>): Promise<T>;
  /** @throws Fault NOT_FOUND for a partner that is not configured any more. */
  dropParts(flow: Flow): Promise<DropParts>;
  /** Whether a file still stands in a partner's folder; null when it does not answer in time. */
  isThere(delivery: Delivery): Promise<boolean | null>;
  /** Tries the folders or the server of a partner, within a deadline. */
  probe(partner: string): Promise<readonly ProbeLine[]>;
  /** The keys that a partner's server shows. @throws Fault CONNECTION_FAILED. */
  serverKeys(partner: string): Promise<ServerKeys>;
  /** Writes fingerprints that the server shows into the configuration; gives the file. */
  pinKeys(partner: string, fingerprints: readonly string[], replace: boolean): Promise<string>;
  /** One notice over each channel of alerts; the error of those that failed. */
  testAlerts(): Promise<readonly TestedChannel[]>;
  close(): Promise<void>;
}

/** What became of a notice over one channel of alerts. */
export interface TestedChannel {
  readonly channel: string;
  /** As the engine says it; null: sent. */
  readonly error: string | null;
}

/** The desk of this process. @throws Problem 503 where there is none. */
export function deskOf({ desk }: { readonly desk?: Desk }): Desk {
  if (desk !== undefined) return desk;
  throw new Problem(
    503,
    'Cette console est en lecture seule.',
    'Faites l’action depuis la console du moteur, ou avec la commande ecluse correspondante.',
  );
}
