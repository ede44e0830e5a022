import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../src/intake/circuit.js';
import { doneFiles } from '../../src/intake/done-file.js';
import { createSpaceGuard } from '../../src/intake/space.js';
import { createGate } from '../../src/pipeline/gate.js';
import { holdText } from '../../src/pipeline/hold.js';
import type { DepositEntry } from '../../src/ports/transport.js';

const MiB = 1024 ** 2;

describe('circuit', () => {
  const settings = { faultsMax: 3, retryMs: 100, retryMsMax: 500 };

  it('waits longer after each fault, opens after some, and closes with the first success', () => {
    const circuit = createCircuit(settings, 0);
    expect(circuit.allows(0)).toBe(true);
    expect(circuit.failed(0, 'a')).toBe(true);
    expect([circuit.allows(99), circuit.allows(100)]).toEqual([false, true]);
    expect(circuit.failed(100, 'b')).toBe(false);
    expect(circuit.state()).toEqual({ circuit: 'closed', faults: 2, sinceMs: 0, retryAtMs: 300, error: 'b' });
    expect(circuit.failed(300, 'c')).toBe(true);
    expect(circuit.state()).toMatchObject({ circuit: 'open', faults: 3, sinceMs: 300, retryAtMs: 700 });
    expect(circuit.failed(700, 'd')).toBe(false);
    expect(circuit.state().retryAtMs).toBe(1_200);
    expect([circuit.allows(1_199), circuit.allows(1_200)]).toEqual([false, true]);
    expect(circuit.worked(1_200)).toBe(true);
    expect(circuit.state()).toEqual({
      circuit: 'closed',
      faults: 0,
      sinceMs: 1_200,
      retryAtMs: null,
      error: null,
    });
    expect(circuit.worked(1_300)).toBe(false);
  });

  it('does not wait for ever when the clock is set back', () => {
    const circuit = createCircuit(settings, 1_000);
    circuit.failed(1_000_000, 'a');
    expect(circuit.allows(5)).toBe(true);
  });
});

