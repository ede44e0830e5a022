import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.js';
import { compilerVersion, compileSchematron, unspokenIn } from '../../src/validate/schematron/compile.js';
import { cacheOf, loadProgram } from '../../src/validate/schematron/load.js';
import { parseXml } from '../../src/xml/tree.js';
import { escaped, schema } from './schematron-support.js';

function refusal(text: string): Fault {
  try {
    compileSchematron({ file: 'test.sch', text });
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const tested = (test: string): string =>
  schema(`<rule context="/*">\n<assert id="t" test="${escaped(test)}">t</assert></rule>`);

describe('what the compiler does not speak is refused with file, line and construct', () => {
  it.each([
    ["doc('other.xml')/x", 'doc()'],
    ["document('other.xml')", 'document()'],
    ["key('k', 1)", 'key()'],
    ['u:unknown(1)', 'u:unknown()'],
    ['xs:duration("P1D") = 1', 'xs:duration'],
    ['namespace::a', 'namespace::'],
    ['$none = 1', '$none'],
    ['c:x', 'c:'],
    ['a:x[', 'a:x['],
    ['a:x = ', 'a:x ='],
    ['1 +', '1 +'],
    ['1 instance of element(', 'element('],
    ["'open", "'open"],
    ['a:x # 1', '#'],
    ["'a' + 1", '+'],
    ['string-length(1) = 1', 'argument'],
    ["count(a:x) = '1'", 'comparison'],
    ["substring('a')", 'substring()'],
    ['position() = 1', 'position()'],
    ['processing-instruction()', 'processing-instruction()'],
  ])('%s', (test, construct) => {
    const fault = refusal(tested(test));
    expect(fault.code).toBe('RULES_UNSUPPORTED');
    expect(fault.details).toMatchObject({ file: 'test.sch', line: 6 });
    expect(String(fault.details.construct)).toContain(construct);
    expect(fault.message).toMatch(/^test\.sch, line 6: /);
  });

  it.each([
    ['an include', '<include href="other.sch"/>', 'include'],
    ['an XSLT key', '<xsl:key name="k" match="a" use="b"/>', 'xsl:key'],
    ['an imported stylesheet', '<xsl:import href="x.xsl"/>', 'xsl:import'],
    ['a let without a value', '<let name="x"/>', 'let'],
    ['a function without a prefix', '<xsl:function name="f"><xsl:sequence select="1"/></xsl:function>', 'f'],
    [
      'an instruction of XSLT',
      '<xsl:function name="u:f"><xsl:apply-templates/></xsl:function>',
      'xsl:apply-templates',
    ],
    ['elements made by a function', '<xsl:function name="u:f"><result xmlns=""/></xsl:function>', 'result'],
    [
      'the context item in a function',
      '<xsl:function name="u:f"><xsl:sequence select="a:x"/></xsl:function>',
      'a path',
    ],
    [
      'a function declared twice',
      '<xsl:function name="u:f"><xsl:sequence select="1"/></xsl:function><xsl:function name="u:f"><xsl:sequence select="2"/></xsl:function>',
      'u:f',
    ],
  ])('%s', (_name, head, construct) => {
    const fault = refusal(schema('<rule context="/*"><assert id="t" test="true()">t</assert></rule>', head));
    expect(fault.code).toBe('RULES_UNSUPPORTED');
    expect(String(fault.details.construct)).toContain(construct);
  });

  it.each([
    ['no context', '<rule><assert test="true()">t</assert></rule>'],
    ['no test', '<rule context="a:x"><assert>t</assert></rule>'],
    ['an axis in a context', '<rule context="a:x/ancestor::a:y"><assert test="true()">t</assert></rule>'],
    ['a function as a context', '<rule context="count(a:x)"><assert test="true()">t</assert></rule>'],
    ['extends of nothing', '<rule context="a:x"><extends rule="none"/></rule>'],
    ['extends of a file', '<rule context="a:x"><extends href="other.sch#r"/></rule>'],
    [
      'a rule that extends itself',
      '<rule abstract="true" id="r"><extends rule="r"/></rule><rule context="a:x"><extends rule="r"/></rule>',
    ],
    ['an instance of nothing', '</pattern><pattern is-a="none">'],
    ['an include in a rule', '<rule context="a:x"><include href="x"/></rule>'],
  ])('a rule with %s', (_name, body) => {
    expect(refusal(schema(body)).code).toBe('RULES_UNSUPPORTED');
  });

  it.each([
    ['another language', (text: string) => text.replace('xslt2', 'xquery')],
    ['XPath 1.0', (text: string) => text.replace('xslt2', 'xslt')],
    ['another namespace', (text: string) => text.replace('purl.oclc.org/dsdl', 'www.ascc.net/xml')],
    ['a document type', (text: string) => `<!DOCTYPE schema [<!ENTITY x "y">]>${text}`],
    ['no XML', () => 'rules'],
    ['XML that is not well-formed', (text: string) => text.replace('</pattern>', '')],
    [
      'a default phase that is not there',
      (text: string) => text.replace('queryBinding', 'defaultPhase="x" queryBinding'),
    ],
  ])('a file of %s', (_name, change) => {
    expect(refusal(change(tested('true()'))).code).toBe('RULES_UNSUPPORTED');
  });
});

describe('compiled code', () => {
  const text = tested("a:x = ('\u2028', '</script>', \"it's \\ `$x`\")");

  it('literals of the file stay literals', () => {
    const program = loadProgram(compileSchematron({ file: 'test.sch', text }));
    const run = (value: string) =>
      program.run(parseXml(`<a:root xmlns:a="urn:a"><a:x>${value}</a:x></a:root>`));
    expect(run("it's \\ `$x`").failures).toHaveLength(0);
    expect(run('other').failures).toHaveLength(1);
  });

  it('ids and contexts in comments cannot become code', () => {
    const hostile = schema(
      '<rule context="a:x[. = \'\u2028throw 1;\u2029throw 2;\']"><assert id="x\u2028throw 3;&#10;throw 4;" test="true()">t</assert></rule>',
    );
    expect(() => loadProgram(compileSchematron({ file: 'test.sch', text: hostile }))).not.toThrow();
    expect(compileSchematron({ file: 'test.sch', text: hostile }).code).toContain(
      '// x throw 3; throw 4;, line',
    );
  });

  it('a name with anything in it is never code', () => {
    const odd = text.replace('urn:a"', 'urn:a&quot;);process.exit(1);//"');
    expect(() => loadProgram(compileSchematron({ file: 'test.sch', text: odd }))).not.toThrow();
  });

  it('survives being written and read, with its cache', () => {
    const pack = compileSchematron({ file: 'test.sch', text });
    const cache = cacheOf(pack);
    expect(cache?.length).toBeGreaterThan(100);
    const again = loadProgram(JSON.parse(JSON.stringify(pack)), cache ?? undefined);
    expect(again.run(parseXml('<a:root xmlns:a="urn:a"/>')).failures).toHaveLength(1);
    expect(again.meta.compiler).toBe(compilerVersion);
  });

  it('a cache of something else is not used', () => {
    const pack = compileSchematron({ file: 'test.sch', text });
    expect(
      loadProgram(pack, Buffer.from('nonsense')).run(parseXml('<a:root xmlns:a="urn:a"/>')).failures,
    ).toHaveLength(1);
  });

  it('code that is no program is a fault', () => {
    const pack = compileSchematron({ file: 'test.sch', text });
    expect(() => loadProgram({ ...pack, code: '1' })).toThrow(Fault);
    expect(() => loadProgram({ ...pack, code: '(' })).toThrow(Fault);
  });
});

describe('all that the compiler does not speak', () => {
  const unspoken = (text: string) => unspokenIn({ file: 'test.sch', text });

  it('is told with line and construct, asserts and rules one by one', () => {
    const text = schema(
      [
        '<rule context="/*">',
        '<assert id="a" test="doc(\'x\')">a</assert>',
        '<assert id="b" test="a:x">b</assert>',
        '<assert id="c" test="a:x[">c</assert>',
        '</rule>',
        '<rule context="key(\'k\', 1)"><assert id="d" test="a:x">d</assert></rule>',
        '<rule context="a:x"><let name="v" value="$none"/><assert id="e" test="$v">e</assert></rule>',
      ].join('\n'),
    );
    const lines = text.split('\n');
    const found = unspoken(text);
    expect(found.map(({ construct }) => construct.replace(/\(.*/, ''))).toEqual([
      'doc',
      'a:x[',
      'call',
      '$none',
    ]);
    for (const { line, message } of found) expect(message).toContain(`test.sch, line ${line}: `);
    expect(lines[(found[0]?.line ?? 0) - 1]).toContain('id="a"');
    expect(found[0]?.message).toBe(refusal(text.replace('a:x[', 'a:x')).message);
  });

  it('is nothing for a file that compiles, and one thing for a file that cannot be read', () => {
    expect(unspoken(tested('a:x'))).toEqual([]);
    expect(unspoken('<schema')).toMatchObject([{ line: 1 }]);
    expect(unspoken(tested('a:x').replace('<pattern', '<let name="x"/><pattern'))).toMatchObject([
      { construct: '<let>' },
    ]);
  });

  it('is told for a hundred problems at most', () => {
    const asserts = Array.from({ length: 150 }, (_, i) => `<assert id="a${i}" test="doc('${i}')">a</assert>`);
    expect(unspoken(schema(`<rule context="/*">\n${asserts.join('\n')}</rule>`))).toHaveLength(100);
  });
});
