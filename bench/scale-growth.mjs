// Whether work slows down with what is stored: flows that the engine has worked are multiplied by SQL, rows of all
// tables in their true proportions, then further flows are worked and the database is timed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { makeFlows } from '../scripts/crash/flows.mjs';
import { createRandom } from '../scripts/crash/random.mjs';
import { flowName, piece } from '../scripts/documents/names.mjs';
import { root } from '../scripts/ensure.mjs';
import { invoice10kB, scratch } from './lib.mjs';
import { median, onPostgres, prepare, reportsWritten, startRoles } from './scale-lib.mjs';

const templates = 100;
/** Minutes between two copies of the templates, counted from this day. */
const from = '2026-04-01';
const minutes = 30;
/** Bodies of outbound files are found by their key only: a part of each stands for it. */
const bodyLength = 200;

/** How one column of a copy comes from that of its template; `k` is the number of the copy. */
function columnOf(name, table, sql) {
  const column = `t."${name}"`;
  const isId = ['id', 'claimId', 'flow', 'invoice', 'delivery', 'sourceFlow', 'pivot'].includes(name);
  if (isId && !(table === 'statuses' && name === 'delivery')) return sql.id(column);
  if (table === 'statuses' && name === 'delivery') return sql.id(column);
  if (name === 'depositedName' || name === 'flowId' || (table === 'deliveries' && name === 'name'))
    return sql.name(column);
  if (name === 'number' || (table === 'archivedFiles' && name === 'key')) return `${column} || '-' || k`;
  if (name === 'sha256') return sql.hash(column);
  if (name === 'seq') return `${column} + ${sql.span(table)} * k`;
  if (name === 'body') return `substr(${column}, 1, ${bodyLength})`;
  if (/At$/.test(name) || name === 'at') return sql.at(column);
  return column;
}

const tables = ['flows', 'flowIds', 'attempts', 'invoices', 'invoiceNumbers', 'findings', 'statuses'];
const later = ['deliveries', 'deliveryBodies', 'deliveryInvoices', 'events', 'archivedFiles'];
const all = [...tables, ...later];

/** What differs between the two: how numbers are written, how days are counted, how many rows are made at once. */
const dialects = {
  sqlite: {
    id: (c) => `CASE WHEN ${c} IS NULL OR ${c} = '-' THEN ${c} ELSE printf('%08x', k) || substr(${c}, 9) END`,
    name: (c) => `substr(${c}, 1, length(${c}) - 15) || printf('%07d', k) || substr(${c}, -8)`,
    hash: (c) => `printf('%08x', k) || substr(${c}, 9)`,
    at: (c) =>
      `strftime('%Y-%m-%dT%H:%M', '${from}', '+' || (k * ${minutes}) || ' minutes') || substr(${c}, 17)`,
    series: (first, last) =>
      `(WITH RECURSIVE c (k) AS (SELECT ${first} UNION ALL SELECT k + 1 FROM c WHERE k < ${last}) SELECT k FROM c)`,
  },
  postgres: {
    id: (c) =>
      `CASE WHEN ${c} IS NULL OR ${c} = '-' THEN ${c} ELSE lpad(to_hex(k), 8, '0') || substr(${c}, 9) END`,
    name: (c) => `substr(${c}, 1, length(${c}) - 15) || lpad(k::text, 7, '0') || right(${c}, 8)`,
    hash: (c) => `lpad(to_hex(k), 8, '0') || substr(${c}, 9)`,
    at: (c) =>
      `to_char(timestamp '${from}' + k * interval '${minutes} minutes', 'YYYY-MM-DD"T"HH24:MI') || substr(${c}, 17)`,
    series: (first, last) => `(SELECT generate_series(${first}, ${last}) AS k)`,
  },
};

/** Copies of a batch are made together, in the order of age. */
const batch = 500;

