import { rmSync } from 'node:fs';
import { folderArchive } from './adapters/archive/folder.js';
import { deliverOf } from './app/deliver.js';
import { takeSeat, workFolder } from './app/housekeeping.js';
import { gateOf, intakeOf } from './app/intakes.js';
import type { Watch } from './app/metrics.js';
import { type AppOptions, holdTeller, type Parts } from './app/parts.js';
import { queuesOf } from './app/queues.js';
import { checkRoles, isShared, rolesOf } from './app/roles.js';
import { openStoreOf } from './app/store.js';
import { createTransports } from './app/transports.js';
import { programVersion } from './app/version.js';
import { workerOf } from './app/worker.js';
import { dayInParis } from './domain/dates.js';
import type { ProcessRole } from './domain/process-role.js';
import { Fault } from './errors.js';
import { createCommitter } from './pipeline/committer.js';
import { createEngine, type Engine } from './pipeline/engine.js';
import { createJobs } from './pipeline/jobs.js';
import { newMemberId } from './pipeline/member-id.js';
import { systemClock } from './ports/clock.js';
import type { Queue } from './ports/queue.js';
import type { Store } from './ports/store.js';
import { homePaths, prepareHome, toPartner } from './settings/home.js';
import type { LoadedSettings } from './settings/load.js';
import { setsInUse } from './validate/packs/in-use.js';

export type { AppOptions } from './app/parts.js';

export interface App {
  readonly engine: Engine;
  readonly store: Store;
  close(): Promise<void>;
}

/** Ends in reverse order of beginning. */
type Closers = (() => Promise<unknown>)[];

/**
 * Puts the rooms together for one process in its roles: on the embedded default all of them, with SQLite, folders and
 * threads. A role that the process has not costs it nothing: nothing of it is built.
 * @throws Fault ENGINE_RUNNING, STORE_UNAVAILABLE, STORE_MIGRATION, FOLDER_UNUSABLE; RULES_MISSING, RULES_CORRUPT;
 *   CONFIG_INVALID for roles that the settings do not allow.
 */
export async function createApp(loaded: LoadedSettings, options: AppOptions): Promise<App> {
  const roles = options.roles ?? rolesOf('all', loaded);
  checkRoles(roles, loaded);
  process.umask(0o077);
  prepareHome(loaded);
  const clock = options.clock ?? systemClock;
  setsInUse(homePaths(loaded.home).rules, loaded.settings.rules.sets, dayInParis(clock.now()));
  const store = await openStoreOf(loaded);
  const closers: Closers = [() => store.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    await store.migrate();
    return { engine: await assemble(loaded, { ...options, roles }, store, closers), store, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  loaded: LoadedSettings,
  options: AppOptions & { readonly roles: readonly ProcessRole[] },
  store: Store,
  closers: Closers,
): Promise<Engine> {
  const { settings } = loaded;
  const { log, roles } = options;
  const clock = options.clock ?? systemClock;
  const id = newMemberId();
  const paths = homePaths(loaded.home);
  const seat = await takeSeat(loaded, store, { id, roles, options });
  closers.push(() => seat.release());
  await seat.membership.start();
  closers.push(() => seat.membership.stop());

  const archive = folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine });
  const has = (role: ProcessRole): boolean => roles.includes(role);
  const takesIn = has('intake') && options.withoutIntakes !== true;
  const queues = takesIn || has('worker') || has('console') ? await queuesOf(loaded, log) : null;
  // The worker's role stops its queues; those that are only added to would keep the process from ending.
  if (queues !== null && !has('worker'))
    closers.push(() => Promise.all([queues.queue.stop(0), queues.largeQueue.stop(0)]));
  const watch = await watched(loaded, options, {
    store,
    log,
    ...(queues === null ? {} : { queue: queues.queue }),
  });
  const direct = createTransports(loaded, isShared(loaded) ? id.slice(-8) : null);
  const transports = watch?.transports(direct) ?? direct;
  const parts: Parts = {
    loaded,
    options,
    clock,
    store,
    archive,
    committer: createCommitter(store, { overlapping: settings.store === 'sqlite' }),
    partners: new Map(settings.partners.map((partner) => [partner.code, toPartner(partner)])),
    gate: gateOf(loaded, store, takesIn || has('console') ? (queues?.queue ?? null) : null),
    jobs: createJobs({ store, clock, log, settings: { ...settings.jobs, retryMs: settings.engine.retryMs } }),
    leases: seat.leases,
    mark: isShared(loaded) ? id.slice(-8) : null,
    watch,
  };
  await serve(parts, queues?.queue ?? null, closers);
  let worker = null;
  if (has('worker') && queues !== null) {
    const workDir = await workFolder(loaded, store, { id, below: paths.work });
    worker = workerOf(parts, queues, workDir);
    closers.push(async () => rmSync(workDir, { recursive: true, force: true }), worker.close);
  }
  const deliver = has('deliver') ? await deliverOf(parts, transports) : null;
  if (deliver !== null) closers.push(deliver.close);
  closers.push(() => transports.close());
  const engine = createEngine({
    ...parts,
    log,
    onHold: holdTeller(options),
    roles: {
      ...(takesIn && queues !== null
        ? { intake: intakeOf({ ...parts, queue: queues.queue, transports }) }
        : {}),
      ...(worker === null ? {} : { worker: worker.role }),
      ...(deliver === null ? {} : { deliver: deliver.role }),
    },
    settings: {
      pollMs: settings.intake.pollMs,
      retryMs: settings.engine.retryMs,
      stopMsMax: settings.engine.stopMsMax,
    },
  });
  closers.push(() => engine.stop());
  return engine;
}

/** Figures are kept where somebody can ask for them; what keeps them is loaded only there. */
async function watched(
  loaded: LoadedSettings,
  { roles = [] }: AppOptions,
  parts: Pick<Parts, 'store'> & { readonly log: AppOptions['log']; readonly queue?: Queue },
): Promise<Watch | null> {
  const { enabled, port } = loaded.settings.metrics;
  if (!enabled || (port === undefined && !roles.includes('console'))) return null;
  const { watchOf } = await import('./app/metrics.js');
  return watchOf({ loaded, ...parts });
}

/** Console and API, and the port for figures, where this process has them. */
async function serve(parts: Parts, queue: Queue | null, closers: Closers): Promise<void> {
  const { loaded, store, archive, clock, options, watch, gate, committer } = parts;
  const { log, roles = [] } = options;
  const added = queue === null ? {} : { queue };
  if (watch !== null && loaded.settings.metrics.port !== undefined) {
    const { startMetricsServer } = await import('./app/metrics.js');
    const figures = await startMetricsServer({
      loaded,
      store,
      archive,
      log,
      metrics: watch.metrics,
      ...added,
    });
    closers.push(() => figures.close());
  }
  if (!roles.includes('console')) return;
  if (options.startConsole === undefined) {
    if (roles.length === 1) throw new Fault('USAGE', '--role console: this process has no console');
    return;
  }
  const script = options.workerScript === undefined ? {} : { workerScript: options.workerScript };
  const { openDesk } = await import('./app/desk.js');
  const desk = openDesk({ loaded, store, archive, log, ...script });
  closers.push(() => desk.close());
  const engine = { gate, committer, ...added, ...(watch === null ? {} : { metrics: watch.metrics }) };
  const running = await options.startConsole({
    loaded,
    store,
    archive,
    clock,
    log,
    version: programVersion,
    desk,
    engine,
    ...script,
  });
  closers.push(() => running.close());
}
