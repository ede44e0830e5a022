// Several machines in small: PostgreSQL, Redis and two intakes, three workers, two deliverers over one shared folder.
// Flows are deposited while seeded faults happen to all of them, and files are fetched as soon as they appear; then
// the account: nothing lost, nothing twice, order kept, database and files agree.
// Options: --flows N --seconds N --seed N --faults N --lanes N --no-memory --keep.
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createConsumer } from './chaos/consumer.mjs';
import { createFleet } from './chaos/fleet.mjs';
import { checkAccount } from './chaos/scale-account.mjs';
import { makeScaleFlows } from './chaos/scale-flows.mjs';
import { createRandom } from './crash/random.mjs';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { hasPostgres, startPostgres } from './postgres.mjs';
import { hasRedis, startRedis } from './redis.mjs';

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '1800' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string' },
    /** Files of a partner that a deliverer writes at once: with one, their order can be held to that of the outbox. */
    lanes: { type: 'string', default: '1' },
    'no-memory': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const flowCount = Number(values.flows);
const faultCount = Number(values.faults ?? Math.max(12, Math.round(flowCount / 25)));
const deadlineMs = Date.now() + Number(values.seconds) * 1000;
/** What is left is finished without faults, in what remains of the time. */
const faultsUntilMs = Date.now() + Number(values.seconds) * 650;
const leaseMs = 1_500;
const lockMs = 1_500;
const stopMsMax = 60_000;
const orderMsMax = 60_000;
const issuers = ['FRN001', 'FRN002', 'FRN003'];
const recipients = ['COL001', 'ETA001'];

if (!hasPostgres() || !hasRedis()) {
  console.log(`skipped: ${hasPostgres() ? 'Redis' : 'PostgreSQL'} is not installed`);
  process.exit(process.env.CI ? 1 : 0);
}
ensureInstalled();
ensureBuilt();
const main = join(root, 'dist', 'cli', 'main.js');
const random = createRandom(Number(values.seed));
const scratch = mkdtempSync(join(tmpdir(), 'ecluse-scale-'));
const home = join(scratch, 'home');
const config = join(scratch, 'ecluse.yaml');
const env = { ...process.env, ECLUSE_HOME: home };
const folderOf = (partner, side) => join(home, 'partners', partner, side);
const outFolders = Object.fromEntries(
  [...issuers, ...recipients].map((code) => [code, folderOf(code, 'out')]),
);
const account = new Map();
const problems = [];
const fetchedReports = new Set();
const between = (low, high) => low + random() * (high - low);
const pick = (list) => list[Math.floor(random() * list.length)];
const count = (what, by = 1) => account.set(what, (account.get(what) ?? 0) + by);

