import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import type { Flow } from '../../src/domain/flow.js';
import { Fault } from '../../src/errors.js';
import type { Log } from '../../src/log.js';
import { createJobs, cutShort, type JobSettings, retryDelayMs } from '../../src/pipeline/jobs.js';
import { createPriorities } from '../../src/pipeline/priority.js';
import type { Store } from '../../src/ports/store.js';
import { newFlow, outcome } from '../contracts/store.contract.js';

const settings: JobSettings = {
  retryMs: 1_000,
  retryMsMax: 60_000,
  jitterPercent: 0,
  faultsMax: 4,
  cutsTogetherMax: 3,
  cutsMax: 6,
};
const silent: Log = { error() {}, warn() {}, info() {}, debug() {}, with: () => silent };

let dir: string;
let store: Store;
let nowMs: number;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  store = await sqliteStore({ path: join(dir, 'store.sqlite') });
  await store.migrate();
  nowMs = Date.parse('2026-03-02T09:00:00.000Z');
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const clock = { now: () => new Date(nowMs) };
/** As a process that has just started. */
const jobs = () => createJobs({ store, clock, log: silent, settings, random: () => 0.5 });
const due = async () => (await jobs().due(9)).map(({ id }) => id);

async function deposited(): Promise<string> {
  const row = newFlow();
  await store.transaction((tx) => tx.insertFlow(row));
  return row.id;
}

async function flowOf(id: string): Promise<Flow> {
  const flow = await store.flow(id);
  if (flow === null) throw new Error('no such flow');
  return flow;
}

const begin = (id: string) => store.transaction((tx) => tx.beginAttempt(id, clock.now().toISOString()));

/** One attempt whose process ends in its midst, if it may begin at all. */
async function cut(id: string) {
  const opening = await jobs().open(await flowOf(id), 'large');
  if (opening.kind === 'go') await begin(id);
  return opening;
}

describe('faults', () => {
  it('make a flow wait longer each time, whatever process asks', async () => {
    const id = await deposited();
    for (const waitMs of [1_000, 2_000, 4_000]) {
      await begin(id);
      expect(await jobs().fault(id, new Fault('WORKER_FAILED', 'ended'))).toBe('waits');
      nowMs += waitMs - 1;
      expect(await due()).toEqual([]);
      expect(await jobs().open(await flowOf(id), 'large')).toEqual({ kind: 'later' });
      nowMs += 1;
      expect(await due()).toEqual([id]);
    }
    expect(await jobs().open(await flowOf(id), 'large')).toEqual({ kind: 'go', faults: 3, apart: false });
  });

  it('without an answer put a flow aside after so many, with an event; nothing brings it back by itself', async () => {
    const id = await deposited();
    for (let i = 1; i < settings.faultsMax; i++) await jobs().fault(id, new Error('no partner'));
    expect(await jobs().fault(id, new Error('no partner'))).toBe('dead');
    nowMs += 86_400_000;
    expect(await due()).toEqual([]);
    expect(await jobs().idle()).toBe(true);
    expect(await store.deadJobs(9)).toMatchObject([{ flow: id, faults: 4, error: 'no partner' }]);
    const events = (await store.events(id)).filter(({ kind }) => kind === 'job-dead');
    expect(events.map(({ text }) => text)).toEqual(['mis de côté après 4 échecs de suite : no partner']);
    expect(await jobs().fault(id, new Error('again'))).toBe('dead');
    expect((await store.events(id)).filter(({ kind }) => kind === 'job-dead')).toHaveLength(1);
  });

  it('are none while the antivirus is away, however long', async () => {
    const id = await deposited();
    const away = new Fault('ANTIVIRUS_UNREACHABLE', 'away');
    for (let i = 0; i < 50; i++) expect(await jobs().fault(id, away)).toBe('waits');
    expect(await store.jobFault(id)).toBeNull();
    await begin(id);
    for (let i = 0; i < 50; i++) expect(await jobs().fault(id, away)).toBe('waits');
    expect(await store.jobFault(id)).toMatchObject({ faults: 0, cuts: 0, deadAt: null });
    nowMs += settings.retryMs;
    expect(await jobs().open(await flowOf(id), 'large')).toEqual({ kind: 'go', faults: 0, apart: false });
  });

  it('of a flow that is answered count for nothing afterwards', async () => {
    const id = await deposited();
    await begin(id);
    await jobs().fault(id, new Error('no'));
    await begin(id);
    await store.transaction((tx) => tx.finishAttempt(outcome(id, { attempt: 2 })));
    expect(await jobs().fault(id, new Error('late'))).toBe('waits');
    expect(await store.jobFault(id)).toBeNull();
  });

  it('wait by chance a little longer, never shorter, and never beyond the longest wait and its share', () => {
    const some = { ...settings, jitterPercent: 20 };
    expect(retryDelayMs(some, 1, 0)).toBe(1_000);
    expect(retryDelayMs(some, 1, 1)).toBe(1_200);
    expect(retryDelayMs(some, 3, 0.5)).toBe(4_400);
    expect(retryDelayMs(some, 60, 1)).toBe(72_000);
  });
});

