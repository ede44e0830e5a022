/** Who validates a works invoice before its recipient gets it (DOMAIN 6.2), in the order in which they do. */
export const worksRoles = ['validator1', 'validator2', 'moe', 'moa'] as const;
export type WorksRole = (typeof worksRoles)[number];

/** One who validates. */
export interface WorksStep {
  readonly role: WorksRole;
  /** Kind of identifier, 1 for a SIRET. */
  readonly idType: string;
  readonly id: string;
  readonly name: string | null;
  readonly country: string | null;
  /** Partner that the invoice is sent to for this; null: not connected, the step is read in console and API. */
  readonly partner: string | null;
}

/** A step that is done, as the pivot's `CycleDeValidation` tells it. */
export interface WorksAct {
  readonly step: WorksStep;
  readonly code: string;
  /** ISO instant. */
  readonly at: string;
  readonly reason: string | null;
  readonly comment: string | null;
}

/** The way of a works invoice to its recipient, kept with the invoice. */
export interface WorksRoute {
  /** At least one. */
  readonly steps: readonly WorksStep[];
  /** Position of the step that has the invoice; the number of steps when all are done. */
  readonly at: number;
  /** What was done, oldest first. */
  readonly acts: readonly WorksAct[];
}

/** Who validates the works invoices of a market, or of a recipient, as an operator sets it. */
export type WorksCircuit = {
  readonly recipient: string;
  /** Market or contract number; absent: every invoice to the recipient that has no circuit of its own. */
  readonly market?: string | undefined;
} & Readonly<Partial<Record<WorksRole, string | undefined>>>;
