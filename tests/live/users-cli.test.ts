import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { scryptPasswords } from '../../src/console/passwords.js';
import { root } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-users-'));
const home = join(dir, 'home');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

function users(args: readonly string[], input = '') {
  const done = spawnSync(
    process.execPath,
    [join(root, 'dist/cli/main.js'), 'users', ...args, '--format', 'json'],
    {
      cwd: dir,
      env: { ...process.env, ECLUSE_HOME: home },
      encoding: 'utf8',
      input,
      timeout: 60_000,
    },
  );
  const objects = done.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status: done.status, stderr: done.stderr, objects, first: objects[0] ?? {} };
}

describe('ecluse users', () => {
  it('makes the first administrator before an engine has run, and keeps the password nowhere', async () => {
    const added = users(['add', 'Chef', '--name', 'La Cheffe', '--role', 'administrator']);
    expect([added.status, added.stderr]).toEqual([0, '']);
    expect(added.first).toMatchObject({
      login: 'chef',
      role: 'administrator',
      mustChange: true,
      disabled: false,
    });
    const password = String(added.first.password);
    const store = await sqliteStore({ path: join(home, 'ecluse.sqlite') });
    const user = await store.userByLogin('chef');
    expect(user?.password).toMatch(/^scrypt\$65536\$8\$2\$/);
    expect(await scryptPasswords().verify(password, user?.password ?? null)).toBe(true);
    const acts = await store.listActs({ limit: 10 });
    expect(acts).toMatchObject([{ kind: 'user-added' }]);
    expect(JSON.stringify(acts)).not.toContain(password);
    await store.close();
    expect(users(['list']).objects).toMatchObject([{ login: 'chef', name: 'La Cheffe' }]);
    expect(JSON.stringify(users(['list']).objects)).not.toContain('scrypt');
  });

  it('takes a password from standard input, never a weak one', () => {
    expect(users(['add', 'deux', '--password-stdin'], 'court\n')).toMatchObject({ status: 64 });
    const added = users(['add', 'deux', '--password-stdin'], 'une phrase assez longue\n');
    expect([added.status, added.first.mustChange, added.first.password]).toEqual([0, false, undefined]);
  });

  it('changes role, disables, enables, resets; refuses what would leave nobody to administer', () => {
    expect(users(['role', 'deux', 'support']).first).toMatchObject({ role: 'support' });
    expect(users(['disable', 'deux']).first).toMatchObject({ disabled: true });
    expect(users(['enable', 'deux']).first).toMatchObject({ disabled: false });
    expect(String(users(['password', 'deux']).first.password)).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
    const last = users(['disable', 'chef']);
    expect([last.status, last.stderr.includes('dernier compte d’administration')]).toEqual([1, true]);
    expect(users(['role', 'deux', 'root']).status).toBe(64);
    expect(users(['role', 'absent', 'reader']).status).toBe(1);
    expect(users(['add', 'DEUX']).status).toBe(1);
    expect(users(['add', 'a b']).status).toBe(64);
  });
});
