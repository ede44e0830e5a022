import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { type EvilCase, evilBytes, evilCases, evilFolder } from '../../scripts/evil/cases.mjs';
import { root } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-evil-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const entryMsMax = 20_000;
const goodCount = 12;
const rssMbMax = 1536;
/** The good flows stand among the hostile ones in the order in which names sort. */
const goodName = (i: number) => flowName('FSO1100A', i % 2 === 0 ? i + 1 : 9300 + i);
const config = `
engine: {retryMs: 10, sweepMs: 200}
intake: {settleMs: 0, pollMs: 10, unfinishedMaxMs: 0}
limits: {entryMsMax: ${entryMsMax}}
directory: {file: "@demo"}
partners:
  - code: FRN001
    name: Fournisseur
    interfaces: [FSO1100A, FSO1102A, FSO1106A, FSO1110A, FSO1113A, FSO1116A, FSO1117A]
  - {code: COL001, name: Collectivités, lifecycle: false}
  - {code: ETA001, name: État, lifecycle: false}
`;

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly fix: string;
}
interface Listed {
  readonly id: string;
  readonly depositedName: string;
  readonly flowId: string | null;
  readonly state: string;
  readonly attempt: number;
  readonly finalAt: string;
}

function ecluse(home: string, args: readonly string[]): ChildProcess {
  const settings = args[0] === 'validate' ? [] : ['--config', join(home, 'ecluse.yaml')];
  return spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args, '--format', 'json', ...settings], {
    cwd: home,
    env: { ...process.env, ECLUSE_HOME: home },
  });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly peakMb: number;
}

/** Waits for the end, and looks at how much memory it ever held (0 where that cannot be seen). */
function ended(child: ChildProcess): Promise<Ended> {
  const told = { stdout: '', stderr: '', peakMb: 0 };
  child.stdout?.on('data', (text) => {
    told.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    told.stderr += text;
  });
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      told.peakMb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      // Only Linux tells, and only while it runs.
    }
  }, 50);
  return new Promise((resolve) => {
    // Not at its exit: what it has written may come after that.
    child.on('close', (code) => {
      clearInterval(look);
      resolve({ code, ...told });
    });
  });
}

const linesOf = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

function openHome(name: string, settings: string): { home: string; box: string } {
  const home = join(dir, name);
  const box = join(home, 'partners/FRN001/in');
  mkdirSync(box, { recursive: true });
  writeFileSync(join(home, 'ecluse.yaml'), settings);
  return { home, box };
}

/** The deposited name as the engine keeps it: what is hidden in it replaced. */
const kept = (name: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '_');

describe('hostile files through the engine', () => {
  const { home, box } = openHome('home', config);
  let run: Ended;
  let flows: Listed[];
  const outFolder = join(home, 'partners/FRN001/out');
  let reports: string[];

  const flowOf = (one: EvilCase) => flows.find(({ depositedName }) => depositedName === kept(one.name));
  const reportOf = (one: EvilCase) => {
    const flow = flowOf(one);
    const id = flow?.flowId ?? null;
    return reports.find((text) =>
      id === null ? text.includes(escaped(kept(one.name)).slice(0, 150)) : text.includes(`>${id}<`),
    );
  };

  beforeAll(async () => {
    for (const one of evilCases) writeFileSync(join(box, one.name), evilBytes(one));
    for (let i = 0; i < goodCount; i++) writeFileSync(join(box, goodName(i)), ubl({ number: `BONNE-${i}` }));
    run = await ended(ecluse(home, ['run', '--until-idle']));
    flows = linesOf<Listed>((await ended(ecluse(home, ['flows', 'list', '--limit', '1000']))).stdout);
    reports = readdirSync(outFolder).map((name) => readFileSync(join(outFolder, name), 'utf8'));
  }, 600_000);

  it('ends, within its memory, with every flow answered and none an incident', () => {
    expect(run.code).toBe(2);
    const summary = linesOf<Record<string, number>>(run.stdout).find((object) => 'flows' in object);
    expect(summary).toMatchObject({ flows: evilCases.length + goodCount });
    expect(summary).not.toHaveProperty('incidents');
    expect(flows.filter(({ state }) => state === 'IN_INCIDENTE')).toEqual([]);
    expect(run.peakMb).toBeLessThan(rssMbMax);
  });

  it('integrates the good flows beside them, before the last hostile one is through', () => {
    const good = Array.from({ length: goodCount }, (_, i) =>
      flows.find(({ depositedName }) => depositedName === goodName(i)),
    );
    expect(good.map((flow) => flow?.state)).toEqual(Array(goodCount).fill('IN_INTEGRE'));
    const last =
      flows
        .map(({ finalAt }) => finalAt)
        .sort()
        .at(-1) ?? '';
    expect((good[0]?.finalAt ?? '') < last).toBe(true);
  });

  it.each(evilCases.map((one) => [one.id, one.what, one] as const))('%s: %s', (_id, _what, one) => {
    const flow = flowOf(one);
    const report = reportOf(one) ?? '';
    const told = [...report.matchAll(/<CodeErreur>([^<]+)/g)].map(([, rule]) => rule);
    if (one.rules === null) {
      expect(flow?.state, told.join()).toBe('IN_INTEGRE');
      return;
    }
    expect(['QP_IRRECEVABLE', 'IN_REJETE'], told.join()).toContain(flow?.state);
    expect(told).toEqual(expect.arrayContaining([...one.rules]));
    // The remedy, in French, beside each.
    for (const [, details] of report.matchAll(/<DescriptionErreur>([^<]+)/g))
      expect(details).toMatch(/remède=\S/);
    expect(flow?.attempt).toBe(1);
  });
});

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

