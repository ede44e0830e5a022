import { toFault } from './faults.js';
import { createPool, type PostgresPoolOptions } from './pool.js';
import { checkServer } from './schema.js';

/** What a server says of itself. */
export interface PostgresFacts {
  readonly version: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  /** `synchronous_standby_names`. */
  readonly standbys: string;
  readonly encoding: string;
  readonly tls: boolean;
  readonly connections: number;
  readonly connectionsMax: number;
}

const asked = `SELECT current_setting('server_version') AS "version",
  current_setting('fsync') AS "fsync",
  current_setting('full_page_writes') AS "full_page_writes",
  current_setting('synchronous_commit') AS "synchronous_commit",
  current_setting('synchronous_standby_names') AS "standbys",
  (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()) AS "encoding",
  coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS "tls",
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS "connections",
  current_setting('max_connections')::bigint AS "connectionsMax"`;

/**
 * Looks at a server over a connection of its own.
 * @throws Fault STORE_UNAVAILABLE, STORE_MIGRATION (older than PostgreSQL 13).
 */
export async function postgresFacts(options: PostgresPoolOptions): Promise<PostgresFacts> {
  const pool = createPool({ ...options, poolMax: 1 });
  try {
    return await pool.use(async (client) => {
      await checkServer(client);
      const { rows } = await client.query<PostgresFacts>(asked);
      const [facts] = rows;
      if (facts === undefined) throw toFault(new Error('no answer'), pool.server);
      return facts;
    });
  } finally {
    await pool.close();
  }
}
