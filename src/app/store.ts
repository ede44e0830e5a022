import { existsSync, readFileSync } from 'node:fs';
import type { PostgresStoreOptions } from '../adapters/store/postgres.js';
import { sqliteStore } from '../adapters/store/sqlite.js';
import { asError, Fault } from '../errors.js';
import type { Store } from '../ports/store.js';
import { homePaths } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import { resolveSecret } from '../settings/secret.js';
import type { PostgresSettings } from '../settings/store.js';

/**
 * The store that the settings name; its schema is not brought up to date here.
 * @throws Fault STORE_UNAVAILABLE, STORE_MIGRATION (the server is too old), SECRET_UNRESOLVED, CONFIG_INVALID.
 */
export async function openStoreOf(loaded: LoadedSettings): Promise<Store> {
  const { store, postgres } = loaded.settings;
  if (store === 'postgres') {
    const { postgresStore } = await import('../adapters/store/postgres.js');
    return postgresStore(postgresOptions(postgres));
  }
  return sqliteStore({ path: homePaths(loaded.home).database });
}

/** Whether there is something to open: a database file is made by the first engine, a server is there or not. */
export function hasStore(loaded: LoadedSettings): boolean {
  return loaded.settings.store === 'postgres' || existsSync(homePaths(loaded.home).database);
}

/** Where the store is, for people: never with a password. */
export function storePlace(loaded: LoadedSettings): string {
  if (loaded.settings.store === 'sqlite') return homePaths(loaded.home).database;
  const { host, port, database } = postgresOptions(loaded.settings.postgres);
  return `PostgreSQL ${host}:${port}/${database}`;
}

/** Secrets are read at each connection, but for the place that a URL names. */
export function postgresOptions(settings: PostgresSettings): PostgresStoreOptions {
  const { url, password, tls, poolMax, connectMsMax, statementMsMax, idleMsMax } = settings;
  const { host, port, database, user } = url === undefined ? settings : placeOf(resolveSecret(url));
  const secret =
    url !== undefined
      ? () => placeOf(resolveSecret(url)).password
      : password !== undefined
        ? () => resolveSecret(password)
        : undefined;
  return {
    host,
    port,
    database,
    user,
    password: secret,
    tls:
      tls === undefined
        ? undefined
        : { ca: tls.ca === undefined ? undefined : readCa(tls.ca), serverName: tls.serverName },
    poolMax,
    connectMsMax,
    statementMsMax,
    idleMsMax,
  };
}

/** The parts of a URL. Messages never repeat it: it holds a password. */
function placeOf(text: string) {
  const wrong = () =>
    new Fault(
      'CONFIG_INVALID',
      'the secret that postgres.url names is no URL of the form postgres://user:password@host:port/database',
    );
  if (!URL.canParse(text)) throw wrong();
  const url = new URL(text);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || database === '') throw wrong();
  if (url.search !== '')
    throw new Fault(
      'CONFIG_INVALID',
      'options after `?` in postgres.url are not read: use postgres.tls and its neighbours',
    );
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5_432 : Number(url.port),
    database,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('CONFIG_UNREADABLE', `postgres.tls.ca: ${asError(error).message}`, { file: path }, error);
  }
}
