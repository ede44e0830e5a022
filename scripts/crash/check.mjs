import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument } from 'libxml2-wasm';

/** Where each partner's outbound files are. */
export const localFolders = (home) =>
  Object.fromEntries(
    ['FRN001', 'COL001', 'ETA001'].map((partner) => [partner, join(home, 'partners', partner, 'out')]),
  );

function ask(args, { main, env }, home) {
  const done = spawnSync(process.execPath, [main, ...args, '--format', 'json'], {
    cwd: home,
    env,
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
  });
  if (done.status !== 0)
    throw new Error(`ecluse ${args.join(' ')} ended with ${done.status}: ${done.stderr}`);
  return done.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function outbound(folders) {
  return Object.entries(folders).flatMap(([partner, folder]) => {
    // A note of what was sent may outlive its process until the next delivery.
    const names = readdirSync(folder).filter((name) => !/^\..*\.sent$/.test(name));
    return names.map((name) => ({ partner, name, bytes: readFileSync(join(folder, name)) }));
  });
}

const texts = (xml, element) =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map((match) => match[1]);

function count(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Whether what a home holds is what these flows must have become; gives the problems found. */
export async function checkHome(home, flows, engine, folders = localFolders(home)) {
  const problems = [];
  const rows = ask(['flows', 'list', '--limit', '1000000'], engine, home);
  // A name may have been deposited twice, with other bytes.
  const byDeposit = new Map(rows.map((row) => [`${row.depositedName} ${row.sha256}`, row]));
  if (rows.length !== flows.length) problems.push(`${rows.length} flows recorded, ${flows.length} deposited`);
  for (const flow of flows) {
    const row = byDeposit.get(`${flow.name} ${sha256Of(flow.bytes)}`);
    if (row === undefined) problems.push(`${flow.name} is lost, or recorded with other bytes`);
    else if (row.state !== flow.state) problems.push(`${flow.name} is ${row.state}, expected ${flow.state}`);
    else problems.push(...checkOriginal(home, flow, row));
  }
  const files = outbound(folders);
  problems.push(...checkFiles(files, ask(['deliveries', 'list', '--limit', '1000000'], engine, home)));
  problems.push(...checkReports(files, flows));
  problems.push(...checkInvoices(files, flows));
  const left = leftovers(home);
  if (left.length > 0) problems.push(`left behind: ${left.slice(0, 5).join(', ')}`);
  return problems;
}

const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The archive holds the very bytes that were deposited. */
function checkOriginal(home, flow, row) {
  const path = join(home, 'archive', row.archiveKey);
  if (!existsSync(path)) return [`the original of ${flow.name} is not in the archive`];
  return sha256Of(readFileSync(path)) === row.sha256 ? [] : [`the archive has other bytes of ${flow.name}`];
}

/** Every file is one delivery's, whole, and every delivery has its file. */
function checkFiles(files, deliveries) {
  const problems = [];
  const byName = new Map(deliveries.map((delivery) => [`${delivery.partner}/${delivery.name}`, delivery]));
  if (byName.size !== deliveries.length) problems.push('two deliveries have the same name');
  if (files.length !== deliveries.length)
    problems.push(`${files.length} files for ${deliveries.length} deliveries`);
  for (const { partner, name, bytes } of files) {
    const delivery = byName.get(`${partner}/${name}`);
    const sha256 = sha256Of(bytes);
    if (delivery === undefined) problems.push(`${name} belongs to no delivery`);
    else if (delivery.state !== 'delivered' || delivery.sha256 !== sha256)
      problems.push(`${name} is not the file that was delivered (${delivery.state})`);
    try {
      XmlDocument.fromBuffer(bytes).dispose();
    } catch (error) {
      problems.push(`${name} is not whole: ${error.message}`);
    }
  }
  return problems;
}

function checkReports(files, flows) {
  const reports = count(
    files
      .filter(({ name }) => name.startsWith('CSO'))
      .flatMap(({ bytes }) => texts(bytes.toString('utf8'), 'IdFlux')),
  );
  return [...count(flows.map(({ name }) => name))]
    .filter(([name, deposits]) => reports.get(name.slice(16)) !== deposits)
    .map(
      ([name, deposits]) => `${name}: ${reports.get(name.slice(16)) ?? 0} reports for ${deposits} deposits`,
    );
}

/** Every good invoice is in one pivot, with each of its three first statuses sent once; no other is. */
function checkInvoices(files, flows) {
  const problems = [];
  const pivots = files.filter(({ name }) => name.startsWith('FEN0036A'));
  const delivered = count(
    pivots.flatMap(({ bytes }) =>
      [...bytes.toString('utf8').matchAll(/<DonneesFacture>\s*<Id>([^<]*)<\/Id>/g)].map((match) => match[1]),
    ),
  );
  const statuses = count(
    files
      .filter(({ name }) => name.startsWith('FEN1201A'))
      .flatMap(({ bytes }) => {
        const xml = bytes.toString('utf8');
        const codes = texts(xml, 'IdStatut');
        return texts(xml, 'IdFacture').map((id, i) => `${id} ${codes[i]}`);
      }),
  );
  const wanted = flows.flatMap((flow) => flow.invoices);
  for (const number of wanted) {
    if (delivered.get(number) !== 1)
      problems.push(`invoice ${number} is in ${delivered.get(number) ?? 0} pivots`);
    for (const code of ['01', '02', '03']) {
      const sent = statuses.get(`${number} ${code}`) ?? 0;
      if (sent !== 1) problems.push(`status ${code} of ${number} was sent ${sent} times`);
    }
  }
  if (delivered.size !== wanted.length)
    problems.push(`${delivered.size} invoices delivered, ${wanted.length} expected`);
  if (statuses.size !== wanted.length * 3)
    problems.push(`${statuses.size} statuses sent, ${wanted.length * 3} expected`);
  return problems;
}

function leftovers(home) {
  const found = [];
  const work = join(home, 'work');
  if (!existsSync(work)) return found;
  for (const entry of readdirSync(work, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) found.push(join(entry.parentPath ?? entry.path, entry.name));
  }
  return found;
}
