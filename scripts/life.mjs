// `npm run life`: deposits, statuses, replays, holds and kills (SIGKILL) of the engine in random order, and what must
// hold whatever happened. No seed is begun after `--seconds` where kills have fallen into attempts, statuses were given
// and flows worked again. Options: --seeds N --seed FIRST --steps N --seconds N --keep.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from './crash/random.mjs';
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '0' },
    keep: { type: 'boolean', default: false },
  },
});
const finishMsMax = 600_000;
const attemptMsMax = 3_000;

ensureInstalled();
ensureBuilt();
const { createWorld, partners } = await import('./life/world.mjs');
const { acts, createDraws, knowSuppliers, learn, replayMany, setMode } = await import('./life/acts.mjs');
const { checkLife, figures, isAttemptOpen } = await import('./life/check.mjs');

async function life(seed) {
  const draws = createDraws(createRandom(seed));
  const world = await createWorld();
  const trace = [];
  const problems = [];
  const came = {};
  world.checkNow = () => {
    for (const problem of checkLife(world, false)) problems.push(`after ${trace.length} steps: ${problem}`);
  };
  try {
    await knowSuppliers(world);
    for (let step = 0; step < Number(values.steps) && problems.length === 0; step++) {
      const act = draws.weighted(acts);
      trace.push(act.name);
      await act(world, draws);
      await pause(draws.below(40));
    }
    problems.push(...(await finish(world, draws)));
    Object.assign(came, figures(world));
  } catch (error) {
    problems.push(`the test itself failed: ${error.stack}`);
  } finally {
    await world.kill();
    await world.store.close();
  }
  if (problems.length === 0 && !values.keep) rmSync(world.home, { recursive: true, force: true });
  return { world, trace, problems, came };
}

/** Waits until an attempt is under way; not for long, as there may be nothing left to work. */
async function attemptBegun(world) {
  const untilMs = performance.now() + attemptMsMax;
  while (!isAttemptOpen(world) && performance.now() < untilMs) await pause(2);
}

/** Holds are lifted, the last kill falls into an attempt, and a last engine ends what is left. */
async function finish(world, draws) {
  const problems = [];
  for (const { code, signal, args, said } of await Promise.all(world.commands))
    if (signal !== 'SIGKILL' && code !== 0 && code !== 2) problems.push(`${args.join(' ')}: ${code} ${said}`);
  if (draws.chance(0.7)) {
    await learn(world);
    await replayMany(world, draws);
  }
  for (const partner of partners) await setMode(world, partner, 'active');
  await attemptBegun(world);
  await world.kill();
  const last = spawnSync(process.execPath, [world.main, 'run', '--until-idle', '--format', 'json'], {
    cwd: world.home,
    env: world.env,
    encoding: 'utf8',
    timeout: finishMsMax,
  });
  if (last.status !== 0 && last.status !== 2)
    problems.push(`the last run ended with ${last.status}: ${last.stderr}`);
  return [...problems, ...checkLife(world, true)];
}

function shown({ flows, integrated, given, replays, better, moves, recalls, cut }) {
  return `${flows} flows, ${integrated} invoices integrated, ${given} statuses of partners, ${replays} replays (${better} changed the result), ${moves} completed or re-addressed, ${recalls} recalled, ${cut} attempts cut off`;
}

const startedMs = Date.now();
const until =
  Number(values.seconds) === 0 ? Number.POSITIVE_INFINITY : startedMs + Number(values.seconds) * 1_000;
let done = 0;
let failed = 0;
let kills = 0;
const total = {};
/** Whether everything that `figures` is there to show has come about: on a slow machine the first seeds may not do it. */
const cameAbout = () => kills > 0 && [total.given, total.replays, total.cut].every((count) => count > 0);
for (let i = 0; i < Number(values.seeds) && (Date.now() < until || !cameAbout()); i++) {
  const seed = Number(values.seed) + i;
  const { world, trace, problems, came } = await life(seed);
  for (const [name, count] of Object.entries(came)) total[name] = (total[name] ?? 0) + count;
  kills += world.kills;
  console.log(`seed ${seed}: ${world.kills} kills, ${shown(came)}: ${problems.length} problems`);
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  if (problems.length > 0) console.log(`  kept: ${world.home}\n  ${trace.join(' ')}`);
  failed += problems.length;
  done++;
}
const seconds = ((Date.now() - startedMs) / 1_000).toFixed(0);
console.log(`${kills} kills, ${shown(total)}`);
console.log(`${done} seeds: ${failed} problems, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
