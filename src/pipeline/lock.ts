import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Fault } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';

const leaseName = 'engine';

/** Holder of the lease as text: host, process, and a part of its own so that a reused pid is not mistaken. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly text: string;
}

function ownHolder(): Holder {
  return { host: hostname(), pid: process.pid, text: `${hostname()}:${process.pid}:${randomUUID()}` };
}

function isDead(holder: string): boolean {
  const [host, pid] = holder.split(':');
  if (host !== hostname() || pid === undefined) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

export interface EngineLock {
  release(): Promise<void>;
}

/**
 * One engine works on a home: a lease in the store, renewed while it runs. A holder that died on this machine is
 * succeeded at once; one on another machine when its lease has lapsed.
 * @throws Fault ENGINE_RUNNING.
 */
export async function lockEngine(
  store: Store,
  clock: Clock,
  options: { ttlMs: number; onLost: () => void },
): Promise<EngineLock> {
  const own = ownHolder();
  const held = await store.lease(leaseName);
  if (held !== null && isDead(held.holder)) await store.releaseLease(leaseName, held.holder);
  const granted = await store.acquireLease(leaseName, own.text, options.ttlMs, clock.now());
  if (granted === null) {
    const by = held?.holder.split(':').slice(0, 2).join(', process ') ?? 'another engine';
    throw new Fault('ENGINE_RUNNING', `another engine works on this folder (${by}); stop it first`, {
      holder: held?.holder,
    });
  }
  const timer = setInterval(() => {
    store.acquireLease(leaseName, own.text, options.ttlMs, clock.now()).then(
      (renewed) => {
        if (renewed === null) options.onLost();
      },
      () => undefined,
    );
  }, options.ttlMs / 3);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await store.releaseLease(leaseName, own.text);
    },
  };
}

/** Whether an engine holds the lease of this store now. */
export async function engineRunning(store: Store, clock: Clock): Promise<boolean> {
  const held = await store.lease(leaseName);
  return held !== null && new Date(held.expiresAt) > clock.now() && !isDead(held.holder);
}
