import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileSchematron } from '../../src/validate/schematron/compile.js';
import { cacheOf, loadProgram } from '../../src/validate/schematron/load.js';
import type { CompiledPack, PackProgram } from '../../src/validate/schematron/types.js';
import { decodeXml } from '../../src/xml/decode.js';
import type { XmlNode } from '../../src/xml/node.js';
import { parseXml } from '../../src/xml/tree.js';

const shared = join(process.env.ECLUSE_SHARED ?? '../shared', 'corpus');
const corpus = join(shared, 'en16931');
const present = existsSync(join(corpus, 'manifest.json'));
if (!present) console.warn(`skipped: ${corpus} is not there`);

interface Expected {
  readonly failed: readonly string[];
  readonly warnings?: readonly string[];
  readonly counts?: Readonly<Record<string, number>>;
  readonly error?: unknown;
}

/** A rule that must fail, at least once or so many times. */
type Named = string | { readonly rule: string; readonly count: number };

interface Entry {
  readonly file: string;
  readonly syntax: string;
  readonly kind: string;
  readonly unit?: {
    readonly success?: readonly string[];
    readonly error?: readonly Named[];
    readonly warning?: readonly Named[];
  };
  readonly expect: { readonly xsd?: string; readonly en16931?: Expected; readonly brfr?: Expected };
}

const files = {
  'en16931 ubl': 'en16931-1.3.16/EN16931-UBL-validation-preprocessed.sch',
  'en16931 cii': 'en16931-1.3.16/EN16931-CII-validation-preprocessed.sch',
  'br-fr ubl': 'br-fr-1.4.0.03/20260804_BR-FR-Flux2-Schematron-UBL_V1.4.0.03.sch',
  'br-fr cii': 'br-fr-1.4.0.03/20260804_BR-FR-Flux2-Schematron-CII_V1.4.0.03.sch',
} as const;

const packs = new Map<string, CompiledPack>();
const programs = new Map<string, PackProgram>();

function programOf(name: keyof typeof files): PackProgram {
  const known = programs.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(join(shared, 'packs', files[name]), 'utf8');
  const pack = compileSchematron({ file: files[name], text });
  const program = loadProgram(pack);
  packs.set(name, pack);
  programs.set(name, program);
  return program;
}

interface Outcome {
  readonly fatal: Record<string, number>;
  readonly other: Record<string, number>;
  readonly refused: boolean;
}

function outcomeOf(set: 'en16931' | 'br-fr', root: XmlNode): Outcome {
  const program = programOf(`${set} ${root.namespace.startsWith('urn:oasis') ? 'ubl' : 'cii'}`);
  const run = program.run(root, { failuresPerAssertMax: 1 });
  const found: Outcome = { fatal: {}, other: {}, refused: run.error !== null };
  for (const [index, count] of run.counts) {
    const assert = program.meta.asserts[index];
    if (assert === undefined) continue;
    const by = assert.flag === 'fatal' ? found.fatal : found.other;
    by[assert.id] = (by[assert.id] ?? 0) + count;
  }
  return found;
}

function counted(ids: readonly string[], counts: Expected['counts']): Record<string, number> {
  return Object.fromEntries(ids.map((id) => [id, counts?.[id] ?? 1]));
}

/** What differs from what the official XSLT gave; null when nothing does. */
function difference(entry: Entry, set: 'en16931' | 'br-fr', wanted: Expected, root: XmlNode): unknown {
  const got = outcomeOf(set, root);
  if (wanted.error !== undefined) return got.refused ? null : { file: entry.file, set, wanted: 'refused' };
  const fatal = counted(wanted.failed, wanted.counts);
  const same =
    !got.refused &&
    sorted(got.fatal) === sorted(fatal) &&
    (wanted.warnings === undefined || sorted(got.other) === sorted(counted(wanted.warnings, wanted.counts)));
  return same ? null : { file: entry.file, set, wanted: fatal, got };
}

