import type { RetentionKind } from '../domain/retention.js';
import type { Log } from '../log.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import { foldCounts } from './fold-counts.js';
import { cutoffsOf, purge } from './purge.js';

/** Key of the store under which the end of the newest purge of an engine is kept. */
const lastRunKey = 'retention.lastRun';

export interface RetentionJobOptions {
  readonly store: Store;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Readonly<Record<RetentionKind, string>> & {
    readonly everyMs: number;
    readonly fromHour: number;
    readonly toHour: number;
    readonly batchMax: number;
    readonly pauseMs: number;
  };
}

export interface RetentionJob {
  /** Purges by the settings when it is time for it; gives false when it was not. */
  turn(stopped: () => boolean): Promise<boolean>;
}

const hourFormat = new Intl.DateTimeFormat('fr-FR', {
  hour: '2-digit',
  hourCycle: 'h23',
  timeZone: 'Europe/Paris',
});

function hourInParis(at: Date): number {
  return Number(hourFormat.formatToParts(at).find(({ type }) => type === 'hour')?.value ?? 0);
}

/** Purges of an engine: every so often, within the hours of the settings. One that its hours end goes on the next time. */
export function createRetentionJob({
  store,
  archive,
  clock,
  log,
  settings,
}: RetentionJobOptions): RetentionJob {
  const inHours = (): boolean => {
    const hour = hourInParis(clock.now());
    const { fromHour, toHour } = settings;
    return fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
  };

  return {
    async turn(stopped) {
      if (settings.everyMs === 0 || !inHours()) return false;
      const now = clock.now();
      const last = await store.meta(lastRunKey);
      // The beginning of a run counts: it must not wander through the night.
      if (last !== null && now.getTime() - Date.parse(last) < settings.everyMs) return false;
      await foldCounts(store, stopped);
      let cut = false;
      const counts = await purge({
        store,
        archive,
        clock,
        by: 'engine',
        reason: 'durées de conservation des réglages',
        before: cutoffsOf(settings, now),
        batchMax: settings.batchMax,
        pauseMs: settings.pauseMs,
        dryRun: false,
        stopped: () => {
          cut ||= stopped() || !inHours();
          return cut;
        },
      });
      if (!cut) await store.transaction((tx) => tx.setMeta(lastRunKey, now.toISOString()));
      log.info('purge', { ...counts, complete: !cut });
      return true;
    },
  };
}
