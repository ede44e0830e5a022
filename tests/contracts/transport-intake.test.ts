import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pooled } from '../../src/adapters/calls.js';
import { type LocalIntakeOptions, localIntake } from '../../src/adapters/transport/local.js';
import { type SftpIntakeOptions, sftpIntake } from '../../src/adapters/transport/sftp.js';
import { createIntake } from '../../src/intake/intake.js';
import type { Archive } from '../../src/ports/archive.js';
import type { ClaimedFile, DepositEntry, IntakeTransport } from '../../src/ports/transport.js';
import { connectTo } from '../helpers/sftp.js';
import { sshdMissing, startSshd } from '../helpers/sshd.js';

const server = sshdMissing === null ? await startSshd() : null;
const connection = server === null ? null : connectTo(server);
const plain = server === null ? null : await startSshd({ without: ['posix-rename', 'fsync', 'hardlink'] });
const plainConnection = plain === null ? null : connectTo(plain);
afterAll(async () => {
  await plainConnection?.close();
  await plain?.close();
  await connection?.close();
  await server?.close();
});

interface Setting {
  /** The same folder as after a restart of the engine. */
  readonly make: () => IntakeTransport;
  readonly drop: string;
  /** Time of files in whole seconds, and nothing that tells two files of one name, size and time apart. */
  readonly coarse?: boolean;
  /** A claimed file stays in the drop folder until it is acknowledged, hidden from listings. */
  readonly stays?: boolean;
}

/** A second file system, for claims that cannot be a rename. */
function otherFileSystem(): string | null {
  try {
    return statSync('/dev/shm').dev === statSync(tmpdir()).dev ? null : '/dev/shm';
  } catch {
    return null;
  }
}

function local(root: string, claims: string, more: Partial<LocalIntakeOptions> = {}): Setting {
  const drop = join(root, 'in');
  mkdirSync(drop);
  return { drop, make: () => localIntake({ dir: drop, claimDir: claims, ...more }) };
}

function remote(root: string, more: Partial<SftpIntakeOptions> = {}, over = connection): Setting {
  const drop = join(root, 'in');
  mkdirSync(drop);
  const make = () => {
    if (over === null) throw new Error('no server');
    // One connection for all: what a restart has to find lies in the folders.
    return sftpIntake({
      connection: { ...over, close: async () => undefined },
      dir: drop,
      claimDir: join(root, 'claims'),
      ...more,
    });
  };
  return { drop, make, coarse: true, stays: more.claims === false };
}

const other = otherFileSystem();
const sftpBase = server === null ? null : tmpdir();
const adapters: readonly (readonly [string, string | null, (root: string, away: string) => Setting])[] = [
  ['local', tmpdir(), (root) => local(root, join(root, 'claims'))],
  ['local, as on a share', tmpdir(), (root) => local(root, join(root, 'claims'), { calls: () => pooled })],
  ['local, claims on another file system', other, (root, away) => local(root, join(away, 'claims'))],
  ['SFTP', sftpBase, (root) => remote(root)],
  ['SFTP, claims inside the drop folder', sftpBase, (root) => remote(root, { claims: join(root, 'in/.e') })],
  [
    'SFTP, moved after pickup',
    sftpBase,
    (root) => remote(root, { afterPickup: { move: join(root, 'done') } }),
  ],
  ['SFTP, a server without extensions', sftpBase, (root) => remote(root, {}, plainConnection)],
  ['SFTP, without renaming', sftpBase, (root) => remote(root, { claims: false })],
];

