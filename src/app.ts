import { mkdirSync, rmSync } from 'node:fs';
import { clamd } from './adapters/antivirus/clamd.js';
import { folderArchive } from './adapters/archive/folder.js';
import { type Alerts, alertsOf } from './app/alerts.js';
import { gateOf, intakesOf } from './app/intakes.js';
import { queuesOf } from './app/queues.js';
import { openStoreOf } from './app/store.js';
import { createTransports, type Transports } from './app/transports.js';
import { warmSchemas } from './app/warm-schemas.js';
import { createLookout, type Lookout } from './deliver/lookout.js';
import { createOutbox, type Outbox } from './deliver/outbox.js';
import { dayInParis } from './domain/dates.js';
import type { Partner } from './domain/partner.js';
import { finderOf } from './envelope/catalogue.js';
import type { Log } from './log.js';
import { afterDelivery } from './pipeline/after-delivery.js';
import { type AntivirusCheck, createAntivirusCheck } from './pipeline/antivirus.js';
import type { CommitSettings, Outcome } from './pipeline/commit.js';
import { createCommitter } from './pipeline/committer.js';
import { createDailyRejects } from './pipeline/daily-rejects.js';
import { createDeliveryHealth, type DeliveryHealth } from './pipeline/delivery-health.js';
import { createEngine, type Engine } from './pipeline/engine.js';
import type { Gate } from './pipeline/gate.js';
import { createJobs, type Jobs } from './pipeline/jobs.js';
import { createLifecycleJob } from './pipeline/lifecycle-job.js';
import { type EngineLock, lockEngine } from './pipeline/lock.js';
import { newMemberId } from './pipeline/member-id.js';
import type { PivotAlert } from './pipeline/pivot-statuses.js';
import { createPivotWatch, logAlert } from './pipeline/pivot-watch.js';
import { createPriorities, type Priorities } from './pipeline/priority.js';
import { createRecaller } from './pipeline/recall-settle.js';
import { createReplayer } from './pipeline/replayer.js';
import { createRetentionJob } from './pipeline/retention-job.js';
import { createRunner } from './pipeline/run.js';
import { createWorksWatch } from './pipeline/works-watch.js';
import type { Archive } from './ports/archive.js';
import { type Clock, systemClock } from './ports/clock.js';
import type { Queue } from './ports/queue.js';
import type { Store } from './ports/store.js';
import { writeBody } from './report/stream.js';
import { homePaths, prepareHome, toPartner } from './settings/home.js';
import type { LoadedSettings } from './settings/load.js';
import { lifePolicyOf, policyOf } from './settings/policy.js';
import { setsInUse } from './validate/packs/in-use.js';
import { createWorkerPool, type WorkerPool } from './workers/pool.js';

/** Life of the engine's lease; it is renewed at a third of it. */
const leaseTtlMs = 15_000;
/** Schema findings kept for one entry; the rest is counted. */
const schemaFindingsMax = 200;

export interface App {
  readonly engine: Engine;
  readonly store: Store;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly log: Log;
  readonly onOutcome: (outcome: Outcome) => void;
  /** The lease of the engine was lost: another engine may start, this one must end. */
  readonly onLost: (reason: string) => void;
  /** Told of each pivot that its recipient has not got, or cannot use (94, 95, 96). */
  readonly onAlert?: (alert: PivotAlert) => void;
  /** Whether a deposited name is one of the demonstration's. */
  readonly isDemo?: (name: string) => boolean;
  /** Told in French when flows wait for want of space or antivirus, and when they go on. */
  readonly onHold?: (text: string, held: boolean) => void;
  /** Nothing is taken from drop folders: only what is recorded is worked. */
  readonly withoutIntakes?: boolean;
  readonly clock?: Clock;
  /** Compiled entry of the worker threads, where it does not lie beside this file. */
  readonly workerScript?: URL;
}

/** Everything the rooms are handed, made once. */
interface Parts {
  readonly loaded: LoadedSettings;
  readonly options: AppOptions;
  readonly clock: Clock;
  readonly store: Store;
  readonly archive: Archive;
  readonly queue: Queue;
  readonly largeQueue: Queue;
  readonly jobs: Jobs;
  readonly priorities: Priorities;
  readonly pool: WorkerPool;
  readonly committer: ReturnType<typeof createCommitter>;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly gate: Gate;
  readonly transports: Transports;
  readonly health: DeliveryHealth;
  readonly alerts: Alerts;
}

