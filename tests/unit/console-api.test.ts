import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routes } from '../../src/console/routes.js';
import { addApiKey, apiPartners } from '../helpers/api.js';
import { openConsole, type TestConsole } from '../helpers/console.js';

let at: TestConsole;
beforeEach(async () => {
  at = await openConsole({ flags: { partners: apiPartners } });
});
afterEach(() => at.close());

const xml = { 'content-type': 'application/xml' };
const depositUrl = '/api/v1/flux?interface=FSO1110A';

function deposit(headers: Record<string, string>, payload = '<a/>', url = depositUrl) {
  return at.app.inject({ method: 'POST', url, headers: { ...xml, ...headers }, payload });
}

describe('deposit by the API', () => {
  it('records a flow under a name of ours before it answers', async () => {
    const { headers } = await addApiKey(at.parts);
    const answer = await deposit(headers);
    expect(answer.statusCode).toBe(201);
    const flow = answer.json();
    expect(flow).toMatchObject({ etat: 'IN_RECU', final: false, taille: 4, interface: null });
    expect(flow.nom).toMatch(/^FSO1110A_CPP001_CPP0011110\d{15}$/);
    expect(flow.numeroFlux).toBe(flow.nom.slice(-25));
    expect(answer.headers.location).toBe(`/api/v1/flux/${flow.id}`);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const stored = await at.parts.store.flow(flow.id);
    expect(stored?.partner).toBe('FRN001');
    expect(await at.parts.archive.has(stored?.archiveKey ?? '')).toBe(true);
    expect((await at.parts.store.events(flow.id))[0]?.actor).toBe('partner:FRN001');
  });

  it('takes a multipart form, and the name of a syntax', async () => {
    const { headers } = await addApiKey(at.parts);
    const payload =
      '--x\r\nContent-Disposition: form-data; name="fichier"; filename="f.xml"\r\nContent-Type: text/xml\r\n\r\n<b/>\r\n--x--\r\n';
    const answer = await deposit(
      { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
      payload,
      '/api/v1/flux?interface=IN_DP_E1_UBL_INVOICE',
    );
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ taille: 4, nom: expect.stringMatching(/^FSO1100A_CPP001_/) });
  });

  it.each([
    ['an unknown interface', '/api/v1/flux?interface=FSO9999A', '<a/>', 422, 'interface-inconnue'],
    ['an outbound interface', '/api/v1/flux?interface=FEN0036A', '<a/>', 422, 'interface-inconnue'],
    ['no interface', '/api/v1/flux', '<a/>', 400, 'demande-incorrecte'],
    ['an empty file', depositUrl, '', 422, 'fichier-vide'],
  ])('refuses %s', async (_what, url, payload, status, code) => {
    const { headers } = await addApiKey(at.parts);
    const answer = await deposit(headers, payload, url);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(await at.parts.store.listFlows({})).toEqual([]);
  });

  it('refuses what is too large, by the bytes that come and not only by what is declared', async () => {
    await at.close();
    at = await openConsole({ flags: { partners: apiPartners, limits: { flowBytesMax: 1000 } } });
    const { headers } = await addApiKey(at.parts);
    expect((await deposit(headers, 'x'.repeat(1001))).statusCode).toBe(413);
    expect((await deposit(headers, 'x'.repeat(1000))).statusCode).toBe(201);
  });

  it('refuses while an operator holds the partner', async () => {
    const { headers } = await addApiKey(at.parts);
    const control = {
      partner: 'FRN001',
      mode: 'paused',
      by: 'user:x',
      at: new Date().toISOString(),
      reason: null,
    } as const;
    await at.parts.store.transaction((tx) => tx.setPartnerControl(control));
    const answer = await deposit(headers);
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'depots-suspendus']);
    expect(answer.headers['retry-after']).toBe('60');
  });
});

