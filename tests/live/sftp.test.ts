import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  hostKeysOf,
  type SftpConnection,
  type SftpConnectionOptions,
  type SftpIntakeOptions,
  sftpDelivery,
  sftpIntake,
} from '../../src/adapters/transport/sftp.js';
import type { ClaimedFile, DepositEntry, IntakeTransport } from '../../src/ports/transport.js';
import { until } from '../helpers/processes.js';
import { connectionOptions, connectTo } from '../helpers/sftp.js';
import { fingerprintOfFile, makeKey, type Sshd, sshdMissing, startSshd } from '../helpers/sshd.js';

if (sshdMissing !== null) console.warn(`skipped: SFTP against a real server (${sshdMissing})`);

describe.skipIf(sshdMissing !== null)('a real OpenSSH server', () => {
  let server: Sshd;
  let dir = '';
  let drop = '';
  let out = '';
  let claims = '';
  let open: SftpConnection[] = [];
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server?.close());
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    [drop, out, claims] = ['in', 'out', 'claims'].map((name) => join(dir, name)) as [string, string, string];
    mkdirSync(drop);
    mkdirSync(out);
  });
  afterEach(async () => {
    server.signal('SIGCONT');
    await Promise.all(open.map((connection) => connection.close()));
    open = [];
    rmSync(dir, { recursive: true, force: true });
  });

  function connection(more: Partial<SftpConnectionOptions> = {}): SftpConnection {
    const one = connectTo(server, more);
    open.push(one);
    return one;
  }
  const intake = (more: Partial<SftpIntakeOptions> = {}): IntakeTransport =>
    sftpIntake({ connection: connection(), dir: drop, claimDir: claims, ...more });
  async function only(transport: IntakeTransport): Promise<DepositEntry> {
    const entry = (await transport.list(10)).find(({ kind }) => kind === 'file');
    if (entry === undefined) throw new Error('nothing is listed');
    return entry;
  }
  async function claimOf(transport: IntakeTransport): Promise<ClaimedFile> {
    const claimed = await transport.claim(await only(transport));
    if (typeof claimed === 'string') throw new Error(claimed);
    return claimed;
  }
  /** A file of zeros that takes no room. */
  function large(name: string, bytes: number): string {
    const path = join(drop, name);
    writeFileSync(path, '');
    truncateSync(path, bytes);
    return path;
  }
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  async function elapsed(work: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work();
    return performance.now() - began;
  }

  describe('login', () => {
    it('takes a key with a passphrase', async () => {
      const file = makeKey(join(dir, 'locked'), 'ed25519', 'a phrase');
      writeFileSync(join(server.root, 'authorized_keys'), readFileSync(`${file}.pub`), { flag: 'a' });
      const login = () => ({ privateKey: readFileSync(file), passphrase: 'a phrase' });
      await expect(connection({ login }).session()).resolves.toBeDefined();
      const wrong = connection({ login: () => ({ privateKey: readFileSync(file), passphrase: 'another' }) });
      await expect(wrong.session()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    });

    it('tells that the login is refused', async () => {
      const file = makeKey(join(dir, 'stranger'));
      const refused = connection({ login: () => ({ privateKey: readFileSync(file) }) });
      await expect(refused.session()).rejects.toMatchObject({
        code: 'CONNECTION_FAILED',
        message: expect.stringContaining('refuses the login'),
      });
    });

    it('tells that nothing listens', async () => {
      const nowhere = connection({ port: 1 });
      await expect(nowhere.session()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    });
  });

  describe('host keys', () => {
    it('shows the same fingerprints as ssh-keygen, one of each kind', async () => {
      const shown = await hostKeysOf(connectionOptions(server));
      expect(shown.map((key) => key.fingerprint)).toEqual(server.fingerprints);
      expect(shown.map((key) => key.type)).toEqual(['ssh-ed25519', 'ssh-rsa']);
    });

    it('accepts any pinned key, of whatever kind', async () => {
      const [, rsa = ''] = server.fingerprints;
      const other = `SHA256:${'A'.repeat(43)}`;
      await expect(connection({ hostKeys: [other, rsa] }).session()).resolves.toBeDefined();
    });

    it('refuses a server none of whose keys is pinned, before anybody logs in, and says what to do', async () => {
      let asked = '';
      const unpinned = connection({ hostKeys: [], hostKeyRemedy: 'ecluse partners hostkey FRN001' });
      await unpinned.session().catch((error: Error & { code: string }) => {
        asked = `${error.code} ${error.message}`;
      });
      expect(asked).toContain('HOST_KEY_REFUSED');
      expect(asked).toContain(server.fingerprints[0]);
      expect(asked).toContain('ecluse partners hostkey FRN001');
    });

    it('sends neither name nor password nor key to a server that is not the pinned one', async () => {
      const asked: string[] = [];
      const hostKey = readFileSync(makeKey(join(dir, 'impostor')), 'utf8');
      const impostor = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
        client.on('authentication', (context) => {
          asked.push(`${context.method} ${context.username}`);
          context.accept();
        });
        client.on('error', () => undefined);
      });
      await new Promise<void>((ready) => impostor.listen(0, '127.0.0.1', ready));
      const { port } = impostor.address() as { port: number };
      try {
        const login = () => ({ password: 'secret', privateKey: readFileSync(server.keyFile) });
        const misled = connection({ port, login });
        await expect(misled.session()).rejects.toMatchObject({ code: 'HOST_KEY_REFUSED' });
        expect(asked).toEqual([]);
        // The impostor does hear a login that is meant for it.
        const pinned = connection({ port, login, hostKeys: [fingerprintOfFile(join(dir, 'impostor.pub'))] });
        await pinned.session().catch(() => undefined);
        expect(asked.length).toBeGreaterThan(0);
      } finally {
        impostor.close();
      }
    });

    it('refuses a key that is not the pinned one', async () => {
      const changed = connection({ hostKeys: [`SHA256:${'B'.repeat(43)}`] });
      await expect(changed.session()).rejects.toMatchObject({
        code: 'HOST_KEY_REFUSED',
        message: expect.stringContaining('another machine answers in its place'),
      });
    });
  });

  describe('trouble', () => {
    it('a connection that dies in the middle of a download rejects at once and leaves nothing', async () => {
      large('big.tar.gz', 2 * 1024 ** 3);
      // No deadline of ours comes near: what ends the download is that the connection has died.
      const transport = intake({ connection: connection({ operationMsMax: 60_000, keepaliveMs: 60_000 }) });
      const claimed = await claimOf(transport);
      const fetching = expect(transport.fetch?.(claimed)).rejects.toMatchObject({
        code: 'CONNECTION_FAILED',
      });
      await until('the download goes on', () => sizeOf(claimed.path) > 0);
      const cutMs = await elapsed(async () => {
        server.cutConnections();
        await fetching;
      });
      expect(cutMs).toBeLessThan(20_000);
      expect(existsSync(claimed.path)).toBe(false);
      // The claim is where it was: the next try, over a new connection, gets it whole.
      truncateSync(join(dir, '.ecluse', `${claimed.claimId}_big.tar.gz`), 300_000);
      await expect(transport.fetch?.(claimed)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
      await transport.fetch?.(claimed);
      expect(readFileSync(claimed.path)).toHaveLength(300_000);
    });

    it('a frozen server is given up at the deadline of the operation', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const frozen = sftpIntake({
        connection: connection({ operationMsMax: 2_000, connectMsMax: 4_000 }),
        dir: drop,
        claimDir: claims,
      });
      const entry = await only(frozen);
      server.signal('SIGSTOP');
      const waitedMs = await elapsed(() =>
        expect(frozen.claim(entry)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' }),
      );
      expect(waitedMs).toBeGreaterThan(1_500);
      expect(waitedMs).toBeLessThan(15_000);
      // The listener is frozen too: no new connection, and no waiting for one beyond its deadline.
      const refusedMs = await elapsed(() =>
        expect(frozen.list(10)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' }),
      );
      expect(refusedMs).toBeLessThan(15_000);
      server.signal('SIGCONT');
      // Whether the server still did what it was asked or not: the file is found, once.
      const again: { readonly name: string }[] = [];
      // It may do it between our two looks: then the next ones find it.
      await until('the file is found', async () => {
        again.push(...(await frozen.leftovers()));
        again.push(...(await frozen.list(10)).filter((e) => e.kind === 'file'));
        return again.length > 0;
      });
      expect(again.map((one) => one.name)).toEqual(['a.xml']);
    });

    it('closing does not wait for a frozen server', async () => {
      server.signal('SIGSTOP');
      const hanging = connection({ connectMsMax: 60_000 });
      const refused = expect(hanging.session()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      await sleep(50);
      expect(await elapsed(() => hanging.close())).toBeLessThan(15_000);
      await refused;
      await expect(hanging.session()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    });

    it('an idle connection to a frozen server is found dead by its keepalive', async () => {
      const idle = connection({ keepaliveMs: 1_000 });
      const session = await idle.session();
      server.signal('SIGSTOP');
      await until('the session is found dead', () => !session.alive());
    });

    it('a download that a frozen server stops ends at the deadline', async () => {
      large('big.tar.gz', 2 * 1024 ** 3);
      const slow = sftpIntake({
        connection: connection({ operationMsMax: 3_000 }),
        dir: drop,
        claimDir: claims,
      });
      const claimed = await claimOf(slow);
      const fetching = expect(slow.fetch?.(claimed)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      await until('the download goes on', () => sizeOf(claimed.path) > 0);
      server.signal('SIGSTOP');
      expect(await elapsed(() => fetching)).toBeLessThan(20_000);
    });

    it('a download and a delivery during which the session keys are renewed again and again are whole', async () => {
      const renewing = await startSshd({ config: ['RekeyLimit 1M'] });
      const over = connectTo(renewing);
      open.push(over);
      try {
        const content = randomBytes(12 * 1024 * 1024);
        writeFileSync(join(drop, 'big.tar.gz'), content);
        const transport = sftpIntake({ connection: over, dir: drop, claimDir: claims });
        const claimed = await claimOf(transport);
        await transport.fetch?.(claimed);
        expect(readFileSync(claimed.path).equals(content)).toBe(true);
        await sftpDelivery({ connection: over, dir: out }).put('P_1', (stream) =>
          pipeline(Readable.from([content]), stream, { end: false }),
        );
        expect(readFileSync(join(out, 'P_1')).equals(content)).toBe(true);
      } finally {
        await over.close();
        await renewing.close();
      }
    });

    it('goes on by itself after a restart of the server', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const transport = intake();
      const claimed = await claimOf(transport);
      await server.kill();
      await expect(transport.fetch?.(claimed)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      await expect(transport.list(10)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      await server.start();
      await transport.fetch?.(claimed);
      expect(readFileSync(claimed.path, 'utf8')).toBe('abc');
      await transport.acknowledge(claimed);
      expect(readdirSync(join(dir, '.ecluse'))).toEqual([]);
    });

    it('many files at once over one connection that is cut again and again: none lost, none twice', async () => {
      const bytes = new Map<string, Buffer>();
      for (let n = 0; n < 300; n++) {
        const content = randomBytes(1_000 + n * 3_000);
        bytes.set(`f${n}`, content);
        writeFileSync(join(drop, `f${n}`), content);
      }
      const transport = intake();
      const taken: string[] = [];
      let cuts = 0;
      // Whatever the pace: between two cuts some files come through, and others are under way.
      const cutter = setInterval(() => {
        if (taken.length < cuts * 20) return;
        server.cutConnections();
        cuts++;
      }, 100);
      const finish = async (claimed: ClaimedFile): Promise<void> => {
        for (;;) {
          try {
            await transport.fetch?.(claimed);
            expect(readFileSync(claimed.path).equals(bytes.get(claimed.name) ?? Buffer.alloc(0))).toBe(true);
            break;
          } catch (error) {
            if ((error as { code?: string }).code !== 'CONNECTION_FAILED') throw error;
          }
        }
        taken.push(claimed.name);
        for (let done = false; !done; )
          done = await transport.acknowledge(claimed).then(
            () => true,
            () => false,
          );
      };
      try {
        for (let turn = 0; taken.length < bytes.size && turn < 500; turn++) {
          try {
            for (const claimed of await transport.leftovers()) await finish(claimed);
            const entries = (await transport.list(1_000)).filter(({ kind }) => kind === 'file');
            await Promise.all(
              entries.slice(0, 40).map(async (entry) => {
                const claimed = await transport.claim(entry).catch(() => 'gone' as const);
                if (typeof claimed !== 'string') await finish(claimed);
              }),
            );
          } catch (error) {
            if ((error as { code?: string }).code !== 'CONNECTION_FAILED') throw error;
          }
        }
      } finally {
        clearInterval(cutter);
      }
      expect([...taken].sort()).toEqual([...bytes.keys()].sort());
      expect(cuts).toBeGreaterThan(3);
      expect(readdirSync(drop)).toEqual([]);
      expect(readdirSync(join(dir, '.ecluse'))).toEqual([]);
    }, 180_000);
  });

  describe('claims', () => {
    it('lie on the server until they are acknowledged, and half downloads of an earlier run are removed', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const before = intake();
      const claimed = await claimOf(before);
      await before.fetch?.(claimed);
      expect(readdirSync(join(dir, '.ecluse'))).toEqual([`${claimed.claimId}_a.xml`]);
      writeFileSync(claimed.path, 'a');
      const after = intake();
      const [again] = await after.leftovers();
      expect(again).toEqual(claimed);
      expect(readdirSync(claims)).toEqual([]);
      await after.fetch?.(claimed);
      expect(readFileSync(claimed.path, 'utf8')).toBe('abc');
      await after.acknowledge(claimed);
      expect([...readdirSync(claims), ...readdirSync(join(dir, '.ecluse'))]).toEqual([]);
    });

    it('move into a folder of the server after pickup, made when it is not there', async () => {
      const moved = join(dir, 'done');
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const transport = intake({ afterPickup: { move: moved } });
      const claimed = await claimOf(transport);
      await transport.fetch?.(claimed);
      await transport.acknowledge(claimed);
      await transport.acknowledge(claimed);
      expect(readdirSync(moved)).toEqual([`${claimed.claimId}_a.xml`]);
      expect(readdirSync(join(dir, '.ecluse'))).toEqual([]);
    });

    it('that cannot be made because a file has the name of their folder are a fault that names it', async () => {
      const path = join(dir, 'not-a-folder');
      writeFileSync(path, '');
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const transport = intake({ claims: path });
      const entry = await only(transport);
      await expect(transport.claim(entry)).rejects.toMatchObject({
        code: 'FOLDER_UNUSABLE',
        message: expect.stringContaining(`${path} cannot be used`),
      });
      expect(readdirSync(drop)).toEqual(['a.xml']);
      rmSync(path);
      expect(await claimOf(transport)).toMatchObject({ name: 'a.xml' });
    });

    it.each([
      ['renamed', {}],
      ['copied', { claims: false as const }],
    ])(
      'that are recorded and %s and cannot be taken away are told with the folder, kept, and taken away later',
      async (_, more) => {
        const moved = join(dir, 'done');
        writeFileSync(moved, 'a file where a folder is meant');
        writeFileSync(join(drop, 'a.xml'), 'abc');
        const transport = intake({ ...more, afterPickup: { move: moved } });
        const claimed = await claimOf(transport);
        await transport.fetch?.(claimed);
        await expect(transport.acknowledge(claimed)).rejects.toMatchObject({
          code: 'FOLDER_UNUSABLE',
          message: expect.stringContaining(`${moved} cannot be used`),
        });
        // Neither this engine nor the next one takes it for a second deposit.
        expect((await transport.list(10)).filter(({ kind }) => kind === 'file')).toEqual([]);
        const next = intake({ ...more, afterPickup: { move: moved } });
        expect((await next.list(10)).filter(({ kind }) => kind === 'file')).toEqual([]);
        expect((await next.leftovers()).map(({ claimId }) => claimId)).toEqual([claimed.claimId]);
        rmSync(moved);
        await next.acknowledge(claimed);
        expect(readdirSync(moved)).toEqual([`${claimed.claimId}_a.xml`]);
        expect(readdirSync(drop)).toEqual([]);
      },
    );

    it('a link put in the place of a listed file is not followed, wherever it ends up', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const transport = intake();
      const entry = await only(transport);
      rmSync(join(drop, 'a.xml'));
      symlinkSync('/etc/hostname', join(drop, 'a.xml'));
      expect(await transport.claim(entry)).toBe('changed');
      mkdirSync(join(dir, '.ecluse'), { recursive: true });
      symlinkSync('/etc/hostname', join(dir, '.ecluse', '01a1fd67-c189-7b00-a291-76990b0c9f2d_b.xml'));
      expect(await intake().leftovers()).toEqual([]);
    });

    it('are inside the drop folder where none can be made beside it', async () => {
      // As the root of a chroot: it is there, and nothing can be made in it.
      writeFileSync(join(drop, 'a.xml'), 'abc');
      writeFileSync(join(dir, 'file'), '');
      const claimed = await claimOf(intake({ claims: join(drop, '.ecluse') }));
      expect(readdirSync(join(drop, '.ecluse'))).toEqual([`${claimed.claimId}_a.xml`]);
    });

    it('a file that grows while it is downloaded is fetched again until it stands still', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const transport = intake();
      const claimed = await claimOf(transport);
      writeFileSync(join(dir, '.ecluse', `${claimed.claimId}_a.xml`), 'abcdef');
      await expect(transport.fetch?.(claimed)).rejects.toMatchObject({
        code: 'FILE_CHANGED',
        details: { sizeBytes: 6 },
      });
      await transport.fetch?.(claimed);
      expect(readFileSync(claimed.path, 'utf8')).toBe('abcdef');
    });

    it('without renaming: a file replaced after its claim is left, and is a deposit of its own', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const transport = intake({ claims: false });
      const claimed = await claimOf(transport);
      expect(await transport.list(10)).toEqual([]);
      writeFileSync(join(drop, 'a.xml'), 'another');
      expect(await transport.list(10)).toMatchObject([{ name: 'a.xml', sizeBytes: 7 }]);
      await transport.acknowledge(claimed);
      expect(readFileSync(join(drop, 'a.xml'), 'utf8')).toBe('another');
    });

    it('without renaming: the claim is known after a restart, and hidden before anybody asks for it', async () => {
      writeFileSync(join(drop, 'a.xml'), 'abc');
      const claimed = await claimOf(intake({ claims: false }));
      writeFileSync(join(claims, `${claimed.claimId.replace(/.$/, '0')}.part`), 'half');
      const after = intake({ claims: false });
      expect(await after.list(10)).toEqual([]);
      expect(await after.leftovers()).toEqual([claimed]);
      expect(readdirSync(claims)).toHaveLength(2);
      await after.acknowledge(claimed);
      expect([...readdirSync(claims), ...readdirSync(drop)]).toEqual([]);
    });
  });

  describe('delivery', () => {
    it('is done where a crash came after the rename', async () => {
      const deliver = (stream: NodeJS.WritableStream): Promise<void> =>
        new Promise((done) => stream.write('a report', () => done()));
      const first = sftpDelivery({ connection: connection(), dir: out });
      expect(await first.put('CSO_1', deliver)).toMatchObject({ already: false });
      const second = sftpDelivery({ connection: connection(), dir: out });
      expect(await second.put('CSO_1', deliver)).toMatchObject({ already: true });
      expect(readdirSync(out)).toEqual(['CSO_1']);
    });

    it('rejects at once when the connection dies, and is made whole by the next try', async () => {
      const transport = sftpDelivery({ connection: connection(), dir: out });
      const cut = transport.put('P_1', async (stream) => {
        for (let n = 0; n < 40; n++) {
          if (n === 20) server.cutConnections();
          await new Promise<void>((done, failed) =>
            stream.write(Buffer.alloc(256 * 1024, n), (error) => (error ? failed(error) : done())),
          );
        }
      });
      await expect(cut).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      expect(await transport.has('P_1')).toBe(false);
      expect(readdirSync(out)).toEqual(['.P_1.tmp']);
      await transport.put('P_1', async (stream) => void stream.write('whole'));
      expect(readFileSync(join(out, 'P_1'), 'utf8')).toBe('whole');
      expect(readdirSync(out)).toEqual(['P_1']);
    });

    it('works for partners that use another client', async () => {
      const transport = sftpDelivery({ connection: connection(), dir: out });
      await transport.put('CSO_2', async (stream) => void stream.write('a report'));
      const quiet = () => undefined;
      const partner = new SftpClient('partner', { error: quiet, end: quiet, close: quiet });
      await partner.connect({
        host: server.host,
        port: server.port,
        username: server.user,
        privateKey: readFileSync(server.keyFile),
      });
      try {
        expect(String(await partner.get(join(out, 'CSO_2')))).toBe('a report');
        await partner.put(Buffer.from('<a/>'), join(drop, 'x.part'));
        await partner.rename(join(drop, 'x.part'), join(drop, 'x.xml'));
      } finally {
        await partner.end();
      }
      expect((await only(intake())).name).toBe('x.xml');
    });
  });
});
