import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { tarGz, zip } from '../../scripts/documents/pieces.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { sha256 } from '../helpers/intake.js';

let home: TestHome | null = null;
afterEach(async () => {
  await home?.close();
  home = null;
});

const MiB = 1024 ** 2;
const invoice = ubl({ number: 'C-1' });
/** Every name below a folder, with the folders above it. */
const everything = (dir: string): string[] => readdirSync(dir, { recursive: true }).map(String).sort();
const rulesOf = (opened: TestHome, at = 0) => opened.outcomes[at]?.fatal.map(({ rule }) => rule) ?? [];

describe('5 archive collisions', () => {
  it('the same name deposited again and again has an original of its own each time', async () => {
    home = await openHome();
    const contents = Array.from({ length: 5 }, (_, i) => ubl({ number: `S-${i}` }));
    for (const content of contents) {
      home.drop(flowName('FSO1100A', 1), content);
      await home.idle();
    }
    const flows = await home.app.store.listFlows({});
    expect(flows).toHaveLength(5);
    expect(new Set(flows.map((flow) => flow.archiveKey)).size).toBe(5);
    expect(flows.map((flow) => flow.sha256).sort()).toEqual(contents.map(sha256).sort());
    const { archive } = homePaths(home.dir);
    for (const flow of flows) expect(sha256(readFileSync(join(archive, flow.archiveKey)))).toBe(flow.sha256);
    expect(readdirSync(homePaths(home.dir).inFolder('FRN001'))).toEqual([]);
    expect(home.outcomes.filter(({ state }) => state === 'IN_INTEGRE')).toHaveLength(1);
  });
});

