import { Fault } from '../errors.js';
import type { Store } from '../ports/store.js';
import type { LeaseState } from '../ports/store-leases.js';
import { hostOf, isDeadHere } from './member-id.js';

const leaseName = 'engine';

/** Whether a holder may still act, told by a clock that nobody sets. */
export interface Standing {
  /** False once the lease may have passed on, whatever the store would say: the store is not asked. */
  stands(): boolean;
}

export interface EngineLock extends Standing {
  release(): Promise<void>;
}

export interface LockOptions {
  /** Holder of the lease: the id of a member. */
  readonly holder: string;
  readonly ttlMs: number;
  /** Told when another has the lease. */
  readonly onLost: () => void;
  /** Names that are taken together, all or none; by default the one of an engine that does everything. */
  readonly names?: readonly string[];
}

/**
 * One engine works on a home: a lease in the store, renewed while it runs. A holder that died on this machine is
 * succeeded at once; one on another machine when its lease has lapsed.
 * @throws Fault ENGINE_RUNNING.
 */
export async function lockEngine(
  store: Store,
  { holder, ttlMs, onLost, names = [leaseName] }: LockOptions,
): Promise<EngineLock> {
  let until = Number.NEGATIVE_INFINITY;
  const renew = async (): Promise<boolean> => {
    // Counted from before the question: what the store grants ends no earlier.
    const asked = performance.now();
    const granted = (await store.acquireLeases(names, holder, ttlMs)).length === names.length;
    until = granted ? asked + ttlMs : Number.NEGATIVE_INFINITY;
    return granted;
  };
  const held = (await store.leases()).filter(({ name }) => names.includes(name));
  for (const lease of held)
    if (isDeadHere(lease.holder)) await store.releaseLeases([lease.name], lease.holder);
  if (!(await renew())) {
    await store.releaseLeases(names, holder);
    const by = held[0] === undefined ? 'another engine' : hostOf(held[0].holder);
    throw new Fault('ENGINE_RUNNING', `another engine works on this folder (${by}); stop it first`, {
      holder: held[0]?.holder,
    });
  }
  let renewing = false;
  const timer = setInterval(() => {
    // While the database is away they would pile up.
    if (renewing) return;
    renewing = true;
    renew()
      .then(
        (renewed) => {
          if (!renewed) onLost();
        },
        () => undefined,
      )
      .finally(() => {
        renewing = false;
      });
  }, ttlMs / 3);
  timer.unref();
  return {
    stands: () => performance.now() < until,
    async release() {
      clearInterval(timer);
      await store.releaseLeases(names, holder);
    },
  };
}

/** Whether a lease stands, and its holder is not known to have died. */
export function isHeld({ holder, remainingMs }: LeaseState): boolean {
  return remainingMs > 0 && !isDeadHere(holder);
}

/** Whether an engine that does everything holds this store now. */
export async function engineLocked(store: Pick<Store, 'leases'>): Promise<boolean> {
  return (await store.leases()).some((lease) => lease.name === leaseName && isHeld(lease));
}
