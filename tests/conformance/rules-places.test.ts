import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import type { PlacedInvoice } from '../../src/domain/reading.js';
import type { PieceFacts } from '../../src/domain/rule.js';
import type { Syntax } from '../../src/domain/syntax.js';
import { examinePiece } from '../../src/formats/pieces.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';
import { runRules } from '../../src/validate/rule-engine.js';
import { rulesFor } from '../../src/validate/rule-sets.js';
import { contextOf, invoiceWith, optionsOf, placed } from '../unit/rules/base.js';
import { chorusCases } from '../unit/rules/chorus.cases.js';

const samples: readonly (readonly [syntax: Syntax, path: string, kind: 'E1' | 'E2'])[] = [
  ['ubl-invoice', 'e1-ubl/in/FSO1100A_FRN001_FRN0011100000000000000001', 'E1'],
  ['ubl-invoice', 'e1-ubl-piece/in/FSO1100A_FRN001_FRN0011100000000000000002', 'E1'],
  ['ubl-invoice', 'credit-note/in/FSO1100A_FRN001_FRN0011100000000000000024', 'E1'],
  ['cii', 'e2-cii/in/FSO1116A_FRN001_FRN0011116000000000000003', 'E2'],
  ['cpp-mixte', 'e2-mixte-partial/in/FSO1113A_FRN001_FRN0011113000000000000004', 'E2'],
];

/** Terms that a syntax has no element for: rules never find a value there, nor miss one. */
const foreignTo: Readonly<Partial<Record<Syntax, readonly string[]>>> = {
  'ubl-invoice': ['chorus.validator.id'],
  'cpp-mixte': [
    'allowancesCharges[0].reason',
    'allowancesCharges[1].charge',
    'chorus.contract',
    'chorus.contractType',
    'chorus.deliveryDate',
    'chorus.payee.id',
    'chorus.vatRegime',
    'delivery.date',
    'dueDate',
    'lines[0].grossPrice',
    'lines[0].priceDiscount',
    'lines[0].standardItemId',
    'lines[1].kind',
    'period.end',
    'precedingInvoices[0].issueDate',
    'seller.tradingName',
    'specification',
    'taxCurrency',
    'totals.lines',
    'totals.prepaid',
    'totals.tax',
    'vatBreakdown[0].category',
    'vatBreakdown[1].category',
    'vatBreakdown[1].exemptionReason',
  ],
};

/** Every term that a refused example puts a finding on. */
function termsOfViolations(): string[] {
  const terms = new Set<string>();
  for (const { rule, kind = 'E2', refuse } of chorusCases) {
    const rules = rulesFor('chorus').filter(({ id }) => id === rule);
    for (const example of refuse) {
      const subject = placed(invoiceWith(example.invoice));
      const watched: PlacedInvoice = {
        ...subject,
        place: (term) => {
          terms.add(term);
          return null;
        },
      };
      runRules([watched], rules, contextOf({ kind, ...example }));
    }
  }
  return [...terms].sort();
}

let workDir: string;
beforeAll(() => {
  workDir = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

async function read(syntax: Syntax, path: string) {
  const dir = mkdtempSync(join(workDir, 'entry-'));
  const cut = cutPieces(resolve(import.meta.dirname, '../../samples', path), dir, defaultLimits);
  const reading = readEntry(cut.bytes, syntax, cut);
  if (reading.kind !== 'invoices') throw new Error(`${path} was refused`);
  const pieces = new Map<number, PieceFacts>();
  for (const { index, content } of reading.pieces) {
    pieces.set(index, await examinePiece(content, defaultLimits));
  }
  return { invoices: reading.invoices, pieces };
}

describe.each(samples)('%s, %s', (syntax, path, kind) => {
  it('has a place for every term that a rule can put a finding on', async () => {
    const { invoices } = await read(syntax, path);
    const terms = termsOfViolations();
    expect(terms.length).toBeGreaterThan(30);
    const own = terms.filter((term) => foreignTo[syntax]?.includes(term) !== true);
    const lost = own.filter((term) => {
      const place = invoices[0]?.place(term) ?? null;
      return place === null || !/^\/\S/.test(place.path) || place.line < 1;
    });
    expect(lost).toEqual([]);
  });

  it('has no fatal finding', async () => {
    const { invoices, pieces } = await read(syntax, path);
    const { findings } = runRules(invoices, rulesFor('chorus'), {
      kind,
      interfaceCode: null,
      today: '2026-01-31',
      options: optionsOf(),
      pieces,
    });
    expect(findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
  });
});
