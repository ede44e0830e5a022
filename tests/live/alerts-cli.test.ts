import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { newId } from '../../src/domain/ids.js';
import { root } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-alerts-'));
const home = join(dir, 'home');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function alerts(...args: readonly string[]) {
  const done = spawnSync(
    process.execPath,
    [join(root, 'dist/cli/main.js'), 'alerts', ...args, '--format', 'json'],
    { cwd: dir, env: { ...process.env, ECLUSE_HOME: home }, encoding: 'utf8', timeout: 60_000 },
  );
  const lines = done.stdout.split('\n').filter((line) => line !== '');
  return { ...done, objects: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it('takes alerts with a note, says who was first, and gives them back', async () => {
  mkdirSync(home);
  const beganAt = new Date().toISOString();
  const [one, two] = [newId(), newId()];
  const store = await sqliteStore({ path: join(home, 'ecluse.sqlite') });
  await store.migrate();
  const common = { kind: 'not-fetched', partner: 'COL001', flow: null, delivery: null } as const;
  for (const id of [one, two]) {
    const told = { since: beganAt, text: `texte ${id}`, fix: 'remède', beganAt, endedAt: null };
    await store.transaction((tx) => tx.beginAlert({ ...common, ...told, id, key: id }, []));
  }
  expect(alerts('seen', one).stderr).toContain('--note');
  expect(alerts('seen', one, 'nothing', '--note', 'je regarde')).toMatchObject({
    objects: [{ id: one, outcome: 'done', seen: { note: 'je regarde' } }],
    stderr: expect.stringContaining('nothing'),
  });
  expect(alerts('seen', '--all', '--note', 'tout est pris').objects).toMatchObject([
    { id: two, outcome: 'done' },
  ]);
  expect(alerts('seen', one, '--note', 'moi aussi').objects).toMatchObject([
    { outcome: 'other', seen: { note: 'je regarde' } },
  ]);
  expect(alerts('unseen', two).objects).toMatchObject([{ id: two, outcome: 'done', seen: null }]);
  expect(alerts('list', '--open').objects).toMatchObject([
    { id: two, seen: null },
    { id: one, seen: { note: 'je regarde' } },
  ]);
  const acts = await store.listActs({ limit: 10 });
  await store.close();
  expect(acts.map(({ kind }) => kind)).toEqual(['alert-unseen', 'alert-seen', 'alert-seen']);
});
