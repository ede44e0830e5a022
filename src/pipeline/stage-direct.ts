import { performance } from 'node:perf_hooks';
import { checkDirectory, directoryCache } from '../directory/check.js';
import { type Finding, hasFatal, shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Service, Structure } from '../domain/structure.js';
import type { LayerVerdict } from '../domain/verdict.js';
import type { WorksStep } from '../domain/works.js';
import { roleNames } from '../lifecycle/roles.js';
import { routeInvoice } from '../route/route.js';
import {
  type PlannedStep,
  plannedSteps,
  valideurIsMissing,
  type WorksPolicy,
  worksRoute,
} from '../route/works.js';
import { bringsStatuses } from './life-work.js';
import type { InvoiceWork, Policy, Stage } from './work.js';

/** Supplier, recipient, service and obligations against the directory of the day (DOMAIN 3.1 step 10, 3.4). */
export const consultDirectory: Stage = async (work, ports) => {
  if (bringsStatuses(work)) return { kind: 'next', value: work };
  const startedMs = performance.now();
  const directory = directoryCache(ports.store.directory);
  const invoices: InvoiceWork[] = [];
  for (const item of work.invoices) {
    const { invoice, index, places } = item.checked;
    const subject = { invoice, index, entry: item.entry, place: (term: string) => places[term] ?? null };
    const { findings, structure, service } = await checkDirectory(
      subject,
      directory,
      ports.policy.directory,
      work.day,
    );
    invoices.push({ ...item, findings, structure, service, fatal: item.fatal || hasFatal(findings) });
  }
  const findings = invoices.flatMap((item) => item.findings);
  const verdict: LayerVerdict = {
    layer: 'directory',
    verdict: hasFatal(findings) ? 'invalid' : 'valid',
    durationMs: performance.now() - startedMs,
    ruleSet: null,
  };
  return {
    kind: 'next',
    value: {
      ...work,
      invoices,
      findings: [...work.findings, ...findings],
      layers: [...work.layers, verdict],
    },
  };
};

/** The partner through which a recipient is reached now; null: it is not connected. */
export function receiverOf(
  { connected, receives }: Pick<Policy, 'connected' | 'receives'>,
  structure: Structure,
  service: Service | null,
): string | null {
  const wanted =
    service?.partner ?? receives.get(structure.siret) ?? routeInvoice(structure, service).partner;
  return wanted !== null && connected.has(wanted) ? wanted : null;
}

/** Who gets each good invoice, and who validates it before. */
export const route: Stage = async (work, { policy, store }) => {
  const directory = directoryCache(store.directory);
  const connected = (wanted: string | null | undefined): string | null =>
    wanted !== null && wanted !== undefined && policy.connected.has(wanted) ? wanted : null;

  /** The partner of one who validates: often a company, which no directory of public bodies knows. */
  async function partnerOf({ idType, id }: PlannedStep): Promise<string | null> {
    if (idType !== '1') return null;
    return connected(policy.receives.get(id) ?? (await directory.structure(id, work.day))?.partner);
  }

  async function routed(item: InvoiceWork): Promise<InvoiceWork> {
    if (item.fatal || item.structure === null) return item;
    const recipientPartner = receiverOf(policy, item.structure, item.service);
    const planned = plannedSteps(item.checked.invoice, policy.works);
    if (planned.length === 0) return { ...item, recipientPartner };
    const steps = await Promise.all(
      planned.map(async (step) => ({ ...step, partner: await partnerOf(step) })),
    );
    const reached = policy.works.validation === 'connected' ? steps.filter(isConnected) : steps;
    for (const step of steps) if (!reached.includes(step)) findings.push(unreached(item, step));
    return { ...item, recipientPartner, works: worksRoute(reached) };
  }

  const findings: Finding[] = [];
  const invoices = await Promise.all(work.invoices.map(routed));
  findings.push(...invoices.filter((item) => lacksValideur(item, policy.works)).map(noValideur));
  return { kind: 'next', value: { ...work, invoices, findings: [...work.findings, ...findings] } };
};

function isConnected({ partner }: WorksStep): boolean {
  return partner !== null;
}

function lacksValideur({ checked, fatal }: InvoiceWork, policy: WorksPolicy): boolean {
  if (fatal || policy.validation === 'none') return false;
  return valideurIsMissing(checked.invoice, plannedSteps(checked.invoice, policy));
}

const placeOf = ({ entry, checked }: InvoiceWork) =>
  ({ entry, invoice: checked.invoice.number, invoiceIndex: checked.index, term: 'Valideur' }) as const;

function noValideur(item: InvoiceWork): Finding {
  const facts = { cadre: item.checked.invoice.chorus.cadre ?? 'A1' };
  return findingOf('ECL-WORKS-NO-VALIDATOR', facts, placeOf(item));
}

/** A step whose partner is not connected could not answer: the invoice does not wait for it. */
function unreached(item: InvoiceWork, step: WorksStep): Finding {
  const facts = { role: roleNames[step.role], id: step.id, name: step.name ?? step.id };
  return findingOf('ECL-WORKS-UNREACHED', facts, { ...placeOf(item), value: shownValue(step.id) });
}
