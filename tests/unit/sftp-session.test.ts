import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../src/adapters/transport/sftp/files.js';
import { openSession, type SftpSession } from '../../src/adapters/transport/sftp/session.js';
import { createSplitter, packet, types } from '../../src/adapters/transport/sftp/wire.js';

interface Request {
  readonly type: number;
  readonly id: number;
}
type Answer = (
  request: Request,
  say: (type: number, id: number, ...fields: (number | Buffer)[]) => void,
) => void;

/** A server that answers as a test wants; what it says arrives in pieces of `pieceBytes`. */
async function sessionWith(answer: Answer, more: { operationMsMax?: number; pieceBytes?: number } = {}) {
  let destroyed = false;
  const channel: Duplex = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      take(chunk);
      done();
    },
  });
  const send = (bytes: Buffer): void => {
    const size = more.pieceBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) channel.push(bytes.subarray(at, at + size));
  };
  const take = createSplitter(1_000_000, (bytes) => {
    if (bytes[0] === types.init)
      return send(packet(types.version, 3, [Buffer.from('x@y'), Buffer.from('1')]));
    answer({ type: bytes[0] ?? 0, id: bytes.readUInt32BE(1) }, (type, id, ...fields) =>
      send(packet(type, id, fields)),
    );
  });
  const session = await openSession(channel, {
    server: 'u@h:22',
    operationMsMax: more.operationMsMax ?? 5_000,
    destroy: () => {
      destroyed = true;
      channel.destroy();
    },
  });
  return { session, channel, destroyed: () => destroyed };
}

const handle = Buffer.from('h');
const none = Buffer.alloc(0);
/** A name as READDIR gives it, of a file of 3 bytes. */
const named = (name: string): (number | Buffer)[] => [
  Buffer.from(name, 'latin1'),
  Buffer.from(`-rw-r--r--    1 u g 3 ${name}`, 'latin1'),
  ...[1 | 4 | 8, 0, 3, 0o100644, 7, 9],
];

