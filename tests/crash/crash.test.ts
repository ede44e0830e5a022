import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../helpers/root.js';

describe('kill -9 at seeded moments', () => {
  it('loses nothing and does nothing twice (20 kills; `npm run crash` does 200)', () => {
    const done = spawnSync(
      process.execPath,
      [join(root, 'scripts/crash.mjs'), '--rounds', '1', '--flows', '100', '--kills', '20', '--seed', '7'],
      { cwd: root, encoding: 'utf8', timeout: 240_000 },
    );
    expect(done.stdout + done.stderr).toContain('20 kills over 100 flows: 0 problems');
    expect(done.status).toBe(0);
  }, 250_000);
});
