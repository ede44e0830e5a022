import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessRole } from '../../src/domain/process-role.js';
import { silentLog } from '../../src/log.js';
import { createLeaseKeeper, type LeaseKeeper, mustStand, soleHolder } from '../../src/pipeline/leases.js';
import { createMembership } from '../../src/pipeline/members.js';
import type { LeaseState } from '../../src/ports/store-leases.js';

const ttlMs = 1_500;
const lookMs = 100;

/** A store of leases in memory, on the clock of the test; a member is heard of for as long as it is not silenced. */
function memoryStore() {
  const rows = new Map<string, { holder: string; endsMs: number }>();
  const alive = new Map<string, { silentMs: number }>();
  const calls = { acquire: 0 };
  let broken = false;
  const check = (): void => {
    if (broken) throw new Error('no database');
  };
  const stateOf = ([name, { holder, endsMs }]: [string, { holder: string; endsMs: number }]): LeaseState => ({
    name,
    holder,
    expiresAt: new Date(endsMs).toISOString(),
    remainingMs: endsMs - Date.now(),
  });
  return {
    rows,
    alive,
    calls,
    breakDown: (now: boolean) => {
      broken = now;
    },
    leases: async () => {
      check();
      return [...rows].map(stateOf);
    },
    acquireLeases: async (names: readonly string[], holder: string, ms: number) => {
      check();
      calls.acquire += 1;
      expect(new Set(names).size).toBe(names.length);
      const now = Date.now();
      const granted = names.filter((name) => {
        const row = rows.get(name);
        return row === undefined || row.holder === holder || row.endsMs <= now;
      });
      for (const name of granted) rows.set(name, { holder, endsMs: now + ms });
      return granted;
    },
    releaseLeases: async (names: readonly string[], holder: string) => {
      check();
      for (const name of names) if (rows.get(name)?.holder === holder) rows.delete(name);
    },
    members: async () =>
      [...alive].map(([id, { silentMs }]) => ({
        id,
        roles: ['deliver'] as readonly ProcessRole[],
        host: 'elsewhere',
        pid: 1,
        version: '0.1.0',
        schema: 1,
        beatMs: 500,
        startedAt: '',
        seenAt: '',
        silentMs,
      })),
  };
}

type Memory = ReturnType<typeof memoryStore>;

