import { describe, expect, it } from 'vitest';
import { runScript } from '../helpers/script.js';

describe('kill -9 at seeded moments', () => {
  it('loses nothing and does nothing twice (20 kills; `npm run crash` does 200)', async () => {
    const args = ['--rounds', '1', '--flows', '100', '--kills', '20', '--seed', '7'];
    const done = await runScript('scripts/crash.mjs', args, 890_000);
    expect(done.output).toContain('20 kills over 100 flows: 0 problems');
    expect(done.status).toBe(0);
  }, 900_000);
});
