/** A public body of the directory (DOMAIN 3.4, 8), as valid on one day. */
export interface Structure {
  readonly siret: string;
  readonly name: string;
  readonly active: boolean;
  /** Whether the service code must be given. */
  readonly serviceRequired: boolean;
  /** Whether the engagement number must be given. */
  readonly engagementRequired: boolean;
  /** Whether one of the two, service code or engagement number, must be given. */
  readonly serviceOrEngagementRequired: boolean;
  /** The State: one SIRET for all ministries, routed by service code. */
  readonly routedByService: boolean;
  /** Code of the partner that receives its invoices; null: not connected, read in console and API. */
  readonly partner: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

export interface Service {
  readonly siret: string;
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
  readonly engagementRequired: boolean;
  /** Partner of this service where it differs from the structure's (the State). */
  readonly partner: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** A supplier of the referential. */
export interface Supplier {
  readonly idType: string;
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}
