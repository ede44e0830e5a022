import { momentInParis } from '../domain/dates.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { LostPivot } from '../ports/store-life.js';
import type { LifePolicy } from './life-work.js';
import { notePivots, type PivotAlert, type PivotWord } from './pivot-statuses.js';

export interface PivotWatchOptions {
  readonly store: Pick<Store, 'lostPivots' | 'transaction'>;
  readonly clock: Clock;
  readonly life: LifePolicy;
  /** Age from which on a pivot that nobody has fetched counts as lost; 0: never. */
  readonly fetchMsMax: number;
  readonly onAlert: (alert: PivotAlert) => void;
}

/** Pivots looked at, and then noted in one transaction. */
const pageSize = 200;

/** Finds pivots that nobody fetches or that could not be written, and gives them the status 95, once. */
export function createPivotWatch(options: PivotWatchOptions): { look(): Promise<number> } {
  const { store, clock, fetchMsMax } = options;

  async function look(): Promise<number> {
    let noted = 0;
    for (;;) {
      const now = clock.now();
      const before = fetchMsMax === 0 ? '' : new Date(now.getTime() - fetchMsMax).toISOString();
      const lost = await store.lostPivots(before, pageSize);
      if (lost.length === 0) return noted;
      const alerts = await store.transaction((tx) =>
        notePivots(tx, lost.map(toWord), 'engine', options.life, now.toISOString()),
      );
      for (const alert of alerts) options.onAlert(alert);
      noted += alerts.length;
      // What was noted is not found again; nothing noted means that nothing more can be.
      if (alerts.length === 0 || lost.length < pageSize) return noted;
    }
  }

  return { look };
}

function toWord(pivot: LostPivot): PivotWord {
  const comment =
    pivot.deliveredAt === null
      ? "Le fichier n'a pas pu être écrit dans le dossier du destinataire."
      : `Le fichier, remis le ${momentInParis(new Date(pivot.deliveredAt))}, n'a pas été relevé par le destinataire.`;
  return { pivot, code: '95', comment };
}

/** Tells the log of a pivot that its recipient does not have, or cannot use. */
export function logAlert(log: Log): (alert: PivotAlert) => void {
  return ({ code, recipient, issuer, flow, text }) =>
    log.warn('a pivot did not reach its recipient', { code, recipient, issuer, flow, text });
}
