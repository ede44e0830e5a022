import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiKey, type Role, roles } from '../ports/store-console.js';
import type { ApiAuth } from './api/auth.js';
import type { Cookies } from './cookies.js';
import type { ConsoleParts } from './parts.js';
import { forbidden, Problem } from './problem.js';
import type { Route, Visitor } from './route.js';
import type { Sessions } from './sessions.js';
import { csrfOf, newToken, sameText } from './tokens.js';

/** What is known of a request when its handler runs. */
export interface Pass {
  readonly visitor: Visitor | null;
  readonly apiKey: ApiKey | null;
  readonly csrf: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    pass: Pass | null;
  }
  interface FastifyContextConfig {
    route?: Route;
  }
}

/** The header with which pages of ours send the CSRF token, and the field of their forms. */
export const csrfHeader = 'x-csrf-token';
export const csrfField = '_csrf';
/** The header of a part of a page that asks for itself: what it shows already. */
export const versionHeader = 'x-version';

/** The one place where it is decided who may ask for what. */
export interface Gate {
  /** Before anything of the body is read. @throws Problem 401, 403, 421. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Once the body is read: orders must come from a page of ours. @throws Problem 403. */
  checkOrigin(request: FastifyRequest): Promise<void>;
}

export interface GateParts extends ConsoleParts {
  readonly cookies: Cookies;
  readonly sessions: Sessions;
  readonly keys: ApiAuth;
  /** Hosts under which the console may be asked for; null: any. */
  readonly hosts: ReadonlySet<string> | null;
}

/** True when this role may do what the other may. */
export function reaches(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted);
}

export function createGate(parts: GateParts): Gate {
  return {
    async admit(request, reply) {
      const { route } = request.routeOptions.config;
      if (route?.role === 'program' || route?.role === 'key') {
        // Programs bring no cookie that a foreign page could make use of.
        const apiKey = route.role === 'key' ? await parts.keys.keyOf(request, route) : null;
        request.pass = { visitor: null, apiKey, csrf: '' };
        return;
      }
      checkHost(parts, request);
      const token = parts.cookies.read(request, 'session');
      const person = request.headers[versionHeader] === undefined;
      const visitor = token === null ? null : await parts.sessions.find(token, { person });
      request.pass = {
        visitor,
        apiKey: null,
        csrf: csrfOf(visitor === null || token === null ? formSecret(parts, request, reply) : token),
      };
      if (route === undefined || route.role === 'public') return;
      if (visitor === null)
        throw new Problem(401, 'Votre session est terminée.', 'Connectez-vous de nouveau.');
      if (!reaches(visitor.user.role, route.role)) throw forbidden();
      if (visitor.user.mustChange && route.beforePassword !== true)
        throw new Problem(403, passwordFirst, 'Ouvrez la page « Mon compte » et choisissez-en un.');
    },
    async checkOrigin(request) {
      const { route } = request.routeOptions.config;
      if (
        route === undefined ||
        route.role === 'key' ||
        route.role === 'program' ||
        request.method === 'GET' ||
        request.method === 'HEAD'
      )
        return;
      if (!fromOurPages(parts, request) || !tokenMatches(request, route)) throw notFromHere();
    },
  };
}

/** Title of the refusal while a password that somebody else has set is not changed. */
export const passwordFirst = 'Choisissez d’abord votre propre mot de passe.';

function notFromHere(): Problem {
  return new Problem(
    403,
    'Cette demande ne vient pas d’une page de la console, ou la page est trop ancienne.',
    'Rechargez la page et recommencez : rien n’a été modifié.',
  );
}

/** Before sign-in, the token of forms hangs on a cookie of its own. */
function formSecret({ cookies }: GateParts, request: FastifyRequest, reply: FastifyReply): string {
  const known = cookies.read(request, 'form');
  if (known !== null && known.length >= 40) return known;
  const secret = newToken();
  if (request.method === 'GET') cookies.write(reply, { cookie: 'form', value: secret });
  return secret;
}

/** A name that leads here but is not ours is how a foreign page would read answers (DNS rebinding). */
function checkHost({ hosts }: GateParts, request: FastifyRequest): void {
  if (hosts === null || hosts.has(request.host.toLowerCase())) return;
  throw new Problem(
    421,
    'La console n’est pas servie sous ce nom.',
    'Utilisez l’adresse donnée par votre administrateur (réglage console.publicUrl).',
  );
}

/** Browsers tell where a request comes from; one that tells nothing has the token only. */
function fromOurPages({ hosts }: GateParts, request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
  if (host === undefined) return false;
  return hosts === null ? host === request.host.toLowerCase() : hosts.has(host);
}

function tokenMatches(request: FastifyRequest, route: Route): boolean {
  const header = request.headers[csrfHeader];
  const body = request.body as Record<string, unknown> | null | undefined;
  const field = body?.[csrfField];
  // A body in parts is read by its handler: its form has the token in its address.
  const query = request.query as Record<string, unknown>;
  const address = route.upload === true ? query[csrfField] : undefined;
  delete query[csrfField];
  if (body !== null && typeof body === 'object' && csrfField in body) delete body[csrfField];
  const given = [header, field, address].find((value) => typeof value === 'string' && value !== '');
  return typeof given === 'string' && request.pass !== null && sameText(given, request.pass.csrf);
}
