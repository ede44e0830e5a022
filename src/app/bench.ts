import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow } from '../domain/flow.js';
import type { Partner } from '../domain/partner.js';
import { finderOf } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import type { Log } from '../log.js';
import { createSlots, emptyFolder } from '../pipeline/slots.js';
import type { StagePorts } from '../pipeline/work.js';
import type { Archive } from '../ports/archive.js';
import { systemClock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import { homePaths, toPartner } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import { createWorkerPool } from '../workers/pool.js';
import { warmSchemas } from './warm-schemas.js';

/** Schema findings kept for one entry; the rest is counted. */
const schemaFindingsMax = 200;

/** What looks at flows without an engine, beside one that may be running. */
export interface Bench {
  readonly ports: StagePorts;
  /** The partner that deposited a flow. @throws Fault NOT_FOUND for one that is not configured any more. */
  partnerOf(flow: Flow): Partner;
  /** Lends a folder of its own to a work, and empties it afterwards. */
  inFolder<T>(work: (workDir: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface BenchParts {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly archive: Archive;
  readonly log: Log;
  /** Compiled entry of the worker threads, where it does not lie beside this file. */
  readonly workerScript?: URL;
}

/** Puts the parts of the stages together, with threads of their own; there is no antivirus, and no queue. */
export function openBench({ loaded, store, archive, log, workerScript }: BenchParts): Bench {
  const { settings } = loaded;
  const paths = homePaths(loaded.home);
  const above = join(paths.home, 'work');
  mkdirSync(above, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(above, 'preview-'));
  const partners = new Map(settings.partners.map((partner) => [partner.code, toPartner(partner)]));
  const slots = createSlots();
  const pool = createWorkerPool({
    size: settings.engine.workers,
    largeBytes: settings.engine.largeBytes,
    setup: {
      schemasDir: settings.schemas.dir ?? null,
      rulesDir: paths.rules,
      findingsMax: schemaFindingsMax,
      warmSchemas: warmSchemas(settings.partners, finderOf(settings.interfaces)),
    },
    ...(workerScript === undefined ? {} : { script: workerScript }),
  });
  pool.start();
  return {
    ports: { store, archive, pool, clock: systemClock, log, policy: policyOf(settings) },
    partnerOf(flow) {
      const partner = partners.get(flow.partner);
      if (partner !== undefined) return partner;
      throw new Fault('NOT_FOUND', `partner ${flow.partner} is not configured`, { flow: flow.id });
    },
    async inFolder(work) {
      const slot = slots.take();
      const workDir = join(folder, slot);
      try {
        return await work(workDir);
      } finally {
        await emptyFolder(workDir);
        slots.give(slot);
      }
    },
    async close() {
      await pool.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
