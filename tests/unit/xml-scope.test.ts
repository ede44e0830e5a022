import { expect, it } from 'vitest';
import { parseXml } from '../../src/xml/tree.js';

const names = (text: string) => {
  const root = parseXml(text);
  return [root, ...root.children].map(({ name, local, namespace }) => `${name} {${namespace}}${local}`);
};

it('resolves one spelling by the declarations of each document', () => {
  expect(names('<p:a xmlns:p="urn:1"><p:b/></p:a>')).toEqual(['p:a {urn:1}a', 'p:b {urn:1}b']);
  expect(names('<p:a xmlns:p="urn:2"><p:b/></p:a>')).toEqual(['p:a {urn:2}a', 'p:b {urn:2}b']);
  expect(names('<p:a><p:b xmlns:p="urn:1"/></p:a>')).toEqual(['p:a {}p:a', 'p:b {urn:1}b']);
  expect(names('<a xmlns="urn:1"><b xmlns=""/></a>')).toEqual(['a {urn:1}a', 'b {}b']);
});

it('reads on after documents of more names and scopes than are kept', () => {
  const many = Array.from({ length: 20_001 }, (_, i) => `<n${i}/>`).join('');
  expect(parseXml(`<p:a xmlns:p="urn:1">${many}</p:a>`).children).toHaveLength(20_001);
  for (let i = 0; i < 300; i++) expect(names(`<a xmlns="urn:${i}"/>`)).toEqual([`a {urn:${i}}a`]);
  expect(names('<p:a xmlns:p="urn:1"><p:b/></p:a>')).toEqual(['p:a {urn:1}a', 'p:b {urn:1}b']);
});
