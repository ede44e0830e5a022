import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkHome } from '../crash/check.mjs';

/** Files of a page that the outbox writes side by side may appear in another order. */
const pageSize = 32;

/** What became of everything: the problems found, and what was counted on the way. */
export async function checkAccount({
  home,
  flows,
  issuers,
  consumer,
  postgres,
  database,
  main,
  config,
  env,
  lanes,
}) {
  const engine = { main, env: { ...env, ECLUSE_CONFIG: config } };
  const problems = await checkHome(home, flows, engine, consumer.folders);
  for (const name of consumer.again) problems.push(`${name} came a second time after it had been fetched`);
  const deliveries = await postgres.query(
    'SELECT "seq"::int, "partner", "name", "kind", "state" FROM deliveries ORDER BY "seq"',
    database,
  );
  problems.push(...checkSequences(deliveries));
  for (const [partner, seen] of consumer.seen)
    problems.push(...checkOrder(partner, deliveries, seen, consumer.named.get(partner), lanes));
  problems.push(...(await checkRows(postgres, database)));
  for (const partner of issuers) problems.push(...reconcile(partner, flows, home, engine));
  const verified = call(['archive', 'verify'], home, engine);
  if (verified.status !== 0)
    problems.push(`ecluse archive verify: ${verified.status}: ${verified.stdout.slice(-500)}`);
  return { problems, counts: await counts(flows, deliveries, postgres, database) };
}

const call = (args, home, { main, env }) =>
  spawnSync(process.execPath, [main, ...args], { cwd: home, env, encoding: 'utf8', maxBuffer: 1 << 28 });

/** Numbers of each interface code are taken in the order of the outbox, and none is left out. */
function checkSequences(deliveries) {
  const problems = [];
  const last = new Map();
  for (const { name } of deliveries) {
    const [, code, number] = /^(\w{8})_\w{6}_\w{10}(\d{15})$/.exec(name) ?? [];
    if (code === undefined) continue;
    const before = last.get(code) ?? 0;
    if (Number(number) !== before + 1) problems.push(`${name} comes after number ${before} of ${code}`);
    last.set(code, Number(number));
  }
  return problems;
}

/** Files got their names in the order in which they were committed. */
function checkOrder(partner, deliveries, seen, named, lanes) {
  const ordered = deliveries.filter((one) => one.partner === partner && seen.has(one.name));
  const reach = lanes === 1 ? 1 : pageSize;
  const problems = [];
  let latest = -1;
  for (let i = 0; i < ordered.length; i++) {
    const { name } = ordered[i];
    // With several lanes only what stands a page apart is compared.
    if (i >= reach) latest = Math.max(latest, named.get(ordered[i - reach].name) ?? -1);
    const at = named.get(name);
    if (at === undefined) problems.push(`nobody told when ${partner}/${name} got its name`);
    else if (at < latest) problems.push(`${partner}/${name} appeared before a file that goes before it`);
  }
  return problems;
}

async function checkRows(postgres, database) {
  const ask = async (sql) => (await postgres.query(sql, database)).map((row) => Object.values(row).join(' '));
  const checks = {
    'two rows for one claim': 'SELECT "claimId" FROM flows GROUP BY 1 HAVING count(*) > 1',
    'more than one integration report': `SELECT "flow" FROM deliveries WHERE "kind" = 'integration-report' GROUP BY 1 HAVING count(*) > 1`,
    'an attempt that ended twice': `SELECT "flow", "attempt" FROM attempts GROUP BY 1, 2 HAVING count(*) > 1`,
    'an invoice number integrated twice': `SELECT "supplierId", "number" FROM invoices WHERE "fate" = 'integrated' GROUP BY 1, 2 HAVING count(*) > 1`,
    'a final flow with a job that waits': `SELECT j."flow" FROM "jobFaults" j JOIN flows f ON f."id" = j."flow" WHERE f."finalAt" IS NOT NULL`,
    'a status twice': `SELECT "invoice", "code" FROM statuses GROUP BY 1, 2 HAVING count(*) > 1`,
  };
  const problems = [];
  for (const [what, sql] of Object.entries(checks)) {
    const rows = await ask(sql);
    if (rows.length > 0) problems.push(`${what}: ${rows.slice(0, 3).join(', ')} (${rows.length})`);
  }
  return problems;
}

/** `ecluse partners reconcile` over the list of what the sender says it sent. */
function reconcile(partner, flows, home, engine) {
  const own = flows.filter((flow) => flow.partner === partner);
  const list = join(home, '..', `sent-${partner}.csv`);
  const line = ({ name, bytes }) => `${name};${createHash('sha256').update(bytes).digest('hex')}`;
  writeFileSync(list, `${own.map(line).join('\n')}\n`);
  const done = call(['partners', 'reconcile', partner, '--list', list], home, engine);
  if (done.status !== 0)
    return [`reconcile ${partner}: ${done.status}: ${(done.stdout + done.stderr).slice(-500)}`];
  const left = readdirSync(join(home, 'partners', partner, 'in'));
  return left.length === 0 ? [] : [`left in the drop folder of ${partner}: ${left.slice(0, 3).join(', ')}`];
}

async function counts(flows, deliveries, postgres, database) {
  const [{ attempts, open }] = await postgres.query(
    'SELECT count(*)::int AS attempts, count(*) FILTER (WHERE "endedAt" IS NULL)::int AS open FROM attempts',
    database,
  );
  return {
    'integration reports': deliveries.filter(({ kind }) => kind === 'integration-report').length,
    pivots: deliveries.filter(({ kind }) => kind === 'pivot').length,
    'invoices that had to reach a recipient': flows.reduce((sum, { invoices }) => sum + invoices.length, 0),
    'attempts begun': attempts,
    'attempts cut short': open,
  };
}
