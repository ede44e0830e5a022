// The console over a full store: each page is asked for again and again over loopback, with its size.
// Then the main pages are opened in Debian's chromium (CHROMIUM may name another), and their first paint is taken.
// --flows N (1000000), --times N (20), --paints N (20), --database PATH (kept and used again). Targets: 95 % of the answers
// of a page within 300 ms, 95 % of first paints likewise, and pages under 100 kB, with 1,000,000 flows stored.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'libsql';
import { folderArchive } from '../dist/adapters/archive/folder.js';
import { sqliteStore } from '../dist/adapters/store/sqlite.js';
import { scryptPasswords } from '../dist/console/passwords.js';
import { startConsole } from '../dist/console/server.js';
import { createSessions } from '../dist/console/sessions.js';
import { newId } from '../dist/domain/ids.js';
import { loadSettings } from '../dist/settings/load.js';
import { browserMissing, firstPaints } from './console-paint.mjs';
import { machine, scratch } from './lib.mjs';

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '1000000' },
    times: { type: 'string', default: '20' },
    paints: { type: 'string', default: '20' },
    database: { type: 'string' },
  },
});
const flows = Number(values.flows);
const times = Number(values.times);
const targetMs = 300;
const targetBytes = 100_000;

const home = scratch();
const path = values.database ?? join(home, 'ecluse.sqlite');
if (!existsSync(path)) await fill(path);
console.log(machine());
console.log(`${flows} flows stored, ${(statSync(path).size / 1e9).toFixed(2)} GB`);

