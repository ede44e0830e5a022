// What moving up costs and gives. Ratios of alternating rounds, on one machine:
//   engines  the same flows: the embedded default against PostgreSQL + BullMQ with one process of each role
//   workers  flows whose check is heavy: two worker processes against one, each held to a core of its own (taskset), as
//            machines are; free, one process takes more than one core by itself. All else is free and shares both cores
//   growth   flows/s and database time per flow with many flows stored before, on both stores
// Options: --only engines,workers,growth --flows N --rounds N --lines N --heavy N --sizes N,N,N --measured N --stores sqlite,postgres.
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flowName, piece } from '../scripts/documents/names.mjs';
import { townHall } from '../scripts/documents/parties.mjs';
import { ubl } from '../scripts/documents/ubl.mjs';
import { hasPostgres, startPostgres } from '../scripts/postgres.mjs';
import { hasRedis, startRedis } from '../scripts/redis.mjs';
import { fsyncsPerSecond, machine, scratch, writeFlows } from './lib.mjs';
import { growth } from './scale-growth.mjs';
import {
  canPin,
  cpuSeconds,
  median,
  onPostgres,
  onRedis,
  prepare,
  reportsWritten,
  startRoles,
  steadyRate,
} from './scale-lib.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'engines,workers,growth' },
    flows: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    lines: { type: 'string', default: '1000' },
    heavy: { type: 'string', default: '600' },
    sizes: { type: 'string', default: '10000,100000,1000000' },
    measured: { type: 'string', default: '1000' },
    stores: { type: 'string', default: 'sqlite,postgres' },
  },
});
const rounds = Number(values.rounds);
const flows = Number(values.flows);
const heavy = Number(values.heavy);

if (!hasPostgres() || !hasRedis()) {
  console.log(`skipped: ${hasPostgres() ? 'Redis' : 'PostgreSQL'} is not installed`);
  process.exit(0);
}
let missed = 0;
function target(what, value, least) {
  if (!(value >= least)) missed++;
  console.log(
    `${what}: ${value.toFixed(2)} (target ${least.toFixed(2)}): ${value >= least ? 'reached' : 'MISSED'}`,
  );
}
const load = () => `load ${loadavg()[0].toFixed(1)}`;

/** One round: so many flows lie in the drop folder; the clock runs from the start of work to the newest report. */
async function rate(home, roles, env) {
  prepare(home);
  writeFlows(join(home, 'partners', 'FRN001', 'in'), flows);
  const before = load();
  const engine = await startRoles(home, roles, env);
  const startedMs = Date.now();
  const lastMs = await reportsWritten(home, flows);
  const cpu = cpuSeconds(engine.pids, readFileSync);
  await engine.stop();
  const found = flows / ((lastMs - startedMs) / 1000);
  console.log(
    `  ${roles.join(' + ')}: ${found.toFixed(0)} flows/s, ${((cpu / flows) * 1000).toFixed(2)} ms of CPU a flow in our processes (${before})`,
  );
  return found;
}

async function engines(postgres, redis) {
  console.log(
    `embedded default against PostgreSQL + BullMQ, one process of each role, ${flows} flows of about 10 KB`,
  );
  const found = { embedded: [], scaled: [] };
  for (let round = 1; round <= rounds; round++) {
    found.embedded.push(await rate(scratch(), ['all'], {}));
    const database = await postgres.createDatabase();
    const env = { ...onPostgres(postgres, database), ...onRedis(redis, `bench-${round}`) };
    found.scaled.push(await rate(scratch(), ['intake', 'worker', 'deliver'], env));
    await postgres.dropDatabase(database);
  }
  target('  ratio, median', median(found.scaled) / median(found.embedded), 0.6);
}

