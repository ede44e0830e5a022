import type { Role } from '../lifecycle/roles.js';
import type { StatusTarget } from '../ports/store-life.js';
import type { Work } from './work.js';

/** A role that the settings give a partner; without structures, towards every recipient. */
export interface RoleGrant {
  readonly partner: string;
  readonly role: Role;
  readonly structures?: readonly string[] | undefined;
}

/** The settings about statuses that partners send. */
export interface LifePolicy {
  readonly roles: readonly RoleGrant[];
  /** Partners that are told of statuses (FEN1201A). */
  readonly subscribed: ReadonlySet<string>;
  /** Codes of flow statuses about pivots that issuers are told. */
  readonly flowReports: ReadonlySet<string>;
}

/** The partners that receive a structure's invoices. */
export interface Recipients {
  /** By setting, else by the directory. */
  readonly structure: string | null;
  readonly byService: ReadonlyMap<string, string>;
}

/** What decides about the statuses of a flow beside what stands in it. */
export interface LifeWork {
  readonly policy: LifePolicy;
  /** By SIRET, for each debtor of the flow. */
  readonly recipients: ReadonlyMap<string, Recipients>;
}

/** True for a flow that brings statuses, of invoices or of flows, and no invoices. */
export function bringsStatuses({ interface: row }: Pick<Work, 'interface'>): boolean {
  return row?.direction === 'in' && (row.kind === 'status' || row.kind === 'report');
}

/** True for a flow that gets no report: reports that come in are not answered, or reports would answer reports. */
export function isUnanswered({ interface: row }: Pick<Work, 'interface'>): boolean {
  return row?.kind === 'report' && row.syntaxes.length > 0 && row.reportCode === null;
}

/** What of an invoice, or of a status about an unknown one, decides who may speak of it. */
export interface RoleQuestion {
  readonly sender: string;
  readonly siret: string;
  readonly service: string | null;
  /** Null when no invoice was found. */
  readonly target: StatusTarget | null;
}

/**
 * The roles that a partner has towards an invoice: recipient when the invoice went to it, or when its structure or
 * service is reached through it; supplier when it deposited the invoice; and those that the settings give it.
 */
export function rolesTowards(
  { sender, siret, service, target }: RoleQuestion,
  life: LifeWork,
): readonly Role[] {
  const roles = new Set<Role>();
  if (target?.invoice.recipientPartner === sender || receives(sender, siret, service, target, life))
    roles.add('recipient');
  if (target?.issuer === sender) roles.add('supplier');
  for (const grant of life.policy.roles) {
    if (grant.partner === sender && (grant.structures?.includes(siret) ?? true)) roles.add(grant.role);
  }
  return [...roles];
}

/** The invoice's own service counts; where there is no invoice, the one that was named, or any. */
function receives(
  sender: string,
  siret: string,
  service: string | null,
  target: StatusTarget | null,
  { recipients }: LifeWork,
): boolean {
  const known = recipients.get(siret);
  if (known === undefined) return false;
  const { structure, byService } = known;
  if (target !== null) return (byService.get(target.invoice.serviceCode ?? '') ?? structure) === sender;
  if (service !== null && byService.has(service)) return byService.get(service) === sender;
  return structure === sender || [...byService.values()].includes(sender);
}
