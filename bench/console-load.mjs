// People before the console while invoices are worked, on the embedded default; rounds without and with them alternate.
//   rate   flows that lie in the drop folder: what the engine loses of its own rate (target: at most 10 %)
//   paced  flows dropped at a steady pace: pages (target: 95 % within 300 ms), and whether the backlog grows
// Options: --only rate,paced --people 50 --flows 8000 --warm 1000 --rounds 3 --pace 100 --seconds 30 --stay 10.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { invite, signedIn } from './console-people.mjs';
import { fsyncsPerSecond, machine, scratch, writeFlows } from './lib.mjs';
import { median, prepare, reportsWritten, startRoles } from './scale-lib.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'rate,paced' },
    people: { type: 'string', default: '50' },
    flows: { type: 'string', default: '8000' },
    warm: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    pace: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '30' },
    stay: { type: 'string', default: '10' },
  },
});
const count = (name) => Number(values[name]);
const targets = { lossPercent: 10, pageMs: 300, growthMs: 500 };
/** A report that takes longer ends the bench. */
const deadlineMs = 600_000;

let missed = 0;
function target(what, value, most, unit) {
  const reached = value <= most;
  if (!reached) missed++;
  console.log(
    `${what}: ${value.toFixed(1)} ${unit} (target ${most} ${unit}): ${reached ? 'reached' : 'MISSED'}`,
  );
}
const share = (list, part) =>
  [...list].sort((a, b) => a - b)[Math.max(0, Math.ceil(list.length * part) - 1)] ?? Number.NaN;
const load = () => `load ${loadavg()[0].toFixed(1)}`;

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** An engine with its console over a home of its own, warmed by flows; `measure` gets it with or without people. */
async function round(people, flows, measure) {
  const home = scratch();
  prepare(home);
  const inbox = join(home, 'partners', 'FRN001', 'in');
  const aside = join(home, 'aside');
  mkdirSync(aside);
  writeFlows(inbox, count('warm'));
  writeFlows(aside, flows, { first: count('warm') + 1 });
  const names = readdirSync(aside).sort();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const cookies = (await signedIn(home, Math.max(people, 1))).slice(0, people);
  const engine = await startRoles(home, ['all,console'], { ECLUSE_CONSOLE_PORT: String(port) });
  let crowd = null;
  try {
    await reportsWritten(home, count('warm'), deadlineMs);
    crowd = invite(url, cookies, count('stay'));
    // Everybody is there, and has turned a page, before anything is measured.
    await pause(count('stay') * 1000);
    crowd.forget();
    const before = load();
    const drop = (name) => renameSync(join(aside, name), join(inbox, name));
    const found = await measure({ home, names, drop });
    const times = await crowd.end();
    crowd = null;
    integrated(home, count('warm') + flows);
    return { ...found, ...times, load: before };
  } finally {
    await crowd?.end().catch(() => undefined);
    await engine.stop();
  }
}

const reportsOf = (home) => {
  const out = join(home, 'partners', 'FRN001', 'out');
  return readdirSync(out)
    .filter((name) => name.startsWith('CSO'))
    .map((name) => join(out, name));
};

/** Throws unless every report says that its flow was integrated: anything else would be cheaper. */
function integrated(home, expected) {
  const found = reportsOf(home).filter((path) => readFileSync(path, 'utf8').includes('>IN_INTEGRE<')).length;
  if (found !== expected) throw new Error(`${found} of ${expected} flows were integrated`);
}

const told = ({ pages, live }) =>
  pages.length === 0
    ? ''
    : `; ${pages.length} pages, median ${share(pages, 0.5).toFixed(1)} ms, 95 % within ${share(pages, 0.95).toFixed(1)} ms; ${live.length} live parts, 95 % within ${share(live, 0.95).toFixed(1)} ms`;

