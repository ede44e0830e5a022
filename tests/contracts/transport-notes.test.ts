import { createHash } from 'node:crypto';
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localDelivery } from '../../src/adapters/transport/local.js';

const text = 'compte rendu';
const sha256 = createHash('sha256').update(text).digest('hex');
const write = async (stream: NodeJS.WritableStream): Promise<void> => void stream.write(text);

describe('notes of what was published', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const holder = (mark: string) => localDelivery({ dir, mark, notes: true });
  const first = () => holder('11111111');
  const second = () => holder('22222222');
  const path = (name: string): string => join(dir, name);

  it('tell the next holder that a file was published, also when it has been fetched', async () => {
    await first().put('A_1', write);
    renameSync(path('A_1'), path('fetched'));
    const next = second();
    await next.clear?.();
    expect(await next.noted?.()).toEqual(['A_1']);
    const put = await next.put('A_1', () => Promise.reject(new Error('it is not written again')));
    expect(put).toEqual({ sha256, sizeBytes: Buffer.byteLength(text), already: true });
    expect(readdirSync(dir).sort()).toEqual(['.A_1.sent', 'fetched']);
  });

  it('are gone once they are forgotten: then the same name is written again', async () => {
    const transport = first();
    await transport.put('A_1', write);
    await transport.forget?.(['A_1']);
    expect(readdirSync(dir)).toEqual(['A_1']);
    expect(statSync(path('A_1')).nlink).toBe(1);
    await transport.remove('A_1');
    expect(await transport.put('A_1', write)).toMatchObject({ already: false });
  });

  it('say nothing beside what was only begun: the next holder takes both away and writes', async () => {
    writeFileSync(path('.A_1.11111111.tmp'), text);
    linkSync(path('.A_1.11111111.tmp'), path('.A_1.sent'));
    const next = second();
    await next.clear?.();
    expect(readdirSync(dir)).toEqual([]);
    expect(await next.put('A_1', write)).toMatchObject({ already: false });
    expect(readFileSync(path('A_1'), 'utf8')).toBe(text);
  });

  it('of one process that starts again say nothing either beside what it had begun', async () => {
    const alone = localDelivery({ dir, notes: true });
    writeFileSync(path('.A_1.tmp'), 'half of');
    linkSync(path('.A_1.tmp'), path('.A_1.sent'));
    expect(await alone.put('A_1', write)).toMatchObject({ already: false, sha256 });
    expect(readdirSync(dir).sort()).toEqual(['.A_1.sent', 'A_1']);
  });

  it('keep a holder that slept from naming what the next one has taken away', async () => {
    const next = second();
    const late = first().put('A_1', write, () => {
      // It wakes up after the folder has passed on.
      rmSync(path('.A_1.11111111.tmp'));
      linkSync(writeNew('.A_1.22222222.tmp'), path('.A_1.sent'));
      renameSync(path('.A_1.22222222.tmp'), path('A_1'));
    });
    await expect(late).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    expect(await next.noted?.()).toEqual(['A_1']);
    expect(readdirSync(dir).sort()).toEqual(['.A_1.sent', 'A_1']);
  });

  it('never let other bytes be overwritten', async () => {
    writeFileSync(path('A_1'), 'other');
    await expect(first().put('A_1', write)).rejects.toMatchObject({ code: 'DELIVERY_CONFLICT' });
    expect(readFileSync(path('A_1'), 'utf8')).toBe('other');
    expect(readdirSync(dir)).toEqual(['A_1']);
  });

  it('count the same bytes under the same name as done', async () => {
    writeFileSync(path('A_1'), text);
    expect(await first().put('A_1', write)).toEqual({
      sha256,
      sizeBytes: Buffer.byteLength(text),
      already: true,
    });
    expect(readdirSync(dir).sort()).toEqual(['.A_1.sent', 'A_1']);
  });

  function writeNew(name: string): string {
    writeFileSync(path(name), text);
    return path(name);
  }
});
