import { describe, expect, it } from 'vitest';
import { findingRules } from '../../../src/domain/finding-rules.js';
import type { PlacedInvoice } from '../../../src/domain/reading.js';
import type { Rule } from '../../../src/domain/rule.js';
import { Fault } from '../../../src/errors.js';
import { runRules } from '../../../src/validate/rule-engine.js';
import { catalogue, isFlowLevelRule, ruleSets, rulesFor } from '../../../src/validate/rule-sets.js';
import { allowance, contextOf, invoiceWith, placed } from './base.js';

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
      term: 'BT-1',
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

  it('writes the tag as Chorus Pro does: local names joined by dots, positions kept', () => {
    const tagged: Rule = { ...rule, message: 'Le taux (balise : {balise}) est faux.', fix: 'Voir {balise}.' };
    const at = (path: string): PlacedInvoice => ({
      ...placed(invoiceWith()),
      place: () => ({ path, line: 70_001 }),
    });
    const told = (path: string) => runRules([at(path)], [tagged], contextOf()).findings[0];
    expect(told('/Invoice/cac:TaxTotal[2]/cbc:TaxAmount/@currencyID')?.message).toBe(
      'Le taux (balise : Invoice.TaxTotal[2].TaxAmount.@currencyID) est faux.',
    );
    expect(told('/Invoice/cac:Party/@xlink:href')?.fix).toBe('Voir Invoice.Party.@href.');
    const long = `/rsm:CrossIndustryInvoice/${'ram:SupplyChainTradeTransaction/'.repeat(9)}ram:ID`;
    expect(told(long)?.message).toMatch(/TradeTransaction\.ID\) est faux\.$/);
    expect(told(long)?.line).toBe(70_001);
  });

  it('leaves the tag out where the syntax has no place for the term', () => {
    const tagged: Rule = { ...rule, message: 'Le numéro (balise : {balise}) est faux.' };
    const nowhere: PlacedInvoice = { ...placed(invoiceWith()), place: () => null };
    expect(runRules([nowhere], [tagged], contextOf()).findings[0]).toMatchObject({
      message: 'Le numéro est faux.',
      path: null,
      line: null,
      term: 'BT-1',
    });
  });

  it('says which business term is meant', () => {
    const about = (term: string | null, invoice = invoiceWith()) =>
      runRules([placed(invoice)], [{ ...rule, check: () => [{ term }] }], contextOf()).findings[0]?.term;
    expect(about('totals.taxInclusive')).toBe('BT-112');
    expect(about('lines[3].netAmount')).toBe('BT-131');
    expect(about('lines')).toBe('BG-25');
    expect(about('chorus.cadre')).toBe('cadre');
    expect(about('chorus.supplier.id')).toBe('supplier.id');
    expect(about('lines[0].standardItemId.scheme')).toBe('BT-157');
    expect(about('payment.accounts[1].bic')).toBe('BT-86');
    expect(about('nothing.of.the.kind')).toBeNull();
    expect(about(null)).toBeNull();
    const both = invoiceWith({ allowancesCharges: [allowance, { ...allowance, charge: true }] });
    expect(about('allowancesCharges[0].amount', both)).toBe('BT-92');
    expect(about('allowancesCharges[1].amount', both)).toBe('BT-99');
    expect(about('lines[0].allowancesCharges[0].reason', both)).toBe('BT-139');
  });

  describe('specific rules', () => {
    const specific: Rule = { ...rule, id: 'T-2', overrides: ['T-1'] };
    const ids = (rules: readonly Rule[], context = contextOf()) =>
      runRules(many(1), rules, context).findings.map((f) => f.rule);

    it('silence the generic ones they name, wherever these stand in the list', () => {
      expect(ids([rule, specific])).toEqual(['T-2']);
      expect(ids([specific, rule])).toEqual(['T-2']);
      expect(ids([rule, { ...specific, check: () => [] }])).toEqual([]);
    });

    it('leave them alone where they are not about the invoice', () => {
      expect(ids([rule, { ...specific, applies: () => false }])).toEqual(['T-1']);
      expect(ids([rule, { ...specific, syntaxes: ['ubl-invoice'] }])).toEqual(['T-1']);
      expect(ids([rule, { ...specific, severity: { default: 'fatal', E2: 'off' } }])).toEqual(['T-1']);
    });

    it('speak for one invoice, not for its neighbours', () => {
      const second: Rule = { ...specific, applies: ({ index }) => index === 1 };
      const found = runRules(many(3), [rule, second], contextOf()).findings;
      expect(found.map((f) => `${f.invoiceIndex} ${f.rule}`)).toEqual(['0 T-1', '1 T-2', '2 T-1']);
    });

    it('name rules that exist, and never each other', () => {
      const all = Object.values(ruleSets).flatMap(({ rules }): readonly Rule[] => rules);
      for (const { id, overrides = [] } of all) {
        for (const generic of overrides) {
          const named = all.find((one) => one.id === generic);
          expect(named, `${id} overrides ${generic}`).toBeDefined();
          expect(named?.overrides ?? [], generic).not.toContain(id);
        }
      }
    });
  });

  it('counts what it leaves out, rule by rule', () => {
    const other: Rule = {
      ...rule,
      id: 'T-3',
      severity: 'warning',
      check: () => [{ term: null }, { term: null }],
    };
    const run = runRules(many(4), [rule, other], contextOf({ options: { findingsPerRuleMax: 3 } }));
    // Every invoice keeps its first fatal finding.
    expect(run.suppressed).toEqual([{ rule: 'T-3', count: 5 }]);
    const counts = (id: string) => run.findings.filter((f) => f.rule === id).length;
    expect([counts('T-1'), counts('T-3')]).toEqual([4, 3]);
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
      [
        ...Object.keys(findingRules),
        ...ruleSets.chorus.rules.map(({ id }) => id),
        ...new Set(ruleSets.en16931.rules.map(({ id }) => id)),
        ...ruleSets['br-fr-cpro'].rules.map(({ id }) => id),
        ...ruleSets.pes.rules.map(({ id }) => id),
      ].sort(),
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
