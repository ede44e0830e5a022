// Large deposits through the whole engine, deposit to pivot and report, each in an engine of its own:
//   node bench/large.mjs [--only NAME,...] [--mb 110] [--flow-mb 1000] [--invoices 500] [--lines 50000] [--seed 1] [--keep] [--trace]
// Peak memory is VmHWM of the whole process, threads included. Needs some 8 GB free where temporary files go
// (ECLUSE_BENCH_DIR); everything is removed afterwards. Exit 1 when a target is missed.
import { spawn } from 'node:child_process';
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { flowName } from '../scripts/documents/names.mjs';
import { codeOf, linesDocument, writeArchive, writeEntry, writeFacturX } from './large-documents.mjs';
import { invoice10kB, machine, main, scratch } from './lib.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    mb: { type: 'string', default: '110' },
    'flow-mb': { type: 'string', default: '1000' },
    invoices: { type: 'string', default: '500' },
    lines: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const MB = 1_000_000;
const entryMb = Number(values.mb);
const seed = values.seed;

/** Pieces of one entry that together make it about so many megabytes: none larger than an attachment may be. */
function piecesFor(megabytes, wrapped) {
  const bytes = ((megabytes * MB) / (wrapped ? 77 / 76 : 1)) * 0.75;
  const pieces = Math.ceil(bytes / (9.5 * MB));
  return { pieces, pieceBytes: Math.floor(bytes / pieces) };
}

const entryTarget = 400;
const flowTarget = 500;
/** Ours: a document without attachments is a tree in memory. */
const linesTarget = 1_000;

const entryCase = (syntax) => ({
  what: `one entry of ${entryMb} MB, ${syntax}`,
  targetMb: entryTarget,
  invoices: 1,
  async deposit(folder) {
    const form = piecesFor(entryMb, syntax === 'ubl' || syntax === 'cii');
    const options = { syntax, number: `G-${syntax}`, seed, ...form };
    return await writeEntry(join(folder, flowName(codeOf(syntax), 1)), options);
  },
});

const linesCase = (syntax, code) => ({
  what: `one ${syntax} invoice of ${values.lines} lines, readable PDF by us`,
  targetMb: linesTarget,
  invoices: 1,
  lines: Number(values.lines),
  async deposit(folder) {
    const text = linesDocument(syntax, `N-${syntax}`, Number(values.lines));
    writeFileSync(join(folder, flowName(code, 1)), text);
    return text.length;
  },
});

async function bigFlow(folder) {
  const count = Number(values.invoices);
  const pieces = 2;
  // What gzip makes of base64 is about as large as the bytes themselves.
  const pieceBytes = Math.floor((Number(values['flow-mb']) * MB) / count / pieces / 1.02);
  const path = join(folder, flowName('FSO1100A', 1));
  await writeArchive(path, { count, seed, pieces, pieceBytes });
  return statSync(path).size;
}

const cases = {
  ubl: entryCase('ubl'),
  cii: entryCase('cii'),
  mixte: entryCase('mixte'),
  pes: entryCase('pes'),
  facturx: {
    what: 'one Factur-X of 100 MB (limits.entryBytesMax 120 MiB)',
    targetMb: entryTarget,
    invoices: 1,
    async deposit(folder) {
      return writeFacturX(join(folder, flowName('FSO1117A', 1)), { number: 'X-1', seed, bytes: 100 * MB });
    },
  },
  two: {
    what: `two entries of ${entryMb} MB at once, two workers`,
    targetMb: entryTarget,
    invoices: 2,
    workers: 2,
    async deposit(folder) {
      let bytes = 0;
      for (const n of [1, 2]) {
        const options = {
          syntax: 'ubl',
          number: `D-${n}`,
          seed: `${seed} ${n}`,
          ...piecesFor(entryMb, true),
        };
        bytes += await writeEntry(join(folder, flowName('FSO1100A', n)), options);
      }
      return bytes;
    },
  },
  'lines-ubl': linesCase('ubl', 'FSO1100A'),
  'lines-cii': linesCase('cii', 'FSO1106A'),
  flow: {
    what: `a tar.gz of ${values['flow-mb']} MB, ${values.invoices} invoices with attachments`,
    targetMb: flowTarget,
    invoices: Number(values.invoices),
    deposit: bigFlow,
  },
  beside: {
    what: `the same, two workers, and 50 small flows deposited once it is in work`,
    targetMb: flowTarget,
    invoices: Number(values.invoices) + 50,
    workers: 2,
    deposit: bigFlow,
    small: 50,
  },
};

const partners = (workers) => ({
  engine: { workers },
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur',
      interfaces: ['FSO1100A', 'FSO1102A', 'FSO1106A', 'FSO1113A', 'FSO1116A', 'FSO1117A'],
      reports: { warnings: true },
    },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
    { code: 'ETA001', name: 'État', lifecycle: false },
  ],
  directory: { file: '@demo' },
});

