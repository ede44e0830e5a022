import type { Actor } from '../domain/flow.js';
import type { FlowErrorLine } from '../domain/status-reading.js';
import type { InvoiceRow, StatusRow } from './store.js';

/** Who set a status, and what of it was said; null where the engine set it, or where nothing was said. */
export interface StatusOrigin {
  readonly actor: Actor | null;
  /** The role in which it was set (lifecycle/roles.ts). */
  readonly role: string | null;
  /** `Horodatage` in the words of who set it, an xs:dateTime. */
  readonly statedAt: string | null;
  readonly complement: string | null;
  readonly mandate: string | null;
  /** `Producteur/@Id`: what who set it calls itself. */
  readonly producer: string | null;
  /** Flow that brought it, and its place there. */
  readonly sourceFlow: string | null;
  readonly sourceEntry: string | null;
  readonly sourceIndex: number | null;
}

/** What a status names its invoice by. */
export interface InvoiceKey {
  readonly supplierType: string;
  readonly supplierId: string;
  readonly number: string;
  readonly recipientSiret: string;
}

/** An invoice that a status is about. */
export interface StatusTarget {
  readonly invoice: InvoiceRow;
  /** Partner that deposited it. */
  readonly issuer: string;
  /** Whether it goes over those who validate works invoices (`works`). */
  readonly works: boolean;
}

/** One status of a flow that went out to a recipient: a pivot (DOMAIN 6.1). */
export interface FlowStatusRow {
  readonly id: string;
  /** The issuer's flow whose invoices the pivot carries. */
  readonly flow: string;
  /** The delivery. */
  readonly pivot: string;
  /** Partner that is told: the issuer of the flow. */
  readonly partner: string;
  readonly code: string;
  readonly at: string;
  /** `Horodatage` in the words of who told it; null where the engine found out. */
  readonly statedAt: string | null;
  readonly actor: Actor;
  readonly complement: string | null;
  readonly comment: string | null;
  readonly details: readonly FlowErrorLine[];
  /** Flow that brought it; empty where the engine found out. */
  readonly sourceFlow: string;
  /** Delivery that carried it to the issuer; null while it waits, `-` when it is not sent. */
  readonly delivery: string | null;
}

/** A status of a flow with what people call the things it is about. */
export interface ToldFlowStatus extends FlowStatusRow {
  readonly pivotName: string;
  readonly recipient: string;
  /** Flow id of the issuer's flow; its deposited name where that holds none. */
  readonly flowName: string;
}

/** A pivot as a status of it needs it. */
export interface PivotFacts {
  readonly id: string;
  readonly name: string;
  readonly recipient: string;
  readonly flow: string;
  readonly flowName: string;
  readonly issuer: string;
}

/** A pivot that its recipient has not got. */
export interface LostPivot extends PivotFacts {
  /** When it was written; null for one that could not be. */
  readonly deliveredAt: string | null;
}

export interface LifeReads {
  /**
   * Whether the partner of a flow has sent another one that is not final, under a name that begins so and comes before
   * its own: senders number their flows.
   */
  hasEarlierOpen(flow: string, namePrefix: string): Promise<boolean>;
  /** Statuses of the pivots of a flow, or those that a flow brought; oldest first. */
  flowStatuses(filter: {
    readonly flow?: string;
    readonly sourceFlow?: string;
  }): Promise<readonly ToldFlowStatus[]>;
  /** Partners that have statuses of flows waiting, with how many and since when. */
  flowStatusBacklog(): Promise<readonly { partner: string; count: number; oldestAt: string }[]>;
  /**
   * Pivots delivered before an instant that nobody has fetched, and those that were given up, of which that has not been
   * told (95).
   */
  lostPivots(deliveredBefore: string, limit: number): Promise<readonly LostPivot[]>;
}

export interface LifeWrites {
  /**
   * The integrated invoices that keys name, in the order of the keys: none, one, or several of different years. Letters
   * of a supplier's identifier are compared without their case, as when its number was taken.
   */
  statusTargets(keys: readonly InvoiceKey[]): Promise<readonly (readonly StatusTarget[])[]>;
  /** Statuses as `insertStatuses`, each then the newest of its invoice. */
  applyStatuses(rows: readonly StatusRow[]): Promise<void>;
  /** Places (`entry`, index) of a flow whose statuses were applied before, or held when they came (ECL-STA-SAME). */
  appliedFrom(flow: string): Promise<readonly { readonly entry: string; readonly index: number }[]>;
  /** A pivot by its name or id; null when there is none. */
  pivot(text: string): Promise<PivotFacts | null>;
  /**
   * Notes statuses of pivots. One that the same flow (or the engine) has told before is left out, and one whose code was
   * told of the pivot before without new error lines is not sent again. Gives those that were noted.
   */
  noteFlowStatuses(rows: readonly FlowStatusRow[]): Promise<readonly FlowStatusRow[]>;
  /** Statuses of flows not sent yet, oldest first, for one partner. */
  pendingFlowStatuses(partner: string, limit: number): Promise<readonly ToldFlowStatus[]>;
  markFlowStatusesSent(ids: readonly string[], delivery: string): Promise<void>;
}
