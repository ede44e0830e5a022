import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { action, open, page } from '../../src/console/route.js';
import { routes } from '../../src/console/routes.js';
import { startConsole } from '../../src/console/server.js';
import type { Log } from '../../src/log.js';
import { openConsole, type TestConsole, type TestConsoleOptions } from '../helpers/console.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const at = await openConsole(options);
  closing.push(() => at.close());
  return at;
}

/** A log that keeps its lines. */
function keepingLog() {
  const lines: string[] = [];
  const note = (message: string, facts?: object) =>
    void lines.push(`${message} ${JSON.stringify(facts ?? {})}`);
  const log: Log = { error: note, warn: note, info: note, debug: note, with: () => log };
  return { log, lines };
}

const strict =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

describe('headers', () => {
  it('hold every answer to our own files: pages, errors, assets, refusals', async () => {
    const at = await opened();
    for (const url of ['/connexion', '/absent', '/assets/console.css', '/journal', '/a-propos']) {
      const { headers } = await at.app.inject({ url });
      expect(headers).toMatchObject({
        'content-security-policy': strict,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  });

  it('let a document of ours be framed by a page of ours only where it says so', async () => {
    const document = { kind: 'download', name: 'f.pdf', type: 'application/pdf', body: '%PDF' } as const;
    const at = await opened({
      routes: [
        page({ path: '/piece', role: 'reader', handler: async () => ({ ...document, inline: true }) }),
        page({ path: '/fichier', role: 'reader', handler: async () => document }),
        page({
          path: '/facture',
          role: 'reader',
          handler: async () => ({ kind: 'page', title: 'F', body: '', embeds: true }),
        }),
      ],
    });
    const browser = await at.signedIn('reader');
    const policy = async (url: string) => String((await browser.get(url)).headers['content-security-policy']);
    expect(await policy('/piece')).toContain("frame-ancestors 'self'");
    expect(await policy('/piece')).not.toContain('script-src');
    expect(await policy('/fichier')).toContain("frame-ancestors 'none'");
    expect(await policy('/facture')).toContain("object-src 'self'; frame-src 'self'");
    expect((await browser.get('/fichier')).headers['content-disposition']).toMatch(
      /^attachment; filename="f.pdf"/,
    );
  });

  it('nothing inline: no script, no style, no handler stands in a page', async () => {
    const at = await opened();
    const admin = await at.signedIn('administrator');
    for (const url of [
      '/',
      '/journal',
      '/utilisateurs',
      `/utilisateurs/${admin.user.id}`,
      '/compte',
      '/a-propos',
    ]) {
      const { body, statusCode } = await admin.get(url);
      expect(statusCode).toBe(200);
      expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
      expect(body).toContain('<html lang="fr">');
      expect(body.length).toBeLessThan(100_000);
    }
  });
});

describe('cookies and TLS', () => {
  it('are Secure with the __Host- prefix behind TLS, and the browser is told to stay there', async () => {
    const at = await opened({ console: { publicUrl: 'https://ecluse.example.fr', port: 8480 } });
    const answer = await at.app.inject({ url: '/connexion', headers: { host: 'ecluse.example.fr' } });
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({
      name: '__Host-ecluse-form',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
    });
    expect(cookie).not.toHaveProperty('domain');
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('a name that is not ours is refused (DNS rebinding)', async () => {
    const at = await opened({ console: { port: 8480 } });
    const status = async (host: string) =>
      (await at.app.inject({ url: '/connexion', headers: { host } })).statusCode;
    expect([
      await status('localhost:8480'),
      await status('127.0.0.1:8480'),
      await status('[::1]:8480'),
    ]).toEqual([200, 200, 200]);
    expect([await status('evil.example:8480'), await status('localhost:81')]).toEqual([421, 421]);
  });

  it('a link from elsewhere goes on to its page without a login', async () => {
    const at = await opened();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const answer = await at.app.inject({ url: '/journal?acteur=x', headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('http-equiv="refresh" content="0;url=/journal?acteur=x"');
  });
});

describe('what is sent in', () => {
  it.each([
    '/assets/../package.json',
    '/assets/..%2f..%2fserver.ts',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/....//console.css',
    '/assets/console.css%00.js',
    '/assets/__proto__',
    '/assets/',
  ])('%s is not found', async (url) => {
    const at = await opened();
    const answer = await at.app.inject({ url });
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.body).not.toContain('"dependencies"');
    expect(answer.body).not.toContain('import ');
  });

  it('assets are kept by the browser under their version, packed', async () => {
    const at = await opened();
    const { body } = await at.app.inject({ url: '/connexion' });
    const paths = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths).toHaveLength(4);
    for (const url of paths) {
      const asset = await at.app.inject({ url, headers: { 'accept-encoding': 'br' } });
      expect([asset.statusCode, asset.headers['content-encoding']]).toEqual([200, 'br']);
      expect(asset.headers['cache-control']).toContain('immutable');
    }
  });

  it('no header can be written from what is asked for', async () => {
    const at = await opened();
    const browser = await at.signedIn('reader');
    for (const url of [
      '/connexion?retour=%0d%0aSet-Cookie:%20x=1',
      '/journal?acteur=%0d%0aX-Injected:%201',
      '/%0d%0aX-Injected:1',
    ]) {
      const answer = await browser.get(url);
      expect(answer.headers).not.toHaveProperty('x-injected');
      expect(JSON.stringify(answer.headers)).not.toMatch(/x=1/);
    }
    const answer = await browser.get('/journal?acteur="><script>alert(1)</script>');
    expect(answer.body).not.toContain('<script>alert');
  });

  it('a body that is too big is refused before it is read, and one of a stranger is not read at all', async () => {
    let read = 0;
    const send = action({
      path: '/envoi',
      role: 'support',
      audited: 'sent',
      schema: { body: z.object({ a: z.string() }) },
      async handler() {
        read++;
        return { kind: 'fragment', body: '' };
      },
    });
    const at = await opened({ console: { bodyBytesMax: 2_048 }, routes: [...routes, send] });
    const browser = await at.signedIn('support');
    expect((await browser.post('/envoi', { a: 'x'.repeat(1_000) })).statusCode).toBe(200);
    const big = await browser.post('/envoi', { a: 'x'.repeat(3_000) });
    expect([big.statusCode, big.body.includes('dépasse la taille permise')]).toEqual([413, true]);
    const stranger = await at.app.inject({
      method: 'POST',
      url: '/envoi',
      payload: 'x'.repeat(1e6),
      headers: { 'content-type': 'text/x' },
    });
    expect(stranger.statusCode).toBe(401);
    expect(read).toBe(1);
  });

  it('files are streamed to their handler: with the token in the address, and a limit of their own', async () => {
    const sizes: number[] = [];
    const send = action({
      path: '/depot',
      role: 'support',
      audited: 'deposited',
      upload: true,
      schema: { query: z.strictObject({ partenaire: z.string() }) },
      async handler(call) {
        for await (const part of call.request.parts({ limits: { fileSize: 5_000 } }))
          if (part.type === 'file') sizes.push((await part.toBuffer()).length);
        return { kind: 'fragment', body: call.query.partenaire };
      },
    });
    const at = await opened({ console: { bodyBytesMax: 2_048 }, routes: [send] });
    const browser = await at.signedIn('support');
    const post = (url: string, bytes: number) =>
      at.app.inject({
        method: 'POST',
        url,
        headers: { cookie: browser.cookie, 'content-type': 'multipart/form-data; boundary=b' },
        payload: `--b\r\nContent-Disposition: form-data; name="f"; filename="../../x.xml"\r\n\r\n${'x'.repeat(bytes)}\r\n--b--\r\n`,
      });
    const token = encodeURIComponent(browser.csrf);
    expect((await post('/depot?partenaire=FRN001', 10)).statusCode).toBe(403);
    expect((await post(`/depot?partenaire=FRN001&_csrf=x${token}`, 10)).statusCode).toBe(403);
    expect(sizes).toEqual([]);
    expect((await post(`/depot?partenaire=FRN001&_csrf=${token}`, 4_000)).body).toBe('FRN001');
    const big = await post(`/depot?partenaire=FRN001&_csrf=${token}`, 6_000);
    expect([big.statusCode, big.body.includes('dépasse la taille permise')]).toEqual([413, true]);
    expect(sizes).toEqual([4_000]);
    // An order that is no upload takes no token from the address.
    const other = await at.app.inject({
      method: 'POST',
      url: `/deconnexion?_csrf=${token}`,
      headers: { cookie: browser.cookie },
    });
    expect([403, 404]).toContain(other.statusCode);
  });

  it('too many requests in a minute are held back with the time to wait', async () => {
    const at = await opened({ console: { requestsPerMinuteMax: 5 } });
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await at.app.inject({ url: '/connexion' }));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(Number(answers[6]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers[6]?.body).toContain('Attendez');
  });

  it('a false address of a proxy is not believed', async () => {
    const seen: string[] = [];
    const tell = open({
      path: '/qui',
      handler: async ({ ip }) => ({ kind: 'fragment', body: seen.push(ip) }),
    });
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    const plain = await opened({ routes: [tell] });
    await plain.app.inject({ url: '/qui', headers: forwarded });
    const behind = await opened({ routes: [tell], console: { trustedProxies: ['10.0.0.0/8'] } });
    await behind.app.inject({ url: '/qui', headers: forwarded, remoteAddress: '10.1.2.3' });
    await behind.app.inject({ url: '/qui', headers: forwarded, remoteAddress: '192.0.2.1' });
    expect(seen).toEqual(['127.0.0.1', '203.0.113.7', '192.0.2.1']);
  });
});

describe('errors', () => {
  it('are told in French with what to do; ours with an id that is in the log, and no detail', async () => {
    const { log, lines } = keepingLog();
    const broken = page({
      path: '/panne',
      role: 'reader',
      async handler() {
        throw new Error('secret detail of the database');
      },
    });
    const at = await opened({ routes: [...routes, broken], parts: { log } });
    const browser = await at.signedIn('reader');
    const answer = await browser.get('/panne');
    const id = /<code>([0-9a-f-]{36})<\/code>/.exec(answer.body)?.[1] ?? 'none';
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret detail');
    expect(lines.some((line) => line.includes(id) && line.includes('secret detail'))).toBe(true);
    const missing = await browser.get('/nulle-part');
    expect([missing.statusCode, missing.body.includes('Page introuvable')]).toEqual([404, true]);
    const denied = await browser.get('/utilisateurs');
    expect([denied.statusCode, denied.body.includes('Votre rôle ne permet pas')]).toEqual([403, true]);
    const json = await at.app.inject({ url: '/api/absent' });
    expect(json.headers['content-type']).toContain('application/problem+json');
    expect(json.json()).toMatchObject({ status: 404 });
  });

  it('the log has the pattern of an address, never the address, a cookie or a password', async () => {
    const { log, lines } = keepingLog();
    const at = await opened({ parts: { log } });
    const admin = await at.signedIn('administrator');
    await admin.get('/journal?acteur=quelqu-un');
    await admin.post('/compte/mot-de-passe', { current: 'motdepasse-secret', password: 'x', again: 'x' });
    await admin.get(`/utilisateurs/${admin.user.id}`);
    const all = lines.join('\n');
    expect(all).toContain('"route":"/utilisateurs/:id"');
    for (const secret of ['quelqu-un', 'motdepasse-secret', admin.csrf, admin.cookie.slice(15)])
      expect(all).not.toContain(secret);
  });

  it('a part of a page whose session is over sends the page to the login', async () => {
    const at = await opened();
    const answer = await at.app.inject({ url: '/synthese/chiffres', headers: { 'hx-request': 'true' } });
    expect([answer.statusCode, answer.headers['hx-redirect']]).toEqual([401, '/connexion']);
  });
});

describe('live parts', () => {
  it('answer 204 while nothing has changed, and the part with its new version when it has', async () => {
    const at = await opened();
    const browser = await at.signedIn('reader');
    const versionOf = (body: string) => /x-version&quot;:&quot;([\w-]{16})/.exec(body)?.[1] ?? '';
    const first = await browser.get('/');
    const version = versionOf(first.body);
    const again = await browser.get('/synthese/chiffres', { 'hx-request': 'true', 'x-version': version });
    expect([version.length, again.statusCode, again.body]).toEqual([16, 204, '']);
    const other = await browser.get('/synthese/chiffres', { 'hx-request': 'true', 'x-version': 'x' });
    expect([other.statusCode, versionOf(other.body)]).toEqual([200, version]);
    expect(other.body).toMatch(
      /^<div id="synthese" class="live" hx-get="\/synthese\/chiffres" hx-trigger="every 5s"/,
    );
  });
});

describe('the running server', () => {
  it('ends requests that come too slowly, and closes in good order', async () => {
    const at = await opened({ console: { requestMsMax: 1_000 } });
    const running = await startConsole(at.parts);
    closing.push(() => running.close());
    const { port } = new URL(running.url);
    const talk = (text: string) =>
      new Promise<string>((resolve) => {
        let got = '';
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => {
          got += String(chunk);
        });
        socket.on('close', () => resolve(got));
        socket.on('error', () => resolve(got));
      });
    const slowHead = talk('GET /connexion HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const slowBody = talk(
      'POST /connexion HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlogin=a',
    );
    expect((await fetch(`${running.url}/connexion`)).status).toBe(200);
    const from = Date.now();
    expect(await slowHead).toMatch(/408|^$/);
    expect(await slowBody).toMatch(/40[38]|^$/);
    expect(Date.now() - from).toBeLessThan(8_000);
    await running.close();
    closing.pop();
    await sleep(10);
    await expect(fetch(`${running.url}/connexion`)).rejects.toThrow();
  });

  it('says so when its address is taken, and warns when it is not for this machine alone', async () => {
    const { log, lines } = keepingLog();
    const at = await opened({ parts: { log } });
    const running = await startConsole(at.parts);
    closing.push(() => running.close());
    const port = Number(new URL(running.url).port);
    const { settings } = at.parts.loaded;
    const loaded = { ...at.parts.loaded, settings: { ...settings, console: { ...settings.console, port } } };
    await expect(startConsole({ ...at.parts, loaded })).rejects.toMatchObject({
      code: 'CONSOLE_UNAVAILABLE',
    });
    expect(lines.join()).not.toContain('in clear');
    const open = {
      ...at.parts.loaded,
      settings: { ...settings, console: { ...settings.console, host: '0.0.0.0' } },
    };
    const wide = await startConsole({ ...at.parts, loaded: open });
    await wide.close();
    expect(lines.join()).toContain('in clear');
  });
});
