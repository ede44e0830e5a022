import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../helpers/root.js';

it('deposits, statuses, replays, holds and kills in any order: nothing twice, nothing lost, counts add up (`npm run life -- --seeds N` does more)', () => {
  const args = ['--seeds', '4', '--seed', '2', '--steps', '60', '--seconds', '25'];
  const done = spawnSync(process.execPath, [join(root, 'scripts/life.mjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 240_000,
  });
  expect(done.stdout + done.stderr).toMatch(/^[1-4] seeds: 0 problems/m);
  // It did something: statuses were given, flows worked again, kills fell into attempts.
  expect(done.stdout).toMatch(
    /^[1-9]\d* kills, .* [1-9]\d* statuses of partners, [1-9]\d* replays .* [1-9]\d* attempts cut off$/m,
  );
  expect(done.status).toBe(0);
}, 250_000);