/** Runs the engine until it is idle; samples its memory and what it has answered. */
async function run(home, one) {
  const config = join(home, 'ecluse.yaml');
  writeFileSync(config, JSON.stringify(partners(one.workers ?? 1)));
  const startedMs = Date.now();
  const child = spawn(
    process.execPath,
    [main, 'run', '--until-idle', '--config', config, '--format', 'json'],
    {
      cwd: home,
      env: { ...process.env, ECLUSE_HOME: home, ECLUSE_INTAKE_SETTLE_MS: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-4000)));
  let ended = null;
  child.on('exit', (code) => (ended = code ?? 1));
  const seen = { peakMb: 0, rss: [], smallMs: null, smallAskedMs: null };
  const out = join(home, 'partners', 'FRN001', 'out');
  while (ended === null) {
    const memory = memoryOf(child.pid);
    if (memory !== null) {
      seen.peakMb = Math.max(seen.peakMb, memory.peakMb);
      if (values.trace && seen.rss.length < (Date.now() - startedMs) / 500)
        seen.rss.push(Math.round(memory.rssMb));
    }
    if (one.small !== undefined) besides(home, out, one.small, seen);
    await pause(25);
  }
  const summary = output.trim().split('\n').at(-1) ?? '';
  return { ...seen, code: ended, durationMs: Date.now() - startedMs, summary, errors };
}

/** Small flows are put beside the large one once it has been taken in, and are waited for. */
function besides(home, out, count, seen) {
  const folder = join(home, 'partners', 'FRN001', 'in');
  const reports = readdirSync(out, { withFileTypes: false }).filter((name) => name.startsWith('CSO'));
  if (seen.smallAskedMs === null) {
    const large = flowName('FSO1100A', 1);
    if (readdirSync(folder).includes(large)) return;
    for (let n = 0; n < count; n++)
      writeFileSync(join(folder, flowName('FSO1100A', 1000 + n)), invoice10kB(`P-${n}`));
    seen.smallAskedMs = Date.now();
    seen.isLargeFirst = reports.length > 0;
  } else if (seen.smallMs === null && reports.length >= count) {
    seen.smallMs = Date.now() - seen.smallAskedMs;
    const flows = reports.map((name) => readFileSync(join(out, name), 'utf8'));
    seen.isLargeFirst ||= flows.some((text) => text.includes(flowName('FSO1100A', 1)));
  }
}

function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
    return { peakMb: of('VmHWM'), rssMb: of('VmRSS') };
  } catch {
    return null;
  }
}

/** What the recipients got: bytes, invoices, lines and pieces over all pivots. */
async function pivots(home) {
  const marks = { invoices: '</CPPFacturePivotUnitaire>', lines: '</Ligne>', pieces: '</Contenu>' };
  const found = { files: 0, bytes: 0, invoices: 0, lines: 0, pieces: 0 };
  for (const partner of ['COL001', 'ETA001']) {
    const folder = join(home, 'partners', partner, 'out');
    for (const name of readdirSync(folder).filter((one) => one.startsWith('FEN0036A'))) {
      found.files++;
      const rest = { invoices: '', lines: '', pieces: '' };
      for await (const chunk of createReadStream(join(folder, name), { encoding: 'latin1' })) {
        found.bytes += chunk.length;
        for (const [what, mark] of Object.entries(marks)) {
          found[what] += count(rest[what] + chunk, mark);
          rest[what] = chunk.slice(-(mark.length - 1));
        }
      }
    }
  }
  return found;
}

function count(text, what) {
  let n = 0;
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) n++;
  return n;
}

async function measure(name) {
  const one = cases[name];
  const home = scratch();
  for (const partner of ['FRN001', 'COL001', 'ETA001'])
    for (const folder of ['in', 'out'])
      mkdirSync(join(home, 'partners', partner, folder), { recursive: true });
  const bytes = await one.deposit(join(home, 'partners', 'FRN001', 'in'));
  const told = await run(home, one);
  const got = await pivots(home);
  const problems = [];
  if (told.code !== 0) problems.push(`exit ${told.code}: ${told.errors.trim().split('\n').at(-1)}`);
  if (got.invoices !== one.invoices) problems.push(`${got.invoices} of ${one.invoices} invoices in pivots`);
  if (one.lines !== undefined && got.lines !== one.lines) problems.push(`${got.lines} lines in the pivot`);
  if (told.peakMb >= one.targetMb) problems.push('too much memory');
  if (one.small !== undefined && (told.smallMs === null || told.isLargeFirst))
    problems.push('the small flows had to wait for the large one');
  console.log(
    `${problems.length === 0 ? 'pass' : 'FAIL'}  ${name}: ${one.what} (${(bytes / MB).toFixed(0)} MB deposited)`,
  );
  console.log(
    `      peak ${told.peakMb.toFixed(0)} MB (target ${one.targetMb}), ${(told.durationMs / 1000).toFixed(1)} s with start and end; pivots: ${got.files} files, ${(got.bytes / MB).toFixed(0)} MB, ${got.pieces} pieces, ${got.lines} lines`,
  );
  if (told.smallMs !== null)
    console.log(`      small flows answered after ${(told.smallMs / 1000).toFixed(1)} s`);
  for (const problem of problems) console.log(`      ${problem}`);
  if (problems.length > 0) console.log(`      ${told.summary}`);
  if (values.trace) console.log(`      RSS every 0.5 s: ${told.rss.join(' ')}`);
  if (!values.keep) rmSync(home, { recursive: true, force: true });
  else console.log(`      ${home} (until this process ends)`);
  return problems.length === 0;
}

if (values.help) {
  console.log(`cases: ${Object.keys(cases).join(', ')}`);
} else {
  console.log(machine());
  const names = values.only?.split(',') ?? Object.keys(cases);
  for (const name of names) {
    if (cases[name] === undefined) throw new Error(`no case ${name}: ${Object.keys(cases).join(', ')}`);
    if (!(await measure(name))) process.exitCode = 1;
  }
}
