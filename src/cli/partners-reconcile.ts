import { CsvProblem } from '../directory/csv.js';
import { textChunks } from '../directory/text-file.js';
import { timestampInParis } from '../domain/dates.js';
import { flowStates } from '../domain/flow.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { partnerNamed } from './partners-gaps.js';
import { sinceNamed } from './period.js';
import { type Period, type Reconciled, reconcile, type SentVerdict } from './reconcile.js';
import { type SentLine, sentLines } from './sent-list.js';
import type { Action } from './wire.js';

interface ReconcileOptions {
  readonly list: string;
  readonly since?: string;
  readonly until?: string;
}

const words = {
  received: 'reçu',
  'other-count': 'reçu, avec un autre nombre de factures',
  'other-bytes': 'reçu, avec un autre contenu',
  'other-name': 'reçu, sous un autre nom',
  'never-received': 'jamais reçu',
  'listed-twice': 'figure deux fois sur la liste, reçu une fois',
  unreadable: 'ligne illisible',
  'not-listed': 'reçu, absent de la liste',
} as const satisfies Record<SentVerdict, string>;

/**
 * `partners reconcile`: each line of a list of what the partner says it sent, against what was received; json tells all
 * lines, text those that differ. Exit code 2 when something does.
 */
export const reconcilePartner: Action<ReconcileOptions> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const partner = partnerNamed(context.loaded, args[0] ?? '');
  const now = systemClock.now();
  const given: Partial<Period> = {
    ...(options.since === undefined ? {} : { from: sinceNamed(options.since, now) }),
    ...(options.until === undefined ? {} : { to: sinceNamed(options.until, now, '--until') }),
  };
  const counts = new Map<SentVerdict, number>();
  for await (const one of reconcile(context.store, partner, readList(options.list), given)) {
    counts.set(one.verdict, (counts.get(one.verdict) ?? 0) + 1);
    output.json(toJson(partner, one));
    if (one.verdict !== 'received') output.line(textOf(one));
  }
  const differing = [...counts].reduce(
    (sum, [verdict, count]) => sum + (verdict === 'received' ? 0 : count),
    0,
  );
  output.json({ kind: 'summary', partner, counts: Object.fromEntries(counts), differing });
  for (const [verdict, count] of counts) output.line(`${count}  ${words[verdict]}`);
  if (counts.size === 0) output.line('La liste est vide.');
  return differing > 0 ? exitCodes.refused : exitCodes.done;
};

function* readList(path: string): Generator<SentLine> {
  try {
    yield* sentLines(textChunks(path));
  } catch (error) {
    if (error instanceof CsvProblem)
      throw new Fault('FILE_UNREADABLE', `${path}, line ${error.line}: ${error.message}`, { path }, error);
    if (error instanceof Fault && error.code === 'DIRECTORY_IMPORT')
      throw new Fault('FILE_UNREADABLE', error.message, { path }, error);
    throw error;
  }
}

function toJson(partner: string, { sent, verdict, flow }: Reconciled) {
  return {
    kind: 'line',
    partner,
    line: sent?.line ?? null,
    name: sent?.name ?? flow?.depositedName ?? null,
    verdict,
    problem: sent?.problem ?? null,
    sha256: sent?.sha256 ?? null,
    sentOn: sent?.sentOn ?? null,
    invoices: sent?.invoices ?? null,
    flow:
      flow === null
        ? null
        : {
            id: flow.id,
            depositedName: flow.depositedName,
            receivedAt: flow.receivedAt,
            state: flow.state,
            stateLabel: flowStates[flow.state].label,
            sha256: flow.sha256,
            invoicesReceived: flow.invoicesReceived,
            invoicesIntegrated: flow.invoicesIntegrated,
            invoicesRejected: flow.invoicesRejected,
          },
  };
}

function textOf({ sent, verdict, flow }: Reconciled): string {
  const where = sent === null ? '' : `ligne ${sent.line} : `;
  const state =
    flow === null
      ? ''
      : ` (${flowStates[flow.state].label}, le ${timestampInParis(new Date(flow.receivedAt))})`;
  const more: Partial<Record<SentVerdict, string>> = {
    'other-count': ` : ${flow?.invoicesReceived} et non ${sent?.invoices}`,
    'other-bytes': ` : SHA-256 ${flow?.sha256} et non ${sent?.sha256}`,
    'other-name': ` : ${flow?.depositedName}`,
    unreadable: ` : ${sent?.problem}`,
  };
  return `${where}${sent?.name ?? flow?.depositedName ?? ''} : ${words[verdict]}${more[verdict] ?? ''}${state}`;
}
