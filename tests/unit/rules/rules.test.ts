import { describe, expect, it } from 'vitest';
import { runRules } from '../../../src/validate/rule-engine.js';
import { rulesFor } from '../../../src/validate/rule-sets.js';
import { base, contextOf, invoiceWith, placed } from './base.js';
import { chorusCases } from './chorus.cases.js';
import { describeCases, describeSet } from './describe-cases.js';

const rules = rulesFor('chorus');

describe('the set', () => {
  describeSet(rules, chorusCases);

  it.each(['E1', 'E2', 'none'] as const)('has nothing to say about the base invoice in %s', (kind) => {
    expect(
      runRules([placed(base)], rules, contextOf({ kind, options: { siretKey: true } })).findings,
    ).toEqual([]);
  });

  it.each(['E4', 'E5'] as const)('has nothing to say about a monthly statement of works in %s', (kind) => {
    const { supplier } = base.chorus;
    const works = invoiceWith({ chorus: { cadre: 'A4', validator: supplier } });
    expect(runRules([placed(works)], rules, contextOf({ kind })).findings).toEqual([]);
  });
});

describeCases(rules, chorusCases);
