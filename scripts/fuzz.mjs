// A seeded fuzzer over every reader of bytes from outside: `npm run fuzz -- --cases 100000 --seed 1`.
// It fails on an exception that is not allowed, a hang, two runs that differ, and memory that grows.
// `--only N` runs one case again and keeps its bytes; `--reader NAME` keeps to one reader.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    reader: { type: 'string' },
    shared: { type: 'string', default: process.env.ECLUSE_SHARED ?? join(root, '..', 'shared') },
    out: { type: 'string' },
    'hang-ms': { type: 'string', default: '2000' },
  },
});
const seed = Number(values.seed);
const from = Number(values.only ?? values.from);
const to = values.only === undefined ? from + Number(values.cases) : from + 1;
const hangMs = Number(values['hang-ms']);
const out = resolve(values.out ?? join(tmpdir(), `ecluse-fuzz-${seed}`));
const shared = existsSync(join(resolve(values.shared), 'corpus')) ? resolve(values.shared) : null;
const packs = shared === null ? '' : join(shared, 'corpus', 'packs', 'en16931-1.3.16');
const scratch = mkdtempSync(join(tmpdir(), 'ecluse-fuzz-rules-'));
const rulesDir = await installRules();
const memoryEvery = to - from < 100 ? 0 : Math.max(1, Math.floor((to - from) / 100));

console.log(
  `seed ${seed}, cases ${from} to ${to - 1}, corpus: ${shared ?? 'own samples only'}, rules: ${rulesDir === null ? 'own' : 'own and EN 16931'}`,
);
const startedMs = performance.now();
const failures = [];
const memory = [];
let next = from;
let startMs = 0;
while (next < to) next = await runFrom(next);
rmSync(scratch, { recursive: true, force: true });
const seconds = (performance.now() - startedMs) / 1000;
memoryVerdict();
console.log(
  `${to - from} cases in ${seconds.toFixed(0)} s (${((to - from) / seconds).toFixed(0)}/s, each read twice), ${failures.length} failures`,
);
if (failures.length > 0) console.log(`again: npm run fuzz -- --seed ${seed} --only N; bytes in ${out}`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function installRules() {
  if (!existsSync(packs)) return null;
  const { installPacks } = await import('../dist/validate/packs/install.js');
  const { schematronCompiler } = await import('../dist/validate/packs/schematron.js');
  const dir = join(scratch, 'rules');
  await installPacks({ path: packs, rulesDir: dir, now: new Date(), compiler: schematronCompiler });
  return dir;
}

/** One thread until it is through or hangs; gives the case to go on with. */
function runFrom(first) {
  return new Promise((settle) => {
    const clock = new SharedArrayBuffer(8);
    const now = new Int32Array(clock);
    Atomics.store(now, 0, -1);
    const worker = new Worker(new URL('./fuzz/thread.mjs', import.meta.url), {
      workerData: { seed, shared, rulesDir, reader: values.reader ?? null, clock, memoryEvery },
    });
    let ended = false;
    const end = async (goOn) => {
      if (ended) return;
      ended = true;
      clearInterval(watch);
      await worker.terminate();
      settle(goOn);
    };
    const watch = setInterval(() => {
      const [number, since] = [Atomics.load(now, 0), Atomics.load(now, 1)];
      if (number < 0) return;
      const ms = ((Math.floor(performance.timeOrigin + performance.now()) & 0x7fffffff) - since) & 0x7fffffff;
      // Each case is read twice, and the first of a thread compiles schemas and rules.
      if (ms < 2 * hangMs + (number === first ? 10_000 : 0)) return;
      fail({ number, reader: '?', problem: `no end within ${ms} ms (two readings)`, bytes: null });
      void end(number + 1);
    }, 100);
    worker.on('message', (message) => {
      if (message.ready) worker.postMessage({ from: first, to });
      else if (message.memory) tell(message.memory);
      else if (message.done) void end(to);
      else fail(message);
    });
    worker.on('error', (error) => {
      const number = Math.max(first, Atomics.load(now, 0));
      fail({
        number,
        reader: '?',
        problem: `the thread ended: ${error.message}\n${error.stack}`,
        bytes: null,
      });
      void end(number + 1);
    });
  });
}

function fail({ number, reader, problem, bytes }) {
  failures.push(number);
  mkdirSync(out, { recursive: true });
  if (bytes !== null) writeFileSync(join(out, `${number}-${reader.replace(/\W/g, '')}`), bytes);
  console.log(`FAILED seed ${seed} case ${number} (${reader}): ${problem.slice(0, 1500)}`);
}

function tell(sample) {
  memory.push(sample);
  if (startMs === 0) startMs = performance.now();
  if (memory.length % 10 !== 0) return;
  const { number, rss, heap } = sample;
  console.log(
    `  case ${number}: rss ${mb(rss)} MB, heap ${mb(heap)} MB, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
  );
}

function mb(bytes) {
  return Math.round(bytes / 1024 / 1024);
}

/** After collection, the last third holds no more than the first third did, but for what caches may. */
function memoryVerdict() {
  if (values.only === undefined && memory.length < 30) return;
  const third = Math.floor(memory.length / 3);
  const median = (list, key) =>
    list.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  for (const [key, boundMb] of [
    ['heap', 48],
    ['external', 48],
    ['rss', 160],
  ]) {
    const [before, after] = [median(memory.slice(0, third), key), median(memory.slice(-third), key)];
    const grown = mb(after - before);
    if (memory.length > 0)
      console.log(`  ${key}: ${mb(before)} MB in the first third, ${mb(after)} MB in the last`);
    if (grown > boundMb)
      fail({
        number: to - 1,
        reader: 'memory',
        problem: `${key} grew by ${grown} MB (${boundMb} allowed)`,
        bytes: null,
      });
  }
}
