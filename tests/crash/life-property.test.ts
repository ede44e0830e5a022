import { expect, it } from 'vitest';
import { runScript } from '../helpers/script.js';

it('deposits, statuses, replays, holds and kills in any order: nothing twice, nothing lost, counts add up (`npm run life -- --seeds N` does more)', async () => {
  const args = ['--seeds', '4', '--seed', '2', '--steps', '60', '--seconds', '25'];
  const done = await runScript('scripts/life.mjs', args, 890_000);
  expect(done.output).toMatch(/^[1-9]\d* seeds: 0 problems/m);
  // It did something: statuses were given, flows worked again, kills fell into attempts.
  expect(done.stdout).toMatch(
    /^[1-9]\d* kills, .* [1-9]\d* statuses of partners, [1-9]\d* replays .* [1-9]\d* attempts cut off$/m,
  );
  expect(done.status).toBe(0);
}, 900_000);
