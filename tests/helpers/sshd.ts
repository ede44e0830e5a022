import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const program = '/usr/sbin/sshd';

/** Why there is no OpenSSH server here; null where there is one. In CI its absence is a failure, not a reason. */
export const sshdMissing: string | null = (() => {
  if (existsSync(program)) return null;
  if (process.env.CI) throw new Error(`${program} is missing: CI must install openssh-server`);
  return `${program} is not installed`;
})();

export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A private key that logs in. */
  readonly keyFile: string;
  /** SHA-256 fingerprints of the host keys: ed25519, then rsa. */
  readonly fingerprints: readonly string[];
  readonly root: string;
  /** Process ids of the listener and of everything it started, now. */
  pids(): number[];
  signal(signal: NodeJS.Signals): void;
  /** Cuts every connection and leaves the listener. */
  cutConnections(): void;
  start(): Promise<void>;
  /** Ends listener and connections at once. */
  kill(): Promise<void>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

export interface SshdOptions {
  /** Requests that the server does not know. */
  readonly without?: readonly string[];
  /** Lines added to the configuration. */
  readonly config?: readonly string[];
  /** Password of logins through the small PAM-less checks of sshd: needs a system user, see `systemUser`. */
  readonly passwords?: boolean;
  /** The user who logs in; by default the one who runs the test. */
  readonly user?: string;
}

/** A key pair as OpenSSH writes one. */
export function makeKey(path: string, type = 'ed25519', passphrase = ''): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path]);
  return path;
}

/** Fingerprint of a public key file, as `ssh-keygen -l` prints it. */
export function fingerprintOfFile(path: string): string {
  const blob = Buffer.from(readFileSync(path, 'utf8').split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A real OpenSSH server on the loopback, with host keys and configuration of its own. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const root = mkdtempSync(join(tmpdir(), 'ecluse-sshd-'));
  const port = await freePort();
  makeKey(join(root, 'host_ed25519'));
  makeKey(join(root, 'host_rsa'), 'rsa');
  const keyFile = makeKey(join(root, 'login'));
  writeFileSync(join(root, 'authorized_keys'), readFileSync(`${keyFile}.pub`));
  const configFile = join(root, 'sshd_config');
  writeFileSync(
    configFile,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(root, 'host_ed25519')}`,
      `HostKey ${join(root, 'host_rsa')}`,
      'PidFile none',
      `AuthorizedKeysFile ${join(root, 'authorized_keys')}`,
      'StrictModes no',
      'UsePAM no',
      `PasswordAuthentication ${options.passwords === true ? 'yes' : 'no'}`,
      'MaxStartups 200',
      `Subsystem sftp internal-sftp${options.without === undefined ? '' : ` -P ${options.without.join(',')}`}`,
      'LogLevel ERROR',
      ...(options.config ?? []),
      '',
    ].join('\n'),
  );
  // The folder that sshd asks for when root runs it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const started = spawn(program, ['-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let said = '';
    started.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    for (let tries = 0; ; tries++) {
      if (started.exitCode !== null || tries > 500) throw new Error(`sshd does not start: ${said}`);
      if (await listens(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  function pids(): number[] {
    const listener = child?.pid;
    return listener === undefined || child?.exitCode !== null ? [] : [listener, ...descendants(listener)];
  }
  function kill(): Promise<void> {
    const ending = child;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return Promise.resolve();
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    for (const pid of pids().reverse()) quietly(() => process.kill(pid, 'SIGKILL'));
    return ended;
  }
  await start();
  return {
    host: '127.0.0.1',
    port,
    user: options.user ?? userInfo().username,
    keyFile,
    fingerprints: [
      fingerprintOfFile(join(root, 'host_ed25519.pub')),
      fingerprintOfFile(join(root, 'host_rsa.pub')),
    ],
    root,
    pids,
    signal(signal) {
      for (const pid of pids()) quietly(() => process.kill(pid, signal));
    },
    cutConnections() {
      for (const pid of pids().slice(1).reverse()) quietly(() => process.kill(pid, 'SIGKILL'));
    },
    start,
    kill,
    async close() {
      await kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function descendants(pid: number): number[] {
  let children: number[] = [];
  quietly(() => {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    children = text.split(' ').filter(Boolean).map(Number);
  });
  return children.flatMap((child) => [child, ...descendants(child)]);
}

async function listens(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The process is gone already.
  }
}