/**
 * Puts the rooms together for one process on the embedded default: SQLite, folders, threads.
 * @throws Fault ENGINE_RUNNING, STORE_UNAVAILABLE, STORE_MIGRATION, FOLDER_UNUSABLE; RULES_MISSING, RULES_CORRUPT.
 */
export async function createApp(loaded: LoadedSettings, options: AppOptions): Promise<App> {
  process.umask(0o077);
  prepareHome(loaded);
  const clock = options.clock ?? systemClock;
  const paths = homePaths(loaded.home);
  setsInUse(paths.rules, loaded.settings.rules.sets, dayInParis(clock.now()));
  const store = await openStoreOf(loaded);
  const lock = await openStore(store, options);
  rmSync(paths.work, { recursive: true, force: true });
  mkdirSync(paths.work, { recursive: true, mode: 0o700 });
  const { settings } = loaded;
  const pool = createWorkerPool({
    size: settings.engine.workers,
    largeBytes: settings.engine.largeBytes,
    setup: {
      schemasDir: settings.schemas.dir ?? null,
      rulesDir: paths.rules,
      findingsMax: schemaFindingsMax,
      warmSchemas: warmSchemas(settings.partners, finderOf(settings.interfaces)),
    },
    ...(options.workerScript === undefined ? {} : { script: options.workerScript }),
  });
  pool.start();
  const { queue, largeQueue } = queuesOf(loaded, options.log);
  const transports = createTransports(loaded);
  const health = createDeliveryHealth({
    store,
    clock,
    log: options.log,
    faultsMax: settings.intake.faultsMax,
  });
  await health.forget();
  const alerts = alertsOf({ loaded, store, clock, log: options.log });
  const engine = engineOf({
    loaded,
    options,
    clock,
    store,
    pool,
    queue,
    largeQueue,
    jobs: createJobs({
      store,
      clock,
      log: options.log,
      settings: { ...settings.jobs, retryMs: settings.engine.retryMs },
    }),
    priorities: createPriorities(settings.jobs),
    gate: gateOf(loaded, store, queue),
    transports,
    health,
    archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
    committer: createCommitter(store),
    partners: new Map(settings.partners.map((partner) => [partner.code, toPartner(partner)])),
    alerts,
  });
  return {
    engine,
    store,
    async close() {
      await engine.stop();
      await transports.close();
      await pool.close();
      await alerts.close();
      await lock.release();
      await store.close();
    },
  };
}

