import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRoles, rolesOf } from '../../src/app/roles.js';
import { programVersion } from '../../src/app/version.js';
import { createGate } from '../../src/pipeline/gate.js';
import type { LoadedSettings } from '../../src/settings/load.js';
import { settingsSchema } from '../../src/settings/schema.js';
import { root } from '../helpers/root.js';

function loaded(settings: Record<string, unknown>): LoadedSettings {
  return { settings: settingsSchema.parse(settings), file: null, home: '/nowhere', warnings: [] };
}
const shared = loaded({ store: 'postgres', queue: 'bullmq' });

describe('roles', () => {
  it('are read from the command line: all, or some, the console where it is switched on', () => {
    expect(rolesOf('all', loaded({}))).toEqual(['intake', 'worker', 'deliver']);
    expect(rolesOf('all', loaded({ console: { enabled: true } }))).toContain('console');
    expect(rolesOf('deliver, intake', shared)).toEqual(['intake', 'deliver']);
    expect(rolesOf('console', shared)).toEqual(['console']);
    for (const text of ['', 'worker,', 'boss']) expect(() => rolesOf(text, shared)).toThrow(/is no role/);
  });

  it('in processes of their own need a store and a queue that several machines reach', () => {
    for (const settings of [{}, { store: 'postgres' }, { queue: 'bullmq' }]) {
      expect(() => checkRoles(['worker'], loaded(settings))).toThrow(/store: postgres\n {2}queue: bullmq/);
      expect(() => checkRoles(['intake', 'worker', 'deliver'], loaded(settings))).not.toThrow();
      expect(() => checkRoles(['console'], loaded(settings))).not.toThrow();
    }
    expect(() => checkRoles(['worker'], shared)).not.toThrow();
  });

  it('the version that members tell is that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(programVersion).toBe(version);
  });
});

describe('the gate of an intake beside other processes', () => {
  function gateOver(counts: Map<string, number>) {
    return createGate({
      store: { partnerControls: async () => [] },
      queue: {
        depth: () => {
          throw new Error('the store tells');
        },
      },
      space: { look: async () => null, admits: () => true },
      queueDepthMax: 10,
      partners: 2,
      unfinished: async () => new Map(counts),
    });
  }

  it('learns from the store what others take in and finish', async () => {
    const counts = new Map([['A', 11]]);
    const gate = gateOver(counts);
    await gate.refresh();
    expect([await gate.opens('A'), await gate.opens('B')]).toEqual([false, true]);
    counts.set('A', 2);
    await gate.refresh();
    expect(await gate.opens('A')).toBe(true);
  });

  it('counts what it has recorded itself until the store tells of it, and not twice', async () => {
    const counts = new Map<string, number>();
    const gate = gateOver(counts);
    await gate.refresh();
    for (let n = 0; n < 11; n++) gate.recorded(`f${n}`, 'A');
    expect(await gate.opens('A')).toBe(false);
    counts.set('A', 10);
    await gate.refresh();
    expect(await gate.opens('A')).toBe(true);
    gate.done('f1');
    gate.recorded('g', 'A');
    expect(await gate.opens('A')).toBe(false);
  });
});
