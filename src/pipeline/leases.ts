import type { ProcessRole } from '../domain/process-role.js';
import { asError, Fault } from '../errors.js';
import type { Log } from '../log.js';
import type { Store } from '../ports/store.js';
import type { LeaseState } from '../ports/store-leases.js';
import { balance, type Share } from './lease-balance.js';
import type { Standing } from './lock.js';

/** Names that the processes of one role share among themselves, evenly. */
export interface LeaseGroup {
  readonly role: ProcessRole;
  readonly names: readonly string[];
  /** Whether something is under way under a name: it is given up once that has ended. */
  readonly busy?: (name: string) => boolean;
}

/**
 * What a process may do now. Both answers come from a clock of its own that nobody sets, without asking the store: a
 * process that slept beyond the life of its leases knows it at its first step.
 */
export interface Leases {
  /** Whether something new may be begun under a name. */
  holds(name: string): boolean;
  /** Whether what is under way may go on: also while the name is being given up. */
  stands(name: string): boolean;
  /** Changes each time that a name is taken anew: what was known before may have changed since. 0: never held. */
  tenure(name: string): number;
  /** Asks the holder of a name to let this process have it, out of turn, until `release` is called. */
  call(names: readonly string[]): void;
}

export interface LeaseKeeper extends Leases {
  /** Takes what is free before it resolves; renews from then on. */
  start(groups: readonly LeaseGroup[]): Promise<void>;
  /** Gives everything back. */
  stop(): Promise<void>;
}

export interface LeaseKeeperOptions {
  readonly store: Pick<Store, 'leases' | 'acquireLeases' | 'releaseLeases' | 'members'>;
  /** The id of the member. */
  readonly holder: string;
  readonly log: Log;
  /** Life of a lease. It is renewed when a third of it has gone. */
  readonly ttlMs: number;
  /** How often it is looked who holds what. */
  readonly lookMs: number;
  /** A member that has been silent for so long has no share. */
  readonly lostMs: number;
  /** A clock that nobody sets, in milliseconds. */
  readonly now?: () => number;
}

const callPrefix = 'call:';

/** @throws Fault LEASE_LOST. */
export function mustStand(stands: boolean, name: string): void {
  if (!stands) throw new Fault('LEASE_LOST', `the lease ${name} may have passed on`, { lease: name });
}

/** With one engine on a store, the lock of the engine is the lease of everything. */
export function soleHolder(lock: Standing): LeaseKeeper {
  return {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    holds: () => lock.stands(),
    stands: () => lock.stands(),
    tenure: () => 1,
    call: () => undefined,
  };
}

interface Held {
  /** By the own clock: until then it cannot have passed on. */
  untilMs: number;
  /** Nothing new is begun; given back once nothing is under way. */
  ceding: boolean;
}

