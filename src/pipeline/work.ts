import type { DirectoryPolicy } from '../directory/check.js';
import type { Finding } from '../domain/finding.js';
import type { Flow, FlowName } from '../domain/flow.js';
import type { Interface } from '../domain/interface.js';
import type { Limits } from '../domain/limits.js';
import type { Partner } from '../domain/partner.js';
import type { RuleOptions } from '../domain/rule.js';
import type { SignaturePolicies } from '../domain/signature-policy.js';
import type { Service, Structure } from '../domain/structure.js';
import type { LayerVerdict } from '../domain/verdict.js';
import type { WorksRoute } from '../domain/works.js';
import type { InterfaceFinder } from '../envelope/catalogue.js';
import type { Log } from '../log.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { ArchivedFile } from '../ports/store-retention.js';
import type { WorksPolicy } from '../route/works.js';
import type { RuleChoices } from '../validate/packs/choice.js';
import type { WorkerPool } from '../workers/pool.js';
import type { CheckedInvoice, CheckResult } from '../workers/protocol.js';
import type { AntivirusCheck } from './antivirus.js';
import type { Recipients } from './life-work.js';
import type { ReplayWork } from './replay-work.js';

/** Marks a status that its issuer did not subscribe to: kept for console and API, never sent. */
export const notSent = '-';

/** One file of a flow, unpacked to a working file. */
export interface EntryFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** A piece as a pivot will carry it: a ZIP in the archive. */
export interface StoredPiece {
  /** Index among the entry's pieces; null for the PDF that we rendered. */
  readonly index: number | null;
  readonly archiveKey: string;
  readonly sizeBytes: number;
  readonly type: string;
  readonly innerName: string;
}

/** One invoice on its way through the stages. */
export interface InvoiceWork {
  readonly id: string;
  readonly entry: string;
  readonly checked: CheckedInvoice;
  /** Findings of the directory layer; those of the earlier layers are with the entry. */
  readonly findings: readonly Finding[];
  readonly fatal: boolean;
  readonly structure: Structure | null;
  readonly service: Service | null;
  /** Partner that receives it; null: not connected. */
  readonly recipientPartner: string | null;
  /** Who validates it before its recipient gets it; absent or null: nobody. */
  readonly works?: WorksRoute | null;
  readonly pieces: readonly StoredPiece[];
}

/**
 * A flow on its way: every stage gives a new one with its own part filled in. What a stage has not reached yet is
 * null or empty.
 */
export interface Work {
  readonly flow: Flow;
  readonly partner: Partner;
  readonly name: FlowName | null;
  readonly interface: Interface | null;
  /** Day whose rules and directory count, `YYYY-MM-DD`, Europe/Paris. */
  readonly day: string;
  /** Folder of this attempt, removed when it ends. */
  readonly workDir: string;
  /** Findings about the flow or an entry as a whole, and the rule findings of every entry. */
  readonly findings: readonly Finding[];
  readonly layers: readonly LayerVerdict[];
  readonly entries: readonly EntryFile[];
  readonly checked: readonly CheckResult[];
  readonly invoices: readonly InvoiceWork[];
  /** Of a flow that brings statuses: who receives the invoices of the structures that it names, by SIRET. */
  readonly recipients?: ReadonlyMap<string, Recipients>;
  /** Where the bytes of an infected flow lie. */
  readonly quarantineKey?: string;
  /** Distinguishes the pieces of this work from those of the attempt; absent: they are the attempt's. */
  readonly piecesKey?: string;
  /** Faults in a row that were met before this attempt; absent: none. */
  readonly faultsBefore?: number;
  /** A flow that is worked again. */
  readonly replay?: ReplayWork;
  /** Places of invoices that were integrated before and are not worked (`placeOf`). */
  readonly leftOut?: ReadonlySet<string>;
  /** Pieces that were written to the archive, with their hashes. */
  readonly archived?: readonly ArchivedFile[];
  /** Nothing of it will be kept: pieces are not packed. */
  readonly preview?: true;
}

/**
 * How often this has been tried, this time included: faults in a row and one. An attempt that was cut short is none of
 * them, and a replay does not pay for what came before it.
 */
export function triesOf({ faultsBefore = 0 }: Pick<Work, 'faultsBefore'>): number {
  return faultsBefore + 1;
}

/** What the stages need from outside. */
export interface StagePorts {
  readonly store: Store;
  readonly archive: Archive;
  readonly pool: WorkerPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Policy;
  /** Absent: there is no antivirus. */
  readonly antivirus?: AntivirusCheck;
}

/** The settings that decide what happens to a flow. */
export interface Policy {
  readonly limits: Limits;
  readonly rules: RuleOptions;
  /** Which rule sets apply where, and what is re-graded. */
  readonly choices: RuleChoices;
  readonly directory: DirectoryPolicy;
  /** What is asked of electronic signatures. */
  readonly signatures: SignaturePolicies;
  /** The catalogue with the operator's own interfaces. */
  readonly interfaceOf: InterfaceFinder;
  readonly works: WorksPolicy;
  readonly nameExtensions: readonly string[];
  /** Our own code, which names of deposits through portal and API bear; absent: there are none. */
  readonly engineCode?: string;
  /** Whether one failing entry makes the whole flow irrecevable, or only itself. */
  readonly irrecevable: 'flow' | 'entry';
  /**
   * Partners that receive structures by setting: SIRET to partner code. Wins over the structure's partner in the
   * directory, not over the partner of a service.
   */
  readonly receives: ReadonlyMap<string, string>;
  /** Partners that are configured and active: a structure's partner that is not among them is not connected. */
  readonly connected: ReadonlySet<string>;
  readonly attemptsMax: number;
  /** How long a flow of statuses waits for those that its partner sent before it. */
  readonly statusTurnMsMax: number;
  /** Whether the year of issue is part of an invoice's number. */
  readonly numberPerYear: boolean;
}

export type StageResult =
  | { readonly kind: 'next'; readonly value: Work }
  /** The flow goes no further: it is refused with the findings the work carries. */
  | { readonly kind: 'stop'; readonly value: Work };

/** A stage is a function of its input and of the ports it is handed; it never knows the next one. A fault is thrown. */
export type Stage = (work: Work, ports: StagePorts) => Promise<StageResult>;
