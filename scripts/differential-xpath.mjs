// XPath expressions that nobody wrote, by Saxon-HE and by the compiler of rule packs: `npm run differential:xpath -- --cases
// 3000 --seed 1`. Needs Debian's libsaxonhe-java. Fails where one says true and the other false. Where one stops and the
// other does not is told and counted: a part that is not needed need not be evaluated (XPath 2.0, 2.3.4).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { random } from './fuzz/random.mjs';

ensureInstalled();
ensureBuilt();
const { document, expressions } = await import('./differential/expressions.mjs');
const { programOf } = await import('./differential/verdicts.mjs');
const { parseXml } = await import('../dist/xml/tree.js');

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' } },
});
const saxon = '/usr/share/java/Saxon-HE.jar';
if (!existsSync(saxon)) {
  console.log(`skipped: ${saxon} is not there`);
  process.exit(0);
}
const dir = mkdtempSync(join(tmpdir(), 'ecluse-differential-'));
const next = expressions(random(Number(values.seed)));
const asked = Array.from({ length: Number(values.cases) }, next);
const theirs = saxonAnswers();
const tree = parseXml(document);
judge();
rmSync(dir, { recursive: true, force: true });

function saxonAnswers() {
  const source = join(root, 'scripts', 'differential', 'SaxonExpressions.java');
  const java = spawnSync('javac', ['-cp', saxon, '-d', dir, source], { encoding: 'utf8' });
  if (java.status !== 0) throw new Error(`javac: ${java.error?.message ?? java.stderr}`);
  writeFileSync(join(dir, 'document.xml'), document);
  writeFileSync(join(dir, 'asked.txt'), asked.join('\n'));
  const args = [
    '-cp',
    `${saxon}:${dir}`,
    'SaxonExpressions',
    join(dir, 'document.xml'),
    join(dir, 'asked.txt'),
  ];
  const done = spawnSync('java', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`java: ${done.stderr.slice(-2000)}`);
  return done.stdout.trim().split('\n');
}

function schemaOf(expression) {
  const test = expression.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return `<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><ns prefix="a" uri="urn:a"/>
<ns prefix="b" uri="urn:b"/><ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>
<pattern><rule context="/*"><assert id="t" test="${test}">no</assert></rule></pattern></schema>`;
}

/** true, false, the code of an error, or `refused` with the reason. */
function answerOf(expression) {
  let program;
  try {
    program = programOf('asked.sch', schemaOf(expression));
  } catch (error) {
    return `refused: ${error.message.slice(0, 160)}`;
  }
  const run = program.run(tree, { failuresPerAssertMax: 1 });
  if (run.error !== null) return run.error.message.split(':')[0];
  return String(run.failures.length === 0);
}

function judge() {
  const isAnswer = (text) => text === 'true' || text === 'false';
  const counts = { differ: 0, weStop: 0, saxonStops: 0, refused: 0 };
  asked.forEach((expression, index) => {
    const their = theirs[index] ?? '';
    const our = answerOf(expression);
    if (their === 'broken' || our === their || (!isAnswer(our) && !isAnswer(their))) return;
    if (our.startsWith('refused')) counts.refused++;
    else if (!isAnswer(our)) counts.weStop++;
    else if (!isAnswer(their)) counts.saxonStops++;
    else counts.differ++;
    console.log(`${expression}\n  Saxon ${their}, ours ${our}`);
  });
  const answered = theirs.filter(isAnswer).length;
  console.log(
    `${asked.length} expressions (seed ${values.seed}), ${answered} of which Saxon answers: ${counts.differ} otherwise by us; ` +
      `${counts.weStop} on which we stop, ${counts.refused} that we refuse to compile; Saxon alone stops on ${counts.saxonStops}`,
  );
  process.exitCode = counts.differ > 0 ? 1 : 0;
}
