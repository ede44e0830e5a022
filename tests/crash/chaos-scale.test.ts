import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { postgresMissing } from '../helpers/postgres.js';
import { redisMissing } from '../helpers/redis.js';
import { root } from '../helpers/root.js';

const missing = postgresMissing ?? redisMissing;
if (missing !== null) console.warn(`skipped: chaos over several processes (${missing})`);

const kinds = [
  ...['intake killed', 'worker killed', 'deliverer killed', 'worker frozen past its lock'],
  ...['intake frozen past its lease', 'deliverer frozen past its lease', 'process frozen for a moment'],
  ...[
    'Redis emptied',
    'Redis restarted',
    'Redis out of memory',
    'PostgreSQL restarted',
    'PostgreSQL crashed',
  ],
];

describe.skipIf(missing !== null)('two intakes, three workers, two deliverers, PostgreSQL and Redis', () => {
  it('lose nothing, double nothing and keep the order while all of them fail (`npm run chaos:scale` does 5,000 flows)', () => {
    const args = ['--flows', '300', '--faults', String(kinds.length), '--seconds', '300', '--seed', '3'];
    const done = spawnSync(process.execPath, [join(root, 'scripts/chaos-scale.mjs'), ...args], {
      cwd: root,
      encoding: 'utf8',
      timeout: 330_000,
    });
    expect(done.stdout + done.stderr).toMatch(/300 flows, 0 problems/);
    for (const kind of kinds) expect(done.stdout).toContain(kind);
    expect(done.status).toBe(0);
  }, 340_000);
});
