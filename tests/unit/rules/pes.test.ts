import { describe, expect, it } from 'vitest';
import { runRules } from '../../../src/validate/rule-engine.js';
import { rulesFor } from '../../../src/validate/rule-sets.js';
import { contextOf, invoiceWith, pdfInZip, placed } from './base.js';
import { describeCases, describeSet } from './describe-cases.js';
import { facts, pesCases } from './pes.cases.js';

const rules = rulesFor('pes');

describe('rules on PES Facture', () => {
  describeSet(rules, pesCases);

  it('have nothing to say about a good one, nor about any other syntax', () => {
    const context = contextOf({ kind: 'E1', pieces: [{ ...pdfInZip, wrapping: 'gzip' }] });
    const good = { ...placed(invoiceWith({ syntax: 'pes-facture' })), pes: facts };
    expect(runRules([good], rules, context).findings).toEqual([]);
    expect(runRules([placed(invoiceWith())], rules, contextOf({ kind: 'E1' })).findings).toEqual([]);
  });

  it('stand in for the general rules they say better', () => {
    const subject = {
      ...placed(invoiceWith({ syntax: 'pes-facture', typeCode: '04' })),
      pes: { ...facts, kind: '04' },
    };
    const all = [...rules, ...rulesFor('chorus')];
    const told = runRules([subject], all, contextOf({ kind: 'E1' })).findings.map(({ rule }) => rule);
    expect(told).toContain('ECL-PES-TYPE');
    expect(told).not.toContain('ECL-TYPE-UNKNOWN');
  });
});

describeCases(rules, pesCases);
