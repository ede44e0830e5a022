import { momentInParis } from '../domain/dates.js';
import { newId } from '../domain/ids.js';
import type { WorksRoute } from '../domain/works.js';
import { statusOf } from '../lifecycle/status-table.js';
import { judgeTransition } from '../lifecycle/transitions.js';
import { lapsedAt } from '../lifecycle/works-route.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Store, StoreTransaction } from '../ports/store.js';
import type { WaitingWorks } from '../ports/store-works.js';
import type { CommitSettings } from './commit.js';
import { notePivots } from './pivot-statuses.js';
import { notSent } from './work.js';
import { followWorks } from './works.js';

export interface WorksWatchOptions extends Pick<CommitSettings, 'engine' | 'partnerNames' | 'life'> {
  readonly store: Pick<Store, 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
  /** An invoice that has waited so long for a validator goes on without it; 0: never. */
  readonly validationMsMax: number;
}

/** Invoices passed on in one transaction: statuses of partners get their turn between two. */
const pageSize = 50;

/**
 * Passes works invoices on whose validator has let its time pass (15, 18; docs/works.md). Status and route are read and
 * written in one transaction, so that an answer of the validator counts if it is there before, and comes too late if
 * not.
 */
export function createWorksWatch(options: WorksWatchOptions): { turn(): Promise<number> } {
  const { store, clock, log, validationMsMax } = options;
  return {
    async turn() {
      if (validationMsMax === 0) return 0;
      let passed = 0;
      for (;;) {
        const now = clock.now();
        const sinceMax = new Date(now.getTime() - validationMsMax).toISOString();
        const { found, given } = await store.transaction(async (tx) => {
          const late = await tx.waitingWorks(sinceMax, pageSize);
          let count = 0;
          for (const one of late) count += (await passOn(tx, one, now, options)) ? 1 : 0;
          return { found: late.length, given: count };
        });
        passed += given;
        if (given > 0) log.info('validators let their time pass', { invoices: given });
        // What was passed on is not found again; nothing passed on means that nothing more can be.
        if (found < pageSize || given === 0) return passed;
      }
    },
  };
}

async function passOn(
  tx: StoreTransaction,
  { invoice, issuer, since }: WaitingWorks,
  now: Date,
  { engine, partnerNames, life }: WorksWatchOptions,
): Promise<boolean> {
  const works = await tx.works(invoice.id);
  const code = works === null ? null : lapsedAt(works.route, invoice.status);
  if (works === null || code === null) return false;
  const wanted = { from: invoice.status, to: code, role: 'chorus', reason: null, comment: null } as const;
  if (!judgeTransition(wanted).ok) return false;
  const at = now.toISOString();
  const told = life.subscribed.has(issuer);
  const comment = `Sans réponse de ${waitedFor(works.route)} depuis le ${momentInParis(new Date(since))}.`;
  const row = { id: newId(), invoice: invoice.id, partner: issuer, code, at, comment };
  await tx.applyStatuses([{ ...row, delivery: told ? null : notSent }]);
  const text = `statut ${code} (${statusOf(code)?.label ?? ''}) posé sur la facture ${invoice.number ?? ''} : ${comment}`;
  const { id, flow } = invoice;
  await tx.insertEvents([{ at, actor: 'engine', kind: 'status', flow, invoice: id, text }]);
  const given = { code, reason: null, comment };
  const { pivots } = await followWorks(tx, invoice, given, { engine, partnerNames, now }, told);
  for (const name of pivots) {
    const pivot = await tx.pivot(name);
    const words = pivot === null ? [] : [{ pivot, code: '91', comment: null }];
    await notePivots(tx, words, 'engine', life, at);
  }
  return true;
}

function waitedFor({ steps, at }: WorksRoute): string {
  const step = steps[at];
  return step?.name ?? step?.id ?? '';
}
