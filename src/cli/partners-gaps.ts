import { timestampInParis } from '../domain/dates.js';
import { type FlowSequence, flowSequences, type NumberedFlow } from '../domain/flow-gaps.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { NamedFlow } from '../ports/store-questions.js';
import type { LoadedSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import { sinceNamed } from './period.js';
import type { Action } from './wire.js';

interface GapsOptions {
  readonly since?: string;
}

const verdicts = {
  judged: 'sans trou',
  single: 'un seul numéro : rien à comparer',
  'no-number': 'ne se termine pas par un numéro : ne peut pas être jugée',
  sparse: 'numéros trop espacés pour être un compteur de flux : ne peut pas être jugée',
} as const satisfies Record<FlowSequence['verdict'], string>;

/** A partner of the settings, by its code. @throws Fault NOT_FOUND. */
export function partnerNamed(loaded: LoadedSettings, code: string): string {
  if (loaded.settings.partners.some((partner) => partner.code === code)) return code;
  throw new Fault('NOT_FOUND', `no partner has the code ${code}; see \`ecluse partners\``);
}

/**
 * `partners gaps`: flow ids of a partner that are missing between others. With `--since`, gaps of which the flow behind
 * was received since. Exit code 2 when something is missing.
 */
export const partnerGaps: Action<GapsOptions> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const { store } = context;
  const partner = partnerNamed(context.loaded, args[0] ?? '');
  const since = options.since === undefined ? '' : sinceNamed(options.since, systemClock.now());
  const numbered = await numberedFlows(store, partner);
  const nameless = await store.namelessFlows(partner);
  let missingCount = 0;
  const rows: string[][] = [];
  for (const sequence of flowSequences(numbered)) {
    if (sequence.latestAt < since && sequence.missing.every(({ afterAt }) => afterAt < since)) continue;
    const missing = sequence.missing.filter(({ afterAt }) => afterAt >= since);
    const count = missing.reduce((sum, range) => sum + range.count, 0);
    missingCount += count;
    output.json({ partner, ...sequence, missing, missingCount: count });
    rows.push(...sequenceRows({ ...sequence, missing, missingCount: count }));
  }
  const head = ['PRÉFIXE', 'INTERFACE', 'REÇUS', 'DERNIER NUMÉRO', 'MANQUE', ''];
  for (const line of table([head, ...rows])) output.line(line);
  if (nameless > 0)
    output.note(`${nameless} flux de ${partner} n'ont pas de nom lisible : leur numéro n'est pas compté`);
  return missingCount > 0 ? exitCodes.refused : exitCodes.done;
};

function sequenceRows(sequence: FlowSequence): string[][] {
  const { prefix, interfaces, count, latestId, missing, missingCount, verdict } = sequence;
  const first = [prefix, interfaces.join(', '), String(count), latestId.slice(prefix.length)];
  if (missing.length === 0) return [[...first, verdict === 'judged' ? '0' : '?', verdicts[verdict]]];
  const ranges = missing.map(({ first: from, last, count: many, beforeAt, afterAt }) => {
    const range = many === 1 ? from : `${from} à ${last} (${many})`;
    return `${range}, entre ${timestampInParis(new Date(beforeAt))} et ${timestampInParis(new Date(afterAt))}`;
  });
  return ranges.map((text, i) =>
    i === 0 ? [...first, String(missingCount), text] : ['', '', '', '', '', text],
  );
}

const pageSize = 5_000;
const openMax = 100_000;

/** What is still in work counts as received: its name tells its flow id. */
async function numberedFlows(store: Store, partner: string): Promise<NumberedFlow[]> {
  const found: NumberedFlow[] = [];
  for (let after = ''; ; ) {
    const page = await store.flowNumbers(partner, after, pageSize);
    found.push(...page.flatMap(numbered));
    if (page.length < pageSize) break;
    after = page.at(-1)?.flowId ?? '';
  }
  found.push(...(await store.openFlowNames(partner, openMax)).flatMap(numbered));
  return found.filter(({ flowId }) => flowId.startsWith(partner));
}

function numbered({ depositedName, receivedAt }: NamedFlow): NumberedFlow[] {
  const [, interfaceCode, flowId] =
    /^([A-Z]{3}\d{4}[A-Z])_[A-Z0-9]{6}_([A-Z0-9]{25})(?:\.|$)/.exec(depositedName) ?? [];
  return interfaceCode === undefined || flowId === undefined ? [] : [{ interfaceCode, flowId, receivedAt }];
}
