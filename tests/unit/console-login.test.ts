import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counted } from '../../src/console/login.js';
import { localPath } from '../../src/console/pages/login.js';
import { passwordProblem, scryptPasswords } from '../../src/console/passwords.js';
import { addUser, openConsole, type TestConsole, testPassword } from '../helpers/console.js';
import { testClock } from '../helpers/home.js';

const settings = { loginWindowMs: 900_000, lockMs: 60_000, lockMsMax: 3_600_000 };

describe('passwords', () => {
  const passwords = scryptPasswords({ n: 1024, r: 8, p: 1 });

  it('are hashed with a salt and their parameters, and checked', async () => {
    const [one, two] = await Promise.all([passwords.hash('été à la mer'), passwords.hash('été à la mer')]);
    expect(one).toMatch(/^scrypt\$1024\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify('été à la mer'.normalize('NFD'), one)).toBe(true);
    expect(await passwords.verify('ete a la mer', one)).toBe(false);
    expect(await passwords.verify('été à la mer', null)).toBe(false);
    expect(await passwords.verify('', 'scrypt$broken')).toBe(false);
  });

  it('of other parameters are still checked', async () => {
    const old = await scryptPasswords({ n: 16, r: 1, p: 1 }).hash('mot');
    expect(await passwords.verify('mot', old)).toBe(true);
  });

  it('take as long for an unknown account as for a wrong password', async () => {
    const slow = scryptPasswords({ n: 2 ** 14, r: 8, p: 1 });
    const stored = await slow.hash('x');
    // The processor's time: how long others hold us up says nothing of what an account costs.
    const time = async (of: string | null) => {
      const from = process.cpuUsage();
      await slow.verify('y', of);
      const { user, system } = process.cpuUsage(from);
      return user + system;
    };
    let [wrong, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // In turn, and the least of many: what else the process does is not in it.
    for (let i = 0; i < 8; i++) {
      wrong = Math.min(wrong, await time(stored));
      unknown = Math.min(unknown, await time(null));
    }
    expect(unknown).toBeGreaterThan(wrong / 2);
    expect(unknown).toBeLessThan(wrong * 2);
  });

  it.each([
    ['court', /5 caractères ; il en faut au moins 12/],
    ['aaaaaaaaaaaaaaaa', /mêmes caractères/],
    ['dupont et ses amis', /identifiant/],
    ['x1'.repeat(200), /dépasse 256/],
  ])('%s is refused with the reason', (password, reason) => {
    expect(passwordProblem(password, 12, 'dupont')).toMatch(reason);
  });
  it('of four words are taken', () => {
    expect(passwordProblem('cheval pile agrafe correct', 12, 'dupont')).toBeNull();
  });
});

describe('the counter of tries', () => {
  const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
  const run = (times: readonly number[]) => {
    let counter: ReturnType<typeof counted>['counter'] | null = null;
    return times.map((second) => {
      const next = counted(counter, 'login:x', 5, at(second), settings);
      counter = next.counter;
      return next.waitMs;
    });
  };

  it('lets five tries through, then holds for a minute, then for two', () => {
    expect(run([0, 1, 2, 3, 4, 5])).toEqual([0, 0, 0, 0, 0, 59_000]);
    expect(run([0, 1, 2, 3, 4, 65, 66])).toEqual([0, 0, 0, 0, 0, 0, 119_000]);
  });
  it('never holds for longer than the setting', () => {
    const waits = run([0, 1, 2, 3, 4, ...Array.from({ length: 20 }, (_, i) => 100 + i * 3_600)]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_600_000);
  });
  it('forgets after the window', () => {
    expect(run([0, 1, 2, 3, 1_000, 1_001, 1_002, 1_003])).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('addresses to go back to', () => {
  it.each([
    ['/flux?etat=IN_REJETE', '/flux?etat=IN_REJETE'],
    ['//example.org', '/'],
    ['/\\example.org', '/'],
    ['https://example.org', '/'],
    ['/a\r\nSet-Cookie: x=1', '/'],
    ['/connexion?retour=/connexion', '/'],
    [undefined, '/'],
  ])('%s leads to %s', (typed, to) => expect(localPath(typed)).toBe(to));
});

describe('signing in', () => {
  const clock = testClock('2026-11-21T08:00:00.000Z');
  let at: TestConsole;
  beforeEach(async () => {
    clock.set('2026-11-21T08:00:00.000Z');
    at = await openConsole({ clock });
  });
  afterEach(() => at.close());

  /** What a browser does: fetch the form, send it back with its cookie and token. */
  async function signIn(login: string, password: string, retour = '/', ip = '127.0.0.1') {
    const form = await at.app.inject({ url: '/connexion', remoteAddress: ip });
    const cookie = form.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const token = /name="_csrf" value="([^"]+)"/.exec(form.body)?.[1] ?? '';
    return at.app.inject({
      method: 'POST',
      url: '/connexion',
      remoteAddress: ip,
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ login, password, retour, _csrf: token }).toString(),
    });
  }
  const kinds = async () => (await at.parts.store.listActs({ limit: 100 })).map(({ kind }) => kind);

  it('leads to the page that was asked for, with a session of its own', async () => {
    const user = await addUser(at.parts, 'reader', { login: 'c.martin' });
    const answer = await signIn(' C.Martin ', testPassword, '/journal');
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/journal']);
    const session = answer.cookies.find(({ name }) => name === 'ecluse-session');
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(session?.value).toMatch(/^[\w-]{43}$/);
    const page = await at.app.inject({
      url: '/journal',
      headers: { cookie: `ecluse-session=${session?.value}` },
    });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Compte reader');
    expect(await kinds()).toEqual(['login']);
    expect((await at.parts.store.user(user.id))?.lastLoginAt).toBe('2026-11-21T08:00:00.000Z');
    // The token is nowhere in the store.
    expect(JSON.stringify(await at.parts.store.sessionsOf(user.id))).not.toContain(session?.value);
  });

  it('answers the same to a wrong password, an unknown login and a disabled account', async () => {
    await addUser(at.parts, 'reader', { login: 'actif' });
    await addUser(at.parts, 'reader', { login: 'parti', disabledAt: '2026-01-01T00:00:00.000Z' });
    const answers = [
      await signIn('actif', 'faux'),
      await signIn('personne', 'faux'),
      await signIn('parti', testPassword),
    ];
    const clean = (body: string) => body.replace(/(value|hx-headers)="[^"]*"/g, '');
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ body }) => clean(body))).size).toBe(1);
    expect(answers[0]?.body).toContain('identifiant ou mot de passe incorrect');
    const acts = await at.parts.store.listActs({ kind: 'login-refused', limit: 10 });
    expect(acts.map(({ actor }) => actor).sort()).toEqual(['user:?', 'user:actif', 'user:parti']);
    expect(JSON.stringify(acts)).not.toContain('personne');
  });

  it('holds a login after five wrong passwords, right or unknown, and lets it in after a while', async () => {
    await addUser(at.parts, 'reader', { login: 'cible' });
    for (const login of ['cible', 'inconnu']) {
      for (let i = 0; i < 5; i++) expect((await signIn(login, 'faux')).statusCode).toBe(401);
      const held = await signIn(login, testPassword);
      expect(held.statusCode).toBe(429);
      expect(held.body).toContain('Attendez 1 min');
    }
    clock.set('2026-11-21T08:01:01.000Z');
    expect((await signIn('cible', testPassword)).statusCode).toBe(303);
    expect((await signIn('cible', 'faux')).statusCode).toBe(401);
  });

  it('counts tries that come at once before it looks at any password', async () => {
    await addUser(at.parts, 'reader', { login: 'rafale' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('rafale', 'faux')));
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(7);
  });

  it('holds an address that tries many logins', async () => {
    await at.close();
    at = await openConsole({ clock, console: { loginAddressTriesMax: 3 } });
    await addUser(at.parts, 'reader', { login: 'autre' });
    for (const login of ['a1', 'a2', 'a3'])
      expect((await signIn(login, 'x', '/', '192.0.2.9')).statusCode).toBe(401);
    expect((await signIn('autre', testPassword, '/', '192.0.2.9')).statusCode).toBe(429);
    expect((await signIn('autre', testPassword, '/', '192.0.2.10')).statusCode).toBe(303);
  });

  it('ends a session that is idle, that is old, or whose account is disabled', async () => {
    await at.close();
    at = await openConsole({ clock, console: { sessionMs: 7_200_000, sessionIdleMs: 1_800_000 } });
    const browser = await at.signedIn('reader');
    const status = async (time: string, headers = {}) => {
      clock.set(`2026-11-21T${time}.000Z`);
      return (await browser.get('/journal', headers)).statusCode;
    };
    expect(await status('08:20:00')).toBe(200);
    expect(await status('08:45:00')).toBe(200);
    // A part that refreshes itself does not keep a session alive.
    expect(await status('09:10:00', { 'x-version': 'x' })).toBe(200);
    expect(await status('09:16:00')).toBe(303);
    clock.set('2026-11-21T08:46:00.000Z');
    for (const time of ['09:10:00', '09:35:00', '09:59:00']) expect(await status(time)).toBe(200);
    expect(await status('10:00:01')).toBe(303);
    const other = await at.signedIn('reader');
    expect((await other.get('/journal')).statusCode).toBe(200);
    await at.parts.store.transaction((tx) => tx.updateUser(other.user.id, { disabledAt: 'x' }));
    expect((await other.get('/journal')).statusCode).toBe(303);
  });

  it('asks for another password first when this one was given by somebody else', async () => {
    const browser = await at.signedIn('administrator', { mustChange: true });
    const page = await browser.get('/utilisateurs');
    expect([page.statusCode, page.headers.location]).toEqual([303, '/compte']);
    expect((await browser.post('/utilisateurs', { login: 'x2', name: 'x', role: 'reader' })).statusCode).toBe(
      403,
    );
    const fields = {
      current: testPassword,
      password: 'une phrase bien à moi',
      again: 'une phrase bien à moi',
    };
    expect((await browser.post('/compte/mot-de-passe', fields)).statusCode).toBe(303);
    expect((await browser.get('/utilisateurs')).statusCode).toBe(200);
  });

  it('changes a password only with the present one, and ends the other sessions', async () => {
    const browser = await at.signedIn('reader', { login: 'camille' });
    const elsewhere = (await signIn('camille', testPassword)).cookies.find(
      ({ name }) => name === 'ecluse-session',
    );
    const change = (current: string, password: string, again = password) =>
      browser.post('/compte/mot-de-passe', { current, password, again });
    expect((await change('faux', 'une phrase bien à moi')).body).toContain('pas votre mot de passe actuel');
    expect((await change(testPassword, 'court')).body).toContain('au moins 12');
    expect((await change(testPassword, 'une phrase bien à moi', 'autre')).body).toContain('diffèrent');
    expect((await change(testPassword, testPassword)).body).toContain('choisissez-en un autre');
    expect((await change(testPassword, 'une phrase bien à moi')).statusCode).toBe(303);
    const old = await at.app.inject({ url: '/', headers: { cookie: `ecluse-session=${elsewhere?.value}` } });
    expect(old.statusCode).toBe(303);
    expect((await browser.get('/')).statusCode).toBe(200);
    expect((await signIn('camille', testPassword)).statusCode).toBe(401);
    expect((await signIn('camille', 'une phrase bien à moi')).statusCode).toBe(303);
  });

  it('signs out: the token is worth nothing afterwards', async () => {
    const browser = await at.signedIn('reader');
    expect((await browser.post('/deconnexion')).headers.location).toBe('/connexion');
    expect((await browser.get('/')).statusCode).toBe(303);
  });

  it('ends one other session, never that of somebody else', async () => {
    const [mine, other] = [await at.signedIn('reader'), await at.signedIn('reader')];
    const [theirs] = await at.parts.store.sessionsOf(other.user.id);
    await mine.post(`/compte/sessions/${theirs?.id}/fin`);
    expect((await other.get('/')).statusCode).toBe(200);
    await signIn(mine.user.login, testPassword);
    const second = (await at.parts.store.sessionsOf(mine.user.id)).length;
    await mine.post('/compte/sessions/fin');
    expect([second, (await at.parts.store.sessionsOf(mine.user.id)).length]).toEqual([2, 1]);
  });
});

