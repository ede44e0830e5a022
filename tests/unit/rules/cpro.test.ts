import { describe, expect, it } from 'vitest';
import { runRules } from '../../../src/validate/rule-engine.js';
import { cproRules } from '../../../src/validate/rules/cpro/index.js';
import { contextOf, invoiceWith, placed } from './base.js';
import { cproCases } from './cpro.cases.js';
import { describeCases, describeSet } from './describe-cases.js';

describe('BR-FR-CPRO', () => {
  describeSet(cproRules, cproCases);

  it('has nothing to say about an invoice as the platforms send it', () => {
    const invoice = invoiceWith({
      businessProcess: 'S1',
      seller: {
        identifiers: [{ scheme: '0009', value: '79955500000014' }],
        legalId: { scheme: '0002', value: '799555000' },
      },
      buyer: { identifiers: [{ scheme: '0009', value: '53514650090018' }] },
    });
    expect(runRules([placed(invoice)], cproRules, contextOf({ kind: 'none' })).findings).toEqual([]);
  });

  it('leaves CPPFactureMixte alone, which does not come by platforms', () => {
    const invoice = invoiceWith({ syntax: 'cpp-mixte', number: 'A'.repeat(21) });
    expect(runRules([placed(invoice)], cproRules, contextOf()).findings).toEqual([]);
  });
});

describeCases(cproRules, cproCases);
