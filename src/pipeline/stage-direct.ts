import { performance } from 'node:perf_hooks';
import { checkDirectory, directoryCache } from '../directory/check.js';
import { hasFatal } from '../domain/finding.js';
import type { LayerVerdict } from '../domain/verdict.js';
import { routeInvoice } from '../route/route.js';
import type { InvoiceWork, Stage } from './work.js';

/** Supplier, recipient, service and obligations against the directory of the day (DOMAIN 3.1 step 10, 3.4). */
export const consultDirectory: Stage = async (work, ports) => {
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

/** Who gets each good invoice. */
export const route: Stage = async (work, { policy }) => {
  const invoices = work.invoices.map((item) => {
    if (item.fatal || item.structure === null) return item;
    const bySetting = policy.receives.get(item.structure.siret);
    const routed = routeInvoice(item.structure, item.service);
    const wanted = item.service?.partner ?? bySetting ?? routed.partner;
    const recipientPartner = wanted !== null && policy.connected.has(wanted) ? wanted : null;
    return { ...item, recipientPartner };
  });
  return { kind: 'next', value: { ...work, invoices } };
};