describe('12 tar slip', () => {
  type Header = Parameters<ReturnType<typeof pack>['entry']>[0];
  async function archiveOf(headers: readonly Header[]): Promise<Buffer> {
    const tar = pack();
    for (const header of headers) {
      if (header.type === undefined || header.type === 'file') tar.entry(header, invoice);
      else tar.entry(header);
    }
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    return gzipSync(Buffer.concat(chunks));
  }

  it.each<[string, Header[]]>([
    ['a name that climbs', [{ name: '../../../../../../tmp/ecluse-slip-1.xml' }]],
    ['an absolute name', [{ name: '/tmp/ecluse-slip-2.xml' }]],
    ['a name with backslashes', [{ name: '..\\..\\ecluse-slip-3.xml' }]],
    ['a symbolic link', [{ name: 'a.xml', type: 'symlink', linkname: '/etc/hostname' }]],
    ['a hard link', [{ name: 'a.xml', type: 'link', linkname: '/etc/hostname' }]],
    [
      'a link and a file through it',
      [{ name: 'd', type: 'symlink', linkname: '/tmp' }, { name: 'd/ecluse-slip-4.xml' }],
    ],
    ['a device', [{ name: 'a.xml', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['twice the same name', [{ name: 'a.xml' }, { name: 'a.xml' }]],
  ])('%s refuses the whole archive, and nothing is written outside', async (_what, headers) => {
    home = await openHome();
    const temporary = new Set(readdirSync('/tmp').filter((name) => name.startsWith('ecluse-slip')));
    home.drop(flowName('FSO1100A', 1), await archiveOf(headers));
    await home.idle();
    expect(home.outcomes.map(({ state }) => state)).toEqual(['QP_IRRECEVABLE']);
    expect(rulesOf(home).length).toBeGreaterThan(0);
    expect(home.out('COL001')).toEqual([]);
    expect(
      readdirSync('/tmp').filter((name) => name.startsWith('ecluse-slip') && !temporary.has(name)),
    ).toEqual([]);
    expect(everything(home.dir).filter((name) => name.includes('slip') || name.endsWith('a.xml'))).toEqual(
      [],
    );
    const left = readdirSync(homePaths(home.dir).work, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
  });
});

describe('13 gzip and zip bombs', () => {
  it('a gzip bomb is answered within its limits of bytes, ratio and time, and the engine goes on', async () => {
    home = await openHome({ flags: { limits: { unpackedBytesMax: 64 * MiB, unpackRatioMax: 200 } } });
    const bomb = tarGz([{ name: 'a.xml', bytes: Buffer.alloc(100 * MiB, ' ') }]);
    expect(bomb.length).toBeLessThan(MiB);
    const bare = gzipSync(Buffer.alloc(100 * MiB));
    const rssBefore = process.memoryUsage().rss;
    const begun = Date.now();
    home.drop(flowName('FSO1100A', 1), bomb);
    home.drop(flowName('FSO1100A', 2), bare);
    home.drop(flowName('FSO1100A', 3), invoice);
    await home.idle();
    expect(Date.now() - begun).toBeLessThan(60_000);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(150 * MiB);
    const states = new Map(home.outcomes.map(({ depositedName, state }) => [depositedName.at(-1), state]));
    expect([...states].sort()).toEqual([
      ['1', 'QP_IRRECEVABLE'],
      ['2', 'QP_IRRECEVABLE'],
      ['3', 'IN_INTEGRE'],
    ]);
  }, 120_000);

  it('archives within archives and ZIPs are answered unopened', async () => {
    home = await openHome();
    const inner = tarGz([{ name: 'a.xml', bytes: Buffer.alloc(50 * MiB) }]);
    home.drop(flowName('FSO1100A', 1), tarGz([{ name: 'a.xml', bytes: inner }]));
    await home.idle();
    home.drop(flowName('FSO1100A', 2), zip('a.xml', Buffer.alloc(50 * MiB)));
    await home.idle();
    expect(rulesOf(home, 0)).toEqual(['IRR_TYPE_F']);
    expect(rulesOf(home, 1)).toEqual(['IRR_TYPE']);
  });
});

describe('18 poison file', () => {
  it('a flow that takes its worker with it is answered after the last attempt, and never tried again', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ecluse-poison-'));
    const script = join(dir, 'worker.mjs');
    const real = new URL('../../dist/workers/thread.js', import.meta.url).href;
    // Dies of one flow when its turn has come, works otherwise.
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const poison = new Set();
const post = parentPort.postMessage.bind(parentPort);
parentPort.postMessage = (m) => (poison.has(m.id) ? process.exit(1) : post(m));
await import(${JSON.stringify(real)});
parentPort.on('message', ({ id, request }) => {
  if (request.kind === 'check' && readFileSync(request.path, 'utf8').includes('POISON')) poison.add(id);
});
`,
    );
    const engine = { attemptsMax: 2, retryMs: 10, sweepMs: 20 };
    home = await openHome({ flags: { engine }, workerScript: new URL(`file://${script}`) });
    home.drop(flowName('FSO1100A', 1), `${ubl({ number: 'X-1' })}<!-- POISON -->\n`);
    for (let i = 2; i < 8; i++) home.drop(flowName('FSO1100A', i), ubl({ number: `X-${i}` }));
    await home.idle();
    const states = home.outcomes.map(({ depositedName, state }) => [depositedName.at(-1), state]).sort();
    expect(states.slice(1).map(([, state]) => state)).toEqual(Array(6).fill('IN_INTEGRE'));
    expect(['QP_IRRECEVABLE', 'IN_INCIDENTE']).toContain(states[0]?.[1]);
    const [poisoned] = (await home.app.store.listFlows({})).filter((flow) =>
      flow.depositedName.endsWith('1'),
    );
    expect(poisoned?.attempt).toBeLessThanOrEqual(2);
    expect(await home.app.store.unfinishedFlows(10)).toEqual([]);
    const reports = home.out('FRN001').filter((name) => name.startsWith('CSO1100A'));
    expect(reports).toHaveLength(7);
    rmSync(dir, { recursive: true, force: true });
  });
});
