// What the parts of bench/scale share: an engine of one or several processes over given servers, and its rate.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { main } from './lib.mjs';

const startMsMax = 60_000;

export const median = (list) =>
  [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? Number.NaN;

/** The settings of a store on PostgreSQL, by environment. */
export const onPostgres = ({ host, port, user }, database) => ({
  ECLUSE_STORE: 'postgres',
  ECLUSE_POSTGRES_HOST: host,
  ECLUSE_POSTGRES_PORT: String(port),
  ECLUSE_POSTGRES_USER: user,
  ECLUSE_POSTGRES_DATABASE: database,
});

export const onRedis = ({ host, port }, prefix) => ({
  ECLUSE_QUEUE: 'bullmq',
  ECLUSE_REDIS_HOST: host,
  ECLUSE_REDIS_PORT: String(port),
  ECLUSE_REDIS_PREFIX: prefix,
});

/** Whether processes can be held to a core each. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/**
 * Starts processes of these roles over one home; resolves once each says that it watches.
 * @param cores number of the core that each of them is held to; absent: all are free
 */
export async function startRoles(home, roles, env = {}, args = [], cores = []) {
  const started = roles.map((role, i) => {
    const command = [process.execPath, main, 'run', '--role', role, ...args];
    const [program, ...rest] =
      cores[i] === undefined ? command : ['taskset', '-c', String(cores[i]), ...command];
    const child = spawn(program, rest, {
      cwd: home,
      env: { ...process.env, ECLUSE_HOME: home, ECLUSE_INTAKE_SETTLE_MS: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ready = new Promise((resolve, reject) => {
      let text = '';
      child.once('exit', (code) => reject(new Error(`the process of role ${role} ended with ${code}`)));
      setTimeout(() => reject(new Error(`the process of role ${role} did not start`)), startMsMax).unref();
      child.stdout.on('data', (chunk) => {
        text = (text + String(chunk)).slice(-4096);
        if (/veille|travaille/.test(text)) resolve();
      });
    });
    return { child, ready };
  });
  await Promise.all(started.map(({ ready }) => ready));
  return {
    pids: started.map(({ child }) => child.pid),
    async stop() {
      await Promise.all(
        started.map(async ({ child }) => {
          child.removeAllListeners('exit');
          if (child.exitCode !== null) return;
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGTERM');
          await ended;
        }),
      );
    },
  };
}

export function prepare(home, partners = ['FRN001', 'COL001', 'ETA001']) {
  for (const partner of partners)
    for (const side of ['in', 'out']) mkdirSync(join(home, 'partners', partner, side), { recursive: true });
}

const reportsIn = (out) => readdirSync(out).filter((name) => name.startsWith('CSO'));

/** Waits until so many reports are on disk; gives the moment of the newest. */
export async function reportsWritten(home, expected, deadlineMs = 1_800_000, pollMs = 100) {
  const out = join(home, 'partners', 'FRN001', 'out');
  const until = Date.now() + deadlineMs;
  for (;;) {
    const found = reportsIn(out);
    if (found.length >= expected) return Math.max(...found.map((name) => statSync(join(out, name)).mtimeMs));
    if (Date.now() > until) throw new Error(`${found.length} of ${expected} reports after the deadline`);
    await pause(pollMs);
  }
}

/** Flows a second once programs are warm: what came after the first third, by the reports on disk. */
export function steadyRate(home) {
  const out = join(home, 'partners', 'FRN001', 'out');
  const times = reportsIn(out)
    .map((name) => statSync(join(out, name)).mtimeMs)
    .sort((a, b) => a - b);
  const from = Math.floor(times.length / 3);
  return (times.length - 1 - from) / ((times.at(-1) - times[from]) / 1000);
}

/** CPU seconds that processes have used, user and system. */
export function cpuSeconds(pids, readFile) {
  return pids.reduce((sum, pid) => {
    const fields = readFile(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}
