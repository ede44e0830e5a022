import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { startConsole } from '../../src/console/server.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import { catalogue, inboundInterfaces, isSupported } from '../../src/envelope/catalogue.js';
import { silentLog } from '../../src/log.js';
import { demoSettings } from '../../src/settings/demo.js';
import { loadSettings } from '../../src/settings/load.js';
import { addApiKey, chorusHeaders } from '../helpers/api.js';
import { demoDirectory } from '../helpers/home.js';
import { root, shared } from '../helpers/root.js';
import { problemsOf } from '../helpers/swagger.js';

/** Every interface that deposits are read under. */
const codes = inboundInterfaces.filter(isSupported).map(({ code }) => code);

let dir: string;
let app: App;
let url: string;
let client: Record<string, string>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-api-'));
  const loaded = loadSettings({
    env: { ECLUSE_HOME: dir },
    cwd: dir,
    flags: {
      intake: { pollMs: 20, settleMs: 0 },
      partners: (demoSettings.partners ?? []).map((one) =>
        one.code === 'FRN001' ? { ...one, interfaces: codes } : one,
      ),
      console: { enabled: true, port: 0 },
      metrics: { freshMs: 0 },
    },
  });
  app = await createApp(loaded, {
    log: silentLog,
    onOutcome: () => undefined,
    onLost: () => undefined,
    workerScript: new URL('../../dist/workers/thread.js', import.meta.url),
    startConsole: async (parts) => {
      const running = await startConsole(parts);
      url = running.url;
      return running;
    },
  });
  await importDirectoryFile(demoDirectory, app.store.directory);
  await app.engine.start();
  client = await chorusHeaders(
    async (body) => {
      const answer = await fetch(`${url}/api/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      expect(answer.status).toBe(200);
      return (await answer.json()) as { access_token: string };
    },
    await addApiKey(app),
  );
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A call in Chorus Pro's shape. */
async function call(path: string, body: unknown, headers = client) {
  const answer = await fetch(`${url}/cpro/${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json;charset=utf-8' },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown> & { codeRetour: number },
  };
}

/** A deposited sample and the syntax under which the API takes it. */
function sample(name: string): { readonly bytes: Buffer; readonly syntax: string } {
  const folder = join(root, 'samples', name, 'in');
  const file = readdirSync(folder)[0] ?? '';
  const syntax = catalogue.find(({ code }) => code === file.slice(0, 8))?.apiSyntax ?? '';
  return { bytes: readFileSync(join(folder, file)), syntax };
}

async function settled(number: string) {
  await app.engine.idle();
  return (await call('transverses/v1/consulterCRDetaille', { numeroFluxDepot: number })).body;
}

const good = ['e1-ubl', 'e2-cii', 'e2-mixte-partial', 'facturx', 'e3-justice'].filter((name) =>
  existsSync(join(root, 'samples', name)),
);

describe('a client of Chorus Pro’s API', () => {
  it.each(good)('deposits %s, asks for the report as data and as a PDF', async (name) => {
    const { bytes, syntax } = sample(name);
    expect(syntax).toMatch(/^IN_DP_/);
    const deposit = await call('factures/v1/deposer/flux', {
      fichierFlux: bytes.toString('base64'),
      nomFichier: `${name}.xml`,
      syntaxeFlux: syntax,
      avecSignature: false,
    });
    expect(deposit).toMatchObject({
      status: 200,
      body: { codeRetour: 0, libelle: 'GCU_MSG_01_000', syntaxeFlux: syntax },
    });
    const number = String(deposit.body.numeroFluxDepot);
    expect(number).toMatch(/^CPP001\d{19}$/);
    expect(deposit.body.dateDepot).toMatch(/^\d{4}-\d\d-\d\d$/);
    const told = await settled(number);
    expect(told).toMatchObject({ codeRetour: 0, libelle: 'TRA_MSG_00.000', numeroFluxDepot: number });
    expect(told.etatCourantDepotFlux).toMatch(/^IN_(INTEGRE|INTEGRE_PARTIEL|REJETE)$/);
    expect(told.nomFichier).toBe(`${told.codeInterfaceDepotFlux}_CPP001_${number}`);
    // The name is ours: nothing is said against its sender.
    const codes = (told.listeErreurTechnique as { codeErreur: string }[]).map(({ codeErreur }) => codeErreur);
    expect(codes).not.toContain('IRR_CODE_APP');
    const report = await call('transverses/v1/consulterCR', { numeroFluxDepot: number });
    expect(report.body).toMatchObject({
      codeRetour: 0,
      codeAppliPartenaire: 'FRN001',
      nomFichierFlux: told.nomFichier,
    });
    const pdf = Buffer.from(String(report.body.fichierCR), 'base64');
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const flow = (await app.store.findFlows(String(told.nomFichier)))[0];
    const reports = await app.store.listDeliveries({ flow: flow?.id ?? '', kind: 'integration-report' });
    expect(reports.map(({ partner }) => partner)).toEqual(['FRN001']);
  });

  it('gets the errors of each refused invoice', async () => {
    const { bytes, syntax } = sample('e2-mixte-partial');
    const { body } = await call('factures/v1/deposer/flux', {
      fichierFlux: bytes.toString('base64').replace(/(.{76})/g, '$1\r\n'),
      nomFichier: 'encore.xml',
      syntaxeFlux: syntax,
    });
    const told = await settled(String(body.numeroFluxDepot));
    const errors = [
      ...(told.listeErreurDP as { libelleErreurDP: string }[]).map(({ libelleErreurDP }) => libelleErreurDP),
      ...(told.listeErreurTechnique as { libelleErreur: string }[]).map(({ libelleErreur }) => libelleErreur),
    ];
    expect(errors.length).toBeGreaterThan(0);
    for (const text of errors) expect(text).toMatch(/\S{3}/);
    for (const { libelleErreurDP } of told.listeErreurDP as { libelleErreurDP: string }[])
      expect(libelleErreurDP.length).toBeLessThanOrEqual(255);
  });

  it.each([
    ['a syntax that is none', { syntaxeFlux: 'IN_NIMPORTE' }, 20000, /syntaxeFlux/],
    ['a syntax that goes out', { syntaxeFlux: 'OUT_DP_CPP_FACTURE' }, 20000, /syntaxeFlux/],
    ['no base64', { fichierFlux: '<xml>é</xml>' }, 20000, /base64/],
    ['an empty file', { fichierFlux: '' }, 20000, /vide/],
  ])('is told of %s by code and text', async (_what, change, code, text) => {
    const before = (await app.store.listFlows({})).length;
    const body = { fichierFlux: 'PGEvPg==', nomFichier: 'x', syntaxeFlux: 'IN_DP_E1_UBL_INVOICE', ...change };
    const answer = await call('factures/v1/deposer/flux', body);
    expect(answer.body.codeRetour).toBe(code);
    expect(answer.body.libelle).toMatch(text);
    expect((await app.store.listFlows({})).length).toBe(before);
  });

  it('is told of a flow that is not there, or another’s, alike', async () => {
    const gone = { status: 200, body: { codeRetour: 20001, libelle: 'POQ_MSG_01.003 - Flux introuvable.' } };
    expect(
      await call('transverses/v1/consulterCRDetaille', { numeroFluxDepot: 'CPP0011100000000000999999' }),
    ).toEqual(gone);
    const own = (await app.store.listFlows({ partner: 'FRN001' }))[0];
    const stranger = await addApiKey(app, { partner: 'ETA001' });
    const headers = {
      ...client,
      'cpro-account': Buffer.from(`${stranger.key.id}:${stranger.secret}`).toString('base64'),
    };
    const asked = { numeroFluxDepot: own?.flowId ?? '' };
    expect(await call('transverses/v1/consulterCRDetaille', asked, headers)).toEqual(gone);
  });

  it('is refused without a token, with a wrong account, and with a token that has no key any more', async () => {
    const asked = { numeroFluxDepot: 'x' };
    const without = await call('transverses/v1/consulterCR', asked, {
      'cpro-account': client['cpro-account'] ?? '',
    });
    expect([without.status, without.body.codeRetour]).toEqual([401, 20000]);
    const wrong = { ...client, 'cpro-account': Buffer.from('a:b').toString('base64') };
    expect((await call('transverses/v1/consulterCR', asked, wrong)).status).toBe(401);
    const { key, secret } = await addApiKey(app);
    const basic = `Basic ${Buffer.from(`${key.id}:${secret}`).toString('base64')}`;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (headers: Record<string, string>, body: string) =>
      fetch(`${url}/api/oauth/token`, { method: 'POST', headers: { ...form, ...headers }, body });
    const given = await ask({ authorization: basic }, 'grant_type=client_credentials');
    const { access_token: token, expires_in: lifeS } = (await given.json()) as {
      access_token: string;
      expires_in: number;
    };
    expect(lifeS).toBe(3600);
    await app.store.transaction((tx) => tx.revokeApiKey(key.id, new Date().toISOString()));
    const late = await call('transverses/v1/consulterCR', asked, {
      ...client,
      authorization: `Bearer ${token}`,
    });
    expect(late.status).toBe(401);
    const revoked = await ask({ authorization: basic }, 'grant_type=client_credentials');
    expect([revoked.status, await revoked.json()]).toMatchObject([401, { error: 'invalid_client' }]);
    const grant = await ask({ authorization: basic }, 'grant_type=password');
    expect([grant.status, await grant.json()]).toMatchObject([400, { error: 'unsupported_grant_type' }]);
  });

  it('finds structures by SIRET and by name, their obligations and their services', async () => {
    const [known] = await app.store.directory.listStructures(1);
    if (known === undefined) throw new Error('the directory is empty');
    const bySiret = await call('structures/v1/rechercher', {
      structure: { identifiantStructure: known.siret },
    });
    const found = (bySiret.body.listeStructures as { idStructureCPP: number }[])[0];
    expect(found).toMatchObject({ identifiantStructure: known.siret, designationStructure: known.name });
    const byName = await call('structures/v1/rechercher', {
      structure: { libelleStructure: known.name.slice(0, 6).toUpperCase() },
      parametres: {
        nbResultatsParPage: 1,
        pageResultatDemandee: 1,
        triColonne: 'DesignationStructure',
        triSens: 'Ascendant',
      },
    });
    expect(byName.body.parametresRetour).toMatchObject({ nbResultatsParPage: 1, pageCourante: 1 });
    expect(byName.body.listeStructures).toHaveLength(1);
    const shown = await call('structures/v1/consulter', { idStructureCPP: found?.idStructureCPP });
    expect(shown.body.parametres).toMatchObject({ codeServiceDoitEtreRenseigne: known.serviceRequired });
    const services = await call('structures/v1/rechercher/services', { idStructure: found?.idStructureCPP });
    expect(services.body.codeRetour).toBe(0);
    expect((await call('structures/v1/consulter', { idStructureCPP: 1 })).body.codeRetour).toBe(20000);
  });
});

const swagger = join(shared, 'reference/samples/aife/structures-api.swagger.json');
describe.skipIf(!existsSync(swagger))('the published description of the structures API', () => {
  it('holds for what we answer', async () => {
    const document = JSON.parse(readFileSync(swagger, 'utf8'));
    const [known] = await app.store.directory.listStructures(1);
    const id = Number(known?.siret);
    const asked: readonly (readonly [string, unknown])[] = [
      ['rechercher', { structure: { identifiantStructure: known?.siret } }],
      ['rechercher', { structure: { libelleStructure: 'a' }, parametres: { nbResultatsParPage: 3 } }],
      ['rechercher', {}],
      ['consulter', { idStructureCPP: id }],
      ['consulter', { idStructureCPP: 0 }],
      [
        'rechercher/services',
        { idStructure: id, parametresRechercherServicesStructure: { triColonne: 'CodeService' } },
      ],
    ];
    for (const [path, body] of asked) {
      const operation = document.paths[`/v1/${path}`].post;
      expect(problemsOf(document, operation.parameters[0].schema, body)).toEqual([]);
      const answer = await call(`structures/v1/${path}`, body);
      expect(problemsOf(document, operation.responses['200'].schema, answer.body), path).toEqual([]);
    }
    // The check itself can fail.
    const schema = document.paths['/v1/rechercher'].post.responses['200'].schema;
    expect(problemsOf(document, schema, { codeRetour: 'x', autre: 1 })).toHaveLength(3);
  });
});

describe('our own API on a running engine', () => {
  it('streams a large upload without holding it in memory', async () => {
    const { headers } = await addApiKey(app);
    const sizeBytes = 200 * 1024 * 1024;
    const piece = Buffer.alloc(256 * 1024, 0x61);
    const before = process.memoryUsage().rss;
    let most = before;
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(
        `${url}/api/v1/flux?interface=FSO1100A&nom=grand.xml&qualification=oui`,
        { method: 'POST', headers: { ...headers, 'content-type': 'application/octet-stream' } },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      sent.on('error', reject);
      Readable.from(
        (function* () {
          for (let sentBytes = 0; sentBytes < sizeBytes; sentBytes += piece.length) {
            most = Math.max(most, process.memoryUsage().rss);
            yield piece;
          }
        })(),
      ).pipe(sent);
    });
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body).taille).toBe(sizeBytes);
    expect((most - before) / 1024 / 1024).toBeLessThan(120);
    await app.engine.idle();
    expect(readdirSync(join(dir, 'work', 'uploads'))).toEqual([]);
  });

  it('shows a flow to its end: findings, invoices, statuses, report', async () => {
    const { headers } = await addApiKey(app);
    const { bytes } = sample('rejected-totals');
    const code = readdirSync(join(root, 'samples/rejected-totals/in'))[0]?.slice(0, 8);
    const deposit = await fetch(`${url}/api/v1/flux?interface=${code}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/xml' },
      body: new Uint8Array(bytes),
    });
    expect(deposit.status).toBe(201);
    const { id } = (await deposit.json()) as { id: string };
    await app.engine.idle();
    const read = async (path: string) =>
      (await fetch(`${url}/api/v1/${path}`, { headers })).json() as Promise<Record<string, never>>;
    const shown = (await read(`flux/${id}`)) as unknown as {
      final: boolean;
      anomalies: { message: string; remede: string }[];
      comptesRendus: { id: string }[];
    };
    expect(shown.final).toBe(true);
    expect(shown.anomalies.length).toBeGreaterThan(0);
    for (const { message, remede } of shown.anomalies) expect([message, remede]).not.toContain('');
    const [report] = shown.comptesRendus;
    const xml = await fetch(`${url}/api/v1/flux/${id}/comptes-rendus/${report?.id}`, { headers });
    expect(await xml.text()).toContain('CPPStatut');
    const invoices = (await read(`flux/${id}/factures`)) as unknown as {
      factures: { id: string; sort: string }[];
    };
    expect(invoices.factures.length).toBeGreaterThan(0);
    const one = invoices.factures[0];
    expect(await read(`factures/${one?.id}`)).toMatchObject({ id: one?.id, sort: one?.sort });
    const simulated = await fetch(`${url}/api/v1/flux/${id}/simulation`, { method: 'POST', headers });
    expect(simulated.status).toBe(200);
    expect(await simulated.json()).toMatchObject({ flux: id, avant: { etat: expect.any(String) } });
    const order = { motif: 'essai de retraitement', flux: id };
    const json = { ...headers, 'content-type': 'application/json', 'idempotency-key': 'r1' };
    const post = () =>
      fetch(`${url}/api/v1/retraitements`, { method: 'POST', headers: json, body: JSON.stringify(order) });
    const first = await post();
    expect(first.status).toBe(202);
    const batch = (await first.json()) as { id: string; flux: number };
    expect(batch.flux).toBe(1);
    expect(((await (await post()).json()) as { id: string }).id).toBe(batch.id);
    await app.engine.idle();
    expect(await read(`retraitements/${batch.id}`)).toMatchObject({ termines: 1, encoreRefuses: 1 });
  });

  it('checks a file without any effect', async () => {
    const { headers } = await addApiKey(app);
    const { bytes } = sample('rejected-totals');
    const before = (await app.store.listFlows({})).length;
    const answer = await fetch(`${url}/api/v1/controle?nom=f.xml`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/xml' },
      body: new Uint8Array(bytes),
    });
    expect(answer.status).toBe(200);
    const told = (await answer.json()) as { valide: boolean; anomalies: unknown[] };
    expect(told.valide).toBe(false);
    expect(told.anomalies.length).toBeGreaterThan(0);
    expect((await app.store.listFlows({})).length).toBe(before);
  });

  it('tells its health and its figures', async () => {
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      {
        ready: true,
        checks: [
          { name: 'store', ok: true },
          { name: 'archive', ok: true },
          { name: 'queue', ok: true },
        ],
      },
    ]);
    const text = await (await fetch(`${url}/metrics`)).text();
    const value = (line: RegExp) => Number(line.exec(text)?.[1] ?? Number.NaN);
    expect(value(/^ecluse_flows_total\{state="IN_REJETE"\} (\d+)/m)).toBeGreaterThan(0);
    expect(value(/^ecluse_stage_duration_seconds_count\{stage="check"\} (\d+)/m)).toBeGreaterThan(0);
    expect(value(/^ecluse_api_deposits_total (\d+)/m)).toBeGreaterThan(0);
    expect(value(/^ecluse_queue_depth (\d+)/m)).toBe(0);
    expect(value(/^ecluse_oldest_open_seconds ([\d.]+)/m)).toBe(0);
    expect(value(/^ecluse_store_readable (\d)/m)).toBe(1);
    expect(text).toMatch(/^ecluse_findings_total\{rule="[^"]+"\} \d+/m);
    expect(text).toMatch(/^ecluse_deliveries_pending\{partner="FRN001"\} \d+/m);
    expect(text).toMatch(/^ecluse_worker_threads\{state="idle"\} \d+/m);
  });
});
