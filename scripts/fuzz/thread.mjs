// One thread of the fuzzer: makes, reads twice and judges cases, one after the other.
import v8 from 'node:v8';
import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { random, seedOf } from './random.mjs';
import { readerOf } from './readers.mjs';
import { loadSamples } from './samples.mjs';
import { openTools } from './tools.mjs';

const { seed, shared, rulesDir, reader: only, clock, memoryEvery } = workerData;
v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
const samples = loadSamples(shared);
const tools = openTools(rulesDir);
const now = new Int32Array(clock);

/** The case of a number: which reader, and its bytes. */
function caseOf(number) {
  const r = random(seedOf(seed, number));
  const reader = readerOf(r, only);
  return { reader, bytes: reader.make(r, samples), readSeed: r.below(2 ** 31) };
}

async function once({ reader, bytes, readSeed }) {
  try {
    return await reader.read(Buffer.from(bytes), tools, random(readSeed));
  } finally {
    tools.sweep();
  }
}

async function run(number) {
  const made = caseOf(number);
  const fail = (problem) =>
    parentPort.postMessage({ number, reader: made.reader.name, problem, bytes: made.bytes });
  try {
    const first = await once(made);
    const second = await once(made);
    if (first !== second) fail(`two runs differ: ${difference(first, second)}`);
  } catch (thrown) {
    fail(
      `${thrown?.code ?? thrown?.name}: ${thrown?.message}\n${thrown?.stack ?? ''}${thrown?.cause?.stack ?? ''}`,
    );
  }
}

function difference(a, b) {
  let at = 0;
  while (a[at] === b[at]) at++;
  return `${a.slice(Math.max(0, at - 80), at + 80)} / ${b.slice(Math.max(0, at - 80), at + 80)}`;
}

function memory(number) {
  collect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  parentPort.postMessage({ memory: { number, rss, heap: heapUsed, external: external + arrayBuffers } });
}

parentPort.on('message', async ({ numbers, from, to }) => {
  const list = numbers ?? null;
  const count = list === null ? to - from : list.length;
  for (let i = 0; i < count; i++) {
    const number = list === null ? from + i : list[i];
    Atomics.store(now, 0, number);
    Atomics.store(now, 1, Math.floor(performance.timeOrigin + performance.now()) & 0x7fffffff);
    await run(number);
    if (memoryEvery > 0 && number % memoryEvery === 0) memory(number);
  }
  Atomics.store(now, 0, -1);
  tools.close();
  parentPort.postMessage({ done: true });
});
parentPort.postMessage({ ready: true });