describe('an SFTP session', () => {
  it.each([1, 2, 3, 4, 5, 7, 64])('reads answers that come in pieces of %i bytes', async (pieceBytes) => {
    const { session } = await sessionWith(
      (request, say) => say(types.data, request.id, Buffer.from(`data ${request.id}`)),
      { pieceBytes },
    );
    const got = await Promise.all([1, 2, 3].map(() => session.read(handle, 0, 100)));
    expect(got.map(String)).toEqual(['data 1', 'data 2', 'data 3']);
    expect([...session.extensions]).toEqual(['x@y']);
  });

  it('takes answers in any order', async () => {
    const waiting: (() => void)[] = [];
    const { session } = await sessionWith((request, say) => {
      waiting.push(() => say(types.data, request.id, Buffer.from(String(request.id))));
      if (waiting.length === 3) for (const one of waiting.reverse()) one();
    });
    const got = await Promise.all([1, 2, 3].map(() => session.read(handle, 0, 100)));
    expect(got.map(String)).toEqual(['1', '2', '3']);
  });

  it('sends what is asked in one turn in one write', async () => {
    const { session, channel } = await sessionWith((request, say) =>
      say(types.status, request.id, 0, none, none),
    );
    let writes = 0;
    const write = channel.write.bind(channel);
    channel.write = ((chunk: Buffer) => {
      writes++;
      return write(chunk);
    }) as typeof channel.write;
    await Promise.all(Array.from({ length: 20 }, (_, n) => session.remove(Buffer.from(`f${n}`))));
    expect(writes).toBe(1);
  });

  it.each([
    [2, 'ENOENT'],
    [3, 'EACCES'],
    [4, 'SFTP_FAILURE'],
    [8, 'ENOTSUP'],
    [77, 'SFTP_STATUS_77'],
  ])('status %i is an error %s, with and without a message', async (status, code) => {
    const { session } = await sessionWith((request, say) =>
      request.id % 2 === 0
        ? say(types.status, request.id, status)
        : say(types.status, request.id, status, Buffer.from('so'), none),
    );
    await expect(session.remove(handle)).rejects.toMatchObject({ code });
    await expect(session.remove(handle)).rejects.toMatchObject({ code });
    expect(session.alive()).toBe(true);
  });

  it('an answer that is lost ends the session, while others are still answered', async () => {
    const { session, destroyed } = await sessionWith(
      (request, say) => {
        if (request.id !== 1) say(types.status, request.id, 0, none, none);
      },
      { operationMsMax: 150 },
    );
    let failed: unknown = null;
    session.remove(handle).catch((error: unknown) => {
      failed = error;
    });
    // Looks at which the session finds that we were held up ourselves do not count: it may take more of them.
    for (const fromMs = performance.now(); session.alive() && performance.now() - fromMs < 20_000; ) {
      await session.remove(handle).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(failed).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(destroyed()).toBe(true);
  });

  it('a slow server that goes on answering in order is no frozen one', async () => {
    const queue: (() => void)[] = [];
    const { session } = await sessionWith(
      (request, say) => queue.push(() => say(types.status, request.id, 0, none, none)),
      { operationMsMax: 200 },
    );
    const all = Promise.all(Array.from({ length: 12 }, () => session.remove(handle)));
    const timer = setInterval(() => queue.shift()?.(), 60);
    await expect(all).resolves.toHaveLength(12);
    clearInterval(timer);
  });

  it.each([
    ['an answer to nothing that was asked', packet(types.status, 999, [0])],
    ['a packet without end', Buffer.from([0x7f, 0xff, 0xff, 0xff, 1])],
    ['a packet of no bytes', Buffer.alloc(4)],
    ['a packet cut short', packet(types.status, null, [])],
    ['text of a login script', Buffer.from('Welcome to this server!\r\n')],
  ])('%s ends it', async (_, bytes) => {
    const { session, channel } = await sessionWith(() => {
      channel.push(bytes);
    });
    await expect(session.remove(handle)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(session.alive()).toBe(false);
    await expect(session.remove(handle)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it('more bytes than were asked for are refused', async () => {
    const { session } = await sessionWith((request, say) => say(types.data, request.id, Buffer.alloc(11)));
    await expect(session.read(handle, 0, 10)).rejects.toThrow(/11 bytes/);
  });

  it('an answer of no bytes is no end: whoever reads on would ask for ever', async () => {
    const { session } = await sessionWith((request, say) => say(types.data, request.id, none));
    await expect(session.read(handle, 0, 10)).rejects.toThrow(/0 bytes/);
  });

  it('an engine that was stopped or busy itself does not hold that against the server', async () => {
    const { session } = await sessionWith(
      (request, say) => setTimeout(() => say(types.status, request.id, 0, none, none), 30),
      { operationMsMax: 200 },
    );
    const asked = session.remove(handle);
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    await expect(asked).resolves.toBeUndefined();
  });

  it.each([
    [3, 'EACCES', 'Permission denied', 'remove /in/a.xml: Permission denied'],
    [4, 'SFTP_FAILURE', 'Failure', expect.stringContaining('often a full disk or a quota')],
    [8, 'ENOTSUP', '', 'remove /in/a.xml: ENOTSUP'],
  ])(
    'a refusal of status %i tells what was asked, of which file, and what it means',
    async (status, code, said, message) => {
      const { session } = await sessionWith((request, say) =>
        say(types.status, request.id, status, Buffer.from(said), none),
      );
      await expect(session.remove(Buffer.from('/in/a.xml'))).rejects.toMatchObject({ code, message });
      expect(session.alive()).toBe(true);
    },
  );
});

describe('a folder', () => {
  const listing = async (names: readonly string[], limit: number): Promise<string[]> => {
    let told = false;
    const { session }: { session: SftpSession } = await sessionWith((request, say) => {
      if (request.type === types.opendir) return say(types.handle, request.id, handle);
      if (request.type !== types.readdir || told) return say(types.status, request.id, 1, none, none);
      told = true;
      say(types.name, request.id, names.length, ...names.flatMap(named));
    });
    return (await readFolder(session, '/in', limit)).map(({ raw }) => raw.toString('latin1'));
  };

  it('keeps names of any bytes', async () => {
    expect(await listing(['.', '..', 'caf\xe9.xml', '...', 'a\nb'], 10)).toEqual([
      'caf\xe9.xml',
      '...',
      'a\nb',
    ]);
  });

  it('has no names that lead out of it', async () => {
    expect(await listing(['../../etc/passwd', '/x', 'a\0b', 'ok'], 10)).toEqual(['ok']);
  });

  it.each([
    ['nothing', []],
    ['itself', ['.', '..']],
  ])('that answers with %s for ever is not asked for ever', async (_, names) => {
    const { session } = await sessionWith((request, say) => {
      if (request.type === types.opendir) return say(types.handle, request.id, handle);
      if (request.type !== types.readdir) return say(types.status, request.id, 0, none, none);
      say(types.name, request.id, names.length, ...names.flatMap(named));
    });
    await expect(readFolder(session, '/in', 10)).rejects.toThrow(/no end/);
  });

  it('gives no more than asked', async () => {
    expect(await listing(['a', 'b', 'c'], 2)).toHaveLength(2);
  });
});
