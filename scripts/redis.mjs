// A real Redis on the loopback, with a folder of its own, that can be stopped, killed, emptied, filled and started
// again. Benches and chaos share it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.mjs';

const startMsMax = 60_000;

export const hasRedis = () => spawnSync('redis-server', ['--version']).status === 0;

/** Starts a server as docs/scaling.md asks for: append-only file, fsync each second, nothing is ever evicted. */
export async function startRedis() {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-redis-'));
  const port = await freePort();
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
  ];
  let child = null;

  /** What redis-cli says; an empty text when there is no answer. */
  const ask = (...words) =>
    spawnSync('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...words], {
      encoding: 'utf8',
      timeout: 5_000,
    }).stdout?.trim() ?? '';
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null;

  async function start() {
    if (alive()) return;
    child = spawn('redis-server', args, { stdio: 'ignore' });
    const untilMs = performance.now() + startMsMax;
    while (ask('ping') !== 'PONG') {
      if (!alive() || performance.now() > untilMs) throw new Error('redis-server does not answer');
      await pause(20);
    }
  }
  async function kill() {
    if (!alive()) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  const onExit = () => {
    if (alive()) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  await start();
  return {
    host: '127.0.0.1',
    port,
    ask,
    start,
    /** Ends it as a crash does: what the append-only file has not got is gone. */
    kill,
    async close() {
      process.removeListener('exit', onExit);
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
