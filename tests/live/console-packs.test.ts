import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { openDesk } from '../../src/app/desk.js';
import type { Desk } from '../../src/console/desk.js';
import { silentLog } from '../../src/log.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
import { sha256 } from '../../src/validate/packs/files.js';
import { installPacks } from '../../src/validate/packs/install.js';
import { schematronCompiler } from '../../src/validate/packs/schematron.js';
import { type Browser, openConsole, type TestConsole } from '../helpers/console.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { schematron, zipTo } from '../helpers/packs.js';

const workerScript = new URL('../../dist/workers/thread.js', import.meta.url);
const flags = { rules: { sets: [{ set: 'maison', mode: 'enforced', partners: ['FRN001'] }] } };
const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
const own = (start: string) =>
  schematron('ubl', [
    { id: 'MAISON-1', test: `starts-with(cbc:ID, '${start}')`, text: 'Un préfixe manque.' },
  ]);

async function zipped(name: string, files: Readonly<Record<string, string>>): Promise<Buffer> {
  await zipTo(join(dir, name), files);
  return readFileSync(join(dir, name));
}

/** What a browser sends for the form with a file. */
function sent(browser: Browser, at: TestConsole, file: Buffer | null, name: string, fields: object = {}) {
  const boundary = 'frontiere';
  const parts = [
    ...Object.entries(fields).map(
      ([field, value]) =>
        `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
    ),
    `--${boundary}\r\ncontent-disposition: form-data; name="paquet"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
  ].join('');
  return at.app.inject({
    method: 'POST',
    url: `/regles/paquets?_csrf=${encodeURIComponent(browser.csrf)}`,
    headers: { cookie: browser.cookie, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([
      Buffer.from(parts),
      file ?? Buffer.alloc(0),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  });
}

const waitingId = (body: string): string => /\/regles\/paquets\/([^/]+)\/installer/.exec(body)?.[1] ?? '';
const rows = (text: string): string => text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('rule packs in the console, while an engine runs', () => {
  let home: TestHome;
  let desk: Desk;
  let at: TestConsole;
  let admin: Browser;
  let rulesDir: string;

  beforeAll(async () => {
    const first = mkdtempSync(join(dir, 'home-'));
    // The settings ask for the set: it must be there before the engine starts.
    await zipped('maison-UBL-1.0.zip', { 'maison-UBL-1.0.sch': own('A-') });
    rulesDir = homePaths(first).rules;
    await installPacks({
      path: join(dir, 'maison-UBL-1.0.zip'),
      rulesDir,
      now: new Date(),
      compiler: schematronCompiler,
    });
    home = await openHome({ dir: first, flags });
    const paths = homePaths(first);
    const parts = {
      loaded: loadSettings({
        env: { ECLUSE_HOME: first },
        cwd: first,
        flags: { ...flags, console: { port: 0 } },
      }),
      store: home.app.store,
      archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
      log: silentLog,
      workerScript,
    };
    desk = openDesk(parts);
    at = await openConsole({ parts: { ...parts, desk } });
    admin = await at.signedIn('administrator', { login: 'c.martin' });
  });
  afterAll(async () => {
    await at?.app.close();
    if (at !== undefined) rmSync(at.dir, { recursive: true, force: true });
    await desk?.close();
    await home?.close();
  });

  const verdict = async (name: string, number: string) => {
    home.drop(name, ubl({ number }));
    await home.idle();
    const [flow] = await home.app.store.findFlows(name);
    const [attempt] = await home.app.store.attempts(flow?.id ?? '');
    const sets = attempt?.layers.map(({ ruleSet }) => ruleSet).join(' ') ?? '';
    return { state: flow?.state, sets };
  };
  const acts = (kind: string) => home.app.store.listActs({ kind, limit: 10 });

  it('shows what an archive holds, installs it on a yes, and the engine judges by it', async () => {
    expect(await verdict(flowName('FSO1100A', 1), 'A-1')).toMatchObject({ state: 'IN_INTEGRE' });
    const source = own('B-');
    const file = await zipped('maison-2.0.zip', { 'maison-UBL-2.0.sch': source, 'LISEZMOI.txt': 'bonjour' });
    const shown = await sent(admin, at, file, 'maison-2.0.zip', { 'paquet-du': '2026-01-01' });
    expect(shown.statusCode).toBe(200);
    const text = rows(shown.body);
    for (const part of [sha256(file), sha256(source), 'maison 2.0', 'version nouvelle', 'facture UBL'])
      expect(text).toContain(part);
    expect(text).toContain('2.0 jugera, à la place de 1.0');
    expect(text).toContain('refuse les factures non conformes (partenaires FRN001)');
    expect(text).toContain('01/01/2026');
    expect(existsSync(join(rulesDir, 'maison', '2.0'))).toBe(false);

    const answer = await admin.post(`/regles/paquets/${waitingId(shown.body)}/installer`, {
      motif: 'accord',
    });
    expect(answer.headers.location).toBe('/regles#paquets');
    expect(await acts('rules-installed')).toMatchObject([
      {
        actor: 'user:c.martin',
        text: expect.stringMatching(/maison 2\.0, 1 fichier, 1 règles?.*\(accord\)/),
      },
    ]);
    await sleep(1_100);
    expect(await verdict(flowName('FSO1100A', 2), 'A-2')).toEqual({
      state: 'IN_REJETE',
      sets: expect.stringContaining('maison-2.0'),
    });
    const page = rows((await admin.get('/regles')).body);
    expect(page).toContain('maison 2.0 ✓ en vigueur');
    expect(page).toContain('maison 1.0 • en réserve');
    expect(readdirSync(rulesDir)).toEqual(['maison']);
  });

  it('removes a version with a reason, and not the last one that the settings ask for', async () => {
    const remove = (paquet: string, motif: string) =>
      admin.post('/regles/paquets/retrait', { 'paquet-retire': paquet, motif });
    expect((await remove('maison@2.0', '')).statusCode).toBe(400);
    expect((await remove('maison@2.0', 'trop sévère')).statusCode).toBe(303);
    expect(await acts('rules-removed')).toMatchObject([
      { actor: 'user:c.martin', text: 'paquet de règles retiré : maison 2.0 (trop sévère)' },
    ]);
    await sleep(1_100);
    expect(await verdict(flowName('FSO1100A', 3), 'A-3')).toMatchObject({ state: 'IN_INTEGRE' });
    const last = await remove('maison@1.0', 'plus utile');
    expect(last.statusCode).toBe(409);
    expect(rows(last.body)).toContain('Les réglages demandent maison');
    expect((await remove('maison@9.9', 'plus utile')).statusCode).toBe(404);
    expect((await remove('../..@1', 'plus utile')).statusCode).toBe(409);
    expect(readdirSync(join(rulesDir, 'maison'))).toEqual(['1.0']);
  });

  it('names each rule that the engine does not speak, with file, line and construct; nothing can be installed', async () => {
    const source = schematron('ubl', [
      { id: 'X-1', test: 'true()' },
      { id: 'X-2', test: "doc('autre.xml')" },
      { id: 'X-3', test: 'key(1, 2)' },
    ]);
    const line = source.split('\n').findIndex((one) => one.includes('X-2')) + 1;
    const shown = await sent(admin, at, Buffer.from(source), 'essai-UBL-1.0.sch');
    const text = rows(shown.body);
    expect(text).toContain(`essai-UBL-1.0.sch ${line} doc()`);
    expect(text).toContain('2 règles de ce jeu');
    expect(waitingId(shown.body)).toBe('');
  });

  it('asks for the version where nothing tells it, and looks again', async () => {
    const shown = await sent(admin, at, Buffer.from(own('C-')), 'libre.sch');
    expect(rows(shown.body)).toContain('la version ne se lit');
    expect(waitingId(shown.body)).toBe('');
    const id = /\/regles\/paquets\/([^/]+)\/apercu/.exec(shown.body)?.[1];
    const again = await admin.post(`/regles/paquets/${id}/apercu`, {
      'paquet-jeu': 'libre',
      'paquet-version': '3.1',
    });
    expect(rows(again.body)).toContain('libre 3.1');
    expect(rows(again.body)).toContain('aucun réglage ne le demande');
    expect((await admin.post(`/regles/paquets/${id}/installer`)).statusCode).toBe(404);
    const wrong = await admin.post(`/regles/paquets/${waitingId(again.body)}/apercu`, {
      'paquet-version': '../..',
    });
    expect([wrong.statusCode, rows(wrong.body)]).toEqual([
      422,
      expect.stringContaining('Cette version n’est pas admise.'),
    ]);
  });

  it.each([
    [
      'an archive cut short',
      Buffer.from('PK\u0003\u0004trop court'),
      'a.zip',
      422,
      'L’archive ne peut pas être lue',
    ],
    ['no archive', Buffer.from('bonjour'), 'a.zip', 422, 'n’est pas du XML lisible'],
    ['another kind of file', Buffer.from('bonjour'), 'a.pdf', 415, 'ni une archive ZIP'],
    ['nothing', Buffer.alloc(0), 'a.zip', 400, 'Aucun fichier n’est joint'],
    ['too much', Buffer.alloc(33 * 1024 * 1024), 'a.zip', 413, 'dépasse'],
  ])('refuses %s in French', async (_what, file, name, status, part) => {
    const answer = await sent(admin, at, file, name);
    expect([answer.statusCode, rows(answer.body)]).toEqual([status, expect.stringContaining(part)]);
    expect(readdirSync(desk.folder).filter((one) => !one.includes('.'))).toEqual([]);
  });
});

describe('a look at rules that takes too long', () => {
  it('is ended at its deadline and told in French, and the process goes on', async () => {
    const home = mkdtempSync(join(dir, 'home-'));
    mkdirSync(homePaths(home).rules, { recursive: true });
    const at = await openConsole();
    const loaded = loadSettings({
      env: { ECLUSE_HOME: home },
      cwd: home,
      flags: { console: { port: 0, packMsMax: 500 } },
    });
    const { store, archive } = at.parts;
    const desk = openDesk({ loaded, store, archive, log: silentLog, workerScript });
    const slow = await openConsole({ parts: { ...at.parts, loaded, desk } });
    try {
      const admin = await slow.signedIn('administrator');
      const many = Array.from({ length: 60_000 }, (_, i) => ({ id: `L-${i}`, test: 'count(//*) > 0' }));
      let turns = 0;
      const ticking = setInterval(() => (turns += 1), 10);
      const file = Buffer.from(schematron('ubl', many));
      const answer = await sent(admin, slow, file, 'lent-UBL-1.0.sch');
      clearInterval(ticking);
      expect(answer.statusCode).toBe(422);
      expect(rows(answer.body)).toContain('a été arrêtée après 500 ms : rien n’est installé');
      // Fifty in the time that the thread had; a process that reads the rules itself turns once or twice.
      expect(turns).toBeGreaterThan(4);
      expect(readdirSync(homePaths(home).rules)).toEqual([]);
    } finally {
      await slow.app.close();
      await at.close();
      await desk.close();
    }
  });
});
