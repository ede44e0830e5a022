import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.js';
import type { Rule } from '../../../src/domain/rule.js';
import { runRules, severityIn } from '../../../src/validate/rule-engine.js';
import { rulesFor } from '../../../src/validate/rule-sets.js';
import { base, contextOf, invoiceWith, placed } from './base.js';
import type { Example } from './case.js';
import { chorusCases } from './chorus.cases.js';

const cases = chorusCases;
const rules = rulesFor('chorus');
const byId = new Map(rules.map((rule) => [rule.id, rule]));

function findingsOf(rule: Rule, example: Example): readonly Finding[] {
  return runRules([placed(invoiceWith(example.invoice))], [rule], contextOf(example)).findings;
}

describe('the set', () => {
  it('has one case for every rule, with accepted and refused examples, and none beside', () => {
    expect(cases.map(({ rule }) => rule).sort()).toEqual(rules.map(({ id }) => id).sort());
    const poor = cases.filter(({ accept, refuse }) => accept.length === 0 || refuse.length === 0);
    expect(poor).toEqual([]);
  });

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

  it('names its sources and terms, and speaks in sentences', () => {
    for (const rule of rules) {
      expect(rule.source, rule.id).toMatch(/\S/);
      expect(rule.terms.length, rule.id).toBeGreaterThan(0);
      expect(rule.message, rule.id).toMatch(/^([A-ZÀÉ]|\{Field\}).* \(balise : \{balise\}\) .*\.$/);
      expect(rule.fix, rule.id).toMatch(/^[A-ZÀÉ].*\.$/);
    }
  });

  it('takes no rule of others for its own: an id says one thing', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
});

describe.each(cases)('$rule', ({ rule: id, kind = 'E2', accept, refuse, offIn = [] }) => {
  const rule = byId.get(id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);

  it.each(accept)('accepts %j', (example) => {
    const inKind = { kind, ...example };
    expect(severityIn(rule, inKind.kind)).not.toBe('off');
    expect(findingsOf(rule, inKind)).toEqual([]);
  });

  it.each(refuse)('refuses %j', (example) => {
    const inKind = { kind, ...example };
    const found = findingsOf(rule, inKind);
    expect(found.length).toBeGreaterThan(0);
    for (const { severity, message, fix, line, path, invoiceIndex } of found) {
      expect(severity).toBe(severityIn(rule, inKind.kind));
      expect(message).toMatch(/^[A-ZÀÉ].* \(balise : Facture\.\w/);
      expect(`${message} ${fix}`).not.toMatch(/[{}]|undefined|null|« »/);
      expect({ line, invoiceIndex }).toEqual({ line: 7, invoiceIndex: 0 });
      expect(path).toMatch(/^\/Facture\/\w/);
    }
    if (example.term !== undefined) expect(found[0]?.path).toBe(`/Facture/${example.term}`);
    for (const text of example.says ?? []) expect(found[0]?.message).toContain(text);
  });

  it.each(offIn)('is off in %s', (off) => {
    for (const example of refuse) expect(findingsOf(rule, { ...example, kind: off })).toEqual([]);
  });
});