describe('idempotency', () => {
  it('gives the same answer again, and deposits once', async () => {
    const { headers } = await addApiKey(at.parts);
    const first = await deposit({ ...headers, 'idempotency-key': 'k1' });
    const second = await deposit({ ...headers, 'idempotency-key': 'k1' });
    expect(second.statusCode).toBe(201);
    expect(second.json().id).toBe(first.json().id);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(await at.parts.store.listFlows({})).toHaveLength(1);
  });

  it('deposits once when the same comes many times at once', async () => {
    const { headers } = await addApiKey(at.parts);
    const all = await Promise.all(
      Array.from({ length: 8 }, () => deposit({ ...headers, 'idempotency-key': 'k2' })),
    );
    expect(all.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(201));
    expect(new Set(all.map((one) => one.json().id)).size).toBe(1);
    expect(await at.parts.store.listFlows({})).toHaveLength(1);
  });

  it('refuses the key with another body, and keeps keys of callers apart', async () => {
    const one = await addApiKey(at.parts);
    const two = await addApiKey(at.parts, { partner: 'FRN002' });
    await deposit({ ...one.headers, 'idempotency-key': 'k3' });
    const other = await deposit({ ...one.headers, 'idempotency-key': 'k3' }, '<other/>');
    expect([other.statusCode, other.json().code]).toEqual([409, 'idempotence-autre-demande']);
    expect((await deposit({ ...two.headers, 'idempotency-key': 'k3' }, '<other/>')).statusCode).toBe(201);
    expect((await deposit({ ...one.headers, 'idempotency-key': 'a b' })).statusCode).toBe(400);
  });

  it('forgets a key after the time of the settings', async () => {
    await at.close();
    let now = Date.parse('2026-01-01T00:00:00Z');
    at = await openConsole({
      flags: { partners: apiPartners, api: { idempotencyMs: 60_000 } },
      clock: { now: () => new Date(now) },
    });
    const { headers } = await addApiKey(at.parts);
    await deposit({ ...headers, 'idempotency-key': 'k4' });
    now += 60_001;
    expect((await deposit({ ...headers, 'idempotency-key': 'k4' }, '<new/>')).statusCode).toBe(201);
    expect(await at.parts.store.listFlows({})).toHaveLength(2);
  });
});

