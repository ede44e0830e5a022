import type { Duplex } from 'node:stream';
import { asError, Fault } from '../../../errors.js';
import { nameOf } from '../names.js';
import {
  type Attributes,
  attributeFields,
  createSplitter,
  type Field,
  type FieldReader,
  fieldsOf,
  type NamedFile,
  openFlags,
  packet,
  statusError,
  statuses,
  types,
} from './wire.js';

export interface SessionOptions {
  /** `user@host:port`, for messages. */
  readonly server: string;
  /** A request that is unanswered so long, while none before it was answered, ends the session. */
  readonly operationMsMax: number;
  /** Cuts the connection beneath the channel. */
  readonly destroy: () => void;
}

/**
 * One SFTP session. Requests may be in flight side by side; those made in one turn of the event loop leave in one
 * write. Answers that say no are errors with a `code` (`ENOENT`, `EACCES`, `SFTP_FAILURE`, `ENOTSUP`). When the
 * connection is lost or a request outlives its deadline, everything in flight rejects with CONNECTION_FAILED.
 */
export interface SftpSession {
  readonly extensions: ReadonlySet<string>;
  alive(): boolean;
  openRead(path: Buffer): Promise<Buffer>;
  /** Creates a file that must not exist. @param mode permissions, e.g. 0o600; null: as the server likes. */
  create(path: Buffer, mode: number | null): Promise<Buffer>;
  close(handle: Buffer): Promise<void>;
  /** Null at the end of the file; fewer bytes than asked are no end. */
  read(handle: Buffer, position: number, length: number): Promise<Buffer | null>;
  write(handle: Buffer, position: number, bytes: Uint8Array): Promise<void>;
  lstat(path: Buffer): Promise<Attributes>;
  fstat(handle: Buffer): Promise<Attributes>;
  chmod(handle: Buffer, mode: number): Promise<void>;
  /** Where the server can (`fsync@openssh.com`); else nothing. */
  fsync(handle: Buffer): Promise<void>;
  openFolder(path: Buffer): Promise<Buffer>;
  /** Null at the end of the folder. */
  readFolder(handle: Buffer): Promise<readonly NamedFile[] | null>;
  makeFolder(path: Buffer): Promise<void>;
  remove(path: Buffer): Promise<void>;
  /** Version 3's rename: it refuses a name that is taken. */
  rename(from: Buffer, to: Buffer): Promise<void>;
  /** `posix-rename@openssh.com`: it overwrites. */
  posixRename(from: Buffer, to: Buffer): Promise<void>;
  end(reason: string): void;
}

interface Pending {
  readonly what: string;
  readonly sentAtMs: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly type: number;
  readonly fields: FieldReader;
}

/** OpenSSH answers with up to 256 KiB. */
const packetBytesMax = 1024 * 1024;
const versionSpoken = 3;
const folderModeDefault = 0o700;

