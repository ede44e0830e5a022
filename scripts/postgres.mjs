// A real PostgreSQL server on the loopback, with a data folder of its own, that can be stopped, killed, frozen and
// started again. Tests, benches and chaos share it.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './ports.mjs';

const debian = '/usr/lib/postgresql';
const startMsMax = 60_000;

/** Folder of the newest installed server's programs, or null. */
export function postgresPrograms() {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) {
    const bin = join(debian, version, 'bin');
    if (existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres'))) return bin;
  }
  return null;
}

export const hasPostgres = () => postgresPrograms() !== null;

const user = 'ecluse';

/** PostgreSQL refuses to work for root: the account of Debian's package, or nobody, does. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // There is no such account.
    }
  }
  throw new Error('PostgreSQL needs an account other than root: there is neither postgres nor nobody');
}

/**
 * Starts a server. `durable`: with fsync, as in production; without it, fast and good for tests only.
 * `config`: further settings of the server, by name. `password`: asked of everybody; null: of nobody.
 */
export async function startPostgres({ durable = false, config = {}, password = null } = {}) {
  const bin = postgresPrograms();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const root = mkdtempSync(join(tmpdir(), 'ecluse-postgres-'));
  const account = unprivileged();
  const data = join(root, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (account.uid !== undefined) {
    chmodSync(root, 0o755);
    chownSync(data, account.uid, account.gid);
  }
  const run = (program, args) =>
    execFileSync(join(bin, program), args, { ...account, cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  const login =
    password === null ? ['-A', 'trust'] : ['-A', 'scram-sha-256', `--pwfile=${join(root, 'password')}`];
  if (password !== null) writeFileSync(join(root, 'password'), password, { mode: 0o644 });
  run('initdb', ['-D', data, '-U', user, ...login, '-E', 'UTF8', '--locale=C', '-N']);
  const port = await freePort();
  const quick = durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '64MB',
    ...quick,
    ...config,
  };
  let child = null;

  async function start() {
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const started = spawn(join(bin, 'postgres'), ['-D', data, ...args], {
      ...account,
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let said = '';
    started.stderr.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-4096);
    });
    const untilMs = performance.now() + startMsMax;
    for (;;) {
      if (started.exitCode !== null || performance.now() > untilMs)
        throw new Error(`PostgreSQL does not start: ${said}`);
      if (await answers()) return;
      await pause(20);
    }
  }
  const connection = (database) => ({ host: '127.0.0.1', port, user, database, password: password ?? '' });
  async function answers() {
    const client = new pg.Client({ ...connection('postgres'), connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  async function query(sql, database = 'postgres') {
    const client = new pg.Client(connection(database));
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows ?? [];
    } finally {
      await client.end();
    }
  }
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null;
  /** `SIGINT`: at once, in good order; `SIGQUIT`: as after a crash. */
  async function stop(signal = 'SIGINT') {
    if (!alive()) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
  const onExit = () => {
    if (alive()) child.kill('SIGQUIT');
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once('exit', onExit);
  let databases = 0;
  try {
    await start();
  } catch (error) {
    onExit();
    throw error;
  }
  return {
    host: '127.0.0.1',
    port,
    user,
    query,
    start,
    stop,
    /** A database of its own, empty or as `template` is; its name. */
    async createDatabase(template = 'template0') {
      const name = `ecluse_${++databases}`;
      await query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      return name;
    },
    dropDatabase: (name) => query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    async close() {
      process.removeListener('exit', onExit);
      await stop('SIGQUIT');
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
