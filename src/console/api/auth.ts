import type { FastifyRequest } from 'fastify';
import type { ApiKey } from '../../ports/store-console.js';
import type { ConsoleParts } from '../parts.js';
import { Problem } from '../problem.js';
import type { Route } from '../route.js';
import { tokenHash } from '../tokens.js';

/** Kind of the tokens that OAuth clients are given, among the secrets that expire. */
export const tokenKind = 'api-token';

/** Who calls the API. */
export interface ApiAuth {
  /**
   * The key whose rights a request has. A route of ours takes a key or an OAuth token as bearer; one in Chorus Pro's
   * shape takes a token, and the key named in `cpro-account` is whose rights count.
   * @throws Problem 401 without one that is valid, 403 with one that does not allow this, 429 after many wrong ones.
   */
  keyOf(request: FastifyRequest, route: Route): Promise<ApiKey>;
}

const minuteMs = 60_000;
/** How often the last use of a key is noted. */
const touchMs = 60_000;
/** Addresses whose failures are counted at once; beyond, the oldest count is given up. */
const addressesMax = 10_000;

export function createApiAuth(parts: ConsoleParts): ApiAuth {
  const failures = createFailures(parts);
  const touch = createTouch(parts);
  return {
    async keyOf(request, route) {
      failures.check(request.ip);
      const key = await (route.chorus === true ? accountOf(parts, request) : bearerOf(parts, request));
      if (key === null) {
        failures.count(request.ip);
        throw route.chorus === true ? wrongAccount() : wrongKey();
      }
      if (!key.scopes.includes(route.scope ?? ''))
        throw new Problem(
          403,
          `La clé ne donne pas le droit « ${route.scope} ».`,
          'Demandez à l’administrateur de la plateforme une clé qui a ce droit.',
        );
      touch(key);
      return key;
    },
  };
}

function wrongKey(): Problem {
  return new Problem(
    401,
    'La clé d’accès manque, ou n’est pas valable.',
    'En-tête attendu : Authorization: Bearer CLÉ, avec une clé en cours de validité ou un jeton de /api/oauth/token.',
  );
}

function wrongAccount(): Problem {
  return new Problem(
    401,
    'Le jeton d’accès ou le compte technique n’est pas valable.',
    'En-têtes attendus : Authorization: Bearer JETON (obtenu à /api/oauth/token) et cpro-account: base64 de « identifiant:secret » de la clé.',
  );
}

/** True for a key that may be used now. */
export function isUsable(key: ApiKey | null, now: string): key is ApiKey {
  return key !== null && key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
}

function bearerText(request: FastifyRequest): string | null {
  return /^Bearer +([\w.~+/-]{20,200}=*) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

async function bearerOf(parts: ConsoleParts, request: FastifyRequest): Promise<ApiKey | null> {
  const text = bearerText(request);
  if (text === null) return null;
  const hash = tokenHash(text);
  const key = await parts.store.apiKey(hash);
  if (key === null) return keyOfToken(parts, hash);
  return isUsable(key, parts.clock.now().toISOString()) ? key : null;
}

/** A token names its key by the hash of the key's secret: it ends with the key. */
async function keyOfToken({ store, clock }: ConsoleParts, hash: string): Promise<ApiKey | null> {
  const now = clock.now().toISOString();
  const token = await store.shareLink(hash);
  if (token === null || token.kind !== tokenKind || token.expiresAt <= now) return null;
  const key = await store.apiKey(token.target);
  return isUsable(key, now) ? key : null;
}

/** The application has a token; the technical account says for whom it speaks. */
async function accountOf(parts: ConsoleParts, request: FastifyRequest): Promise<ApiKey | null> {
  const text = bearerText(request);
  if (text === null || (await keyOfToken(parts, tokenHash(text))) === null) return null;
  const header = request.headers['cpro-account'];
  if (typeof header !== 'string' || header.length > 1_000) return null;
  return clientOf(parts, Buffer.from(header, 'base64').toString('utf8'));
}

/** The key of `identifiant:secret`; an identifier may be written like a mail address, what follows `@` is not looked at. */
export async function clientOf({ store, clock }: ConsoleParts, text: string): Promise<ApiKey | null> {
  const cut = text.indexOf(':');
  if (cut < 1) return null;
  const key = await store.apiKey(tokenHash(text.slice(cut + 1)));
  const id = text.slice(0, cut).split('@')[0]?.trim().toLowerCase();
  return isUsable(key, clock.now().toISOString()) && key.id === id ? key : null;
}

interface Failures {
  /** @throws Problem 429. */
  check(ip: string): void;
  count(ip: string): void;
}

/** Wrong keys by address, of the last minute: who has none must not make us look for them without end. */
export function createFailures({ loaded, clock }: ConsoleParts): Failures {
  const max = loaded.settings.api.failuresPerMinuteMax;
  const counts = new Map<string, { since: number; count: number }>();
  const current = (ip: string) => {
    const known = counts.get(ip);
    return known !== undefined && clock.now().getTime() - known.since < minuteMs ? known : undefined;
  };
  return {
    check(ip) {
      const known = current(ip);
      if (known === undefined || known.count < max) return;
      const waitS = Math.max(1, Math.ceil((known.since + minuteMs - clock.now().getTime()) / 1000));
      throw new Problem(
        429,
        'Trop de clés erronées depuis cette adresse.',
        `Attendez ${waitS} s, puis vérifiez la clé avant de recommencer.`,
        waitS,
      );
    },
    count(ip) {
      const known = current(ip);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      counts.delete(ip);
      const [oldest] = counts.keys();
      if (counts.size >= addressesMax && oldest !== undefined) counts.delete(oldest);
      counts.set(ip, { since: clock.now().getTime(), count: 1 });
    },
  };
}

/** Notes now and then that a key is in use; that it cannot be noted stops nobody. */
function createTouch({ store, clock, log }: ConsoleParts): (key: ApiKey) => void {
  const noted = new Map<string, number>();
  return ({ id }) => {
    const now = clock.now();
    if (now.getTime() - (noted.get(id) ?? Number.NEGATIVE_INFINITY) < touchMs) return;
    noted.set(id, now.getTime());
    store
      .transaction((tx) => tx.touchApiKey(id, now.toISOString()))
      .catch((error: unknown) =>
        log.warn('the use of a key could not be noted', { key: id, error: String(error) }),
      );
  };
}