/** Settings that hold every invoice to EN 16931. */
function heavyConfig(home) {
  const config = join(home, 'ecluse.yaml');
  const lines = [
    'engine: { workers: 1 }',
    'partners:',
    '  - { code: FRN001, name: Fournisseur, interfaces: [FSO1100A] }',
    '  - { code: COL001, name: Collectivités, lifecycle: false }',
    '  - { code: ETA001, name: État, lifecycle: false }',
    "directory: { file: '@demo' }",
    'rules: { sets: [{ set: en16931, mode: enforced }] }',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return config;
}

/** Invoices of many lines, taken in by an intake while nobody works them. */
async function heavyRound(postgres, redis, workers, round) {
  const home = scratch();
  prepare(home);
  const count = Number(values.lines);
  const lines = Array.from({ length: count }, (_, i) => [`Poste ${i + 1}`, '1', '9.00', '9.00']);
  const ht = count * 9;
  const money = (cents) => (cents / 100).toFixed(2);
  for (let i = 1; i <= heavy; i++) {
    const number = `H-${String(i).padStart(6, '0')}`;
    const totals = { ht: money(ht * 100), tva: money(ht * 20), ttc: money(ht * 120) };
    writeFileSync(
      join(home, 'partners', 'FRN001', 'in', flowName('FSO1100A', i)),
      ubl({ number, recipient: townHall, lines, piece: piece(number), ...totals }),
    );
  }
  const database = await postgres.createDatabase();
  const env = { ...onPostgres(postgres, database), ...onRedis(redis, `heavy-${workers}-${round}`) };
  const args = ['--config', heavyConfig(home)];
  const sides = await startRoles(home, ['intake', 'deliver'], env, args);
  const taken = async () => Number((await postgres.query('SELECT count(*) AS n FROM flows', database))[0].n);
  while ((await taken()) < heavy) await new Promise((resolve) => setTimeout(resolve, 100));
  const before = load();
  const names = Array.from({ length: workers }, () => 'worker');
  const crew = await startRoles(home, names, env, args, canPin ? names.map((_name, core) => core) : []);
  await reportsWritten(home, heavy);
  const found = steadyRate(home);
  const cpu = cpuSeconds(crew.pids, readFileSync);
  await crew.stop();
  await sides.stop();
  const states = await postgres.query('SELECT "state", count(*)::int AS n FROM flows GROUP BY 1', database);
  await postgres.dropDatabase(database);
  const told = states.map(({ state, n }) => `${n} ${state}`).join(', ');
  console.log(
    `  ${workers} worker(s): ${found.toFixed(1)} flows/s, ${((cpu / heavy) * 1000).toFixed(0)} ms of CPU a flow in workers; ${told} (${before})`,
  );
  return found;
}

async function workers(postgres, redis) {
  console.log(
    `two worker processes against one, each ${canPin ? 'on a core of its own' : 'free'}, ${heavy} invoices of ${values.lines} lines held to EN 16931`,
  );
  const found = { 1: [], 2: [] };
  for (let round = 1; round <= rounds; round++)
    for (const many of [1, 2]) found[many].push(await heavyRound(postgres, redis, many, round));
  target('  ratio, median', median(found[2]) / median(found[1]), 1.5);
}

console.log(`${machine()}; ${fsyncsPerSecond(scratch())} fsync/s; ${load()}`);
const parts = values.only.split(',');
const postgres = await startPostgres({
  durable: true,
  config: {
    shared_preload_libraries: 'pg_stat_statements',
    shared_buffers: '512MB',
    max_wal_size: '4GB',
    max_connections: 100,
  },
});
const redis = await startRedis();
try {
  if (parts.includes('engines')) await engines(postgres, redis);
  if (parts.includes('workers')) await workers(postgres, redis);
  if (parts.includes('growth'))
    missed += await growth({
      postgres,
      sizes: values.sizes.split(',').map(Number),
      measured: Number(values.measured),
      rounds,
      stores: values.stores.split(','),
    });
} finally {
  await redis.close();
  await postgres.close();
}
process.exitCode = missed === 0 ? 0 : 1;
