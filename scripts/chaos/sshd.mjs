import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const program = '/usr/sbin/sshd';

export const hasSshd = () => existsSync(program);

/** An OpenSSH server on the loopback, in a folder of its own, that can be killed, frozen, cut and started again. */
export async function startSshd(root) {
  mkdirSync(root, { recursive: true });
  for (const name of ['host', 'login'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, name)]);
  renameSync(join(root, 'login.pub'), join(root, 'authorized_keys'));
  const port = await freePort();
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(root, 'host')}`,
    'PidFile none',
    `AuthorizedKeysFile ${join(root, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'MaxStartups 200',
    'Subsystem sftp internal-sftp',
    'LogLevel ERROR',
  ];
  writeFileSync(join(root, 'sshd_config'), `${lines.join('\n')}\n`);
  if (process.getuid() === 0) mkdirSync('/run/sshd', { recursive: true });
  let child = null;

  async function start() {
    child = spawn(program, ['-D', '-f', join(root, 'sshd_config')], { stdio: 'ignore' });
    for (let tries = 0; !(await listens(port)); tries++) {
      if (child.exitCode !== null || tries > 500) throw new Error('sshd does not start');
      await pause(10);
    }
  }
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null;
  const pids = () => (alive() ? [child.pid, ...descendants(child.pid)] : []);
  const signal = (list, name) => {
    for (const pid of [...list].reverse()) {
      try {
        process.kill(pid, name);
      } catch {
        // The process is gone already.
      }
    }
  };
  await start();
  const blob = Buffer.from(readFileSync(join(root, 'host.pub'), 'utf8').split(' ')[1], 'base64');
  return {
    port,
    user: userInfo().username,
    keyFile: join(root, 'login'),
    hostKey: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    start,
    freeze: () => signal(pids(), 'SIGSTOP'),
    thaw: () => signal(pids(), 'SIGCONT'),
    cut: () => signal(pids().slice(1), 'SIGKILL'),
    async kill() {
      if (!alive()) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      signal(pids(), 'SIGKILL');
      await gone;
    },
  };
}

function descendants(pid) {
  let children = [];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    // The process is gone already.
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
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
