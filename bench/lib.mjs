// What the benches share: documents of a given size, an engine run over a folder, the disk's own fsync rate.
import { spawn } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flowName, piece } from '../scripts/documents/names.mjs';
import { townHall } from '../scripts/documents/parties.mjs';
import { ubl } from '../scripts/documents/ubl.mjs';
import { ensureBuilt, ensureInstalled, root } from '../scripts/ensure.mjs';

ensureInstalled();
ensureBuilt();

export const main = join(root, 'dist', 'cli', 'main.js');

const scratched = [];
process.on('exit', () => {
  for (const dir of scratched) rmSync(dir, { recursive: true, force: true });
});

/** A folder that is removed when the bench ends. */
export function scratch() {
  const dir = mkdtempSync(join(process.env.ECLUSE_BENCH_DIR ?? tmpdir(), 'ecluse-bench-'));
  scratched.push(dir);
  return dir;
}

/** A UBL invoice of about 10 KB: eight lines, no attachment unless asked for. */
export function invoice10kB(number, options = {}) {
  const lines = Array.from({ length: 10 }, (_, i) => [
    `Fourniture de menuiserie, poste ${i + 1}`,
    '1',
    '90.00',
    '90.00',
  ]);
  return ubl({ number, recipient: townHall, lines, ...options });
}

/**
 * Writes so many single-invoice flows into a folder, numbered from `first` (1); each brings its readable piece unless
 * `piece` is false.
 */
export function writeFlows(folder, count, options = {}) {
  mkdirSync(folder, { recursive: true });
  const first = options.first ?? 1;
  for (let i = first; i < first + count; i++) {
    const number = `B-${String(i).padStart(7, '0')}`;
    const own = options.piece === false ? {} : { piece: piece(number) };
    writeFileSync(join(folder, flowName('FSO1100A', i)), invoice10kB(number, own));
  }
}

/** fsyncs of a 4 KB write to one file, a second long. */
export function fsyncsPerSecond(dir) {
  const path = join(dir, 'fsync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  const startedMs = performance.now();
  let count = 0;
  while (performance.now() - startedMs < 1000) {
    writeSync(file, block, 0, block.length, 0);
    fsyncSync(file);
    count++;
  }
  closeSync(file);
  rmSync(path);
  return count;
}

function rssMb(pid) {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return line === null ? Number.NaN : Number(line[1]) / 1024;
}

const reportsIn = (folder) => readdirSync(folder).filter((name) => name.startsWith('CSO')).length;

/**
 * Runs the engine on the embedded default over what lies in the issuer's drop folder, until so many reports are on
 * disk. Time counts from the moment the engine says that it watches to the newest report; start-up apart.
 */
export async function runEngine(
  home,
  expected,
  { env = {}, partner = 'FRN001', deadlineMs = 600_000, onTick = () => undefined } = {},
) {
  const out = join(home, 'partners', partner, 'out');
  const spawnedMs = Date.now();
  const child = spawn(process.execPath, [main, 'run'], {
    cwd: home,
    env: { ...process.env, ECLUSE_HOME: home, ECLUSE_INTAKE_SETTLE_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const readyMs = await new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the engine ended with ${code}`)));
    let text = '';
    child.stdout.on('data', (chunk) => {
      text = (text + String(chunk)).slice(-4096);
      if (text.includes('Écluse veille')) resolve(Date.now());
    });
  });
  child.removeAllListeners('exit');
  child.stdout.resume();
  let done = 0;
  while (done < expected) {
    if (Date.now() - readyMs > deadlineMs)
      throw new Error(`${done} of ${expected} reports after the deadline`);
    await pause(100);
    done = reportsIn(out);
    onTick(done, rssMb(child.pid));
  }
  const lastMs = Math.max(
    ...readdirSync(out)
      .filter((n) => n.startsWith('CSO'))
      .map((n) => statSync(join(out, n)).mtimeMs),
  );
  const rss = rssMb(child.pid);
  child.kill('SIGTERM');
  await new Promise((resolve) => child.on('exit', resolve));
  return { startMs: readyMs - spawnedMs, durationMs: lastMs - readyMs, rssMb: rss };
}

export function machine() {
  return `Node ${process.version}, ${cpus().length} cores`;
}
