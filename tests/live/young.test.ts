import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { root } from '../helpers/root.js';

const dist = (path: string) => pathToFileURL(join(root, 'dist', path)).href;

/** The engine's tag of cached code changes with its flags: whether they changed between two moments. */
function changedIn(code: string): string {
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  expect(done.stderr).toBe('');
  return done.stdout.trim();
}

it('a worker thread has told the engine to keep documents young before it takes one', () => {
  const code = `
    import { cachedDataVersionTag as tag } from 'node:v8';
    import { Worker } from 'node:worker_threads';
    const before = tag();
    const workerData = { schemasDir: null, rulesDir: null, findingsMax: 1 };
    const worker = new Worker(new URL('${dist('workers/thread.js')}'), { workerData, execArgv: [] });
    worker.once('message', ({ ready }) => {
      console.log(ready, tag() !== before);
      void worker.terminate();
    });`;
  expect(changedIn(code)).toBe('true true');
});

it('so has the command line that checks a document in its own thread', () => {
  const code = `
    import { cachedDataVersionTag as tag } from 'node:v8';
    const before = tag();
    process.on('exit', () => console.log('changed', tag() !== before));
    process.argv = [process.argv[0], 'ecluse', 'validate', ${JSON.stringify(join(root, 'package.json'))}];
    await import('${dist('cli/main.js')}');`;
  expect(changedIn(code)).toMatch(/changed true$/);
});