/**
 * Leases of one process: taken, renewed, shared with the other processes of the role, given back.
 *
 * A lease counts from before the store was asked for it, on a clock of the process, and ends a tenth of its life early
 * here: so a holder stops before the store lets anybody else in, however slow the answer came. What is left: a process
 * that is stopped in the very moment between the last look at its lease and the act itself. For a file in `out` that
 * act is a rename of a file that the next holder takes away when it begins (`DeliveryTransport.clear`), so that it
 * fails; what is written to the store is checked there (`StoreTransaction.stillWaiting`).
 */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { store, holder, log, ttlMs, lookMs } = options;
  const now = options.now ?? (() => performance.now());
  const marginMs = ttlMs / 10;
  const held = new Map<string, Held>();
  const tenures = new Map<string, number>();
  const shares = new Map<LeaseGroup, Share>();
  let called: ReadonlySet<string> = new Set();
  let renewedMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let turning: Promise<void> = Promise.resolve();
  let stopped = false;

  const stands = (name: string): boolean => now() < (held.get(name)?.untilMs ?? Number.NEGATIVE_INFINITY);

  async function turn(): Promise<number> {
    const states = new Map((await store.leases()).map((state) => [state.name, state]));
    const members = (await store.members()).filter(
      ({ id, silentMs }) => id === holder || silentMs < options.lostMs,
    );
    const calledByOthers = new Set(
      [...states.values()].filter((one) => isForeign(one) && one.name.startsWith(callPrefix)).map(nameOfCall),
    );
    const outOfTurn = new Set([...calledByOthers, ...called]);
    const wanted: string[] = [];
    for (const [group, share] of shares) {
      const ids = members.filter(({ roles }) => roles.includes(group.role)).map(({ id }) => id);
      const others = new Map<string, string>();
      for (const name of group.names) {
        const state = states.get(name);
        if (state !== undefined && isForeign(state)) others.set(name, state.holder);
      }
      // What is called for, from here or elsewhere, is outside the shares until it is given back.
      const own = group.names.filter((name) => held.get(name)?.ceding === false && !called.has(name));
      const found = share.look({ ids, own, others, called: outOfTurn, nowMs: now() });
      for (const name of found.cede) cede(name);
      wanted.push(...found.take.filter((name) => !held.has(name)));
    }
    wanted.push(...[...called].filter((name) => !held.has(name) && !isTaken(states.get(name))));
    wanted.push(...[...called].map((name) => callPrefix + name).filter((name) => !held.has(name)));
    await giveBack();
    await take(wanted);
    return nextLook([...states.values()]);
  }

  const isForeign = ({ holder: by, remainingMs }: LeaseState): boolean => by !== holder && remainingMs > 0;
  const isTaken = (state: LeaseState | undefined): boolean => state !== undefined && isForeign(state);

  function cede(name: string): void {
    const lease = held.get(name);
    if (lease !== undefined) lease.ceding = true;
  }

  /** Those that are given up and under which nothing is under way any more. */
  async function giveBack(): Promise<void> {
    const names = [...held].filter(([name, { ceding }]) => ceding && !isBusy(name)).map(([name]) => name);
    for (const name of names) held.delete(name);
    if (names.length > 0) await store.releaseLeases(names, holder);
  }

  function isBusy(name: string): boolean {
    for (const { names, busy } of shares.keys()) if (names.includes(name)) return busy?.(name) ?? false;
    return false;
  }

  /** Takes what is new at once; renews what there is when it is time. */
  async function take(wanted: readonly string[]): Promise<void> {
    const due = held.size > 0 && now() - renewedMs >= ttlMs / 3;
    const names = [...new Set([...wanted, ...(due ? held.keys() : [])])];
    if (names.length === 0) return;
    const askedMs = now();
    const granted = new Set(await store.acquireLeases(names, holder, ttlMs));
    if (due) renewedMs = askedMs;
    const untilMs = askedMs + ttlMs - marginMs;
    for (const name of names) {
      const before = held.get(name);
      if (!granted.has(name)) {
        if (held.delete(name)) log.warn('a lease was lost', { lease: name });
        continue;
      }
      // Lapsed meanwhile, as after a sleep: somebody else may have had it in between.
      if (before === undefined || now() >= before.untilMs) tenures.set(name, (tenures.get(name) ?? 0) + 1);
      held.set(name, { untilMs, ceding: before?.ceding ?? false });
    }
  }

  /** A lease of somebody else that is about to lapse is looked at when it does. */
  function nextLook(states: readonly LeaseState[]): number {
    const ends = states.filter(isForeign).map(({ remainingMs }) => remainingMs + 5);
    return Math.max(5, Math.min(lookMs, ttlMs / 3, ...ends));
  }

  async function go(): Promise<void> {
    let waitMs = lookMs;
    try {
      waitMs = await turn();
    } catch (thrown) {
      log.error('leases cannot be renewed', { error: asError(thrown).message });
    }
    if (stopped) return;
    timer = setTimeout(() => {
      turning = go();
    }, waitMs);
    timer.unref();
  }

  return {
    stands,
    holds: (name) => held.get(name)?.ceding === false && stands(name),
    tenure: (name) => tenures.get(name) ?? 0,
    call(names) {
      const given = [...called].filter((name) => !names.includes(name));
      called = new Set(names);
      for (const name of given) {
        cede(callPrefix + name);
        // Back into the common lot: the share decides who keeps it.
      }
    },
    async start(groups) {
      for (const group of groups) shares.set(group, balance({ holder, names: group.names, ttlMs }));
      turning = go();
      await turning;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turning;
      for (const lease of held.values()) lease.ceding = true;
      // What does not end within the deadline keeps its lease, until it lapses.
      await giveBack();
    },
  };
}

const nameOfCall = ({ name }: LeaseState): string => name.slice(callPrefix.length);
