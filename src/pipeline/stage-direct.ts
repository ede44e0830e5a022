import { performance } from 'node:perf_hooks';
import { checkDirectory, directoryCache } from '../directory/check.js';
import { type Finding, hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { LayerVerdict } from '../domain/verdict.js';
import { routeInvoice } from '../route/route.js';
import {
  type PlannedStep,
  plannedSteps,
  valideurIsMissing,
  type WorksPolicy,
  worksRoute,
} from '../route/works.js';
import { bringsStatuses } from './life-work.js';
import type { InvoiceWork, Stage } from './work.js';

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
    const bySetting = policy.receives.get(item.structure.siret);
    const wanted = item.service?.partner ?? bySetting ?? routeInvoice(item.structure, item.service).partner;
    const recipientPartner = connected(wanted);
    const planned = plannedSteps(item.checked.invoice, policy.works);
    if (planned.length === 0) return { ...item, recipientPartner };
    const steps = await Promise.all(
      planned.map(async (step) => ({ ...step, partner: await partnerOf(step) })),
    );
    return { ...item, recipientPartner, works: worksRoute(steps) };
  }

  const invoices = await Promise.all(work.invoices.map(routed));
  const findings = invoices
    .filter((item) => !item.fatal && lacksValideur(item, policy.works))
    .map(noValideur);
  return { kind: 'next', value: { ...work, invoices, findings: [...work.findings, ...findings] } };
};

function lacksValideur({ checked, works }: InvoiceWork, policy: WorksPolicy): boolean {
  return policy.validation !== 'none' && valideurIsMissing(checked.invoice, works ?? null);
}

function noValideur({ entry, checked }: InvoiceWork): Finding {
  const { invoice, index } = checked;
  return findingOf(
    'ECL-WORKS-NO-VALIDATOR',
    { cadre: invoice.chorus.cadre ?? 'A1' },
    { entry, invoice: invoice.number, invoiceIndex: index, term: 'Valideur' },
  );
}
