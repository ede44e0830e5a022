import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.js';
import { runRules } from '../../../src/validate/rule-engine.js';
import { rulesFor } from '../../../src/validate/rule-sets.js';
import { contextOf } from './base.js';
import { cii, type NormExample, normSubject } from './en16931.base.js';
import { normCases } from './en16931.cases.js';
import { normVatCases } from './en16931-vat.cases.js';

const cases = [...normCases, ...normVatCases];
const rules = rulesFor('en16931');

function findingsOf(id: string, example: NormExample): readonly Finding[] {
  const own = rules.filter((rule) => rule.id === id);
  return runRules([normSubject(example)], own, contextOf({ kind: 'E1' })).findings;
}

describe('the EN 16931 set', () => {
  it('has the 223 rules that both bindings share, each with accepted and refused examples', () => {
    const ids = [...new Set(rules.map(({ id }) => id))];
    expect(ids).toHaveLength(223);
    expect(cases.map(({ rule }) => rule).sort()).toEqual(ids.sort());
    expect(cases.filter(({ accept, refuse }) => accept.length === 0 || refuse.length === 0)).toEqual([]);
  });

  it('grades one rule otherwise in UBL and CII, and has every other once', () => {
    const twice = rules.filter(({ id }, i) => rules.findIndex((one) => one.id === id) !== i);
    expect(twice.map(({ id, severity }) => [id, severity])).toEqual([['BR-51', 'fatal']]);
  });

  it.each([
    {},
    { invoice: cii },
    { invoice: { syntax: 'ubl-creditnote', creditNoteRoot: true, typeCode: '381' } },
  ] as const)('has nothing to say about the base invoice: %j', (example) => {
    expect(runRules([normSubject(example)], rules, contextOf({ kind: 'E1' })).findings).toEqual([]);
  });

  it('is silent about syntaxes that are not of the norm', () => {
    const subject = normSubject({ invoice: { syntax: 'cpp-mixte', number: null, lines: [] } });
    expect(runRules([subject], rules, contextOf()).findings).toEqual([]);
  });

  it('names terms, and speaks in sentences', () => {
    for (const { id, terms, message, fix } of rules) {
      expect(terms.length, id).toBeGreaterThan(0);
      expect(message, id).toMatch(/^[A-ZÀÉ].*\. \{found\}$/);
      expect(fix, id).toMatch(/^[A-ZÀÉ].*\.$/);
    }
  });

  it('files what is no term of the model under the term that the rule is about', () => {
    const at = 'occurrences[0]';
    const [finding] = findingsOf('BR-CO-09', {
      occurrences: { taxIds: [{ at, of: 'other', text: '123456789', vat: true }] },
    });
    expect(finding).toMatchObject({ term: 'BT-31', value: '123456789', path: `/Facture/${at}` });
  });

  it('never shows a card number', () => {
    const example = {
      invoice: { payment: { meansCode: '48', accounts: [], cardNumber: '4970100000000055' } },
    };
    expect(JSON.stringify(findingsOf('BR-51', example))).not.toContain('497010');
  });
});

const odd = ['', ' ', '-', '.', '1e9', 'NaN', '-0.00', '9'.repeat(300), '{value}', '\u0000', 'Ω', null];

/** Every third text of a value replaced by an odd one, another third at each round. */
function distorted(value: unknown, round: number): unknown {
  let count = round;
  const walk = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one === 'object' && one !== null) {
      return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]));
    }
    if (typeof one !== 'string' || one.startsWith('ubl-') || one === 'cii') return one;
    return ++count % 3 === 0 ? odd[(count * 7 + round) % odd.length] : one;
  };
  return walk(value);
}

it('never throws, whatever the texts are', () => {
  const invoices = cases
    .flatMap(({ accept, refuse }) => [...accept, ...refuse])
    .map(({ invoice = {} }) => invoice);
  for (const [i, invoice] of invoices.entries()) {
    const base = normSubject({ invoice }).invoice;
    const subject = normSubject({ invoice: distorted(base, i) as NonNullable<NormExample['invoice']> });
    const { findings } = runRules([subject], rules, contextOf({ kind: 'E1' }));
    for (const { message } of findings) expect(message).not.toMatch(/undefined|\{found\}/);
  }
}, 120_000);

describe.each(cases)('$rule', ({ rule: id, accept, refuse }) => {
  it.each(accept)('accepts %j', (example) => {
    expect(findingsOf(id, example)).toEqual([]);
  });

  it.each(refuse)('refuses %j', (example) => {
    const found = findingsOf(id, example);
    expect(found.length).toBeGreaterThan(0);
    for (const { rule, layer, message, fix, line, path } of found) {
      expect({ rule, layer, line }).toEqual({ rule: id, layer: 'en16931', line: 7 });
      expect(message).toMatch(/^[A-ZÀÉ].*\.$/);
      expect(`${message} ${fix}`).not.toMatch(/[{}]|undefined|null|\s\s/);
      expect(path).toMatch(/^\/Facture\/\w/);
    }
    if (example.term !== undefined) expect(found[0]?.path).toBe(`/Facture/${example.term}`);
    for (const text of example.says ?? []) expect(found[0]?.message).toContain(text);
  });
});