function sorted(counts: Record<string, number>): string {
  return JSON.stringify(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rootOf(entry: Entry): XmlNode {
  const decoded = decodeXml(readFileSync(join(corpus, entry.file)));
  if (!decoded.ok) throw new Error(`${entry.file} cannot be decoded`);
  return parseXml(decoded.text);
}

const all: readonly Entry[] = present
  ? JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')).files
  : [];
const readable = all.filter(({ syntax, kind }) => syntax !== 'facturx-pdf' && kind !== 'malformed');
const units = readable.filter(({ kind }) => kind === 'unit-fragment');
const whole = readable.filter(({ kind }) => kind !== 'unit-fragment');

describe.skipIf(!present)('official packs on the corpus', () => {
  it('EN 16931: fatal and warning ids and their counts as the official XSLT, on every whole document', () => {
    const differences = whole.flatMap((entry) => {
      const wanted = entry.expect.en16931;
      return wanted === undefined ? [] : (difference(entry, 'en16931', wanted, rootOf(entry)) ?? []);
    });
    expect(differences).toEqual([]);
    expect(whole.filter(({ expect: { xsd } }) => xsd === 'valid').length).toBeGreaterThan(1000);
  }, 300_000);

  it('documents on which the official XSLT stops are refused', () => {
    const stopping = whole.filter((entry) => entry.expect.en16931?.error !== undefined);
    expect(stopping.length).toBeGreaterThan(20);
    for (const entry of stopping)
      expect([entry.file, outcomeOf('en16931', rootOf(entry)).refused]).toEqual([entry.file, true]);
  }, 300_000);

  it('BR-FR: as the official rules, on every French document', () => {
    const french = whole.filter((entry) => entry.expect.brfr !== undefined);
    expect(french.length).toBeGreaterThan(300);
    const differences = french.flatMap((entry) => {
      const wanted = entry.expect.brfr;
      return wanted === undefined ? [] : (difference(entry, 'br-fr', wanted, rootOf(entry)) ?? []);
    });
    expect(differences).toEqual([]);
  }, 300_000);

  it('the official unit fragments: the rule named fails or does not, as often as said', () => {
    expect(units).toHaveLength(1018);
    const wrong = units.flatMap((entry) => {
      const { fatal, other } = outcomeOf('en16931', rootOf(entry));
      const { success = [], error = [], warning = [] } = entry.unit ?? {};
      const failed = (named: Named, counts: Record<string, number>): boolean =>
        typeof named === 'string' ? (counts[named] ?? 0) > 0 : counts[named.rule] === named.count;
      const fine =
        success.every((id) => fatal[id] === undefined && other[id] === undefined) &&
        error.every((named) => failed(named, fatal)) &&
        warning.every((named) => failed(named, other));
      return fine ? [] : [{ file: entry.file, unit: entry.unit, fatal, other }];
    });
    expect(wrong).toEqual([]);
  }, 300_000);

  it('the whole outcome of each fragment, too', () => {
    const differences = units.flatMap((entry) => {
      const wanted = entry.expect.en16931;
      return wanted === undefined ? [] : (difference(entry, 'en16931', wanted, rootOf(entry)) ?? []);
    });
    expect(differences).toEqual([]);
  }, 300_000);

  it('counts of asserts, titles and ids as the files have them', () => {
    const asserts = (name: keyof typeof files) => programOf(name).meta.asserts;
    expect(Object.keys(files).map((name) => asserts(name as keyof typeof files).length)).toEqual([
      979, 806, 175, 171,
    ]);
    expect(asserts('en16931 ubl').filter(({ flag }) => flag === 'fatal')).toHaveLength(281);
    expect(new Set(asserts('en16931 cii').map(({ id }) => id)).size).toBe(806);
    expect(programOf('en16931 cii').meta.title).toBe('EN16931 model bound to CII');
  });

  it('the code of a pack is the same each time, and small enough to be read', () => {
    programOf('en16931 ubl');
    const text = readFileSync(join(shared, 'packs', files['en16931 ubl']), 'utf8');
    const again = compileSchematron({ file: files['en16931 ubl'], text });
    expect(again.code).toBe(packs.get('en16931 ubl')?.code);
    expect(again.code.length).toBeLessThan(1_500_000);
    expect(cacheOf(again)?.length).toBeGreaterThan(10_000);
  });
});
