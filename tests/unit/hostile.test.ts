import { describe, expect, it } from 'vitest';
import { shownValue } from '../../src/domain/finding.js';
import { hasHidden, withoutHidden } from '../../src/domain/hidden.js';
import { defaultLimits } from '../../src/domain/limits.js';
import { entryNameProblem } from '../../src/envelope/entry-name.js';
import { pdfLimitsOf } from '../../src/formats/pdf/trouble.js';
import { longTag } from '../../src/formats/xml/long-tag.js';
import { prefixed } from '../../src/validate/schema/words.js';
import { compileSchematron } from '../../src/validate/schematron/compile.js';
import { loadProgram } from '../../src/validate/schematron/load.js';
import { openChecker } from '../helpers/check.js';

describe('a start tag is bounded', () => {
  const long = (attributes: string) => Buffer.from(`<?xml version="1.0"?>\n<a>\n<b ${attributes}>x</b></a>`);
  const many = Array.from({ length: 300 }, (_, i) => `a${i}="1"`).join(' ');

  it('gives the line of one that is longer, wherever it begins', () => {
    for (let shift = 0; shift < 120; shift += 7)
      expect(longTag(Buffer.concat([Buffer.from(' '.repeat(shift)), long(many)]), 1000)).toBe(3);
    expect(longTag(long(many), 10_000)).toBeNull();
  });

  it('is not misled by a > in a value, nor by text, comments and CDATA of any length', () => {
    expect(longTag(long(`a=">>>>" ${many}`), 1000)).toBe(3);
    const text = 'x'.repeat(5000);
    expect(
      longTag(Buffer.from(`<a>${text}<!-- ${text} --><![CDATA[${text}]]><?p ${text}?></a>`), 1000),
    ).toBeNull();
    expect(longTag(Buffer.from(`<a b="1">${text} > ${text}</a>`), 1000)).toBeNull();
  });

  it('looks into UTF-16 too, and at a tag that never ends', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`<a ${many}/>`, 'utf16le')]);
    expect(longTag(utf16, 1000)).toBe(1);
    expect(longTag(Buffer.from(`<a ${many}`), 1000)).toBe(1);
  });
});

describe('an entry with a start tag that is too long', () => {
  it('is refused before a tree is built, with the line and the limit', async () => {
    const checker = openChecker();
    const attributes = Array.from({ length: 50_000 }, (_, i) => `a${i}="1"`).join(' ');
    const { findings } = await checker.check(
      Buffer.from(
        `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">\n<b ${attributes}/></Invoice>`,
      ),
    );
    expect(findings).toMatchObject([{ rule: 'ECL-LIM-TAG', severity: 'fatal', line: 2 }]);
    checker.close();
  });
});

describe('hidden characters', () => {
  it('are never shown', () => {
    expect(shownValue('F-\u202e1000\u2066\u0000x')).toBe('F- 1000 x');
    expect(withoutHidden('a\u200f\u2029b', '_')).toBe('a_b');
    expect(hasHidden('Éléments à déplacer, n° 1 — « œuvre »')).toBe(false);
  });

  it('are refused in the name of an entry', () => {
    expect(entryNameProblem('facture\u202elmx.exe')).toContain('invisible');
    expect(entryNameProblem('a\u001b[2J.xml')).toContain('invisible');
    expect(entryNameProblem('facturé.xml')).toBeNull();
  });
});

describe('what a document names is told in bounds', () => {
  it('shortens names, and takes no namespace for a property of objects', () => {
    expect(prefixed(`{urn:x}${'n'.repeat(5000)}`, {}).length).toBeLessThan(130);
    expect(prefixed('{__proto__}a', {})).toBe('a');
    expect(prefixed('{constructor}a', {})).toBe('a');
  });
});

describe('a pack with a pattern that is none', () => {
  it('is refused with a fault that an operator can act on', () => {
    const text = `<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><pattern><rule context="/*">
      <assert id="R-1" test="matches(string(.), '[b-a]')">x</assert></rule></pattern></schema>`;
    const load = () => loadProgram(compileSchematron({ file: 'p.sch', text }));
    expect(load).toThrowError(expect.objectContaining({ name: 'Fault' }));
  });
});

describe('what reading a PDF costs', () => {
  it('is settings', () => {
    const limits = { ...defaultLimits, pdfParsedBytesMax: 1, pdfObjectsMax: 2, pdfSectionsMax: 3 };
    expect(pdfLimitsOf(limits, 1000)).toMatchObject({ parsedBytesMax: 1, objectsMax: 2, sectionsMax: 3 });
  });
});