/** Rows over the last forty days; one flow in ten is refused, one in a thousand waits. */
async function fill(to) {
  const made = await sqliteStore({ path: to });
  await made.migrate();
  await made.close();
  const startedMs = Date.now();
  const spanS = 40 * 86_400;
  const first = new Date(Date.now() - spanS * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  const at = (n) =>
    `strftime('%Y-%m-%dT%H:%M:%fZ', '${first}', '+' || (${n} * ${spanS}.0 / ${flows}) || ' seconds')`;
  const digits = (n, width) => `printf('%0${width}d', ${n})`;
  const count = (last) =>
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${last})`;
  const state = `CASE WHEN n % 1000 = 7 THEN 'IN_RECU' WHEN n % 10 = 0 THEN 'IN_REJETE' WHEN n % 50 = 1 THEN 'IN_INTEGRE_PARTIEL' WHEN n % 100000 = 5 THEN 'IN_INCIDENTE' ELSE 'IN_INTEGRE' END`;
  const database = new Database(to);
  database.exec(`
PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; BEGIN;
INSERT INTO flows ("seq", "id", "claimId", "partner", "depositedName", "flowId", "interfaceCode", "sha256", "sizeBytes", "archiveKey",
  "state", "attempt", "receivedAt", "finalAt", "invoicesReceived", "invoicesIntegrated", "invoicesRejected")
${count(flows)} SELECT n, '0190-' || ${digits('n', 12)}, 'claim-' || n, 'FRN' || ${digits('1 + n % 40', 3)}, 'FSO1100A_FRN001_FRN0011100' || ${digits('n', 15)},
  'FRN0011100' || ${digits('n', 15)}, 'FSO1100A', ${digits('n', 64)}, 1000 + n % 90000, 'originals/x', ${state}, 1, ${at('n')},
  CASE WHEN n % 1000 = 7 THEN NULL ELSE ${at('n')} END, CASE WHEN n % 1000 = 7 THEN 0 ELSE 2 END,
  CASE WHEN n % 1000 = 7 OR n % 10 = 0 THEN 0 WHEN n % 50 = 1 THEN 1 ELSE 2 END, CASE WHEN n % 1000 = 7 THEN 0 WHEN n % 10 = 0 THEN 2 WHEN n % 50 = 1 THEN 1 ELSE 0 END FROM c;
INSERT INTO attempts SELECT id, 1, "receivedAt", "finalAt", 10.0, state, '[{"layer":"schema","verdict":"valid","durationMs":1,"ruleSet":"ubl-2.1"}]' FROM flows;
INSERT INTO invoices ("seq", "id", "flow", "attempt", "entry", "entryIndex", "number", "typeCode", "issueDate", "currency", "supplierType", "supplierId",
  "supplierName", "supplierCountry", "recipientSiret", "recipientName", "payable", "fate", "recipientPartner", "status")
${count(flows)} SELECT n, 'inv-' || ${digits('n', 12)}, '0190-' || ${digits('n', 12)}, 1, 'facture-' || n || '.xml', 0, 'F-' || ${digits('n', 8)},
  '380', '2026-01-01', 'EUR', '1', ${digits('n % 20000', 14)}, 'Fournisseur ' || (n % 20000), 'FR', ${digits('n % 500', 14)}, 'Commune', '120.00',
  CASE WHEN n % 10 = 0 THEN 'rejected' ELSE 'integrated' END, 'COL001', '03' FROM c;
INSERT INTO findings ("flow", "attempt", "position", "rule", "severity", "layer", "message", "fix", "path", "line", "invoice", "invoiceIndex", "entry")
  SELECT flow, 1, 0, 'G1.' || (10 + seq / 10 % 30), 'fatal', 'chorus', 'Un motif de longueur habituelle, avec sa valeur.', 'Un remède.', '/Invoice', 12, number, 0, entry FROM invoices WHERE seq % 10 = 0;
INSERT INTO statuses ("id", "invoice", "partner", "code", "at", "delivery")
  SELECT 'status-' || seq, id, 'FRN001', '01', '2026-02-01T00:00:00.000Z', '-' FROM invoices WHERE seq % 10 <> 0;
INSERT INTO deliveries ("id", "partner", "name", "kind", "flow", "state", "attempts", "createdAt", "deliveredAt", "fetchedAt")
  SELECT 'report-' || id, partner, 'CSO-' || id, 'integration-report', id, 'delivered', 1, "receivedAt", "receivedAt", CASE WHEN seq % 1000 = 0 THEN NULL ELSE "receivedAt" END FROM flows WHERE "finalAt" IS NOT NULL;
INSERT INTO "deliveryBodies" SELECT id, '', '[]' FROM deliveries;
INSERT INTO events ("at", "actor", "kind", "flow", "text") SELECT "receivedAt", 'engine', 'received', id, 'déposé' FROM flows;
INSERT INTO "hourlyCounts" SELECT 'state', substr("receivedAt", 1, 13), state, count(*), sum("invoicesReceived"), sum("invoicesIntegrated"), sum("invoicesRejected") FROM flows WHERE "finalAt" IS NOT NULL GROUP BY 2, 3;
INSERT INTO "hourlyCounts" SELECT 'rule', substr(f."receivedAt", 1, 13), n.rule, count(*), 0, 0, count(*) FROM flows f JOIN findings n ON n.flow = f.id GROUP BY 2, 3;
COMMIT;`);
  database.close();
  console.log(`written in ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
}

for (const name of ['archive', 'quarantine']) mkdirSync(join(home, name), { recursive: true });
const store = await sqliteStore({ path });
await store.migrate();
const parts = {
  loaded: loadSettings({
    env: { ECLUSE_HOME: home },
    cwd: home,
    flags: { console: { port: 0, requestsPerMinuteMax: 1_000_000 } },
  }),
  store,
  archive: folderArchive({ dir: join(home, 'archive'), quarantineDir: join(home, 'quarantine') }),
  clock: { now: () => new Date() },
  log: { debug() {}, info() {}, warn: console.error, error: console.error },
  version: '0.0.0',
  passwords: scryptPasswords({ n: 16, r: 1, p: 1 }),
};
const user = {
  id: newId(),
  login: `bench-${newId()}`,
  name: 'Mesure',
  role: 'reader',
  password: null,
  subject: null,
  mustChange: false,
  disabledAt: null,
  createdAt: new Date().toISOString(),
  createdBy: 'user:bench',
  passwordAt: null,
  lastLoginAt: null,
};
const { token, session } = createSessions(parts).prepare(user, { ip: '127.0.0.1', agent: 'bench' });
await store.transaction(async (tx) => {
  await tx.insertUser(user);
  await tx.insertSession(session);
});
const running = await startConsole(parts);
const share = (list, part) =>
  [...list].sort((a, b) => a - b)[Math.max(0, Math.ceil(list.length * part) - 1)] ?? 0;
