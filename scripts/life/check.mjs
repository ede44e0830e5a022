// What must hold of a home whatever happened to it, read from the `out` folders and the rows of the store.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { keyOf } from './acts.mjs';
import { partners } from './world.mjs';

const finalStates = ['IN_INTEGRE', 'IN_INTEGRE_PARTIEL', 'IN_REJETE', 'QP_IRRECEVABLE'];
const texts = (xml, name) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((m) => m[1]);
const first = (xml, name) => texts(xml, name)[0] ?? null;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** What holds at every moment, also while an engine lies dead; at the end (`final`) everything is done as well. */
export function checkLife(world, final) {
  const home = readHome(world);
  const problems = [
    ...sequences(home),
    ...onceIntegrated(home),
    ...pivots(home, final),
    ...statuses(home, world, final),
    ...reports(home, final),
    ...counts(home),
    ...audit(home, final),
    ...files(home, final),
  ];
  if (!final) return problems;
  return [...problems, ...deposits(home, world), ...leftovers(world)];
}

/** What came about, so that a test that does nothing is seen. */
export function figures(world) {
  const { flows, invoices, statuses: rows, replays, attempts, moves: all } = readHome(world);
  const recalls = all.filter(({ kind, state }) => kind === 'recalled' && state === 'done').length;
  const moves = all.filter(({ kind }) => kind !== 'recalled').length;
  const integrated = invoices.filter(({ fate }) => fate === 'integrated').length;
  const given = rows.filter(({ actor }) => actor !== null).length;
  const done = replays.filter(({ state }) => state === 'done');
  const better = done.filter(({ beforeState, afterState }) => beforeState !== afterState).length;
  const cut = attempts.filter(({ endedAt }) => endedAt === null).length;
  return { flows: flows.length, integrated, given, replays: done.length, better, moves, recalls, cut };
}

/** Whether the newest attempt of a flow has not ended: it is under way, where an engine runs. */
export function isAttemptOpen({ database }) {
  const db = new Database(database, { readonly: true });
  try {
    const newest = 'SELECT max(b."attempt") FROM attempts b WHERE b."flow" = a."flow"';
    const open = `SELECT 1 FROM attempts a WHERE a."endedAt" IS NULL AND a."attempt" = (${newest}) LIMIT 1`;
    return db.prepare(open).all().length > 0;
  } finally {
    db.close();
  }
}

function readHome({ home, database }) {
  const db = new Database(database, { readonly: true });
  try {
    const rows = (sql) => db.prepare(sql).all();
    // One reading of everything: an engine may write meanwhile.
    db.exec('BEGIN');
    const read = {
      flows: rows('SELECT * FROM flows ORDER BY "seq"'),
      attempts: rows('SELECT * FROM attempts'),
      invoices: rows('SELECT * FROM invoices ORDER BY "seq"'),
      statuses: rows('SELECT * FROM statuses ORDER BY "seq"'),
      deliveries: rows('SELECT * FROM deliveries ORDER BY "seq"'),
      links: rows('SELECT * FROM "deliveryInvoices"'),
      events: rows('SELECT * FROM events ORDER BY "seq"'),
      replays: rows('SELECT * FROM replays ORDER BY "seq"'),
      moves: rows('SELECT * FROM "invoiceMoves" ORDER BY "seq"').map((row) => ({
        ...row,
        facts: JSON.parse(row.facts),
      })),
    };
    db.exec('COMMIT');
    return { ...read, files: outFiles(home), home };
  } finally {
    db.close();
  }
}

/** Files by name, those that partners have fetched included. */
function outFiles(home) {
  return partners.flatMap((partner) =>
    [join(home, 'partners', partner, 'out'), join(home, 'fetched', partner)].flatMap((folder) =>
      readdirSync(folder).map((name) => ({ partner, name, bytes: readFileSync(join(folder, name)) })),
    ),
  );
}

