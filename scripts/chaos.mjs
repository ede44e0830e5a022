// Deposits flows into a local folder and into a real SFTP server while seeded faults happen to engine, server,
// connections and disk; then checks that nothing was lost and nothing done twice, and prints the account.
// Options: --flows N --seconds N --seed N --no-mount --keep.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createDisk } from './chaos/disk.mjs';
import { checkHome } from './crash/check.mjs';
import { makeFlows } from './crash/flows.mjs';
import { createRandom } from './crash/random.mjs';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { hasSshd, startSshd } from './sshd.mjs';

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '900' },
    seed: { type: 'string', default: '1' },
    'no-mount': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const flowCount = Number(values.flows);
const deadlineMs = Date.now() + Number(values.seconds) * 1000;
/** The last run ends what is left, without faults, in what remains of the time. */
const faultsUntilMs = Date.now() + Number(values.seconds) * 600;
/** Flows deposited between two faults, on average. */
const flowsPerFault = 25;
const startMsMax = 120_000;
const finishMsMin = 60_000;
const fullDiskWords = /ENOSPC|no space left|disk is full|disk I\/O error/i;

if (!hasSshd()) {
  console.log('skipped: /usr/sbin/sshd is not installed');
  process.exit(process.env.CI ? 1 : 0);
}
ensureInstalled();
ensureBuilt();
const main = join(root, 'dist', 'cli', 'main.js');
const random = createRandom(Number(values.seed));
const scratch = mkdtempSync(join(tmpdir(), 'ecluse-chaos-'));
const home = join(scratch, 'home');
const remote = join(scratch, 'remote');
mkdirSync(home, { mode: 0o700 });
const folders = {
  FRN001: join(home, 'partners', 'FRN001', 'out'),
  FRN002: join(remote, 'FRN002', 'out'),
  COL001: join(remote, 'COL001', 'out'),
  ETA001: join(home, 'partners', 'ETA001', 'out'),
};
const drops = { FRN001: join(home, 'partners', 'FRN001', 'in'), FRN002: join(remote, 'FRN002', 'in') };
const disk = createDisk(home, scratch, {
  sizeMb: 256 + Math.ceil(flowCount / 4),
  mayMount: !values['no-mount'],
});
const sshd = await startSshd();
const config = join(scratch, 'ecluse.yaml');
const env = { ...process.env, ECLUSE_HOME: home };
const account = new Map();
const problems = [];
let engine = null;
let diskFull = false;
let ending = false;

