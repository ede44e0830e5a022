// Invoices that nobody wrote, judged by the official EN 16931 stylesheets in Saxon-HE, by our compiled packs and by our
// own family: `npm run differential -- --cases 3000 --seed 1`; --set br-fr: the French rules, for which a stylesheet is
// made from the Schematron, and the compiled packs. Needs the reference folder and Debian's libsaxonhe-java; fails on a
// document on which a compiled pack and Saxon differ. --only N prints the verdicts on one, --keep DIR keeps documents.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { random, seedOf } from './fuzz/random.mjs';

ensureInstalled();
ensureBuilt();
const { stylesheetOf } = await import('./differential/stylesheet.mjs');
const { makeDocument, poolOf } = await import('./differential/documents.mjs');
const { isValid, ownIds, ownVerdict, packVerdict, programOf } = await import('./differential/verdicts.mjs');

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    set: { type: 'string', default: 'en16931' },
    only: { type: 'string' },
    keep: { type: 'string' },
    shared: { type: 'string', default: process.env.ECLUSE_SHARED ?? join(root, '..', 'shared') },
  },
});
const corpus = resolve(values.shared, 'corpus', 'en16931');
const packs = resolve(values.shared, 'corpus', 'packs');
const saxon = '/usr/share/java/Saxon-HE.jar';
for (const needed of [corpus, packs, saxon]) {
  if (existsSync(needed)) continue;
  console.log(`skipped: ${needed} is not there`);
  process.exit(0);
}
const dir = values.keep ?? mkdtempSync(join(tmpdir(), 'ecluse-differential-'));
if (values.keep !== undefined) mkdirSync(dir, { recursive: true });
/** Of each syntax: the Schematron file, and the stylesheet that is published with it, if any. */
const sets = {
  en16931: {
    UBL: [
      'en16931-1.3.16/EN16931-UBL-validation-preprocessed.sch',
      'en16931-1.3.16/EN16931-UBL-validation.xslt',
    ],
    CII: [
      'en16931-1.3.16/EN16931-CII-validation-preprocessed.sch',
      'en16931-1.3.16/EN16931-CII-validation.xslt',
    ],
  },
  'br-fr': {
    UBL: ['br-fr-1.4.0.03/20260804_BR-FR-Flux2-Schematron-UBL_V1.4.0.03.sch'],
    CII: ['br-fr-1.4.0.03/20260804_BR-FR-Flux2-Schematron-CII_V1.4.0.03.sch'],
  },
};
const chosen = sets[values.set];
if (chosen === undefined) throw new Error(`--set is one of ${Object.keys(sets).join(', ')}`);
const programs = {};
const sheets = {};
for (const [syntax, [file, sheet]] of Object.entries(chosen)) {
  const text = readFileSync(join(packs, file), 'utf8');
  programs[syntax] = programOf(file, text);
  sheets[syntax] = sheet === undefined ? join(dir, `${syntax}.xslt`) : join(packs, sheet);
  if (sheet === undefined) writeFileSync(sheets[syntax], stylesheetOf(text));
}
const pools = poolsOf();
const documents = make();
const official = saxonVerdicts(documents);
judge();
if (values.keep === undefined) rmSync(dir, { recursive: true, force: true });

function poolsOf() {
  const manifest = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')).files;
  const sources = manifest.filter(
    ({ kind, syntax, expect, bytes }) =>
      kind === 'sample' &&
      syntax !== 'facturx-pdf' &&
      expect.xsd === 'valid' &&
      bytes < 60_000 &&
      (values.set === 'en16931' || expect.brfr !== undefined),
  );
  const texts = { UBL: [], CII: [] };
  for (const { file } of sources) {
    const bytes = readFileSync(join(corpus, file));
    // Bytes are kept as they are, each as one character.
    const text = bytes.toString('latin1');
    texts[text.includes('CrossIndustryInvoice') ? 'CII' : 'UBL'].push(text);
  }
  return [
    ['UBL', poolOf(texts.UBL)],
    ['CII', poolOf(texts.CII)],
  ];
}

