import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readinessOf } from '../console/api/health.js';
import { sameText } from '../console/tokens.js';
import { asError, Fault } from '../errors.js';
import type { Log } from '../log.js';
import { createMetrics, type Metrics } from '../metrics.js';
import type { Archive } from '../ports/archive.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';
import type { LoadedSettings } from '../settings/load.js';
import { resolveSecret } from '../settings/secret.js';
import type { WorkerPool } from '../workers/pool.js';
import type { Transports } from './transports.js';

/** The figures of one process, and what counts them on the way. */
export interface Watch {
  readonly metrics: Metrics;
  pool(pool: WorkerPool, size: number): WorkerPool;
  transports(transports: Transports): Transports;
}

export interface WatchParts {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly log: Log;
  /** Absent: this process has no queue. */
  readonly queue?: Pick<Queue, 'depth'>;
}

/** Null where figures are switched off. */
export function watchOf({ loaded, store, log, queue }: WatchParts): Watch | null {
  const { metrics: own, delivery, partners } = loaded.settings;
  if (!own.enabled) return null;
  const threads = { size: 0, busy: 0 };
  const metrics = createMetrics({
    store,
    log,
    partners: partners.map(({ code }) => code),
    overdueMs: delivery.fetchAlertMs,
    freshMs: own.freshMs,
    threads: () => ({ size: threads.size, busy: Math.min(threads.size, threads.busy) }),
    ...(queue === undefined ? {} : { queueDepth: () => queue.depth() }),
  });
  return {
    metrics,
    pool(pool, size) {
      threads.size = size;
      const counted = async <T>(work: Promise<T>): Promise<T> => {
        threads.busy += 1;
        try {
          return await work;
        } finally {
          threads.busy -= 1;
        }
      };
      return {
        ...pool,
        check: (...given) => counted(pool.check(...given)),
        render: (...given) => counted(pool.render(...given)),
      };
    },
    transports: (transports) => ({
      ...transports,
      intakes: (partner) =>
        transports.intakes(partner).map((folder) => ({
          ...folder,
          open: () => counting(folder.open(), () => metrics.transportFailed(partner.code, 'intake')),
        })),
      delivery: (code) =>
        counting(transports.delivery(code), () => metrics.transportFailed(code, 'delivery')),
    }),
  };
}

/** Faults that are about the folder or the server itself, not about one file. */
const transportFaults: ReadonlySet<string> = new Set([
  'FOLDER_UNUSABLE',
  'CONNECTION_FAILED',
  'HOST_KEY_REFUSED',
  'DELIVERY_FAILED',
]);

/** The same transport, whose calls that fail are told. */
function counting<T extends object>(transport: T, failed: () => void): T {
  const watched = Object.entries(transport).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value] as const;
    const call = value as (...given: unknown[]) => unknown;
    return [
      name,
      (...given: unknown[]) => {
        const result = call.apply(transport, given);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          if (error instanceof Fault && transportFaults.has(error.code)) failed();
          throw error;
        });
      },
    ] as const;
  });
  return Object.fromEntries(watched) as T;
}

export interface MetricsServerParts {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly archive: Archive;
  readonly metrics: Metrics;
  readonly queue?: Pick<Queue, 'add' | 'depth'>;
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv;
}

const requestMsMax = 10_000;

/**
 * `/metrics`, `/healthz` and `/readyz` on a port of their own, for processes without a console.
 * @throws Fault CONSOLE_UNAVAILABLE when the address cannot be listened on; SECRET_UNRESOLVED.
 */
export async function startMetricsServer(
  parts: MetricsServerParts,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port = 0, token } = parts.loaded.settings.metrics;
  const secret = token === undefined ? null : resolveSecret(token, parts.env);
  const server = createServer(
    { requestTimeout: requestMsMax, headersTimeout: requestMsMax },
    (request, response) => {
      void answer(
        parts,
        secret,
        request.url ?? '/',
        request.headers.authorization,
        request.socket.remoteAddress ?? '',
      )
        .catch((error: unknown) => ({ status: 500, type: text, body: `${asError(error).message}\n` }))
        .then(({ status, type, body }) => {
          response.writeHead(status, {
            'content-type': type,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          });
          response.end(request.method === 'HEAD' ? undefined : body);
        });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Fault(
          'CONSOLE_UNAVAILABLE',
          `figures cannot be served on ${host}:${port}: ${error.message}; choose another metrics.port`,
          { host, port },
          error,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const text = 'text/plain; charset=utf-8';
const loopback = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/;

async function answer(
  parts: MetricsServerParts,
  secret: string | null,
  url: string,
  authorization: string | undefined,
  from: string,
): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  const path = url.split('?')[0];
  if (path === '/healthz') return { status: 200, type: text, body: 'ok\n' };
  if (path === '/readyz') {
    const { store, archive, queue } = parts;
    const readiness = await readinessOf({
      store,
      archive,
      ...(queue === undefined ? {} : { engine: { queue } }),
    });
    return { status: readiness.ready ? 200 : 503, type: 'application/json', body: JSON.stringify(readiness) };
  }
  if (path !== '/metrics') return { status: 404, type: text, body: 'not found\n' };
  if (secret === null && !loopback.test(from))
    return { status: 403, type: text, body: 'set metrics.token\n' };
  if (secret !== null && !sameText(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '', secret))
    return { status: 401, type: text, body: 'bearer token expected\n' };
  return { status: 200, type: parts.metrics.registry.contentType, body: await parts.metrics.text() };
}
