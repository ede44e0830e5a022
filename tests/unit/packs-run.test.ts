import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ubl } from '../../scripts/documents/ubl.mjs';
import type { RuleContext } from '../../src/domain/rule.js';
import type { Fault } from '../../src/errors.js';
import type { AskedSet, RegradeChoice } from '../../src/validate/packs/choice.js';
import { installPacks } from '../../src/validate/packs/install.js';
import { createSetRunner, type SetRunner } from '../../src/validate/packs/sets.js';
import { frenchTextOf } from '../../src/validate/texts/index.js';
import { parseXml } from '../../src/xml/tree.js';
import { type AssertSpec, plainCompiler, schematron } from '../helpers/packs.js';
import { openReader } from './formats-reading.js';
import { invoiceWith, placed } from './rules/base.js';
import { facts } from './rules/pes.cases.js';

const reader = openReader();
const base = mkdtempSync(join(tmpdir(), 'ecluse-packs-run-'));
afterAll(() => {
  reader.close();
  rmSync(base, { recursive: true, force: true });
});

const text = ubl({ number: 'P-1' });
const subject = { syntax: 'ubl-invoice', root: parseXml(text), invoices: [reader.one(text)] } as const;
const context: RuleContext = {
  kind: 'E1',
  interfaceCode: 'FSO1100A',
  today: '2026-11-21',
  options: {
    siretKey: false,
    paymentMeansDefault: false,
    attachmentSizeBytesMax: 1,
    attachmentExtensions: [],
    findingsPerRuleMax: 3,
  },
  pieces: new Map(),
};
const asked = (set: string, more: Partial<AskedSet> = {}): AskedSet => ({
  set,
  mode: 'enforced',
  version: null,
  required: true,
  ...more,
});

let rulesDir: string;
let runner: SetRunner;
beforeEach(() => {
  rulesDir = mkdtempSync(join(base, 'rules-'));
  runner = createSetRunner({ packs: { rulesDir, compiler: plainCompiler() }, textOf: frenchTextOf });
});

async function install(name: string, asserts: readonly AssertSpec[], more = {}) {
  const path = join(mkdtempSync(join(base, 'p-')), name);
  writeFileSync(path, schematron('ubl', asserts));
  await installPacks({ path, rulesDir, now: new Date(), compiler: plainCompiler(), ...more });
}

function run(sets: readonly AskedSet[], regrades: readonly RegradeChoice[] = []) {
  return runner.apply(sets, regrades, subject, context);
}

function thrownBy(work: () => unknown): Fault {
  try {
    work();
  } catch (thrown) {
    return thrown as Fault;
  }
  throw new Error('nothing was thrown');
}

