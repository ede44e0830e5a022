// A real OpenSSH server on the loopback, with host keys and configuration of its own, that can be killed, frozen, cut
// and started again. Tests, benches and chaos share it.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.mjs';

export { freePort };

const program = '/usr/sbin/sshd';
const startMsMax = 60_000;

export const hasSshd = () => existsSync(program);

/** A key pair as OpenSSH writes one. */
export function makeKey(path, type = 'ed25519', passphrase = '') {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path]);
  return path;
}

/** Fingerprint of a public key file, as `ssh-keygen -l` prints it. */
export function fingerprintOfFile(path) {
  const blob = Buffer.from(readFileSync(path, 'utf8').split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

export async function startSshd(options = {}) {
  const root = mkdtempSync(join(tmpdir(), 'ecluse-sshd-'));
  const port = await freePort();
  const hostKeys = ['ed25519', 'rsa'].map((type) => makeKey(join(root, `host_${type}`), type));
  const keyFile = makeKey(join(root, 'login'));
  writeFileSync(join(root, 'authorized_keys'), readFileSync(`${keyFile}.pub`));
  const configFile = join(root, 'sshd_config');
  writeFileSync(configFile, configOf(root, port, hostKeys, options));
  // The folder that sshd asks for when root runs it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  let child = null;

  async function start() {
    const started = spawn(program, ['-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let said = '';
    started.stderr.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-4096);
    });
    const untilMs = performance.now() + startMsMax;
    for (;;) {
      if (started.exitCode !== null || performance.now() > untilMs)
        throw new Error(`sshd does not start: ${said}`);
      if (await listens(port)) return;
      await pause(10);
    }
  }
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null;
  const pids = () => (alive() ? [child.pid, ...descendants(child.pid)] : []);
  async function kill() {
    if (!alive()) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    send(pids(), 'SIGKILL');
    await ended;
  }
  await start();
  return {
    host: '127.0.0.1',
    port,
    user: options.user ?? userInfo().username,
    keyFile,
    fingerprints: hostKeys.map((file) => fingerprintOfFile(`${file}.pub`)),
    root,
    pids,
    signal: (signal) => send(pids(), signal),
    cutConnections: () => send(pids().slice(1), 'SIGKILL'),
    start,
    kill,
    newHostKeys() {
      for (const [n, type] of ['ed25519', 'rsa'].entries()) {
        for (const end of ['', '.pub']) rmSync(`${hostKeys[n]}${end}`);
        makeKey(hostKeys[n], type);
      }
      return hostKeys.map((file) => fingerprintOfFile(`${file}.pub`));
    },
    async close() {
      await kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function configOf(root, port, hostKeys, { passwords, without, config = [] }) {
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((file) => `HostKey ${file}`),
    'PidFile none',
    `AuthorizedKeysFile ${join(root, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    `PasswordAuthentication ${passwords === true ? 'yes' : 'no'}`,
    'MaxStartups 200',
    `Subsystem sftp internal-sftp${without === undefined ? '' : ` -P ${without.join(',')}`}`,
    'LogLevel ERROR',
    ...config,
  ];
  return `${lines.join('\n')}\n`;
}

/** Those that were started last first. */
function send(pids, signal) {
  for (const pid of [...pids].reverse()) {
    try {
      process.kill(pid, signal);
    } catch {
      // The process is gone already.
    }
  }
}

function descendants(pid) {
  let children = [];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    children = text.split(' ').filter(Boolean).map(Number);
  } catch {
    // The process is gone already.
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
