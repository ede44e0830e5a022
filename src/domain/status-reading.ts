import type { Place } from './finding.js';

/** What of a status is spoken about in findings. */
export type StatusTerm = 'whole' | 'code' | 'invoice' | 'supplier' | 'recipient' | 'service' | 'reason';

/** One status of one invoice, as a CPPStatut tells it (CPPFactureStatutUnitaire, DOMAIN 7.1). */
export interface StatusReading {
  /** 0-based position within the entry. */
  readonly index: number;
  readonly supplier: { readonly idType: string; readonly id: string };
  /** SIRET of the debtor. */
  readonly recipient: string;
  readonly service: string | null;
  /** Two digits, `01` to `41`. */
  readonly code: string;
  /** `Horodatage` as it was written, an xs:dateTime. */
  readonly at: string;
  readonly complement: string | null;
  readonly comment: string | null;
  readonly invoiceNumber: string;
  readonly invoiceDate: string | null;
  /** `IdMandatDP`. */
  readonly mandate: string | null;
  /** `Producteur/@Id`. */
  readonly producer: string | null;
  readonly places: Readonly<Record<StatusTerm, Place>>;
}

/** One line of what a recipient found wrong with a flow (LigneErreurDetail). */
export interface FlowErrorLine {
  readonly nature: string;
  readonly code: string;
  readonly label: string;
  readonly description: string | null;
}

/** What a recipient tells of a flow that it was sent, as a CPPStatut tells it (CPPFluxStatutUnitaire, DOMAIN 7.1). */
export interface FlowStatusReading {
  /** 0-based position within the entry. */
  readonly index: number;
  /** `IdFlux`: the 25-character flow id, or the whole name. */
  readonly flow: string;
  /** Two digits, `90` to `96`. */
  readonly code: string;
  /** `Horodatage` as it was written, an xs:dateTime. */
  readonly at: string;
  readonly complement: string | null;
  readonly comment: string | null;
  readonly details: readonly FlowErrorLine[];
  readonly places: Readonly<Record<'whole' | 'code' | 'flow', Place>>;
}
