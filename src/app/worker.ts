import { clamd } from '../adapters/antivirus/clamd.js';
import { finderOf } from '../envelope/catalogue.js';
import { type AntivirusCheck, createAntivirusCheck } from '../pipeline/antivirus.js';
import type { EngineRole } from '../pipeline/engine-role.js';
import { createPriorities } from '../pipeline/priority.js';
import { createReplayer } from '../pipeline/replayer.js';
import { createWorkerRole } from '../pipeline/role-worker.js';
import { createRunner } from '../pipeline/run.js';
import { homePaths } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import { createWorkerPool, type WorkerPool } from '../workers/pool.js';
import { commitSettings } from './commit-settings.js';
import { alertTeller, holdTeller, type Parts } from './parts.js';
import type { Queues } from './queues.js';
import { pacesOf } from './roles.js';
import { warmSchemas } from './warm-schemas.js';

/** Schema findings kept for one entry; the rest is counted. */
const schemaFindingsMax = 200;
/** Flows put to the antivirus at once: clamd has ten threads unless it is told otherwise. */
const antivirusConcurrency = 8;

/** Works flows: threads, antivirus, stages, replays, sweep. @param workDir folder of this process alone */
export function workerOf(
  parts: Parts,
  queues: Queues,
  workDir: string,
): { readonly role: EngineRole; close(): Promise<void> } {
  const { loaded } = parts;
  const { settings } = loaded;
  const direct = poolOf(parts);
  const pool = parts.watch?.pool(direct, settings.engine.workers) ?? direct;
  pool.start();
  const role = createWorkerRole({
    ...queues,
    ...parts,
    process: runnerOf(parts, pool, workDir).process,
    priorities: createPriorities(settings.jobs),
    replayer: createReplayer({ ...parts, queue: queues.queue, ...settings.replay }),
    settings: {
      sweepMs: settings.engine.sweepMs,
      inFlight: settings.engine.inFlight,
      replays: pacesOf(loaded).work,
    },
  });
  return { role, close: () => pool.close() };
}

function poolOf({ loaded, options }: Parts): WorkerPool {
  const { settings, home } = loaded;
  return createWorkerPool({
    size: settings.engine.workers,
    largeBytes: settings.engine.largeBytes,
    setup: {
      schemasDir: settings.schemas.dir ?? null,
      rulesDir: homePaths(home).rules,
      findingsMax: schemaFindingsMax,
      warmSchemas: warmSchemas(settings.partners, finderOf(settings.interfaces)),
    },
    ...(options.workerScript === undefined ? {} : { script: options.workerScript }),
  });
}

function runnerOf(parts: Parts, pool: WorkerPool, workDir: string) {
  const { loaded, options, store, archive, clock, committer, partners, jobs } = parts;
  const { settings } = loaded;
  return createRunner({
    ports: {
      store,
      archive,
      pool,
      clock,
      log: options.log,
      policy: policyOf(settings),
      ...(settings.antivirus.enabled ? { antivirus: antivirusOf(loaded, parts) } : {}),
    },
    committer,
    jobs,
    partners,
    workDir,
    largeBytes: settings.engine.largeBytes,
    commit: commitSettings(loaded),
    ...(parts.watch === null ? {} : { onStage: parts.watch.metrics.stage }),
    onOutcome: (outcome) => {
      parts.watch?.metrics.ended(outcome);
      for (const alert of outcome.alerts ?? []) alertTeller(options)(alert);
      options.onOutcome(outcome);
    },
  });
}

function antivirusOf({ settings }: LoadedSettings, { options, archive }: Parts): AntivirusCheck {
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
