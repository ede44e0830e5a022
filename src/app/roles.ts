import { engineRoles, type ProcessRole, processRoles } from '../domain/process-role.js';
import { Fault } from '../errors.js';
import type { Pace } from '../pipeline/loops.js';
import type { LoadedSettings } from '../settings/load.js';

/** Whether several processes may work on the store of these settings; else one does everything. */
export function isShared({ settings }: LoadedSettings): boolean {
  return settings.store === 'postgres' && settings.queue === 'bullmq';
}

/**
 * The roles that a command line names: `all`, or some of them separated by commas. `all` has the console where the
 * settings switch it on.
 * @throws Fault USAGE.
 */
export function rolesOf(text: string, { settings }: LoadedSettings): readonly ProcessRole[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => name !== 'all' && !processRoles.some((role) => role === name));
  if (wrong !== undefined)
    throw new Fault(
      'USAGE',
      `--role ${text}: ${wrong === '' ? 'an empty name' : wrong} is no role; expected: all, or some of ${processRoles.join(', ')}, separated by commas`,
    );
  return processRoles.filter(
    (role) =>
      names.includes(role) || (names.includes('all') && (role !== 'console' || settings.console.enabled)),
  );
}

/**
 * Roles in processes of their own need a store and a queue that several machines reach.
 * @throws Fault CONFIG_INVALID.
 */
export function checkRoles(roles: readonly ProcessRole[], loaded: LoadedSettings): void {
  const own = engineRoles.filter((role) => roles.includes(role));
  if (isShared(loaded) || own.length === engineRoles.length || own.length === 0) return;
  const { store, queue } = loaded.settings;
  throw new Fault(
    'CONFIG_INVALID',
    `--role ${roles.join(',')}: roles in processes of their own need a store and a queue that all of them reach; set in ${loaded.file ?? 'config/ecluse.yaml'}:\n  store: postgres\n  queue: bullmq\n(now: store: ${store}, queue: ${queue}; with these only --role all works, and console beside it)`,
    { roles, store, queue },
  );
}

/** How often the loops of an engine look for work. */
const tickMs = 25;

/** One process alone asks its own database, which costs next to nothing; of several each asks less while it is idle. */
export function pacesOf(loaded: LoadedSettings): { readonly work: Pace; readonly groups: Pace } {
  const idleMsMax = isShared(loaded) ? Math.max(tickMs, loaded.settings.delivery.idleMsMax) : tickMs;
  return {
    work: { busyMs: tickMs, idleMsMax },
    groups: { busyMs: tickMs * 4, idleMsMax: Math.max(tickMs * 4, idleMsMax) },
  };
}