describe('attempts that are cut short', () => {
  it('are no faults: after many restarts a flow is worked with none counted', async () => {
    const id = await deposited();
    for (let i = 0; i < 4; i++) {
      await cut(id);
      nowMs += 60_000;
    }
    expect(await jobs().open(await flowOf(id), 'large')).toEqual({ kind: 'go', faults: 0, apart: true });
  });

  it('are counted once, however often somebody looks', async () => {
    const id = await deposited();
    await begin(id);
    for (let i = 0; i < 5; i++) await jobs().open(await flowOf(id), 'large');
    expect(await store.jobFault(id)).toMatchObject({ cuts: 1, faults: 0, code: cutShort });
  });

  it('are not counted of a flow that is in work apart while the common lane is asked', async () => {
    const id = await deposited();
    for (let i = 0; i < settings.cutsTogetherMax; i++) await cut(id);
    await jobs().open(await flowOf(id), 'large');
    nowMs += 60_000;
    await begin(id);
    for (let i = 0; i < 5; i++)
      expect(await jobs().open(await flowOf(id), 'common')).toEqual({ kind: 'go', faults: 0, apart: true });
    expect(await store.jobFault(id)).toMatchObject({ cuts: settings.cutsTogetherMax });
  });

  it('put a flow aside that ends its process each time, and free those that were in work beside it', async () => {
    const [guilty, ...innocent] = [await deposited(), await deposited(), await deposited()];
    if (guilty === undefined) throw new Error('no flow');
    const answered = new Set<string>();
    let crashes = 0;
    for (let round = 0; round < 40 && (await due()).length > 0; round++) {
      // A process: it begins what may be worked together, and of those to be worked apart the first only.
      const together: string[] = [];
      const apart: string[] = [];
      for (const id of await due()) {
        const opening = await jobs().open(await flowOf(id), 'large');
        if (opening.kind === 'go') (opening.apart ? apart : together).push(id);
      }
      const begun = [...together, ...apart.slice(0, 1)];
      for (const id of begun) await begin(id);
      if (begun.includes(guilty)) crashes += 1;
      else
        for (const id of begun) {
          const { attempt } = await flowOf(id);
          await store.transaction((tx) => tx.finishAttempt(outcome(id, { attempt })));
          answered.add(id);
        }
      nowMs += 120_000;
    }
    expect([...answered].sort()).toEqual([...innocent].sort());
    expect(crashes).toBe(settings.cutsMax);
    expect(await store.deadJobs(9)).toMatchObject([{ flow: guilty, cuts: settings.cutsMax, faults: 0 }]);
  });

  it('let a flow that is worked apart wait longer each time, so that others are worked meanwhile', async () => {
    const id = await deposited();
    for (let i = 0; i < settings.cutsTogetherMax; i++) await cut(id);
    expect(await jobs().open(await flowOf(id), 'large')).toEqual({ kind: 'later' });
    expect(await store.jobFault(id)).toMatchObject({ nextAt: new Date(nowMs + 1_000).toISOString() });
    nowMs += 1_000;
    await cut(id);
    expect(await jobs().open(await flowOf(id), 'large')).toEqual({ kind: 'later' });
    expect(await store.jobFault(id)).toMatchObject({ nextAt: new Date(nowMs + 2_000).toISOString() });
  });

  it('are forgotten once the flow comes to a fault of its own: its process lived', async () => {
    const id = await deposited();
    for (let i = 0; i < 2; i++) await cut(id);
    await begin(id);
    await jobs().fault(id, new Error('no'));
    expect(await store.jobFault(id)).toMatchObject({ cuts: 0, faults: 1 });
  });
});

describe('priorities', () => {
  it('make bulk of what is large and of what comes as one of many', () => {
    let atMs = 0;
    const { ofDeposit } = createPriorities({ bulkBytes: 1_000, bulkFiles: 2 }, () => atMs);
    expect(ofDeposit('FRN001', 1_000)).toBe('single');
    expect(ofDeposit('FRN001', 1_001)).toBe('bulk');
    expect(ofDeposit('FRN001', 10)).toBe('bulk');
    expect(ofDeposit('FRN002', 10)).toBe('single');
    atMs = 60_000;
    expect(ofDeposit('FRN001', 10)).toBe('single');
  });

  it('tell those that the sweep brings apart in the same way, and replays from the rest', () => {
    const { ofDue } = createPriorities({ bulkBytes: 1_000, bulkFiles: 2 });
    const flow = (partner: string, sizeBytes = 10, replay = false) => ({
      id: 'x',
      partner,
      sizeBytes,
      replay,
    });
    const due = [flow('A'), flow('A', 5_000), flow('A'), flow('B'), flow('B', 5_000, true)];
    expect(ofDue(due)).toEqual(['single', 'bulk', 'bulk', 'single', 'replay']);
  });
});
