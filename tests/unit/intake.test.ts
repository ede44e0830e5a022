import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { localIntake } from '../../src/adapters/transport/local.js';
import { Fault } from '../../src/errors.js';
import { looksWhole, type ProbeLimits } from '../../src/intake/complete.js';
import { createIntake, type IntakeFault, type IntakeOptions } from '../../src/intake/intake.js';
import { temporaryName } from '../../src/intake/settle.js';
import type { Archive } from '../../src/ports/archive.js';
import type { IntakeTransport } from '../../src/ports/transport.js';

type Row = Parameters<IntakeOptions['record']>[0];

let dir = '';
let drop = '';
let nowMs = 0;
let archive: Archive;
let rows: Map<string, Row>;
let faults: IntakeFault[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  drop = join(dir, 'in');
  mkdirSync(drop);
  archive = folderArchive({ dir: join(dir, 'archive') });
  nowMs = 1_000_000;
  rows = new Map();
  faults = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What the pipeline's recorder does: the same claim twice is one deposit. */
async function record(row: Row): Promise<'recorded' | 'known'> {
  if (rows.has(row.claimId)) return 'known';
  rows.set(row.claimId, row);
  return 'recorded';
}

function intake(more: Partial<IntakeOptions> = {}, settings: Partial<IntakeOptions['settings']> = {}) {
  return createIntake({
    partner: 'FRN001',
    transport: localIntake({ dir: drop, claimDir: join(dir, 'claims') }),
    archive,
    clock: { now: () => new Date(nowMs) },
    record,
    settings: {
      settleMs: 1_000,
      unfinishedMaxMs: 60_000,
      probeMsMax: 60_000,
      probeBytesMax: 1024 ** 3,
      temporaryNames: ['*.part', '.*'],
      batchMax: 100,
      concurrency: 4,
      ...settings,
    },
    onFault: (fault) => faults.push(fault),
    ...more,
  });
}

const put = (name: string, content: string | Buffer = '<a>1</a>'): void =>
  writeFileSync(join(drop, name), content);
const names = (): string[] => [...rows.values()].map((row) => row.depositedName);
const archived = (): string[] =>
  readdirSync(join(dir, 'archive'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe('intake', () => {
  it('takes a file once it has stood still long enough, with its bytes in the archive', async () => {
    put('a.xml', '<a>é</a>');
    const { scan } = intake();
    expect(await scan()).toEqual({ taken: 0, waiting: 1, idle: false });
    nowMs += 999;
    expect(await scan()).toEqual({ taken: 0, waiting: 1, idle: false });
    nowMs += 1;
    expect(await scan()).toEqual({ taken: 1, waiting: 0, idle: false });
    expect(await scan()).toEqual({ taken: 0, waiting: 0, idle: true });
    const [row] = rows.values();
    expect(row).toMatchObject({ partner: 'FRN001', depositedName: 'a.xml', sizeBytes: 9 });
    expect(row?.id).toBe(row?.claimId);
    expect(readFileSync(archive.pathOf(row?.archiveKey ?? ''), 'utf8')).toBe('<a>é</a>');
    expect(readdirSync(drop)).toEqual([]);
    expect(readdirSync(join(dir, 'claims'))).toEqual([]);
  });

  it('begins to wait anew when size or time change, and does not mind a clock set back', async () => {
    put('a.xml');
    const { scan } = intake();
    await scan();
    nowMs += 900;
    appendFileSync(join(drop, 'a.xml'), ' ');
    await scan();
    nowMs += 900;
    expect((await scan()).taken).toBe(0);
    utimesSync(join(drop, 'a.xml'), 7, 7);
    nowMs += 900;
    expect((await scan()).taken).toBe(0);
    nowMs -= 3_600_000;
    expect((await scan()).taken).toBe(0);
    nowMs += 1_000;
    expect((await scan()).taken).toBe(1);
  });

  it('leaves temporary names, folders and links alone, and is idle beside them', async () => {
    put('a.part');
    put('.hidden');
    mkdirSync(join(drop, 'folder'));
    const { scan } = intake();
    await scan();
    nowMs += 100_000;
    expect(await scan()).toEqual({ taken: 0, waiting: 0, idle: true });
    expect(readdirSync(drop)).toHaveLength(3);
  });

  it.each([
    ['cut XML', '<a><b>1</b>'],
    ['empty file', ''],
    ['cut gzip', gzipSync('x'.repeat(5_000)).subarray(0, 20)],
  ])('keeps an unfinished file waiting, then takes it all the same: %s', async (_, content) => {
    put('a', content);
    const { scan } = intake();
    await scan();
    nowMs += 59_999;
    expect(await scan()).toEqual({ taken: 0, waiting: 1, idle: false });
    nowMs += 1;
    expect((await scan()).taken).toBe(1);
    expect(rows.size).toBe(1);
  });

  it('takes an unfinished file as soon as its end has arrived and settled', async () => {
    put('a', '<a><b>1</b>');
    const { scan } = intake();
    await scan();
    nowMs += 5_000;
    await scan();
    appendFileSync(join(drop, 'a'), '</a>');
    await scan();
    nowMs += 1_000;
    expect((await scan()).taken).toBe(1);
  });

  it('takes the oldest first, a batch at a time, and lets nothing in front starve the rest', async () => {
    for (let i = 0; i < 30; i++) {
      put(`f${String(i).padStart(2, '0')}`);
      utimesSync(join(drop, `f${String(i).padStart(2, '0')}`), 1_000 - i, 1_000 - i);
    }
    for (let i = 0; i < 60; i++) put(`t${i}.part`);
    for (let i = 0; i < 20; i++) {
      put(`cut${i}`, '<a>');
      utimesSync(join(drop, `cut${i}`), 1, 1);
    }
    const { scan } = intake({}, { batchMax: 10, concurrency: 1 });
    for (let i = 0; i < 12; i++) {
      await scan();
      nowMs += 1_000;
    }
    expect(rows.size).toBe(30);
    const order = names();
    expect(order.indexOf('f29')).toBeLessThan(order.indexOf('f00'));
    expect(readdirSync(drop).filter((name) => name.startsWith('cut'))).toHaveLength(20);
  });

  it('keeps odd names as data, made fit to be shown', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${drop}/`), Buffer.from('caf\xe9\n1', 'latin1')]), '<a/>');
    const { scan } = intake({}, { settleMs: 0 });
    await scan();
    expect(names()).toEqual(['café_1']);
  });

  it('is a fault when the drop folder is not there, and goes on when it is back', async () => {
    const { scan } = intake({}, { settleMs: 0 });
    rmSync(drop, { recursive: true });
    await expect(scan()).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
    mkdirSync(drop);
    put('a');
    expect((await scan()).taken).toBe(1);
  });
});

describe('intake by the settings of a partner', () => {
  it('takes a file with its done file beside it, at once, and the done file goes with it', async () => {
    put('a.xml');
    put('b.xml');
    const { scan } = intake({}, { doneFile: '{name}.done' });
    await scan();
    nowMs += 100_000;
    expect(await scan()).toEqual({ taken: 0, waiting: 0, idle: true });
    put('a.xml.done', '');
    expect((await scan()).taken).toBe(1);
    expect(names()).toEqual(['a.xml']);
    expect(readdirSync(drop)).toEqual(['b.xml']);
    expect(readdirSync(join(dir, 'claims'))).toEqual([]);
  });

  it('removes a done file that a crash left without its file, so that it answers for no later one', async () => {
    put('a.xml.done', '');
    const { scan } = intake({}, { doneFile: '{name}.done' });
    await scan();
    nowMs += 1_000;
    await scan();
    expect(readdirSync(drop)).toEqual([]);
    put('a.xml');
    await scan();
    nowMs += 100_000;
    expect((await scan()).taken).toBe(0);
    expect(rows.size).toBe(0);
  });

  it('does not take a claimed done file for a flow after a crash', async () => {
    put('a.xml.done', '');
    const transport = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    const [entry] = await transport.list(1);
    if (entry === undefined) throw new Error('nothing is listed');
    await transport.claim(entry);
    await intake({}, { doneFile: '{name}.done' }).recover();
    expect(rows.size).toBe(0);
    expect(readdirSync(join(dir, 'claims'))).toEqual([]);
  });

  it('leaves an unfinished file waiting also when its done file came too early', async () => {
    put('a.xml', '<a>');
    put('a.xml.done', '');
    const { scan } = intake({}, { doneFile: '{name}.done' });
    expect((await scan()).taken).toBe(0);
    put('a.xml', '<a></a>');
    expect((await scan()).taken).toBe(1);
  });

  it('waits for the minimum age of a name, whatever is written under it meanwhile', async () => {
    put('a.xml');
    const { scan } = intake({}, { ageMsMin: 10_000 });
    await scan();
    nowMs += 8_000;
    put('a.xml', '<a>22</a>');
    expect((await scan()).taken).toBe(0);
    nowMs += 1_999;
    expect((await scan()).taken).toBe(0);
    nowMs += 1;
    expect((await scan()).taken).toBe(1);
  });

  it('answers an empty file after a limit of its own', async () => {
    put('empty', '');
    put('cut', '<a>');
    const { scan } = intake({}, { emptyMaxMs: 5_000 });
    await scan();
    nowMs += 4_999;
    expect((await scan()).taken).toBe(0);
    nowMs += 1;
    expect((await scan()).taken).toBe(1);
    expect(names()).toEqual(['empty']);
  });

  it('leaves what is not admitted for later, and looks again', async () => {
    put('a.xml', '<a>large, large</a>');
    put('b.xml');
    let roomBytes = 10;
    const { scan } = intake({ admit: (sizeBytes) => sizeBytes <= roomBytes }, { settleMs: 0 });
    expect(await scan()).toEqual({ taken: 1, waiting: 1, idle: false });
    expect(await scan()).toEqual({ taken: 0, waiting: 1, idle: false });
    roomBytes = 100;
    expect((await scan()).taken).toBe(1);
  });

  it('works a crowded folder off by age, with one look for many turns', async () => {
    for (let i = 0; i < 200; i++) {
      put(`f${i}`);
      utimesSync(join(drop, `f${i}`), 10_000 - i, 10_000 - i);
    }
    const real = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    let listed = 0;
    const transport: IntakeTransport = {
      ...real,
      list(limit) {
        listed++;
        return real.list(limit);
      },
    };
    const { scan } = intake({ transport }, { batchMax: 10, concurrency: 1 });
    await scan();
    nowMs += 1_000;
    for (let i = 0; i < 20; i++) expect((await scan()).taken).toBe(10);
    expect(listed).toBe(2);
    expect(names()).toEqual(Array.from({ length: 200 }, (_, i) => `f${199 - i}`));
    expect((await scan()).idle).toBe(true);
  });

  it('does not take a file of a crowded folder that has changed since the look', async () => {
    for (let i = 0; i < 50; i++) put(`f${i}`);
    const { scan } = intake({}, { batchMax: 10 });
    await scan();
    nowMs += 1_000;
    for (let i = 0; i < 50; i++) appendFileSync(join(drop, `f${i}`), ' ');
    for (let i = 0; i < 5; i++) expect((await scan()).taken).toBe(0);
    await scan();
    nowMs += 1_000;
    for (let i = 0; i < 5; i++) await scan();
    expect(rows.size).toBe(50);
    for (const row of rows.values()) expect(row.sizeBytes).toBe(9);
  });
});

describe('intake after a fault', () => {
  it('does not let one file stop the others, tells it once, and becomes idle beside it', async () => {
    put('bad');
    put('good');
    const real = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    const transport: IntakeTransport = {
      ...real,
      claim: (entry) =>
        entry.name === 'bad' ? Promise.reject(new Fault('FOLDER_UNUSABLE', 'no right')) : real.claim(entry),
    };
    const { scan } = intake({ transport }, { settleMs: 0 });
    expect(await scan()).toMatchObject({ taken: 1, waiting: 1, idle: false });
    for (let i = 0; i < 3; i++) await scan();
    expect(await scan()).toMatchObject({ taken: 0, waiting: 1, idle: true });
    expect(faults).toEqual([{ file: 'bad', code: 'FOLDER_UNUSABLE', error: 'no right' }]);
    expect(names()).toEqual(['good']);
  });

  it('tells trouble of the folder, which is not of one file, whether or not others are taken', async () => {
    let closed = new Set(['a', 'b']);
    const inner = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    const transport: IntakeTransport = {
      ...inner,
      claim: (entry) =>
        closed.has(entry.name) ? Promise.reject(new Fault('FOLDER_UNUSABLE', 'closed')) : inner.claim(entry),
    };
    put('a');
    put('b');
    const { scan } = intake({ transport }, { settleMs: 0 });
    expect(await scan()).toMatchObject({ taken: 0, waiting: 2, trouble: { code: 'FOLDER_UNUSABLE' } });
    closed = new Set(['a']);
    expect(await scan()).toMatchObject({ taken: 1, waiting: 1, trouble: { code: 'FOLDER_UNUSABLE' } });
    closed = new Set();
    expect(await scan()).toEqual({ taken: 1, waiting: 0, idle: false });
  });

  it('tries a claimed file again until it is recorded', async () => {
    put('a');
    let broken = true;
    const { scan } = intake(
      {
        record: (row) => (broken ? Promise.reject(new Fault('STORE_UNAVAILABLE', 'no')) : record(row)),
      },
      { settleMs: 0 },
    );
    expect(await scan()).toEqual({ taken: 0, waiting: 1, idle: false });
    await scan();
    broken = false;
    expect((await scan()).taken).toBe(1);
    expect(rows.size).toBe(1);
    expect(archived()).toHaveLength(1);
    const [row] = rows.values();
    expect(existsSync(archive.pathOf(row?.archiveKey ?? ''))).toBe(true);
    expect(await scan()).toEqual({ taken: 0, waiting: 0, idle: true });
  });

  it('copies again a file that somebody still writes to', async () => {
    put('a', '<a>1</a>');
    const real = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    let late = true;
    const transport: IntakeTransport = {
      ...real,
      async claim(entry) {
        const claimed = await real.claim(entry);
        if (late && typeof claimed !== 'string') appendFileSync(claimed.path, '<!-- late -->');
        late = false;
        return claimed;
      },
    };
    const { scan } = intake({ transport }, { settleMs: 0 });
    expect((await scan()).taken).toBe(0);
    expect((await scan()).taken).toBe(1);
    const [row] = rows.values();
    expect(readFileSync(archive.pathOf(row?.archiveKey ?? ''), 'utf8')).toBe('<a>1</a><!-- late -->');
    expect(archived()).toHaveLength(1);
  });
});

describe('intake after a crash', () => {
  const crash = new Error('crash');
  type Step =
    | 'claim'
    | 'takeIn before'
    | 'takeIn after'
    | 'record before'
    | 'record after'
    | 'acknowledge after';
  const steps: Step[] = [
    'claim',
    'takeIn before',
    'takeIn after',
    'record before',
    'record after',
    'acknowledge after',
  ];

  /** An intake that stops for good at one step, as a killed process does. */
  function dying(step: Step) {
    const real = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    const dead = new Promise<never>(() => undefined);
    let died: () => void = () => undefined;
    const death = new Promise<void>((resolve) => {
      died = resolve;
    });
    const at = async (name: Step): Promise<void> => {
      if (name !== step) return;
      died();
      await dead;
    };
    const { scan } = intake(
      {
        transport: {
          ...real,
          async claim(entry) {
            const claimed = await real.claim(entry);
            await at('claim');
            return claimed;
          },
          async acknowledge(claimed) {
            await real.acknowledge(claimed);
            await at('acknowledge after');
          },
        },
        archive: {
          ...archive,
          async takeIn(key, path) {
            await at('takeIn before');
            const taken = await archive.takeIn(key, path);
            await at('takeIn after');
            return taken;
          },
        },
        async record(row) {
          await at('record before');
          const recorded = await record(row);
          await at('record after');
          return recorded;
        },
      },
      { settleMs: 0 },
    );
    return { scan, death };
  }

  it.each(steps)('loses nothing and doubles nothing when it dies at: %s', async (step) => {
    put('a', '<a>1</a>');
    const first = dying(step);
    void first.scan().catch(() => crash);
    await first.death;
    const second = intake({}, { settleMs: 0 });
    await second.recover();
    await second.scan();
    expect(rows.size).toBe(1);
    const [row] = rows.values();
    expect(readFileSync(archive.pathOf(row?.archiveKey ?? ''), 'utf8')).toBe('<a>1</a>');
    expect(archived()).toHaveLength(1);
    expect(readdirSync(drop)).toEqual([]);
    expect(readdirSync(join(dir, 'claims'))).toEqual([]);
    expect(faults).toEqual([]);
    expect(await second.scan()).toEqual({ taken: 0, waiting: 0, idle: true });
  });

  it('recovers without being told to, and survives a recovery that fails', async () => {
    put('a');
    const first = dying('claim');
    void first.scan();
    await first.death;
    const real = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    let broken = true;
    const transport: IntakeTransport = {
      ...real,
      leftovers: () => (broken ? Promise.reject(new Fault('FOLDER_UNUSABLE', 'away')) : real.leftovers()),
    };
    const second = intake({ transport }, { settleMs: 0 });
    await second.recover();
    expect(faults.map((fault) => fault.code)).toEqual(['FOLDER_UNUSABLE']);
    broken = false;
    await second.scan();
    expect(rows.size).toBe(1);
  });
});

describe('whether a file looks whole', () => {
  const generous = { probeMsMax: 60_000, probeBytesMax: 1024 ** 3 };
  async function whole(content: string | Buffer, limits: ProbeLimits = generous): Promise<boolean> {
    put('x', content);
    const transport = localIntake({ dir: drop, claimDir: join(dir, 'claims') });
    const entry = (await transport.list(10)).find((one) => one.name === 'x');
    if (entry === undefined) throw new Error('not listed');
    return looksWhole(transport, entry, limits);
  }
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
  const big = `<?xml version="1.0"?><a>${'<b>x</b>'.repeat(5_000)}</a>`;

  it.each([
    ['a document', '<?xml version="1.0"?>\n<!-- c --><a xmlns="u"><b/></a>\n'],
    ['a prefix', '<p:a xmlns:p="u"><b/></p:a >'],
    ['an empty root', '<a b="c"/>'],
    ['a comment at the end', '<a>1</a><!-- the end -->\n'],
    ['a byte order mark', '\ufeff<a>1</a>'],
    ['UTF-16', utf16('<a>1</a>')],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>1</a>'],
    ['many bytes', big],
    ['something behind the root, which the parser will tell', '<a>1</a>trailing'],
    ['text', 'not XML at all'],
    ['a PDF', '%PDF-1.7\n...\n%%EOF\n'],
    ['a gzip', gzipSync('x'.repeat(100_000))],
    ['a damaged gzip', Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), Buffer.alloc(50, 0xff)])],
  ])('yes: %s', async (_, content) => {
    expect(await whole(content)).toBe(true);
  });

  it.each([
    ['no byte', ''],
    ['cut in the declaration', '<?xml vers'],
    ['cut after the declaration', '<?xml version="1.0"?>\n'],
    ['cut in a comment', '<!-- long '],
    ['cut in the root tag', '<Invoice xmlns="u'],
    ['cut in the root name', '<Inv'],
    ['cut after an inner end tag', '<a><b>1</b>'],
    ['cut in the last tag', '<a><b>1</b></a'],
    ['cut in many bytes', big.slice(0, -3)],
    ['cut UTF-16', utf16('<a>1</a>').subarray(0, -4)],
    ['NULs where the end should be', `<a>${'\0'.repeat(9_000)}`],
    ['a cut PDF', '%PDF-1.7\n...'],
    ['a gzip cut in its header', Buffer.from('1f8b08', 'hex')],
    ['a gzip without its last byte', gzipSync('x'.repeat(100_000)).subarray(0, -1)],
  ])('no: %s', async (_, content) => {
    expect(await whole(content)).toBe(false);
  });

  it.each([
    ['bytes', { ...generous, probeBytesMax: 1024 ** 2 }],
    ['time', { ...generous, probeMsMax: 0 }],
  ])('a cut gzip that goes beyond the limit of %s is left to the limits on unpacking', async (_, limits) => {
    const cut = gzipSync(Buffer.alloc(64 * 1024 ** 2)).subarray(0, -1);
    expect(await whole(cut, limits)).toBe(true);
  });

  it('a file in a drop folder is looked at within the limits of the settings', async () => {
    put('cut', gzipSync(Buffer.alloc(64 * 1024 ** 2)).subarray(0, -1));
    const waits = intake({}, { settleMs: 0 });
    expect((await waits.scan()).taken).toBe(0);
    const gives = intake({}, { settleMs: 0, probeBytesMax: 1024 });
    expect((await gives.scan()).taken).toBe(1);
  });
});

describe('temporary names', () => {
  const test = temporaryName(['*.part', '*.tmp', '.*', 'up?oad']);
  it.each(['a.part', 'A.PART', '.a', 'x\n.tmp', 'upload'])('has %j', (name) => expect(test(name)).toBe(true));
  it.each(['a.xml', 'part', 'a.part.xml', 'uploads', 'a.'])('has not %j', (name) =>
    expect(test(name)).toBe(false),
  );
});
