import type { Service, Structure } from '../domain/structure.js';

/** Who receives an invoice; a null partner is a recipient that is not connected: it reads in console and API. */
export interface Route {
  readonly partner: string | null;
}

/**
 * The partner that receives the invoices of a structure. A service may have a partner of its own, as those of the
 * State have: one SIRET for all ministries, told apart by their service code (DOMAIN 3.3, 8).
 */
export function routeInvoice(structure: Structure, service: Service | null): Route {
  return { partner: service?.partner ?? structure.partner };
}
