import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/ports.mjs';
import type { RedisConnection } from '../../src/adapters/queue/bullmq.js';

/** Why there is no Redis here; null where there is one. In CI its absence is a failure, not a reason. */
export const redisMissing: string | null = (() => {
  if (spawnSync('redis-server', ['--version']).status === 0) return null;
  if (process.env.CI) throw new Error('redis-server is missing: CI must install it');
  return 'redis-server is not installed';
})();

export interface RedisServerOptions {
  /** Keeps an append-only file. */
  readonly aof?: boolean;
  readonly password?: string;
  readonly maxmemory?: string;
}

export interface RedisServer {
  readonly port: number;
  readonly connection: RedisConnection;
  /** A client of the test's own. */
  readonly client: Redis;
  stop(): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Freezes the process: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

const startMsMax = 50_000;

/** A Redis of its own on a free port of this machine, with a folder of its own. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-redis-'));
  const port = await freePort();
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
    ...['--appendonly', options.aof === true ? 'yes' : 'no'],
    ...(options.aof === true ? ['--appendfsync', 'always'] : []),
    ...(options.password === undefined ? [] : ['--requirepass', options.password]),
    ...['--maxmemory-policy', 'noeviction', '--maxmemory', options.maxmemory ?? '0'],
  ];
  let server: ChildProcess | null = null;
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
    ...(options.password === undefined ? {} : { password: options.password }),
  });
  client.on('error', () => undefined);

  async function start(): Promise<void> {
    server = spawn('redis-server', args, { stdio: 'ignore' });
    if (client.status === 'wait') client.connect().catch(() => undefined);
    const untilMs = performance.now() + startMsMax;
    for (;;) {
      const answer = await Promise.race([client.ping().catch(() => ''), pause(200, '')]);
      if (answer === 'PONG') return;
      if (performance.now() > untilMs) throw new Error('redis-server does not answer');
      await pause(20);
    }
  }

  async function stop(): Promise<void> {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGCONT');
    running.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    port,
    connection: {
      host: '127.0.0.1',
      port,
      db: 0,
      username: null,
      password: options.password ?? null,
      tls: null,
      connectMsMax: 1_000,
      commandMsMax: 500,
    },
    client,
    start,
    stop,
    async restart() {
      await stop();
      await start();
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async close() {
      client.disconnect();
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
