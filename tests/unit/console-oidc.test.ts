import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addUser, openConsole, type TestConsole } from '../helpers/console.js';
import { type Faults, startProvider, type TestProvider } from '../helpers/oidc.js';

const groups = { reader: ['edi-lecture'], support: ['edi-support'], administrator: ['edi-admin'] };

describe('sign-in by an identity provider', () => {
  let provider: TestProvider;
  let at: TestConsole;
  beforeAll(async () => {
    provider = await startProvider('console', 'the secret');
    at = await openConsole({
      console: {
        oidc: {
          issuer: provider.issuer,
          clientId: 'console',
          clientSecret: { env: 'OIDC_SECRET' },
          roles: groups,
          deadlineMs: 20_000,
        },
      },
      parts: { env: { OIDC_SECRET: 'the secret' } },
    });
  });
  afterAll(async () => {
    await at.close();
    await provider.close();
  });
  beforeEach(() => provider.next({}));

  const person = {
    sub: 'p1',
    preferred_username: 'I.Martin',
    name: 'Inès Martin',
    groups: ['autre', 'edi-support'],
  };

  /** The whole round of a browser: out, through the provider, back. */
  async function travel(
    faults: Faults,
    change: (back: URL, cookie: string) => [URL, string] = (b, c) => [b, c],
  ) {
    provider.next(faults);
    const out = await at.app.inject({ url: '/connexion/oidc?retour=/journal' });
    expect(out.statusCode).toBe(303);
    const cookie = out.cookies.find(({ name }) => name === 'ecluse-oidc');
    expect(cookie).toMatchObject({ name: 'ecluse-oidc', httpOnly: true, sameSite: 'Lax', maxAge: 600 });
    const answered = await fetch(String(out.headers.location), { redirect: 'manual' });
    const [back, sent] = change(
      new URL(answered.headers.get('location') ?? ''),
      `ecluse-oidc=${cookie?.value}`,
    );
    return at.app.inject({
      url: `${back.pathname}${back.search}`,
      headers: { cookie: sent, host: back.host },
    });
  }
  const sessionOf = (answer: Awaited<ReturnType<typeof travel>>) =>
    answer.cookies.find(({ name, value }) => name === 'ecluse-session' && value !== '')?.value;

  it('asks with PKCE, state and nonce, makes the account with its role, and goes on to the page', async () => {
    const answer = await travel({ claims: person });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('content="0;url=/journal"');
    const { authorization, token } = provider.asked;
    expect(Object.fromEntries(authorization ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'console',
      code_challenge_method: 'S256',
      scope: 'openid profile',
    });
    expect(authorization?.get('state')?.length).toBeGreaterThan(20);
    expect(authorization?.get('nonce')?.length).toBeGreaterThan(20);
    expect(token?.get('redirect_uri')).toMatch(/\/connexion\/oidc\/retour$/);
    const user = await at.parts.store.userByLogin('i.martin');
    expect(user).toMatchObject({
      role: 'support',
      name: 'Inès Martin',
      password: null,
      subject: `${provider.issuer}#p1`,
    });
    const page = await at.app.inject({
      url: '/',
      headers: { cookie: `ecluse-session=${sessionOf(answer)}` },
    });
    expect(page.body).toContain('Inès Martin');
    expect((await at.parts.store.listActs({ kind: 'login', limit: 1 }))[0]?.text).toContain(
      'fournisseur d’identité',
    );
  });

  it('gives the role that the provider says now, the highest of several', async () => {
    await travel({ claims: { ...person, groups: ['edi-lecture', 'edi-admin'] } });
    expect((await at.parts.store.userByLogin('i.martin'))?.role).toBe('administrator');
    await travel({ claims: { ...person, groups: 'edi-lecture' } });
    expect((await at.parts.store.userByLogin('i.martin'))?.role).toBe('reader');
  });

  it.each<[string, Faults]>([
    ['a foreign key', { claims: person, foreignKey: true }],
    ['another nonce', { claims: person, nonce: 'other' }],
    ['another audience', { claims: person, audience: 'somebody-else' }],
    ['an ID token that is over', { claims: person, expired: true }],
    ['another issuer', { claims: { ...person, iss: 'https://evil.example' } }],
  ])('refuses %s', async (_name, faults) => {
    const answer = await travel(faults);
    expect(answer.statusCode).toBe(503);
    expect(sessionOf(answer)).toBeUndefined();
  });

  it('refuses another state, another code, a voyage of another browser', async () => {
    const set =
      (name: string, value: string) =>
      (back: URL, cookie: string): [URL, string] => {
        back.searchParams.set(name, value);
        return [back, cookie];
      };
    expect((await travel({ claims: person }, set('state', 'x'.repeat(43)))).statusCode).toBe(503);
    expect((await travel({ claims: person }, set('code', 'code-2'))).statusCode).toBe(503);
    expect((await travel({ claims: person }, (back) => [back, ''])).statusCode).toBe(400);
    expect((await travel({ claims: person }, (back) => [back, 'ecluse-oidc=bm9uc2Vuc2U'])).statusCode).toBe(
      400,
    );
  });

  it('lets nobody in without a role, with a disabled account, or under the login of a local account', async () => {
    const none = await travel({ claims: { ...person, groups: ['autre'] } });
    expect([none.statusCode, none.body.includes('aucun rôle')]).toEqual([403, true]);
    await addUser(at.parts, 'administrator', { login: 'chef' });
    const taken = await travel({ claims: { ...person, sub: 'p2', preferred_username: 'chef' } });
    expect([taken.statusCode, sessionOf(taken)]).toEqual([409, undefined]);
    const user = await at.parts.store.userByLogin('i.martin');
    await at.parts.store.transaction((tx) => tx.updateUser(user?.id ?? '', { disabledAt: 'x' }));
    expect((await travel({ claims: person })).statusCode).toBe(403);
  });

  it('cannot be signed in to with a password', async () => {
    const { passwords, store } = at.parts;
    const user = await store.userByLogin('i.martin');
    expect(await passwords?.verify('', user?.password ?? null)).toBe(false);
  });

  it('is not there without settings, and says so when the provider is away', async () => {
    const plain = await openConsole();
    expect((await plain.app.inject({ url: '/connexion/oidc' })).statusCode).toBe(404);
    await plain.close();
    const away = await openConsole({
      console: {
        oidc: {
          issuer: 'http://127.0.0.1:9',
          clientId: 'c',
          clientSecret: { env: 'S' },
          roles: groups,
          deadlineMs: 500,
        },
      },
      parts: { env: { S: 's' } },
    });
    const answer = await away.app.inject({ url: '/connexion/oidc' });
    expect([answer.statusCode, answer.body.includes('n’a pas abouti')]).toEqual([503, true]);
    await away.close();
  });
});