function writeConfig(postgres, database, redis) {
  const partner = (code, more) => `  - { code: ${code}, name: ${code}, ${more} }`;
  const lines = [
    'engine: { attemptsMax: 100, retryMs: 50, sweepMs: 500, stopMsMax: 20000, inFlight: 8, largeBytes: 262144 }',
    'store: postgres',
    `postgres: { host: ${postgres.host}, port: ${postgres.port}, database: ${database}, user: ${postgres.user}, poolMax: 5, connectMsMax: 20000, idleMsMax: 2000 }`,
    'queue: bullmq',
    `redis: { host: ${redis.host}, port: ${redis.port}, connectMsMax: 1000, commandMsMax: 500, lockMs: ${lockMs}, stalledMs: 300, renewMs: 3000, lookMs: 500 }`,
    // Kills come by the second here: a flow may meet as many as it takes.
    'jobs: { retryMsMax: 500, faultsMax: 100000, cutsMax: 100000 }',
    `leases: { ttlMs: ${leaseMs}, lookMs: 100 }`,
    'partners:',
    ...issuers.map((code) => partner(code, 'interfaces: [FSO1100A, FSO1116A]')),
    ...recipients.map((code) => partner(code, 'lifecycle: false')),
    'intake: { pollMs: 50, settleMs: 20, unfinishedMaxMs: 2000, freeBytesMin: 0, retryMs: 50, retryMsMax: 500 }',
    `delivery: { retryMs: 50, retryMsMax: 500, lookMs: 500, concurrency: ${values.lanes} }`,
    'lifecycle: { groupMsMax: 200 }',
    'log: { level: error }',
    `directory: { file: ${join(root, 'config/directory.demo.json')} }`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
}

/** Each fault takes its time and leaves the arrangement whole, but for what the fleet starts again. */
function faultsOver({ fleet, postgres, redis }) {
  const ofRole = (role) => pick(fleet.names.filter((name) => name.startsWith(role)));
  async function killed(name) {
    await fleet.kill(name);
    await pause(between(0, 1_500));
    await fleet.start(name);
    if (random() > 0.25) return;
    count('killed again soon after its start');
    await pause(between(0, 400));
    await fleet.kill(name);
    await fleet.start(name);
  }
  async function frozen(name, ms) {
    fleet.signal(name, 'SIGSTOP');
    await pause(ms);
    fleet.signal(name, 'SIGCONT');
  }
  /** An order that a busy server has not heard is given again: what it would have ended must not go on. */
  async function order(...words) {
    const untilMs = performance.now() + orderMsMax;
    while (redis.ask(...words) !== 'OK') {
      if (performance.now() > untilMs) throw new Error(`Redis did not take ${words.join(' ')}`);
      await pause(20);
    }
  }
  const memory = values['no-memory']
    ? {}
    : {
        async 'Redis out of memory'() {
          await order('config', 'set', 'maxmemory', '1mb');
          await pause(between(300, 1_500));
          await order('config', 'set', 'maxmemory', '0');
        },
      };
  return {
    'intake killed': () => killed(ofRole('intake')),
    'worker killed': () => killed(ofRole('worker')),
    'deliverer killed': () => killed(ofRole('deliver')),
    'worker frozen past its lock': () => frozen(ofRole('worker'), between(1.2, 2.5) * (lockMs + 300)),
    'intake frozen past its lease': () => frozen(ofRole('intake'), between(1.2, 2.5) * leaseMs),
    'deliverer frozen past its lease': () => frozen(ofRole('deliver'), between(1.2, 2.5) * leaseMs),
    'process frozen for a moment': () => frozen(pick(fleet.names), between(50, 900)),
    async 'Redis emptied'() {
      await order('flushall');
      await pause(between(0, 300));
    },
    async 'Redis restarted'() {
      await redis.kill();
      await pause(between(50, 1_500));
      await redis.start();
    },
    async 'PostgreSQL restarted'() {
      await postgres.stop('SIGINT');
      await pause(between(0, 1_000));
      await postgres.start();
    },
    async 'PostgreSQL crashed'() {
      await postgres.stop('SIGQUIT');
      await pause(between(0, 1_000));
      await postgres.start();
    },
    ...memory,
  };
}

/** Those of two faults that would undo one another do not come together. */
const stepOnEachOther = (one, other) =>
  one === other || ['Redis', 'PostgreSQL'].some((what) => one.startsWith(what) && other.startsWith(what));

async function happen(faults, deposited) {
  const kinds = Object.keys(faults);
  const touched = (kind) => kind.split(' ')[0];
  for (
    let number = 0;
    number < faultCount && (number < kinds.length || Date.now() < faultsUntilMs);
    number++
  ) {
    // Each kind once first, so that a short run has them all.
    const one = kinds[number] ?? pick(kinds);
    const other = random() < 0.2 ? pick(kinds) : one;
    const together =
      stepOnEachOther(one, other) || touched(one) === touched(other) || other.startsWith('process')
        ? [one]
        : [one, other];
    for (const kind of together) count(kind);
    deposited.allow(Math.ceil(((number + 1) / faultCount) * flowCount));
    await pause(between(20, 400));
    await Promise.all(together.map((kind) => faults[kind]()));
  }
  deposited.allow(flowCount);
}

/** Senders write under a temporary name and rename; what repeats an earlier flow waits until that is answered. */
function senders(flows) {
  let allowed = 0;
  let deposited = 0;
  const waiting = [...flows];
  const isDue = (after) => after === undefined || fetchedReports.has(after.slice(16));
  const done = (async () => {
    while (waiting.length > 0) {
      const at = waiting.findIndex(({ after }, i) => i < 200 && isDue(after));
      if (deposited >= allowed || at === -1) {
        await pause(20);
        continue;
      }
      const [flow] = waiting.splice(at, 1);
      const folder = folderOf(flow.partner, 'in');
      writeFileSync(join(folder, `.${flow.name}.part`), flow.bytes);
      renameSync(join(folder, `.${flow.name}.part`), join(folder, flow.name));
      deposited++;
      if (deposited % 5 === 0) await pause(1);
    }
  })();
  return { done, allow: (upTo) => (allowed = Math.max(allowed, upTo)), count: () => deposited };
}

/** Whether there is nothing left to do, by the database and the drop folders. */
async function quiet(postgres, database) {
  const [row] = await postgres.query(
    `SELECT (SELECT count(*) FROM flows WHERE "finalAt" IS NULL)::int AS "open",
            (SELECT count(*) FROM deliveries WHERE "state" = 'pending')::int AS "pending",
            (SELECT count(*) FROM statuses WHERE "delivery" IS NULL)::int AS "statuses",
            (SELECT count(*) FROM flows)::int AS "flows"`,
    database,
  );
  const lying = issuers.reduce((sum, code) => sum + readdirSync(folderOf(code, 'in')).length, 0);
  return { ...row, lying, done: row.open + row.pending + row.statuses + lying === 0 };
}

async function finish({ fleet, postgres, database, deposited, flows }) {
  await fleet.keep();
  for (let still = 0; still < 3; ) {
    await pause(500);
    await fleet.keep();
    const now = await quiet(postgres, database);
    still = now.done && deposited.count() === flows.length ? still + 1 : 0;
    if (still === 0 && Date.now() > deadlineMs) {
      problems.push(
        `not finished at the deadline: ${JSON.stringify({ ...now, deposited: deposited.count() })}`,
      );
      return;
    }
  }
}

function print(startedMs, flows, starts) {
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
  console.log(
    `seed ${values.seed}; ${issuers.length} issuers, ${recipients.length} recipients; ${starts} starts`,
  );
  for (const [what, times] of [...account].sort()) console.log(`  ${String(times).padStart(6)}  ${what}`);
  for (const problem of problems.slice(0, 30)) console.log(`  problem: ${problem}`);
  console.log(`${flows.length} flows, ${problems.length} problems, ${seconds} s`);
  const met = problems.length === 0;
  console.log(`target: none lost, none doubled, order kept: ${met ? 'reached' : 'MISSED'}`);
}

const startedMs = Date.now();
const flows = makeScaleFlows(flowCount, random, issuers);
for (const code of [...issuers, ...recipients])
  for (const side of ['in', 'out']) mkdirSync(folderOf(code, side), { recursive: true, mode: 0o700 });
// With fsync: what was committed must outlive a crash of the server.
const postgres = await startPostgres({ durable: true });
const redis = await startRedis();
let ending = false;
const roles = Object.entries({ intake: 2, worker: 3, deliver: 2 }).flatMap(([role, many]) =>
  Array.from({ length: many }, (_, i) => ({ role, name: `${role}-${i + 1}` })),
);
const fleet = createFleet({
  main,
  config,
  cwd: home,
  env,
  roles,
  onEnded(name, code, text) {
    if (ending) return;
    problems.push(`${name} ended by itself with ${code}: ${text.trim().slice(-600)}`);
    fleet.start(name);
  },
});
const consumer = createConsumer({
  folders: outFolders,
  target: join(scratch, 'fetched'),
  everyMs: 20,
  onFetched(partner, name, path) {
    count('files fetched');
    if (!name.startsWith('CSO') || !issuers.includes(partner)) return;
    const id = /<IdFlux>([^<]*)<\/IdFlux>/.exec(readFileSync(path, 'utf8'))?.[1];
    if (id !== undefined) fetchedReports.add(id);
  },
});
try {
  const database = await postgres.createDatabase();
  writeConfig(postgres, database, redis);
  const imported = spawnSync(
    process.execPath,
    [main, 'directory', 'import', join(root, 'config/directory.demo.json'), '--config', config],
    { cwd: home, env, encoding: 'utf8' },
  );
  if (imported.status !== 0) throw new Error(`the directory could not be imported: ${imported.stderr}`);
  await fleet.keep();
  const deposited = senders(flows);
  await happen(faultsOver({ fleet, postgres, redis }), deposited);
  await finish({ fleet, postgres, database, deposited, flows });
  count('flows deposited', deposited.count());
  ending = true;
  for (const [name, code] of await fleet.stop(stopMsMax))
    if (code !== 0 && code !== 2) problems.push(`${name} did not end in good order: ${code}`);
  await consumer.stop();
  const found = await checkAccount({
    home,
    flows,
    issuers,
    consumer,
    postgres,
    database,
    main,
    config,
    env,
    lanes: Number(values.lanes),
  });
  problems.push(...found.problems);
  for (const [what, times] of Object.entries(found.counts)) count(what, times);
} catch (error) {
  problems.push(`the run could not be completed: ${error.stack}`);
} finally {
  ending = true;
  await fleet.stop(5_000);
  await consumer.stop();
  await redis.close();
  await postgres.close();
  print(startedMs, flows, fleet.starts());
  if (values.keep) console.log(`kept: ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}
process.exit(problems.length === 0 ? 0 : 1);
