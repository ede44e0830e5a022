import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../helpers/root.js';

const home = mkdtempSync(join(tmpdir(), 'ecluse-readme-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const lines = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap((match) => (match[1] ?? '').split('\n'))
  .filter((line) => line.trim() !== '');

/** A README line as the program and arguments that a checkout runs. */
function commandOf(line: string): string[] {
  const words = line.split(' ');
  if (line.startsWith('npm start -- ')) return [join(root, 'scripts/start.mjs'), ...words.slice(3)];
  if (line.startsWith('npx ecluse ')) return [join(root, 'dist/cli/main.js'), ...words.slice(2)];
  throw new Error(`the README has a command this test cannot run: ${line}`);
}

describe('README', () => {
  // In order: later commands look at what earlier ones left.
  it.each(lines)(
    '%s',
    (line) => {
      const done = spawnSync(process.execPath, commandOf(line), {
        cwd: root,
        env: { ...process.env, ECLUSE_HOME: home },
        encoding: 'utf8',
        timeout: 110_000,
        maxBuffer: 1 << 26,
      });
      expect({
        line,
        status: done.status,
        stderr: done.status === 0 || done.status === 2 ? '' : done.stderr,
      }).toEqual({
        line,
        status: /rejected|irrecevable|partiel/.test(line) ? 2 : 0,
        stderr: '',
      });
      expect(done.stdout.length).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('links in our documents', () => {
  const documents = [
    'README.md',
    'schemas/SOURCES.md',
    ...readdirSync(join(root, 'docs'))
      .filter((n) => n.endsWith('.md'))
      .map((n) => `docs/${n}`),
  ];
  it.each(documents)('%s names only files that are there', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
    const entries = targets.filter((target) => {
      const path = resolve(root, dirname(document), target);
      return !readdirSync(dirname(path)).includes(path.split('/').at(-1) ?? '');
    });
    expect(entries).toEqual([]);
  });
});