describe('keys', () => {
  const keyRoutes = routes.filter(({ role, chorus }) => role === 'key' && chorus !== true);

  it.each(keyRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s: asks for its own scope',
    async (_name, route) => {
      const { scopeNames } = await import('../../src/console/api/scopes.js');
      const others = await addApiKey(at.parts, {
        scopes: scopeNames.filter((scope) => scope !== route.scope),
      });
      const own = await addApiKey(at.parts, { scopes: [route.scope ?? ''] });
      const url = route.path.replace(/:[^/]+/g, 'x');
      const ask = async (headers: Record<string, string>) =>
        (await at.app.inject({ method: route.method, url, headers })).statusCode;
      expect(await ask(others.headers)).toBe(403);
      expect([400, 404, 200, 409, 415, 503]).toContain(await ask(own.headers));
      expect(await ask({})).toBe(401);
    },
  );

  it('are refused once revoked or expired', async () => {
    const past = '2020-01-01T00:00:00.000Z';
    for (const change of [{ revokedAt: past }, { expiresAt: past }]) {
      const { headers } = await addApiKey(at.parts, change);
      expect((await deposit(headers)).statusCode).toBe(401);
    }
  });

  it('see their own partner alone', async () => {
    const one = await addApiKey(at.parts);
    const two = await addApiKey(at.parts, { partner: 'FRN002' });
    const { id } = (await deposit(one.headers)).json();
    for (const path of ['', '/original', '/factures', '/comptes-rendus/x']) {
      const url = `/api/v1/flux/${id}${path}`;
      expect((await at.app.inject({ url, headers: two.headers })).statusCode).toBe(404);
    }
    expect((await at.app.inject({ url: '/api/v1/flux', headers: two.headers })).json().flux).toEqual([]);
    expect((await at.app.inject({ url: '/api/v1/flux', headers: one.headers })).json().flux).toHaveLength(1);
    const original = await at.app.inject({ url: `/api/v1/flux/${id}/original`, headers: one.headers });
    expect([original.statusCode, original.body]).toEqual([200, '<a/>']);
  });

  it('are held back by a limit a minute, each by its own', async () => {
    await at.close();
    at = await openConsole({ flags: { partners: apiPartners, api: { requestsPerMinuteMax: 3 } } });
    const one = await addApiKey(at.parts);
    const two = await addApiKey(at.parts);
    const ask = async (headers: Record<string, string>) =>
      (await at.app.inject({ url: '/api/v1/flux', headers })).statusCode;
    expect([await ask(one.headers), await ask(one.headers), await ask(one.headers)]).toEqual([200, 200, 200]);
    expect(await ask(one.headers)).toBe(429);
    expect(await ask(two.headers)).toBe(200);
  });

  it('that are wrong are counted by address', async () => {
    await at.close();
    at = await openConsole({ flags: { partners: apiPartners, api: { failuresPerMinuteMax: 3 } } });
    const wrong = { authorization: 'Bearer nobody-has-this-key-at-all' };
    const { headers } = await addApiKey(at.parts);
    const ask = async (given: Record<string, string>) =>
      at.app.inject({ url: '/api/v1/flux', headers: given });
    for (let i = 0; i < 3; i++) expect((await ask(wrong)).statusCode).toBe(401);
    const held = await ask(headers);
    expect(held.statusCode).toBe(429);
    expect(Number(held.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('listings', () => {
  it('go page by page to the end, newest first, each flow once', async () => {
    const { headers } = await addApiKey(at.parts);
    for (let i = 0; i < 7; i++) await deposit(headers, `<a n="${i}"/>`);
    const seen: string[] = [];
    let url = '/api/v1/flux?nombre=3';
    for (let pages = 0; pages < 5; pages++) {
      const { flux, suite } = (await at.app.inject({ url, headers })).json();
      seen.push(...flux.map(({ id }: { id: string }) => id));
      if (suite === null) break;
      url = `/api/v1/flux?nombre=3&suite=${suite}`;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    const wrong = await at.app.inject({ url: '/api/v1/flux?suite=abc', headers });
    expect(wrong.statusCode).toBe(400);
  });
});

describe('the description', () => {
  it('is OpenAPI 3.1, and has every route of the API with who may call it', async () => {
    const answer = await at.app.inject({ url: '/api/openapi.json' });
    expect(answer.statusCode).toBe(200);
    const document = answer.json();
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const route of routes.filter(({ path }) => /^\/(api\/v1|api\/oauth|cpro)\//.test(path))) {
      const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}');
      const operation = document.paths[path]?.[route.method.toLowerCase()];
      expect(operation, path).toBeDefined();
      expect(operation.summary, path).toBeTruthy();
      expect(operation.tags, path).toHaveLength(1);
      expect(operation.security).toHaveLength(route.role === 'key' ? (route.chorus === true ? 1 : 2) : 0);
    }
    const pages = routes.filter(({ role }) =>
      ['reader', 'support', 'administrator', 'public'].includes(role),
    );
    for (const { path } of pages) expect(document.paths[path]).toBeUndefined();
    const ids = Object.values(
      document.paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap((one) => Object.values(one).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    const deposit = document.paths['/api/v1/flux'].post;
    expect(Object.keys(deposit.requestBody.content)).toContain('application/xml');
  });

  it('has a page to try it, under a policy of its own', async () => {
    const answer = await at.app.inject({ url: '/api/docs/' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-security-policy']).not.toContain("script-src 'self' 'unsafe");
    const other = await at.app.inject({ url: '/connexion' });
    expect(other.headers['content-security-policy']).not.toContain('unsafe-inline');
  });

  it('is not there where the API is switched off', async () => {
    await at.close();
    at = await openConsole({ flags: { api: { enabled: false } } });
    for (const url of ['/api/openapi.json', '/api/docs/', '/api/v1/flux'])
      expect((await at.app.inject({ url })).statusCode).toBe(404);
    expect((await at.app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});
