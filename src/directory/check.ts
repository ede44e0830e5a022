import { businessTermOf } from '../domain/business-term.js';
import type { Finding, Place } from '../domain/finding.js';
import { shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { identifierTypes } from '../domain/identifiers.js';
import type { Invoice } from '../domain/invoice.js';
import type { Service, Structure } from '../domain/structure.js';
import type { DirectoryReader } from './cache.js';

export { type DirectoryReader, directoryCache } from './cache.js';

export interface DirectoryPolicy {
  /** `known`: a supplier must stand in the referential; `well-formed`: any identifier of the right shape will do. */
  readonly supplier: 'known' | 'well-formed';
}

/** An invoice, and where its terms stand in the sender's file. */
export interface DirectorySubject {
  readonly invoice: Invoice;
  /** 0-based position within the entry. */
  readonly index: number;
  readonly entry: string;
  /** Place of a term such as `chorus.serviceCode`; null where it is not written. */
  readonly place: (term: string) => Place | null;
}

export interface DirectoryAnswer {
  readonly findings: readonly Finding[];
  /** The recipient, null when the directory does not know it on that day. */
  readonly structure: Structure | null;
  /** The service the invoice names, null when it names none or none that exists. */
  readonly service: Service | null;
}

type Facts = Readonly<Record<string, string>>;
type Speak = (rule: string, term: string, value: string | null, facts: Facts) => Finding;

/** The code under which public bodies invoice each other (DOMAIN 3.3). */
const reservedServiceCode = 'FACTURES_PUBLIQUES';

/**
 * Supplier, recipient, service and obligations of one invoice against the directory of a day (DOMAIN 3.1 step 10,
 * 3.3, 3.4). An identifier that is absent is left to the rules on the invoice itself.
 * @param asOf day, `YYYY-MM-DD`.
 */
export async function checkDirectory(
  subject: DirectorySubject,
  directory: DirectoryReader,
  policy: DirectoryPolicy,
  asOf: string,
): Promise<DirectoryAnswer> {
  const speak = speaker(subject);
  const { supplier, recipient } = subject.invoice.chorus;
  const supplierKey = { type: supplier.idType, id: normalised(supplier.id) };
  // A public body invoices others under its own SIRET: it is known without standing among the suppliers.
  const issuer = supplierKey.type === '1' ? await directory.structure(supplierKey.id, asOf) : null;
  const findings = await checkSupplier(supplierKey, issuer, directory, policy, speak);
  const siret = normalised(recipient.id);
  if (siret === '') return { findings, structure: null, service: null };
  const structure = await directory.structure(siret, asOf);
  if (structure === null) {
    const unknown = speak('ECL-DIR-RECIPIENT', 'chorus.recipient.id', siret, { siret });
    return { findings: [...findings, unknown], structure, service: null };
  }
  const named = await checkService(subject.invoice, structure, issuer !== null, directory, asOf, speak);
  const answer = { structure, service: named.service };
  return {
    ...answer,
    findings: [
      ...findings,
      ...checkRecipient(structure, speak),
      ...named.findings,
      ...checkObligations(subject.invoice, structure, named.service, speak),
    ],
  };
}

/** Finding of a rule at the place of a term, or, where that is not written, at the recipient's identifier. */
function speaker({ invoice, index, entry, place }: DirectorySubject): Speak {
  return (rule, term, value, facts) => {
    const found = place(term) ?? place('chorus.recipient.id');
    return findingOf(rule, facts, {
      value: value === null ? null : shownValue(value),
      invoice: invoice.number,
      invoiceIndex: index,
      entry,
      path: found?.path ?? null,
      line: found?.line ?? null,
      term: businessTermOf(term, invoice),
    });
  };
}

async function checkSupplier(
  key: { readonly type: keyof typeof identifierTypes | null; readonly id: string },
  issuer: Structure | null,
  directory: DirectoryReader,
  policy: DirectoryPolicy,
  speak: Speak,
): Promise<Finding[]> {
  if (key.type === null || key.id === '') return [];
  const facts = { type: identifierTypes[key.type].label, id: key.id };
  const known = (await directory.supplier(key.type, key.id)) ?? issuer;
  if (known === null) {
    if (policy.supplier === 'well-formed') return [];
    return [speak('ECL-DIR-SUPPLIER', 'chorus.supplier.id', key.id, facts)];
  }
  return known.active ? [] : [speak('ECL-DIR-SUPPLIER-INACTIVE', 'chorus.supplier.id', key.id, facts)];
}

function checkRecipient(structure: Structure, speak: Speak): Finding[] {
  if (structure.active) return [];
  return [
    speak('ECL-DIR-RECIPIENT-INACTIVE', 'chorus.recipient.id', structure.siret, { ...naming(structure) }),
  ];
}

async function checkService(
  invoice: Invoice,
  structure: Structure,
  issuerIsPublic: boolean,
  directory: DirectoryReader,
  asOf: string,
  speak: Speak,
): Promise<{ readonly findings: readonly Finding[]; readonly service: Service | null }> {
  const code = invoice.chorus.serviceCode?.trim() ?? '';
  if (code === '') return { findings: [], service: null };
  const service = await directory.service(structure.siret, code, asOf);
  const refused = (rule: string) => ({
    findings: [speak(rule, 'chorus.serviceCode', code, { code, ...naming(structure) })],
    service,
  });
  if (code === reservedServiceCode && !issuerIsPublic) return refused('ECL-DIR-RESERVED');
  // Every public body has the reserved service, whether or not the import lists it.
  if (service === null && code === reservedServiceCode) return { findings: [], service };
  if (service === null) return refused('ECL-DIR-SERVICE');
  return service.active ? { findings: [], service } : refused('ECL-DIR-SERVICE-INACTIVE');
}

/** What the recipient wants to be given (DOMAIN 3.4). */
function checkObligations(
  invoice: Invoice,
  structure: Structure,
  service: Service | null,
  speak: Speak,
): Finding[] {
  const hasService = (invoice.chorus.serviceCode?.trim() ?? '') !== '';
  const hasEngagement = (invoice.chorus.engagement?.trim() ?? '') !== '';
  const facts = naming(structure);
  const findings: Finding[] = [];
  if (!hasService && structure.routedByService) {
    findings.push(speak('ECL-DIR-STATE-SERVICE', 'chorus.serviceCode', null, facts));
  } else if (!hasService && structure.serviceRequired) {
    findings.push(speak('ECL-DIR-SERVICE-REQUIRED', 'chorus.serviceCode', null, facts));
  }
  if (!hasEngagement && (structure.engagementRequired || service?.engagementRequired === true)) {
    const recipient = `le destinataire « ${structure.siret} » (${structure.name})`;
    const who = structure.engagementRequired
      ? recipient
      : `le service « ${service?.code} », chez ${recipient}`;
    findings.push(speak('ECL-DIR-ENGAGEMENT-REQUIRED', 'chorus.engagement', null, { who }));
  }
  if (!hasService && !hasEngagement && structure.serviceOrEngagementRequired && findings.length === 0) {
    findings.push(speak('ECL-DIR-SERVICE-OR-ENGAGEMENT', 'chorus.serviceCode', null, facts));
  }
  return findings;
}

function naming({ siret, name }: Structure) {
  return { siret, name };
}

/** An identifier as the directory keeps it: without spaces, in capitals. */
function normalised(id: string | null): string {
  return (id ?? '').replace(/\s+/g, '').toUpperCase();
}
