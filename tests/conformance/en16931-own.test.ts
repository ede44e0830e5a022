import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRules } from '../../src/validate/rule-engine.js';
import { rulesFor } from '../../src/validate/rule-sets.js';
import { contextOf } from '../unit/rules/base.js';
import {
  corpusDir,
  type Expected,
  invoicesOf,
  unitFragments,
  wholeDocuments,
  xmlOf,
} from './en16931-corpus.js';

const sameVerdictMin = 0.995;
const sameIdsMin = 0.98;

const present = existsSync(join(corpusDir, 'manifest.json'));
if (!present) console.log(`skipped: the corpus of EN 16931 documents is not in ${corpusDir}`);

const rules = rulesFor('en16931');
const own = new Set(rules.map(({ id }) => id));

interface Outcome {
  readonly document: Expected;
  /** Failed fatal ids of the official rules, among ours; null where they stopped with an error. */
  readonly official: ReadonlySet<string> | null;
  /** Ours; null for a document refused before rules. */
  readonly ours: ReadonlySet<string> | null;
}

function outcomeOf(document: Expected, workDir: string): Outcome {
  const { error, failed = [] } = document.expect.en16931 ?? {};
  const official = error === undefined ? new Set(failed.filter((id) => own.has(id))) : null;
  const bytes = xmlOf(document);
  const invoices = bytes === null ? null : invoicesOf(bytes, workDir);
  if (invoices === null) return { document, official, ours: null };
  const { findings } = runRules(invoices, rules, contextOf({ kind: 'E1' }));
  const fatal = findings.filter(({ severity }) => severity === 'fatal');
  return { document, official, ours: new Set(fatal.map(({ rule }) => rule)) };
}

/** An error of the official rules is a refusal without ids: any refusal of ours agrees with it. */
function sameVerdict({ official, ours }: Outcome): boolean {
  return ours !== null && (official === null || official.size > 0) === ours.size > 0;
}

function sameIds(outcome: Outcome): boolean {
  const { official, ours } = outcome;
  if (official === null || ours === null) return sameVerdict(outcome);
  return official.size === ours.size && [...official].every((id) => ours.has(id));
}

function told({ document, official, ours }: Outcome): string {
  const more = [...(ours ?? [])].filter((id) => official?.has(id) !== true);
  const less = [...(official ?? [])].filter((id) => ours?.has(id) !== true);
  return `${document.file}: only ours ${more.join(' ') || '-'}; only official ${less.join(' ') || '-'}`;
}

describe.skipIf(!present)('our EN 16931 rules beside the official ones', () => {
  const workDir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  let outcomes: readonly Outcome[] = [];

  beforeAll(() => {
    outcomes = wholeDocuments().map((document) => outcomeOf(document, workDir));
  }, 300_000);

  afterAll(() => rmSync(workDir, { recursive: true, force: true }));

  it('reads every document that is valid against its schema', () => {
    expect(outcomes.length).toBeGreaterThan(1500);
    expect(outcomes.filter(({ ours }) => ours === null).map(({ document }) => document.file)).toEqual([]);
  });

  it(`gives the same verdict on at least ${100 * sameVerdictMin} %`, () => {
    const same = outcomes.filter(sameVerdict).length;
    console.log(`same verdict: ${same} of ${outcomes.length}`);
    expect(same / outcomes.length).toBeGreaterThanOrEqual(sameVerdictMin);
  });

  it(`names the same failed rules on at least ${100 * sameIdsMin} %`, () => {
    const others = outcomes.filter((outcome) => !sameIds(outcome));
    console.log(`same rules: ${outcomes.length - others.length} of ${outcomes.length}`);
    for (const outcome of others) console.log(told(outcome));
    expect(1 - others.length / outcomes.length).toBeGreaterThanOrEqual(sameIdsMin);
  });

  it('does with each official unit test what that expects of the rule it is about', () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const fragment of unitFragments()) {
      const invoices = invoicesOf(xmlOf(fragment) ?? Buffer.alloc(0), workDir) ?? [];
      const { findings } = runRules(invoices, rules, contextOf({ kind: 'E1' }));
      const failed = new Set(findings.map(({ rule }) => rule));
      const { success = [], error = [], warning = [] } = fragment.unit ?? {};
      const judge = (ids: readonly string[], fails: boolean) => {
        for (const id of ids.filter((one) => own.has(one))) {
          asked++;
          if (failed.has(id) !== fails) wrong.push(`${fragment.file}: ${id}`);
        }
      };
      judge(success, false);
      judge([...error, ...warning], true);
    }
    console.log(`unit tests: ${asked - wrong.length} of ${asked}`);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  });

  it('fails every rule that the official ones fail somewhere', () => {
    const official = new Set(outcomes.flatMap((outcome) => [...(outcome.official ?? [])]));
    const ours = new Set(outcomes.flatMap((outcome) => [...(outcome.ours ?? [])]));
    expect([...official].filter((id) => !ours.has(id))).toEqual([]);
  });
});
