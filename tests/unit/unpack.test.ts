import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../src/domain/limits.js';
import { unpackFlow } from '../../src/envelope/unpack.js';
import { Fault } from '../../src/errors.js';

type Item = readonly [
  name: string,
  content: string | Buffer,
  type?: 'directory' | 'symlink' | 'link' | 'fifo',
];

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function tar(items: readonly Item[]): Promise<Buffer> {
  const packed = pack();
  for (const [name, content, type = 'file'] of items) {
    if (type === 'file') packed.entry({ name }, Buffer.from(content));
    else packed.entry({ name, type, linkname: '/etc/hostname', size: 0 });
  }
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function unpack(bytes: Buffer, limits: Partial<Limits> = {}) {
  const path = join(dir, 'flow');
  writeFileSync(path, bytes);
  return unpackFlow(path, join(dir, 'work'), { ...defaultLimits, ...limits });
}

async function unpackItems(items: readonly Item[], limits: Partial<Limits> = {}) {
  return unpack(gzipSync(await tar(items)), limits);
}

function workingFiles(): string[] {
  try {
    return readdirSync(join(dir, 'work'), { recursive: true }).map(String);
  } catch {
    return [];
  }
}

async function refusal(result: Promise<Awaited<ReturnType<typeof unpackFlow>>>): Promise<string[]> {
  const unpacked = await result;
  expect(unpacked.kind).toBe('refused');
  expect(workingFiles()).toEqual([]);
  const findings = unpacked.kind === 'refused' ? unpacked.findings : [];
  for (const f of findings) expect(`${f.message} ${f.fix}`).not.toMatch(/\{\w+\}/);
  return findings.map((f) => f.rule);
}

describe('a bare file', () => {
  it('is one entry, used where it lies', async () => {
    const unpacked = await unpack(Buffer.from('<a/>'));
    expect(unpacked).toEqual({
      kind: 'entries',
      entries: [{ name: '', path: join(dir, 'flow'), sizeBytes: 4 }],
      findings: [],
    });
  });

  it.each([
    ['zip', '504b030414'],
    ['bzip2', '425a6839'],
    ['7z', '377abcaf271c00'],
  ])('that is a %s archive is refused', async (_, hex) => {
    expect(await refusal(unpack(Buffer.from(hex, 'hex')))).toEqual(['IRR_TYPE']);
  });

  it('that is a tar without gzip is refused', async () => {
    expect(await refusal(unpack(await tar([['a.xml', '<a/>']])))).toEqual(['IRR_TYPE']);
  });

  it('that is not there is a fault', async () => {
    const missing = unpackFlow(join(dir, 'none'), dir, defaultLimits);
    await expect(missing).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(missing).rejects.toBeInstanceOf(Fault);
  });
});

describe('an archive', () => {
  it('gives its files under names of our own, with theirs as data', async () => {
    const long = `${'n'.repeat(150)}.xml`;
    const unpacked = await unpackItems([
      ['lot', '', 'directory'],
      ['./a.xml', '<a/>'],
      ['lot/é.xml', '<b>é</b>'],
      [long, 'x'.repeat(700_000)],
      ['._a.xml', 'resource fork'],
      ['__MACOSX/lot/._é.xml', 'resource fork'],
      ['vide.xml', ''],
    ]);
    if (unpacked.kind !== 'entries') throw new Error(unpacked.kind);
    expect(unpacked.entries.map((e) => [e.name, e.sizeBytes])).toEqual([
      ['a.xml', 4],
      ['lot/é.xml', 9],
      [long, 700_000],
      ['vide.xml', 0],
    ]);
    const [first] = unpacked.entries;
    expect(first?.path).toBe(join(dir, 'work', 'entries', 'entry-00000'));
    expect(readFileSync(first?.path ?? '', 'utf8')).toBe('<a/>');
    expect(statSync(first?.path ?? '').mode & 0o777).toBe(0o600);
  });

  it('may be made of several gzip members and have a Latin-1 name', async () => {
    const bytes = await tar([['caf?.xml', '<a/>']]);
    const header = bytes.subarray(0, 512);
    header[3] = 0xe9;
    header.write('        ', 148, 'latin1');
    const sum = header.reduce((a, b) => a + b, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const unpacked = await unpack(
      Buffer.concat([gzipSync(bytes.subarray(0, 300)), gzipSync(bytes.subarray(300))]),
    );
    expect(unpacked.kind === 'entries' && unpacked.entries[0]?.name).toBe('café.xml');
  });

  it.each([
    ['../a.xml', 'ECL-ENV-ENTRY-NAME'],
    ['lot/../../a.xml', 'ECL-ENV-ENTRY-NAME'],
    ['/etc/a.xml', 'ECL-ENV-ENTRY-NAME'],
    ['C:a.xml', 'ECL-ENV-ENTRY-NAME'],
    ['lot\\a.xml', 'ECL-ENV-ENTRY-NAME'],
    ['a\u0007.xml', 'ECL-ENV-ENTRY-NAME'],
    [`${'n'.repeat(201)}.xml`, 'ECL-ENV-ENTRY-NAME'],
  ])('with an entry named %j is refused, the others listed', async (name, rule) => {
    const items: Item[] = [
      ['good.xml', '<a/>'],
      [name, '<b/>'],
    ];
    expect(await refusal(unpackItems(items))).toEqual([rule, 'ECL-ENV-UNTREATED']);
  });

  it.each(['symlink', 'link', 'fifo'] as const)('with a %s is refused', async (type) => {
    expect(await refusal(unpackItems([['a.xml', '', type]]))).toEqual(['IRR_TYPE_F']);
  });

  it('with two files of one name is refused', async () => {
    const items: Item[] = [
      ['a.xml', '<a/>'],
      ['./a.xml', '<b/>'],
    ];
    expect(await refusal(unpackItems(items))).toEqual(['IRR_NOM_F', 'ECL-ENV-UNTREATED']);
  });

  it('without files is refused', async () => {
    expect(await refusal(unpackItems([['lot', '', 'directory']]))).toEqual(['IRR_EXTRAC']);
  });

  it('of another content than tar is refused', async () => {
    expect(await refusal(unpack(gzipSync('<a/>')))).toEqual(['IRR_EXTRAC']);
    expect(await refusal(unpack(gzipSync('x'.repeat(5_000))))).toEqual(['IRR_EXTRAC']);
  });

  it('whose gzip is cut is unfinished, wherever it is cut', async () => {
    const noise = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 7919) % 251));
    const whole = gzipSync(await tar([['a.xml', noise]]));
    for (let at = 2; at < whole.length; at += 97) {
      expect((await unpack(whole.subarray(0, at))).kind, `cut at ${at}`).toBe('unfinished');
      expect(workingFiles()).toEqual([]);
    }
    expect((await unpack(whole.subarray(0, -1))).kind).toBe('unfinished');
  });

  it('whose tar is cut inside a whole gzip is broken', async () => {
    const bytes = await tar([['a.xml', 'x'.repeat(2_000)]]);
    expect(await refusal(unpack(gzipSync(bytes.subarray(0, 1_500))))).toEqual(['IRR_EXTRAC']);
  });

  it('with damaged bytes is refused', async () => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 7919) % 251));
    const bytes = gzipSync(await tar([['a.xml', noise]]));
    bytes.fill(0xff, 60, 90);
    expect(await refusal(unpack(bytes))).toEqual(['IRR_EXTRAC']);
  });

  it('of 500 invoices with a signature each is taken', async () => {
    const files: Item[] = Array.from({ length: 1000 }, (_, i) => [
      `F-${i >> 1}.${i % 2 === 0 ? 'xml' : 'xml.sig'}`,
      '<a/>',
    ]);
    const unpacked = await unpackItems(files);
    expect(unpacked.kind === 'entries' ? unpacked.entries.length : unpacked).toBe(1000);
  });

  it('of more files than 500 invoices with a signature each is refused', async () => {
    const files: Item[] = Array.from({ length: 1001 }, (_, i) => [`${i}.xml`, '<a/>']);
    expect(await refusal(unpackItems(files))).toEqual(['ECL-ENV-ENTRIES']);
  });

  it('has its limits counted on the real bytes', async () => {
    const three: Item[] = ['a', 'b', 'c'].map((name) => [`${name}.xml`, `<${name}/>`]);
    expect(await refusal(unpackItems(three, { entriesMax: 2 }))).toEqual(['ECL-ENV-ENTRIES']);
    expect((await unpackItems(three, { entriesMax: 3 })).kind).toBe('entries');
    expect(await refusal(unpackItems([['a', 'x'.repeat(9_000)]], { unpackedBytesMax: 5_000 }))).toEqual([
      'ECL-ENV-RATIO',
    ]);
    const bomb: Item[] = [['a', Buffer.alloc(40 * 1024 * 1024)]];
    expect(await refusal(unpackItems(bomb))).toEqual(['ECL-ENV-RATIO']);
    expect(await refusal(unpackItems(bomb, { unpackMsMax: 0 }))).toEqual(['ECL-ENV-TIME']);
  });

  it('gives an entry over its limit the size but not the bytes', async () => {
    const unpacked = await unpackItems([['a.xml', Buffer.alloc(3_000_000, 1)]], { entryBytesMax: 100_000 });
    const entry = unpacked.kind === 'entries' ? unpacked.entries[0] : undefined;
    expect(entry?.sizeBytes).toBe(3_000_000);
    expect(statSync(entry?.path ?? '').size).toBe(3_000_000);
    expect(statSync(entry?.path ?? '').blocks * 512).toBeLessThan(300_000);
  });
});

const official = resolve(process.env.ECLUSE_SHARED ?? '../shared', 'corpus/aife/FSO1116A_P100.tar.gz');
const there = (() => {
  try {
    return statSync(official).isFile();
  } catch {
    console.warn('skipped: the reference corpus is absent');
    return false;
  }
})();

describe.skipIf(!there)('the official archive', () => {
  it('gives two files', async () => {
    const bytes = readFileSync(official);
    expect(gunzipSync(bytes).length).toBeGreaterThan(0);
    const unpacked = await unpack(bytes);
    expect(unpacked.kind === 'entries' && unpacked.entries.map((e) => e.name)).toHaveLength(2);
  });
});
