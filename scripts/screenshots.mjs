// `npm run screenshots`: the pictures of the README, taken anew of a demonstration in a temporary folder (docs/images).
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();
const { chromium } = await import('playwright-core');

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const cli = join(root, 'dist', 'cli', 'main.js');
const images = join(root, 'docs', 'images');
const bytesMax = 120_000;
const startMsMax = 60_000;
/** Deposited beside the demonstration flows: refusals of several kinds, and more that is good. */
const samples = [
  'e1-ubl-piece',
  'credit-note',
  'e3-refused',
  'irrecevable-xsd',
  'engagement-required',
  'works-moe',
  'same-bytes',
  'broken-archive',
];
/** The totals of this one are wrong: it is looked at and tried. */
const refused = 'FSO1100A_FRN001_FRN0011100000000000000006';

const home = mkdtempSync(join(tmpdir(), 'ecluse-screenshots-'));
const port = await freePort();
const env = { ...process.env, ECLUSE_HOME: home, ECLUSE_CONSOLE_PORT: String(port) };
const url = `http://127.0.0.1:${port}`;
const password = randomBytes(18).toString('base64url');
let engine = null;
let browser = null;
try {
  addAdministrator();
  engine = spawn(process.execPath, [cli, 'run', '--demo', '--role', 'all,console'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await answers(`${url}/connexion`);
  await depositSamples();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    colorScheme: 'light',
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  mkdirSync(images, { recursive: true });
  await signIn(page);
  await allWorked(page);
  await pictures(page);
} finally {
  await browser?.close();
  if (engine !== null) await ended(engine);
  rmSync(home, { recursive: true, force: true });
}

function addAdministrator() {
  const words = ['users', 'add', 'c.martin', '--name', 'Camille Martin', '--role', 'administrator'];
  const done = spawnSync(process.execPath, [cli, ...words, '--password-stdin'], {
    cwd: root,
    env,
    input: `${password}\n`,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`ecluse users add: ${done.stderr}`);
}

/** The first sign-in asks for a password of one's own. */
async function signIn(page) {
  await page.goto(`${url}/connexion`);
  await page.getByLabel('Identifiant').fill('c.martin');
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.waitForLoadState('load');
  if (!page.url().includes('/compte')) return;
  const own = randomBytes(18).toString('base64url');
  const fields = page.locator('main input[type=password]');
  await fields.nth(0).fill(password);
  await fields.nth(1).fill(own);
  if ((await fields.count()) > 2) await fields.nth(2).fill(own);
  await page.locator('main form:has(input[type=password]) button[type=submit]').click();
  await page.waitForLoadState('load');
}

async function depositSamples() {
  const folder = join(home, 'partners', 'FRN001', 'in');
  for (let waited = 0; !existsSync(folder) && waited < startMsMax; waited += 200) await pause(200);
  for (const sample of samples) {
    const from = join(root, 'samples', sample, 'in');
    for (const name of readdirSync(from)) cpSync(join(from, name), join(folder, name));
  }
}

async function allWorked(page) {
  for (let waited = 0; waited < startMsMax; waited += 1_000) {
    await pause(1_000);
    await page.goto(`${url}/flux?etat=en-attente`);
    const waiting = await page.locator('main tbody tr').count();
    await page.goto(`${url}/flux`);
    const all = await page.locator('main tbody tr').count();
    if (waiting === 0 && all > samples.length) return;
  }
  throw new Error('the demonstration was not worked in time');
}

async function pictures(page) {
  // What has been ordered shows up in the journal and the synthesis.
  await page.goto(`${url}/flux?etat=rejete`);
  await page.getByRole('link', { name: 'Retraiter des flux de cette recherche' }).click();
  await page.getByRole('button', { name: 'Simuler' }).click();
  await page.getByLabel('Motif').fill('annuaire corrigé');
  await page.getByRole('button', { name: /^Retraiter / }).click();
  await page.getByText('Le retraitement est terminé.').waitFor();

  await page.goto(url);
  await page.getByRole('img', { name: 'Flux refusés par règle' }).waitFor();
  await shoot(page, 'synthese', 906);

  await page.goto(`${url}/flux?nom=${refused}`);
  await page.locator('main table').getByRole('link').filter({ hasText: refused }).click();
  // The excerpt is fetched once its finding comes into view.
  await page.locator('article.finding').first().scrollIntoViewIfNeeded();
  await page.locator('figure.excerpt pre').first().waitFor();
  await shoot(page, 'flux-refuse', 720, page.locator('article.finding').first());

  await page.goto(`${url}/depot`);
  await page.getByLabel('Fichier à essayer').setInputFiles(join(root, 'samples/rejected-totals/in', refused));
  await page.getByRole('button', { name: 'Essayer le fichier' }).click();
  await page.getByText('Ce fichier serait rejeté').waitFor();
  await shoot(page, 'banc-d-essai', 900);
}

/** A picture of the window, from the top of the page or so that an element stands in it. */
async function shoot(page, name, height, at = null) {
  await page.setViewportSize({ width: 1200, height });
  await page.evaluate(() => document.activeElement?.blur());
  if (at === null) await page.evaluate(() => window.scrollTo(0, 0));
  else
    await at.evaluate((element) => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 110));
  await pause(300);
  const path = join(images, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`docs/images/${name}.png ${Math.round(size / 1000)} kB`);
  if (size > bytesMax) throw new Error(`${name}.png has more than ${bytesMax / 1000} kB`);
}

async function answers(address) {
  for (let waited = 0; waited < startMsMax; waited += 200) {
    if (
      await fetch(address).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await pause(200);
  }
  throw new Error('the console did not answer in time');
}

function ended(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.on('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