function grouped(list, key) {
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

const rowKey = (row) => `${row.supplierId}|${row.number}`;
const committed = ({ attempts }, flow) => attempts.filter((one) => one.flow === flow && one.endedAt !== null);

/** A number of an interface's sequence names one file, for one partner. */
function sequences({ deliveries }) {
  const groups = grouped(deliveries, ({ name }) => `${name.slice(0, 8)} ${name.slice(-15)}`);
  return [...groups]
    .filter(([, rows]) => rows.length > 1)
    .map(([number]) => `sequence ${number} was given twice`);
}

function onceIntegrated({ invoices }) {
  const groups = grouped(
    invoices.filter(({ fate }) => fate === 'integrated'),
    rowKey,
  );
  return [...groups]
    .filter(([, rows]) => rows.length > 1)
    .map(([key, rows]) => `${key} is integrated ${rows.length} times`);
}

/**
 * An invoice stands in one pivot; in others only that say Renvoi, one for each time it was completed or re-addressed to
 * a connected recipient. One that was recalled stands in none, one of a recipient that is not connected neither.
 */
function pivots({ files, invoices, deliveries, links, moves }, final) {
  const problems = [];
  const unique = new Map(files.map((file) => [file.name, file]));
  const units = [...unique.values()]
    .filter(({ name }) => name.startsWith('FEN0036A'))
    .flatMap(({ name, bytes }) => unitsOf(name, bytes.toString('utf8')));
  const wanted = new Map(
    invoices.filter(({ fate }) => fate === 'integrated').map((row) => [rowKey(row), row]),
  );
  const done = grouped(
    moves.filter(({ state }) => state === 'done'),
    ({ invoice }) => invoice,
  );
  const found = grouped(units, ({ key }) => key);
  for (const [key] of found)
    if (!wanted.has(key)) problems.push(`${key} stands in a pivot and is not integrated`);
  const carrying = new Set(deliveries.filter(({ kind }) => kind === 'pivot').map(({ id }) => id));
  const carried = new Set(
    links.filter(({ delivery }) => carrying.has(delivery)).map(({ invoice }) => invoice),
  );
  for (const [key, row] of wanted) {
    const own = done.get(row.id) ?? [];
    const list = found.get(key) ?? [];
    const plain = list.filter(({ resend }) => resend === null);
    const again = list.filter(({ resend }) => resend !== null);
    if (plain.length > 1)
      problems.push(`${key} stands in ${plain.length} pivots: ${plain.map(({ name }) => name)}`);
    if (own.some(({ kind }) => kind === 'recalled')) {
      if (list.length > again.length) problems.push(`${key} was recalled, and stands in ${list[0]?.name}`);
      continue;
    }
    const sent = own.flatMap(({ facts }) => facts.pivots ?? []);
    for (const { name } of again) if (!sent.includes(name)) problems.push(`${key}: nobody asked for ${name}`);
    const connected = row.recipientPartner !== null;
    if (own.length === 0 && carried.has(row.id) !== connected)
      problems.push(`${key}: a pivot for it is recorded: ${!connected}`);
    if (!final) continue;
    for (const name of sent)
      if (!again.some((one) => one.name === name))
        problems.push(`${key} does not stand in ${name} with Renvoi`);
    if (connected && list.length === 0) problems.push(`${key} is integrated and stands in no pivot`);
  }
  return problems;
}

const unitsOf = (name, xml) =>
  xml
    .split('<CPPFacturePivotUnitaire')
    .slice(1)
    .map((unit) => ({
      name,
      key: `${first(unit, 'Identifiant')}|${first(unit.split('<DonneesFacture>')[1] ?? '', 'Id')}`,
      resend: first(unit, 'Renvoi'),
    }));

/** Statuses follow the table, and each partner has been told its own, each once and in the order they came about. */
function statuses({ files, invoices, statuses: rows, deliveries }, { statusTable }, final) {
  const problems = [];
  const byId = new Map(invoices.map((row) => [row.id, row]));
  for (const [id, list] of grouped(rows, ({ invoice }) => invoice)) {
    const row = byId.get(id);
    const codes = list.map(({ code }) => code);
    if (row?.fate !== 'integrated') problems.push(`an invoice that is not integrated has statuses: ${codes}`);
    if (row?.status !== codes.at(-1)) problems.push(`${rowKey(row)} stands at ${row?.status}, told ${codes}`);
    for (const [at, code] of codes.entries()) {
      // What was called back was on its way or just there; CPPStatut has no code for it.
      const from = code === 'RAPPELEE' ? ['02', '03'] : (statusTable.statusOf(code)?.from ?? []);
      if (at === 0 ? code !== '01' : !from.includes(codes[at - 1])) problems.push(`${rowKey(row)}: ${codes}`);
    }
  }
  for (const partner of partners) {
    const due = rows.filter((row) => row.partner === partner && row.delivery !== '-');
    const delivered = new Map(deliveries.map((delivery) => [delivery.id, delivery.name]));
    const told = files
      .filter((file) => file.partner === partner && file.name.startsWith('FEN1201A'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ name, bytes }) => bytes.toString('utf8').split('<CPPFactureStatutUnitaire').slice(1).map((unit) =>
        `${first(unit, 'Identifiant')}|${first(unit, 'IdFacture')} ${first(unit, 'IdStatut')} ${name}`)); // biome-ignore format: one reading
    const sent = due
      .filter(({ delivery }) => delivery !== null)
      .map((row) => `${rowKey(byId.get(row.invoice))} ${row.code} ${delivered.get(row.delivery)}`);
    const there = new Set(files.map(({ name }) => name));
    const expected = final ? sent : sent.filter((line) => there.has(line.slice(line.lastIndexOf(' ') + 1)));
    if (told.join('\n') !== expected.join('\n')) problems.push(difference(partner, told, expected));
    if (final && due.length !== sent.length)
      problems.push(`${due.length - sent.length} statuses were never sent`);
  }
  return problems;
}

