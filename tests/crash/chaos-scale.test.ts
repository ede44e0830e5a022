import { describe, expect, it } from 'vitest';
import { postgresMissing } from '../helpers/postgres.js';
import { redisMissing } from '../helpers/redis.js';
import { runScript } from '../helpers/script.js';

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
  it('lose nothing, double nothing and keep the order while all of them fail (`npm run chaos:scale` does 5,000 flows)', async () => {
    const args = ['--flows', '300', '--faults', String(kinds.length), '--seconds', '600', '--seed', '3'];
    const done = await runScript('scripts/chaos-scale.mjs', args, 890_000);
    expect(done.output).toMatch(/300 flows, 0 problems/);
    for (const kind of kinds) expect(done.stdout).toContain(kind);
    expect(done.status).toBe(0);
  }, 900_000);
});
