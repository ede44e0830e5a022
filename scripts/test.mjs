// `npm test`: installs and builds when due, runs the suite, and says how many tests were skipped and why.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();

const folder = mkdtempSync(join(tmpdir(), 'ecluse-test-'));
const report = join(folder, 'report.json');
const shared = resolve(root, process.env.ECLUSE_SHARED ?? '../shared');
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ECLUSE_SHARED: shared } },
);
if (!existsSync(report)) {
  console.error('ecluse: the test runner left no report');
  process.exit(run.status || 1);
}
const result = JSON.parse(readFileSync(report, 'utf8'));
rmSync(folder, { recursive: true, force: true });

const skipped = new Map();
for (const file of result.testResults) {
  const count = file.assertionResults.filter((a) => a.status === 'pending' || a.status === 'skipped').length;
  if (count > 0) skipped.set(relative(root, file.name), count);
}
let forWantOfShared = 0;
for (const [name, count] of skipped) {
  const why =
    name.startsWith('tests/conformance') && !existsSync(shared)
      ? 'the reference folder is absent'
      : 'see its own line above';
  if (name.startsWith('tests/conformance') && !existsSync(shared)) forWantOfShared += count;
  console.log(`skipped: ${count} in ${name} (${why})`);
}
console.log(`skipped for want of the reference folder (ECLUSE_SHARED): ${forWantOfShared}`);
const total = [...skipped.values()].reduce((a, b) => a + b, 0);
// A file that does not load counts as one failure: it has no tests to count.
const unloaded = result.testResults.filter(
  (f) => f.status === 'failed' && f.assertionResults.length === 0,
).length;
const failed = result.numFailedTests + unloaded;
console.log(`${result.numPassedTests} passed, ${failed} failed, ${total} skipped`);
process.exitCode = run.status !== 0 || failed > 0 ? run.status || 1 : 0;
