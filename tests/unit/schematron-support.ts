import { compileSchematron } from '../../src/validate/schematron/compile.js';
import { loadProgram } from '../../src/validate/schematron/load.js';
import type { PackProgram, PackRun } from '../../src/validate/schematron/types.js';
import { parseXml } from '../../src/xml/tree.js';

/** A document with what the functions need: numbers, dates, repeated elements, attributes, nested elements. */
export const sample = `<a:root xmlns:a="urn:a" xmlns:b="urn:b" id="r1">
  <a:one code="x">1.50</a:one>
  <a:two>2</a:two>
  <a:text>  some   words </a:text>
  <a:empty/>
  <a:date>2026-02-28</a:date>
  <a:flag>true</a:flag>
  <a:item n="1"><a:price>10.00</a:price><a:kind>S</a:kind></a:item>
  <a:item n="2"><a:price>20.50</a:price><a:kind>S</a:kind></a:item>
  <a:item n="3"><a:price>0.01</a:price><a:kind>Z</a:kind><b:note xml:lang="fr">été</b:note></a:item>
</a:root>`;

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

export function schema(body: string, head = ''): string {
  return `<schema xmlns="http://purl.oclc.org/dsdl/schematron" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:u="urn:u" queryBinding="xslt2">
<title>Test rules</title><ns prefix="a" uri="urn:a"/><ns prefix="b" uri="urn:b"/><ns prefix="u" uri="urn:u"/>
${head}
<pattern id="p">${body}</pattern></schema>`;
}

export function program(text: string): PackProgram {
  return loadProgram(compileSchematron({ file: 'test.sch', text }));
}

export function runOn(text: string, xml = sample): PackRun {
  return program(text).run(parseXml(xml));
}

/** What a condition on the root element gives: true, false, or the code of its dynamic error. */
export function outcome(test: string, xml = sample, head = ''): boolean | string {
  const run = runOn(
    schema(`<rule context="/*"><assert id="t" test="${escaped(test)}">no</assert></rule>`, head),
    xml,
  );
  if (run.error !== null) return run.error.message.split(':')[0] ?? '';
  return run.failures.length === 0;
}

/** How often each assert failed, by id. */
export function failedIds(text: string, xml = sample): Record<string, number> {
  const pack = program(text);
  const run = pack.run(parseXml(xml));
  if (run.error !== null) throw new Error(run.error.message);
  const found: Record<string, number> = {};
  for (const [index, count] of run.counts) {
    const id = pack.meta.asserts[index]?.id ?? '?';
    found[id] = (found[id] ?? 0) + count;
  }
  return found;
}
