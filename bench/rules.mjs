// Parsing and the official EN 16931 packs: documents per second beside Saxon-HE with the official XSLT (both warm, one
// core, in turn in one run), start from the cache, and large documents. --passes N --warm N --shared DIR.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { root } from '../scripts/ensure.mjs';
import { enlarge } from './enlarge.mjs';
import { machine, scratch } from './lib.mjs';

// Only now: what `lib` builds must be there first.
const { cacheOf } = await import('../dist/validate/schematron/load.js');
const { compileSchematron } = await import('../dist/validate/schematron/compile.js');

const { values } = parseArgs({
  options: {
    passes: { type: 'string', default: '7' },
    warm: { type: 'string', default: '10' },
    shared: { type: 'string', default: process.env.ECLUSE_SHARED ?? join(root, '..', 'shared') },
  },
});
const corpus = resolve(values.shared, 'corpus');
const packs = join(corpus, 'packs', 'en16931-1.3.16');
if (!existsSync(packs)) {
  console.log(`skipped: ${packs} is not there`);
  process.exit(0);
}
const dir = scratch();
const child = join(import.meta.dirname, 'rules-child.mjs');
const saxon = '/usr/share/java/Saxon-HE.jar';
const oneCore = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [];
const pinned = (command, args) => [...oneCore, command, ...args];
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function compilePacks() {
  for (const [name, file] of [
    ['ubl', 'EN16931-UBL-validation-preprocessed.sch'],
    ['cii', 'EN16931-CII-validation-preprocessed.sch'],
  ]) {
    const startedMs = performance.now();
    const pack = compileSchematron({ file, text: readFileSync(join(packs, file), 'utf8') });
    const spentMs = performance.now() - startedMs;
    writeFileSync(join(dir, `${name}.json`), JSON.stringify(pack));
    writeFileSync(join(dir, `${name}.cache`), cacheOf(pack));
    console.log(
      `${name}: ${pack.meta.asserts.length} asserts compiled in ${spentMs.toFixed(0)} ms, ${(pack.code.length / 1000).toFixed(0)} kB of code`,
    );
  }
}

/** A process that makes one pass for each line it gets. */
async function runner(name, command) {
  const started = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  const ready = await lines.next();
  if (ready.value !== 'ready') throw new Error(`${name} did not start`);
  return {
    name,
    async pass() {
      started.stdin.write('go\n');
      const { value } = await lines.next();
      const [ms = '', stopped = ''] = String(value).split(' ');
      return { ms: Number(ms), stopped: Number(stopped) };
    },
    end: () => started.stdin.end(),
  };
}

async function peer(list) {
  if (!existsSync(saxon)) return `${saxon} is not there (Debian: libsaxonhe-java)`;
  const java = spawnSync('javac', ['-cp', saxon, '-d', dir, join(import.meta.dirname, 'SaxonPeer.java')]);
  if (java.status !== 0) return `javac: ${java.error?.message ?? java.stderr}`;
  const sheet = (syntax) => join(packs, `EN16931-${syntax}-validation.xslt`);
  return runner(
    'Saxon-HE',
    pinned('java', ['-Xmx1g', '-cp', `${saxon}:${dir}`, 'SaxonPeer', sheet('UBL'), sheet('CII'), list]),
  );
}

async function speed() {
  const files = readFileSync(join(corpus, 'en16931', 'bench.txt'), 'utf8')
    .trim()
    .split('\n');
  const list = join(dir, 'list.txt');
  writeFileSync(list, files.map((file) => join(corpus, 'en16931', file)).join('\n'));
  const ours = await runner('ecluse', pinned(process.execPath, [child, 'passes', dir, list]));
  const theirs = await peer(list);
  const both = typeof theirs === 'string' ? [ours] : [ours, theirs];
  const cold = await ours.pass();
  for (let i = 1; i < Number(values.warm); i++) for (const one of both) await one.pass();
  const rates = new Map(both.map(({ name }) => [name, []]));
  for (let i = 0; i < Number(values.passes); i++) {
    for (const one of both) rates.get(one.name)?.push((files.length / (await one.pass()).ms) * 1000);
  }
  for (const one of both) one.end();
  console.log(
    `parse + EN 16931 on ${files.length} documents, one core: first pass ${((files.length / cold.ms) * 1000).toFixed(0)}/s`,
  );
  for (const [name, list] of rates) {
    console.log(
      `${name}: median ${median(list).toFixed(0)}/s, ${Math.min(...list).toFixed(0)} to ${Math.max(...list).toFixed(0)}/s`,
    );
  }
  const mine = rates.get('ecluse') ?? [];
  const other = rates.get('Saxon-HE');
  if (typeof theirs === 'string') console.log(`Saxon-HE: skipped, ${theirs}`);
  else
    console.log(
      `ratio of the medians ${(median(mine) / median(other)).toFixed(2)}, pass by pass ${median(mine.map((rate, i) => rate / other[i])).toFixed(2)} (target 2.5, goal 3; 1,500/s, goal 2,000)`,
    );
}

function start() {
  const timed = (args) => {
    const startedMs = performance.now();
    spawnSync(process.execPath, args);
    return performance.now() - startedMs;
  };
  const whole = [];
  const bare = [];
  for (let i = 0; i < 9; i++) {
    bare.push(timed(['-e', '0']));
    whole.push(timed([child, 'start', dir]));
  }
  console.log(
    `start with both packs from the cache: ${(Math.min(...whole) - Math.min(...bare)).toFixed(0)} ms beyond Node's ${Math.min(...bare).toFixed(0)} ms, median ${(median(whole) - median(bare)).toFixed(0)} ms (target 100)`,
  );
}

function large() {
  for (const name of ['open-ubl-invoice-1000.xml', 'open-cii-1000.xml']) {
    const sample = readFileSync(join(corpus, 'en16931', 'large', name), 'utf8');
    const perLine = [];
    for (const lines of [1000, 5000, 20000]) {
      const file = join(dir, `${lines}-${name}`);
      const text = enlarge(sample, lines);
      writeFileSync(file, text);
      const runs = [1, 2, 3].map(() => {
        const [command, ...args] = pinned(process.execPath, [child, 'large', dir, file]);
        return JSON.parse(spawnSync(command, args, { encoding: 'utf8' }).stdout);
      });
      const best = runs.reduce((a, b) => (b.spentMs < a.spentMs ? b : a));
      perLine.push((best.spentMs * 1000) / lines);
      console.log(
        `${name} × ${lines} lines, ${(text.length / 1e6).toFixed(1)} MB: ${(best.spentMs / 1000).toFixed(2)} s, ${perLine.at(-1)?.toFixed(0)} µs a line, ${best.rssMB.toFixed(0)} MB at most, ${best.failed} rules failed${best.error === null ? '' : `, ${best.error.message}`}`,
      );
    }
    console.log(
      `  per line, 20,000 against 1,000: ${((perLine[2] ?? 0) / (perLine[0] ?? 1)).toFixed(2)} (target under 1.5); targets 2 s, 500 MB`,
    );
  }
}

console.log(machine());
compilePacks();
await speed();
start();
large();
