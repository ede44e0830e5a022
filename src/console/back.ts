import type { FastifyRequest } from 'fastify';
import type { Route } from './route.js';

/** Where a person was when they sent a request: the address of one of our pages; null when it cannot be told. */
export type BackOf = (request: FastifyRequest) => string | null;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Reads `Referer`; what an order alone answers at is no page to come back to. */
export function backOf(routes: readonly Route[]): BackOf {
  const pages = routes
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => new RegExp(`^${path.split(/:\w+/).map(escaped).join('[^/]+')}$`));
  return ({ method, headers: { host, referer } }) => {
    if (method === 'GET' || referer === undefined || !URL.canParse(referer)) return null;
    const from = new URL(referer);
    const known = from.host === host && pages.some((page) => page.test(from.pathname));
    return known ? `${from.pathname}${from.search}` : null;
  };
}
