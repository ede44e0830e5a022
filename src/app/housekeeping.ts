import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ProcessRole } from '../domain/process-role.js';
import { createLeaseKeeper, type LeaseKeeper, soleHolder } from '../pipeline/leases.js';
import { lockEngine } from '../pipeline/lock.js';
import { isDeadHere, memberLives } from '../pipeline/member-id.js';
import { beatMsOf, createMembership, isLost, type Membership } from '../pipeline/members.js';
import type { Store } from '../ports/store.js';
import type { LoadedSettings } from '../settings/load.js';
import type { AppOptions } from './parts.js';
import { isShared } from './roles.js';
import { programVersion } from './version.js';

/** Enters a process among those that work on the store, and gives it its leases. */
export interface Seat {
  readonly membership: Membership;
  readonly leases: LeaseKeeper;
  /** Gives back what is held, last of all. */
  release(): Promise<void>;
}

/**
 * @throws Fault ENGINE_RUNNING where one engine alone may work on the store.
 */
export async function takeSeat(
  loaded: LoadedSettings,
  store: Store,
  {
    id,
    roles,
    options,
  }: { readonly id: string; readonly roles: readonly ProcessRole[]; readonly options: AppOptions },
): Promise<Seat> {
  const { ttlMs, lookMs } = loaded.settings.leases;
  const beatMs = beatMsOf({ ttlMs });
  const { log, onLost } = options;
  memberLives(id, true);
  const membership = async (): Promise<Membership> => {
    const { program } = await store.schemaVersions();
    const member = {
      id,
      roles,
      host: hostname(),
      pid: process.pid,
      version: programVersion,
      schema: program,
      beatMs,
    };
    return createMembership({ store, member, log, onOutdated: onLost });
  };
  try {
    if (isShared(loaded)) {
      // A member that has missed a heartbeat has no part in what is shared out.
      const keeper = createLeaseKeeper({ store, holder: id, log, ttlMs, lookMs, lostMs: 2 * beatMs });
      return { membership: await membership(), leases: keeper, release: () => Promise.resolve() };
    }
    if (roles.every((role) => role === 'console'))
      return { membership: await membership(), leases: nobody, release: () => Promise.resolve() };
    const lock = await lockEngine(store, {
      holder: id,
      ttlMs,
      onLost: () => onLost('the lease of the engine was lost'),
    });
    return { membership: await membership(), leases: soleHolder(lock), release: () => lock.release() };
  } catch (error) {
    memberLives(id, false);
    throw error;
  }
}

/** A process that only looks. */
const nobody: LeaseKeeper = soleHolder({ stands: () => false });

/**
 * The folder of working files of a process. Those of processes of this host that have died are removed, those of
 * others never; with one engine on a home all that is there is an earlier run's.
 */
export async function workFolder(
  loaded: LoadedSettings,
  store: Pick<Store, 'members'>,
  { id, below }: { readonly id: string; readonly below: string },
): Promise<string> {
  if (isShared(loaded)) await removeOfDead(below, store);
  else rmSync(below, { recursive: true, force: true });
  const own = join(below, id);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return own;
}

async function removeOfDead(below: string, store: Pick<Store, 'members'>): Promise<void> {
  const alive = new Set((await store.members()).filter((member) => !isLost(member)).map(({ id }) => id));
  mkdirSync(below, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(below))
    if (isDeadHere(name) && !alive.has(name)) rmSync(join(below, name), { recursive: true, force: true });
}
