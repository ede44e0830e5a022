import { cutoffOf, type RetentionKind, retentionKinds, retentionWords } from '../domain/retention.js';
import { Fault } from '../errors.js';
import { cutoffsOf, type PurgeCounts, purge } from '../pipeline/purge.js';
import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface PurgeCommandOptions {
  readonly olderThan?: string;
  readonly kind?: readonly string[];
  readonly dryRun?: boolean;
  readonly reason?: string;
}

/**
 * `purge`: deletes content that is older than its retention, of flows that are final in every respect. By the settings
 * (`retention`), or of the kinds and age that are given.
 */
export const purgeCommand: Action<PurgeCommandOptions> = async ({ options, output }) => {
  const kinds = kindsNamed(options.kind);
  await using context = await openContext(options);
  const { store, archive, loaded } = context;
  const now = systemClock.now();
  const before = instantsOf(options, kinds, loaded.settings.retention, now);
  const dryRun = options.dryRun === true;
  const interrupted = { yes: false };
  const stop = () => {
    interrupted.yes = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const { batchMax, pauseMs } = loaded.settings.retention;
  const counts = await purge({
    store,
    archive,
    clock: systemClock,
    by: `user:${userName()}`,
    reason: options.reason?.trim() || reasonOf(options),
    before,
    batchMax,
    pauseMs,
    dryRun,
    stopped: () => interrupted.yes,
    onFlow({ flow, depositedName, kinds: gone }) {
      output.json({ flow, depositedName, kinds: gone, dryRun });
      output.line(`${depositedName}  ${gone.map((kind) => retentionWords[kind]).join(', ')}`);
    },
    onBatch: ({ flows }) => {
      if (flows > 0 && output.format === 'text' && !dryRun) output.note(`${flows} flux purgés`);
    },
  });
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  output.json({ ...counts, before, dryRun, interrupted: interrupted.yes });
  output.line(summaryOf(counts, before, dryRun));
  if (interrupted.yes) output.note('interrompu : la prochaine purge reprend là où celle-ci s’est arrêtée');
  return exitCodes.done;
};

/** What the trail says where nobody gave a reason. */
function reasonOf({ olderThan }: PurgeCommandOptions): string {
  return olderThan === undefined ? 'durées de conservation des réglages' : `purge --older-than ${olderThan}`;
}

function summaryOf(counts: PurgeCounts, before: object, dryRun: boolean): string {
  if (Object.keys(before).length === 0)
    return 'Aucune durée de conservation n’est réglée (retention) : tout est conservé.';
  const { flows, files, bytes, loose, resumed } = counts;
  if (dryRun) return `${flows} flux et ${loose} fichiers sans flux seraient purgés ; rien n’est changé`;
  const again = resumed === 0 ? '' : ` ; ${resumed} flux repris d’une purge interrompue`;
  return `${flows} flux purgés, ${files} fichiers (${bytes} octets) supprimés, ${loose} fichiers sans flux vidés${again}`;
}

function kindsNamed(names: readonly string[] | undefined): readonly RetentionKind[] {
  for (const name of names ?? []) {
    if (name === 'audit')
      throw new Fault('USAGE', '--kind audit: the audit trail is kept for ever; nothing deletes it');
    if (!(retentionKinds as readonly string[]).includes(name))
      throw new Fault('USAGE', `--kind ${name}: one of ${retentionKinds.join(', ')} is expected`);
  }
  return names === undefined ? retentionKinds : (names as readonly RetentionKind[]);
}

function instantsOf(
  { olderThan }: PurgeCommandOptions,
  kinds: readonly RetentionKind[],
  settings: Readonly<Record<RetentionKind, string>>,
  now: Date,
): Partial<Record<RetentionKind, string>> {
  if (olderThan === undefined) {
    const all = cutoffsOf(settings, now);
    return Object.fromEntries(Object.entries(all).filter(([kind]) => kinds.includes(kind as RetentionKind)));
  }
  const cutoff = cutoffOf(olderThan, now);
  if (cutoff === null)
    throw new Fault(
      'USAGE',
      `--older-than ${olderThan}: a length of time such as 90d, 52w or 10y is expected`,
    );
  return Object.fromEntries(kinds.map((kind) => [kind, cutoff]));
}
