import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { pooled } from '../../src/adapters/calls.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { sha256, type TestIntake, testIntake } from '../helpers/intake.js';
import { until } from '../helpers/processes.js';

vi.setConfig({ testTimeout: 120_000 });

let home: TestHome | null = null;
let folder: TestIntake | null = null;
let dir: string | null = null;
afterEach(async () => {
  await home?.close();
  // Not while an engine writes in it.
  if (dir !== null) rmSync(dir, { recursive: true, force: true });
  dir = null;
  folder?.remove();
  home = null;
  folder = null;
});

/** As in production but faster: files settle, unfinished ones are waited for. */
const patient = { intake: { pollMs: 20, settleMs: 150, unfinishedMaxMs: 30_000 } };

const states = (opened: TestHome) => opened.outcomes.map(({ state }) => state);

describe('1 partial upload', () => {
  it.each([
    ['an XML', 'FSO1100A', Buffer.from(ubl({ number: 'P-1' }))],
    ['a tar.gz', 'FSO1100A', tarGz([{ name: 'a.xml', bytes: Buffer.from(ubl({ number: 'P-2' })) }])],
  ])('a paused writer: %s is taken once, whole, however long the pauses are', async (_what, code, bytes) => {
    home = await openHome({ flags: patient });
    const path = join(homePaths(home.dir).inFolder('FRN001'), flowName(code, 1));
    const third = Math.floor(bytes.length / 3);
    writeFileSync(path, bytes.subarray(0, third));
    await sleep(800);
    appendFileSync(path, bytes.subarray(third, 2 * third));
    await sleep(800);
    expect(home.outcomes).toEqual([]);
    expect(statSync(path).size).toBe(2 * third);
    appendFileSync(path, bytes.subarray(2 * third));
    await home.idle();
    expect(states(home)).toEqual(['IN_INTEGRE']);
    expect((await home.app.store.listFlows({}))[0]?.sha256).toBe(sha256(bytes));
  });

  it('an upload that is given up is answered after the limit of its partner, not before and not never', async () => {
    home = await openHome({ flags: { intake: { pollMs: 20, settleMs: 50, unfinishedMaxMs: 1_000 } } });
    const path = join(homePaths(home.dir).inFolder('FRN001'), flowName('FSO1100A', 1));
    const begun = Date.now();
    writeFileSync(path, ubl({ number: 'P-3' }).slice(0, 300));
    await home.idle();
    expect(Date.now() - begun).toBeGreaterThan(1_000);
    expect(states(home)).toEqual(['QP_IRRECEVABLE']);
  });
});

describe('2 rename over', () => {
  it('a new content renamed over a name is never mixed with the old one, and the last one is taken', async () => {
    folder = testIntake({ settleMs: 0 });
    const { drop, intake, rows } = folder;
    const contents = Array.from({ length: 150 }, (_, i) => `<a>${String(i).repeat(2_000)}</a>`);
    let busy = true;
    const scanning = (async () => {
      while (busy) await intake.scan();
    })();
    const isTaken = (content: string) => () => rows.at(-1)?.sha256 === sha256(content);
    for (const [i, content] of contents.entries()) {
      writeFileSync(join(drop, '.same.part'), content);
      renameSync(join(drop, '.same.part'), join(drop, 'same'));
      // A folder slower than this writer would see none but changed files: now and then it may catch up.
      if (i % 30 === 29) await until('the content is taken', isTaken(content));
      else await sleep(Math.random() * 4);
    }
    // That no file is there is not enough: one that was claimed and had changed goes back.
    await until('the last content is taken', isTaken(contents.at(-1) ?? ''));
    busy = false;
    await scanning;
    const known = new Set(contents.map(sha256));
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.filter((row) => !known.has(row.sha256))).toEqual([]);
    expect(new Set(rows.map((row) => row.sha256)).size).toBe(rows.length);
    expect(rows.at(-1)?.sha256).toBe(sha256(contents.at(-1) ?? ''));
  });
});

