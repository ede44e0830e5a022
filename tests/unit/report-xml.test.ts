import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { allowedText, group, leaf, writeDocument } from '../../src/report/xml.js';

/** Every character of the Basic Multilingual Plane, lone surrogates too, and one beyond it. */
const everything = `${Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).join('')}\u{1f600}`;

function readBack(xml: string): { text: string; attribute: string } {
  const document = XmlDocument.fromString(xml);
  try {
    return {
      text: document.get('/R/T')?.content ?? '',
      attribute: document.get('/R/@a')?.content ?? '',
    };
  } finally {
    document.dispose();
  }
}

describe('XML that we write', () => {
  it('is read back as it was given, whatever characters it holds', () => {
    const xml = writeDocument(group('R', [leaf('T', everything)], { a: everything }));
    const { text, attribute } = readBack(xml);
    expect(text).toBe(allowedText(everything));
    expect(attribute).toBe(allowedText(everything));
  });

  it('replaces only what XML cannot hold', () => {
    expect(allowedText('a\u000cb')).toBe('a\ufffdb');
    expect(allowedText('é\t\r\n€\u{1f600}')).toBe('é\t\r\n€\u{1f600}');
  });
});
