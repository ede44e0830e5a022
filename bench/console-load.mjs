/**
 * People in the console while flows are worked: what the engine loses, and how long pages take.
 * `node bench/console-load.mjs [--people 50] [--flows 3000] [--bytes 4000]`; prints one JSON line.
 * A phase without and one with people, each over as many flows that lie in the drop folder; every person opens the
 * Synthèse, then asks for its live part every 5 s and for a page every 10 s.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '50' },
    flows: { type: 'string', default: '3000' },
    bytes: { type: 'string', default: '4000' },
  },
});
const people = Number(values.people);
const flows = Number(values.flows);
const bytes = Number(values.bytes);
const cli = resolve(import.meta.dirname, '../dist/cli/main.js');
const dir = mkdtempSync(join(tmpdir(), 'ecluse-bench-people-'));
const home = join(dir, 'var');
const password = 'quatre chevaux en marche';
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

let sequence = 0;
function drop(count) {
  for (let i = 0; i < count; i++) {
    const name = `FSO1100A_FRN001_FRN0011100${String(++sequence).padStart(15, '0')}`;
    const head = `<?xml version="1.0" encoding="UTF-8"?>\n<bench n="${sequence}">`;
    const folder = join(home, 'partners/FRN001/in');
    writeFileSync(join(folder, `.${name}.part`), `${head.padEnd(bytes - 8, 'x')}</bench>`);
    renameSync(join(folder, `.${name}.part`), join(folder, name));
  }
}

async function signIn(url) {
  const page = await fetch(`${url}/connexion`);
  const form = page.headers.getSetCookie().map((one) => one.split(';')[0]);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const answer = await fetch(`${url}/connexion`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: form.join('; '), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ _csrf: csrf, login: 'banc', password }).toString(),
  });
  const session = answer.headers.getSetCookie().find((one) => one.startsWith('ecluse-session='));
  if (session === undefined) throw new Error(`no session: ${answer.status}`);
  return session.split(';')[0] ?? '';
}

async function worked(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^ecluse_flows_total\{[^}]*\} (\d+)/gm)].reduce(
    (sum, one) => sum + Number(one[1]),
    0,
  );
}

/** Works so many flows; gives the rate between the first and the last that is seen. */
async function phase(url) {
  const from = await worked(url);
  drop(flows);
  const startedMs = performance.now();
  while ((await worked(url)) < from + flows) await pause(200);
  return flows / ((performance.now() - startedMs) / 1000);
}

async function person(url, cookie, nth, times, going) {
  await pause((nth / people) * 5000);
  for (let turn = 0; going(); turn++) {
    const path = turn % 2 === 0 ? '/' : '/synthese/chiffres';
    const startedMs = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' });
    await answer.text();
    if (path === '/' && answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    if (path === '/') times.push(performance.now() - startedMs);
    for (let waited = 0; waited < 5000 && going(); waited += 100) await pause(100);
  }
}

async function main() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(join(dir, 'config'));
  writeFileSync(
    join(dir, 'config/ecluse.yaml'),
    [
      `engine: { home: ${home} }`,
      `console: { enabled: true, port: ${port}, requestsPerMinuteMax: 1000000 }`,
      'intake: { pollMs: 100, settleMs: 100, queueDepthMax: 1000000 }',
      'log: { level: error }',
      'partners:',
      '  - { code: FRN001, name: Banc, interfaces: [FSO1100A] }',
    ].join('\n'),
  );
  const config = ['--config', join(dir, 'config/ecluse.yaml')];
  execFileSync(
    process.execPath,
    [cli, 'users', 'add', 'banc', '--role', 'reader', '--password-stdin', ...config],
    {
      input: `${password}\n`,
    },
  );
  const engine = spawn(process.execPath, [cli, 'run', '--role', 'all,console', ...config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    for (let tries = 0; ; tries++) {
      try {
        if ((await fetch(`${url}/readyz`)).status === 200) break;
      } catch {}
      if (tries > 300) throw new Error('the engine does not start');
      await pause(100);
    }
    await phase(url);
    const alone = await phase(url);
    const cookie = await signIn(url);
    const times = [];
    let going = true;
    const crowd = Array.from({ length: people }, (_, nth) => person(url, cookie, nth, times, () => going));
    await pause(5000);
    const together = await phase(url);
    going = false;
    await Promise.all(crowd);
    times.sort((a, b) => a - b);
    process.stdout.write(
      `${JSON.stringify({
        people,
        flows,
        bytes,
        alonePerSecond: Number(alone.toFixed(1)),
        togetherPerSecond: Number(together.toFixed(1)),
        lossPercent: Number(((1 - together / alone) * 100).toFixed(1)),
        pages: times.length,
        pageP50Ms: Number((times[Math.floor(times.length * 0.5)] ?? 0).toFixed(1)),
        pageP95Ms: Number((times[Math.floor(times.length * 0.95)] ?? 0).toFixed(1)),
      })}\n`,
    );
  } finally {
    engine.kill('SIGTERM');
    await new Promise((done) => engine.once('exit', done));
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
