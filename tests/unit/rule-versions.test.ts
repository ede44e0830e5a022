import { afterAll, describe, expect, it } from 'vitest';
import { ubl } from '../../scripts/documents/ubl.mjs';
import type { Rule, RuleContext } from '../../src/domain/rule.js';
import type { AskedSet } from '../../src/validate/packs/choice.js';
import { createSetRunner } from '../../src/validate/packs/sets.js';
import { type RuleSet, ruleSets } from '../../src/validate/rule-sets.js';
import { familyAt, familyNamed, mistakesIn, versionsOf } from '../../src/validate/versions.js';
import { parseXml } from '../../src/xml/tree.js';
import { openReader } from './formats-reading.js';

const reader = openReader();
afterAll(() => reader.close());

const rule = (id: string, message: string, more: Partial<Rule> = {}): Rule => ({
  id,
  set: 'chorus',
  layer: 'chorus',
  severity: 'fatal',
  source: 'test',
  confidence: 'ours',
  syntaxes: null,
  terms: [],
  applies: () => true,
  check: () => [{ term: null }],
  message,
  fix: 'rien',
  ...more,
});

/** Its second version came on 1 July 2026: it dropped OLD, brought NEW, and judges BOTH otherwise. */
const family: RuleSet = {
  version: 'test-2',
  from: '2026-07-01',
  past: [{ version: 'test-1' }],
  rules: [
    rule('KEPT', 'toujours'),
    rule('BOTH', 'après', { since: 'test-2' }),
    rule('NEW', 'neuve', { since: 'test-2' }),
  ],
  archive: [rule('BOTH', 'avant', { until: 'test-1' }), rule('OLD', 'ancienne', { until: 'test-1' })],
};

const idsOf = ({ rules }: RuleSet) => rules.map(({ id, message }) => `${id} ${message}`);

describe('versions of a family', () => {
  it('are the rules as they stood', () => {
    expect(mistakesIn(family)).toEqual([]);
    expect(versionsOf(family).map(({ version }) => version)).toEqual(['test-1', 'test-2']);
    expect(idsOf(familyAt(family, '2026-06-30'))).toEqual(['KEPT toujours', 'BOTH avant', 'OLD ancienne']);
    expect(familyAt(family, '2026-06-30').version).toBe('test-1');
    expect(idsOf(familyAt(family, '2026-07-01'))).toEqual(['KEPT toujours', 'BOTH après', 'NEW neuve']);
    expect(familyAt(family, '2026-06-30')).toBe(familyNamed(family, 'test-1'));
    expect(familyNamed(family, 'test-3')).toBeNull();
  });

  it('tells what is wrong with one', () => {
    const wrong: RuleSet = {
      ...family,
      rules: [...family.rules, rule('KEPT', 'encore'), rule('X', 'x', { since: 'test-9' })],
      archive: [rule('OPEN', 'sans fin')],
    };
    expect(mistakesIn(wrong).join('\n')).toMatch(/X names the version test-9/);
    expect(mistakesIn(wrong).join('\n')).toMatch(/OPEN stands in the archive and has not ended/);
    expect(mistakesIn(wrong).join('\n')).toMatch(/KEPT stands twice in test-2/);
    expect(mistakesIn({ ...family, past: [{ version: 'test-1', from: '2026-08-01' }] })).toHaveLength(1);
  });

  it.each(Object.entries(ruleSets))('%s is told well', (_name, own) => {
    expect(mistakesIn(own)).toEqual([]);
  });
});

describe('a set runner', () => {
  const text = ubl({ number: 'V-1' });
  const subject = { syntax: 'ubl-invoice', root: parseXml(text), invoices: [reader.one(text)] } as const;
  const runner = createSetRunner({
    packs: null,
    textOf: () => null,
    families: { ...ruleSets, chorus: family },
  });
  const context = (today: string): RuleContext => ({
    kind: 'E1',
    interfaceCode: 'FSO1100A',
    today,
    options: {
      siretKey: false,
      paymentMeansDefault: false,
      attachmentSizeBytesMax: 1,
      attachmentExtensions: [],
      findingsPerRuleMax: 3,
    },
    pieces: new Map(),
  });
  const asked = (version: string | null): AskedSet => ({
    set: 'chorus',
    mode: 'enforced',
    version,
    required: true,
  });
  const run = (version: string | null, day: string) => {
    const [only] = runner.apply([asked(version)], [], subject, context(day));
    return { ruleSet: only?.verdict.ruleSet, rules: only?.findings.map((f) => `${f.rule} ${f.message}`) };
  };

  it('judges by the version of the day, and names it in the verdict', () => {
    expect(run(null, '2026-06-30')).toEqual({
      ruleSet: 'test-1',
      rules: ['KEPT toujours', 'BOTH avant', 'OLD ancienne'],
    });
    expect(run(null, '2026-11-21')).toEqual({
      ruleSet: 'test-2',
      rules: ['KEPT toujours', 'BOTH après', 'NEW neuve'],
    });
  });

  it('judges by a version that is named, whatever the day', () => {
    expect(run('test-1', '2026-11-21').ruleSet).toBe('test-1');
    expect(() => run('test-7', '2026-11-21')).toThrow(
      /version test-7 of the rule set chorus is not installed/,
    );
  });
});
