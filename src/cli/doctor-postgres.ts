import { postgresFacts } from '../adapters/store/postgres/server.js';
import { postgresOptions } from '../app/store.js';
import type { LoadedSettings } from '../settings/load.js';
import { bad, type Check, ok } from './doctor-check.js';

/**
 * Settings of the server without which a commit may be lost, and room for our connections; nothing with SQLite.
 * @throws Fault STORE_UNAVAILABLE, STORE_MIGRATION.
 */
export async function checkServer({ settings }: LoadedSettings): Promise<Check[]> {
  if (settings.store !== 'postgres') return [];
  const facts = await postgresFacts(postgresOptions(settings.postgres));
  const what = 'database server';
  const checks = [ok(what, `PostgreSQL ${facts.version}, ${facts.tls ? 'encrypted' : 'in clear'}`)];
  for (const name of ['fsync', 'full_page_writes'] as const) {
    if (facts[name] === 'on') continue;
    checks.push(
      bad(
        what,
        'fault',
        `${name} is ${facts[name]}: a power loss destroys the database`,
        `set ${name} = on in postgresql.conf`,
      ),
    );
  }
  if (
    ['off', 'local'].includes(facts.synchronous_commit) &&
    !(facts.synchronous_commit === 'local' && facts.standbys === '')
  )
    checks.push(
      bad(
        what,
        'fault',
        `synchronous_commit is ${facts.synchronous_commit}: what was answered to a partner may be lost`,
        'set synchronous_commit = on in postgresql.conf, or for our account: ALTER ROLE ... SET synchronous_commit = on',
      ),
    );
  if (facts.encoding !== 'UTF8')
    checks.push(
      bad(
        what,
        'fault',
        `the database is in ${facts.encoding}`,
        'create it with ENCODING UTF8: names have accents',
      ),
    );
  const free = facts.connectionsMax - facts.connections;
  if (free < settings.postgres.poolMax)
    checks.push(
      bad(
        what,
        'warning',
        `${facts.connections} of ${facts.connectionsMax} connections are taken`,
        `each process takes up to postgres.poolMax (${settings.postgres.poolMax}): raise max_connections, or lower it`,
      ),
    );
  return checks;
}
