import { describe, expect, it } from 'vitest';
import { runScript } from '../helpers/script.js';
import { sshdMissing } from '../helpers/sshd.js';

if (sshdMissing !== null) console.warn(`skipped: chaos over SFTP (${sshdMissing})`);

describe.skipIf(sshdMissing !== null)('kills, freezes, cut connections and full disks', () => {
  it.each([
    ['a disk that is full, where one may be mounted', []],
    ['ENOSPC injected at the writes', ['--no-mount']],
  ])(
    'lose nothing and double nothing: %s (`npm run chaos` does 5,000 flows)',
    async (_, more) => {
      const args = ['--flows', '100', '--seconds', '600', '--seed', '5', ...more];
      const done = await runScript('scripts/chaos.mjs', args, 890_000);
      expect(done.output).toMatch(/100 flows .* faults: 0 problems/);
      for (const kind of ['engine killed', 'engine frozen', 'server killed', 'server frozen', 'disk full'])
        expect(done.stdout).toContain(kind);
      expect(done.status).toBe(0);
    },
    900_000,
  );
});
