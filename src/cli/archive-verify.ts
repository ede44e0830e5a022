import { type Damage, verify } from '../pipeline/archive-verify.js';
import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { instantNamed } from './period.js';
import type { Action } from './wire.js';

interface VerifyCommandOptions {
  readonly since?: string;
  readonly jobs: number;
  /** MB/s. */
  readonly rate: number;
  readonly resume?: boolean;
}

const words = { damaged: 'altéré', missing: 'absent', unreadable: 'illisible', orphan: 'orphelin' } as const;
const progressMs = 1_000;

/**
 * `archive verify`: reads everything that the archive keeps again. Damages are one line each; exit 2 when there are any.
 * Orphans are listed and are no damage.
 */
export const verifyArchive: Action<VerifyCommandOptions> = async ({ options, output }) => {
  const since = options.since === undefined ? null : instantNamed(options.since);
  await using context = await openContext(options);
  const startedMs = performance.now();
  const rate = (bytes: number): string =>
    (bytes / 1e6 / Math.max((performance.now() - startedMs) / 1_000, 0.001)).toFixed(1);
  const interrupted = { yes: false };
  const stop = () => {
    interrupted.yes = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let toldMs = startedMs;
  const counts = await verify({
    store: context.store,
    archive: context.archive,
    clock: systemClock,
    since,
    jobs: options.jobs,
    bytesPerSecondMax: options.rate * 1e6,
    resume: options.resume === true,
    stopped: () => interrupted.yes,
    onDamage(damage) {
      output.json(damage);
      output.line(lineOf(damage));
    },
    onProgress({ flows, bytes }) {
      if (performance.now() - toldMs < progressMs) return;
      toldMs = performance.now();
      output.note(`${flows} flux, ${(bytes / 1e6).toFixed(0)} Mo, ${rate(bytes)} Mo/s`);
    },
  });
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  const mbPerSecond = Number(rate(counts.bytes));
  output.json({ ...counts, mbPerSecond });
  const { flows, files, deliveries, damages, orphans, bytes } = counts;
  output.line(
    `${flows} flux, ${files} fichiers, ${deliveries} fichiers remis, ${(bytes / 1e6).toFixed(1)} Mo à ${rate(bytes)} Mo/s : ${damages} dommages, ${orphans} orphelins`,
  );
  if (!counts.complete) output.note('interrompu : ecluse archive verify --resume continue');
  return damages > 0 ? exitCodes.refused : exitCodes.done;
};

function lineOf({ kind, what, key, flow, expected, found }: Damage): string {
  const hashes = kind === 'damaged' ? ` : attendu ${expected}, trouvé ${found}` : '';
  return `${words[kind]}  ${what}  ${key}${flow === null ? '' : `  flux ${flow}`}${hashes}${kind === 'unreadable' ? ` : ${found}` : ''}`;
}
