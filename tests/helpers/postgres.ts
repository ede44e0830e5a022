import { hasPostgres, type Postgres } from '../../scripts/postgres.mjs';
import { type PostgresStoreOptions, postgresStore } from '../../src/adapters/store/postgres.js';

export { type Postgres, type PostgresOptions, startPostgres } from '../../scripts/postgres.mjs';

/** Why there is no PostgreSQL here; null where there is one. In CI its absence is a failure, not a reason. */
export const postgresMissing: string | null = (() => {
  if (hasPostgres()) return null;
  if (process.env.CI) throw new Error('PostgreSQL is missing: CI must install postgresql');
  return 'PostgreSQL’s server is not installed';
})();

/** How a test reaches a database of the server, with deadlines short enough for it. */
export function storeOptions(
  server: Postgres,
  database: string,
  more: Partial<PostgresStoreOptions> = {},
): PostgresStoreOptions {
  const { host, port, user } = server;
  return {
    host,
    port,
    user,
    database,
    poolMax: 4,
    connectMsMax: 10_000,
    statementMsMax: 20_000,
    idleMsMax: 10_000,
    ...more,
  };
}

/** A database that has gone through all migrations: the others are made from it. */
export async function createTemplate(server: Postgres): Promise<string> {
  const database = await server.createDatabase();
  const store = await postgresStore(storeOptions(server, database));
  await store.migrate();
  await store.close();
  return database;
}
