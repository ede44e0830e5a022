// People before the console, as their browsers ask: pages with the parts of them that ask for themselves.
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { sqliteStore } from '../dist/adapters/store/sqlite.js';
import { createSessions } from '../dist/console/sessions.js';
import { newId } from '../dist/domain/ids.js';
import { homePaths } from '../dist/settings/home.js';
import { loadSettings } from '../dist/settings/load.js';

/** Accounts that may read, one a person, each with a session; gives their cookies. Before or while an engine runs. */
export async function signedIn(home, count) {
  const store = await sqliteStore({ path: homePaths(home).database });
  await store.migrate();
  const loaded = loadSettings({ env: { ECLUSE_HOME: home }, cwd: home });
  const sessions = createSessions({ store, loaded, clock: { now: () => new Date() } });
  const at = new Date().toISOString();
  const made = Array.from({ length: count }, (_, n) => {
    const user = {
      id: newId(),
      login: `banc-${n}`,
      name: `Personne ${n}`,
      role: 'reader',
      password: null,
      subject: null,
      mustChange: false,
      disabledAt: null,
      createdAt: at,
      createdBy: 'user:bench',
      passwordAt: null,
      lastLoginAt: null,
    };
    return { user, ...sessions.prepare(user, { ip: '127.0.0.1', agent: 'bench' }) };
  });
  await store.transaction(async (tx) => {
    for (const { user, session } of made) {
      await tx.insertUser(user);
      await tx.insertSession(session);
    }
  });
  await store.close();
  return made.map(({ token }) => `ecluse-session=${token}`);
}

/** What somebody who looks after flows opens, one after the other; a pattern stands for the first link of that kind. */
const way = [
  '/',
  '/tableau-de-bord',
  '/flux',
  /href="(\/flux\/[0-9a-f-]{36})"/,
  '/',
  '/flux?etat=rejete',
  '/factures',
  /href="(\/factures\/[0-9a-f-]{36})"/,
];

const plain = (text) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** The parts of a page that ask for themselves: address, interval in seconds, headers. */
function liveParts(html) {
  const tags = html.match(/<div[^>]* hx-trigger="every \d+s"[^>]*>/g) ?? [];
  return tags.map((tag) => ({
    path: plain(/hx-get="([^"]+)"/.exec(tag)?.[1] ?? ''),
    everyS: Number(/every (\d+)s/.exec(tag)?.[1]),
    headers: JSON.parse(plain(/hx-headers="([^"]*)"/.exec(tag)?.[1] ?? '{}')),
  }));
}

/**
 * So many people come within `staySeconds`; every `staySeconds` each opens a page and lets its live parts refresh
 * meanwhile. One half stays with the Synthèse, the other goes the way from page to page. `forget()` drops what was
 * measured so far; `end()` sends them away and gives the milliseconds of every page and live answer.
 */
export function invite(url, cookies, staySeconds) {
  const pages = [];
  const live = [];
  const over = new AbortController();
  // Everybody waits for it.
  setMaxListeners(0, over.signal);
  const wait = (ms) => pause(ms, undefined, { signal: over.signal });
  const ask = async (path, headers, times) => {
    const startedMs = performance.now();
    const answer = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
    const text = await answer.text();
    times.push(performance.now() - startedMs);
    if (answer.status !== 200 && answer.status !== 204) throw new Error(`${path}: ${answer.status}`);
    return { text, status: answer.status };
  };
  /** Asks for a part as often as it wants to be while its page is before somebody. */
  const refresh = async (part, cookie, seenMs) => {
    let headers = { ...part.headers, 'hx-request': 'true', cookie };
    for (let turn = 1; turn * part.everyS <= staySeconds; turn++) {
      await wait(Math.max(0, seenMs + turn * part.everyS * 1000 - performance.now()));
      const { text, status } = await ask(part.path, headers, live);
      const next = status === 200 ? liveParts(text)[0] : undefined;
      if (next !== undefined) headers = { ...headers, ...next.headers };
    }
  };
  const person = async (cookie, nth) => {
    await wait((nth / cookies.length) * staySeconds * 1000);
    let seen = '';
    for (let turn = nth; ; turn++) {
      const step = nth % 2 === 0 ? '/' : way[turn % way.length];
      const path = typeof step === 'string' ? step : (step.exec(seen)?.[1] ?? '/flux');
      seen = (await ask(path, { cookie }, pages)).text;
      const seenMs = performance.now();
      await Promise.all(liveParts(seen).map((part) => refresh(part, cookie, seenMs)));
      await wait(Math.max(0, seenMs + staySeconds * 1000 - performance.now()));
    }
  };
  let failed = null;
  const crowd = cookies.map((cookie, nth) =>
    person(cookie, nth).catch((error) => {
      if (!over.signal.aborted) failed ??= error;
    }),
  );
  return {
    forget() {
      pages.length = 0;
      live.length = 0;
    },
    async end() {
      over.abort();
      await Promise.all(crowd);
      if (failed !== null) throw failed;
      return { pages, live };
    },
  };
}