describe('3 re-drop', () => {
  it('the same name dropped again within 100 ms of its pickup is a second flow, every time', async () => {
    folder = testIntake({ settleMs: 0 });
    const { drop, intake, rows } = folder;
    let busy = true;
    const scanning = (async () => {
      while (busy) {
        await intake.scan();
        await sleep(1);
      }
    })();
    for (let i = 0; i < 40; i++) {
      writeFileSync(join(drop, '.again.part'), `<a>${i}</a>`);
      renameSync(join(drop, '.again.part'), join(drop, 'again'));
      await until('its pickup', () => !existsSync(join(drop, 'again')));
    }
    await until('all rows', () => rows.length === 40);
    busy = false;
    await scanning;
    expect(rows.map((row) => row.sha256)).toEqual(
      Array.from({ length: 40 }, (_, i) => sha256(`<a>${i}</a>`)),
    );
  });
});

describe('6 clocks', () => {
  it('an old mtime, one of the future and one of the epoch are taken like any other', async () => {
    folder = testIntake();
    const { drop, intake, rows } = folder;
    for (const [name, seconds] of [
      ['old', 1_000_000_000],
      ['epoch', 0],
      ['future', 4_000_000_000],
      ['now', Date.now() / 1000],
    ] as const) {
      writeFileSync(join(drop, name), `<a>${name}</a>`);
      utimesSync(join(drop, name), seconds, seconds);
    }
    await intake.scan();
    expect(rows).toEqual([]);
    await sleep(210);
    expect((await intake.scan()).taken).toBe(4);
    expect(rows.map((row) => row.depositedName).sort()).toEqual(['epoch', 'future', 'now', 'old']);
  });
});

describe('11 symlinks and hard links', () => {
  it('links, pipes, sockets and folders are never followed, opened or waited for; files beside them are taken', async () => {
    folder = testIntake({ settleMs: 0 });
    const { drop, intake, rows, root, faults } = folder;
    writeFileSync(join(root, 'secret'), '<a>secret</a>');
    symlinkSync(join(root, 'secret'), join(drop, 'symlink'));
    symlinkSync('/etc/hostname', join(drop, 'hostname'));
    symlinkSync('missing', join(drop, 'dangling'));
    linkSync(join(root, 'secret'), join(drop, 'hardlink'));
    mkdirSync(join(drop, 'folder'));
    expect(spawnSync('mkfifo', [join(drop, 'pipe')]).status).toBe(0);
    const server = createServer().listen(join(drop, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    writeFileSync(join(drop, 'good'), '<a>good</a>');
    for (let i = 0; i < 3; i++) await intake.scan();
    expect((await intake.scan()).idle).toBe(true);
    expect(rows.map((row) => row.depositedName)).toEqual(['good']);
    expect(faults).toEqual([]);
    expect(readdirSync(drop)).toHaveLength(7);
    await new Promise((resolve) => server.close(resolve));
  });

  it('a file swapped for a link between look and claim is not taken', async () => {
    folder = testIntake();
    const { drop, intake, rows, root } = folder;
    writeFileSync(join(root, 'secret'), '<a>1</a>');
    writeFileSync(join(drop, 'a'), '<a>1</a>');
    await intake.scan();
    rmSync(join(drop, 'a'));
    symlinkSync(join(root, 'secret'), join(drop, 'a'));
    await sleep(210);
    for (let i = 0; i < 3; i++) await intake.scan();
    expect(rows).toEqual([]);
  });
});

describe('14 wrong permissions', () => {
  const refused = () => Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });

  it('a file that may not be read is told once, stays, and stops no other', async () => {
    const calls = () => ({
      ...pooled,
      open: (...args: Parameters<typeof pooled.open>) =>
        String(args[0]).endsWith('/closed') ? Promise.reject(refused()) : pooled.open(...args),
    });
    folder = testIntake({ settleMs: 0 }, { calls });
    const { drop, intake, rows, faults } = folder;
    writeFileSync(join(drop, 'closed'), '<a>1</a>');
    writeFileSync(join(drop, 'open'), '<a>2</a>');
    for (let i = 0; i < 5; i++) await intake.scan();
    expect(rows.map((row) => row.depositedName)).toEqual(['open']);
    expect(faults.map(({ file, code }) => [file, code])).toEqual([['closed', 'FILE_UNREADABLE']]);
    expect(existsSync(join(drop, 'closed'))).toBe(true);
  });

  it('a folder from which nothing may be moved loses and doubles nothing, and is taken once it is put right', async () => {
    let wrong = true;
    const calls = () => ({
      ...pooled,
      rename: (...args: Parameters<typeof pooled.rename>) =>
        wrong ? Promise.reject(refused()) : pooled.rename(...args),
    });
    folder = testIntake({ settleMs: 0 }, { calls });
    const { drop, intake, rows, faults } = folder;
    writeFileSync(join(drop, 'a'), '<a>1</a>');
    for (let i = 0; i < 5; i++) await intake.scan();
    expect(rows).toEqual([]);
    expect(faults).toHaveLength(1);
    wrong = false;
    await intake.scan();
    expect(rows).toHaveLength(1);
  });
});

