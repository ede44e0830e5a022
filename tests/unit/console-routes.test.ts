import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaches } from '../../src/console/gate.js';
import type { Route } from '../../src/console/route.js';
import { routes } from '../../src/console/routes.js';
import { roles } from '../../src/ports/store-console.js';
import { type Browser, openConsole, type TestConsole } from '../helpers/console.js';

/** The table with the same gates, and nothing behind them: every row is asked, whatever it would do. */
const hollow: readonly Route[] = routes.map(({ schema: _schema, ...route }) => ({
  ...route,
  handler: async () => ({ kind: 'fragment', body: 'passed' }),
}));
/** Without query: a `:name` in a path is given some text. */
const urlOf = (route: Route): string => route.path.replace(/:[^/]+/g, 'x').replace(/\*$/, 'x');
const rows = hollow.map((route) => [`${route.method} ${route.path} (${route.role})`, route] as const);
const guarded = rows.filter(([, { role }]) => !['public', 'key', 'program'].includes(role));
const orders = rows.filter(
  ([, { method, role }]) => method !== 'GET' && role !== 'key' && role !== 'program',
);

let at: TestConsole;
const people = new Map<string, Browser>();

beforeAll(async () => {
  at = await openConsole({ routes: hollow });
  for (const role of roles) people.set(role, await at.signedIn(role));
});
afterAll(() => at.close());

function ask(route: Route, browser: Browser | null, headers: Record<string, string> = {}) {
  const cookie: Record<string, string> = browser === null ? {} : { cookie: browser.cookie };
  return at.app.inject({ method: route.method, url: urlOf(route), headers: { ...cookie, ...headers } });
}

describe('the table of routes', () => {
  it('has every address once', () => {
    const known = routes.map(({ method, path }) => `${method} ${path}`);
    expect(known.length).toBeGreaterThan(3);
    expect(new Set(known).size).toBe(known.length);
  });

  it.each(guarded)('%s: asks for a login without a session', async (_name, route) => {
    const answer = await ask(route, null);
    if (route.method !== 'GET') expect(answer.statusCode).toBe(401);
    else if (/^\/(api|cpro)\//.test(route.path)) expect(answer.statusCode).toBe(401);
    else {
      expect(answer.statusCode).toBe(303);
      expect(answer.headers.location).toMatch(/^\/connexion/);
    }
    expect(answer.body).not.toContain('passed');
  });

  it.each(guarded)('%s: lets in exactly the roles that the table says', async (_name, route) => {
    for (const role of roles) {
      const browser = people.get(role);
      if (
        browser === undefined ||
        route.role === 'public' ||
        route.role === 'key' ||
        route.role === 'program'
      )
        throw new Error('no one');
      const answer = await ask(route, browser, { 'x-csrf-token': browser.csrf });
      expect(`${role} ${answer.statusCode}`).toBe(`${role} ${reaches(role, route.role) ? 200 : 403}`);
    }
  });

  it.each(orders)(
    '%s: is refused without the CSRF token, with a false one, from another site',
    async (_name, route) => {
      const browser = people.get('administrator');
      if (browser === undefined) throw new Error('no administrator');
      const right = { 'x-csrf-token': browser.csrf };
      expect((await ask(route, browser)).statusCode).toBe(403);
      expect((await ask(route, browser, { 'x-csrf-token': 'x'.repeat(43) })).statusCode).toBe(403);
      expect((await ask(route, browser, { ...right, origin: 'https://example.org' })).statusCode).toBe(403);
      expect((await ask(route, browser, { ...right, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
      expect((await ask(route, browser, right)).statusCode).toBe(200);
    },
  );

  it.each(orders.filter(([, { role }]) => role !== 'public'))(
    '%s: leaves a line in the audit trail',
    async (_name, route) => {
      const browser = people.get('administrator');
      if (browser === undefined) throw new Error('no administrator');
      expect(route.audited).toMatch(/^[a-z-]+$/);
      const last = async () =>
        (await at.parts.store.listActs({ kind: route.audited ?? '', limit: 1_000 })).length;
      const before = await last();
      await ask(route, browser, { 'x-csrf-token': browser.csrf });
      expect(await last()).toBe(before + 1);
    },
  );

  it.each(rows.filter(([, { role }]) => role === 'key'))(
    '%s: asks for a key, and for one with its scope',
    async (_name, route) => {
      expect(route.scope).toBeTruthy();
      expect((await ask(route, people.get('administrator') ?? null)).statusCode).toBe(401);
      expect(
        (await ask(route, null, { authorization: 'Bearer nobody-has-this-key-at-all' })).statusCode,
      ).toBe(401);
    },
  );

  it.each(rows.filter(([, { method, role }]) => method !== 'GET' && role === 'public'))(
    '%s: a public order takes part in the CSRF check',
    async (_name, route) => {
      expect((await ask(route, null)).statusCode).toBe(403);
    },
  );
});
