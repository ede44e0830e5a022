import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { Fault } from '../../src/errors.js';
import { silentLog } from '../../src/log.js';
import { createGate } from '../../src/pipeline/gate.js';
import { createIntakeLoops } from '../../src/pipeline/intake-loops.js';
import { soleHolder } from '../../src/pipeline/leases.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { quickBase, type TestIntake, testIntake } from '../helpers/intake.js';
import { until } from '../helpers/processes.js';

let home: TestHome | null = null;
const folders: TestIntake[] = [];
let ownDir: string | null = null;
afterEach(async () => {
  await home?.close();
  // Not while an engine writes in it.
  if (ownDir !== null) rmSync(ownDir, { recursive: true, force: true });
  ownDir = null;
  home = null;
  for (const folder of folders.splice(0)) folder.remove();
});

const MiB = 1024 ** 2;
function folderOf(...args: Parameters<typeof testIntake>): TestIntake {
  const folder = testIntake(...args);
  folders.push(folder);
  return folder;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Heap in use after a whole collection. */
function heldBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

describe('7 huge folder', () => {
  it('50,000 files: the first is claimed within 2 s after it settled, all are, none twice, the oldest first', async () => {
    const { drop, intake, rows } = folderOf({ settleMs: 100 }, {}, quickBase);
    const count = 50_000;
    for (let i = 0; i < count; i++) {
      const path = join(drop, `f${i}`);
      writeFileSync(path, '<a/>');
      // Every hundredth is older than all the others, wherever the folder lists it.
      if (i % 100 === 0) utimesSync(path, 1_000 + i, 1_000 + i);
    }
    const rssBefore = process.memoryUsage().rss;
    const heldBefore = heldBytes();
    await intake.scan();
    await sleep(100);
    const begun = Date.now();
    await intake.scan();
    const firstMs = Date.now() - begun;
    expect(rows.length).toBe(1_000);
    // Those in flight at once may be recorded in another order by a few places.
    const first = new Set(rows.slice(0, 532).map((row) => row.depositedName));
    expect(Array.from({ length: 500 }, (_, i) => `f${i * 100}`).filter((name) => !first.has(name))).toEqual(
      [],
    );
    let rssMax = 0;
    let scans = 1;
    for (; rows.length < count && scans < 100; scans++) {
      await intake.scan();
      rssMax = Math.max(rssMax, process.memoryUsage().rss);
    }
    const allMs = Date.now() - begun;
    // 2 s where the machine is as fast as it ought to be: whatever its pace, many times less than for all of them.
    expect(firstMs).toBeLessThan(Math.max(2_000, allMs / 5));
    expect(new Set(rows.map((row) => row.depositedName)).size).toBe(count);
    expect(rows.length).toBe(count);
    expect(readdirSync(drop)).toEqual([]);
    // What is held once the collector has been through, this test's own rows included: it does not pile up.
    expect(heldBytes() - heldBefore).toBeLessThan(60 * MiB);
    // When the collector comes is its own business: this only bounds it.
    expect(rssMax - rssBefore).toBeLessThan(300 * MiB);
  }, 300_000);
});

describe('16 event storm', () => {
  it('30,000 files that arrive while the main thread is busy are all taken, without any event', async () => {
    const { drop, intake, rows } = folderOf({ settleMs: 0 }, {}, quickBase);
    const count = 30_000;
    let busy = true;
    const scanning = (async () => {
      while (busy) {
        await intake.scan();
        await sleep(1);
      }
    })();
    // Synchronously, in bursts: the thread that scans hears nothing of it while they are written.
    for (let i = 0; i < count; ) {
      for (const end = i + 10_000; i < end; i++) writeFileSync(join(drop, `f${i}`), '<a/>');
      await sleep(1);
    }
    await until('all are taken', () => rows.length >= count, 200_000);
    busy = false;
    await scanning;
    expect(new Set(rows.map((row) => row.depositedName)).size).toBe(count);
    expect(rows.length).toBe(count);
  }, 300_000);
});

describe('fairness', () => {
  it("one partner's thousands of files do not starve another's one", async () => {
    const partners = ['FRN001', 'FRN002'].map((code) => ({
      code,
      name: code,
      interfaces: ['FSO1100A'],
      lifecycle: false,
    }));
    const intake = { pollMs: 10, settleMs: 0, unfinishedMaxMs: 0, batchMax: 50, queueDepthMax: 40 };
    home = await openHome({ flags: { partners, intake } });
    for (let i = 0; i < 600; i++) home.drop(flowName('FSO1100A', i), ubl({ number: `M-${i}` }));
    const folder = homePaths(home.dir).inFolder('FRN001');
    const left = (): number => readdirSync(folder).length;
    await until('some are taken', () => left() < 600);
    home.drop(flowName('FSO1100A', 1, 'FRN002'), ubl({ number: 'ONE' }), 'FRN002');
    while (!home.outcomes.some(({ partner }) => partner === 'FRN002')) await sleep(2);
    expect(left()).toBeGreaterThan(300);
    expect(home.outcomes.find(({ partner }) => partner === 'FRN002')?.state).toBe('IN_INTEGRE');
  }, 120_000);

  it('a folder that hangs, and one that fails, hold up nobody else', async () => {
    const stop = new AbortController();
    const good = folderOf({ settleMs: 0 });
    const never = new Promise<never>(() => undefined);
    let tries = 0;
    let looks = 0;
    const gate = createGate({
      store: { partnerControls: async () => [] },
      queue: { depth: async () => 0 },
      space: { look: async () => null, admits: () => true },
      queueDepthMax: 100,
      partners: 4,
    });
    const health: string[] = [];
    const loops = createIntakeLoops({
      folders: [
        { partner: 'HANG01', open: () => ({ scan: () => never, recover: async () => undefined }) },
        {
          partner: 'FAIL01',
          open: () => ({
            scan: () => {
              tries++;
              return Promise.reject(new Error('no route'));
            },
            recover: async () => undefined,
          }),
        },
        {
          partner: 'SHUT01',
          open: () => ({
            scan: async () => {
              looks++;
              const trouble = new Fault('FOLDER_UNUSABLE', 'nothing may be moved out of it');
              return { taken: 0, waiting: 1, idle: false, trouble };
            },
            recover: async () => undefined,
          }),
        },
        { partner: 'FRN001', open: () => good.intake },
      ],
      gate,
      foldersMax: 10,
      leases: soleHolder({ stands: () => true }),
      store: {
        partnerHealth: async () => [],
        transaction: (async (work: (tx: object) => Promise<void>) =>
          work({
            setPartnerHealth: async (row: { partner: string; circuit: string }) =>
              void health.push(`${row.partner} ${row.circuit}`),
          })) as never,
      },
      clock: { now: () => new Date() },
      log: silentLog,
      pollMs: 5,
      circuit: { faultsMax: 3, retryMs: 20, retryMsMax: 10_000 },
      stopped: () => stop.signal.aborted,
      pause: (ms) => sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined),
    });
    loops.start();
    const begun = Date.now();
    for (let i = 0; i < 20; i++) {
      writeFileSync(join(good.drop, `f${i}`), '<a/>');
      await sleep(20);
    }
    const own = (code: string): string[] => health.filter((one) => one.startsWith(code));
    await until('all of the good one', () => good.rows.length >= 20);
    await until('three faults of each', () => ['FAIL01', 'SHUT01'].every((code) => own(code).length >= 3));
    stop.abort();
    expect(good.rows).toHaveLength(20);
    // At 0, 20, 60, 140, 300 ms and so on: the waits double.
    expect(tries).toBeLessThanOrEqual(Math.log2((Date.now() - begun) / 20 + 1) + 1);
    expect(looks).toBeLessThanOrEqual(Math.log2((Date.now() - begun) / 20 + 1) + 1);
    for (const code of ['FAIL01', 'SHUT01'])
      expect(own(code).slice(0, 3)).toEqual([`${code} closed`, `${code} closed`, `${code} open`]);
    expect(loops.idle()).toBe(false);
  }, 180_000);
});

