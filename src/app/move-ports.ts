import { clamd } from '../adapters/antivirus/clamd.js';
import type { Log } from '../log.js';
import { createAntivirusCheck } from '../pipeline/antivirus.js';
import type { MovePorts } from '../pipeline/move.js';
import type { Archive } from '../ports/archive.js';
import type { Store } from '../ports/store.js';
import type { LoadedSettings } from '../settings/load.js';
import { lifePolicyOf } from '../settings/policy.js';
import type { Bench } from './bench.js';

/** What completing and re-addressing need, with the threads of a bench, beside an engine that may run. */
export function movePortsOf(
  bench: Bench,
  parts: {
    readonly loaded: LoadedSettings;
    readonly store: Store;
    readonly archive: Archive;
    readonly log: Log;
    readonly onHold: (text: string) => void;
  },
): MovePorts {
  const { loaded, store, archive, log, onHold } = parts;
  const { settings } = loaded;
  const antivirus = settings.antivirus.enabled
    ? {
        antivirus: createAntivirusCheck({
          archive,
          antivirus: clamd(settings.antivirus),
          log,
          concurrency: 1,
          retryMs: settings.engine.retryMs,
          flowBytesMax: settings.limits.flowBytesMax,
          onHold,
        }),
      }
    : {};
  return {
    stages: { ...bench.ports, store, archive, ...antivirus },
    partnerOf: bench.partnerOf,
    engine: { code: settings.engine.code, name: settings.engine.name },
    partnerNames: new Map(settings.partners.map(({ code, name }) => [code, name])),
    life: lifePolicyOf(settings),
    inFolder: bench.inFolder,
  };
}
