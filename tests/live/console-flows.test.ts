import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { type RunningConsole, startConsole } from '../../src/console/server.js';
import { silentLog } from '../../src/log.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
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
import { addUser, quickPasswords, testPassword } from '../helpers/console.js';
import { goingFrom, openHome, root, type TestHome } from '../helpers/home.js';

const samples = [
  'e1-ubl',
  'rejected-totals',
  'irrecevable-archive-entry',
  'e1-archive',
  'facturx',
  'misnamed',
  'e1-ubl-piece',
  'credit-note',
] as const;
const flags = {
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur de démonstration',
      interfaces: [
        'FSO1100A',
        'FSO1110A',
        'FSO1112A',
        'FSO1113A',
        'FSO1114A',
        'FSO1117A',
        'FSO1116A',
        'FSO1115A',
      ],
    },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
  ],
  console: { port: 0 },
};

describe.skipIf(noBrowser)('flows and invoices in a browser', () => {
  let home: TestHome;
  let running: RunningConsole;
  let browser: Browser;
  let url: string;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    const clock = goingFrom('2026-11-20T10:00:00Z');
    home = await openHome({ clock, flags });
    for (const name of samples) {
      const folder = join(root, 'samples', name, 'in');
      for (const file of readdirSync(folder)) home.drop(file, readFileSync(join(folder, file)));
      await home.idle();
    }
    const paths = homePaths(home.dir);
    const parts = {
      loaded: loadSettings({ env: { ECLUSE_HOME: home.dir }, cwd: home.dir, flags }),
      store: home.app.store,
      archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
      clock,
      log: silentLog,
      version: '0.0.0',
      passwords: quickPasswords,
      workerScript: new URL('../../dist/workers/thread.js', import.meta.url),
    };
    running = await startConsole(parts);
    url = running.url;
    browser = await launchBrowser();
    await addUser(parts, 'reader', { login: 'l.petit', name: 'Léo Petit' });
    page = await (await openWindow(browser)).newPage();
    errors = watchErrors(page);
    await signIn(page, url, 'l.petit', testPassword);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await home?.close();
  });

  const flowIdOf = async (sample: (typeof samples)[number]) => {
    const [name = ''] = readdirSync(join(root, 'samples', sample, 'in'));
    const [flow] = await home.app.store.findFlows(name);
    return flow?.id ?? '';
  };

  it('shows what came in today, with charts that say what they show', async () => {
    await page.goto(url);
    expect(
      await page.getByRole('listitem').filter({ hasText: 'flux reçus' }).locator('strong').textContent(),
    ).toBe(String(samples.length));
    expect(await page.getByRole('img', { name: 'Flux reçus par heure' }).count()).toBe(1);
    expect(await page.getByRole('img', { name: 'Flux refusés par règle' }).count()).toBe(1);
    expect(errors).toEqual([]);
    await shoot(page, 'synthese');
  });

  it('leads from an invoice number to why it was refused, with the lines of the file', async () => {
    const [invoice] = (await home.app.store.listInvoices({ flow: await flowIdOf('rejected-totals') })) ?? [];
    const number = invoice?.number ?? '';
    await page.goto(url);
    await page.keyboard.press('/');
    await page.keyboard.type(number);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/flux\?/);
    await page.getByRole('table').getByRole('link').filter({ hasText: 'FSO' }).first().click();
    const finding = page.locator('article.finding.fatal').first();
    await finding.scrollIntoViewIfNeeded();
    expect(await finding.textContent()).toContain('Remède');
    const excerpt = finding.locator('figure.excerpt pre');
    await excerpt.waitFor();
    expect(await excerpt.locator('mark').count()).toBe(1);
    expect(await excerpt.textContent()).toMatch(/<[A-Za-z:]+/);
    await shoot(page, 'flux');
    await page.getByRole('link', { name: number, exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: `Facture ${number}`, exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Pourquoi elle n’est pas intégrée' }).waitFor();
    expect(errors).toEqual([]);
  });

  it('shows lines of a file within an archive', async () => {
    const id = await flowIdOf('irrecevable-archive-entry');
    const findings = await home.app.store.findings(id);
    const position = findings.findIndex(({ line }) => line !== null);
    await page.goto(`${url}/flux/${id}/extrait?tentative=1&anomalie=${Math.max(0, position)}`);
    expect(await page.locator('figure.excerpt mark').textContent()).toMatch(/\d+/);
  });

  it('gives a colleague the same list by its address, and the list as CSV', async () => {
    await page.goto(`${url}/flux`);
    await page.getByLabel('État').selectOption('rejeté');
    await page.getByRole('button', { name: 'Filtrer' }).click();
    await page.waitForURL(/etat=rejete/);
    const rows = await page.getByRole('row').allTextContents();
    expect(rows.length).toBeGreaterThan(1);
    const context = await openWindow(browser);
    const colleague = await context.newPage();
    await colleague.goto(page.url());
    await signInHere(colleague);
    expect(await colleague.getByRole('row').allTextContents()).toEqual(rows);
    const waiting = colleague.waitForEvent('download');
    await colleague.getByRole('link', { name: /CSV/ }).click();
    const csv = readFileSync((await (await waiting).path()) ?? '', 'utf8');
    expect(csv.startsWith('\ufeffReçu le;Fichier;')).toBe(true);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(rows.length);
    await context.close();
  });

  async function signInHere(at: Page): Promise<void> {
    await at.getByLabel('Identifiant').fill('l.petit');
    await at.getByLabel('Mot de passe').fill(testPassword);
    await at.getByRole('button', { name: 'Se connecter' }).click();
    await at.waitForLoadState('load');
  }

  it('shows an invoice: its PDF, its data by term, its life', async () => {
    for (const sample of ['e1-ubl', 'facturx', 'e1-ubl-piece'] as const) {
      const [invoice] = await home.app.store.listInvoices({ flow: await flowIdOf(sample) });
      const answer = await page.request.get(`${url}/factures/${invoice?.id}/lisible`);
      expect(answer.headers()['content-type']).toBe('application/pdf');
      expect((await answer.body()).subarray(0, 5).toString()).toBe('%PDF-');
      await page.goto(`${url}/factures/${invoice?.id}`);
      await page.getByText('Données de la facture').scrollIntoViewIfNeeded();
      await page.getByText('(BT-1)').waitFor();
      expect(await page.locator('ol.timeline li').count()).toBeGreaterThan(0);
    }
    expect(await page.textContent('main')).not.toMatch(/FR76(?: ?\d{4}){5}/);
    await shoot(page, 'facture');
    expect(errors).toEqual([]);
  });

  it('gives the deposited file and the report to be saved, never to be shown', async () => {
    const id = await flowIdOf('rejected-totals');
    const original = await page.request.get(`${url}/flux/${id}/original`);
    expect(original.headers()['content-disposition']).toMatch(/^attachment; /);
    expect(original.headers()['x-content-type-options']).toBe('nosniff');
    const [name = ''] = readdirSync(join(root, 'samples/rejected-totals/in'));
    expect(await original.body()).toEqual(readFileSync(join(root, 'samples/rejected-totals/in', name)));
    const [report] = await home.app.store.deliveriesOfFlow(id);
    const file = await page.request.get(`${url}/envois/${report?.id}/fichier`);
    expect(await file.text()).toBe(home.read('FRN001', report?.name ?? ''));
  });

  it.each([
    ['light', widths.narrow],
    ['light', widths.wide],
    ['dark', widths.narrow],
    ['dark', widths.wide],
  ] as const)('has nothing that axe objects to (%s, %i px)', async (scheme: Scheme, width) => {
    const context = await openWindow(browser, { scheme, width });
    const at = await context.newPage();
    await signIn(at, url, 'l.petit', testPassword);
    const refused = await flowIdOf('rejected-totals');
    const [invoice] = await home.app.store.listInvoices({ flow: await flowIdOf('e1-ubl') });
    const paths = [
      '/',
      '/tableau-de-bord',
      '/flux',
      '/factures?etat=rejetee',
      '/flux?etat=rejete&tri=-taille',
      '/flux?q=rien+de+tel',
      `/flux/${refused}`,
      `/flux/${refused}/extrait?tentative=1&anomalie=0`,
      `/factures/${invoice?.id}`,
      `/factures/${invoice?.id}/donnees`,
    ];
    for (const path of paths) {
      const answer = await at.goto(`${url}${path}`);
      expect(answer?.status()).toBe(200);
      expect((await answer?.body())?.length ?? 0).toBeLessThan(100_000);
      await checkPage(at);
      if (width === widths.narrow && scheme === 'dark')
        await shoot(at, `etroit${path.replace(/\W+/g, '-').slice(0, 20)}`);
    }
    await context.close();
  });
});
