import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, inflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { pdf, zip } from '../../scripts/documents/pieces.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { homePaths } from '../../src/settings/home.js';
import { clamdProgram, fakeClamd, marker, type RealClamd, startClamd } from '../helpers/clamd.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { until } from '../helpers/processes.js';

const fake = (address: string) => ({
  // No test waits for this one: an answer that is slow to come is waited for, and nothing is put to it twice.
  antivirus: { enabled: true, address, deadlineMs: 60_000 },
  engine: { retryMs: 50, sweepMs: 50 },
});
const program = clamdProgram();
if (program === null) console.warn('skipped: clamd (Debian package clamav-daemon) is not installed');

/** Whether the first file of a ZIP holds a text, as an antivirus sees it that opens archives. */
function inflates(content: Buffer, text: string): boolean {
  if (content.readUInt32BE(0) !== 0x504b0304) return false;
  const start = 30 + content.readUInt16LE(26) + content.readUInt16LE(28);
  return inflateRawSync(content.subarray(start), { finishFlush: constants.Z_SYNC_FLUSH }).includes(text);
}

/** A real clamd that ends with its test, whatever comes of it. */
async function realClamd(): Promise<RealClamd> {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-clamd-'));
  const daemon = await startClamd(program ?? '', dir);
  onTestFinished(async () => {
    await daemon.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  return daemon;
}

let home: TestHome | null = null;
afterEach(async () => {
  await home?.close();
  home = null;
});

/** One clean flow, one that carries the marker: what must come of them whatever stands behind the antivirus. */
async function tellsThemApart(opened: TestHome): Promise<void> {
  const infected = `${ubl({ number: 'V-1' })}<!-- ${marker} -->\n`;
  opened.drop(flowName('FSO1100A', 1), ubl({ number: 'V-0' }));
  opened.drop(flowName('FSO1100A', 2), infected);
  await opened.idle();
  expect(opened.outcomes.map(({ state }) => state).sort()).toEqual(['IN_INTEGRE', 'QP_IRRECEVABLE']);
  const refused = opened.outcomes.find(({ state }) => state === 'QP_IRRECEVABLE');
  expect(refused?.fatal.map(({ rule }) => rule)).toEqual(['IRR_ANTIVIRUS']);
  const reports = opened.out('FRN001').map((name) => opened.read('FRN001', name));
  expect(reports.filter((xml) => xml.includes('IRR_ANTIVIRUS') && xml.includes('quarantaine'))).toHaveLength(
    1,
  );
  const flow = await opened.app.store.flow(refused?.flow ?? '');
  expect(flow?.archiveKey).toBe(`quarantine/${flow?.id}`);
  const paths = homePaths(opened.dir);
  expect(readFileSync(join(paths.quarantine, flow?.id ?? ''), 'utf8')).toBe(infected);
  expect(existsSync(join(paths.archive, 'quarantine'))).toBe(false);
  const archived = readdirSync(paths.archive, { recursive: true, withFileTypes: true }).filter((e) =>
    e.isFile(),
  );
  expect(archived.some((e) => readFileSync(join(e.parentPath, e.name), 'latin1').includes(marker))).toBe(
    false,
  );
}

describe('a flow that the antivirus finds infected', () => {
  it('is refused with its report, its bytes lie in quarantine', async () => {
    const server = await fakeClamd({
      answer: (content) => (content.includes(marker) ? 'stream: Un.Virus FOUND' : 'stream: OK'),
    });
    home = await openHome({ flags: fake(server.address) });
    await tellsThemApart(home);
    await server.close();
  });

  it.skipIf(program === null)('likewise with a real clamd', async () => {
    const daemon = await realClamd();
    home = await openHome({ flags: fake(daemon.address) });
    await tellsThemApart(home);
  });
});

describe('an attachment that is infected, hidden as base64', () => {
  const bytes = zip('facture.pdf', pdf(marker));
  const carrying = ubl({ number: 'P-1', piece: { name: 'facture.pdf', type: '01', bytes } });

  async function refuses(opened: TestHome): Promise<void> {
    expect(carrying).not.toContain(marker);
    opened.drop(flowName('FSO1100A', 1), carrying);
    opened.drop(flowName('FSO1100A', 2), ubl({ number: 'P-2' }));
    await opened.idle();
    expect(opened.outcomes.map(({ state }) => state).sort()).toEqual(['IN_INTEGRE', 'QP_IRRECEVABLE']);
    const refused = opened.outcomes.find(({ state }) => state === 'QP_IRRECEVABLE');
    expect(refused?.fatal.map(({ rule }) => rule)).toEqual(['IRR_ANTIVIRUS']);
    const flow = await opened.app.store.flow(refused?.flow ?? '');
    expect(readFileSync(join(homePaths(opened.dir).quarantine, flow?.id ?? ''), 'utf8')).toBe(carrying);
    expect(opened.out('COL001')).toHaveLength(1);
  }

  it('refuses its flow', async () => {
    const server = await fakeClamd({
      answer: (content) =>
        content.includes(marker) || inflates(content, marker) ? 'stream: Un.Virus FOUND' : 'stream: OK',
    });
    home = await openHome({ flags: fake(server.address) });
    await refuses(home);
    await server.close();
  });

  it.skipIf(program === null)('likewise with a real clamd', async () => {
    const daemon = await realClamd();
    home = await openHome({ flags: fake(daemon.address) });
    await refuses(home);
  });
});

describe('an antivirus that is away', () => {
  it('lets no flow pass; they wait, lose no attempt, and go on once it is back', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ecluse-clamd-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const path = join(dir, 'clamd.sock');
    home = await openHome({ flags: fake(`unix:${path}`) });
    const { app, held } = home;
    for (let i = 1; i <= 3; i++) home.drop(flowName('FSO1100A', i), ubl({ number: `A-${i}` }));
    await until('it is told', () => held.length > 0);
    await until('all are taken in', async () => (await app.store.listFlows({})).length === 3);
    // Time for more tries, of which nothing is told and nothing counted.
    await sleep(800);
    expect(home.outcomes).toEqual([]);
    expect(home.out('FRN001')).toEqual([]);
    expect(home.held).toEqual([expect.stringMatching(/^Antivirus injoignable .* les flux attendent/)]);
    const back = await fakeClamd({ path });
    await home.idle();
    expect(home.outcomes.map(({ state }) => state)).toEqual(['IN_INTEGRE', 'IN_INTEGRE', 'IN_INTEGRE']);
    expect(back.contents).toHaveLength(3);
    expect(home.held.at(-1)).toBe('Antivirus de nouveau joignable : les flux reprennent.');
    for (const { flow } of home.outcomes) expect(await home.app.store.attempts(flow)).toHaveLength(1);
    await back.close();
  });
});
