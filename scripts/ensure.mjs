// Installs and builds when that is due. Nothing but Node's own modules: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a command with its output on stderr, so that stdout stays free for what a person or a program reads. */
export function run(command, args, env = process.env) {
  const done = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    console.error(`ecluse: \`${command} ${args.join(' ')}\` ended with ${done.status ?? done.signal}`);
    process.exit(done.status ?? 1);
  }
}

function digest(...paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex');
}

function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), 0);
}

/** `npm ci` when node_modules does not match package-lock.json. */
export function ensureInstalled() {
  const stamp = join(root, 'node_modules', '.ecluse-install');
  const wanted = digest(join(root, 'package-lock.json'), join(root, 'package.json'));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // `npm ci` empties the folder: behind a link it would be the one of another checkout.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('ecluse: node_modules is a link to packages of another version; using them as they are');
    return;
  }
  console.error('ecluse: installing packages (first start, or they changed)...');
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  writeFileSync(stamp, wanted);
}

/** Compiles src/ to dist/ and sets the executable bit of the bin file. */
export function build() {
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  cpSync(join(root, 'src', 'console', 'static'), join(root, 'dist', 'console', 'static'), {
    recursive: true,
  });
  const bin = join(root, 'dist', 'cli', 'main.js');
  if (existsSync(bin)) chmodSync(bin, 0o755);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', '.build-stamp'), new Date().toISOString());
}

/** Builds when a source file is newer than the last build. */
export function ensureBuilt() {
  const stamp = join(root, 'dist', '.build-stamp');
  const builtMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const sourceMs = Math.max(newestMs(join(root, 'src')), newestMs(join(root, 'tsconfig.json')));
  if (builtMs >= sourceMs) return;
  console.error('ecluse: building...');
  build();
}
