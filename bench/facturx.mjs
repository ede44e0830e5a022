// Factur-X: the 12 flows of AIFE opened, checked against the schema and the rules, read, their PDF zipped, by one
// thread. Needs `npm run build`. At least 100 files/s is asked for.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadSettings } from '../dist/settings/load.js';
import { policyOf } from '../dist/settings/policy.js';
import { createEntryChecker } from '../dist/workers/check-entry.js';

const wanted = 100;
const rounds = Number(process.argv[2] ?? 20);
const folder = join(process.env.ECLUSE_SHARED ?? '../shared', 'corpus/aife');
if (!existsSync(folder)) {
  console.log(`skipped: ${folder} is absent (ECLUSE_SHARED)`);
  process.exit(0);
}
const files = readdirSync(folder)
  .filter((name) => name.startsWith('FSO1117A') && name.endsWith('.pdf'))
  .sort();

const { settings } = loadSettings({ env: {}, cwd: tmpdir() });
const workDir = mkdtempSync(join(tmpdir(), 'ecluse-bench-'));
const checker = createEntryChecker({ schemasDir: null, rulesDir: null, findingsMax: 200 });

async function round() {
  const startedMs = performance.now();
  for (const [i, name] of files.entries()) {
    const result = await checker.check({
      kind: 'check',
      path: join(folder, name),
      entry: name,
      workDir: join(workDir, String(i)),
      syntaxes: ['facturx'],
      flowKind: 'E2',
      interfaceCode: 'FSO1117A',
      schema: true,
      sets: [{ set: 'chorus', mode: 'enforced', version: null, required: true }],
      regrade: [],
      read: true,
      pack: true,
      memoryBytesMax: 8 * 1024 * 1024,
      today: '2026-03-02',
      limits: settings.limits,
      rules: policyOf(settings).rules,
    });
    if (!result.invoices.every(({ valid }) => valid) || result.pieces.length === 0)
      throw new Error(`${name}: ${JSON.stringify(result.findings)}`);
  }
  return performance.now() - startedMs;
}

try {
  const first = await round();
  const times = [];
  for (let i = 0; i < rounds; i++) times.push(await round());
  times.sort((a, b) => a - b);
  const perSecond = (ms) => Math.round((files.length * 1000) / ms);
  const median = times[Math.floor(times.length / 2)];
  console.log(
    `${files.length} files, ${rounds} rounds, first round ${Math.round(first)} ms (library and schema loaded)`,
  );
  console.log(
    `median ${perSecond(median)} files/s, slowest round ${perSecond(times.at(-1))} files/s; asked for: ${wanted}`,
  );
  if (perSecond(median) < wanted) process.exitCode = 1;
} finally {
  checker.dispose();
  rmSync(workDir, { recursive: true, force: true });
}