describe('a pack', () => {
  it('makes findings with place, invoice, term and our French text, else its own', async () => {
    await install('EN16931-UBL-1.3.16.sch', [
      { id: 'BR-02', test: 'false()', text: 'An Invoice shall have an Invoice number.' },
      { id: 'OWN-7', test: 'false()', flag: 'warning', text: 'A rule of a recipient.' },
      { id: 'BR-03', test: 'true()' },
    ]);
    const [first, ...more] = run([asked('en16931')]);
    expect(more).toEqual([]);
    expect(first?.verdict).toMatchObject({ layer: 'en16931', verdict: 'invalid', ruleSet: 'en16931-1.3.16' });
    const french = frenchTextOf('BR-02');
    expect(first?.findings).toMatchObject([
      {
        rule: 'BR-02',
        severity: 'fatal',
        message: french?.message,
        fix: french?.fix,
        term: french?.terms[0],
        path: '/Invoice',
        line: subject.root.line,
        value: null,
        invoice: 'P-1',
        invoiceIndex: 0,
      },
      { rule: 'OWN-7', severity: 'warning', message: 'A rule of a recipient.', term: null },
    ]);
    expect(first?.findings[1]?.fix).not.toBe('');
  });

  it('tells so many findings of a rule, and counts the rest', async () => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'BR-02', test: 'many()' }]);
    const [only] = run([asked('en16931')]);
    expect(only?.findings).toHaveLength(3);
    expect(only?.suppressed).toEqual([{ rule: 'BR-02', count: 2 }]);
  });

  it('refuses a document on which a rule cannot be computed; as advice it says so', async () => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'BR-CO-10', test: 'broken()' }]);
    const [enforced] = run([asked('en16931')]);
    expect(enforced?.verdict.verdict).toBe('invalid');
    expect(enforced?.findings).toMatchObject([
      { rule: 'ECL-RULES-ERROR', severity: 'fatal', path: '/Invoice', invoiceIndex: 0 },
    ]);
    expect(enforced?.findings[0]?.message).toContain('BR-CO-10');
    const [advised] = run([asked('en16931', { mode: 'advisory' })]);
    expect(advised?.findings).toMatchObject([{ rule: 'ECL-RULES-ERROR', severity: 'warning' }]);
  });

  it('as advice makes warnings of everything', async () => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'BR-02', test: 'false()' }]);
    const [only] = run([asked('en16931', { mode: 'advisory' })]);
    expect(only?.findings.map(({ severity }) => severity)).toEqual(['warning']);
    expect(only?.verdict.verdict).toBe('valid');
  });

  it('is that of the day of the deposit, or the pinned one', async () => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'BR-02', test: 'false()' }], { validTo: '2026-11-20' });
    await install('EN16931-UBL-1.3.17.sch', [{ id: 'BR-03', test: 'false()' }], { validFrom: '2026-11-21' });
    expect(run([asked('en16931')])[0]?.verdict.ruleSet).toBe('en16931-1.3.17');
    expect(run([asked('en16931', { version: '1.3.16' })])[0]?.findings.map(({ rule }) => rule)).toEqual([
      'BR-02',
    ]);
  });

  it('speaks beside the Chorus rules, which come last', async () => {
    await install('BR-FR-UBL-1.4.0.sch', [{ id: 'BR-FR-01', test: 'true()' }]);
    const runs = run([asked('chorus'), asked('br-fr')]);
    expect(runs.map(({ verdict }) => verdict.layer)).toEqual(['en16931', 'chorus']);
    expect(runs.map(({ verdict }) => verdict.ruleSet)[0]).toBe('br-fr-1.4.0');
  });

  it('without rules for the syntax is told as skipped', async () => {
    await install('BR-FR-UBL-1.4.0.sch', [{ id: 'BR-FR-01', test: 'false()' }]);
    const [only] = runner.apply([asked('br-fr')], [], { ...subject, syntax: 'cii' }, context);
    expect(only).toMatchObject({ findings: [], verdict: { verdict: 'skipped', ruleSet: 'br-fr-1.4.0' } });
  });
});

describe('a set that is not installed', () => {
  it('is a fault where the settings ask for it', () => {
    expect(thrownBy(() => run([asked('br-fr')]))).toMatchObject({ code: 'RULES_MISSING' });
    expect(thrownBy(() => run([asked('chorus', { version: '9' })]))).toMatchObject({ code: 'RULES_MISSING' });
  });

  it('is passed over where only our defaults name it', () => {
    expect(run([asked('br-fr', { required: false })])).toEqual([]);
  });

  it('says when versions of it are for other days', async () => {
    await install('BR-FR-UBL-1.4.0.sch', [{ id: 'BR-FR-01', test: 'true()' }], { validFrom: '2027-01-01' });
    expect(thrownBy(() => run([asked('br-fr')])).message).toContain('valid on 2026-11-21');
  });
});

