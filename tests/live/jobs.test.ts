import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome, type TestHome } from '../helpers/home.js';
import { redisMissing, startRedis } from '../helpers/redis.js';
import { root } from '../helpers/root.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-jobs-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function homeOf(options: Parameters<typeof openHome>[0]): Promise<TestHome> {
  const home = await openHome(options);
  closers.push(() => home.close().catch(() => undefined));
  return home;
}

function ecluse(dir: string, ...args: string[]) {
  const done = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: dir,
    env: { ...process.env, ECLUSE_HOME: dir },
    encoding: 'utf8',
    timeout: 60_000,
  });
  const json = args.includes('json') && done.stdout.trim() !== '';
  return {
    ...done,
    rows: json
      ? done.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [],
  };
}

/** A thread that dies of everything it is given. */
const dying = new URL(
  `data:text/javascript,${encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1)); parentPort.postMessage({ ready: true });",
  )}`,
);
const waits = { timeout: 60_000 };
const engine = { retryMs: 10, sweepMs: 20 };
const thread = pathToFileURL(join(root, 'dist/workers/thread.js')).href;

/** What a thread runs that takes its whole process with it when a document says `KILLER`. */
function killerIn(dir: string): string {
  const path = join(dir, 'killer.mjs');
  writeFileSync(
    path,
    `import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
await import(${JSON.stringify(thread)});
parentPort.on('message', ({ request }) => {
  if (request.kind === 'check' && readFileSync(request.path, 'utf8').includes('KILLER')) process.kill(process.pid, 'SIGKILL');
});
`,
  );
  return path;
}

