import { cadreOf } from '../domain/cadres.js';
import type { Invoice } from '../domain/invoice.js';
import type { WorksCircuit, WorksRole, WorksRoute, WorksStep } from '../domain/works.js';

export interface WorksPolicy {
  /**
   * Whether works invoices wait for those who validate them: for those that are connected, for all of them, or for
   * nobody. One that is not connected has no other way to answer than a status that somebody sends for it.
   */
  readonly validation: 'connected' | 'before-delivery' | 'none';
  readonly circuits: readonly WorksCircuit[];
}

/** A step before it is known how it is reached. */
export type PlannedStep = Omit<WorksStep, 'partner'>;

/**
 * Who validates an invoice before its recipient gets it, in order: the Valideur that the flow names, in the part it
 * plays for the invoice's cadre (`cadreTable`), and those of the operator's circuit for the market or the recipient.
 * The flow wins over the settings. Empty: nobody.
 */
export function plannedSteps(invoice: Invoice, policy: WorksPolicy): readonly PlannedStep[] {
  const cadre = cadreOf(invoice.chorus.cadre);
  if (policy.validation === 'none' || cadre === undefined) return [];
  const { validator } = invoice.chorus;
  const circuit = circuitOf(invoice, policy.circuits);
  return cadre.validatedBy.flatMap((role): PlannedStep[] => {
    if (role === cadre.valideurRole && validator !== null && validator.id !== null) {
      const { idType, id, name, country } = validator;
      return [{ role, idType: idType ?? '1', id, name, country }];
    }
    return fromCircuit(role, circuit);
  });
}

function fromCircuit(role: WorksRole, circuit: WorksCircuit | undefined): PlannedStep[] {
  const siret = circuit?.[role];
  return siret === undefined ? [] : [{ role, idType: '1', id: siret, name: null, country: 'FR' }];
}

/** The circuit of the market, else that of the recipient. */
function circuitOf(invoice: Invoice, circuits: readonly WorksCircuit[]): WorksCircuit | undefined {
  const { recipient, market, contract } = invoice.chorus;
  const number = market ?? contract ?? invoice.contractReference;
  const own = circuits.filter((circuit) => circuit.recipient === recipient.id);
  return (
    own.find((circuit) => circuit.market !== undefined && circuit.market === number) ??
    own.find((circuit) => circuit.market === undefined)
  );
}

/** The route over the steps, from the first; null without any step. */
export function worksRoute(steps: readonly WorksStep[]): WorksRoute | null {
  return steps.length === 0 ? null : { steps, at: 0, acts: [] };
}

/** True when a cadre asks for a Valideur and none is known: not from the flow, not from the settings. */
export function valideurIsMissing(invoice: Invoice, planned: readonly PlannedStep[]): boolean {
  return cadreOf(invoice.chorus.cadre)?.valideur === 'required' && planned.length === 0;
}
