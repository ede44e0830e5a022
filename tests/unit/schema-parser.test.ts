import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentParser, type DocumentParser } from '../../src/validate/schema/parser.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the parser of the schema engine', () => {
  let parser: DocumentParser;
  beforeEach(() => {
    parser = createDocumentParser();
  });
  afterEach(() => parser.dispose());

  const rootOf = (text: string) => {
    const parsed = parser.parse(bytes(text));
    if (!parsed.ok) return parsed.details.map(({ message }) => message);
    const { root, hasDtd } = parsed.document;
    parsed.document.dispose();
    return { ...root, hasDtd };
  };

  it('reads documents one after the other, each with its own names', () => {
    expect(rootOf('<a xmlns="urn:one"><b/></a>')).toEqual({ name: 'a', namespace: 'urn:one', hasDtd: false });
    expect(rootOf('<p:a xmlns:p="urn:two"/>')).toEqual({ name: 'a', namespace: 'urn:two', hasDtd: false });
    expect(rootOf('<!DOCTYPE c><c/>')).toEqual({ name: 'c', namespace: '', hasDtd: true });
  });

  it('lets nothing of a document that could not be read speak about the next one', () => {
    for (let i = 0; i < 3; i++) {
      const told = rootOf(`<a><b></a>${i}`);
      expect(told).toEqual([expect.stringContaining('b')]);
      expect(rootOf('<a/>')).toEqual({ name: 'a', namespace: '', hasDtd: false });
    }
    expect(rootOf('')).toEqual([expect.any(String)]);
    expect(rootOf('<a>')).toHaveLength(1);
    expect(rootOf('<a/>')).toEqual({ name: 'a', namespace: '', hasDtd: false });
  });

  it('reads on when a context has met more names than it keeps', () => {
    const body = (i: number) => Array.from({ length: 5_000 }, (_, k) => `<n${i}-${k}/>`).join('');
    for (let i = 0; i < 200; i++)
      expect(rootOf(`<r${i}>${body(i)}</r${i}>`)).toEqual({ name: `r${i}`, namespace: '', hasDtd: false });
  });

  it('keeps documents readable that stay open beside others', () => {
    const first = parser.parse(bytes('<first><x/></first>'));
    expect(rootOf('<a><b></a>')).toHaveLength(1);
    const second = parser.parse(bytes('<second/>'));
    if (!first.ok || !second.ok) throw new Error('not read');
    expect(first.document.view().root.name).toBe('first');
    expect(second.document.root.name).toBe('second');
    first.document.dispose();
    second.document.dispose();
  });
});
