import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.js';
import type { Occurrences } from '../../../src/domain/occurrences.js';
import type { Rule } from '../../../src/domain/rule.js';
import { runRules, severityIn } from '../../../src/validate/rule-engine.js';
import { contextOf, invoiceWith, placed } from './base.js';
import type { Example, RuleCase } from './case.js';

function findingsOf(rule: Rule, example: Example): readonly Finding[] {
  const { repeated, codes, pes } = example;
  const subject = { ...placed(invoiceWith(example.invoice)), ...(pes === undefined ? {} : { pes }) };
  const occurrences = { repeated: repeated ?? [], codes: codes ?? [] } as unknown as Occurrences;
  const bare = repeated === undefined && codes === undefined;
  const told = bare ? subject : { ...subject, occurrences: () => occurrences };
  return runRules([told], [rule], contextOf(example)).findings;
}

/** What holds of the rules of every set: each has a case, a source, and sentences with a tag and a remedy. */
export function describeSet(rules: readonly Rule[], cases: readonly RuleCase[]): void {
  it('has one case for every rule, with accepted and refused examples, and none beside', () => {
    expect(cases.map(({ rule }) => rule).sort()).toEqual(rules.map(({ id }) => id).sort());
    const poor = cases.filter(({ accept, refuse }) => accept.length === 0 || refuse.length === 0);
    expect(poor).toEqual([]);
  });

  it('names its sources and terms, and speaks in sentences', () => {
    for (const rule of rules) {
      expect(rule.source, rule.id).toMatch(/\S/);
      expect(rule.terms.length, rule.id).toBeGreaterThan(0);
      expect(rule.message, rule.id).toMatch(/^([A-ZÀÉ]|\{Field\}).* \(balise : \{balise\}\),? .*\.$/);
      expect(rule.fix, rule.id).toMatch(/^[A-ZÀÉ].*\.$/);
    }
  });

  it('takes no rule of others for its own: an id says one thing', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
}

/** Puts every example to the rule it is about. */
export function describeCases(rules: readonly Rule[], cases: readonly RuleCase[]): void {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));

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
      for (const { severity, message, fix, line, path, term, invoiceIndex } of found) {
        expect(term).toMatch(/^(B[TG]-\d+|[a-z])/);
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
}