describe.each(adapters)('intake transport: %s', (name, base, makeSetting) => {
  if (base === null)
    console.warn(`skipped: there is no second file system or no OpenSSH server here (${name})`);
  describe.skipIf(base === null)('contract', () => {
    let root = '';
    let away = '';
    let setting: Setting;
    let transport: IntakeTransport;
    let made: IntakeTransport[] = [];
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'ecluse-'));
      away = mkdtempSync(join(base ?? tmpdir(), 'ecluse-'));
      const { make, ...rest } = makeSetting(root, away);
      setting = {
        ...rest,
        make: () => {
          const one = make();
          made.push(one);
          return one;
        },
      };
      transport = setting.make();
    });
    afterEach(async () => {
      await Promise.all(made.map((one) => one.close()));
      made = [];
      rmSync(root, { recursive: true, force: true });
      rmSync(away, { recursive: true, force: true });
    });

    const put = (file: string | Buffer, content = 'content'): void => {
      const path = Buffer.concat([Buffer.from(`${setting.drop}/`), Buffer.from(file)]);
      writeFileSync(path, content);
    };
    async function only(): Promise<DepositEntry> {
      const entry = (await transport.list(10)).find(({ kind }) => kind === 'file');
      if (entry === undefined) throw new Error('nothing is listed');
      return entry;
    }
    async function claimed(entry: DepositEntry): Promise<ClaimedFile> {
      const result = await transport.claim(entry);
      if (typeof result === 'string') throw new Error(result);
      await transport.fetch?.(result);
      return result;
    }
    const inDrop = (): string[] => readdirSync(setting.drop).filter((file) => file !== '.e');
    /** Out of reach: gone from the folder, or at least from what is listed. */
    async function expectTaken(): Promise<void> {
      if (setting.stays !== true) expect(inDrop()).toEqual([]);
      expect((await transport.list(10)).filter((entry) => entry.kind === 'file')).toEqual([]);
    }

    it('lists files with size and time, and what is not a file as other', async () => {
      put('a.xml', '12345');
      utimesSync(join(setting.drop, 'a.xml'), 1_000, 1_000.5);
      mkdirSync(join(setting.drop, 'folder'));
      symlinkSync('/etc/hostname', join(setting.drop, 'link'));
      put('two-names');
      linkSync(join(setting.drop, 'two-names'), join(root, 'second'));
      const entries = await transport.list(100);
      expect(Object.fromEntries(entries.map((e) => [e.name, e.kind]))).toEqual({
        'a.xml': 'file',
        folder: 'other',
        link: 'other',
        'two-names': 'other',
      });
      expect(entries.find((e) => e.name === 'a.xml')).toMatchObject({
        sizeBytes: 5,
        mtimeMs: setting.coarse ? 1_000_000 : 1_000_500,
      });
    });

    it('lists no more than asked', async () => {
      for (let i = 0; i < 100; i++) put(`f${i}`);
      expect(await transport.list(40)).toHaveLength(40);
      expect(await transport.list(1_000)).toHaveLength(100);
    });

    it('shows head and tail, and the whole, of a file that stays where it is', async () => {
      put('a.xml', 'abcdefghij');
      const entry = await only();
      const { head, tail } = await transport.peek(entry, 3, 4);
      expect([head.toString(), tail.toString()]).toEqual(['abc', 'ghij']);
      const short = await transport.peek(entry, 100, 100);
      expect([short.head.toString(), short.tail.toString()]).toEqual(['abcdefghij', 'abcdefghij']);
      expect(await text(await transport.open(entry))).toBe('abcdefghij');
      expect(inDrop()).toEqual(['a.xml']);
    });

    it('takes a claimed file out of reach, and forgets it when acknowledged', async () => {
      put('a.xml', 'abc');
      const file = await claimed(await only());
      expect(file.name).toBe('a.xml');
      expect(readFileSync(file.path, 'utf8')).toBe('abc');
      await expectTaken();
      expect(await transport.leftovers()).toEqual([]);
      await transport.acknowledge(file);
      expect(() => statSync(file.path)).toThrow(/ENOENT/);
      expect(inDrop()).toEqual([]);
      expect(await setting.make().leftovers()).toEqual([]);
    });

    it('gives the same claims after a restart', async () => {
      put('a.xml');
      put('b.xml');
      const files = [];
      for (const entry of await transport.list(10))
        if (entry.kind === 'file') files.push(await claimed(entry));
      const again = await setting.make().leftovers();
      const byName = (a: ClaimedFile, b: ClaimedFile) => (a.name < b.name ? -1 : 1);
      expect([...again].sort(byName)).toEqual([...files].sort(byName));
      for (const file of again) await transport.acknowledge(file);
      expect(await setting.make().leftovers()).toEqual([]);
    });

    it('tells that a file is gone', async () => {
      put('a.xml');
      const entry = await only();
      rmSync(join(setting.drop, 'a.xml'));
      expect(await transport.claim(entry)).toBe('gone');
      await expect(transport.peek(entry, 1, 1)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    });

    it.each([
      ['grown', (path: string) => appendFileSync(path, 'more')],
      ['touched', (path: string) => utimesSync(path, 5, 5)],
      [
        'replaced by a file alike',
        (path: string) => {
          const { atimeMs, mtimeMs } = statSync(path);
          writeFileSync(`${path}.new`, 'content');
          utimesSync(`${path}.new`, atimeMs / 1000, mtimeMs / 1000);
          renameSync(`${path}.new`, path);
        },
      ],
      [
        'replaced by a link',
        (path: string) => {
          rmSync(path);
          symlinkSync('/etc/hostname', path);
        },
      ],
    ])('tells that a file was %s since it was listed, and leaves it', async (how, change) => {
      put('a.xml');
      const entry = await only();
      if (setting.coarse && how === 'replaced by a file alike') return;
      change(join(setting.drop, 'a.xml'));
      expect(await transport.claim(entry)).toBe('changed');
      expect(inDrop()).toEqual(['a.xml']);
      expect(await setting.make().leftovers()).toEqual([]);
    });

    it.each([
      ['spaces and accents', Buffer.from('facture né 1.xml')],
      ['a line break', Buffer.from('a\nb.xml')],
      ['Latin-1', Buffer.from('caf\xe9.xml', 'latin1')],
      ['a lone byte', Buffer.from([0xff])],
      ['255 bytes', Buffer.from('n'.repeat(255))],
      ['255 bytes of Latin-1', Buffer.alloc(255, 0xe9)],
      ['a dash and a star', Buffer.from('-rf *')],
    ])('takes names of any bytes: %s', async (_, raw) => {
      put(raw, 'abc');
      const entry = await only();
      expect((await transport.peek(entry, 3, 3)).head.toString()).toBe('abc');
      const file = await claimed(entry);
      expect(file.name).toBe(entry.name);
      expect(readFileSync(file.path, 'utf8')).toBe('abc');
      await expectTaken();
      expect((await setting.make().leftovers()).map((one) => one.claimId)).toEqual([file.claimId]);
    });

    it('gives a file to one of many who claim it', async () => {
      put('a.xml');
      const entry = await only();
      const rivals = Array.from({ length: 5 }, () => setting.make());
      // Nothing on the server tells of such a claim: one engine alone may work there.
      if (setting.stays) return;
      const results = await Promise.all(rivals.map((one) => one.claim(entry)));
      expect(results.filter((one) => typeof one !== 'string')).toHaveLength(1);
      expect(results.filter((one) => one === 'gone')).toHaveLength(4);
    });

    it('lets a file wait for its done file, which goes with it, also when it was left behind', async () => {
      const recorded: string[] = [];
      const intake = createIntake({
        partner: 'FRN001',
        transport,
        archive: {
          takeIn: async (_key: string, path: string) => ({
            sha256: 'x',
            sizeBytes: readFileSync(path).length,
          }),
          has: async () => false,
        } as unknown as Archive,
        clock: { now: () => new Date() },
        record: async ({ depositedName }) => {
          recorded.push(depositedName);
          return 'recorded';
        },
        settings: {
          settleMs: 0,
          unfinishedMaxMs: 60_000,
          probeMsMax: 1_000,
          probeBytesMax: 1_000,
          doneFile: '{stem}.ok',
          temporaryNames: [],
          batchMax: 10,
          concurrency: 4,
        },
        onFault: ({ error }) => {
          throw new Error(error);
        },
      });
      put('a.xml', '<a/>');
      put('b.xml', '<b/>');
      put('stray.ok', '');
      expect(await intake.scan()).toMatchObject({ taken: 0, idle: true });
      put('a.ok', '');
      expect(await intake.scan()).toMatchObject({ taken: 1 });
      for (let n = 0; n < 2; n++) {
        await sleep(5);
        await intake.scan();
      }
      expect(recorded).toEqual(['a.xml']);
      expect(inDrop()).toEqual(['b.xml']);
      expect(await setting.make().leftovers()).toEqual([]);
    });

    it('is a fault when the folder is not there', async () => {
      rmSync(setting.drop, { recursive: true });
      await expect(transport.list(10)).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
    });

    it('makes its claim folder again when somebody removed it', async () => {
      put('a.xml');
      await transport.leftovers();
      rmSync(join(root, 'claims'), { recursive: true, force: true });
      rmSync(join(away, 'claims'), { recursive: true, force: true });
      const result = await transport.claim(await only());
      expect(typeof result).toBe('object');
    });
  });
});
