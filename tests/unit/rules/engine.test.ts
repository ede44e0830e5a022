import { describe, expect, it } from 'vitest';
import { findingRules } from '../../../src/domain/finding-rules.js';
import type { Rule } from '../../../src/domain/rule.js';
import { Fault } from '../../../src/errors.js';
import { runRules } from '../../../src/validate/rule-engine.js';
import { catalogue, isFlowLevelRule, ruleSets, rulesFor } from '../../../src/validate/rule-sets.js';
import { contextOf, invoiceWith, placed } from './base.js';

const rule: Rule = {
  id: 'T-1',
  set: 'chorus',
  layer: 'chorus',
  severity: 'fatal',
  source: 'test',
  confidence: 'ours',
  syntaxes: null,
  terms: ['BT-1'],
  applies: () => true,
  check: ({ invoice }) => [{ term: 'number', value: invoice.number, facts: { max: '3' } }],
  message: '« {value} » à {path}, {max} au plus.',
  fix: 'Raccourcissez {value}.',
};
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => placed(invoiceWith({ number: `N${i}` }), i));

describe('runRules', () => {
  it('fills in value, place and facts, and says which invoice is meant', () => {
    const [found] = runRules(many(1), [rule], contextOf()).findings;
    expect(found).toEqual({
      rule: 'T-1',
      severity: 'fatal',
      layer: 'chorus',
      message: '« N0 » à /Facture/number, 3 au plus.',
      fix: 'Raccourcissez N0.',
      path: '/Facture/number',
      line: 7,
      value: 'N0',
      invoice: 'N0',
      invoiceIndex: 0,
      entry: null,
    });
  });

  it('does not read placeholders in what the sender wrote', () => {
    const subject = placed(invoiceWith({ number: '{path}{max}' }));
    expect(runRules([subject], [rule], contextOf()).findings[0]?.message).toContain('« {path}{max} »');
  });

  it('shortens values, and replaces control characters', () => {
    const subject = placed(invoiceWith({ number: `a\u0007${'b'.repeat(500)}` }));
    const [found] = runRules([subject], [rule], contextOf()).findings;
    expect(found?.value?.length).toBe(120);
    expect(found?.value?.startsWith('a b')).toBe(true);
    expect(found?.invoice?.length).toBe(120);
  });

  it('never shows an account in full', () => {
    const id = 'FR7630006000011234567890188';
    const subject = placed(invoiceWith({ payment: { accounts: [{ id, name: null, bic: null }] } }));
    const { findings } = runRules([subject], rulesFor('chorus'), contextOf());
    expect(findings.map((f) => f.rule)).toEqual(['ECL-PAY-IBAN']);
    expect(JSON.stringify(findings)).not.toContain('30006000011234567890');
  });

  it('keeps a number of findings per rule, and counts the others', () => {
    const warning: Rule = { ...rule, severity: 'warning' };
    const run = runRules(many(30), [warning], contextOf({ options: { findingsPerRuleMax: 20 } }));
    expect(run.findings).toHaveLength(20);
    expect(run.suppressed).toEqual([{ rule: 'T-1', count: 10 }]);
  });

  it('keeps a reason for every invoice that is refused', () => {
    const twice: Rule = { ...rule, check: () => [{ term: 'number' }, { term: 'number' }] };
    const run = runRules(many(30), [twice], contextOf({ options: { findingsPerRuleMax: 10 } }));
    expect(new Set(run.findings.map((f) => f.invoiceIndex)).size).toBe(30);
    expect(run.suppressed).toEqual([{ rule: 'T-1', count: 60 - run.findings.length }]);
    expect(run.findings).toHaveLength(5 * 2 + 25);
  });

  it('follows the kind of flow, and leaves out what is off', () => {
    const perKind: Rule = { ...rule, severity: { default: 'warning', E1: 'fatal', E2: 'off' } };
    const severities = (kind: 'E1' | 'E2' | 'E5') =>
      runRules(many(1), [perKind], contextOf({ kind })).findings.map((f) => f.severity);
    expect(severities('E1')).toEqual(['fatal']);
    expect(severities('E2')).toEqual([]);
    expect(severities('E5')).toEqual(['warning']);
  });

  it('leaves out rules about other syntaxes, and rules that do not apply', () => {
    const other: Rule = { ...rule, syntaxes: ['ubl-invoice'] };
    const never: Rule = { ...rule, applies: () => false };
    expect(runRules(many(1), [other, never], contextOf()).findings).toEqual([]);
  });

  it('reports a rule that throws as a fault of ours, with its id', () => {
    const cause = new TypeError('oops');
    const broken: Rule = {
      ...rule,
      check: () => {
        throw cause;
      },
    };
    try {
      runRules(many(2), [broken], contextOf());
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Fault);
      expect(thrown).toMatchObject({
        code: 'INTERNAL',
        details: { rule: 'T-1', invoice: 'N0', invoiceIndex: 0 },
        cause,
      });
    }
  });

  it('stands an invoice of which nothing is known', () => {
    const blank = (value: unknown): unknown =>
      Array.isArray(value)
        ? []
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blank(inner)]))
          : null;
    const nothing = { ...(blank(invoiceWith()) as ReturnType<typeof invoiceWith>), syntax: 'cii' as const };
    const { findings } = runRules([placed(nothing)], rulesFor('chorus'), contextOf());
    expect(findings.map((f) => f.rule)).toEqual([
      'ECL-NUM-ABSENT',
      'ECL-TYPE-ABSENT',
      'ECL-DATE-ABSENT',
      'ECL-SUP-ID',
      'ECL-SUP-NAME',
      'ECL-REC-ID',
      'ECL-LINE-ABSENT',
      'ECL-AMOUNT-ABSENT',
      'ECL-AMOUNT-ABSENT',
      'ECL-AMOUNT-ABSENT',
      'ECL-VAT-BREAKDOWN',
      'ECL-PAY-ABSENT',
      'ECL-PJ-MAIN',
    ]);
    expect(findings.every((f) => f.invoice === null)).toBe(true);
  });
});

describe('the catalogue', () => {
  it('has every rule once, those outside the invoice model too', () => {
    const ids = catalogue().map(({ id }) => id);
    expect(ids).toHaveLength(new Set(ids).size);
    expect([...ids].sort()).toEqual(
      [...Object.keys(findingRules), ...ruleSets.chorus.rules.map(({ id }) => id)].sort(),
    );
  });

  it('is made of plain values: a script can read it', () => {
    expect(JSON.parse(JSON.stringify(catalogue()))).toEqual(catalogue());
    expect(catalogue().find(({ id }) => id === 'ECL-TOTAL-VAT')?.severity).toBe(
      'off (E1 warning, E3 warning, E4 warning)',
    );
  });

  it('knows which rules are about the entire flow', () => {
    const flowLevel = ruleSets.chorus.rules.map(({ id }) => id).filter(isFlowLevelRule);
    expect(flowLevel.sort()).toEqual(['IRR_EXT_DOC', 'IRR_NOM_PJ', 'IRR_TAILLE_PJ', 'IRR_VID_PJ']);
    expect(isFlowLevelRule('G1.05')).toBe(false);
  });
});
