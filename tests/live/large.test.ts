import { spawn } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, linesDocument, randomPdf, writeArchive, writeEntry } from '../../bench/large-documents.mjs';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { homePaths } from '../../src/settings/home.js';
import { openHome } from '../helpers/home.js';
import { root } from '../helpers/root.js';

const MB = 1_000_000;
const settings = {
  intake: { pollMs: 20, settleMs: 0 },
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur',
      interfaces: ['FSO1100A', 'FSO1102A', 'FSO1106A', 'FSO1113A', 'FSO1116A', 'FSO1117A'],
    },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
    { code: 'ETA001', name: 'État', lifecycle: false },
  ],
  directory: { file: '@demo' },
};

/** Told by the process itself at its end: the most memory that it has ever held, threads included, in kB. */
const tellPeak = (path: string) =>
  `data:text/javascript,${encodeURIComponent(
    `import { writeFileSync } from 'node:fs'; import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => writeFileSync(${JSON.stringify(path)}, String(process.resourceUsage().maxRSS)));`,
  )}`;

/** A whole process works off what lies in the drop folder. */
async function runAlone(dir: string) {
  const peak = join(dir, 'peak.txt');
  const config = join(dir, 'ecluse.yaml');
  writeFileSync(config, JSON.stringify(settings));
  const main = join(root, 'dist/cli/main.js');
  const child = spawn(
    process.execPath,
    [main, 'run', '--until-idle', '--config', config, '--format', 'json'],
    {
      cwd: dir,
      env: { ...process.env, ECLUSE_HOME: dir, NODE_OPTIONS: `--import=${tellPeak(peak)}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? 1)));
  const summary = JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
  return { code, summary, peakMb: Number(readFileSync(peak, 'utf8')) / 1024 };
}

describe.skipIf(!existsSync('/proc/self/status'))('memory of large entries', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-large-'));
    for (const code of ['FRN001', 'COL001', 'ETA001'])
      for (const folder of ['in', 'out']) mkdirSync(join(dir, 'partners', code, folder), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const folder = (): string => join(dir, 'partners', 'FRN001', 'in');

  /** What the same takes for a small invoice. */
  async function smallMb(): Promise<number> {
    writeFileSync(join(folder(), flowName('FSO1100A', 2)), ubl({ number: 'P-1' }));
    const { peakMb } = await runAlone(dir);
    rmSync(join(dir, 'partners', 'COL001', 'out'), { recursive: true });
    mkdirSync(join(dir, 'partners', 'COL001', 'out'));
    return peakMb;
  }

  it.each(['ubl', 'pes'] as const)(
    'does not follow its attachments: 30 MB of %s',
    async (syntax) => {
      const small = await smallMb();
      const form = { syntax, number: 'G-1', seed: 'test', pieces: 3, pieceBytes: 7.4 * MB };
      const bytes = await writeEntry(join(folder(), flowName(codeOf(syntax), 1)), form);
      const { code, summary, peakMb } = await runAlone(dir);
      expect({ code, summary }).toMatchObject({ code: 0, summary: { flows: 1, integrated: 1, invoices: 1 } });
      // A thread of its own and the buffers; read at once, such an entry would take several times its size.
      expect(peakMb - small).toBeLessThan(130);
      const [pivot = ''] = outOf('COL001');
      expect(await textsIn(pivot, '</Contenu>')).toBe(syntax === 'pes' ? 4 : 3);
      expect(bytes).toBeGreaterThan(29 * MB);
    },
    120_000,
  );

  it('an invoice of 5,000 lines arrives with each of them and a readable PDF', async () => {
    writeFileSync(join(folder(), flowName('FSO1100A', 1)), linesDocument('ubl', 'N-1', 5_000));
    const { code, peakMb } = await runAlone(dir);
    const [pivot = ''] = outOf('COL001');
    expect(code).toBe(0);
    expect(await textsIn(pivot, '</Ligne>')).toBe(5_000);
    expect(await textsIn(pivot, '</Contenu>')).toBe(1);
    expect(peakMb).toBeLessThan(450);
  }, 120_000);

  function outOf(partner: string): string[] {
    const out = join(dir, 'partners', partner, 'out');
    return readdirSync(out)
      .filter((name) => name.startsWith('FEN0036A'))
      .map((name) => join(out, name));
  }
});

async function textsIn(path: string, mark: string): Promise<number> {
  let [found, rest] = [0, ''];
  for await (const chunk of createReadStream(path, { encoding: 'latin1' })) {
    found += (rest + String(chunk)).split(mark).length - 1;
    rest = String(chunk).slice(-(mark.length - 1));
  }
  return found;
}

describe('a large flow', () => {
  it.each([1, 2])(
    'does not stop small ones that come after it: %d threads',
    async (workers) => {
      const home = await openHome({ flags: { ...settings, engine: { workers } } });
      try {
        const large = flowName('FSO1100A', 1);
        const file = join(home.dir, 'large');
        await writeArchive(file, { count: 30, seed: 'b', pieces: 2, pieceBytes: 0.5 * MB });
        home.drop(large, readFileSync(file));
        const inFolder = homePaths(home.dir).inFolder('FRN001');
        while (readdirSync(inFolder).includes(large)) await pause(5);
        for (let n = 1; n <= 50; n++) home.drop(flowName('FSO1100A', 1 + n), ubl({ number: `P-${n}` }));
        await home.idle();
        const answered = home.outcomes.map(({ depositedName }) => depositedName);
        expect(answered).toHaveLength(51);
        expect(answered.at(-1)).toBe(large);
        expect(home.outcomes.at(-1)).toMatchObject({ state: 'IN_INTEGRE', received: 30, integrated: 30 });
      } finally {
        await home.close();
      }
    },
    120_000,
  );

  it('and two of them go one after the other', async () => {
    const home = await openHome({ flags: { ...settings, engine: { workers: 2, largeBytes: 1_000_000 } } });
    try {
      for (const n of [1, 2]) {
        const piece = { name: `${n}.pdf`, bytes: randomPdf(`two ${n}`, 1.5 * MB) };
        home.drop(flowName('FSO1100A', n), ubl({ number: `T-${n}`, piece }));
      }
      await home.idle();
      expect(home.outcomes.map(({ integrated }) => integrated)).toEqual([1, 1]);
    } finally {
      await home.close();
    }
  });
});
