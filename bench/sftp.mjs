// Download and claim over SFTP beside OpenSSH's own client, on the same server in one run. Ends with each target, what
// was reached, and `reached` or `MISSED`; exits with 1 when one was missed.
// node bench/sftp.mjs [--files 5000] [--bytes 20000] [--large 200] [--rounds 3]
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sftpConnection, sftpIntake } from '../dist/adapters/transport/sftp.js';
import { hasSshd, startSshd } from '../scripts/sshd.mjs';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '5000' },
    bytes: { type: 'string', default: '20000' },
    large: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    concurrency: { type: 'string', default: '8' },
  },
});
const fileCount = Number(values.files);
const fileBytes = Number(values.bytes);
const largeBytes = Number(values.large) * 1024 * 1024;
const rounds = Number(values.rounds);
const concurrency = Number(values.concurrency);
if (!hasSshd()) {
  console.log('skipped: /usr/sbin/sshd is not installed');
  process.exit(0);
}

const root = mkdtempSync(join(tmpdir(), 'ecluse-bench-'));
const drop = join(root, 'in');
const keep = join(root, 'keep');
const fetched = join(root, 'fetched');
for (const dir of [drop, keep]) mkdirSync(dir);
const sshd = await startSshd();
let connection;
/** Most that memory grew in a round of the large file, in MiB. */
let grownMiB = 0;
/** What was reached, and whether that is enough. */
const targets = [];

try {
  console.log(`${cpus().length} cores, ${process.version}, fsync ${fsyncMs().toFixed(2)} ms`);
  connection = connect();
  for (let n = 0; n < fileCount; n++)
    writeFileSync(join(keep, `F${String(n).padStart(6, '0')}.xml`), randomBytes(fileBytes));
  await compare(
    `${fileCount} files of ${fileBytes} bytes`,
    smallWithSftp,
    smallWithEcluse,
    'files/s',
    fileCount,
    0.75,
  );
  rmSync(keep, { recursive: true });
  mkdirSync(keep);
  writeLarge(join(keep, 'large.tar.gz'));
  await compare(
    `one file of ${values.large} MiB`,
    largeWithSftp,
    largeWithEcluse,
    'MiB/s',
    Number(values.large),
    0.6,
  );
  targets.push({
    what: 'memory while the large file comes',
    target: 'under 64 MiB more',
    reached: `${grownMiB.toFixed(0)} MiB`,
    met: grownMiB < 64,
  });
  for (const { what, target, reached, met } of targets)
    console.log(`target: ${what}: ${target}: ${reached}: ${met ? 'reached' : 'MISSED'}`);
  process.exitCode = targets.every(({ met }) => met) ? 0 : 1;
} finally {
  await connection?.close();
  await sshd.close();
  rmSync(root, { recursive: true, force: true });
}

/** Turn and turn about, so that a machine that is busy for a while is busy for both. */
async function compare(what, theirs, ours, unit, amount, shareMin) {
  const rates = { theirs: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    rates.theirs.push(amount / (await theirs()));
    rates.ours.push(amount / (await ours()));
  }
  const best = { theirs: Math.max(...rates.theirs), ours: Math.max(...rates.ours) };
  const shares = rates.ours.map((rate, n) => rate / rates.theirs[n]).sort((a, b) => a - b);
  const median = shares[shares.length >> 1];
  const show = (list) => list.map((rate) => rate.toFixed(0)).join(', ');
  console.log(`${what}:`);
  console.log(`  sftp    ${show(rates.theirs)} ${unit}`);
  console.log(`  ecluse  ${show(rates.ours)} ${unit}`);
  console.log(
    `  share of sftp: ${percent(best.ours / best.theirs)} best against best, ${percent(median)} median of rounds`,
  );
  targets.push({
    what,
    target: `at least ${percent(shareMin)} of sftp`,
    reached: `${percent(median)}, median of ${rounds} rounds`,
    met: median >= shareMin,
  });
}

/** `sftp -b` as an operator's script would fetch a folder. Seconds. */
function smallWithSftp() {
  fill();
  return timed(() => sftp(`get ${drop}/* ${fetched}/`));
}