async function rate() {
  const flows = count('flows');
  console.log(`rate: ${flows} invoices of about 10 KB in the drop folder, 0 and ${count('people')} people`);
  const once = async (people) => {
    const found = await round(people, flows, async ({ home, names, drop }) => {
      const startedMs = Date.now();
      for (const name of names) drop(name);
      const lastMs = await reportsWritten(home, count('warm') + flows, deadlineMs, 500);
      return { perSecond: flows / ((lastMs - startedMs) / 1000) };
    });
    console.log(`  ${people} people: ${found.perSecond.toFixed(0)} flows/s${told(found)} (${found.load})`);
    return found;
  };
  const { without, together } = await alternate(once);
  const alone = median(without.map(({ perSecond }) => perSecond));
  const shared = median(together.map(({ perSecond }) => perSecond));
  console.log(`  medians: ${alone.toFixed(0)} flows/s without, ${shared.toFixed(0)} with people`);
  target('  the engine loses', (1 - shared / alone) * 100, targets.lossPercent, '%');
}

/** Which comes first changes with each round: what drifts falls on both. */
async function alternate(once) {
  const without = [];
  const together = [];
  for (let n = 0; n < count('rounds'); n++) {
    if (n % 2 === 0) without.push(await once(0));
    together.push(await once(count('people')));
    if (n % 2 === 1) without.push(await once(0));
  }
  return { without, together };
}

/** Drops at a steady pace; gives each flow's milliseconds until its report, in the order of the drops. */
async function steady({ home, names, drop }) {
  const droppedMs = new Map();
  const startedMs = performance.now();
  for (const [n, name] of names.entries()) {
    const earlyMs = startedMs + (n / count('pace')) * 1000 - performance.now();
    if (earlyMs > 1) await pause(earlyMs);
    droppedMs.set(name.split('_')[2], Date.now());
    drop(name);
  }
  const tookS = (performance.now() - startedMs) / 1000;
  await reportsWritten(home, count('warm') + names.length, deadlineMs);
  const waits = [];
  for (const path of reportsOf(home)) {
    const flow = /<IdFlux>([^<]+)</.exec(readFileSync(path, 'utf8'))?.[1];
    const atMs = droppedMs.get(flow);
    if (atMs !== undefined) waits.push({ atMs, waitMs: statSync(path).mtimeMs - atMs });
  }
  waits.sort((a, b) => a.atMs - b.atMs);
  return { waits: waits.map(({ waitMs }) => waitMs), pace: names.length / tookS };
}

async function paced() {
  const flows = count('pace') * count('seconds');
  console.log(`paced: ${count('pace')} flows/s for ${count('seconds')} s, 0 and ${count('people')} people`);
  const once = async (people) => {
    const found = await round(people, flows, steady);
    const third = Math.floor(found.waits.length / 3);
    const growth = share(found.waits.slice(-third), 0.5) - share(found.waits.slice(0, third), 0.5);
    const p95 = share(found.waits, 0.95);
    console.log(
      `  ${people} people: dropped at ${found.pace.toFixed(0)}/s; from drop to report: median ${share(found.waits, 0.5).toFixed(0)} ms, 95 % within ${p95.toFixed(0)} ms, the last third ${growth.toFixed(0)} ms over the first${told(found)} (${found.load})`,
    );
    return { ...found, growth, p95 };
  };
  const { without, together } = await alternate(once);
  const of = (list, key) => median(list.map((one) => one[key]));
  console.log(
    `  from drop to report, 95 % within, medians: ${of(without, 'p95').toFixed(0)} ms without, ${of(together, 'p95').toFixed(0)} ms with people`,
  );
  target(
    '  95 % of pages within',
    median(together.map(({ pages }) => share(pages, 0.95))),
    targets.pageMs,
    'ms',
  );
  target('  growth of the backlog with people', of(together, 'growth'), targets.growthMs, 'ms');
}

console.log(`${machine()}; ${fsyncsPerSecond(scratch())} fsync/s; ${load()}`);
const parts = values.only.split(',');
if (parts.includes('rate')) await rate();
if (parts.includes('paced')) await paced();
process.exitCode = missed === 0 ? 0 : 1;
