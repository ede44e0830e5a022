import type { Server } from 'node:http';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, {
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { newId } from '../domain/ids.js';
import { asError, Fault, systemCode } from '../errors.js';
import { createApiAuth } from './api/auth.js';
import { acceptFiles, endSlowBody, rateOf } from './api/intake.js';
import { describeApi } from './api/openapi.js';
import { assetPaths, loadAssets } from './assets.js';
import { backOf } from './back.js';
import { createCookies } from './cookies.js';
import { type DispatchParts, dispatch } from './dispatch.js';
import { errorHandler, notFoundHandler } from './errors.js';
import { createGate } from './gate.js';
import type { ConsoleParts } from './parts.js';
import { Problem } from './problem.js';
import type { Route } from './route.js';
import { routes as allRoutes } from './routes.js';
import { securityHeaders } from './security.js';
import { createSessions } from './sessions.js';
import { closeSource } from './source.js';
import { navigationOf } from './ui/navigation.js';

/** How often Node looks for connections that are too slow, and how long an idle one is kept. */
const slowCheckMs = 1_000;
const keepAliveMs = 10_000;
const closeMsMax = 10_000;
/** Old sessions, counters and links are removed this often; what is removed has been over for as long. */
const purgeMs = 3_600_000;
const dayMs = 86_400_000;

export interface RunningConsole {
  /** Address for people: `console.publicUrl`, or where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the console on `console.host` and `console.port`.
 * @throws Fault CONSOLE_UNAVAILABLE when the address cannot be listened on.
 */
export async function startConsole(parts: ConsoleParts): Promise<RunningConsole> {
  const { host, port, publicUrl } = parts.loaded.settings.console;
  const app = await createConsole(parts);
  let address: string;
  try {
    address = await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new Fault(
      'CONSOLE_UNAVAILABLE',
      `the console cannot listen on ${host}:${port} (${systemCode(error) ?? asError(error).message}): choose another console.port, or end what holds it`,
      { host, port },
      error,
    );
  }
  warnOfExposure(parts);
  await hintAtFirstAccount(parts);
  const url = publicUrl ?? address;
  parts.log.info('console started', { url });
  const purge = setInterval(() => void purgeOld(parts), purgeMs);
  purge.unref();
  return {
    url,
    async close() {
      clearInterval(purge);
      const late = setTimeout(() => app.server.closeAllConnections(), closeMsMax);
      try {
        await app.close();
      } finally {
        clearTimeout(late);
      }
    },
  };
}

/** The console without a socket: `app.inject` asks it. @param routes the table; tests hand in another. */
export async function createConsole(
  parts: ConsoleParts,
  routes: readonly Route[] = allRoutes,
): Promise<FastifyInstance> {
  const { settings } = parts.loaded;
  const secure = settings.console.publicUrl?.startsWith('https:') === true;
  const assets = loadAssets();
  const whole: DispatchParts = {
    ...parts,
    cookies: createCookies(secure),
    navigation: navigationOf(routes),
    assets: assetPaths(assets),
    back: backOf(routes),
  };
  const app = Fastify(serverOptions(parts));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('pass', null);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders(secure)));
  await register(app, parts);
  acceptFiles(app);
  if (parts.loaded.settings.api.enabled) await describeApi(app, parts);
  app.addHook('onRequest', async (request) =>
    endSlowBody(request, parts.loaded.settings.console.requestMsMax),
  );
  const gate = createGate({
    ...whole,
    sessions: createSessions(parts),
    keys: createApiAuth(parts),
    hosts: hostsOf(parts),
  });
  app.addHook('onRequest', gate.admit);
  app.addHook('preValidation', gate.checkOrigin);
  app.addHook('onResponse', async (request, reply) => logRequest(parts, request, reply));
  app.setErrorHandler(errorHandler(whole));
  app.setNotFoundHandler(notFoundHandler(whole));
  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const asset = assets.get(request.params.name);
    if (asset === undefined) return reply.callNotFound();
    const packed = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
    if (packed) reply.header('content-encoding', 'br');
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'accept-encoding')
      .type(asset.type)
      .send(packed ? asset.brotli : asset.bytes);
  });
  app.addHook('onClose', () => closeSource(parts.archive));
  const open = (route: Route) => parts.loaded.settings.api.enabled || !isApi(route);
  for (const route of routes.filter(open)) addRoute(app, whole, route);
  return app;
}

