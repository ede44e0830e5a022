import { createConnection, type NetConnectOpts, type Socket } from 'node:net';
import { asError, Fault } from '../../errors.js';
import type { Antivirus, AntivirusVerdict } from '../../ports/antivirus.js';

export interface ClamdOptions {
  /** `unix:/path/of/socket` or `tcp:host:port`. Contents go there in clear: it has to be this machine. */
  readonly address: string;
  /** Time for one content, from the connection to the answer. */
  readonly deadlineMs: number;
}

/** An answer is one short line; more than this is not clamd. */
const answerBytesMax = 64 * 1024;

/**
 * An antivirus on clamd (clamd(8): commands `INSTREAM`, `VERSION`, ended by NUL). A content goes there in chunks of at
 * most what its stream gives, each behind its length in four bytes; an empty one ends it.
 * @throws Fault ANTIVIRUS_UNREACHABLE: no connection, no answer within the deadline, or cut off before it;
 *   CONFIG_INVALID for an address that is neither; ANTIVIRUS_FAILED: clamd answers that it could not look (a content over its `StreamMaxLength`, for one).
 */
export function clamd({ address, deadlineMs }: ClamdOptions): Antivirus {
  const place = placeOf(address);
  const ask = (command: string, content: AsyncIterable<Uint8Array> | null): Promise<string> =>
    converse(place, address, deadlineMs, command, content);

  return {
    address,
    version: () => ask('VERSION', null),
    async scan(content) {
      const answer = await ask('INSTREAM', content);
      const verdict = verdictOf(answer);
      if (verdict !== null) return verdict;
      throw new Fault('ANTIVIRUS_FAILED', `clamd at ${address} answers: ${answer}`, { address, answer });
    },
  };
}

function verdictOf(answer: string): AntivirusVerdict | null {
  if (/^stream: OK$/.test(answer)) return { kind: 'clean' };
  const signature = /^stream: (.+) FOUND$/s.exec(answer)?.[1];
  return signature === undefined ? null : { kind: 'infected', signature };
}

function placeOf(address: string): NetConnectOpts {
  const path = /^unix:(.+)$/.exec(address)?.[1];
  if (path !== undefined) return { path };
  const tcp = /^tcp:(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(address);
  const host = tcp?.[1] ?? tcp?.[2];
  if (host === undefined)
    throw new Fault('CONFIG_INVALID', `antivirus.address: ${address} is neither unix:... nor tcp:host:port`);
  return { host, port: Number(tcp?.[3]) };
}

async function converse(
  place: NetConnectOpts,
  address: string,
  deadlineMs: number,
  command: string,
  content: AsyncIterable<Uint8Array> | null,
): Promise<string> {
  const socket = createConnection(place);
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  const answer = answerOf(socket);
  // Whoever waits for the answer hears of it; while the content is still being sent nobody does.
  answer.catch(() => undefined);
  try {
    await send(socket, Buffer.from(`z${command}\0`), content);
    return await answer;
  } catch (error) {
    if (error instanceof ContentFault) throw error.cause;
    if (error instanceof Fault) throw error;
    const text = `the antivirus at ${address} cannot be reached: ${asError(error).message}`;
    throw new Fault('ANTIVIRUS_UNREACHABLE', text, { address }, error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** The content could not be read: not the antivirus's fault. */
class ContentFault extends Error {}

async function send(
  socket: Socket,
  command: Buffer,
  content: AsyncIterable<Uint8Array> | null,
): Promise<void> {
  if (!(await write(socket, command)) || content === null) return;
  const iterator = content[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        throw new ContentFault('the content cannot be read', { cause: error });
      });
      if (next.done === true) break;
      // An empty chunk would mean the end.
      if (next.value.length === 0) continue;
      // clamd has answered before the end: it has seen enough, or the content is too long for it.
      if (!(await write(socket, lengthOf(next.value)))) return;
      if (!(await write(socket, next.value))) return;
    }
    await write(socket, Buffer.alloc(4));
  } finally {
    await iterator.return?.();
  }
}

function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

/** Writes and waits until there is room for more; false when the other side no longer listens. */
function write(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  if (socket.destroyed || socket.writableEnded) return Promise.resolve(false);
  if (socket.write(bytes)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (open: boolean) => () => {
      socket.off('drain', onDrain).off('close', onClose);
      resolve(open);
    };
    const onDrain = end(true);
    const onClose = end(false);
    socket.on('drain', onDrain).on('close', onClose);
  });
}

/** The line that clamd answers; an answer that came whole counts, whatever became of the connection afterwards. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let failure: Error | null = null;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\0');
      if (end >= 0) resolve(text.slice(0, end).trim());
      else if (text.length > answerBytesMax) socket.destroy(new Error('the answer is not one of clamd'));
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => reject(failure ?? new Error('the connection was closed before an answer')));
  });
}
