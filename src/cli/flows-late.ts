import { timestampInParis } from '../domain/dates.js';
import { type Flow, flowStates } from '../domain/flow.js';
import { systemClock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { DeliveryFacts } from '../ports/store-questions.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import { durationNamed } from './period.js';
import type { Action } from './wire.js';

interface LateOptions {
  readonly olderThan?: string;
  readonly limit: number;
}

/** A flow that its partner has no answer to; `report` is the one that could not be written yet. */
interface Unanswered {
  readonly flow: Flow;
  readonly report: DeliveryFacts | null;
}

/**
 * `flows late`: flows that are not answered, oldest first: without a verdict, or with a report that is not in the
 * partner's folder. Without `--older-than`, those beyond the deadline of the alerts.
 */
export const lateFlows: Action<LateOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const now = systemClock.now();
  const olderThanMs =
    options.olderThan === undefined
      ? context.loaded.settings.alerts.flowMs
      : durationNamed('--older-than', options.olderThan);
  const before = new Date(now.getTime() - olderThanMs).toISOString();
  const found = await unanswered(context.store, before, options.limit);
  const rows = found.map(({ flow, report }) => {
    const waitedMs = now.getTime() - Date.parse(flow.receivedAt);
    output.json({
      kind: report === null ? 'no-verdict' : 'report-not-written',
      flow: flow.id,
      partner: flow.partner,
      depositedName: flow.depositedName,
      receivedAt: flow.receivedAt,
      waitedMs,
      state: flow.state,
      stateLabel: flowStates[flow.state].label,
      attempt: flow.attempt,
      report: report?.name ?? null,
      reportState: report?.state ?? null,
      lastError: report?.lastError ?? null,
    });
    return [
      timestampInParis(new Date(flow.receivedAt)),
      spanText(waitedMs),
      flow.partner,
      flow.depositedName,
      report === null
        ? `sans verdict : ${flowStates[flow.state].label}, tentative ${flow.attempt}`
        : `${report.state === 'failed' ? 'compte rendu abandonné' : 'compte rendu pas encore écrit'} : ${report.name} ${report.lastError ?? ''}`.trim(),
    ];
  });
  if (rows.length === 0) output.line(`Aucun flux sans réponse depuis plus de ${spanText(olderThanMs)}.`);
  else
    for (const line of table([['REÇU', 'ATTENTE', 'PARTENAIRE', 'FLUX', 'OÙ IL EN EST'], ...rows]))
      output.line(line);
  return exitCodes.done;
};

async function unanswered(store: Store, before: string, limit: number): Promise<Unanswered[]> {
  const found: Unanswered[] = [...(await store.unreportedFlows(before, limit))];
  for (const { id } of await store.lateFlows(before, limit)) {
    const flow = await store.flow(id);
    if (flow !== null && flow.finalAt === null) found.push({ flow, report: null });
  }
  return found
    .sort((a, b) => a.flow.receivedAt.localeCompare(b.flow.receivedAt) || a.flow.id.localeCompare(b.flow.id))
    .slice(0, limit);
}

/** A length of time as people say it: `3 j 4 h`, `12 min 5 s`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'j'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
