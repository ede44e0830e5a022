import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowName, piece } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { Fault } from '../../src/errors.js';
import { backupHome, restoreHome, sequenceGap } from '../../src/pipeline/backup.js';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome } from '../helpers/home.js';

const openStore = (path: string) => sqliteStore({ path });

function invoice(i: number): string {
  const number = `S-${String(i).padStart(4, '0')}`;
  return ubl({ number, piece: piece(number) });
}

describe('backup and restore', () => {
  let home: TestHome;
  let scratch: string;
  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ecluse-backup-'));
    home = await openHome();
  });
  afterEach(async () => {
    await home.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const backup = (target: string) =>
    backupHome({
      store: home.app.store,
      folders: homePaths(home.dir),
      target,
      openCopy: openStore,
    });
  const restore = (source: string, into: string, force = false) => {
    const paths = homePaths(into);
    return restoreHome({ source, database: paths.database, folders: paths, force, openStore });
  };

  it('takes a consistent copy while the engine works', async () => {
    for (let i = 1; i <= 60; i++) home.drop(flowName('FSO1100A', i), invoice(i));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const target = join(scratch, 'backup');
    await backup(target);
    await home.idle();
    expect(home.outcomes).toHaveLength(60);

    const into = join(scratch, 'home');
    await restore(target, into);
    const paths = homePaths(into);
    const store = await openStore(paths.database);
    const archive = folderArchive({ dir: paths.archive });
    try {
      const flows = await store.listFlows({ limit: 1000 });
      for (const flow of flows) {
        const bytes = readFileSync(archive.pathOf(flow.archiveKey));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(flow.sha256);
        const deliveries = await store.listDeliveries({ flow: flow.id, limit: 10 });
        for (const { parts } of deliveries)
          for (const part of parts) expect(existsSync(archive.pathOf(part.archiveKey))).toBe(true);
      }
    } finally {
      await store.close();
    }
  });

  it('goes on after a restore: no flow is doubled, no outbound name is used again', async () => {
    home.drop(flowName('FSO1100A', 1), invoice(1));
    await home.idle();
    const target = join(scratch, 'backup');
    await backup(target);
    // After the backup: this report is in the partner's folder, but not in the copy.
    home.drop(flowName('FSO1100A', 2), invoice(2));
    await home.idle();
    const sentBefore = home.out('FRN001');

    const into = join(scratch, 'home');
    await restore(target, into);
    const again = await openHome({ dir: into });
    try {
      again.drop(flowName('FSO1100A', 1), invoice(1));
      again.drop(flowName('FSO1100A', 2), invoice(2));
      await again.idle();
      const states = new Map(again.outcomes.map((o) => [o.depositedName, o.state]));
      expect(states.get(flowName('FSO1100A', 1))).toBe('QP_IRRECEVABLE');
      expect(states.get(flowName('FSO1100A', 2))).toBe('IN_INTEGRE');
      const names = again.out('FRN001');
      expect(names.filter((name) => sentBefore.includes(name))).toEqual([]);
      const sequences = names.filter((n) => n.startsWith('CSO1100A')).map((n) => Number(n.slice(-15)));
      expect(Math.min(...sequences)).toBeGreaterThan(sequenceGap);
    } finally {
      await again.close();
    }
  });

  it('holds quarantine and rule packs too, and puts them in the place of those there are', async () => {
    const from = homePaths(home.dir);
    mkdirSync(join(from.quarantine, 'a'), { recursive: true });
    writeFileSync(join(from.quarantine, 'a', 'infected'), 'bytes');
    mkdirSync(join(from.rules, 'set', '1.0', '.being-written'), { recursive: true });
    writeFileSync(join(from.rules, 'set', '1.0', 'pack.json'), '{}');
    writeFileSync(join(from.rules, 'set', '1.0', '.being-written', 'x'), '');
    const target = join(scratch, 'backup');
    await backup(target);

    const into = join(scratch, 'home');
    await restore(target, into);
    const to = homePaths(into);
    expect(readFileSync(join(to.quarantine, 'a', 'infected'), 'utf8')).toBe('bytes');
    expect(readdirSync(to.rules, { recursive: true }).map(String).sort()).toEqual([
      'set',
      join('set', '1.0'),
      join('set', '1.0', 'pack.json'),
    ]);
    // What came after the backup is set aside with the rest of that home, and never mixed with what comes back.
    writeFileSync(join(to.quarantine, 'later'), '');
    const { setAside } = await restore(target, into, true);
    expect(readdirSync(to.quarantine)).toEqual(['a']);
    expect(readdirSync(join(setAside ?? '', 'quarantine')).sort()).toEqual(['a', 'later']);
  });

  it('a backup of before that holds the archive alone leaves quarantine and rule packs as they are', async () => {
    const target = join(scratch, 'backup');
    await backup(target);
    const path = join(target, 'manifest.json');
    const { parts: _, ...before } = JSON.parse(readFileSync(path, 'utf8')) as { parts: unknown };
    writeFileSync(path, JSON.stringify(before));
    const into = join(scratch, 'home');
    mkdirSync(homePaths(into).rules, { recursive: true });
    writeFileSync(join(homePaths(into).rules, 'kept'), '');
    await restore(target, into);
    expect(readdirSync(homePaths(into).rules)).toEqual(['kept']);
  });

  it('refuses a backup that has been changed, and touches nothing', async () => {
    home.drop(flowName('FSO1100A', 1), invoice(1));
    await home.idle();
    const target = join(scratch, 'backup');
    await backup(target);
    const manifest = JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')) as {
      files: { path: string }[];
    };
    const piecePath = manifest.files.find((file) => file.path.includes('pieces'))?.path ?? '';
    writeFileSync(join(target, piecePath), 'changed');
    const into = join(scratch, 'home');
    await expect(restore(target, into)).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    expect(existsSync(homePaths(into).database)).toBe(false);
  });

  it('sets an occupied home aside only when told to', async () => {
    const target = join(scratch, 'backup');
    await backup(target);
    const into = join(scratch, 'home');
    await restore(target, into);
    await expect(restore(target, into)).rejects.toBeInstanceOf(Fault);
    const { setAside } = await restore(target, into, true);
    expect(readdirSync(setAside ?? '')).toContain('ecluse.sqlite');
  });

  it('creates everything for its own user alone', async () => {
    home.drop(flowName('FSO1100A', 1), invoice(1));
    await home.idle();
    const wrong: string[] = [];
    for (const entry of readdirSync(home.dir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const mode = statSync(path).mode & 0o777;
      if (mode !== (entry.isDirectory() ? 0o700 : 0o600)) wrong.push(`${path} ${mode.toString(8)}`);
    }
    expect(wrong).toEqual([]);
    expect(statSync(home.dir).mode & 0o077).toBe(0);
  });
});