const padded = (n, width) => String(n).padStart(width, '0');
const refused = Math.floor(flows / 20) * 10;
const today = new Date().toISOString().slice(0, 10);
const pages = [
  '/',
  '/synthese/chiffres',
  '/synthese/graphiques?periode=30',
  '/tableau-de-bord',
  '/flux',
  '/flux?tri=taille',
  '/flux?tri=-fin',
  '/flux?tri=-factures',
  '/flux?etat=rejete',
  '/flux?etat=incident',
  '/flux?etat=en-attente',
  '/flux?etat=incident&partenaire=FRN006',
  '/flux?etat=incident&tri=-taille',
  `/flux?du=${today}&etat=integre`,
  '/flux?partenaire=FRN003',
  '/flux?regle=G1.12',
  `/flux?q=F-${padded(refused, 8)}`,
  `/flux?q=${padded(77, 14)}`,
  '/flux?q=fournisseur+77',
  '/flux?q=introuvable',
  `/flux/0190-${padded(refused, 12)}`,
  '/factures',
  '/factures?etat=rejetee',
  '/factures?partenaire=FRN003',
  `/factures?numero=F-${padded(refused, 8)}`,
  '/factures?numero=F',
  `/factures?fournisseur=${padded(77, 14)}`,
  `/factures/inv-${padded(refused, 12)}`,
  '/factures?etat=41',
  '/partenaires',
  '/partenaires/FRN001',
  '/regles',
  '/regles?jours=365',
  '/alertes',
  '/journal',
  '/annuaire',
  '/retraitements',
];
let worst = 0;
let largest = 0;
for (const page of pages) {
  const spent = [];
  let bytes = 0;
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    const answer = await fetch(`${running.url}${page}`, { headers: { cookie: `ecluse-session=${token}` } });
    const text = await answer.text();
    spent.push(performance.now() - before);
    if (answer.status !== 200) throw new Error(`${page}: ${answer.status} ${text.slice(0, 300)}`);
    bytes = Buffer.byteLength(text);
  }
  const p95 = share(spent, 0.95);
  worst = Math.max(worst, p95);
  largest = Math.max(largest, bytes);
  console.log(
    `${page}: median ${share(spent, 0.5).toFixed(1)} ms, 95 % within ${p95.toFixed(1)} ms, slowest ${Math.max(...spent).toFixed(1)} ms; ${(bytes / 1000).toFixed(1)} kB`,
  );
}

/** What people open first, and what they open most. */
const main = [
  '/',
  '/tableau-de-bord',
  '/flux',
  '/flux?etat=rejete',
  `/flux?q=F-${padded(refused, 8)}`,
  `/flux/0190-${padded(refused, 12)}`,
  '/factures',
  `/factures/inv-${padded(refused, 12)}`,
  '/partenaires',
  '/regles',
  '/alertes',
];
let slowestPaint = null;
const missing = browserMissing();
if (missing !== null) console.log(`first paint skipped: ${missing}`);
else {
  const cookie = { name: 'ecluse-session', value: token, url: running.url };
  for (const { page, paints } of await firstPaints(running.url, cookie, main, Number(values.paints))) {
    const p95 = share(paints, 0.95);
    slowestPaint = Math.max(slowestPaint ?? 0, p95);
    console.log(
      `${page}: first paint after ${share(paints, 0.5).toFixed(0)} ms (median), 95 % within ${p95.toFixed(0)} ms`,
    );
  }
}
await running.close();
await store.close();
let missed = 0;
function target(what, value, most, unit) {
  const reached = value <= most;
  if (!reached) missed++;
  console.log(
    `${what}: ${value.toFixed(1)} ${unit} (target ${most} ${unit}): ${reached ? 'reached' : 'MISSED'}`,
  );
}
target('slowest page, 95 % of its answers within', worst, targetMs, 'ms');
target('largest page', largest / 1000, targetBytes / 1000, 'kB');
if (slowestPaint !== null) target('slowest first paint, 95 % within', slowestPaint, targetMs, 'ms');
process.exitCode = missed === 0 ? 0 : 1;
