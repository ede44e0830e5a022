import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { openDesk } from '../../src/app/desk.js';
import type { Desk } from '../../src/console/desk.js';
import { type RunningConsole, startConsole } from '../../src/console/server.js';
import { newId } from '../../src/domain/ids.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/ports/clock.js';
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
import { demoDirectory, openHome, root, type TestHome } from '../helpers/home.js';
import { schematron, zipTo } from '../helpers/packs.js';

const flags = {
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur de démonstration',
      interfaces: ['FSO1100A', 'FSO1110A', 'FSO1113A', 'FSO1117A'],
    },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
  ],
  console: { port: 0 },
};
const workerScript = new URL('../../dist/workers/thread.js', import.meta.url);

const unspoken = schematron('ubl', [{ id: 'X-1', test: "doc('autre.xml')" }]);

function sampleFile(name: string): string {
  const folder = join(root, 'samples', name, 'in');
  return join(folder, readdirSync(folder)[0] ?? '');
}

describe.skipIf(noBrowser)('orders in a browser', () => {
  let home: TestHome;
  let running: RunningConsole;
  let browser: Browser;
  let desk: Desk;
  let page: Page;
  let errors: string[];
  let dir: string;
  let url: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    const directory = join(dir, 'sans-structure.json');
    const { suppliers } = JSON.parse(readFileSync(demoDirectory, 'utf8'));
    writeFileSync(directory, JSON.stringify({ suppliers }));
    home = await openHome({ flags, directory });
    const paths = homePaths(home.dir);
    const parts = {
      loaded: loadSettings({ env: { ECLUSE_HOME: home.dir }, cwd: home.dir, flags }),
      store: home.app.store,
      archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
      clock: systemClock,
      log: silentLog,
      version: '0.0.0',
      passwords: quickPasswords,
      workerScript,
    };
    desk = openDesk(parts);
    running = await startConsole({ ...parts, desk });
    url = running.url;
    browser = await launchBrowser();
    await addUser(parts, 'administrator', { login: 'c.martin', name: 'Camille Martin' });
    await addUser(parts, 'reader', { login: 'l.petit', name: 'Léo Petit' });
    page = await (await openWindow(browser)).newPage();
    errors = watchErrors(page);
    await signIn(page, url, 'c.martin', testPassword);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await desk?.close();
    await home?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('imports the directory after a look at what changes', async () => {
    await home.idle();
    home.drop(sampleFile('e1-ubl').split('/').at(-1) ?? '', readFileSync(sampleFile('e1-ubl')));
    await home.idle();
    const [flow] = await home.app.store.listFlows({ limit: 1 });
    expect(flow?.state).toBe('IN_REJETE');

    const bad = join(dir, 'mauvais.csv');
    writeFileSync(bad, 'kind;siret;name\nstructure;123;Trop court\n');
    await page.goto(`${url}/annuaire`);
    await page.getByLabel('Fichier CSV ou JSON').setInputFiles(bad);
    await page.getByRole('button', { name: 'Voir ce qui changerait' }).click();
    await page.getByText('ligne 2').first().waitFor();
    expect(await page.getByRole('button', { name: /Importer/ }).count()).toBe(0);

    await page.goto(`${url}/annuaire`);
    await page.getByLabel('Fichier CSV ou JSON').setInputFiles(demoDirectory);
    await page.getByRole('button', { name: 'Voir ce qui changerait' }).click();
    await page.getByText('ajoutée').first().waitFor();
    expect((await home.app.store.directory.counts()).structures).toBe(0);
    await checkPage(page);
    await page.getByLabel('Motif').fill('annuaire de la semaine');
    await page.getByRole('button', { name: /Importer/ }).click();
    await page.getByText('Annuaire importé').waitFor();
    expect((await home.app.store.directory.counts()).structures).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  it('replays the rejects of a partner after the directory was corrected', async () => {
    await page.goto(`${url}/flux?partenaire=FRN001&etat=rejete`);
    await page.getByRole('link', { name: 'Retraiter des flux de cette recherche' }).click();
    await page.getByRole('button', { name: 'Simuler' }).click();
    await page.getByRole('heading', { name: 'Ce qui changerait' }).waitFor();
    await page.getByText('intégrée').first().waitFor();
    expect((await home.app.store.listFlows({ limit: 1 }))[0]?.state).toBe('IN_REJETE');
    await checkPage(page);
    await shoot(page, 'retraitement');
    await page.getByLabel('Motif').fill('structure ajoutée à l’annuaire');
    await page.getByRole('button', { name: /Retraiter 1 flux/ }).click();
    await page.getByText('Retraitement ordonné').waitFor();
    await home.idle();
    await page.getByText('Le retraitement est terminé.').waitFor();
    expect((await home.app.store.listFlows({ limit: 1 }))[0]?.state).toBe('IN_INTEGRE');
    const [act] = await home.app.store.listActs({ kind: 'replay-asked', limit: 1 });
    expect(act).toMatchObject({ actor: 'user:c.martin' });
    expect(errors).toEqual([]);
  });

  it('tries a file, shares its report by a link, and takes the link back', async () => {
    const before = (await home.app.store.listFlows({ limit: 100 })).length;
    await page.goto(`${url}/depot`);
    await page.getByLabel('Fichier à essayer').setInputFiles(sampleFile('rejected-totals'));
    await page.getByRole('button', { name: 'Essayer le fichier' }).click();
    await page.getByText('Ce fichier serait rejeté').waitFor();
    expect(await page.getByText('Que faire').count()).toBeGreaterThan(0);
    expect((await home.app.store.listFlows({ limit: 100 })).length).toBe(before);
    await checkPage(page);
    await shoot(page, 'banc-d-essai');
    const report = page.url();
    await page.getByRole('button', { name: 'Créer un lien' }).click();
    const link = (await page.locator('#lien').getAttribute('href')) ?? '';
    const stranger = await (await openWindow(browser)).newPage();
    const answer = await stranger.goto(`${url}${link}`);
    expect(answer?.status()).toBe(200);
    expect(answer?.headers()['x-robots-tag']).toContain('noindex');
    await stranger.getByText('Ce fichier serait rejeté').waitFor();
    expect(await stranger.getByText('Se déconnecter').count()).toBe(0);
    await checkPage(stranger);
    const pdf = await stranger.request.get(`${url}${link}/rapport.pdf`);
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
    await page.goto(report);
    await page.getByRole('button', { name: 'Révoquer tous les liens' }).click();
    await page.getByText('Liens révoqués : 1').waitFor();
    expect((await stranger.goto(`${url}${link}`))?.status()).toBe(404);
    expect(errors).toEqual([]);
  });

  it('deposits a file for a partner, and its report is read', async () => {
    await page.goto(`${url}/depot`);
    await page.getByLabel('Fichier à déposer').setInputFiles(sampleFile('credit-note'));
    await page.getByLabel('Pour le partenaire').selectOption('FRN001');
    await page.locator('[name=depot-interface]').selectOption('FSO1100A');
    await page.getByRole('button', { name: 'Déposer pour de bon' }).click();
    await page.getByText('Déposé sous le nom FSO1100A_CPP001_CPP0011100').waitFor();
    await home.idle();
    const [flow] = await home.app.store.listFlows({ limit: 1 });
    expect(flow).toMatchObject({ partner: 'FRN001', state: 'IN_INTEGRE' });
    await page.reload();
    await page.getByText('intégré').first().waitFor();
    expect(errors).toEqual([]);
  });

  it('pauses a partner with a reason, tries its folders and resumes it', async () => {
    await page.goto(`${url}/partenaires/FRN001`);
    await page.getByLabel('Motif').fill('changement de serveur');
    await page.getByRole('button', { name: 'Mettre en pause' }).click();
    await page.getByText('FRN001 mis en pause').waitFor();
    expect(await home.app.store.partnerControls()).toMatchObject([
      { partner: 'FRN001', mode: 'paused', by: 'user:c.martin', reason: 'changement de serveur' },
    ]);
    await page.getByRole('button', { name: 'Essayer maintenant' }).click();
    await page.getByText('marche').first().waitFor();
    await page.goto(`${url}/partenaires/FRN001`);
    await page.getByLabel('Motif').fill('serveur changé');
    await page.getByRole('button', { name: 'Reprendre' }).click();
    await page.getByText('FRN001 repris').waitFor();
    expect(errors).toEqual([]);
  });

  it('installs an archive of rules after a look at what it holds, and removes it', async () => {
    const archive = join(dir, 'maison-1.4.0.zip');
    const rules = schematron('ubl', [{ id: 'MAISON-1', test: 'cbc:ID' }], { title: 'Règles de la maison' });
    await zipTo(archive, { 'maison-UBL-1.4.0.sch': unspoken });
    await page.goto(`${url}/regles`);
    await page.getByLabel('Archive ZIP ou fichier .sch').setInputFiles(archive);
    await page.getByRole('button', { name: 'Voir ce qu’il contient' }).click();
    await page.getByText('doc()').first().waitFor();
    expect(await page.getByRole('button', { name: 'Installer' }).count()).toBe(0);
    await checkPage(page);
    await shoot(page, 'paquet-refuse');

    await zipTo(archive, { 'maison-UBL-1.4.0.sch': rules });
    await page.goto(`${url}/regles`);
    await page.getByLabel('Archive ZIP ou fichier .sch').setInputFiles(archive);
    await page.getByRole('button', { name: 'Voir ce qu’il contient' }).click();
    await page.getByRole('heading', { name: 'maison 1.4.0' }).waitFor();
    await checkPage(page);
    await shoot(page, 'paquet-de-regles');
    await page.getByRole('button', { name: 'Installer maison 1.4.0' }).click();
    await page.getByText('Installé : maison 1.4.0').waitFor();
    await shoot(page, 'regles-paquets');
    await page.getByText('Retirer un paquet').click();
    await page.getByLabel('Motif').fill('essai terminé');
    await page.getByRole('button', { name: 'Retirer ce paquet' }).click();
    await page.getByText('Retiré : maison 1.4.0').waitFor();
    expect(errors).toEqual([]);
  });

  it('takes an alert with a note: it no longer stands out', async () => {
    const at = new Date().toISOString();
    const common = { partner: 'COL001', flow: null, delivery: null, since: at, beganAt: at, endedAt: null };
    for (const name of ['A.xml', 'B.xml']) {
      const text = `Le fichier ${name}, remis à COL001, n'a pas été relevé.`;
      const fix = 'Demandez à COL001 si sa relève fonctionne.';
      // No look at deadlines ends an alert of this kind.
      const alert = { ...common, id: newId(), key: name, kind: 'test', text, fix } as const;
      await home.app.store.transaction((tx) => tx.beginAlert(alert, []));
    }
    await page.goto(`${url}/`);
    await page.getByText('2 alertes à prendre').waitFor();
    await checkPage(page);
    await page.getByRole('link', { name: 'Voir et marquer comme vues' }).click();
    await page.getByRole('checkbox', { name: /A\.xml/ }).check();
    await page.getByLabel('Ce que vous faites').fill('COL001 appelé, relève à 14 h');
    await page.getByRole('button', { name: 'Marquer comme vues' }).click();
    await page.getByText('1 alerte marquée vue.').waitFor();
    await page.getByText('vue par c.martin').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(1);
    await checkPage(page);
    await shoot(page, 'alertes');
    await page.goto(`${url}/`);
    await page.getByText('1 alerte vue dure encore').waitFor();
    await shoot(page, 'synthese-alertes');
    expect(errors).toEqual([]);
  });

  const pages = [
    '/depot',
    '/retraitements',
    '/partenaires',
    '/partenaires/FRN001',
    '/annuaire',
    '/regles',
    '/alertes',
    '/mis-de-cote',
  ];
  it.each(
    pages.flatMap((path) =>
      (['light', 'dark'] as const).flatMap((scheme) =>
        (['narrow', 'wide'] as const).map((width) => [path, scheme, width] as const),
      ),
    ),
  )(
    '%s, %s, %s: nothing serious by axe, fits the window, under 100 kB',
    async (path, scheme: Scheme, width) => {
      const cookies = await page.context().cookies();
      const context = await openWindow(browser, { width: widths[width], scheme });
      try {
        await context.addCookies(cookies);
        const own = await context.newPage();
        const answer = await own.goto(`${url}${path}`);
        expect(answer?.status()).toBe(200);
        expect((await answer?.body())?.length).toBeLessThan(100_000);
        await checkPage(own);
      } finally {
        await context.close();
      }
    },
  );

  it('offers no order to a reader', async () => {
    const own = await (await openWindow(browser)).newPage();
    await signIn(own, url, 'l.petit', testPassword);
    await own.goto(`${url}/partenaires/FRN001`);
    expect(await own.getByRole('button', { name: 'Mettre en pause' }).count()).toBe(0);
    expect((await own.goto(`${url}/depot`))?.status()).toBe(403);
  });
});
