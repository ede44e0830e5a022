import { expect, it } from 'vitest';
import { fillIn, findingOf, findingRules } from '../../src/domain/finding-rules.js';
import { dottedTag } from '../../src/domain/tag.js';

it('writes a path as Chorus Pro does', () => {
  expect(dottedTag('/rsm:CrossIndustryInvoice/ram:Line[2]/ram:ID/@schemeID')).toBe(
    'CrossIndustryInvoice.Line[2].ID.@schemeID',
  );
});

it('leaves the tag out where there is none', () => {
  const text = 'Le code (balise : {balise}) « {value} » manque, {unknown}.';
  expect(fillIn(text, { value: '$&{balise}' }, null)).toBe('Le code « $&{balise} » manque, {unknown}.');
  expect(fillIn(text, { value: 'x' }, 'a.c')).toBe('Le code (balise : a.c) « x » manque, {unknown}.');
});

it('gives findings about an invoice their tag, with or without a path', () => {
  const facts = { siret: '1', name: '$&', code: '{balise}', type: 'SIRET', id: '2', who: 'x' };
  for (const [id, { layer }] of Object.entries(findingRules)) {
    if (layer !== 'directory') continue;
    expect(findingOf(id, facts, { path: '/ubl:Invoice/cbc:ID' }).message, id).toMatch(
      /^[A-ZÀÉ].* \(balise : Invoice\.ID\) /,
    );
    expect(findingOf(id, facts).message, id).not.toContain('balise :');
  }
});
