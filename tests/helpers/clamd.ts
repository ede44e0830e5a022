import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clamd } from '../../src/adapters/antivirus/clamd.js';

/** What the test's own signature finds, and the name under which clamd tells it. */
export const marker = 'ECLUSE-SIGNATURE-D-ESSAI-4b1f';
export const signature = 'Ecluse.Essai.UNOFFICIAL';

const startMsMax = 60_000;
const places = ['clamd', '/usr/sbin/clamd', '/usr/local/sbin/clamd'];

/** The program of Debian's clamav-daemon; null where it is not installed. */
export function clamdProgram(): string | null {
  return places.find((path) => spawnSync(path, ['--help']).status === 0) ?? null;
}

export interface RealClamd {
  readonly address: string;
  readonly streamBytesMax: number;
  stop(): Promise<void>;
}

/** A real clamd on a socket below `dir`, whose only signature is the test's own. */
export async function startClamd(program: string, dir: string): Promise<RealClamd> {
  const socket = join(dir, 'clamd.sock');
  mkdirSync(join(dir, 'db'), { recursive: true });
  const hex = Buffer.from(marker).toString('hex');
  writeFileSync(join(dir, 'db', 'ecluse.ndb'), `Ecluse.Essai:0:*:${hex}\n`);
  const lines = [
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${join(dir, 'db')}`,
    'Foreground yes',
    'StreamMaxLength 2M',
    'ConcurrentDatabaseReload no',
  ];
  writeFileSync(join(dir, 'clamd.conf'), `${lines.join('\n')}\n`);
  const child = spawn(program, ['--config-file', join(dir, 'clamd.conf')], { stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const address = `unix:${socket}`;
  const probe = clamd({ address, deadlineMs: 1_000 });
  const untilMs = performance.now() + startMsMax;
  while (!(await probe.version().catch(() => null))) {
    if (performance.now() > untilMs || child.exitCode !== null) {
      await ended(child);
      throw new Error(`clamd did not start: ${said}`);
    }
    await sleep(100);
  }
  return { address, streamBytesMax: 2 * 1024 * 1024, stop: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

export interface FakeClamd {
  readonly address: string;
  /** Contents that came whole. */
  readonly contents: Buffer[];
  close(): Promise<void>;
}

/**
 * Speaks clamd's side of INSTREAM and VERSION, over loopback or on a socket of the file system; `answer` decides what to
 * say of a content.
 */
export async function fakeClamd(options: {
  readonly answer?: (content: Buffer) => string | null;
  /** Answers as soon as so many bytes have come, and closes: as clamd does with a stream that is too long. */
  readonly bytesMax?: number;
  /** Listens on this socket: nobody else takes it while the server is away, as may happen to a port. */
  readonly path?: string;
}): Promise<FakeClamd> {
  const contents: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf(0);
      if (end < 0) return;
      const command = bytes.subarray(0, end).toString();
      if (command === 'zVERSION') return void socket.end('ClamAV 0.0 (fake)\0');
      if (command !== 'zINSTREAM') return void socket.end('UNKNOWN COMMAND\0');
      if (bytes.length > (options.bytesMax ?? Number.POSITIVE_INFINITY))
        return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      const content = contentIn(bytes.subarray(end + 1));
      if (content === null) return;
      contents.push(content);
      const answer = options.answer === undefined ? 'stream: OK' : options.answer(content);
      if (answer !== null) socket.end(`${answer}\0`);
    });
  });
  const { path } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (path === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(path, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: path === undefined ? `tcp:127.0.0.1:${port}` : `unix:${path}`,
    contents,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The chunks put together, once the empty one has come. */
function contentIn(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}
