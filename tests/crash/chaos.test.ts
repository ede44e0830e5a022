import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../helpers/root.js';
import { sshdMissing } from '../helpers/sshd.js';

if (sshdMissing !== null) console.warn(`skipped: chaos over SFTP (${sshdMissing})`);

describe.skipIf(sshdMissing !== null)('kills, freezes, cut connections and full disks', () => {
  it.each([
    ['a disk that is full, where one may be mounted', []],
    ['ENOSPC injected at the writes', ['--no-mount']],
  ])(
    'lose nothing and double nothing: %s (`npm run chaos` does 5,000 flows)',
    (_, more) => {
      const args = ['--flows', '100', '--seconds', '60', '--seed', '5', ...more];
      const done = spawnSync(process.execPath, [join(root, 'scripts/chaos.mjs'), ...args], {
        cwd: root,
        encoding: 'utf8',
        timeout: 110_000,
      });
      expect(done.stdout + done.stderr).toMatch(/100 flows .* faults: 0 problems/);
      for (const kind of ['engine killed', 'engine frozen', 'server killed', 'server frozen', 'disk full'])
        expect(done.stdout).toContain(kind);
      expect(done.status).toBe(0);
    },
    120_000,
  );
});
