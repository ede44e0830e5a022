import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { commands } from '../../src/cli/commands.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { until } from '../helpers/processes.js';

// Many turns of a whole engine in each.
vi.setConfig({ testTimeout: 120_000 });

let dir = '';
let home: TestHome;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-hold-'));
  vi.stubEnv('ECLUSE_HOME', dir);
  home = await openHome({ dir });
});
afterEach(async () => {
  await home.close();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

async function exitCodeOf(args: readonly string[]): Promise<number> {
  const program = new Command('ecluse').enablePositionalOptions();
  let exitCode = 0;
  for (const register of commands)
    register(program, (code) => {
      exitCode = code;
    });
  await program.parseAsync(args, { from: 'user' });
  return exitCode;
}

/** A command as a person gives it, beside the running engine; what it writes in JSON. */
async function ecluse(...args: string[]): Promise<Record<string, unknown>[]> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    expect(await exitCodeOf([...args, '--format', 'json'])).toBe(0);
  } finally {
    write.mockRestore();
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The engine has read what operators want, from the beginning, since this was called. */
async function obeyed(): Promise<void> {
  const read = vi.spyOn(home.app.store, 'partnerControls');
  await until('a look at the orders', () => read.mock.settledResults[0]?.type === 'fulfilled');
  read.mockRestore();
}

const inside = () => readdirSync(homePaths(dir).inFolder('FRN001'));

it('pause: a running engine takes and delivers nothing any more within a poll, and resume lets it go on', async () => {
  const [order] = await ecluse('partners', 'pause', 'FRN001', '--reason', 'serveur en travaux');
  expect(order).toMatchObject({
    partner: 'FRN001',
    mode: 'paused',
    reason: 'serveur en travaux',
  });
  expect(order?.by).toMatch(/^user:.+/);
  await obeyed();
  home.drop(flowName('FSO1100A', 1), ubl({ number: 'H-1' }));
  await sleep(400);
  expect(inside()).toHaveLength(1);
  await home.idle();
  const [listed] = await ecluse('partners');
  expect(listed).toMatchObject({ code: 'FRN001', mode: 'paused', control: { reason: 'serveur en travaux' } });
  await ecluse('partners', 'resume', 'FRN001');
  await obeyed();
  await home.idle();
  expect(home.outcomes.map(({ state }) => state)).toEqual(['IN_INTEGRE']);
  expect(inside()).toEqual([]);
});

it('pause of a recipient holds its deliveries back; the others get theirs', async () => {
  await ecluse('partners', 'pause', 'COL001');
  await obeyed();
  home.drop(flowName('FSO1100A', 1), ubl({ number: 'H-2' }));
  await home.idle();
  expect(home.out('COL001')).toEqual([]);
  expect(home.out('FRN001').some((name) => name.startsWith('CSO1100A'))).toBe(true);
  expect(await home.app.store.pendingDeliveries('COL001', 10)).toHaveLength(1);
  await ecluse('partners', 'resume', 'COL001');
  await obeyed();
  await home.idle();
  expect(home.out('COL001')).toHaveLength(1);
});

it('drain: nothing new is taken, what was taken is finished and delivered', async () => {
  for (let i = 1; i <= 60; i++) home.drop(flowName('FSO1100A', i), ubl({ number: `D-${i}` }));
  while ((await home.app.store.listFlows({ limit: 1 })).length === 0) await sleep(5);
  await ecluse('partners', 'drain', 'FRN001');
  await obeyed();
  home.drop(flowName('FSO1100A', 99), ubl({ number: 'D-99' }));
  // What had been claimed when the order came is recorded a little later.
  const known = async () => (await home.app.store.listFlows({ limit: 100 })).length;
  await until('every claim recorded', async () => (await known()) + inside().length === 61);
  await home.idle();
  const [listed] = await ecluse('partners', 'list');
  expect(listed).toMatchObject({ mode: 'draining', backlog: { flows: 0, deliveries: 0 } });
  expect(inside()).toContain(flowName('FSO1100A', 99));
  const taken = await home.app.store.listFlows({ limit: 100 });
  expect(taken.every((flow) => flow.finalAt !== null)).toBe(true);
  expect(taken.length + inside().length).toBe(61);
  expect(home.out('FRN001').filter((name) => name.startsWith('CSO1100A'))).toHaveLength(taken.length);
});

it('is kept for the next start, and for the audit trail', async () => {
  await home.close();
  await ecluse('partners', 'pause', 'FRN001');
  writeFileSync(join(homePaths(dir).inFolder('FRN001'), flowName('FSO1100A', 1)), ubl({ number: 'H-3' }));
  home = await openHome({ dir });
  await home.idle();
  expect(inside()).toHaveLength(1);
  const [control] = await home.app.store.partnerControls();
  expect(control).toMatchObject({ mode: 'paused', at: expect.stringMatching(/^\d{4}-/) });
});

it('an unknown partner is refused with those there are', async () => {
  await expect(exitCodeOf(['partners', 'pause', 'NOPE01'])).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('FRN001, COL001, ETA001'),
  });
});
