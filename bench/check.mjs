// The whole check of a document as a worker makes it (schema, reading, official EN 16931 pack, Chorus rules), over the
// 300 documents of the corpus, one core. --passes N --warm N --shared DIR.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/ensure.mjs';
import { machine, scratch } from './lib.mjs';

const { values } = parseArgs({
  options: {
    passes: { type: 'string', default: '20' },
    warm: { type: 'string', default: '60' },
    shared: { type: 'string', default: process.env.ECLUSE_SHARED ?? join(root, '..', 'shared') },
    child: { type: 'string' },
  },
});
const corpus = resolve(values.shared, 'corpus');
if (!existsSync(join(corpus, 'packs'))) {
  console.log(`skipped: ${join(corpus, 'packs')} is not there`);
  process.exit(0);
}
const configurations = {
  'schema + Chorus': ['chorus'],
  'schema + EN 16931 (official pack) + Chorus': ['en16931', 'chorus'],
};
if (values.child === undefined) {
  console.log(machine());
  // Each in a process of its own: a worker is asked for the same sets all its life.
  for (const name of Object.keys(configurations)) {
    const args = [import.meta.filename, '--child', name, ...process.argv.slice(2)];
    const pinned = spawnSync('taskset', ['-c', '0', process.execPath, ...args], { stdio: 'inherit' });
    if (pinned.error) spawnSync(process.execPath, args, { stdio: 'inherit' });
  }
  process.exit(0);
}

const { createEntryChecker } = await import('../dist/workers/check-entry.js');
const { installPacks } = await import('../dist/validate/packs/install.js');
const { schematronCompiler } = await import('../dist/validate/packs/schematron.js');
const { loadSettings } = await import('../dist/settings/load.js');
const { policyOf } = await import('../dist/settings/policy.js');

const dir = scratch();
const rulesDir = join(dir, 'rules');
const path = join(corpus, 'packs', 'en16931-1.3.16');
await installPacks({ path, rulesDir, now: new Date(), compiler: schematronCompiler });
const checker = createEntryChecker({ schemasDir: null, rulesDir, findingsMax: 200 });
const policy = policyOf(loadSettings({}).settings);
const files = readFileSync(join(corpus, 'en16931', 'bench.txt'), 'utf8')
  .trim()
  .split('\n');
const asked = (set) => ({ set, mode: 'enforced', version: null, required: true });
async function pass(sets) {
  const startedMs = performance.now();
  for (const file of files) {
    await checker.check({
      kind: 'check',
      path: join(corpus, 'en16931', file),
      entry: file,
      workDir: dir,
      syntaxes: null,
      flowKind: 'E1',
      interfaceCode: null,
      schema: true,
      sets,
      regrade: [],
      read: true,
      pack: false,
      memoryBytesMax: 4 * 1024 * 1024,
      today: '2026-11-21',
      limits: policy.limits,
      rules: policy.rules,
    });
  }
  return (files.length / (performance.now() - startedMs)) * 1000;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const sets = configurations[values.child].map(asked);
for (let i = 0; i < Number(values.warm); i++) await pass(sets);
const rates = [];
for (let i = 0; i < Number(values.passes); i++) rates.push(await pass(sets));
console.log(
  `${values.child}: median ${median(rates).toFixed(0)}/s, ${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}/s${sets.length > 1 ? ' (target 1,100)' : ''}`,
);
checker.dispose();