describe('space guard', () => {
  function guard(free: () => number | Error, more: { paths?: string[] } = {}) {
    let nowMs = 0;
    const space = createSpaceGuard({
      paths: more.paths ?? ['/home'],
      freeBytesMin: 100 * MiB,
      everyMs: 1_000,
      freeBytes: async () => {
        const answer = free();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      nowMs: () => nowMs,
    });
    return { ...space, later: (ms: number) => (nowMs += ms) };
  }

  it('stops below the limit and goes on by itself, once there is somewhat more than the limit', async () => {
    let free = 101 * MiB;
    const space = guard(() => free);
    expect(await space.look()).toBeNull();
    expect(space.admits(10)).toBe(true);
    free = 99 * MiB;
    expect(await space.look()).toBeNull();
    space.later(1_000);
    expect(await space.look()).toEqual({
      path: '/home',
      freeBytes: 99 * MiB,
      freeBytesMin: 100 * MiB,
      waitingBytes: null,
    });
    expect(space.admits(0)).toBe(false);
    free = 105 * MiB;
    space.later(1_000);
    expect(await space.look()).not.toBeNull();
    free = 111 * MiB;
    space.later(1_000);
    expect(await space.look()).toBeNull();
    expect(space.admits(0)).toBe(true);
  });

  it('counts what is taken between two looks, and lets a file wait that does not fit', async () => {
    const space = guard(() => 110 * MiB);
    await space.look();
    expect(space.admits(11 * MiB)).toBe(false);
    expect(space.admits(6 * MiB)).toBe(true);
    expect(space.admits(6 * MiB)).toBe(false);
    expect(space.admits(4 * MiB)).toBe(true);
    space.later(1_000);
    expect((await space.look())?.waitingBytes).toBe(11 * MiB);
    space.later(31_000);
    expect(await space.look()).toBeNull();
  });

  it('goes by the fullest disk, and passes over one that does not answer', async () => {
    const answers = [500 * MiB, new Error('away'), 50 * MiB];
    let at = 0;
    const space = guard(() => answers[at++ % 3] ?? 0, { paths: ['/a', '/b', '/c'] });
    expect((await space.look())?.path).toBe('/c');
    const blind = guard(() => new Error('away'));
    expect(await blind.look()).toBeNull();
    expect(blind.admits(1e15)).toBe(true);
  });

  it('says so in French, with what to do', () => {
    const low = { path: '/data', freeBytes: 1.5 * MiB, freeBytesMin: 512 * MiB, waitingBytes: null };
    expect(holdText(low)).toBe(
      "Prise en charge des dépôts suspendue : il reste 1,5 Mio sur le disque de /data (seuil : 512 Mio, intake.freeBytesMin). Libérez de la place : la prise en charge reprendra d'elle-même.",
    );
    expect(holdText({ ...low, waitingBytes: 700 * MiB })).toContain('Un dépôt de 700 Mio attend');
  });
});

describe('gate', () => {
  function gateWith(depth: () => number, modes: Record<string, 'paused' | 'draining'> = {}) {
    return createGate({
      store: {
        partnerControls: async () =>
          Object.entries(modes).map(([partner, mode]) => ({
            partner,
            mode,
            by: 'engine',
            at: '',
            reason: null,
          })),
      },
      queue: { depth: async () => depth() },
      space: { look: async () => null, admits: (bytes) => bytes < 100 },
      queueDepthMax: 100,
      partners: 4,
    });
  }

  it('keeps a share of the queue for each partner when it is full', async () => {
    let depth = 0;
    const gate = gateWith(() => depth);
    expect(await gate.opens('FRN001')).toBe(true);
    for (let i = 0; i < 25; i++) gate.recorded(`f${i}`, 'FRN001');
    depth = 101;
    expect(await gate.opens('FRN001')).toBe(false);
    expect(await gate.opens('FRN002')).toBe(true);
    gate.recorded('f0', 'FRN001');
    gate.done('f0');
    gate.done('f0');
    gate.done('unknown');
    expect(await gate.opens('FRN001')).toBe(true);
  });

  it('obeys operators from the next refresh on, and takes nothing once it is closed', async () => {
    const modes: Record<string, 'paused' | 'draining'> = {};
    const gate = gateWith(() => 0, modes);
    await gate.refresh();
    modes.FRN001 = 'draining';
    expect(gate.mode('FRN001')).toBe('active');
    await gate.refresh();
    expect(gate.mode('FRN001')).toBe('draining');
    expect([await gate.opens('FRN001'), gate.admits('FRN001', 1)]).toEqual([false, false]);
    expect([await gate.opens('FRN002'), gate.admits('FRN002', 1)]).toEqual([true, true]);
    expect(gate.admits('FRN002', 100)).toBe(false);
    gate.close();
    expect([await gate.opens('FRN002'), gate.admits('FRN002', 1)]).toEqual([false, false]);
  });
});

describe('done files', () => {
  const file = (name: string): DepositEntry => ({
    name,
    handle: null,
    kind: 'file',
    sizeBytes: 1,
    mtimeMs: 0,
  });
  const pair = (pattern: string, names: string[]) => {
    const { ready, doneOf, orphans } = doneFiles(pattern).pair(names.map(file));
    return {
      ready: ready.map(({ name }) => [name, doneOf.get(name)?.name]),
      orphans: orphans.map(({ name }) => name),
    };
  };

  it('make files ready that stand beside them, and none else', () => {
    expect(pair('{name}.done', ['a.xml', 'a.xml.done', 'b.xml', 'c.xml.done'])).toEqual({
      ready: [['a.xml', 'a.xml.done']],
      orphans: ['c.xml.done'],
    });
    expect(pair('{stem}.ok', ['f.tar.gz', 'f.tar.ok', 'g', 'g.ok', '.h', '.h.ok'])).toEqual({
      ready: [
        ['f.tar.gz', 'f.tar.ok'],
        ['g', 'g.ok'],
        ['.h', '.h.ok'],
      ],
      orphans: [],
    });
  });

  it('are never flows themselves, nor is a pattern a regular expression', () => {
    expect(pair('{name}.done', ['a.done', 'a.done.done']).ready).toEqual([]);
    expect(doneFiles('ok+{name}').matches('okk1')).toBe(false);
    expect(doneFiles('ok+{name}').matches('ok+1')).toBe(true);
  });
});
