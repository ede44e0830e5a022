import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type PoolClient } from 'pg';
import { Fault } from '../../../errors.js';
import { isLost, toFault } from './faults.js';

/** `ca`: the certificates of an own authority, PEM; `serverName`: another name than `host` in the certificate. */
export interface PostgresTls {
  readonly ca?: string | undefined;
  readonly serverName?: string | undefined;
}

export interface PostgresPoolOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Read at each connection, so that a changed secret holds without a restart. */
  readonly password?: (() => string) | undefined;
  /** Present: encrypted, and the certificate checked; absent: in clear. */
  readonly tls?: PostgresTls | undefined;
  /** Connections at once. */
  readonly poolMax: number;
  /** How long a work may wait for a connection, while the server is away too. */
  readonly connectMsMax: number;
  readonly statementMsMax: number;
  /** How long a transaction may stand still before the server ends it, and gives back what it holds. */
  readonly idleMsMax: number;
}

export interface Pool {
  /** The server as messages name it, without the login. */
  readonly server: string;
  /**
   * Runs a work on a connection of its own.
   * @throws Fault STORE_UNAVAILABLE when none can be had in time.
   */
  use<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  closed(): boolean;
  close(): Promise<void>;
}

const retryMsMax = 1_000;

/** Counts, sizes and sums are numbers for us: int8 and numeric; all of them are far below 2^53. */
const numberTypes = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);

/** Connections that are made when they are needed, and made again when the server has been away. */
export function createPool(options: PostgresPoolOptions): Pool {
  const { host, port, database, connectMsMax } = options;
  const server = `${host}:${port}/${database}`;
  const pool = new pg.Pool({
    host,
    port,
    database,
    user: options.user,
    ...(options.password === undefined ? {} : { password: options.password }),
    ssl: options.tls === undefined ? false : tlsOf(options.tls),
    max: options.poolMax,
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: 30_000,
    stream: () => gatheringSocket(),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'ecluse',
    // Statements that do not wait for each other's answers go out together (`gathered`).
    pipeline: true,
    statement_timeout: options.statementMsMax,
    idle_in_transaction_session_timeout: options.idleMsMax,
    // The server may be gone without a word: its own deadline is the statement's, ours comes a little after.
    query_timeout: options.statementMsMax + 5_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        numberTypes.has(oid) && format !== 'binary'
          ? Number
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks while nobody uses it: the pool has dropped it, the next work gets another one.
  pool.on('error', () => undefined);
  // One that breaks while it is being put away would have nobody to tell it to, and end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let closed: Promise<void> | null = null;

  async function connect(): Promise<PoolClient> {
    const deadlineMs = performance.now() + connectMsMax;
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, retryMsMax)) {
      if (closed !== null)
        throw new Fault('STORE_UNAVAILABLE', `the store at ${server} has been closed`, { server });
      try {
        return await pool.connect();
      } catch (error) {
        const fault = toFault(error, server);
        if (!isLost(fault)) throw fault;
        if (performance.now() + waitMs > deadlineMs)
          throw new Fault(fault.code, fault.message, { ...fault.details, lost: false }, error);
      }
      await sleep(waitMs);
    }
  }

  return {
    server,
    async use(work) {
      const client = await connect();
      let broken = false;
      const onError = () => {
        broken = true;
      };
      client.on('error', onError);
      try {
        return await work(client);
      } catch (error) {
        const fault = toFault(error, server);
        broken ||= isLost(fault);
        throw fault;
      } finally {
        client.removeListener('error', onError);
        client.release(broken);
      }
    },
    closed: () => closed !== null,
    close() {
      closed ??= pool.end();
      return closed;
    },
  };
}

/** What is written in one turn leaves in one call to the system: statements that go out together are one message. */
function gatheringSocket(): Socket {
  const socket = new Socket();
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  let held = false;
  socket.write = ((...given: unknown[]) => {
    if (!held) {
      held = true;
      socket.cork();
      process.nextTick(() => {
        held = false;
        socket.uncork();
      });
    }
    return write(...given);
  }) as typeof socket.write;
  return socket;
}

function tlsOf({ ca, serverName }: PostgresTls) {
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
