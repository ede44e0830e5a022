import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournal } from '../../src/adapters/store/sqlite/journal.js';

describe('journal on the disk', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    path = join(dir, 'store.sqlite');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('has nothing to wait for before the first commit', async () => {
    const journal = createJournal(path);
    await journal.durable();
    await journal.close();
  });

  it('waits for every commit noted before, also while an earlier turn runs', async () => {
    writeFileSync(`${path}-wal`, 'frames');
    const journal = createJournal(path);
    journal.committed();
    const first = journal.durable();
    appendFileSync(`${path}-wal`, 'more');
    journal.committed();
    const order: string[] = [];
    await Promise.all([
      first.then(() => order.push('first')),
      journal.durable().then(() => order.push('second')),
    ]);
    expect(order).toEqual(['first', 'second']);
    await journal.close();
  });

  it('answers nothing more once the disk has refused', async () => {
    const journal = createJournal(path);
    journal.committed();
    await expect(journal.durable()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    writeFileSync(`${path}-wal`, 'frames');
    await expect(journal.durable()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(() => journal.check()).toThrow(/cannot be put on the disk/);
    await journal.close();
  });
});
