// What the readers of the fuzzer share: the checker of a worker thread, a folder, the request of an interface.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { interfaceOf } from '../../dist/envelope/catalogue.js';
import { pivotPreview } from '../../dist/pipeline/preview.js';
import { loadSettings } from '../../dist/settings/load.js';
import { policyOf } from '../../dist/settings/policy.js';
import { setsFor } from '../../dist/validate/packs/choice.js';
import { createSchemaEngine } from '../../dist/validate/schema/engine.js';
import { createEntryChecker } from '../../dist/workers/check-entry.js';

/** What a reader gives that must not be: told with the case, unlike a fault of a code that is allowed. */
export class Wrong extends Error {}

export function openTools(rulesDir) {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-fuzz-'));
  const { settings } = loadSettings({ env: {}, cwd: dir });
  const policy = policyOf(settings);
  const checker = createEntryChecker({ schemasDir: null, rulesDir, findingsMax: 200 });
  const engine = createSchemaEngine();
  const work = join(dir, 'work');
  const write = (name, bytes) => {
    const path = join(dir, name);
    writeFileSync(path, bytes);
    return path;
  };

  /** One entry as the engine has it checked. */
  async function check(bytes, code, { packs = false, files = false } = {}) {
    const row = interfaceOf(code);
    const situation = { kind: row.kind, interfaceCode: code, partner: 'FRN001' };
    const official = rulesDir !== null && packs;
    const sets = official
      ? [
          { set: 'en16931', mode: 'enforced', version: null, required: true },
          ...setsFor(policy.choices.sets, situation).filter(({ set }) => set !== 'en16931'),
        ]
      : setsFor(policy.choices.sets, situation).filter(
          ({ set }) => rulesDir !== null || set === 'chorus' || set === 'cpro',
        );
    return checker.check({
      kind: 'check',
      path: write('entry', bytes),
      entry: 'entry.xml',
      workDir: work,
      syntaxes: row.syntaxes,
      flowKind: situation.kind,
      interfaceCode: code,
      schema: true,
      sets,
      regrade: [],
      read: true,
      pack: true,
      memoryBytesMax: files ? 0 : 1024 * 1024,
      today: '2026-03-02',
      limits: policy.limits,
      rules: policy.rules,
    });
  }

  /** The invoices that are good, as a recipient would get them: the file must be what its schema says. */
  async function pivotOf(result) {
    const good = { ...result, invoices: result.invoices.filter(({ valid }) => valid) };
    if (good.invoices.length === 0) return null;
    mkdirSync(work, { recursive: true });
    const into = new PassThrough();
    const written = buffer(into);
    await pivotPreview(good, { code: 'CPP001', name: 'ECLUSE' }, work, into);
    into.end();
    const told = engine.check(await written, () => 'cpp-pivot');
    if (told.kind !== 'checked' || told.findings.length > 0) {
      const what =
        told.kind === 'checked' ? told.findings.map(({ message }) => message) : told.finding?.message;
      throw new Wrong(`the pivot of an accepted invoice is not valid: ${JSON.stringify(what).slice(0, 600)}`);
    }
    return 'pivot';
  }

  return {
    dir,
    work,
    policy,
    write,
    check,
    pivotOf,
    sweep: () => rmSync(work, { recursive: true, force: true }),
    close() {
      checker.dispose();
      engine.dispose();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be told
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069]/;

/** What is compared between two runs of a case; the findings themselves are looked at on the way. */
export function verdictOf(result) {
  for (const { rule, message, fix } of result.findings) {
    if (message === '' || fix === '' || message.length > 2500)
      throw new Wrong(`${rule}: a message of ${message.length} characters`);
    if (/\bundefined\b|\[object /.test(`${message} ${fix}`))
      throw new Wrong(`${rule} says: ${message.slice(0, 200)}`);
    if (hidden.test(message) || hidden.test(fix))
      throw new Wrong(`${rule} tells hidden characters: ${JSON.stringify(message).slice(0, 200)}`);
  }
  return JSON.stringify({
    syntax: result.syntax,
    unfinished: result.unfinished,
    findings: result.findings,
    invoices: result.invoices,
    layers: result.layers.map(({ layer, verdict, ruleSet }) => [layer, verdict, ruleSet]),
    pieces: result.pieces.map(({ index, sizeBytes, type, innerName }) => [index, sizeBytes, type, innerName]),
  });
}