function serverOptions({ loaded }: ConsoleParts): FastifyHttpOptions<Server> {
  const { bodyBytesMax, requestMsMax, trustedProxies } = loaded.settings.console;
  return {
    logger: false,
    genReqId: () => newId(),
    trustProxy: trustedProxies.length === 0 ? false : trustedProxies,
    bodyLimit: bodyBytesMax,
    // Files may take their time; bodies of other requests are ended by `endSlowBody`.
    requestTimeout: Math.max(requestMsMax, loaded.settings.api.enabled ? loaded.settings.api.uploadMsMax : 0),
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    http: { headersTimeout: Math.min(requestMsMax, 10_000), connectionsCheckingInterval: slowCheckMs },
  };
}

async function register(app: FastifyInstance, { loaded }: ConsoleParts): Promise<void> {
  const { bodyBytesMax, requestsPerMinuteMax } = loaded.settings.console;
  await app.register(cookie);
  await app.register(formbody, { bodyLimit: bodyBytesMax });
  await app.register(multipart, { limits: { files: 20, fields: 50, fieldSize: bodyBytesMax } });
  await app.register(rateLimit, {
    max: requestsPerMinuteMax,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem(
        429,
        'Trop de demandes en peu de temps.',
        `Attendez ${Math.ceil(ttl / 1000)} s, puis recommencez.`,
        Math.ceil(ttl / 1000),
      ),
  });
}

/** A file within JSON is held in memory: its request has a limit of its own. */
function bodyLimitOf({ loaded }: ConsoleParts, route: Route): { readonly bodyLimit?: number } {
  if (route.chorus === true) return { bodyLimit: loaded.settings.api.chorusBytesMax };
  return route.bodyBytesMax === undefined ? {} : { bodyLimit: route.bodyBytesMax };
}

/** Routes that are there only where the API is. */
function isApi({ path }: Route): boolean {
  return path.startsWith('/api/') || path.startsWith('/cpro/');
}

function addRoute(app: FastifyInstance, parts: DispatchParts, route: Route): void {
  const { params, query, body, response, summary, description, tags } = route.schema ?? {};
  app.route({
    method: route.method,
    url: route.path,
    config: { route, ...rateOf(parts, route) },
    ...bodyLimitOf(parts, route),
    schema: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      ...(response === undefined ? {} : { response }),
      ...(summary === undefined ? {} : { summary }),
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags: [...tags] }),
      ...(route.path.startsWith('/api') || route.path.startsWith('/cpro') ? {} : { hide: true }),
    },
    handler: (request, reply) => dispatch(parts, route, request, reply),
  });
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/;

/** Hosts under which we are asked for: the public one and, on loopback, the names of this machine. */
function hostsOf({ loaded }: ConsoleParts): ReadonlySet<string> | null {
  const { host, port, publicUrl } = loaded.settings.console;
  if (publicUrl === undefined && !loopback.test(host)) return null;
  const names = ['localhost', '127.0.0.1', '[::1]', host];
  const local = names.flatMap((name) => (port === 0 ? [] : [`${name}:${port}`]));
  const open = publicUrl === undefined ? [] : [new URL(publicUrl).host];
  return port === 0 && publicUrl === undefined
    ? null
    : new Set([...local, ...open].map((h) => h.toLowerCase()));
}

function warnOfExposure({ loaded, log }: ConsoleParts): void {
  const { host, publicUrl } = loaded.settings.console;
  if (loopback.test(host) || publicUrl?.startsWith('https:') === true) return;
  log.warn(
    `console: ${host} is not this machine alone and console.publicUrl is no https address: passwords and invoices would cross the network in clear; put a proxy with TLS before it and set console.publicUrl, console.trustedProxies`,
  );
}

async function hintAtFirstAccount({ store, log, loaded }: ConsoleParts): Promise<void> {
  if (loaded.settings.console.oidc !== undefined || (await store.listUsers()).length > 0) return;
  log.warn('console: there is no account yet; make the first: ecluse users add LOGIN --role administrator');
}

async function purgeOld({ store, clock, log }: ConsoleParts): Promise<void> {
  const before = new Date(clock.now().getTime() - dayMs).toISOString();
  try {
    await store.transaction((tx) => tx.purgeConsole(before));
  } catch (error) {
    log.warn(`console: old sessions could not be removed: ${asError(error).message}`);
  }
}

/** The pattern of the route, never the address: addresses may hold a secret, and what people look for. */
function logRequest({ log }: ConsoleParts, request: FastifyRequest, reply: FastifyReply): void {
  log.debug('request', {
    id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? '(none)',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ...(request.pass?.visitor ? { user: request.pass.visitor.user.login } : {}),
    ...(request.pass?.apiKey ? { partner: request.pass.apiKey.partner } : {}),
  });
}