describe('users', () => {
  let at: TestConsole;
  beforeEach(async () => {
    at = await openConsole();
  });
  afterEach(() => at.close());

  it('are added with a password that is shown once and kept nowhere', async () => {
    const admin = await at.signedIn('administrator');
    const answer = await admin.post('/utilisateurs', { login: 'New.User', name: 'Camille', role: 'support' });
    expect(answer.statusCode).toBe(200);
    const password = /class="secret">([^<]+)</.exec(answer.body)?.[1] ?? '';
    expect(password).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
    const user = await at.parts.store.userByLogin('new.user');
    expect(user).toMatchObject({ role: 'support', mustChange: true, createdBy: `user:${admin.user.login}` });
    expect(JSON.stringify([user, await at.parts.store.listActs({ limit: 10 })])).not.toContain(password);
    const again = await admin.post('/utilisateurs', { login: 'new.user', name: 'x', role: 'reader' });
    expect([again.statusCode, again.body.includes('déjà pris')]).toEqual([422, true]);
    const wrong = await admin.post('/utilisateurs', { login: 'a b', name: 'x', role: 'reader' });
    expect([wrong.statusCode, wrong.body.includes('2 à 64 caractères')]).toEqual([422, true]);
    expect((await admin.post('/utilisateurs', { login: 'ok', name: 'x', role: 'root' })).statusCode).toBe(
      400,
    );
  });

  it('change role, are disabled, enabled and given another password; sessions end; each is audited', async () => {
    const admin = await at.signedIn('administrator');
    const other = await at.signedIn('reader');
    const base = `/utilisateurs/${other.user.id}`;
    expect((await admin.post(`${base}/role`, { role: 'support' })).statusCode).toBe(303);
    expect((await at.parts.store.user(other.user.id))?.role).toBe('support');
    await admin.post(`${base}/desactivation`);
    expect((await other.get('/')).statusCode).toBe(303);
    await admin.post(`${base}/activation`);
    expect((await other.get('/')).statusCode).toBe(303);
    const reset = await admin.post(`${base}/mot-de-passe`);
    expect(reset.body).toContain('class="secret"');
    const kinds = (await at.parts.store.listActs({ limit: 10 })).map(({ kind }) => kind);
    expect(kinds.reverse()).toEqual(['user-role', 'user-disabled', 'user-enabled', 'user-password']);
    expect((await admin.get(`/utilisateurs/absent`)).statusCode).toBe(404);
  });

  it('cannot be changed by themselves, and the last administrator stays', async () => {
    const admin = await at.signedIn('administrator');
    expect((await admin.post(`/utilisateurs/${admin.user.id}/role`, { role: 'reader' })).statusCode).toBe(
      409,
    );
    const second = await at.signedIn('administrator');
    await admin.post(`/utilisateurs/${second.user.id}/desactivation`);
    // Only `admin` is left: the command line, or a stale page, may not take it away either.
    const { changeRole } = await import('../../src/console/accounts.js');
    const parts = { ...at.parts, passwords: at.parts.passwords } as never;
    await expect(changeRole(parts, admin.user.id, 'reader', 'user:cli')).rejects.toThrow(/dernier compte/);
    expect((await at.parts.store.user(admin.user.id))?.role).toBe('administrator');
  });
});

