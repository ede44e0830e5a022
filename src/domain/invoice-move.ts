import type { Actor } from './flow.js';
import type { WorksRole } from './works.js';

/**
 * What somebody has done with an integrated invoice: completed it with pieces, given it another addressee (or a step of
 * its works route to another), or called it back.
 */
export type MoveKind = 'completed' | 'readdressed' | 'recalled';

/** `asked`: a recall that the engine has still to carry out. */
export type MoveState = 'asked' | 'done' | 'refused';

/** A piece that was added, as the archive keeps it: a ZIP that holds one file. */
export interface AddedPiece {
  readonly archiveKey: string;
  readonly sizeBytes: number;
  /** Type of the file inside, as sniffed. */
  readonly type: string;
  readonly innerName: string;
  /** Name under which it was given. */
  readonly name: string;
}

export interface Addressee {
  readonly siret: string;
  readonly name: string | null;
  readonly serviceCode: string | null;
  /** Null: the invoice's own. */
  readonly engagement: string | null;
  /** Partner that receives it; null: not connected. */
  readonly partner: string | null;
}

export interface MoveFacts {
  readonly pieces?: readonly AddedPiece[];
  /** Step of a works route that was given to another; absent: the recipient was. */
  readonly step?: WorksRole;
  readonly from?: Addressee;
  readonly to?: Addressee;
  /** Names of the pivots that were written for it. */
  readonly pivots?: readonly string[];
  /** Names of the pivots that were taken back. */
  readonly withdrawn?: readonly string[];
}

export interface InvoiceMove {
  readonly id: string;
  readonly invoice: string;
  readonly kind: MoveKind;
  readonly state: MoveState;
  readonly by: Actor;
  readonly at: string;
  readonly reason: string | null;
  readonly endedAt: string | null;
  /** Why it was refused, French. */
  readonly outcome: string | null;
  readonly facts: MoveFacts;
}
