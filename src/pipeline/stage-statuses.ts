import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { bringsStatuses, isUnanswered, type Recipients } from './life-work.js';
import type { Stage, StagePorts, Work } from './work.js';

/** For a flow of statuses: how many there are, and who receives the invoices of the structures that they name. */
export const consultRecipients: Stage = async (work, ports) => {
  if (!bringsStatuses(work)) return { kind: 'next', value: work };
  const findings = [...work.findings, ...placeFindings(work)];
  const found = work.checked.reduce(
    (count, one) => count + (one.statuses?.length ?? 0) + (one.flowStatuses?.length ?? 0),
    0,
  );
  const max = ports.policy.limits.statusesMax;
  if (found > max) {
    const many = findingOf('ECL-STA-MANY', { found: String(found), max: String(max) });
    return { kind: 'stop', value: { ...work, findings: [...findings, many] } };
  }
  const recipients = await recipientsOf(work, ports);
  await inTurn(work, ports);
  return { kind: 'next', value: { ...work, findings, recipients } };
};

const turnPollMs = 10;

/**
 * Flows are worked side by side, but the statuses of a partner follow each other: this one waits for those that it has
 * numbered before it. One that is held up (a disk that is full, a thread that died) does not hold up others for ever.
 */
async function inTurn(
  { flow, interface: row, partner }: Work,
  { store, policy, log }: StagePorts,
): Promise<void> {
  const untilMs = performance.now() + policy.statusTurnMsMax;
  while (await store.hasEarlierOpen(flow.id, row?.code ?? '')) {
    if (performance.now() > untilMs) {
      log.warn('statuses are applied before those of an earlier flow', {
        flow: flow.id,
        partner: partner.code,
      });
      return;
    }
    await sleep(turnPollMs);
  }
}

/** Statuses of invoices under a code that is never answered would be refused in silence. */
function placeFindings(work: Work): Finding[] {
  if (!isUnanswered(work)) return [];
  return work.checked
    .filter(({ statuses }) => (statuses?.length ?? 0) > 0)
    .map(({ entry, statuses }) => {
      const place = statuses?.[0]?.places.whole;
      const where = { entry, path: place?.path ?? null, line: place?.line ?? null };
      return findingOf('ECL-STA-PLACE', { code: work.interface?.code ?? '' }, where);
    });
}

async function recipientsOf(work: Work, { store, policy }: StagePorts): Promise<Map<string, Recipients>> {
  const asOf = work.day;
  const connected = (partner: string | null | undefined): string | null =>
    partner !== null && partner !== undefined && policy.connected.has(partner) ? partner : null;
  const sirets = new Set(work.checked.flatMap(({ statuses = [] }) => statuses.map((one) => one.recipient)));
  const recipients = new Map<string, Recipients>();
  for (const siret of sirets) {
    const structure = await store.directory.structure(siret, asOf);
    const services = structure === null ? [] : await store.directory.services(siret, asOf);
    const byService = services.flatMap(({ code, partner }): [string, string][] => {
      const own = connected(partner);
      return own === null ? [] : [[code, own]];
    });
    recipients.set(siret, {
      structure: connected(policy.receives.get(siret) ?? structure?.partner),
      byService: new Map(byService),
    });
  }
  return recipients;
}
