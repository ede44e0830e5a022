import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { openDesk } from '../../src/app/desk.js';
import type { Desk } from '../../src/console/desk.js';
import { type RunningConsole, startConsole } from '../../src/console/server.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/ports/clock.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
import { checkPage, launchBrowser, noBrowser, openWindow, signIn, watchErrors } from '../helpers/browser.js';
import { addUser, quickPasswords, testPassword } from '../helpers/console.js';
import { openHome, root, type TestHome } from '../helpers/home.js';
import { invoiceNamed } from '../helpers/moves.js';
import { type Sshd, sshdMissing, startSshd } from '../helpers/sshd.js';

if (sshdMissing !== null) console.warn(`skipped: host keys pinned in the console (${sshdMissing})`);
const by = 'user:c.martin';
const waits = { timeout: 60_000 };
const thread = pathToFileURL(join(root, 'dist/workers/thread.js')).href;

/** What threads run: they end with each document that says SOUCI, until the trouble is over. */
function troubledThread(dir: string, trouble: string): URL {
  const path = join(dir, 'thread.mjs');
  writeFileSync(
    path,
    `import { existsSync, readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
await import(${JSON.stringify(thread)});
parentPort.on('message', ({ request }) => {
  if (request?.kind === 'check' && existsSync(${JSON.stringify(trouble)}) && readFileSync(request.path, 'utf8').includes('SOUCI'))
    process.exit(1);
});
`,
  );
  return pathToFileURL(path);
}

function configOf(dir: string, server: Sshd | null): string {
  const remote = join(dir, 'remote');
  for (const name of ['in', 'out']) mkdirSync(join(remote, name), { recursive: true });
  const sftp =
    server === null
      ? []
      : [
          '  - code: FRN002 # over their own server',
          '    name: Fournisseur distant',
          '    interfaces: [FSO1100A]',
          '    sftp:',
          `      host: ${server.host}`,
          `      port: ${server.port}`,
          `      user: ${server.user}`,
          '      # Their key, changed every year.',
          `      key: { file: ${server.keyFile} }`,
          `      in: ${join(remote, 'in')}`,
          `      out: ${join(remote, 'out')}`,
          '      deadlines: { connectMs: 30000, operationMs: 30000 }',
        ];
  return [
    '# How our engine is set up.',
    'partners:',
    '  - { code: FRN001, name: Fournisseur, interfaces: [FSO1100A] }',
    '  - { code: COL001, name: Collectivités, interfaces: [FSO1201A], lifecycle: false }',
    '  - { code: ETA001, name: État, interfaces: [FSO1201A], lifecycle: false }',
    ...sftp,
    '',
  ].join('\n');
}