/** An engine in a process of its own, until it is idle. */
function engineIn(dir: string, workerScript: string, flags: object): NodeJS.Signals | number | null {
  const script = `
const { createApp } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/app.js')).href)});
const { loadSettings } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/settings/load.js')).href)});
const { silentLog } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/log.js')).href)});
const loaded = loadSettings({ env: { ECLUSE_HOME: ${JSON.stringify(dir)} }, cwd: ${JSON.stringify(dir)}, flags: ${JSON.stringify(flags)} });
const app = await createApp(loaded, {
  log: silentLog, onOutcome() {}, onLost() {},
  workerScript: new URL(${JSON.stringify(pathToFileURL(workerScript).href)}),
});
await app.engine.start();
await app.engine.idle();
await app.close();
process.exit(0);`;
  const path = join(dir, 'engine.mjs');
  writeFileSync(path, script);
  const { signal, status, stderr } = spawnSync(process.execPath, [path], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(stderr);
  return signal ?? status;
}

const stateOf = async (home: TestHome, name: string) => (await home.app.store.findFlows(name))[0]?.state;

describe('a flow that is put aside', () => {
  const flags = { engine, jobs: { faultsMax: 1 } };
  const [first, second] = [flowName('FSO1100A', 1), flowName('FSO1100A', 2)];

  /** Two flows that are dead, and no engine. */
  async function twoDead(): Promise<string> {
    const dir = folder();
    const home = await homeOf({ dir, flags, workerScript: dying });
    home.drop(first, ubl({ number: 'D-1' }));
    home.drop(second, ubl({ number: 'D-2' }));
    await home.idle();
    expect(home.out('FRN001')).toEqual([]);
    const alerts = await vi.waitFor(async () => {
      const open = await home.app.store.deadJobs(9);
      expect(open).toHaveLength(2);
      return open;
    }, waits);
    expect(alerts.map(({ code }) => code)).toEqual(['WORKER_FAILED', 'WORKER_FAILED']);
    await home.close();
    return dir;
  }

  it('is listed with its cause, and tried again or given up by order', async () => {
    const dir = await twoDead();
    const listed = ecluse(dir, 'jobs', 'dead', 'list', '--format', 'json');
    expect(listed.status).toBe(0);
    expect(listed.rows).toMatchObject([
      { partner: 'FRN001', faults: 1, cuts: 0, code: 'WORKER_FAILED', attempt: 1 },
      { partner: 'FRN001', faults: 1 },
    ]);
    expect(ecluse(dir, 'jobs', 'dead').stdout).toContain(first);

    expect(ecluse(dir, 'jobs', 'dead', 'retry').status).toBe(64);
    expect(ecluse(dir, 'jobs', 'dead', 'drop', first).status).toBe(64);
    const dropped = ecluse(
      dir,
      'jobs',
      'dead',
      'drop',
      first,
      '--reason',
      'fichier illisible',
      '--format',
      'json',
    );
    expect(dropped.stderr).toBe('');
    expect(dropped.rows).toMatchObject([
      { result: 'dropped', depositedName: first, state: 'IN_INCIDENTE', reason: 'fichier illisible' },
    ]);
    expect(dropped.rows[0].deliveries).toHaveLength(1);
    expect(ecluse(dir, 'jobs', 'dead', 'drop', first, '--reason', 'encore').status).toBe(1);

    const retried = ecluse(dir, 'jobs', 'dead', 'retry', '--all', '--reason', 'réparé', '--format', 'json');
    expect(retried.rows).toMatchObject([{ result: 'retried', depositedName: second }]);
    expect(ecluse(dir, 'jobs', 'dead', 'list').stdout).toContain('Aucun flux mis de côté.');

    const home = await homeOf({ dir, flags });
    await home.idle();
    expect(await stateOf(home, first)).toBe('IN_INCIDENTE');
    expect(await stateOf(home, second)).toBe('IN_INTEGRE');
    const reports = home.out('FRN001').map((name) => home.read('FRN001', name));
    expect(reports.some((text) => text.includes('ECL-INCIDENT'))).toBe(true);
    const [flow] = await home.app.store.findFlows(first);
    const kinds = (await home.app.store.events(flow?.id ?? '')).map(({ kind, actor }) => [
      kind,
      actor.split(':')[0],
    ]);
    expect(kinds).toContainEqual(['job-dead', 'engine']);
    expect(kinds).toContainEqual(['job-dropped', 'user']);
  });

  it('is an alert until it is tried again, and keeps no engine from being idle', async () => {
    const home = await homeOf({
      flags: { ...flags, alerts: { lookMs: 100 } },
      workerScript: dying,
    });
    home.drop(first, ubl({ number: 'D-1' }));
    await home.idle();
    const open = () => home.app.store.listAlerts({ open: true, limit: 9 });
    await vi.waitFor(async () => expect((await open()).map(({ kind }) => kind)).toEqual(['job-dead']), waits);
    const [alert] = await open();
    expect(alert?.text).toContain(`Le flux ${first} de FRN001 est mis de côté`);
    expect(alert?.fix).toContain('ecluse jobs dead retry');
  });
});

describe('a flow that ends its process each time', () => {
  it('is put aside after so many, and those that were in work beside it are answered', async () => {
    const dir = folder();
    const killer = killerIn(dir);
    const home = await homeOf({ dir, flags: { engine } });
    await home.close();
    const flags = {
      intake: { pollMs: 10, settleMs: 0, unfinishedMaxMs: 0 },
      engine,
      jobs: { cutsTogetherMax: 2, cutsMax: 4, retryMsMax: 50 },
    };
    const names = Array.from({ length: 6 }, (_, i) => flowName('FSO1100A', i + 1));
    names.forEach((name, i) => {
      const text = ubl({ number: i === 2 ? 'KILLER' : `K-${i}` });
      writeFileSync(join(dir, 'partners/FRN001/in', name), text);
    });
    let kills = 0;
    while (engineIn(dir, killer, flags) === 'SIGKILL') {
      kills += 1;
      expect(kills).toBeLessThan(10);
    }
    expect(kills).toBe(4);
    const after = await homeOf({ dir, flags: { engine } });
    expect(await after.app.store.deadJobs(9)).toMatchObject([
      { depositedName: names[2], cuts: 4, faults: 0, code: 'ATTEMPT_CUT_SHORT' },
    ]);
    for (const name of names.filter((one) => one !== names[2]))
      expect(await stateOf(after, name)).toBe('IN_INTEGRE');
  }, 300_000);
});

if (redisMissing !== null) console.warn(`skipped: an engine over Redis (${redisMissing})`);
describe.skipIf(redisMissing !== null)('an engine over Redis', () => {
  it('answers every flow once while Redis is emptied, restarted and away', async () => {
    const redis = await startRedis();
    closers.push(() => redis.close());
    const home = await homeOf({
      flags: {
        queue: 'bullmq',
        redis: { port: redis.port, lockMs: 1_000, stalledMs: 200, renewMs: 2_000, lookMs: 200 },
        engine: { ...engine, sweepMs: 100, largeBytes: 100_000 },
        lifecycle: { groupMsMax: 50 },
      },
    });
    const names = Array.from({ length: 60 }, (_, i) => flowName('FSO1100A', i + 1));
    for (const [i, name] of names.entries()) {
      // Some go by the lane of the large ones.
      const filler = i % 10 === 0 ? `<!--${'x'.repeat(120_000)}-->` : '';
      home.drop(name, ubl({ number: `R-${i}` }) + filler);
      if (i % 20 === 5) await redis.client.flushall();
      if (i === 30) await redis.restart();
      if (i === 45) {
        await redis.stop();
        await pause(500);
        await redis.start();
      }
      await pause(5);
    }
    await home.idle();
    for (const name of names) expect(await stateOf(home, name)).toBe('IN_INTEGRE');
    const invoices = await home.app.store.listInvoices({ limit: 1_000 });
    expect(invoices).toHaveLength(60);
    expect(await home.app.store.deadJobs(9)).toEqual([]);
  });
});