function difference(partner, told, expected) {
  const at = expected.findIndex((line, i) => line !== told[i]);
  const place = at < 0 ? expected.length : at;
  return `${partner} was told ${told.length} statuses, ${expected.length} expected; at ${place}: ${told[place]} instead of ${expected[place]}`;
}

/** One report for each committed attempt; each but the first names the one it replaces. */
function reports({ flows, files, deliveries, ...home }, final) {
  const problems = [];
  const byName = new Map(files.map((file) => [file.name, file]));
  const own = grouped(
    deliveries.filter(({ kind }) => kind === 'integration-report'),
    ({ flow }) => flow,
  );
  for (const { id, depositedName, partner } of flows) {
    const list = own.get(id) ?? [];
    const attempts = committed(home, id).length;
    if (list.length !== attempts)
      problems.push(`${depositedName} has ${list.length} reports for ${attempts} attempts`);
    if (final && attempts === 0) problems.push(`${depositedName} has no result`);
    for (const [at, delivery] of list.entries()) {
      if (delivery.partner !== partner)
        problems.push(`the report ${delivery.name} went to ${delivery.partner}`);
      const file = byName.get(delivery.name);
      if (file === undefined) continue;
      const xml = file.bytes.toString('utf8');
      const replaced = /<Code>CRRmp<\/Code>\s*<Valeurparametre>([^<]+)</.exec(xml)?.[1] ?? null;
      const before = at === 0 ? null : (list[at - 1]?.name.slice(-25) ?? null);
      if (replaced !== before)
        problems.push(`${delivery.name} replaces ${replaced}, and comes after ${before}`);
      if (first(xml, 'IdFlux') !== depositedName.slice(16))
        problems.push(`${delivery.name} is about another flow`);
    }
  }
  return problems;
}

function counts({ flows, invoices }) {
  const problems = [];
  const integrated = grouped(
    invoices.filter(({ fate }) => fate === 'integrated'),
    ({ flow }) => flow,
  );
  for (const flow of flows) {
    const {
      depositedName: name,
      invoicesReceived: all,
      invoicesIntegrated: good,
      invoicesRejected: bad,
    } = flow;
    if (all !== good + bad) problems.push(`${name}: ${all} received, ${good} integrated, ${bad} rejected`);
    if (name.startsWith('FSO1201A')) continue;
    const rows = integrated.get(flow.id)?.length ?? 0;
    if (rows !== good) problems.push(`${name} counts ${good} integrated, ${rows} are`);
  }
  return problems;
}