/** Greets the server over an open channel. @throws Fault CONNECTION_FAILED. */
export async function openSession(channel: Duplex, options: SessionOptions): Promise<SftpSession> {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let outgoing: Buffer[] = [];
  let progressAtMs = 0;
  let ended: Fault | null = null;
  let greeting: { resolve: (fields: FieldReader) => void; reject: (error: Error) => void } | null = null;

  const failed = (reason: string, cause?: unknown): Fault => {
    const details = { server: options.server };
    return new Fault('CONNECTION_FAILED', `${options.server}: ${reason}`, details, cause);
  };

  function end(reason: string, cause?: unknown): void {
    if (ended !== null) return;
    const fault = failed(reason, cause);
    ended = fault;
    clearInterval(watchdog);
    const waiting = [...pending.values()];
    pending.clear();
    outgoing = [];
    for (const one of waiting) one.reject(fault);
    greeting?.reject(fault);
    options.destroy();
  }

  const everyMs = Math.max(5, Math.min(500, options.operationMsMax / 10));
  let lookedAtMs = performance.now();
  /** Servers answer in order, so each answer to the oldest request starts the clock of the next one. */
  const watchdog = setInterval(() => {
    const nowMs = performance.now();
    // We were busy or stopped ourselves: answers may have come that are not read yet.
    const asleep = nowMs - lookedAtMs > options.operationMsMax / 2 + everyMs;
    lookedAtMs = nowMs;
    const [oldest] = pending.values();
    if (oldest === undefined || asleep) return;
    const waitedMs = nowMs - Math.max(oldest.sentAtMs, progressAtMs);
    if (waitedMs > options.operationMsMax)
      end(`no answer to ${oldest.what} within ${options.operationMsMax} ms`);
  }, everyMs);
  watchdog.unref();

  function flush(): void {
    const packets = outgoing;
    outgoing = [];
    if (ended !== null || packets.length === 0) return;
    channel.write(packets.length === 1 ? packets[0] : Buffer.concat(packets));
  }

  function ask(type: number, what: string, fields: readonly Field[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      lastId = (lastId + 1) >>> 0;
      pending.set(lastId, { what, sentAtMs: performance.now(), resolve, reject });
      if (outgoing.length === 0) setImmediate(flush);
      outgoing.push(packet(type, lastId, fields));
    });
  }

  function onPacket(bytes: Buffer): void {
    const type = bytes[0] ?? 0;
    const fields = fieldsOf(bytes.subarray(1));
    if (type === types.version) {
      greeting?.resolve(fields);
      return;
    }
    const id = fields.u32();
    const one = pending.get(id);
    if (one === undefined) {
      end(`an answer to nothing that was asked (${id})`);
      return;
    }
    if (pending.keys().next().value === id) progressAtMs = performance.now();
    pending.delete(id);
    one.resolve({ type, fields });
  }

  const split = createSplitter(packetBytesMax, onPacket);
  channel.on('data', (chunk: Buffer) => {
    try {
      if (ended === null) split(chunk);
    } catch (error) {
      end(`what it sends is not SFTP: ${asError(error).message}`, error);
    }
  });
  // What a login script prints to stderr must not fill the channel's window.
  (channel as Duplex & { stderr?: NodeJS.ReadableStream }).stderr?.resume();
  channel.on('error', (error: Error) => end(error.message, error));
  for (const event of ['end', 'close']) channel.on(event, () => end('the connection was closed'));

  /** @param path told where the answer is no */
  async function done(
    type: number,
    what: string,
    fields: readonly Field[],
    path: Buffer | null = null,
  ): Promise<void> {
    const reply = await ask(type, what, fields);
    if (reply.type === types.status && reply.fields.peekU32() === statuses.ok) return;
    throw refusal(reply, what, path);
  }
  async function handle(type: number, what: string, path: Buffer, more: readonly Field[]): Promise<Buffer> {
    const reply = await ask(type, what, [path, ...more]);
    if (reply.type === types.handle) return Buffer.from(reply.fields.bytes());
    throw refusal(reply, what, path);
  }
  async function attributes(
    type: number,
    what: string,
    subject: Buffer,
    path: Buffer | null,
  ): Promise<Attributes> {
    const reply = await ask(type, what, [subject]);
    if (reply.type === types.attrs) return reply.fields.attributes();
    throw refusal(reply, what, path);
  }

  const extensions = new Set<string>();
  const greeted = new Promise<FieldReader>((resolve, reject) => {
    greeting = { resolve, reject };
  });
  const late = setTimeout(
    () => end(`no greeting within ${options.operationMsMax} ms`),
    options.operationMsMax,
  );
  channel.write(packet(types.init, null, [versionSpoken]));
  try {
    const hello = await greeted;
    const version = hello.u32();
    if (version !== versionSpoken) end(`it speaks version ${version} of SFTP, not ${versionSpoken}`);
    if (ended !== null) throw ended;
    while (hello.left > 0) {
      extensions.add(hello.bytes().toString('latin1'));
      hello.bytes();
    }
  } finally {
    clearTimeout(late);
    greeting = null;
  }

  return {
    extensions,
    alive: () => ended === null,
    openRead: (path) => handle(types.open, 'open', path, [openFlags.read, 0]),
    create: (path, mode) =>
      handle(types.open, 'create', path, [
        openFlags.write | openFlags.create | openFlags.exclusive,
        ...attributeFields(mode),
      ]),
    close: (file) => done(types.close, 'close', [file]),
    async read(file, position, length) {
      const reply = await ask(types.read, 'read', [file, BigInt(position), length]);
      if (reply.type !== types.data) return endOr(reply, 'read');
      const bytes = reply.fields.bytes();
      // No bytes and no end: whoever reads to the end would ask for ever.
      if (bytes.length <= length && (bytes.length > 0 || length === 0)) return bytes;
      throw new Error(`read: ${bytes.length} bytes where ${length} were asked for`);
    },
    write: (file, position, bytes) => done(types.write, 'write', [file, BigInt(position), bytes]),
    lstat: (path) => attributes(types.lstat, 'look at', path, path),
    fstat: (file) => attributes(types.fstat, 'look at an open file', file, null),
    chmod: (file, mode) => done(types.fsetstat, 'set the permissions', [file, ...attributeFields(mode)]),
    async fsync(file) {
      if (!extensions.has('fsync@openssh.com')) return;
      await done(types.extended, 'fsync', [Buffer.from('fsync@openssh.com'), file]);
    },
    openFolder: (path) => handle(types.opendir, 'open folder', path, []),
    async readFolder(folder) {
      const reply = await ask(types.readdir, 'read folder', [folder]);
      if (reply.type !== types.name) return endOr(reply, 'read folder');
      const files: NamedFile[] = [];
      for (let count = reply.fields.u32(); count > 0; count--) {
        const raw = reply.fields.bytes();
        const longname = reply.fields.bytes().toString('latin1');
        files.push({ raw, longname, attributes: reply.fields.attributes() });
      }
      return files;
    },
    makeFolder: (path) =>
      done(types.mkdir, 'make folder', [path, ...attributeFields(folderModeDefault)], path),
    remove: (path) => done(types.remove, 'remove', [path], path),
    rename: (from, to) => done(types.rename, 'rename', [from, to], from),
    posixRename: (from, to) =>
      done(types.extended, 'rename', [Buffer.from('posix-rename@openssh.com'), from, to], from),
    end,
  };
}

function endOr(reply: Reply, what: string): null {
  if (reply.type === types.status && reply.fields.peekU32() === statuses.endOfFile) return null;
  throw refusal(reply, what, null);
}

/** An answer that is not the one that was hoped for, as an error that names the path where there is one. */
function refusal(reply: Reply, what: string, path: Buffer | null): Error {
  const step = path === null ? what : `${what} ${nameOf(path)}`;
  if (reply.type !== types.status) return new Error(`${step}: an answer of type ${reply.type}`);
  return statusError(reply.fields.u32(), messageOf(reply.fields), step);
}

/** Some servers leave the message out. */
function messageOf(fields: FieldReader): string {
  return fields.left >= 4 ? fields.bytes().toString('utf8') : '';
}