function make() {
  const made = [];
  const seed = Number(values.seed);
  const [from, to] =
    values.only === undefined ? [0, Number(values.cases)] : [Number(values.only), Number(values.only) + 1];
  for (let number = from; number < to; number++) {
    const r = random(seedOf(seed, number));
    const [syntax, pool] = r.pick(pools);
    // Most changes make a document that its schema refuses: another one of the same case is tried then.
    for (let attempt = 0; attempt < 40; attempt++) {
      const bytes = Buffer.from(makeDocument(r, pool), 'latin1');
      if (!isValid(bytes)) continue;
      const path = join(dir, `${number}.xml`);
      writeFileSync(path, bytes);
      made.push({ number, syntax, path, bytes });
      break;
    }
  }
  return made;
}

function saxonVerdicts(list) {
  const source = join(root, 'scripts', 'differential', 'SaxonVerdicts.java');
  const java = spawnSync('javac', ['-cp', saxon, '-d', dir, source], { encoding: 'utf8' });
  if (java.status !== 0) throw new Error(`javac: ${java.error?.message ?? java.stderr}`);
  const names = join(dir, 'list.txt');
  writeFileSync(names, list.map(({ path }) => path).join('\n'));
  const args = ['-Xmx2g', '-cp', `${saxon}:${dir}`, 'SaxonVerdicts', sheets.UBL, sheets.CII, names];
  const done = spawnSync('java', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`java: ${done.stderr.slice(-2000)}`);
  return new Map(
    done.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')),
  );
}

function judge() {
  let [packsDiffer, verdicts, ids, stopped] = [0, 0, 0, 0];
  const byRule = new Map();
  for (const { number, syntax, path, bytes } of documents) {
    const theirs = official.get(path) ?? '';
    const compiled = packVerdict(programs[syntax], bytes);
    if (compiled !== theirs) {
      packsDiffer++;
      console.log(`${number} ${syntax}: Saxon ${theirs}\n  compiled ${compiled}`);
    }
    if (values.only !== undefined) console.log(`official ${theirs}`);
    if (theirs === 'stopped') stopped++;
    if (values.set !== 'en16931') continue;
    const own = ownVerdict(bytes, dir);
    if (values.only !== undefined) console.log(`ours ${[...(own ?? ['unread'])].join(' ')}`);
    if (theirs === 'stopped') {
      if (own === null || own.size > 0) continue;
      verdicts++;
      console.log(`${number} ${syntax}: the stylesheet stops, our family accepts`);
      continue;
    }
    const fatal = new Set(
      theirs
        .split(' ')
        .map((one) => one.split('=')[0] ?? '')
        .filter((id) => ownIds.has(id)),
    );
    if (own === null || own.size > 0 !== fatal.size > 0) verdicts++;
    const more = [...(own ?? [])].filter((id) => !fatal.has(id));
    const less = [...fatal].filter((id) => own?.has(id) !== true);
    if (own === null || more.length + less.length > 0) ids++;
    for (const id of own === null
      ? ['unread']
      : [...more.map((one) => `+${one}`), ...less.map((one) => `-${one}`)]) {
      const known = byRule.get(`${syntax} ${id}`) ?? byRule.set(`${syntax} ${id}`, []).get(`${syntax} ${id}`);
      known.push(number);
    }
  }
  const count = documents.length;
  console.log(
    `${count} documents valid against their schemas (seed ${values.seed}; ${stopped} on which a stylesheet stops): compiled packs differ on ${packsDiffer}`,
  );
  process.exitCode = packsDiffer > 0 ? 1 : 0;
  if (values.set !== 'en16931') return;
  console.log(`our family: other verdict on ${verdicts}, other ids on ${ids}`);
  for (const [id, numbers] of [...byRule].sort((a, b) => b[1].length - a[1].length)) {
    console.log(`  ${id}: ${numbers.length} (${numbers.slice(0, 6).join(' ')})`);
  }
}