/** The audit trail tells of everything that was done to a flow, each once. */
function audit({ flows, invoices, events, deliveries, replays, moves, statuses: rows, ...home }, final) {
  const problems = [];
  const flowOf = new Map(invoices.map(({ id, flow }) => [id, flow]));
  const of = grouped(events, ({ flow }) => flow);
  const counted = (list, kind) => list.filter((event) => event.kind === kind).length;
  const must = (name, what, found, wanted) => {
    if (found !== wanted) problems.push(`${name}: ${found} events of ${what}, ${wanted} expected`);
  };
  for (const { id, depositedName: name } of flows) {
    const list = of.get(id) ?? [];
    const asked = replays.filter(({ flow }) => flow === id);
    must(name, 'its receipt', counted(list, 'received'), 1);
    must(name, 'its results', counted(list, 'processed'), committed(home, id).length);
    must(name, 'replays asked', counted(list, 'replay-asked'), asked.length);
    must(
      name,
      'replays done',
      counted(list, 'replayed'),
      asked.filter(({ state }) => state === 'done').length,
    );
    const own = moves.filter(({ invoice }) => flowOf.get(invoice) === id);
    const byMoves = new Set(own.flatMap(({ facts }) => facts.pivots ?? []));
    const sent = deliveries.filter(({ flow }) => flow === id);
    must(
      name,
      'what was prepared',
      counted(list, 'outbound'),
      sent.filter((one) => !byMoves.has(one.name)).length,
    );
    const delivered = sent.filter(({ state }) => state === 'delivered').length;
    // A recall takes files out, and may put them back.
    if (!own.some(({ kind }) => kind === 'recalled'))
      must(name, 'what was delivered', counted(list, 'delivered'), delivered);
    for (const kind of ['completed', 'readdressed', 'recalled'])
      must(
        name,
        kind,
        counted(list, kind),
        own.filter((one) => one.kind === kind && one.state === 'done').length,
      );
    const asks = own.filter(({ kind }) => kind === 'recalled');
    must(name, 'recalls asked', counted(list, 'recall-asked'), asks.length);
    must(
      name,
      'recalls refused',
      counted(list, 'recall-refused'),
      asks.filter(({ state }) => state === 'refused').length,
    );
  }
  const set = rows.filter(({ actor }) => actor?.startsWith('partner:'));
  must('statuses', 'partners', counted(events, 'status'), set.length);
  if (final)
    must(
      'replays',
      'open ones',
      replays.filter(({ state }) => ['waiting', 'taken'].includes(state)).length,
      0,
    );
  return problems;
}

/** Every file is a delivery's, with its very bytes, and at the end every delivery has its file. */
function files({ files: list, deliveries }, final) {
  const problems = [];
  const byName = new Map(deliveries.map((delivery) => [delivery.name, delivery]));
  const hashes = new Map();
  for (const { partner, name, bytes } of list) {
    if (!final && name.startsWith('.')) continue;
    const delivery = byName.get(name);
    const hash = sha256(bytes);
    if (delivery === undefined) problems.push(`${name} belongs to no delivery`);
    else if (delivery.partner !== partner) problems.push(`${name} lies in the folder of ${partner}`);
    else if (delivery.sha256 !== null && delivery.sha256 !== hash) problems.push(`${name} has other bytes`);
    if ((hashes.get(name) ?? hash) !== hash) problems.push(`${name} came with two contents`);
    hashes.set(name, hash);
  }
  if (!final) return problems;
  for (const { name, state, removedAt } of deliveries)
    if (state === 'withdrawn' || removedAt !== null) {
      if (hashes.has(name)) problems.push(`${name} was taken back, and is there`);
    } else if (state !== 'delivered' || !hashes.has(name))
      problems.push(`${name} is ${state}, and was not written`);
  return problems;
}

/** Every deposit has its flow, and the archive its bytes; what was good is integrated. */
function deposits({ flows, invoices, home }, world) {
  const problems = [];
  const rowsOf = grouped(
    flows,
    ({ partner, depositedName, sha256: hash }) => `${partner} ${depositedName} ${hash}`,
  );
  if (flows.length !== world.deposits.length)
    problems.push(`${flows.length} flows for ${world.deposits.length} deposits`);
  const integrated = new Set(invoices.filter(({ fate }) => fate === 'integrated').map(rowKey));
  for (const { partner, name, bytes, invoices: own, sure } of world.deposits) {
    const [row] = rowsOf.get(`${partner} ${name} ${sha256(bytes)}`) ?? [];
    if (row === undefined) {
      problems.push(`${name} is lost`);
      continue;
    }
    if (!finalStates.includes(row.state)) problems.push(`${name} ends as ${row.state}`);
    const path = join(home, 'archive', row.archiveKey);
    if (!existsSync(path) || sha256(readFileSync(path)) !== row.sha256)
      problems.push(`the archive has not the bytes of ${name}`);
    for (const invoice of sure ? own : [])
      if (invoice.how === 'good' && !integrated.has(keyOf(invoice)))
        problems.push(`${keyOf(invoice)} of ${name} is good, and not integrated`);
  }
  return problems;
}

/** Nothing lies in `in`, in the claims or in working folders. */
function leftovers(world) {
  const folders = [...partners.map((partner) => world.folder(partner, 'in')), join(world.home, 'work')];
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `left behind: ${join(entry.parentPath ?? entry.path, entry.name)}`),
    );
}
