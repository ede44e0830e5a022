import { createLookout, type Lookout } from '../deliver/lookout.js';
import { createOutbox, type Outbox } from '../deliver/outbox.js';
import { afterDelivery } from '../pipeline/after-delivery.js';
import { createDailyRejects } from '../pipeline/daily-rejects.js';
import { createDeliveryHealth } from '../pipeline/delivery-health.js';
import { createLifecycleJob } from '../pipeline/lifecycle-job.js';
import { createPivotWatch } from '../pipeline/pivot-watch.js';
import { createRecaller } from '../pipeline/recall-settle.js';
import { createRetentionJob } from '../pipeline/retention-job.js';
import { createDeliverRole, type DeliverRole, lookoutLease, outboxLease } from '../pipeline/role-deliver.js';
import { createWorksWatch } from '../pipeline/works-watch.js';
import { writeBody } from '../report/stream.js';
import { lifePolicyOf } from '../settings/policy.js';
import { alertsOf } from './alerts.js';
import { commitSettings } from './commit-settings.js';
import { alertTeller, engineName, type Parts } from './parts.js';
import { pacesOf } from './roles.js';
import type { Transports } from './transports.js';

/** Brings out what has been committed, and what time brings about. */
export async function deliverOf(
  parts: Parts,
  transports: Transports,
): Promise<{ readonly role: DeliverRole; close(): Promise<void> }> {
  const { loaded, options, store, clock, leases } = parts;
  const { settings } = loaded;
  const { log } = options;
  const health = createDeliveryHealth({ store, clock, log, faultsMax: settings.intake.faultsMax });
  await health.forget();
  const alerts = alertsOf({ loaded, store, clock, log });
  const paces = pacesOf(loaded);
  const role = createDeliverRole({
    outbox: outboxOf(parts, transports, health.tell),
    lookout: lookoutOf(parts, transports),
    lifecycle: createLifecycleJob({ ...parts, ...settings.lifecycle, engine: engineName(loaded) }),
    daily: createDailyRejects({
      store,
      clock,
      ...settings.reports,
      partners: settings.partners.filter(({ reports }) => reports.dailyRejects).map(({ code }) => code),
    }),
    worksWatch: createWorksWatch({ ...parts, ...commitSettings(loaded), ...settings.works, log }),
    retention: createRetentionJob({ ...parts, log, settings: settings.retention }),
    alerts,
    partners: settings.partners.map(({ code }) => code),
    leases,
    settings: {
      lookMs: settings.delivery.lookMs,
      alertMs: settings.alerts.lookMs,
      outbox: paces.work,
      groups: paces.groups,
    },
  });
  return { role, close: () => alerts.close() };
}

function outboxOf(
  parts: Parts,
  transports: Transports,
  onFolder: Parameters<typeof createOutbox>[0]['onFolder'] & object,
): Outbox {
  const { loaded, options, store, archive, clock, partners, gate, leases, mark } = parts;
  const { settings } = loaded;
  const recaller = createRecaller({
    store,
    clock,
    log: options.log,
    transportFor: (code) => transports.delivery(code),
    engine: engineName(loaded),
    partnerNames: new Map([...partners].map(([code, { name }]) => [code, name])),
    life: lifePolicyOf(settings),
    ...settings.delivery,
    stands: (partner) => leases.stands('recalls') && leases.stands(outboxLease(partner)),
  });
  const held = (partner: string): boolean => gate.mode(partner) === 'paused' || recaller.holds(partner);
  const outbox = createOutbox({
    store: {
      ...store,
      partnersWithDeliveries: async () =>
        (await store.partnersWithDeliveries()).filter((partner) => !held(partner)),
      pendingDeliveries: async (partner, limit) =>
        held(partner) ? [] : store.pendingDeliveries(partner, limit),
    },
    archive,
    clock,
    transportFor: (code) => transports.delivery(code),
    writeBody,
    settings: settings.delivery,
    onFolder,
    yields: recaller.waitsFor,
    ...(mark === null ? {} : { holder: holderOf(parts) }),
    onDelivered: afterDeliveryOf(parts).delivered,
  });

  /** A recall needs the folders to itself: those of other processes are called for. */
  async function recall(): Promise<void> {
    if (!leases.holds('recalls')) return leases.call([]);
    await recaller.turn((partner) => outbox.busy(partner) || !leases.holds(outboxLease(partner)));
    leases.call([...partners.keys()].filter(recaller.waitsFor).map(outboxLease));
  }

  return {
    ...outbox,
    busy: (partner) => outbox.busy(partner) || recaller.holds(partner),
    async drain() {
      await recall();
      return outbox.drain();
    },
  };
}

function holderOf({ leases }: Parts) {
  return {
    holds: (partner: string) => leases.holds(outboxLease(partner)),
    stands: (partner: string) => leases.stands(outboxLease(partner)),
    tenure: (partner: string) => leases.tenure(outboxLease(partner)),
  };
}

function afterDeliveryOf({ loaded, clock, partners }: Parts) {
  const { settings } = loaded;
  const { availableWhen } = settings.lifecycle;
  return afterDelivery({ clock, partners, availableWhen, life: lifePolicyOf(settings) });
}

/** What was fetched, and then what nobody fetches. */
function lookoutOf(parts: Parts, transports: Transports): Lookout {
  const { loaded, store, clock, leases } = parts;
  const { lifecycle, delivery } = loaded.settings;
  const lookout = folderLookout(parts, transports);
  const watch = createPivotWatch({
    store,
    clock,
    life: lifePolicyOf(loaded.settings),
    fetchMsMax: lifecycle.fetchMsMax ?? delivery.fetchAlertMs,
    onAlert: alertTeller(parts.options),
  });
  return {
    ...lookout,
    async look() {
      await lookout.look();
      if (leases.holds('works')) await watch.look();
    },
  };
}

/** A partner that is paused is left alone: its server may be under repair. */
function folderLookout(parts: Parts, transports: Transports): Lookout {
  const { loaded, options, store, clock, gate, leases } = parts;
  const { partners, delivery } = loaded.settings;
  return createLookout({
    onFetched: afterDeliveryOf(parts).fetched,
    store,
    clock,
    log: options.log,
    partners: () =>
      partners
        .map(({ code }) => code)
        .filter((code) => gate.mode(code) !== 'paused' && leases.holds(lookoutLease(code))),
    transportFor: (code) => transports.delivery(code),
    settings: delivery,
    stands: (code) => leases.stands(lookoutLease(code)),
  });
}
