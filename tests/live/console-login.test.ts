import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningConsole, startConsole } from '../../src/console/server.js';
import {
  checkPage,
  launchBrowser,
  noBrowser,
  openWindow,
  type Scheme,
  shoot,
  signIn,
  watchErrors,
  widths,
} from '../helpers/browser.js';
import { addUser, openConsole, type TestConsole, testPassword } from '../helpers/console.js';
import { startProvider } from '../helpers/oidc.js';

describe.skipIf(noBrowser)('the console in a browser', () => {
  let at: TestConsole;
  let running: RunningConsole;
  let browser: Browser;
  let url: string;
  // The console's time stands still but where a test moves it: holds and figures owe nothing to the machine's speed.
  const beganMs = Date.now();
  let aheadMs = 0;
  const clock = { now: () => new Date(beganMs + aheadMs) };
  const lockMs = 60_000;

  beforeAll(async () => {
    at = await openConsole({ clock, console: { lockMs, loginTriesMax: 3 } });
    running = await startConsole(at.parts);
    url = running.url;
    browser = await launchBrowser();
    await addUser(at.parts, 'administrator', { login: 'a.durand', name: 'Agnès Durand' });
    await addUser(at.parts, 'reader', { login: 'l.petit', name: 'Léo Petit' });
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await at?.close();
  });

  async function open(
    options: { width?: number; scheme?: Scheme } = {},
  ): Promise<{ page: Page; errors: string[] }> {
    const context = await openWindow(browser, options);
    const page = await context.newPage();
    return { page, errors: watchErrors(page) };
  }

  it('is signed in to by keyboard alone, and leads to the page that was asked for', async () => {
    const { page, errors } = await open();
    await page.goto(`${url}/journal?acteur=l.petit`);
    expect(new URL(page.url()).pathname).toBe('/connexion');
    await page.keyboard.press('Tab');
    await page.getByLabel('Identifiant').focus();
    await page.keyboard.type('a.durand');
    await page.keyboard.press('Tab');
    await page.keyboard.type(testPassword);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/journal?acteur=l.petit`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Journal');
    await page.goto(`${url}/journal`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Aller au contenu');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('contenu');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('champ-acteur');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('holds a login after wrong passwords, says for how long, and lets it in afterwards', async () => {
    const { page } = await open();
    await addUser(at.parts, 'reader', { login: 'm.roux', name: 'Marie Roux' });
    for (let i = 0; i < 3; i++) {
      await signIn(page, url, 'm.roux', 'faux');
      expect(await page.getByRole('alert').textContent()).toContain('identifiant ou mot de passe incorrect');
    }
    await signIn(page, url, 'm.roux', testPassword);
    expect(await page.getByRole('alert').textContent()).toContain('Attendez 1 min');
    await checkPage(page);
    await shoot(page, 'connexion-bloquee');
    aheadMs += lockMs - 1;
    await signIn(page, url, 'm.roux', testPassword);
    expect(await page.getByRole('alert').textContent()).toContain('Attendez');
    aheadMs += 1;
    await signIn(page, url, 'm.roux', testPassword);
    expect(page.url()).toBe(`${url}/`);
    await page.context().close();
  });

  it('has accounts administered: added, signed in with the password shown, role changed, disabled', async () => {
    const { page, errors } = await open();
    page.on('dialog', (dialog) => void dialog.accept());
    await signIn(page, url, 'a.durand', testPassword);
    await page.getByRole('link', { name: 'Utilisateurs' }).click();
    await page.getByLabel('Identifiant', { exact: true }).fill('c.martin');
    await page.getByLabel('Nom', { exact: true }).fill('Camille Martin');
    await page.getByLabel('Rôle').selectOption('support');
    await page.getByRole('button', { name: 'Ajouter le compte' }).click();
    const password = (await page.locator('code.secret').textContent()) ?? '';
    expect(password).toMatch(/^[a-z2-9-]{24}$/);
    await checkPage(page);

    const other = (await open()).page;
    await signIn(other, url, 'c.martin', password);
    expect(new URL(other.url()).pathname).toBe('/compte');
    await other.getByLabel('Mot de passe actuel').fill(password);
    await other.getByLabel('Nouveau mot de passe', { exact: true }).fill('trois mots bien choisis');
    await other.getByLabel('Nouveau mot de passe, une seconde fois').fill('trois mots bien choisis');
    await other.getByRole('button', { name: 'Changer le mot de passe' }).click();
    expect(await other.getByRole('status').textContent()).toContain('Votre mot de passe est changé');
    expect(await other.getByRole('link', { name: 'Utilisateurs' }).count()).toBe(0);

    await page.goto(`${url}/utilisateurs`);
    await page.getByRole('link', { name: 'c.martin' }).click();
    await page.getByLabel('Rôle').selectOption('administrator');
    await page.getByRole('button', { name: 'Changer le rôle' }).click();
    await page.getByRole('status').waitFor();
    await other.reload();
    expect(await other.getByRole('link', { name: 'Utilisateurs' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Désactiver le compte' }).click();
    await page.getByText('désactivé').first().waitFor();
    await other.goto(`${url}/journal`);
    expect(new URL(other.url()).pathname).toBe('/connexion');

    await page.goto(`${url}/journal?acteur=a.durand`);
    for (const kind of ['user-disabled', 'user-role', 'user-added'])
      expect(await page.getByRole('link', { name: kind }).count()).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    await other.context().close();
    await page.context().close();
  });

  it('refuses a reader by address, and says what to do', async () => {
    const { page } = await open();
    await signIn(page, url, 'l.petit', testPassword);
    const answer = await page.goto(`${url}/utilisateurs`);
    expect(answer?.status()).toBe(403);
    expect(await page.getByRole('alert').textContent()).toContain('Demandez à un administrateur');
    await page.context().close();
  });

  it('refreshes its figures by itself, and only when they change', async () => {
    const { page, errors } = await open();
    await signIn(page, url, 'l.petit', testPassword);
    const answers: number[] = [];
    page.on('response', (answer) => {
      if (answer.url().endsWith('/synthese/chiffres')) answers.push(answer.status());
    });
    await page.evaluate(() => document.querySelector('#synthese h2')?.setAttribute('data-kept', 'yes'));
    await vi.waitUntil(() => answers.length > 0, { timeout: 60_000 });
    expect(new Set(answers)).toEqual(new Set([204]));
    expect(await page.locator('#synthese h2').getAttribute('data-kept')).toBe('yes');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('is entered from an identity provider on another site, and from a link in a letter', async () => {
    const provider = await startProvider('console', 'secret');
    provider.next({ claims: { preferred_username: 'n.blanc', name: 'Nora Blanc', groups: ['edi'] } });
    const roles = { administrator: ['edi'] };
    const oidc = {
      issuer: provider.issuer,
      clientId: 'console',
      clientSecret: { env: 'OIDC_SECRET' },
      roles,
    };
    const other = await openConsole({ console: { oidc }, parts: { env: { OIDC_SECRET: 'secret' } } });
    const started = await startConsole(other.parts);
    // Another name of this machine is another site to the browser: cookies that are Strict are held back between them.
    const address = started.url.replace('127.0.0.1', 'localhost');
    const { page, errors } = await open();
    await page.goto(`${address}/journal`);
    await page.getByRole('link', { name: 'Se connecter avec le compte' }).click();
    await page.waitForURL(`${address}/journal`);
    expect(await page.getByText('Nora Blanc').count()).toBe(1);
    await page.goto(`${provider.issuer}/lettre`);
    await page.evaluate((to) => {
      location.href = to;
    }, `${address}/utilisateurs`);
    await page.waitForURL(`${address}/utilisateurs`);
    await page.getByRole('heading', { level: 1, name: 'Utilisateurs' }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
    await started.close();
    await other.close();
    await provider.close();
  });

  const schemes: readonly Scheme[] = ['light', 'dark'];
  for (const scheme of schemes)
    for (const [name, width] of Object.entries(widths))
      it(`has nothing serious on any of its pages, ${scheme}, ${width} px wide`, async () => {
        const { page, errors } = await open({ scheme, width });
        const look = async (path: string, title: string) => {
          await page.goto(`${url}${path}`);
          await checkPage(page);
          await shoot(page, `${title}-${name}-${scheme}`);
        };
        await look('/connexion', 'connexion');
        await look('/a-propos', 'a-propos-public');
        await signIn(page, url, 'a.durand', testPassword);
        expect(await page.getByRole('button', { name: 'Se déconnecter' }).count()).toBe(1);
        const user = await at.parts.store.userByLogin('l.petit');
        await look('/', 'synthese');
        await look('/journal', 'journal');
        await look('/journal?acteur=personne', 'journal-vide');
        await look('/utilisateurs', 'utilisateurs');
        await look(`/utilisateurs/${user?.id}`, 'utilisateur');
        await look('/compte', 'compte');
        await look('/a-propos', 'a-propos');
        await look('/nulle-part', 'introuvable');
        expect(errors).toEqual([]);
        await page.context().close();
      });
});
