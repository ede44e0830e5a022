// When a browser first paints something of a page: Debian's chromium by playwright-core, as in tests/helpers/browser.ts.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const loadMsMax = 30_000;

/** Why nothing can be measured in a browser; null when it can. */
export const browserMissing = () =>
  existsSync(executablePath) ? null : `${executablePath} is absent; CHROMIUM may name another`;

/**
 * Milliseconds from the start of a navigation to its first contentful paint (Paint Timing, W3C), `times` per page, the
 * pages turn by turn. The style sheet and the scripts are in the browser's cache, as for somebody who works there; the
 * first page is opened as often with an empty cache besides.
 */
export async function firstPaints(url, cookie, pages, times) {
  const browser = await chromium.launch({
    executablePath,
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
  try {
    const window = async () => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'fr-FR',
        timezoneId: 'Europe/Paris',
      });
      await context.addCookies([cookie]);
      const tab = await context.newPage();
      tab.setDefaultTimeout(loadMsMax);
      return tab;
    };
    const tab = await window();
    const found = pages.map((page) => ({ page, paints: [] }));
    await paintOf(tab, `${url}${pages[0]}`);
    const fresh = { page: `${pages[0]} (empty cache)`, paints: [] };
    for (let turn = 0; turn < times; turn++) {
      for (const { page, paints } of found) paints.push(await paintOf(tab, `${url}${page}`));
      const newcomer = await window();
      fresh.paints.push(await paintOf(newcomer, `${url}${pages[0]}`));
      await newcomer.context().close();
    }
    return [fresh, ...found];
  } finally {
    await browser.close();
  }
}

async function paintOf(tab, address) {
  const answer = await tab.goto(address);
  if (answer?.status() !== 200) throw new Error(`${address}: ${answer?.status()}`);
  return tab.evaluate(
    (deadlineMs) =>
      new Promise((resolve, reject) => {
        const observer = new PerformanceObserver((list) => {
          const [first] = list.getEntriesByName('first-contentful-paint');
          if (first !== undefined) resolve(first.startTime);
        });
        observer.observe({ type: 'paint', buffered: true });
        setTimeout(() => reject(new Error('nothing was painted')), deadlineMs);
      }),
    loadMsMax,
  );
}
