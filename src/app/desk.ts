import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Desk, GivenFile } from '../console/desk.js';
import { Problem } from '../console/problem.js';
import { catalogueWith, finderOf } from '../envelope/catalogue.js';
import type { Log } from '../log.js';
import { holdsStatuses } from '../pipeline/replay-preview.js';
import { tryFile } from '../pipeline/trial.js';
import type { Archive } from '../ports/archive.js';
import type { Store } from '../ports/store.js';
import { homePaths, toPartner } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import { type Bench, openBench } from './bench.js';
import { openPackDesk } from './desk-packs.js';
import { pinKeys, probePartner, serverKeys, standsThere, testAlerts } from './desk-servers.js';
import { dropPartsOf } from './drop-parts.js';
import { movePortsOf } from './move-ports.js';
import { givenFile, lookAtReplay, withGiven } from './replay-look.js';

/** Limits of what people have done in the console at once, from the settings `console`. */
export interface DeskLimits {
  /** Works that go on at the same time, and those that may wait for a place. */
  readonly inFlight: number;
  readonly waitingMax: number;
  /** Threads end when there was nothing to do for so long. */
  readonly idleMs: number;
  /** A server or folder of a partner answers within this, or counts as silent. */
  readonly probeMsMax: number;
}

export interface DeskParts {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly archive: Archive;
  readonly log: Log;
  /** Compiled entry of the worker threads, where it does not lie beside this program. */
  readonly workerScript?: URL;
}

/** The desk of a process that runs the console. */
export function openDesk(parts: DeskParts): Desk {
  const { loaded, store, archive, log } = parts;
  const { settings } = loaded;
  const { worksMax, worksWaitingMax, threadsIdleMs, probeMsMax } = settings.console;
  const limits: DeskLimits = {
    inFlight: worksMax,
    waitingMax: worksWaitingMax,
    idleMs: threadsIdleMs,
    probeMsMax,
  };
  const above = join(homePaths(loaded.home).home, 'work');
  mkdirSync(above, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(above, 'console-'));
  const threads = lazyBench(parts, limits);
  const packs = openPackDesk({
    home: loaded.home,
    msMax: settings.console.packMsMax,
    workerScript: parts.workerScript,
  });
  const findInterface = finderOf(settings.interfaces);
  const interfaces = catalogueWith(settings.interfaces).filter(
    ({ direction, kind, syntaxes }) =>
      direction === 'in' && syntaxes.length > 0 && kind !== 'status' && kind !== 'report',
  );

  async function preview(bench: Bench, flow: Parameters<Desk['previewReplay']>[0], asked: Asked) {
    if (asked.file === null) return lookAtReplay(bench, flow, { asOf: asked.asOf, file: null });
    const { path, name } = asked.file;
    const file = await givenFile(path, name);
    const ports = { ...bench.ports, archive: withGiven(archive, path) };
    return lookAtReplay(bench, flow, { asOf: asked.asOf, file }, ports);
  }

  return {
    folder,
    previewReplay: (flow, asked) => threads.lend((bench) => preview(bench, flow, asked)),
    bringsStatuses: (flow) => holdsStatuses(flow, { policy: policyOf(settings) }),
    tryFile: (file, { interfaceCode, partner }) =>
      threads.lend((bench) =>
        bench.inFolder((workDir) => {
          const own = settings.partners.find(({ code }) => code === partner);
          return tryFile(bench.ports, {
            path: file.path,
            givenName: file.name,
            interface: interfaceCode === null ? null : (findInterface(interfaceCode) ?? null),
            partner: own === undefined ? null : toPartner(own),
            engine: { code: settings.engine.code, name: settings.engine.name },
            interfaces,
            workDir,
          });
        }),
      ),
    withMovePorts: (own, work) =>
      threads.lend((bench) =>
        work(movePortsOf(bench, { loaded, store: own, archive, log, onHold: (text) => log.warn(text) })),
      ),
    dropParts: (flow) => dropPartsOf(loaded, store, flow),
    isThere: (delivery) => standsThere(loaded, delivery, limits.probeMsMax),
    probe: (partner) => probePartner(loaded, partner, limits.probeMsMax),
    serverKeys: (partner) => serverKeys(loaded, partner),
    pinKeys: (partner, fingerprints, replace) => pinKeys(loaded, partner, fingerprints, replace),
    testAlerts: () => testAlerts(settings.alerts, log),
    lookAtPacks: packs.lookAtPacks,
    installPacks: packs.installPacks,
    removePack: packs.removePack,
    async close() {
      await packs.close();
      await threads.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Asked {
  readonly asOf: string | null;
  readonly file: GivenFile | null;
}

/** Threads that come with the first work, so many works at a time, and go when nobody needs them. */
function lazyBench({ loaded, store, archive, log, workerScript }: DeskParts, limits: DeskLimits) {
  let bench: Bench | null = null;
  let idle: NodeJS.Timeout | undefined;
  let going = 0;
  const waiting: (() => void)[] = [];

  async function place(): Promise<void> {
    if (going < limits.inFlight) {
      going += 1;
      return;
    }
    if (waiting.length >= limits.waitingMax)
      throw new Problem(
        503,
        'Trop d’essais sont en cours.',
        'Attendez une minute, puis recommencez : rien n’a été enregistré.',
        60,
      );
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next !== undefined) next();
    else going -= 1;
    if (going > 0) return;
    idle = setTimeout(() => void end(), limits.idleMs);
    idle.unref();
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const old = bench;
    bench = null;
    await old?.close();
  }

  return {
    async lend<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
      await place();
      clearTimeout(idle);
      try {
        bench ??= openBench({
          loaded,
          store,
          archive,
          log,
          ...(workerScript === undefined ? {} : { workerScript }),
        });
        return await work(bench);
      } finally {
        leave();
      }
    },
    close: end,
  };
}
