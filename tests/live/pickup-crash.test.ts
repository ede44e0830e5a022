import {
  copyFileSync,
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
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { localDelivery } from '../../src/adapters/transport/local.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome } from '../helpers/home.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-crash-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('4 rename onto a taken name', () => {
  it('a delivery never overwrites another file; the same bytes already there count as done', async () => {
    writeFileSync(join(dir, 'CSO1'), 'other');
    const transport = localDelivery({ dir });
    const put = (text: string) =>
      transport.put('CSO1', async (stream) => {
        stream.write(text);
      });
    await expect(put('mine')).rejects.toMatchObject({ code: 'DELIVERY_CONFLICT' });
    expect(readFileSync(join(dir, 'CSO1'), 'utf8')).toBe('other');
    expect(await put('other')).toMatchObject({ already: true });
    expect(readdirSync(dir)).toEqual(['CSO1']);
  });
});

describe('10 crash between write and acknowledge', () => {
  it('a claim whose row was committed before the crash is the same deposit: one flow, one report', async () => {
    const first = await openHome({ dir });
    first.drop(flowName('FSO1100A', 1), ubl({ number: 'K-1' }));
    await first.idle();
    const [flow] = await first.app.store.listFlows({});
    await first.close();
    const paths = homePaths(dir);
    // What a kill after the commit and before the acknowledgement leaves behind.
    const claim = join(paths.claims('FRN001'), `${flow?.id}_${flow?.depositedName}`);
    copyFileSync(join(paths.archive, flow?.archiveKey ?? ''), claim);
    const second = await openHome({ dir });
    await second.idle();
    expect(await second.app.store.listFlows({})).toHaveLength(1);
    expect(second.outcomes).toEqual([]);
    expect(second.out('FRN001').filter((name) => name.startsWith('CSO1100A'))).toHaveLength(1);
    expect(existsSync(claim)).toBe(false);
    await second.close();
  });

  it('a claim that was never recorded is taken by the next run, under its own name', async () => {
    mkdirSync(homePaths(dir).claims('FRN001'), { recursive: true });
    const id = '0190c6a0-1111-7222-8333-444455556666';
    writeFileSync(
      join(homePaths(dir).claims('FRN001'), `${id}_${flowName('FSO1100A', 2)}`),
      ubl({ number: 'K-2' }),
    );
    const home = await openHome({ dir });
    await home.idle();
    expect(home.outcomes).toMatchObject([
      { flow: id, state: 'IN_INTEGRE', depositedName: flowName('FSO1100A', 2) },
    ]);
    await home.close();
  });
});

describe('17 report half written', () => {
  it('a writer that dies half-way leaves nothing under the name; the next try writes the whole file', async () => {
    const transport = localDelivery({ dir });
    const half = transport.put('CSO1', async (stream) => {
      stream.write('<half');
      throw new Error('killed');
    });
    await expect(half).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    expect(await transport.has('CSO1')).toBe(false);
    writeFileSync(join(dir, '.CSO1.tmp'), '<half of a run that was killed');
    await transport.put('CSO1', async (stream) => {
      stream.write('<whole/>');
    });
    expect(readdirSync(dir)).toEqual(['CSO1']);
    expect(readFileSync(join(dir, 'CSO1'), 'utf8')).toBe('<whole/>');
  });

  it('whoever looks into the folder while reports are written sees whole ones only', async () => {
    const home = await openHome({ dir });
    const out = homePaths(dir).outFolder('FRN001');
    let looks = 0;
    let busy = true;
    const torn: string[] = [];
    const looking = (async () => {
      while (busy) {
        for (const name of readdirSync(out)) {
          if (name.startsWith('.')) continue;
          looks++;
          if (!readFileSync(join(out, name), 'utf8').trimEnd().endsWith('</CPPStatut>')) torn.push(name);
        }
        await sleep(1);
      }
    })();
    for (let i = 0; i < 40; i++) home.drop(flowName('FSO1100A', i), ubl({ number: `W-${i}` }));
    await home.idle();
    busy = false;
    await looking;
    expect(torn).toEqual([]);
    expect(looks).toBeGreaterThan(40);
    await home.close();
  });
});
