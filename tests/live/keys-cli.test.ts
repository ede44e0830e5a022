import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { tokenHash } from '../../src/console/tokens.js';
import { root } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-keys-'));
const home = join(dir, 'home');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

function keys(...args: readonly string[]) {
  const done = spawnSync(
    process.execPath,
    [join(root, 'dist/cli/main.js'), 'keys', ...args, '--format', 'json'],
    { cwd: dir, env: { ...process.env, ECLUSE_HOME: home }, encoding: 'utf8', timeout: 60_000 },
  );
  const lines = done.stdout.split('\n').filter((line) => line !== '');
  return { ...done, objects: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('ecluse keys', () => {
  it('adds a key whose secret is shown once and kept as a hash, lists it and revokes it', async () => {
    const added = keys(
      'add',
      'FRN001',
      '--scopes',
      'flows:write,flows:read',
      '--label',
      'ERP',
      '--days',
      '30',
    );
    expect([added.status, added.stderr]).toEqual([0, '']);
    const { id, secret } = added.objects[0] as { id: string; secret: string };
    expect(secret.length).toBeGreaterThanOrEqual(40);
    const listed = keys('list');
    expect(listed.stdout).not.toContain(secret);
    expect(listed.stdout).not.toContain(tokenHash(secret));
    expect(listed.objects).toMatchObject([{ id, partner: 'FRN001', label: 'ERP', state: 'active' }]);
    expect(keys('revoke', id).objects[0]).toEqual({ id, revoked: true });
    expect(keys('revoke', id).objects[0]).toEqual({ id, revoked: false });
    expect(keys('list').objects).toMatchObject([{ id, state: 'revoked' }]);
    const store = await sqliteStore({ path: join(home, 'ecluse.sqlite') });
    const stored = await store.apiKey(tokenHash(secret));
    const acts = await store.listActs({ limit: 10 });
    await store.close();
    expect(stored?.scopes).toEqual(['flows:write', 'flows:read']);
    expect(acts.map(({ kind }) => kind)).toEqual(['api-key-revoked', 'api-key-added']);
    expect(JSON.stringify(acts)).not.toContain(secret);
  });

  it.each([
    ['an unknown scope', ['add', 'FRN001', '--scopes', 'everything'], /everything.*flows:write/],
    ['an unknown partner', ['add', 'NOBODY', '--scopes', 'validate'], /NOBODY/],
    ['an unknown key', ['revoke', 'nothing'], /nothing/],
  ])('refuses %s', (_what, args, text) => {
    const done = keys(...args);
    expect(done.status).not.toBe(0);
    expect(done.stderr).toMatch(text);
  });
});
