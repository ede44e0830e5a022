import type { Actor } from '../domain/flow.js';
import type { PurgeBlock, RetentionKind } from '../domain/retention.js';

/** A file of the archive with the hash it was written with. */
export interface ArchivedFile {
  readonly key: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** That content of one kind of a flow is gone, or about to go: `doneAt` is null until its files are deleted. */
export interface PurgeMark {
  readonly flow: string;
  readonly kind: RetentionKind;
  readonly cause: 'retention' | 'erasure';
  readonly by: Actor;
  readonly reason: string;
  readonly at: string;
  readonly doneAt: string | null;
}

/** A flow whose content may go, and which of it has gone. */
export interface PurgeCandidate {
  readonly flow: string;
  readonly depositedName: string;
  readonly archiveKey: string;
  readonly finalAt: string;
  /** Position in the order of commit, for the next page. */
  readonly seq: number;
  readonly gone: readonly RetentionKind[];
}

/** Content of these kinds of one flow is to go. */
export interface PurgeOrder {
  readonly flow: string;
  readonly kinds: readonly RetentionKind[];
  readonly cause: PurgeMark['cause'];
  readonly by: Actor;
  readonly reason: string;
  readonly at: string;
}

export interface LegalHold {
  readonly flow: string;
  readonly by: Actor;
  readonly at: string;
  readonly reason: string;
}

/** Where the bytes of a flow lie. */
export interface FlowFiles {
  readonly flow: string;
  readonly seq: number;
  readonly attempt: number;
  readonly final: boolean;
  readonly archiveKey: string;
  readonly sha256: string;
  /** Corrected files of its replays. */
  readonly corrections: readonly ArchivedFile[];
  /** Pieces with a hash; those kept before hashes were have none. */
  readonly pieces: readonly ArchivedFile[];
  /** Kinds that are gone or about to go. */
  readonly gone: readonly RetentionKind[];
  /** Deliveries that were written and whose text is kept. */
  readonly deliveries: readonly string[];
}

/** Whom or what an erasure is about. */
export type ErasureTarget =
  | { readonly kind: 'supplier'; readonly idType: string; readonly id: string }
  | { readonly kind: 'invoice'; readonly number: string };

/** An invoice that an erasure is about. */
export interface ErasureInvoice {
  readonly invoice: string;
  readonly flow: string;
  readonly interfaceCode: string | null;
  readonly supplierType: string | null;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
}

/** How much an erasure found or changed. */
export interface ErasureCounts {
  readonly invoices: number;
  readonly numbers: number;
  readonly findings: number;
  readonly bodies: number;
  readonly statuses: number;
}

export interface RetentionReads {
  /** Final flows that ended before an instant and that nothing keeps (`purgeBlocks`), in the order of commit. */
  purgeable(
    endedBefore: string,
    finalStatuses: readonly string[],
    afterSeq: number,
    limit: number,
  ): Promise<readonly PurgeCandidate[]>;
  /** Why the content of a flow stays; empty when nothing keeps it. */
  purgeBlocks(flow: string, finalStatuses: readonly string[]): Promise<readonly PurgeBlock[]>;
  /** Marks whose files may still be there, of flows that are not held, oldest first. */
  openPurges(limit: number): Promise<readonly PurgeMark[]>;
  purges(flow: string): Promise<readonly PurgeMark[]>;
  legalHold(flow: string): Promise<LegalHold | null>;
  /** Oldest first. */
  legalHolds(limit: number): Promise<readonly LegalHold[]>;
  /** How many deliveries of no flow (`purgeLooseBodies`) may lose their text. */
  looseBodies(deliveredBefore: string): Promise<number>;
  /** Flows received at or after an instant, in the order of commit, with where their bytes lie. */
  flowFiles(since: string, afterSeq: number, limit: number): Promise<readonly FlowFiles[]>;
  /** Whether a row names an archive key: of an original, a corrected file, a piece, or a part of a delivery. */
  namesKey(key: string, flow: string): Promise<boolean>;
  /** Whether a flow holds an invoice of a supplier of this type of identifier. */
  hasSupplierType(flow: string, idType: string): Promise<boolean>;
  erasureInvoices(target: ErasureTarget): Promise<readonly ErasureInvoice[]>;
  /** Invoices of a flow that are not among these. */
  otherInvoices(flow: string, invoices: readonly string[]): Promise<number>;
}

export interface RetentionWrites {
  /** Notes hashes of files that were written for a flow. */
  insertArchived(flow: string, files: readonly ArchivedFile[]): Promise<void>;
  /** Kinds of a flow that are gone or about to go. */
  goneKinds(flow: string): Promise<readonly RetentionKind[]>;
  /** Whether the text of a delivery, or a piece that it carries, is gone. */
  deliveryGone(delivery: string): Promise<boolean>;
  purgeBlocks(flow: string, finalStatuses: readonly string[]): Promise<readonly PurgeBlock[]>;
  /**
   * Marks content of a flow as gone. Rows go in this transaction, and their marks are done; files have to be deleted
   * when it has happened, and then `confirmPurge` called. Gives the kinds that were not marked before.
   */
  markPurge(order: PurgeOrder): Promise<readonly RetentionKind[]>;
  confirmPurge(flow: string, kind: RetentionKind, at: string): Promise<void>;
  /**
   * Empties the texts of deliveries that belong to no flow (statuses, a day's rejects), were delivered before an instant
   * and fetched or taken out, and are older than every flow that is held; tells how many.
   */
  purgeLooseBodies(deliveredBefore: string, limit: number): Promise<number>;
  /** False when the flow is held already. */
  insertLegalHold(hold: LegalHold): Promise<boolean>;
  /** False when the flow is not held. */
  removeLegalHold(flow: string): Promise<boolean>;
  /**
   * Puts a pseudonym in the place of the supplier of these invoices of one flow, in their rows and number keys; takes
   * free texts out of the findings of the flow and the statuses of the invoices, signers out of its attempts, and the
   * text out of deliveries that tell of them. Deliveries of the flow that wait are given up.
   */
  eraseInvoices(flow: string, invoices: readonly ErasureInvoice[], at: string): Promise<ErasureCounts>;
  /** Removes a supplier from the directory; false when it is not there. */
  eraseDirectorySupplier(idType: string, id: string): Promise<boolean>;
}
