import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CookieOrder, Flash } from './route.js';

/** Cookies of the console: HttpOnly, whole site; `__Host-` and Secure when the console is reached over TLS. */
export interface Cookies {
  read(request: FastifyRequest, cookie: CookieOrder['cookie']): string | null;
  write(reply: FastifyReply, order: CookieOrder): void;
  flash(reply: FastifyReply, flash: Flash): void;
  /** The message that waits, which is taken away. */
  takeFlash(request: FastifyRequest, reply: FastifyReply): Flash | null;
}

const tones = ['success', 'warning', 'error'];
const flashLengthMax = 600;
const shortLifeS = 600;

/** @param secure the console is reached over TLS (`console.publicUrl` begins with https). */
export function createCookies(secure: boolean): Cookies {
  const prefix = secure ? '__Host-' : '';
  const name = (cookie: string) => `${prefix}ecluse-${cookie}`;
  const options = (cookie: string) => ({
    path: '/',
    httpOnly: true,
    secure,
    // The identity provider sends the browser back from its own site: Strict would hold the cookie back there.
    sameSite: cookie === 'oidc' ? ('lax' as const) : ('strict' as const),
  });
  const life = (cookie: string) => (cookie === 'session' ? {} : { maxAge: shortLifeS });
  return {
    read: (request, cookie) => request.cookies[name(cookie)] ?? null,
    write(reply, { cookie, value }) {
      if (value === null) reply.clearCookie(name(cookie), options(cookie));
      else
        reply.setCookie(name(cookie), value, {
          ...options(cookie),
          ...(cookie === 'form' ? {} : life(cookie)),
        });
    },
    flash(reply, { tone, text }) {
      const value = Buffer.from(JSON.stringify([tone, text.slice(0, flashLengthMax)])).toString('base64url');
      reply.setCookie(name('flash'), value, { ...options('flash'), ...life('flash') });
    },
    takeFlash(request, reply) {
      const value = request.cookies[name('flash')];
      if (value === undefined) return null;
      reply.clearCookie(name('flash'), options('flash'));
      return flashOf(value);
    },
  };
}

function flashOf(value: string): Flash | null {
  try {
    const [tone, text] = JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as unknown[];
    if (typeof text !== 'string' || !tones.includes(String(tone))) return null;
    return { tone: tone as Flash['tone'], text: text.slice(0, flashLengthMax) };
  } catch {
    return null;
  }
}