function largeWithSftp() {
  fill();
  return timed(() => sftp(`get ${drop}/large.tar.gz ${fetched}/`));
}

function sftp(batch) {
  writeFileSync(join(root, 'batch'), `${batch}\n`);
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'].flatMap((o) => ['-o', o]);
  const args = ['-q', '-b', join(root, 'batch'), '-P', String(sshd.port), '-i', sshd.keyFile, ...options];
  const run = spawnSync('sftp', [...args, `${sshd.user}@${sshd.host}`], { stdio: 'ignore' });
  if (run.status !== 0) throw new Error('sftp failed');
  if (readdirSync(fetched).length !== readdirSync(keep).length) throw new Error('sftp left files');
}

/** List, claim on the server, download and check every file; what is claimed is removed afterwards, outside the clock. */
async function smallWithEcluse() {
  fill();
  const intake = intakeOf();
  let claimed = [];
  const seconds = await timed(async () => {
    const entries = await intake.list(fileCount + 10);
    claimed = await each(
      entries.filter((entry) => entry.kind === 'file'),
      async (entry) => {
        const one = await intake.claim(entry);
        await intake.fetch(one);
        return one;
      },
    );
  });
  if (claimed.length !== fileCount) throw new Error(`${claimed.length} files claimed`);
  for (const one of claimed.slice(0, 50)) sameBytes(join(keep, one.name), one.path);
  await each(claimed, (one) => intake.acknowledge(one));
  return seconds;
}

async function largeWithEcluse() {
  fill();
  const intake = intakeOf();
  const [entry] = (await intake.list(10)).filter(({ kind }) => kind === 'file');
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  let claimed;
  const seconds = await timed(async () => {
    claimed = await intake.claim(entry);
    await intake.fetch(claimed);
  });
  clearInterval(watch);
  most = Math.max(most, process.memoryUsage().rss);
  grownMiB = Math.max(grownMiB, (most - before) / 1024 ** 2);
  console.log(`  (memory grew by ${((most - before) / 1024 ** 2).toFixed(0)} MiB)`);
  const [theirs, ours] = await Promise.all([join(keep, 'large.tar.gz'), claimed.path].map(hashOf));
  if (theirs !== ours) throw new Error('other bytes');
  await intake.acknowledge(claimed);
  return seconds;
}

function intakeOf() {
  return sftpIntake({ connection, dir: drop, claimDir: fetched });
}

function connect() {
  return sftpConnection({
    host: sshd.host,
    port: sshd.port,
    user: sshd.user,
    login: () => ({ privateKey: readFileSync(sshd.keyFile) }),
    hostKeys: sshd.fingerprints,
    connectMsMax: 10_000,
    operationMsMax: 30_000,
    keepaliveMs: 10_000,
    filesMax: concurrency,
  });
}

/** The drop folder as it was, an empty folder to fetch into. */
function fill() {
  for (const dir of [drop, fetched]) rmSync(dir, { recursive: true, force: true });
  execFileSync('cp', ['-a', keep, drop]);
  mkdirSync(fetched, { mode: 0o700 });
  execFileSync('sync');
}

async function each(items, work) {
  const results = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return results;
}

async function timed(work) {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

function sameBytes(a, b) {
  if (!readFileSync(a).equals(readFileSync(b))) throw new Error(`other bytes: ${b}`);
}

async function hashOf(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

function writeLarge(path) {
  const descriptor = openSync(path, 'w');
  for (let done = 0; done < largeBytes; done += 1024 * 1024) writeSync(descriptor, randomBytes(1024 * 1024));
  closeSync(descriptor);
}

function fsyncMs() {
  const path = join(root, 'probe');
  const descriptor = openSync(path, 'w');
  const began = performance.now();
  for (let n = 0; n < 50; n++) {
    writeSync(descriptor, 'x');
    fsyncSync(descriptor);
  }
  closeSync(descriptor);
  rmSync(path);
  return (performance.now() - began) / 50;
}

function percent(share) {
  return `${(share * 100).toFixed(0)} %`;
}