describe('leases', () => {
  let store: Memory;
  let keepers: LeaseKeeper[];

  beforeEach(() => {
    vi.useFakeTimers();
    store = memoryStore();
    keepers = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const names = (count: number) => Array.from({ length: count }, (_, n) => `outbox:P${n}`);

  function keeperOf(holder: string, now?: () => number): LeaseKeeper {
    const common = { store, holder, log: silentLog, ttlMs, lookMs, lostMs: 1_000 };
    const keeper = createLeaseKeeper({ ...common, now: now ?? (() => Date.now()) });
    store.alive.set(holder, { silentMs: 0 });
    keepers.push(keeper);
    return keeper;
  }

  async function started(holder: string, all: readonly string[], busy?: (name: string) => boolean) {
    const keeper = keeperOf(holder);
    await keeper.start([{ role: 'deliver', names: all, ...(busy === undefined ? {} : { busy }) }]);
    return keeper;
  }

  const held = (keeper: LeaseKeeper, all: readonly string[]) => all.filter((name) => keeper.holds(name));

  it('takes what is free before it says that it has started', async () => {
    const all = names(5);
    const one = await started('a', all);
    expect(held(one, all)).toEqual(all);
    expect(one.tenure('outbox:P0')).toBe(1);
    expect(one.tenure('outbox:unknown')).toBe(0);
  });

  it.each([
    [2, 10],
    [3, 10],
    [4, 4],
    [5, 3],
  ])(
    'shares evenly among %i processes %i names, and then leaves them where they are',
    async (count, size) => {
      const all = names(size);
      const some: LeaseKeeper[] = [];
      for (let n = 0; n < count; n++) some.push(await started(`m${n}`, all));
      await vi.advanceTimersByTimeAsync(4 * ttlMs);
      const counts = some.map((keeper) => held(keeper, all).length);
      expect(counts.reduce((a, b) => a + b)).toBe(size);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      const tenures = () => some.map((keeper) => all.map((name) => keeper.tenure(name)));
      const before = tenures();
      await vi.advanceTimersByTimeAsync(10 * ttlMs);
      expect(tenures()).toEqual(before);
    },
  );

  it('never has one name in two hands, whatever comes and goes', async () => {
    const all = names(7);
    const here: LeaseKeeper[] = [];
    for (let round = 0; round < 12; round++) {
      if (round % 3 === 2) {
        const gone = here.shift();
        await gone?.stop();
        store.alive.delete([...store.alive.keys()][0] ?? '');
      } else here.push(await started(`r${round}`, all));
      for (let step = 0; step < 20; step++) {
        await vi.advanceTimersByTimeAsync(lookMs);
        for (const name of all) expect(here.filter((keeper) => keeper.stands(name)).length).toBeLessThan(2);
      }
    }
    await vi.advanceTimersByTimeAsync(4 * ttlMs);
    for (const name of all) expect(here.filter((keeper) => keeper.holds(name))).toHaveLength(1);
  });

  it('passes on at the next look what was given back, and within its life what a dead holder had', async () => {
    const all = names(4);
    const one = await started('a', all);
    const two = await started('b', all);
    await vi.advanceTimersByTimeAsync(3 * ttlMs);
    expect(held(two, all)).toHaveLength(2);
    await one.stop();
    store.alive.delete('a');
    await vi.advanceTimersByTimeAsync(2 * lookMs);
    expect(held(two, all)).toEqual(all);

    // Dead: its row stands, and nobody renews it.
    await two.stop();
    store.alive.clear();
    store.alive.set('dead', { silentMs: 1_400 });
    for (const name of all) store.rows.set(name, { holder: 'dead', endsMs: Date.now() + ttlMs });
    const three = await started('c', all);
    expect(held(three, all)).toEqual([]);
    await vi.advanceTimersByTimeAsync(ttlMs - 10);
    expect(held(three, all)).toEqual([]);
    await vi.advanceTimersByTimeAsync(30);
    expect(held(three, all)).toEqual(all);
  });

  it('takes back at once what it gave up to one that has left since', async () => {
    const all = names(4);
    const one = await started('a', all);
    const two = await started('b', all);
    await vi.advanceTimersByTimeAsync(4 * lookMs);
    expect(held(two, all)).toHaveLength(2);
    await two.stop();
    store.alive.delete('b');
    await vi.advanceTimersByTimeAsync(2 * lookMs);
    expect(held(one, all)).toEqual(all);
  });

  it('knows by its own clock, before any answer of the store, that a lease may have passed on', async () => {
    let nowMs = 0;
    const keeper = keeperOf('a', () => nowMs);
    await keeper.start([{ role: 'deliver', names: ['x'] }]);
    expect(keeper.stands('x')).toBe(true);
    // A tenth of its life before the store would let somebody else in.
    nowMs = ttlMs * 0.9 - 1;
    expect(keeper.stands('x')).toBe(true);
    nowMs = ttlMs * 0.9;
    expect(keeper.stands('x')).toBe(false);
    expect(keeper.holds('x')).toBe(false);
    expect(() => mustStand(keeper.stands('x'), 'x')).toThrow(/x may have passed on/);
  });

  it('counts a tenure anew when it slept and has the name again: somebody may have had it in between', async () => {
    let sleptMs = 0;
    const keeper = keeperOf('a', () => Date.now() + sleptMs);
    await keeper.start([{ role: 'deliver', names: ['x'] }]);
    await vi.advanceTimersByTimeAsync(2 * ttlMs);
    expect(keeper.tenure('x')).toBe(1);
    sleptMs = 10 * ttlMs;
    expect(keeper.holds('x')).toBe(false);
    await vi.advanceTimersByTimeAsync(ttlMs);
    expect(keeper.holds('x')).toBe(true);
    expect(keeper.tenure('x')).toBe(2);
  });

  it('keeps a name for as long as something is under way under it, and begins nothing more', async () => {
    const all = names(2);
    let working = true;
    const one = await started('a', all, () => working);
    const two = await started('b', all);
    await vi.advanceTimersByTimeAsync(3 * ttlMs);
    const ceding = all.filter((name) => !one.holds(name));
    expect(ceding).toHaveLength(1);
    expect(one.stands(ceding[0] ?? '')).toBe(true);
    expect(held(two, all)).toEqual([]);
    working = false;
    await vi.advanceTimersByTimeAsync(2 * lookMs);
    expect(held(two, all)).toEqual(ceding);
    expect(one.stands(ceding[0] ?? '')).toBe(false);
  });

  it('lets a process have a name that it calls for, until it has done', async () => {
    const all = names(4);
    const one = await started('a', all);
    const two = await started('b', all);
    await vi.advanceTimersByTimeAsync(3 * ttlMs);
    const wanted = held(two, all)[0] ?? '';
    one.call([wanted]);
    await vi.advanceTimersByTimeAsync(5 * lookMs);
    expect(one.holds(wanted)).toBe(true);
    await vi.advanceTimersByTimeAsync(3 * ttlMs);
    expect(one.holds(wanted)).toBe(true);
    one.call([]);
    await vi.advanceTimersByTimeAsync(4 * ttlMs);
    expect([held(one, all).length, held(two, all).length]).toEqual([2, 2]);
    expect([...store.rows.keys()].filter((name) => name.startsWith('call:'))).toEqual([]);
  });

  it('takes a name that no other process knows, and keeps it', async () => {
    const all = names(6);
    const one = await started('a', all);
    // It knows none of them.
    await started('b', []);
    await vi.advanceTimersByTimeAsync(10 * ttlMs);
    expect(held(one, all)).toEqual(all);
    const before = all.map((name) => one.tenure(name));
    await vi.advanceTimersByTimeAsync(20 * ttlMs);
    expect(all.map((name) => one.tenure(name))).toEqual(before);
  });

  it('stops to hold when the database is away, and holds again when it is back', async () => {
    const one = await started('a', ['x']);
    store.breakDown(true);
    await vi.advanceTimersByTimeAsync(2 * ttlMs);
    expect(one.holds('x')).toBe(false);
    store.breakDown(false);
    await vi.advanceTimersByTimeAsync(2 * lookMs);
    expect(one.holds('x')).toBe(true);
  });

  it('asks the store no more often than it must', async () => {
    await started('a', names(20));
    store.calls.acquire = 0;
    await vi.advanceTimersByTimeAsync(10 * ttlMs);
    expect(store.calls.acquire).toBeLessThanOrEqual(31);
  });

  it('is the lock of the engine where one process does everything', () => {
    let standing = true;
    const leases = soleHolder({ stands: () => standing });
    expect(leases.holds('outbox:any')).toBe(true);
    standing = false;
    expect(leases.holds('outbox:any')).toBe(false);
    expect(leases.stands('intake:any')).toBe(false);
  });
});

describe('members', () => {
  it('learn at a heartbeat that the database asks for a newer program', async () => {
    vi.useFakeTimers();
    try {
      let oldest = 5;
      const told: string[] = [];
      const membership = createMembership({
        store: {
          beat: async () => undefined,
          forgetMember: async () => undefined,
          forgetMembers: async () => 0,
          schemaVersions: async () => ({ database: 17, oldest, program: 16 }),
        },
        member: {
          id: 'here_1_00000000',
          roles: ['worker'],
          host: 'here',
          pid: 1,
          version: '0.1.0',
          schema: 16,
          beatMs: 500,
        },
        log: silentLog,
        onOutdated: (reason) => told.push(reason),
      });
      await membership.start();
      await vi.advanceTimersByTimeAsync(2_000);
      expect(told).toEqual([]);
      oldest = 17;
      await vi.advanceTimersByTimeAsync(500);
      expect(told[0]).toMatch(/version 17.*start the newer program/);
      await membership.stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