describe('15 folder removed and recreated', () => {
  it('its partner has faults that are told, the others none; deposits are taken once it is back', async () => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-pickup-'));
    const partners = ['FRN001', 'FRN002'].map((code) => ({
      code,
      name: code,
      interfaces: ['FSO1100A'],
      lifecycle: false,
    }));
    const intake = {
      pollMs: 20,
      settleMs: 0,
      unfinishedMaxMs: 0,
      faultsMax: 2,
      retryMs: 20,
      retryMsMax: 100,
    };
    home = await openHome({ dir, flags: { intake, partners } });
    const { store } = home.app;
    const inFolder = homePaths(dir).inFolder('FRN001');
    const health = async () =>
      (await store.partnerHealth()).map(({ partner, circuit }) => [partner, circuit]);
    const isTold = (circuit: string) =>
      until(`circuit ${circuit}`, async () => (await health()).some(([, one]) => one === circuit));
    rmSync(inFolder, { recursive: true });
    await isTold('open');
    await sleep(300);
    expect(await health()).toEqual([['FRN001', 'open']]);
    home.drop(flowName('FSO1100A', 1, 'FRN002'), ubl({ number: 'R-1' }), 'FRN002');
    await until('the outcome of the other', () => home?.outcomes.length === 1);
    mkdirSync(inFolder);
    home.drop(flowName('FSO1100A', 1), ubl({ number: 'R-2' }));
    await home.idle();
    expect(states(home)).toEqual(['IN_INTEGRE', 'IN_INTEGRE']);
    await isTold('closed');
    expect(await health()).toEqual([['FRN001', 'closed']]);
  });
});

describe('an out folder that fails', () => {
  it('is shown with its circuit, holds up no other partner, and gets its files once it is back', async () => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-pickup-'));
    const quick = { pollMs: 20, settleMs: 0, unfinishedMaxMs: 0, faultsMax: 2 };
    home = await openHome({ dir, flags: { intake: quick, delivery: { retryMs: 20, retryMsMax: 100 } } });
    const { store } = home.app;
    const out = homePaths(dir).outFolder('COL001');
    rmSync(out, { recursive: true });
    home.drop(flowName('FSO1100A', 1), ubl({ number: 'O-1' }));
    const isTold = (circuit: string) =>
      until(`circuit ${circuit}`, async () => (await store.partnerHealth())[0]?.circuit === circuit);
    await isTold('open');
    expect(await store.partnerHealth()).toMatchObject([
      { partner: 'COL001', side: 'delivery', circuit: 'open', error: expect.stringContaining('COL001') },
    ]);
    const reports = () => home?.out('FRN001').filter((name) => name.startsWith('CSO1100A')) ?? [];
    await until('the report of the other', () => reports().length === 1);
    mkdirSync(out);
    await home.idle();
    expect(home.out('COL001')).toHaveLength(1);
    await isTold('closed');
    expect(await store.partnerHealth()).toMatchObject([{ partner: 'COL001', circuit: 'closed', faults: 0 }]);
  });
});
