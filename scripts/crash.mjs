// `npm run crash`: kills the engine (SIGKILL) at seeded moments while it works, restarts it, and checks that nothing
// was lost and nothing done twice. Options: --rounds N --flows N --kills N --seed N --keep.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkHome } from './crash/check.mjs';
import { makeFlows } from './crash/flows.mjs';
import { createRandom } from './crash/random.mjs';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    flows: { type: 'string', default: '300' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const flowsPerRound = Number(values.flows);
const killsPerRound = Number(values.kills);
const startMsMax = 120_000;
const finishMsMax = 600_000;

ensureInstalled();
ensureBuilt();
const main = join(root, 'dist', 'cli', 'main.js');

function environment(home) {
  return {
    ...process.env,
    ECLUSE_HOME: home,
    ECLUSE_INTAKE_POLL_MS: '10',
    ECLUSE_INTAKE_SETTLE_MS: '20',
    ECLUSE_INTAKE_UNFINISHED_MAX_MS: '500',
    ECLUSE_LIFECYCLE_GROUP_MS_MAX: '50',
  };
}

/** Starts the engine; resolves once it says that it watches, or after `delayMs` when that comes first. */
function startEngine(home) {
  const child = spawn(process.execPath, [main, 'run'], {
    cwd: home,
    env: environment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the engine did not start in time')), startMsMax);
    const look = (chunk) => {
      output.push(String(chunk));
      if (output.join('').includes('Écluse veille')) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', look);
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  const gone = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  return { child, ready, gone, text: () => output.join('') };
}

function drop(folder, { name, bytes }) {
  writeFileSync(join(folder, `.${name}.part`), bytes);
  renameSync(join(folder, `.${name}.part`), join(folder, name));
}

async function round(number) {
  const random = createRandom(Number(values.seed) * 1000 + number);
  const home = mkdtempSync(join(tmpdir(), 'ecluse-crash-'));
  const folder = join(home, 'partners', 'FRN001', 'in');
  mkdirSync(folder, { recursive: true });
  const flows = makeFlows(flowsPerRound, random);
  const waiting = [...flows];
  const perKill = Math.ceil(flows.length / killsPerRound);
  for (let kill = 0; kill < killsPerRound; kill++) {
    for (const flow of waiting.splice(0, perKill)) drop(folder, flow);
    const engine = startEngine(home);
    // One kill in five falls somewhere into the start, the others into the work that follows it.
    if (random() < 0.2) await pause(150 + random() * 400);
    else {
      await engine.ready;
      await pause(random() * 350);
    }
    engine.child.kill('SIGKILL');
    const { code, signal } = await engine.gone;
    if (signal !== 'SIGKILL') throw new Error(`the engine ended by itself with ${code}:\n${engine.text()}`);
  }
  for (const flow of waiting) drop(folder, flow);
  const last = spawnSync(process.execPath, [main, 'run', '--until-idle', '--format', 'json'], {
    cwd: home,
    env: environment(home),
    encoding: 'utf8',
    timeout: finishMsMax,
  });
  const problems =
    last.status === 0 || last.status === 2 ? [] : [`the last run ended with ${last.status}: ${last.stderr}`];
  problems.push(...(await checkHome(home, flows, { main, env: environment(home) })));
  const left = readdirSync(folder);
  if (left.length > 0) problems.push(`left in the drop folder: ${left.join(', ')}`);
  if (problems.length === 0 && !values.keep) rmSync(home, { recursive: true, force: true });
  return { home, problems, lastRun: last.stdout?.trim() };
}

const startedMs = Date.now();
let failed = 0;
for (let number = 1; number <= rounds; number++) {
  const { home, problems, lastRun } = await round(number);
  console.log(`round ${number}: ${flowsPerRound} flows, ${killsPerRound} kills, ${problems.length} problems`);
  console.log(`  last run: ${lastRun}`);
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  if (problems.length > 0) console.log(`  kept: ${home}`);
  failed += problems.length;
}
const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
console.log(
  `${rounds * killsPerRound} kills over ${rounds * flowsPerRound} flows: ${failed} problems, ${seconds} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