function writeConfig() {
  const server = (partner) =>
    `sftp: { host: 127.0.0.1, port: ${sshd.port}, user: ${sshd.user}, key: { file: ${sshd.keyFile} }, ` +
    `in: ${join(remote, partner, 'in')}, out: ${join(remote, partner, 'out')}, hostKeys: ["${sshd.fingerprints[0]}"], ` +
    'pollMs: 50, settleMs: 20, keepaliveMs: 500, deadlines: { connectMs: 2000, operationMs: 1000 } }';
  const lines = [
    // Kills come by the second here: a flow may meet as many as it takes.
    'engine: { attemptsMax: 100, retryMs: 50, sweepMs: 200 }',
    'partners:',
    '  - { code: FRN001, name: Fournisseur, interfaces: [FSO1100A, FSO1116A] }',
    `  - { code: FRN002, name: Voisin, interfaces: [FSO1100A, FSO1116A], ${server('FRN002')} }`,
    `  - { code: COL001, name: Collectivités, lifecycle: false, ${server('COL001')} }`,
    '  - { code: ETA001, name: État, lifecycle: false }',
    'intake: { pollMs: 20, settleMs: 20, unfinishedMaxMs: 2000, freeBytesMin: 0, retryMs: 50, retryMsMax: 500 }',
    'delivery: { retryMs: 50, retryMsMax: 500, lookMs: 500 }',
    'lifecycle: { groupMsMax: 200 }',
    'log: { level: error }',
    `directory: { file: ${join(root, 'config/directory.demo.json')} }`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
}

const count = (what, by = 1) => account.set(what, (account.get(what) ?? 0) + by);
const between = (low, high) => low + random() * (high - low);

/** Starts the engine; resolves when it says that it watches, or has ended. */
async function startEngine() {
  const child = spawn(process.execPath, [main, 'run', '--config', config], {
    cwd: home,
    env: { ...env, ...disk.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  let expected = false;
  // It may have met a full disk, and take its time to end of it.
  let metFullDisk = diskFull;
  const gone = new Promise((resolve) => {
    // All that it said has come.
    child.on('close', (code) => {
      if (!expected && !ending) {
        count('engine ended by itself');
        if (!diskFull && !(metFullDisk && fullDiskWords.test(errors)))
          problems.push(`the engine ended by itself with ${code}: ${errors.slice(-500)}`);
      }
      resolve();
    });
  });
  const watches = new Promise((resolve) => {
    const timer = setTimeout(resolve, startMsMax);
    child.stdout.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-4096);
      if (!said.includes('Écluse veille')) return;
      clearTimeout(timer);
      resolve();
    });
    gone.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  child.stderr.on('data', (chunk) => {
    errors = (errors + String(chunk)).slice(-4096);
  });
  engine = {
    watches,
    gone,
    alive: () => child.exitCode === null && child.signalCode === null,
    meetFullDisk: () => {
      metFullDisk = true;
    },
    signal: (name) => child.kill(name),
    async kill() {
      expected = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Somebody starts it again, as a service manager does. */
async function keepEngine() {
  if (engine?.alive()) return;
  await startEngine();
  await engine.watches;
}

const faults = {
  async 'engine killed'() {
    // One in three falls into the start.
    await engine.kill();
    await startEngine();
    if (random() > 0.33) return engine.watches;
    await pause(between(50, 700));
    await engine.kill();
    count('engine killed in its start');
    await startEngine();
    await engine.watches;
  },
  async 'engine frozen'() {
    engine.signal('SIGSTOP');
    await pause(between(100, 1_500));
    engine.signal('SIGCONT');
  },
  async 'server killed'() {
    await sshd.kill();
    await pause(between(50, 800));
    await sshd.start();
  },
  async 'server frozen'() {
    sshd.signal('SIGSTOP');
    await pause(between(100, 2_500));
    sshd.signal('SIGCONT');
  },
  async 'connections cut'() {
    for (let n = 0; n < 3; n++) {
      sshd.cutConnections();
      await pause(between(10, 150));
    }
  },
  async 'disk full'() {
    diskFull = disk.fill();
    if (diskFull) engine.meetFullDisk();
    if (!diskFull) count('disk could not be filled');
    await pause(between(50, 1_000));
    if (random() < 0.3) {
      count('engine killed on a full disk');
      await engine.kill();
      await startEngine();
      await pause(between(100, 800));
    }
    disk.free();
    await pause(50);
    diskFull = false;
  },
};

/** One fault after the other, now and then two at once, while flows are deposited. */
async function happen(deposited) {
  const kinds = Object.keys(faults);
  const total = Math.max(kinds.length, Math.round(flowCount / flowsPerFault));
  for (let number = 0; number < total && (number < kinds.length || Date.now() < faultsUntilMs); number++) {
    await keepEngine();
    // Each kind once first, so that a short run has them all.
    const one = kinds[number] ?? kinds[Math.floor(random() * kinds.length)];
    const other = random() < 0.15 ? kinds[Math.floor(random() * kinds.length)] : one;
    const both = other !== one && !(one.startsWith('server') && other.startsWith('server'));
    const engines = ['engine killed', 'engine frozen', 'disk full'];
    const together = both && !(engines.includes(one) && engines.includes(other)) ? [one, other] : [one];
    for (const kind of together) count(kind);
    deposited.allow(Math.ceil(((number + 1) / total) * flowCount));
    await pause(between(20, 250));
    await Promise.all(together.map((kind) => faults[kind]()));
  }
  deposited.allow(flowCount);
}

/** Senders: each writes under a temporary name and renames; a disk that is full makes them try again. */
function senders(flows) {
  let allowed = 0;
  const done = (async () => {
    for (let next = 0; next < flows.length; ) {
      const flow = flows[next];
      if (next >= allowed) {
        await pause(10);
        continue;
      }
      const folder = drops[flow.partner];
      const temporary = join(folder, `.${flow.name}.part`);
      try {
        writeFileSync(temporary, flow.bytes);
        renameSync(temporary, join(folder, flow.name));
        next++;
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
        count('deposits tried again on a full disk');
        rmSync(temporary, { force: true });
        await pause(50);
      }
      if (next % 10 === 0) await pause(1);
    }
  })();
  return { done, allow: (upTo) => (allowed = Math.max(allowed, upTo)) };
}

async function finish() {
  ending = true;
  await engine?.kill();
  const timeout = Math.max(deadlineMs - Date.now(), finishMsMin);
  const args = [main, 'run', '--until-idle', '--config', config, '--format', 'json'];
  const last = spawnSync(process.execPath, args, { cwd: home, env, encoding: 'utf8', timeout });
  if (last.status !== 0 && last.status !== 2)
    problems.push(`the last run ended with ${last.status ?? last.signal}: ${last.stderr.slice(-2_000)}`);
  problems.push(...(await checkHome(home, flows, { main, env: { ...env, ECLUSE_CONFIG: config } }, folders)));
  for (const folder of [...Object.values(drops), join(remote, 'FRN002', '.ecluse')]) {
    const left = readdirSync(folder);
    if (left.length > 0) problems.push(`left in ${folder}: ${left.slice(0, 5).join(', ')}`);
  }
}

function print(startedMs) {
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
  const remoteCount = flows.filter(({ partner }) => partner === 'FRN002').length;
  console.log(`seed ${values.seed}; disk: ${disk.how}`);
  for (const [what, times] of [...account].sort()) console.log(`  ${String(times).padStart(5)}  ${what}`);
  for (const problem of problems.slice(0, 20)) console.log(`  problem: ${problem}`);
  const total = Object.keys(faults).reduce((sum, kind) => sum + (account.get(kind) ?? 0), 0);
  console.log(
    `${flows.length} flows (${remoteCount} over SFTP, ${flows.length - remoteCount} local), ${total} faults: ` +
      `${problems.length} problems, ${seconds} s`,
  );
  console.log(`target: none lost, none doubled, by hash: ${problems.length === 0 ? 'reached' : 'MISSED'}`);
}

const startedMs = Date.now();
const flows = makeFlows(flowCount, random, (i) => (i % 2 === 0 ? 'FRN001' : 'FRN002'));
try {
  for (const dir of [...Object.values(folders), ...Object.values(drops), join(remote, 'COL001', 'in')])
    mkdirSync(dir, { recursive: true });
  writeConfig();
  const deposited = senders(flows);
  await happen(deposited);
  await deposited.done;
  await finish();
} catch (error) {
  problems.push(`the run could not be completed: ${error.stack}`);
} finally {
  ending = true;
  await engine?.kill();
  await sshd.close();
  print(startedMs);
  if (!values.keep) {
    disk.close();
    rmSync(scratch, { recursive: true, force: true });
  } else console.log(`kept: ${scratch}`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