describe('hostile files on their own (ecluse validate)', () => {
  const small = evilCases.filter(({ big, rules }) => !big && rules !== null);
  let objects: { file: string; valid: boolean; findings: Finding[] }[];

  beforeAll(async () => {
    const { home } = openHome('validate', '');
    const done = await ended(ecluse(home, ['validate', evilFolder]));
    expect(done.code).toBe(2);
    objects = linesOf(done.stdout);
  }, 120_000);

  it('gives each its finding, with place or cause and a French remedy', () => {
    for (const one of small) {
      const found = objects.filter(({ file }) => file.split('!')[0]?.endsWith(`/${one.file}`));
      const fatal = found.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'fatal');
      const rules = fatal.map(({ rule }) => rule);
      // What an interface adds is not asked here: a ZIP or a PDF is only told what it is.
      if (one.code === 'FSO1100A' && one.id !== 'zip-flow' && one.id !== 'other-xml')
        expect(rules, one.id).toEqual(expect.arrayContaining([...(one.rules ?? [])]));
      expect(rules.length, one.id).toBeGreaterThan(0);
      for (const { message, fix } of fatal) {
        expect(message).not.toBe('');
        expect(fix).toMatch(/[a-zé]{3}/);
      }
    }
  });
});

describe('a document that takes too long', () => {
  /** What a small invoice takes here and now, in a process that has just begun: a thread that is new takes as much. */
  async function smallMs(): Promise<number> {
    const { home } = openHome('small', '');
    const path = join(home, 'petite.xml');
    writeFileSync(path, ubl({ number: 'PETITE' }));
    const done = await ended(ecluse(home, ['validate', path]));
    return linesOf<{ durationMs: number }>(done.stdout)[0]?.durationMs ?? 0;
  }

  it('is ended with its thread, answered, and the others go on', async () => {
    // The slow one takes some twenty times what a small one does: the limit lies between the two on any machine.
    const limitMs = Math.max(400, Math.ceil(4 * (await smallMs())));
    const { home, box } = openHome('slow', config.replace(String(entryMsMax), String(limitMs)));
    const slow = flowName('FSO1100A', 1);
    const note = 'Livraison effectuée sur site.';
    const lines = Array.from({ length: 90_000 }, (_, i) => [`Poste ${i}`, '1', '1.00', '2.00']);
    writeFileSync(join(box, slow), ubl({ number: 'LENTE', lines }).replace(note, 'x'));
    for (let i = 2; i <= 6; i++)
      writeFileSync(join(box, flowName('FSO1100A', i)), ubl({ number: `VITE-${i}` }));
    const done = await ended(ecluse(home, ['run', '--until-idle']));
    expect(done.code).toBe(2);
    const flows = linesOf<Listed>((await ended(ecluse(home, ['flows', 'list']))).stdout);
    const states = new Map(flows.map(({ depositedName, state }) => [depositedName, state]));
    expect(states.get(slow)).toBe('QP_IRRECEVABLE');
    for (let i = 2; i <= 6; i++) expect(states.get(flowName('FSO1100A', i))).toBe('IN_INTEGRE');
    const out = join(home, 'partners/FRN001/out');
    const reports = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'));
    expect(reports.filter((text) => text.includes('<CodeErreur>ECL-WORK-TIME<'))).toHaveLength(1);
  }, 600_000);
});