describe('a re-grading', () => {
  const to = (severity: RegradeChoice['severity'], rule = 'BR-02'): RegradeChoice => ({
    rule,
    severity,
    reason: 'accord',
  });

  it.each([
    ['warning', ['warning'], 'valid'],
    ['off', [], 'valid'],
    ['fatal', ['fatal'], 'invalid'],
  ] as const)('of a pack rule to %s is followed', async (severity, told, verdict) => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'BR-02', test: 'many()' }]);
    const [only] = run([asked('en16931')], [to(severity)]);
    expect([...new Set(only?.findings.map((one) => one.severity))]).toEqual(told);
    expect(only?.verdict.verdict).toBe(verdict);
    const regraded = [{ rule: 'BR-02', from: 'fatal', to: severity, reason: 'accord', count: 5 }];
    expect(only?.verdict.regraded).toEqual(severity === 'fatal' ? undefined : regraded);
    if (severity === 'off') expect(only?.suppressed).toEqual([]);
  });

  it('may make a warning fatal', async () => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'UBL-CR-001', test: 'false()', flag: 'warning' }]);
    const [only] = run([asked('en16931')], [to('fatal', 'UBL-CR-001')]);
    expect(only?.verdict).toMatchObject({ verdict: 'invalid', regraded: [{ from: 'warning', to: 'fatal' }] });
  });

  it('of a rule that did not speak leaves no trace', async () => {
    await install('EN16931-UBL-1.3.16.sch', [{ id: 'BR-02', test: 'true()' }]);
    expect(run([asked('en16931')], [to('off')])[0]?.verdict).not.toHaveProperty('regraded');
  });

  it('of one of our own rules is followed and kept', () => {
    const wrong = ubl({ number: 'P-2', ttc: '1.00' });
    const other = { ...subject, root: parseXml(wrong), invoices: [reader.one(wrong)] };
    const before = runner.apply([asked('chorus')], [], other, context)[0];
    const rule = before?.findings.find(({ severity }) => severity === 'fatal')?.rule ?? '';
    expect(rule).not.toBe('');
    const after = runner.apply([asked('chorus')], [to('warning', rule)], other, context)[0];
    expect(after?.findings.filter((one) => one.rule === rule).map(({ severity }) => severity)).toEqual([
      'warning',
    ]);
    expect(after?.verdict.regraded).toMatchObject([{ rule, from: 'fatal', to: 'warning', reason: 'accord' }]);
    const off = runner.apply([asked('chorus')], [to('off', rule)], other, context)[0];
    expect(off?.findings.some((one) => one.rule === rule)).toBe(false);
    expect(off?.verdict.regraded).toMatchObject([{ rule, to: 'off' }]);
  });

  describe('on PES Facture', () => {
    const pes = {
      ...placed(invoiceWith({ syntax: 'pes-facture', number: null })),
      pes: { ...facts, kind: '02' },
    };
    const onPes = { ...subject, syntax: 'pes-facture', invoices: [pes] } as const;
    const severityOf = (rule: string, regrades: readonly RegradeChoice[]) =>
      runner.apply([asked('chorus')], regrades, onPes, context)[0]?.findings.find((one) => one.rule === rule)
        ?.severity ?? 'off';
    const inSet = (severity: RegradeChoice['severity'], rule: string, set?: string): RegradeChoice => ({
      ...to(severity, rule),
      set,
    });

    it('names the set of its rules, that of the Chorus rules, or none', () => {
      expect(severityOf('ECL-PES-TYPE', [])).toBe('fatal');
      for (const set of ['pes', 'chorus', undefined])
        expect(severityOf('ECL-PES-TYPE', [inSet('warning', 'ECL-PES-TYPE', set)])).toBe('warning');
      expect(severityOf('ECL-PES-TYPE', [inSet('off', 'ECL-PES-TYPE', 'en16931')])).toBe('fatal');
    });

    it('is put to its rules once, whether or not their set is named beside that of Chorus', () => {
      const told = (sets: readonly string[]) =>
        runner
          .apply(
            sets.map((set) => asked(set)),
            [],
            onPes,
            context,
          )
          .flatMap(({ findings }) => findings)
          .filter(({ rule }) => rule === 'ECL-PES-TYPE').length;
      expect([told(['chorus']), told(['pes', 'chorus']), told(['pes'])]).toEqual([1, 1, 1]);
    });

    it('counts first in the own set of a rule, and for no rule of another', () => {
      const both = [inSet('off', 'ECL-PES-TYPE', 'pes'), inSet('warning', 'ECL-PES-TYPE', 'chorus')];
      expect(severityOf('ECL-PES-TYPE', both)).toBe('off');
      const { rule = '' } =
        runner
          .apply([asked('chorus')], [], onPes, context)[0]
          ?.findings.find((one) => one.severity === 'fatal' && !one.rule.startsWith('ECL-PES')) ?? {};
      expect(rule).not.toBe('');
      expect(severityOf(rule, [inSet('off', rule, 'pes')])).toBe('fatal');
      expect(severityOf(rule, [inSet('off', rule, 'chorus')])).toBe('off');
    });
  });
});
