import { Redis } from 'ioredis';

/** How Redis is reached. */
export interface RedisConnection {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username: string | null;
  readonly password: string | null;
  /** Certificates are checked; `ca` is the text of an own authority. */
  readonly tls: { readonly ca: string | null; readonly serverName: string | null } | null;
  /** Deadline of a connection that is being made, and of the answer to one command. */
  readonly connectMsMax: number;
  readonly commandMsMax: number;
}

/** Between two tries to connect. */
const retryMsMin = 100;
const retryMsMax = 2_000;
/** A blocking read ends after ten seconds at most: a socket that is silent for longer has no server behind it. */
const silenceMsMax = 30_000;

/**
 * A client that never gives up connecting. The producer's answers fast or fails fast; the worker's waits, as the queue
 * library asks for. An `error` nobody listens to would end the process: one listener is set from the first moment.
 * @param onError told of every error of the connection
 */
export function redisClient(
  connection: RedisConnection,
  kind: 'producer' | 'worker',
  onError: (error: Error) => void,
): Redis {
  const client = new Redis({
    host: connection.host,
    port: connection.port,
    db: connection.db,
    ...(connection.username === null ? {} : { username: connection.username }),
    ...(connection.password === null ? {} : { password: connection.password }),
    ...(connection.tls === null ? {} : { tls: tlsOf(connection) }),
    connectTimeout: connection.connectMsMax,
    retryStrategy: (times) => Math.min(retryMsMin * times, retryMsMax),
    // After a failover the old master answers so: the name is looked up again.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(kind === 'producer'
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: connection.commandMsMax }
      : { maxRetriesPerRequest: null, socketTimeout: silenceMsMax }),
  });
  client.on('error', onError);
  return client;
}

function tlsOf({ host, tls }: RedisConnection) {
  const serverName = tls?.serverName ?? (/^[\d.]+$|:/.test(host) ? undefined : host);
  return {
    ...(tls?.ca == null ? {} : { ca: tls.ca }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