async function multiply(dialect, copies, { columns, span, run }) {
  const sql = { ...dialects[dialect], span };
  for (let first = 1; first <= copies; first += batch) {
    const series = sql.series(first, Math.min(copies, first + batch - 1));
    for (const table of all) {
      const names = columns(table);
      const list = names.map((name) => `"${name}"`).join(', ');
      const made = names.map((name) => columnOf(name, table, sql)).join(', ');
      await run(
        `INSERT INTO "${table}" (${list}) SELECT ${made} FROM ${series} AS s CROSS JOIN "template_${table}" t ORDER BY k`,
      );
    }
  }
}

/** What lies in the database after the templates is what is copied. What was sent counts as fetched. */
const prelude = [
  `UPDATE deliveries SET "fetchedAt" = "deliveredAt"`,
  ...all.map((table) => `CREATE TABLE "template_${table}" AS SELECT * FROM "${table}"`),
];
const coda = all.map((table) => `DROP TABLE "template_${table}"`);

async function fillSqlite(path, copies) {
  const database = new Database(path);
  const one = (text) => database.prepare(text).get();
  database.exec('PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;');
  for (const text of prelude) database.exec(text);
  await multiply('sqlite', copies, {
    columns: (table) =>
      database
        .prepare(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => name),
    span: (table) => one(`SELECT max("seq") AS n FROM "template_${table}"`).n ?? 1,
    run: (text) => database.exec(`BEGIN; ${text}; COMMIT`),
  });
  for (const text of coda) database.exec(text);
  const { n } = one('SELECT count(*) AS n FROM flows');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return n;
}

async function fillPostgres(postgres, database, copies) {
  const ask = (text) => postgres.query(text, database);
  // No triggers of foreign keys: the rows are copies of rows that hold.
  await ask(`ALTER DATABASE ${database} SET session_replication_role = replica`);
  for (const text of prelude) await ask(text);
  const spans = new Map();
  const columns = new Map();
  for (const table of all) {
    const rows = await ask(
      `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' ORDER BY ordinal_position`,
    );
    columns.set(
      table,
      rows.map((row) => row.column_name),
    );
    if (columns.get(table).includes('seq'))
      spans.set(table, Number((await ask(`SELECT max("seq") AS n FROM "template_${table}"`))[0].n ?? 1));
  }
  await multiply('postgres', copies, {
    columns: (t) => columns.get(t),
    span: (t) => spans.get(t) ?? 1,
    run: ask,
  });
  for (const text of coda) await ask(text);
  for (const table of spans.keys())
    await ask(
      `SELECT setval(pg_get_serial_sequence('"${table}"', 'seq'), (SELECT max("seq") FROM "${table}"))`,
    );
  await ask(`ALTER DATABASE ${database} RESET session_replication_role`);
  await ask('VACUUM ANALYZE');
  await ask('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return Number((await ask('SELECT count(*) AS n FROM flows'))[0].n);
}

let deposited = 0;
function drop(home, list) {
  const folder = join(home, 'partners', 'FRN001', 'in');
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of list) writeFileSync(join(folder, name), bytes);
}

/** Flows of one kind, new to every store. */
function fresh(count) {
  return Array.from({ length: count }, () => {
    const n = 500_000_000 + ++deposited;
    const number = `G-${n}`;
    return { name: flowName('FSO1100A', n), bytes: invoice10kB(number, { piece: piece(number) }) };
  });
}

