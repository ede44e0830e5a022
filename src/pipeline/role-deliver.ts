import type { Lookout } from '../deliver/lookout.js';
import type { Outbox } from '../deliver/outbox.js';
import type { EngineRole } from './engine-role.js';
import type { Leases } from './leases.js';
import type { createLifecycleJob } from './lifecycle-job.js';
import type { Loops, Pace } from './loops.js';
import type { RetentionJob } from './retention-job.js';

export interface DeliverRoleOptions {
  readonly outbox: Outbox;
  readonly lookout: Lookout;
  readonly lifecycle: ReturnType<typeof createLifecycleJob>;
  /** Purges by the settings; absent: it does not. */
  readonly retention?: RetentionJob;
  /** Passes works invoices on whose validators let their time pass. */
  readonly worksWatch: { turn(): Promise<unknown> };
  /** Looks at deadlines, and tells people what is late. */
  readonly alerts: { turn(): Promise<void> };
  /** Writes the files of each day; absent: there are none. */
  readonly daily?: { turn(): Promise<unknown> };
  /** Codes of the partners. */
  readonly partners: readonly string[];
  readonly leases: Leases;
  readonly settings: {
    readonly lookMs: number;
    readonly alertMs: number;
    /** How often it is looked whether something waits to be delivered, or to be grouped. */
    readonly outbox: Pace;
    readonly groups: Pace;
  };
}

export interface DeliverRole extends EngineRole {
  /** While it is on, statuses are sent without waiting for more of them. */
  flush(on: boolean): void;
  /** Files delivered by this process. */
  delivered(): number;
}

/** How often it is looked whether the files of a day are due. */
const dailyMs = 10_000;
/** Whether it is time for a purge is asked so often. */
const retentionTickMs = 60_000;

export const outboxLease = (partner: string): string => `outbox:${partner}`;
export const lookoutLease = (partner: string): string => `lookout:${partner}`;
const prefixLength = 'lookout:'.length;

/** Work that one process does for all. */
export const singleLeases = ['lifecycle', 'daily', 'works', 'retention', 'alerts', 'recalls'] as const;

/**
 * Brings out what has been committed, and everything that time brings about. One process drains a partner's outbox
 * (`outbox:<partner>`), one looks after what lies there (`lookout:<partner>`), one does each of the other things.
 */
export function createDeliverRole(options: DeliverRoleOptions): DeliverRole {
  const { outbox, lookout, leases, settings } = options;
  let flushing = false;

  /** A turn of what one process does for all. */
  const single = (name: (typeof singleLeases)[number], turn: () => Promise<unknown>) => async () =>
    leases.holds(name) ? await turn() : 0;

  return {
    groups: [
      {
        role: 'deliver',
        names: options.partners.map(outboxLease),
        busy: (name) => outbox.busy(name.slice(outboxLease('').length)),
      },
      {
        role: 'deliver',
        names: options.partners.map(lookoutLease),
        busy: (name) => lookout.busy(name.slice(prefixLength)),
      },
      { role: 'deliver', names: singleLeases },
    ],
    async start(loops: Loops) {
      loops.run('outbox', settings.outbox, () => outbox.drain());
      loops.run('lookout', settings.lookMs, () => lookout.look());
      loops.run(
        'daily files',
        dailyMs,
        single('daily', async () => options.daily?.turn()),
      );
      loops.run(
        'works',
        settings.lookMs,
        single('works', () => options.worksWatch.turn()),
      );
      loops.run(
        'lifecycle',
        settings.groups,
        single('lifecycle', () => options.lifecycle.flush(flushing)),
      );
      loops.run(
        'alerts',
        settings.alertMs,
        single('alerts', () => options.alerts.turn()),
      );
      const purge = async () => options.retention?.turn(() => loops.stopped() || !leases.holds('retention'));
      loops.run('retention', retentionTickMs, single('retention', purge));
    },
    // A run that ends once all is quiet has looked into every folder once: the first look begins with it.
    quiet: () => Promise.resolve(!options.partners.some(lookout.busy)),
    async stop() {
      await Promise.all([outbox.close(), lookout.close()]);
    },
    flush(on) {
      flushing = on;
    },
    delivered: () => outbox.delivered(),
  };
}