describe.skipIf(noBrowser)('orders about invoices, deliveries, dead jobs and keys in a browser', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-orders-'));
  const config = join(dir, 'config/ecluse.yaml');
  const trouble = join(dir, 'trouble');
  const flags = {
    engine: { retryMs: 10, sweepMs: 20 },
    jobs: { faultsMax: 1 },
    console: { port: 0 },
  };
  let server: Sshd | null = null;
  let home: TestHome;
  let running: RunningConsole;
  let browser: Browser;
  let desk: Desk;
  let page: Page;
  let errors: string[];
  let url: string;
  let sequence = 0;

  const settings = () => loadSettings({ env: { ECLUSE_HOME: dir }, cwd: dir, flags });
  const partsOf = () => {
    const paths = homePaths(dir);
    return {
      loaded: settings(),
      store: home.app.store,
      archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
      clock: systemClock,
      log: silentLog,
      version: '0.0.0',
      passwords: quickPasswords,
      workerScript: new URL('../../dist/workers/thread.js', import.meta.url),
    };
  };

  beforeAll(async () => {
    if (sshdMissing === null) server = await startSshd();
    mkdirSync(join(dir, 'config'));
    writeFileSync(config, configOf(dir, null));
    home = await openHome({ dir, flags, workerScript: troubledThread(dir, trouble) });
    // The engine does not know the distant partner: it would never be idle for want of its keys.
    writeFileSync(config, configOf(dir, server));
    const parts = partsOf();
    desk = openDesk(parts);
    running = await startConsole({ ...parts, desk });
    url = running.url;
    browser = await launchBrowser();
    await addUser(parts, 'support', { login: 'c.martin', name: 'Camille Martin' });
    await addUser(parts, 'administrator', { login: 'a.roux', name: 'Alix Roux' });
    page = await (await openWindow(browser)).newPage();
    errors = watchErrors(page);
    await signIn(page, url, 'c.martin', testPassword);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await desk?.close();
    await home?.close();
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function deposit(...numbers: readonly string[]): Promise<string> {
    const name = flowName('FSO1100A', ++sequence);
    home.drop(name, ubl({ number: numbers[0] ?? '' }));
    await home.idle();
    return name;
  }
  async function say(one: StatutUnit): Promise<void> {
    const name = flowName('FSO1201A', ++sequence, 'COL001');
    home.drop(name, statuts(flowId('FSO1201A', sequence, 'COL001'), [one], 'COL001'), 'COL001');
    await home.idle();
  }
  const open = async (number: string) =>
    page.goto(`${url}/factures/${(await invoiceNamed(home, number)).id}`);
  const codes = async (number: string) =>
    (await home.app.store.statuses((await invoiceNamed(home, number)).id)).map(({ code }) => code);
  const pivots = (partner: string, number: string) =>
    home
      .out(partner)
      .filter((name) => name.startsWith('FEN0036A'))
      .filter((name) => home.read(partner, name).includes(`<Id>${number}</Id>`));
  const leaves = (xml: string, name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((found) => found[1]);

  it('completes a suspended invoice with an attachment', async () => {
    await deposit('ORD-1');
    await say({ number: 'ORD-1', code: '06', reason: 'Pièce manquante', comment: 'Bon de livraison' });
    await open('ORD-1');
    await page.getByText('Bon de livraison').first().waitFor();
    await page.getByText('Compléter la facture').click();
    await checkPage(page);
    const files = (name: string, text: string) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(text),
    });
    const send = async (file: ReturnType<typeof files>) => {
      await page.getByLabel('Pièces à joindre').setInputFiles(file);
      await page.getByLabel('Motif').fill('le bon de livraison demandé');
      await page.getByRole('button', { name: 'Joindre et renvoyer' }).click();
    };
    // What may not be attached is refused with its cause, and nothing has changed.
    await send(files('outil.exe', 'MZ'));
    await page.getByRole('alert').getByText('« outil.exe » a une extension').waitFor();
    expect(await codes('ORD-1')).toEqual(['01', '02', '03', '06']);
    await page.getByRole('link', { name: 'Revenir à la page d’où vous venez' }).click();
    await page.getByText('Compléter la facture').click();
    await send(files('bon.pdf', '%PDF-1.4 bon de livraison'));
    await page.getByText('Facture ORD-1 complétée').waitFor();
    await home.idle();
    expect(await codes('ORD-1')).toEqual(['01', '02', '03', '06', '12', '03']);
    const [, again = ''] = pivots('COL001', 'ORD-1');
    const xml = home.read('COL001', again);
    expect(leaves(xml, 'Renvoi')).toEqual(['Complétée']);
    expect(leaves(xml, 'NomPJOrigine')).toEqual(['bon.pdf']);
    const { id } = await invoiceNamed(home, 'ORD-1');
    expect(await home.app.store.invoiceMoves(id)).toMatchObject([
      { kind: 'completed', by, reason: 'le bon de livraison demandé' },
    ]);
    await page.reload();
    await page.getByText('complétée par c.martin, fait').waitFor();
    expect(errors).toEqual([]);
  });

  it('gives an invoice that was sent to the wrong recipient to the right one', async () => {
    await deposit('ORD-2');
    await say({ number: 'ORD-2', code: '04', reason: 'Mauvais destinataire' });
    await open('ORD-2');
    await page.getByText('Réadresser la facture').click();
    await page.getByLabel('SIRET').fill('110 002 011 00044');
    await page.getByLabel('Code service').fill('AAASCPV');
    await page.getByLabel('Motif').fill('mauvais SIRET');
    await page.getByRole('button', { name: 'Réadresser' }).click();
    // This service asks for a number of engagement, and the invoice has none.
    await page.getByRole('alert').getByText("Le numéro d'engagement est obligatoire").waitFor();
    expect(await codes('ORD-2')).toEqual(['01', '02', '03', '04']);
    await page.getByRole('link', { name: 'Revenir à la page d’où vous venez' }).click();
    await page.getByText('Réadresser la facture').click();
    await page.getByLabel('SIRET').fill('110 002 011 00044');
    await page.getByLabel('Code service').fill('AAASCPV');
    await page.getByLabel('Numéro d’engagement').fill('ENG-7');
    await page.getByLabel('Motif').fill('mauvais SIRET');
    await page.getByRole('button', { name: 'Réadresser' }).click();
    await page.getByText('Facture ORD-2 réadressée').waitFor();
    await home.idle();
    expect(await codes('ORD-2')).toEqual(['01', '02', '03', '04', '02', '03']);
    expect(await invoiceNamed(home, 'ORD-2')).toMatchObject({
      recipientSiret: '11000201100044',
      serviceCode: 'AAASCPV',
      recipientPartner: 'ETA001',
    });
    const [pivot = '', ...more] = pivots('ETA001', 'ORD-2');
    expect(more).toEqual([]);
    expect(leaves(home.read('ETA001', pivot), 'NumeroEngagement')).toEqual(['ENG-7']);
    expect(leaves(home.read('ETA001', pivot), 'Renvoi')).toEqual(['Recyclée']);
    expect(errors).toEqual([]);
  });

  it('asks an invoice back that nobody has fetched', async () => {
    await deposit('ORD-3');
    expect(pivots('COL001', 'ORD-3')).toHaveLength(1);
    await open('ORD-3');
    await page.getByText('Rappeler la facture').click();
    await page.getByLabel('Motif').fill('doublon chez nous');
    await page.getByRole('button', { name: 'Rappeler', exact: true }).click();
    await page.getByText('Rappel demandé.').waitFor();
    await vi.waitFor(async () => expect(await codes('ORD-3')).toEqual(['01', '02', '03', 'RAPPELEE']), waits);
    expect(pivots('COL001', 'ORD-3')).toEqual([]);
    await page.reload();
    await page.getByText('rappelée par c.martin, fait').waitFor();
    await page.getByText("RAPPELEE Rappelée à la demande de l'émetteur").first().waitFor();
    expect(await page.getByText('Rappeler la facture').count()).toBe(0);
    const { flow } = await invoiceNamed(home, 'ORD-3');
    const kinds = (await home.app.store.events(flow)).map(({ kind, actor }) => [kind, actor]);
    expect(kinds).toContainEqual(['recall-asked', by]);
    expect(kinds).toContainEqual(['recalled', by]);
    expect(errors).toEqual([]);
  });

  it('has a file written again that its partner has lost, with the same name and bytes', async () => {
    const name = await deposit('ORD-4');
    const [flow] = await home.app.store.findFlows(name);
    const [pivot = ''] = pivots('COL001', 'ORD-4');
    const bytes = home.read('COL001', pivot);
    const resend = async () => {
      await page.goto(`${url}/flux/${flow?.id}`);
      const row = page.getByRole('row').filter({ hasText: pivot });
      await row.getByText('Renvoyer').first().click();
      await row.getByLabel('Motif').fill('fichier perdu par le destinataire');
      await row.getByRole('button', { name: 'Renvoyer' }).click();
    };
    await resend();
    await page.locator('.flash').getByText('est encore dans le dossier du partenaire').waitFor();
    await checkPage(page);
    const path = join(homePaths(dir).outFolder('COL001'), pivot);
    unlinkSync(path);
    await resend();
    await page.locator('.flash').getByText(`${pivot} sera écrit de nouveau`).waitFor();
    await home.idle();
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe(bytes), waits);
    const acts = (await home.app.store.events(flow?.id ?? '')).filter(({ kind }) => kind === 'resend');
    expect(acts.map(({ actor }) => actor)).toEqual([by, by]);
    expect(acts.at(-1)?.text).toContain('fichier perdu par le destinataire');
    expect(errors).toEqual([]);
  });

  it('has a flow that was put aside tried again, and gives another up', async () => {
    writeFileSync(trouble, '');
    const [first, second] = [await deposit('SOUCI-1'), await deposit('SOUCI-2')];
    await vi.waitFor(async () => expect(await home.app.store.deadJobs(9)).toHaveLength(2), waits);
    unlinkSync(trouble);
    const stateOf = async (name: string) => (await home.app.store.findFlows(name))[0]?.state;
    const order = async (name: string, button: string) => {
      await page.goto(`${url}/mis-de-cote`);
      const sheet = page.getByRole('article').filter({ hasText: name });
      await sheet.getByLabel('Motif').fill('la cause est corrigée');
      await sheet.getByRole('button', { name: button }).click();
    };
    await page.goto(`${url}/mis-de-cote`);
    await checkPage(page);
    await order(first, 'Essayer de nouveau');
    await page.getByText(`${first} est essayé de nouveau`).waitFor();
    await vi.waitFor(async () => expect(await stateOf(first)).toBe('IN_INTEGRE'), waits);
    expect(await codes('SOUCI-1')).toContain('01');

    await order(second, 'Y renoncer');
    await page.getByText(`${second} est abandonné`).waitFor();
    await page.getByText('Aucun flux n’est mis de côté.').waitFor();
    expect(await stateOf(second)).toBe('IN_INCIDENTE');
    await home.idle();
    const [flow] = await home.app.store.findFlows(second);
    const [report] = await home.app.store.deliveriesOfFlow(flow?.id ?? '');
    await vi.waitFor(() => expect(home.read('FRN001', report?.name ?? '')).toContain('IN_INCIDENTE'), waits);
    const events = await home.app.store.events(flow?.id ?? '');
    expect(events.find(({ kind }) => kind === 'job-dropped')).toMatchObject({ actor: by });
    expect(errors).toEqual([]);
  });

  it.skipIf(sshdMissing !== null)(
    'pins the keys of a partner’s server, by an administrator only',
    async () => {
      const before = readFileSync(config, 'utf8');
      const shown = server?.fingerprints ?? [];
      await page.goto(`${url}/partenaires/FRN002`);
      await page.getByRole('button', { name: 'Essayer maintenant' }).click();
      await page.getByText('échec').first().waitFor();
      await page.getByText(/Montrer les clés du serveur/).waitFor();
      await page.getByRole('link', { name: 'Revenir au partenaire' }).click();
      await page.getByRole('button', { name: 'Montrer les clés du serveur' }).click();
      for (const fingerprint of shown) await page.getByText(fingerprint).waitFor();
      await page.getByText('Un administrateur peut les épingler').waitFor();
      expect(await page.getByRole('button', { name: 'Épingler ces clés' }).count()).toBe(0);

      const context = await openWindow(browser);
      const admin = await context.newPage();
      await signIn(admin, url, 'a.roux', testPassword);
      await admin.goto(`${url}/partenaires/FRN002`);
      await admin.getByRole('button', { name: 'Montrer les clés du serveur' }).click();
      await admin.getByRole('button', { name: 'Épingler ces clés' }).waitFor();
      await checkPage(admin);
      expect(readFileSync(config, 'utf8')).toBe(before);
      await admin.locator('#champ-motif-cles').fill('empreintes lues au téléphone');
      await admin.getByRole('button', { name: 'Épingler ces clés' }).click();
      await admin.getByText('Les clés sont épinglées dans le fichier de réglages').waitFor();
      await context.close();

      const after = readFileSync(config, 'utf8');
      for (const kept of ['# How our engine', '# over their own server', '# Their key', ...shown])
        expect(after).toContain(kept);
      const [act] = await home.app.store.listActs({ kind: 'partner-pinned', limit: 1 });
      expect(act).toMatchObject({ actor: 'user:a.roux', text: expect.stringContaining('au téléphone') });
      // With the settings as they are now, the server is known.
      const restarted = openDesk(partsOf());
      try {
        const lines = await restarted.probe('FRN002');
        expect(lines.length).toBeGreaterThan(2);
        expect(lines.filter(({ fault }) => fault !== null)).toEqual([]);
        const { keys } = await restarted.serverKeys('FRN002');
        expect(keys.every(({ pinned }) => pinned)).toBe(true);
      } finally {
        await restarted.close();
      }
      expect(errors).toEqual([]);
    },
  );
});