/** A store of one size, ready to be measured. */
async function build(store, size, postgres) {
  const home = scratch();
  prepare(home);
  const database = store === 'postgres' ? await postgres.createDatabase() : null;
  const env = database === null ? {} : onPostgres(postgres, database);
  drop(home, makeFlows(templates, createRandom(7)));
  const engine = await startRoles(home, ['all'], env);
  await reportsWritten(home, templates);
  // Statuses are gathered for some seconds before they are sent.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await engine.stop();
  const startedMs = Date.now();
  const copies = Math.max(0, Math.round(size / templates) - 1);
  const stored =
    database === null
      ? await fillSqlite(join(home, 'ecluse.sqlite'), copies)
      : await fillPostgres(postgres, database, copies);
  console.log(
    `  ${store}: ${stored} flows stored after ${((Date.now() - startedMs) / 1000).toFixed(0)} s (load ${loadavg()[0].toFixed(1)})`,
  );
  return { store, size, home, database, env, reports: templates, rates: [], dbMs: [], calls: [] };
}

/** Works further flows over one store; gives their rate and what the database took for each. */
async function round(one, measured, postgres) {
  const timing = join(one.home, 'timing.json');
  const hook = pathToFileURL(join(root, 'bench', 'scale-timer.mjs')).href;
  const env = one.database === null ? { NODE_OPTIONS: `--import=${hook}`, BENCH_TIMING: timing } : {};
  if (one.database !== null) await postgres.query('SELECT pg_stat_statements_reset()', one.database);
  drop(one.home, fresh(measured));
  const engine = await startRoles(one.home, ['all'], { ...one.env, ...env });
  const startedMs = Date.now();
  one.reports += measured;
  const lastMs = await reportsWritten(one.home, one.reports);
  await engine.stop();
  const rate = measured / ((lastMs - startedMs) / 1000);
  const spent =
    one.database === null
      ? JSON.parse(readFileSync(timing, 'utf8'))
      : await serverTime(postgres, one.database);
  one.rates.push(rate);
  one.dbMs.push(spent.ms / measured);
  one.calls.push(spent.calls / measured);
  return { rate, ...spent };
}

async function serverTime(postgres, database) {
  const [row] = await postgres.query(
    `SELECT sum(total_exec_time) AS ms, sum(calls)::int AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
     WHERE d.datname = '${database}' AND query NOT LIKE '%pg_stat_statements%'`,
    database,
  );
  const top = await postgres.query(
    `SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 110) AS text, calls::int, round(total_exec_time) AS ms FROM pg_stat_statements s
     JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = '${database}' ORDER BY total_exec_time DESC LIMIT 8`,
    database,
  );
  return { ms: Number(row.ms), calls: row.calls, top };
}

/** Gives the number of targets missed. */
export async function growth({ postgres, sizes, measured, rounds, stores }) {
  let missed = 0;
  for (const store of stores) {
    console.log(`growth on ${store}: ${measured} flows worked over ${sizes.join(', ')} stored flows`);
    const built = [];
    for (const size of sizes) built.push(await build(store, size, postgres));
    for (let n = 1; n <= rounds; n++)
      for (const one of built) {
        const found = await round(one, measured, postgres);
        console.log(
          `  ${one.size} stored: ${found.rate.toFixed(0)} flows/s, ${(found.ms / measured).toFixed(2)} ms and ${(found.calls / measured).toFixed(1)} statements of the database a flow (load ${loadavg()[0].toFixed(1)})`,
        );
        if (n === rounds && one === built.at(-1))
          for (const { text, calls, ms } of found.top)
            console.log(`      ${String(ms).padStart(7)} ms ${String(calls).padStart(7)} x ${text}`);
      }
    const [least, most] = [built[0], built.at(-1)];
    const rate = median(most.rates) / median(least.rates);
    const cost = median(most.dbMs) / median(least.dbMs);
    for (const [what, slower] of [
      ['flows/s', 1 / rate],
      ['database time per flow', cost],
    ]) {
      const met = slower <= 1.2;
      if (!met) missed++;
      console.log(
        `  ${what} at ${most.size} against ${least.size}: ${((slower - 1) * 100).toFixed(0)} % slower (target at most 20 %): ${met ? 'reached' : 'MISSED'}`,
      );
    }
    for (const one of built) if (one.database !== null) await postgres.dropDatabase(one.database);
  }
  return missed;
}
