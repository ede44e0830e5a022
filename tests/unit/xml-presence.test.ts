import { expect, it } from 'vitest';
import { isLastDocument, localNameOf, nextDocument, trackedName } from '../../src/xml/presence.js';
import { parseXml } from '../../src/xml/tree.js';

const has = (name: string, number: number) => trackedName(name)?.document === number;

it('marks the names of elements of a document, whatever their prefix, and no others', () => {
  const { source } = parseXml('<p:a xmlns:p="urn:1"><b><p:c/></b></p:a>');
  expect(['a', 'b', 'c', 'd'].map((name) => has(name, source.number))).toEqual([true, true, true, false]);
});

it('marks them again in every document, names and scopes resolved before included', () => {
  const text = '<p:a xmlns:p="urn:1"><p:b/></p:a>';
  const first = parseXml(text).source;
  const second = parseXml(text).source;
  expect(has('b', second.number)).toBe(true);
  expect(has('b', first.number)).toBe(false);
  const third = parseXml('<p:a xmlns:p="urn:1"/>').source;
  expect([has('a', third.number), has('b', third.number)]).toEqual([true, false]);
});

it('speaks of the last document only', () => {
  const first = parseXml('<a/>').source;
  expect(isLastDocument(first.number)).toBe(true);
  const second = parseXml('<a/>').source;
  expect([first, second].map(({ number }) => isLastDocument(number))).toEqual([false, true]);
});

it('keeps one mark a name, and for names beyond its bound says that it does not know', () => {
  expect(trackedName('kept')).toBe(localNameOf('kept'));
  for (let i = 0; i < 20_001; i++) localNameOf(`many-${i}`);
  expect(trackedName('one-too-many')).toBeNull();
  expect(localNameOf('one-too-many')).toBe(localNameOf('another'));
  expect(trackedName('kept')).toBe(localNameOf('kept'));
  // Names that share a mark are never taken for absent: tables of terms do not track them.
  const number = nextDocument();
  localNameOf('one-too-many').document = number;
  expect(trackedName('another')).toBeNull();
});
