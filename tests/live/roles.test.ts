import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MadeFlow, makeFlows } from '../../scripts/crash/flows.mjs';
import { createRandom } from '../../scripts/crash/random.mjs';
import { postgresStore } from '../../src/adapters/store/postgres.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import type { Store } from '../../src/ports/store.js';
import { demoDirectory } from '../helpers/home.js';
import {
  createTemplate,
  type Postgres,
  postgresMissing,
  startPostgres,
  storeOptions,
} from '../helpers/postgres.js';
import {
  holderOf,
  memberOf,
  type Processes,
  processesOver,
  type Running,
  until,
} from '../helpers/processes.js';
import { type RedisServer, redisMissing, startRedis } from '../helpers/redis.js';

const missing = postgresMissing ?? redisMissing;
if (missing !== null) console.warn(`skipped: roles in processes of their own (${missing})`);

// Each role is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const ttlMs = 2_000;
const partners = ['FRN001', 'COL001', 'ETA001'];

describe.skipIf(missing !== null)('roles in processes of their own, on PostgreSQL and Redis', () => {
  let server: Postgres;
  let template: string;
  let redis: RedisServer;
  let store: Store;
  let processes: Processes;
  let withLeases: (leaseMs: number) => Processes;

  beforeAll(async () => {
    server = await startPostgres();
    template = await createTemplate(server);
    redis = await startRedis();
  }, 60_000);
  afterAll(async () => {
    await redis?.close();
    await server?.close();
  });
  beforeEach(async () => {
    await redis.client.flushall();
    const database = await server.createDatabase(template);
    const { host, port, user } = server;
    store = await postgresStore(storeOptions(server, database));
    await importDirectoryFile(demoDirectory, store.directory);
    withLeases = (leaseMs) =>
      processesOver({
        directory: {},
        store: 'postgres',
        postgres: { host, port, user, database, poolMax: 4 },
        queue: 'bullmq',
        redis: { port: redis.port },
        leases: { ttlMs: leaseMs, lookMs: 100 },
        intake: { pollMs: 50, settleMs: 0, unfinishedMaxMs: 0 },
        lifecycle: { groupMsMax: 200 },
        delivery: { lookMs: 100 },
      });
    processes = withLeases(ttlMs);
  }, 30_000);
  afterEach(async () => {
    await processes.close();
    await store.close();
  }, 30_000);

  const flows = (count: number, seed = 7) => makeFlows(count, createRandom(seed));
  const finished = async (): Promise<number> =>
    (await store.listFlows({ limit: 1_000 })).filter(({ finalAt }) => finalAt !== null).length;
  const delivered = async (): Promise<boolean> => (await store.partnersWithDeliveries()).length === 0;
  /** Statuses become a delivery between two of these looks: the last one sees it. */
  const quiet = async (): Promise<boolean> =>
    (await delivered()) &&
    (await store.statusBacklog()).length === 0 &&
    (await store.flowStatusBacklog()).length === 0 &&
    (await delivered());

  /** What was dropped has one verdict each and is delivered once; every delivery stands in its folder under its name. */
  async function expectAll(dropped: readonly MadeFlow[]): Promise<void> {
    await until('every flow has its verdict', async () => (await finished()) === dropped.length, 120_000);
    await until('everything is delivered', quiet, 60_000);
    const known = await store.listFlows({ limit: 1_000 });
    const states = new Map(known.map(({ depositedName, state }) => [depositedName, state]));
    for (const { name, state } of dropped) expect(states.get(name), name).toBe(state);
    const integrated = (await store.listInvoices({ limit: 10_000 }))
      .filter(({ fate }) => fate === 'integrated')
      .map(({ number }) => number);
    expect([...integrated].sort()).toEqual(dropped.flatMap(({ invoices }) => invoices).sort());
    for (const partner of partners) {
      const deliveries = await store.listDeliveries({ partner, limit: 10_000 });
      expect(new Set(deliveries.map(({ state }) => state)).size).toBeLessThanOrEqual(1);
      expect(processes.out(partner)).toEqual(deliveries.map(({ name }) => name).sort());
    }
  }

  it('takes in, works and delivers, each in a process of its own', async () => {
    const dropped = flows(30);
    const running = ['intake', 'worker', 'worker', 'deliver'].map((role) => processes.start(role));
    for (const { name, bytes } of dropped) processes.drop(name, bytes);
    await expectAll(dropped);
    const members = await store.members();
    expect(members.map(({ roles }) => roles.join()).sort()).toEqual([
      'deliver',
      'intake',
      'worker',
      'worker',
    ]);
    // Only a worker has a folder of working files.
    const folders = readdirSync(join(processes.home, 'work', 'run')).sort();
    expect(folders).toEqual(
      members
        .filter(({ roles }) => roles.includes('worker'))
        .map(({ id }) => id)
        .sort(),
    );
    for (const { child } of running) child.kill('SIGTERM');
    for (const { ended, log } of running) expect(await ended, log()).toBe(0);
    expect(await store.members()).toEqual([]);
    expect(await store.leases()).toEqual([]);
    expect(readdirSync(join(processes.home, 'work', 'run'))).toEqual([]);
  }, 300_000);

  it('loses and doubles nothing when each is killed in the midst of work', async () => {
    const dropped = flows(60, 11);
    let running = ['intake', 'intake', 'worker', 'worker', 'deliver', 'deliver'].map((role) =>
      processes.start(role),
    );
    for (const one of running) await memberOf(store, one);
    const names = [...dropped];
    const kill = async (role: string): Promise<void> => {
      const victim = running.find(({ roles }) => roles === role) as Running;
      victim.child.kill('SIGKILL');
      await victim.ended;
      running = [...running.filter((one) => one !== victim), processes.start(role)];
    };
    for (const role of ['intake', 'worker', 'deliver', 'worker', 'intake', 'deliver']) {
      for (const { name, bytes } of names.splice(0, 10)) processes.drop(name, bytes);
      await sleep(300);
      await kill(role);
    }
    await expectAll(dropped);
  }, 400_000);

  it('shares folders evenly, and passes them on: at once after an end, within their life after a death', async () => {
    // Long enough that what takes so long is told from what is done at once on any machine.
    const longMs = 10_000;
    await processes.close();
    processes = withLeases(longMs);
    const one = processes.start('deliver');
    const first = await memberOf(store, one);
    const held = async () => {
      const holders = await Promise.all(partners.map((partner) => holderOf(store, `outbox:${partner}`)));
      return holders.map((holder) => holder ?? 'nobody').sort();
    };
    await until('the first has all', async () => (await held()).every((id) => id === first));
    const two = processes.start('deliver');
    const second = await memberOf(store, two);
    let shares: string[] = [];
    await until('both have their part', async () => {
      shares = await held();
      return new Set(shares).size === 2 && !shares.includes('nobody');
    });
    await sleep(1_000);
    expect(await held()).toEqual(shares);

    two.child.kill('SIGTERM');
    expect(await two.ended).toBe(0);
    let begunMs = performance.now();
    await until('the first has all again', async () => (await held()).every((id) => id === first));
    expect(performance.now() - begunMs).toBeLessThan(longMs / 2);

    const three = processes.start('deliver');
    const third = await memberOf(store, three);
    await until('the third has its part', async () => (await held()).includes(third));
    one.child.kill('SIGKILL');
    begunMs = performance.now();
    await until('the third has all', async () => (await held()).every((id) => id === third));
    expect(performance.now() - begunMs).toBeLessThan(1.5 * longMs);
    expect(second).not.toBe(third);
  }, 300_000);

  it('delivers nothing twice and in order after a deliverer was frozen beyond its leases', async () => {
    const dropped = flows(80, 3);
    const one = processes.start('deliver');
    const first = await memberOf(store, one);
    processes.start('intake');
    processes.start('worker');
    for (const { name, bytes } of dropped) processes.drop(name, bytes);
    await until('it delivers', () => processes.out('FRN001').length > 3);
    one.child.kill('SIGSTOP');
    const two = processes.start('deliver');
    const second = await memberOf(store, two);
    await until('the other has its leases', async () => (await holderOf(store, 'outbox:FRN001')) === second);
    await until(
      'the other delivers all',
      async () => (await finished()) === dropped.length && (await quiet()),
      60_000,
    );
    // What partners fetch now must not come back when the frozen one wakes.
    const fetched = new Map<string, readonly string[]>();
    for (const partner of partners) {
      const names = processes.out(partner);
      fetched.set(partner, names);
      for (const name of names) rmSync(join(processes.home, 'partners', partner, 'out', name));
    }
    one.child.kill('SIGCONT');
    await sleep(ttlMs);
    for (const partner of partners) expect(processes.out(partner)).toEqual([]);
    for (const partner of partners) {
      const deliveries = await store.listDeliveries({ partner, limit: 1_000 });
      expect([...(fetched.get(partner) ?? [])].sort()).toEqual(deliveries.map(({ name }) => name).sort());
      expect(deliveries.every(({ attempts }) => attempts === 1)).toBe(true);
      // Nothing that was begun and not ended is left lying.
      expect(readdirSync(join(processes.home, 'partners', partner, 'out'))).toEqual([]);
    }
    // The frozen one may have been given up: it tells of itself again.
    await until('both are members', async () => {
      const ids = (await store.members()).map(({ id }) => id);
      return [first, second].every((id) => ids.includes(id));
    });
  }, 300_000);

  it('gives folders of dead processes of this host to nobody, and leaves those of others', async () => {
    const below = join(processes.home, 'work', 'run');
    mkdirSync(join(below, 'elsewhere_1_00000000'), { recursive: true });
    const one = processes.start('worker');
    const first = await memberOf(store, one);
    await until('its folder is there', () => readdirSync(below).includes(first));
    one.child.kill('SIGKILL');
    await one.ended;
    await store.forgetMember(first);
    const two = processes.start('worker');
    const second = await memberOf(store, two);
    await until('its folder is there', () => readdirSync(below).includes(second));
    expect(readdirSync(below).sort()).toEqual(['elsewhere_1_00000000', second].sort());
    expect(statSync(join(below, second)).mode & 0o777).toBe(0o700);
  }, 180_000);

  it('ends by itself when everything is quiet', async () => {
    const dropped = flows(5, 5);
    for (const { name, bytes } of dropped) processes.drop(name, bytes);
    const others = [processes.start('worker'), processes.start('deliver')];
    const intake = processes.start('intake', '--until-idle');
    // As with one process: 2 where something was refused.
    expect(await intake.ended, intake.log()).toBe(2);
    for (const { child } of others) expect(child.exitCode).toBeNull();
    const last = processes.start('worker,deliver', '--until-idle');
    expect(await last.ended, last.log()).toBe(0);
    await expectAll(dropped);
  }, 300_000);

  it('ends at once on a second signal', async () => {
    const one = processes.start('worker');
    await memberOf(store, one);
    one.child.kill('SIGSTOP');
    one.child.kill('SIGTERM');
    one.child.kill('SIGINT');
    one.child.kill('SIGCONT');
    expect([130, 143]).toContain(await one.ended);
  }, 180_000);
});

describe('roles where one process does everything', () => {
  let processes: Processes;
  beforeEach(() => {
    processes = processesOver({});
  });
  afterEach(() => processes.close());

  it('refuses a role of its own, and says which two lines to set', async () => {
    const one = processes.start('worker');
    expect(await one.ended).toBe(78);
    expect(one.log()).toContain('store: postgres');
    expect(one.log()).toContain('queue: bullmq');
  });

  it('refuses what is no role', async () => {
    const one = processes.start('worker,cook');
    expect(await one.ended).toBe(64);
    expect(one.log()).toContain('cook is no role');
  });
});