async function openStore(store: Store, options: AppOptions): Promise<EngineLock> {
  try {
    await store.migrate();
    return await lockEngine(store, {
      holder: newMemberId(),
      ttlMs: leaseTtlMs,
      onLost: () => options.onLost('the lease of the engine was lost'),
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

function engineOf(parts: Parts): Engine {
  const { store, queue, clock, loaded, options } = parts;
  const { settings } = loaded;
  const runner = runnerOf(parts);
  return createEngine({
    store,
    queue,
    largeQueue: parts.largeQueue,
    jobs: parts.jobs,
    priorities: parts.priorities,
    clock,
    log: options.log,
    intakes: options.withoutIntakes === true ? [] : intakesOf(parts),
    gate: parts.gate,
    onHold: holdTeller(options),
    outbox: outboxOf(parts),
    lookout: lookoutOf(parts),
    lifecycle: createLifecycleJob({ ...parts, ...settings.lifecycle, engine: engineName(loaded) }),
    daily: createDailyRejects({
      store,
      clock,
      ...settings.reports,
      partners: settings.partners.filter(({ reports }) => reports.dailyRejects).map(({ code }) => code),
    }),
    worksWatch: createWorksWatch({
      ...parts,
      ...commitSettings(loaded),
      ...settings.works,
      log: options.log,
    }),
    replayer: createReplayer({ ...parts, ...settings.replay }),
    retention: createRetentionJob({ ...parts, log: options.log, settings: settings.retention }),
    process: runner.process,
    alerts: parts.alerts,
    settings: {
      pollMs: settings.intake.pollMs,
      sweepMs: settings.engine.sweepMs,
      retryMs: settings.engine.retryMs,
      stopMsMax: settings.engine.stopMsMax,
      inFlight: settings.engine.inFlight,
      lookMs: settings.delivery.lookMs,
      circuit: settings.intake,
      alertMs: settings.alerts.lookMs,
    },
  });
}

function engineName({ settings }: LoadedSettings): { code: string; name: string } {
  return { code: settings.engine.code, name: settings.engine.name };
}

function runnerOf({ loaded, options, store, archive, pool, clock, committer, partners, jobs }: Parts) {
  const { settings } = loaded;
  return createRunner({
    ports: {
      store,
      archive,
      pool,
      clock,
      log: options.log,
      policy: policyOf(settings),
      ...(settings.antivirus.enabled ? { antivirus: antivirusOf(loaded, options, archive) } : {}),
    },
    committer,
    jobs,
    partners,
    workDir: homePaths(loaded.home).work,
    largeBytes: settings.engine.largeBytes,
    commit: commitSettings(loaded),
    onOutcome: (outcome) => {
      for (const alert of outcome.alerts ?? []) alertTeller(options)(alert);
      options.onOutcome(outcome);
    },
  });
}

function commitSettings(loaded: LoadedSettings): CommitSettings {
  const { settings } = loaded;
  return {
    engine: engineName(loaded),
    partnerNames: new Map(settings.partners.map((partner) => [partner.code, partner.name])),
    numberPerYear: settings.rules.numberPerYear,
    pivot: settings.pivot,
    rejectedStatus: settings.lifecycle.rejectedStatus,
    life: lifePolicyOf(settings),
  };
}

/** Flows put to the antivirus at once: clamd has ten threads unless it is told otherwise. */
const antivirusConcurrency = 8;

function antivirusOf({ settings }: LoadedSettings, options: AppOptions, archive: Archive): AntivirusCheck {
  return createAntivirusCheck({
    archive,
    antivirus: clamd(settings.antivirus),
    log: options.log,
    concurrency: antivirusConcurrency,
    retryMs: settings.engine.retryMs,
    flowBytesMax: settings.limits.flowBytesMax,
    onHold: holdTeller(options),
  });
}

function holdTeller({ onHold, log }: AppOptions): (text: string, held: boolean) => void {
  return onHold ?? ((text) => log.warn(text));
}

function outboxOf(parts: Parts): Outbox {
  const { loaded, options, store, archive, clock, partners, gate, health, transports } = parts;
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
    onFolder: health.tell,
    yields: recaller.waitsFor,
    onDelivered: afterDeliveryOf({ loaded, clock, partners }).delivered,
  });
  return {
    ...outbox,
    async drain() {
      await recaller.turn(outbox.busy);
      return outbox.drain();
    },
  };
}

function afterDeliveryOf({ loaded, clock, partners }: Pick<Parts, 'loaded' | 'clock' | 'partners'>) {
  const { settings } = loaded;
  const { availableWhen } = settings.lifecycle;
  return afterDelivery({ clock, partners, availableWhen, life: lifePolicyOf(settings) });
}

/** What was fetched, and then what nobody fetches. */
function lookoutOf(parts: Parts): Lookout {
  const { loaded, store, clock } = parts;
  const { lifecycle, delivery } = loaded.settings;
  const lookout = folderLookout(parts);
  const watch = createPivotWatch({
    store,
    clock,
    life: lifePolicyOf(loaded.settings),
    fetchMsMax: lifecycle.fetchMsMax ?? delivery.fetchAlertMs,
    onAlert: alertTeller(parts.options),
  });
  return {
    async look() {
      await lookout.look();
      await watch.look();
    },
    close: () => lookout.close(),
  };
}

/** The one place where people learn of pivots that were lost or could not be used. */
function alertTeller({ log, onAlert }: AppOptions): (alert: PivotAlert) => void {
  const toLog = logAlert(log);
  return (alert) => {
    toLog(alert);
    onAlert?.(alert);
  };
}

/** A partner that is paused is left alone: its server may be under repair. */
function folderLookout(parts: Parts): Lookout {
  const { loaded, options, store, clock, gate, transports } = parts;
  const { partners, delivery } = loaded.settings;
  return createLookout({
    onFetched: afterDeliveryOf(parts).fetched,
    store,
    clock,
    log: options.log,
    partners: () => partners.map(({ code }) => code).filter((code) => gate.mode(code) !== 'paused'),
    transportFor: (code) => transports.delivery(code),
    settings: delivery,
  });
}
