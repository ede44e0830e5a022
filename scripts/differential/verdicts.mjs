// What the compiled packs and our own family say of one document, in the form in which SaxonVerdicts prints it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../dist/domain/limits.js';
import { recogniseRoot } from '../../dist/formats/recognise.js';
import { parseEntry, readTree } from '../../dist/formats/registry.js';
import { cutPieces } from '../../dist/formats/xml/cut.js';
import { loadSettings } from '../../dist/settings/load.js';
import { policyOf } from '../../dist/settings/policy.js';
import { runRules } from '../../dist/validate/rule-engine.js';
import { rulesFor } from '../../dist/validate/rule-sets.js';
import { createSchemaEngine, pickSchema } from '../../dist/validate/schema/engine.js';
import { compileSchematron } from '../../dist/validate/schematron/compile.js';
import { loadProgram } from '../../dist/validate/schematron/load.js';
import { decodeXml } from '../../dist/xml/decode.js';
import { parseXml } from '../../dist/xml/tree.js';

const engine = createSchemaEngine();

/** Whether the schema of its root accepts it. */
export function isValid(bytes) {
  const checked = engine.check(bytes, (root) => pickSchema(root, { e2: false }));
  return checked.kind === 'checked' && checked.findings.length === 0;
}

export const programOf = (file, text) => loadProgram(compileSchematron({ file, text }));

/** Ids with their counts, those of other flags than fatal with `~`; `stopped` after a dynamic error. */
export function packVerdict(program, bytes) {
  const run = program.run(parseXml(decodeXml(bytes).text), { failuresPerAssertMax: 1 });
  if (run.error !== null) return 'stopped';
  const counts = new Map();
  for (const [index, count] of run.counts) {
    const { id, flag } = program.meta.asserts[index];
    const key = `${flag === 'fatal' ? '' : '~'}${id}`;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, count]) => `${id}=${count}`)
    .join(' ');
}

const rules = rulesFor('en16931');
/** Ids of our own family. */
export const ownIds = new Set(rules.map(({ id }) => id));
const context = {
  kind: 'E1',
  interfaceCode: null,
  today: '2026-01-31',
  options: policyOf(loadSettings({}).settings).rules,
  pieces: new Map(),
};

/** Fatal ids of our own family; null for a document that is refused before rules. */
export function ownVerdict(bytes, workDir) {
  const path = join(workDir, 'document.xml');
  writeFileSync(path, bytes);
  const cut = cutPieces(path, workDir, defaultLimits);
  const parsed = parseEntry(cut.bytes);
  if (!parsed.ok) return null;
  const { local, namespace } = parsed.root;
  const reading = readTree(parsed.root, recogniseRoot({ name: local, namespace }), cut);
  if (reading.kind !== 'invoices') return null;
  const { findings } = runRules(reading.invoices, rules, context);
  return new Set(findings.filter(({ severity }) => severity === 'fatal').map(({ rule }) => rule));
}