describe('the journal', () => {
  it('shows who did what, by actor, kind and period, page by page, with every IBAN masked', async () => {
    const at = await openConsole();
    const browser = await at.signedIn('reader');
    const event = (i: number, actor: `user:${string}` | 'engine' | `partner:${string}`, text: string) => ({
      at: new Date(Date.UTC(2026, 10, 1 + (i % 20), 10)).toISOString(),
      actor,
      kind: i % 2 === 0 ? 'resent' : 'partner-paused',
      flow: null,
      invoice: null,
      text,
    });
    await at.parts.store.transaction((tx) =>
      tx.insertEvents([
        ...Array.from({ length: 120 }, (_, i) =>
          event(i, i % 3 === 0 ? 'user:alice' : 'partner:FRN001', `acte ${i}.`),
        ),
        event(0, 'engine', 'pas du moteur'),
        event(1, 'user:bob', 'compte FR76 3000 6000 0112 3456 7890 189 remplacé'),
      ]),
    );
    const seen = new Set<string>();
    let url = '/journal';
    for (let pages = 1; ; pages++) {
      const { body } = await browser.get(url);
      for (const [, told] of body.matchAll(/<td>(acte \d+\.)<\/td>/g)) seen.add(told ?? '');
      const next = /<a href="([^"]+)" rel="next"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
      if (next === undefined) {
        expect(pages).toBe(3);
        break;
      }
      url = next;
    }
    expect(seen.size).toBe(120);
    const all = (await browser.get('/journal?acteur=bob')).body;
    expect(all).toContain('FR76…0189');
    expect(all).not.toContain('3000 6000');
    expect(all).not.toContain('pas du moteur');
    const few = (await browser.get('/journal?acteur=FRN001&nature=resent&du=2026-11-03&au=2026-11-03')).body;
    const days = [...few.matchAll(/dateTime="([^"]{10})/gi)].map(([, day]) => day);
    expect(new Set(days)).toEqual(new Set(['2026-11-03']));
    expect((await browser.get('/journal?acteur=zoe')).body).toContain('Aucune action ne répond');
    expect((await browser.get('/journal?apres=nimporte&du=x')).statusCode).toBe(200);
    await at.close();
  });
});
