import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { root } from './root.js';

const require = createRequire(import.meta.url);

/** Debian's Chromium, or the one that `CHROMIUM` names. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Whether tests in a browser can run; says so when they cannot. With `ECLUSE_TEST_SYSTEM` (CI) they run anyway, and
 * fail for want of the browser.
 */
export const noBrowser = ((): boolean => {
  if (existsSync(chromiumPath) || process.env.ECLUSE_TEST_SYSTEM === '1') return false;
  console.warn(`skipped: tests in a browser (${chromiumPath} is absent; CHROMIUM may name another)`);
  return true;
})();

/** Where screenshots are kept for people; git ignores it. */
export const shots = join(root, 'artefacts', 'screenshots');

/** Starts the browser; close it at the end. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** How long a page is waited for: a browser beside busy neighbours takes its time. */
const waitMsMax = 60_000;

export const widths = { narrow: 360, wide: 1_280 } as const;
export type Scheme = 'light' | 'dark';

/** A window of its own, without cookies of others, in French and on Paris time. */
export async function openWindow(
  browser: Browser,
  options: { readonly width?: number; readonly scheme?: Scheme } = {},
): Promise<BrowserContext> {
  const window = await browser.newContext({
    viewport: { width: options.width ?? widths.wide, height: 800 },
    colorScheme: options.scheme ?? 'light',
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    acceptDownloads: true,
  });
  window.setDefaultTimeout(waitMsMax);
  return window;
}

/** Signs in over the form. */
export async function signIn(page: Page, url: string, login: string, password: string): Promise<void> {
  await page.goto(`${url}/connexion`);
  await page.getByLabel('Identifiant').fill(login);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.waitForLoadState('load');
}

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious or critical on the page as it is, one line each (WCAG 2.2 A and AA). */
export async function axeProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the content policy of the page keeps script elements out.
  await page.evaluate(axeSource);
  const results = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}

/** Fails on what axe finds, and on content that is wider than the window. */
export async function checkPage(page: Page): Promise<void> {
  expect(await axeProblems(page)).toEqual([]);
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(`${page.url()} is ${over} px too wide`).toBe(`${page.url()} is 0 px too wide`);
}

/** Keeps a picture of the whole page for people to look at. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** Errors of the page and what the content policy refused, gathered from now on. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
  });
  return errors;
}
