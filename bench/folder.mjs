// A drop folder of 50,000 files: how soon the first is claimed once it has settled, whether all are and none twice,
// and memory over it. Scan, claim, hash, archive, record and acknowledge are the engine's own; nothing is processed.
// node bench/folder.mjs [--files 50000] [--bytes 2000]
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { flowName } from '../scripts/documents/names.mjs';
import { fsyncsPerSecond, machine, scratch } from './lib.mjs';

const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { folderArchive } = await dist('adapters/archive/folder.js');
const { sqliteStore } = await dist('adapters/store/sqlite.js');
const { localIntake } = await dist('adapters/transport/local.js');
const { createIntake } = await dist('intake/intake.js');
const { createCommitter } = await dist('pipeline/committer.js');
const { createRecorder } = await dist('pipeline/record.js');
const { settingsSchema } = await dist('settings/schema.js');

const { values } = parseArgs({
  options: { files: { type: 'string', default: '50000' }, bytes: { type: 'string', default: '2000' } },
});
const fileCount = Number(values.files);
const home = scratch();
const drop = join(home, 'in');
mkdirSync(drop);
const names = new Set();
const tail = Buffer.from('-->\n<a/>\n');
for (let n = 1; n <= fileCount; n++) {
  const name = flowName('FSO1100A', n);
  const text = randomBytes(Number(values.bytes) / 2).toString('hex');
  writeFileSync(join(drop, name), Buffer.concat([Buffer.from(`<!-- ${text} `), tail]));
  names.add(name);
}

const { intake: settings } = settingsSchema.parse({});
const store = await sqliteStore({ path: join(home, 'ecluse.db') });
await store.migrate();
const clock = { now: () => new Date() };
const recorder = createRecorder({
  store,
  committer: createCommitter(store),
  queue: { add: async () => undefined },
  clock,
  isDemo: () => false,
});
const faults = [];
const claimed = new Map();
let firstMs = null;
const samples = [];
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
/** What is really held, at these shares of the way. */
const heldAt = new Map([0.02, 0.25, 0.5, 0.75, 1].map((share) => [Math.round(fileCount * share), 0]));
const rssMb = () => process.memoryUsage.rss() / 1024 ** 2;
const intake = createIntake({
  partner: 'FRN001',
  transport: localIntake({ dir: drop, claimDir: join(home, 'claims') }),
  archive: folderArchive({ dir: join(home, 'archive') }),
  clock,
  settings: { ...settings, doneFile: null },
  onFault: (fault) => faults.push(fault),
  async record(file) {
    firstMs ??= performance.now();
    claimed.set(file.depositedName, (claimed.get(file.depositedName) ?? 0) + 1);
    if (claimed.size % 1000 === 0) samples.push(rssMb());
    if (heldAt.get(claimed.size) === 0) {
      collect();
      heldAt.set(claimed.size, process.memoryUsage().heapUsed / 1024 ** 2);
    }
    return recorder(file);
  },
});

const fsyncs = fsyncsPerSecond(home);
const emptyMb = rssMb();
const startedMs = performance.now();
let firstLookMs = null;
for (let quiet = 0; quiet < 3; ) {
  const { taken, waiting } = await intake.scan();
  firstLookMs ??= performance.now() - startedMs;
  quiet = taken === 0 && waiting === 0 ? quiet + 1 : 0;
  if (taken === 0 || waiting === 0) await pause(settings.pollMs);
}
const allMs = performance.now() - startedMs;
const rows = await store.listFlows({ limit: fileCount * 2 });
await store.close();

const settledMs = startedMs + settings.settleMs;
const twice = [...claimed.values()].filter((times) => times > 1).length;
const recorded = new Set(rows.map((row) => row.depositedName));
const lost = [...names].filter((name) => !recorded.has(name)).length;
const left = readdirSync(drop).length + readdirSync(join(home, 'claims')).length;
const show = (mb) => `${mb.toFixed(0)} MB`;
const at = (share) =>
  show(samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? rssMb());
console.log(`${machine()}, ${fsyncs} fsync/s`);
console.log(`${fileCount} files; settle ${settings.settleMs} ms, poll ${settings.pollMs} ms`);
console.log(`first look at the folder: ${firstLookMs.toFixed(0)} ms`);
console.log(
  `first file claimed ${(firstMs - settledMs).toFixed(0)} ms after it could have settled (target 2000 ms)`,
);
console.log(
  `${recorded.size} recorded in ${(allMs / 1000).toFixed(1)} s (${((recorded.size / allMs) * 1000).toFixed(0)} files/s); ` +
    `${lost} lost, ${twice} claimed twice, ${rows.length - recorded.size} recorded twice, ${left} left, ${faults.length} faults`,
);
console.log(
  `RSS ${show(emptyMb)} before, ${at(0)} at the first 1,000, ${at(0.25)} at a quarter, ${at(0.5)} at half, ${at(0.75)} at three quarters, ` +
    `${at(1)} at the end, ${show(Math.max(...samples, 0))} at most`,
);
console.log(
  `heap after collection, this bench's own lists of names included: ${[...heldAt].map(([n, mb]) => `${show(mb)} at ${n}`).join(', ')}`,
);

/** Without collection memory of a process goes up and down; what is held after collection must not grow with the files. */
const flatMb = 32;
const [, quarter = 0, , , end = 0] = [...heldAt.values()];
const targets = [
  [
    'first file claimed within 2 s of its settling',
    `${(firstMs - settledMs).toFixed(0)} ms`,
    firstMs - settledMs <= 2_000,
  ],
  [
    'all claimed',
    `${recorded.size} of ${fileCount}`,
    lost + left + faults.length === 0 && recorded.size === fileCount,
  ],
  ['none twice', `${twice + rows.length - recorded.size}`, twice === 0 && rows.length === recorded.size],
  [
    `memory flat: under ${flatMb} MB more held at the end than at a quarter`,
    show(end - quarter),
    end - quarter < flatMb,
  ],
];
for (const [what, reached, met] of targets)
  console.log(`target: ${what}: ${reached}: ${met ? 'reached' : 'MISSED'}`);
process.exitCode = targets.every(([, , met]) => met) ? 0 : 1;