describe('low space', () => {
  it('nothing is taken in while the disk is too full, people are told in French, and it goes on by itself', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ecluse-space-'));
    ownDir = dir;
    const intake = { pollMs: 10, settleMs: 0, unfinishedMaxMs: 0 };
    const tooMuch = Number.MAX_SAFE_INTEGER;
    home = await openHome({ dir, flags: { intake: { ...intake, freeBytesMin: tooMuch } } });
    const name = flowName('FSO1100A', 1);
    home.drop(name, ubl({ number: 'D-1' }));
    await sleep(300);
    expect(home.outcomes).toEqual([]);
    expect(existsSync(join(homePaths(dir).inFolder('FRN001'), name))).toBe(true);
    expect(home.held).toEqual([
      expect.stringMatching(/^Prise en charge des dépôts suspendue : il reste .* Mio/),
    ]);
    expect(await home.app.store.meta('intake.hold')).toBe(home.held[0]);
    await home.close();
    home = await openHome({ dir, flags: { intake: { ...intake, freeBytesMin: 1 } } });
    await home.idle();
    expect(home.outcomes).toHaveLength(1);
  });

  const mounts = process.env.ECLUSE_TEST_SYSTEM === '1' && process.getuid?.() === 0;
  if (!mounts) console.warn('skipped: a small disk is mounted only as root with ECLUSE_TEST_SYSTEM=1');
  it.skipIf(!mounts)('on a disk that fills and is cleared, the same engine stops and goes on', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'ecluse-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk], {
      encoding: 'utf8',
    });
    expect(mounted.stderr).toBe('');
    try {
      const intake = { pollMs: 10, settleMs: 0, unfinishedMaxMs: 0, freeBytesMin: 40 * MiB };
      home = await openHome({ dir: join(disk, 'home'), flags: { intake } });
      writeFileSync(join(disk, 'filler'), Buffer.alloc(60 * MiB));
      await sleep(1_200);
      home.drop(flowName('FSO1100A', 1), ubl({ number: 'D-2' }));
      await sleep(1_200);
      expect(home.outcomes).toEqual([]);
      expect(home.held).toHaveLength(1);
      rmSync(join(disk, 'filler'));
      await home.idle();
      expect(home.outcomes).toHaveLength(1);
      await until('people are told', () => home?.held.length === 2);
      expect(home.held.at(-1)).toBe('Prise en charge des dépôts reprise : la place est suffisante.');
      expect(await home.app.store.meta('intake.hold')).toBe('');
    } finally {
      await home?.close();
      home = null;
      // At once, whatever the process still holds open.
      spawnSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  });
});
