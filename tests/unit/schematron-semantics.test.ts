import { describe, expect, it } from 'vitest';
import { parseXml } from '../../src/xml/tree.js';
import { failedIds, outcome, program, runOn, schema } from './schematron-support.js';

const doc = (content: string): string => `<a:root xmlns:a="urn:a">${content}</a:root>`;

describe('comparisons', () => {
  it.each([
    ['untyped text with a number is a double', 'a:x = 2 and a:x < 10', '<a:x>2.0</a:x>', true],
    ['untyped text with text is text', "a:x = '2'", '<a:x>2.0</a:x>', false],
    ['text is ordered by code points, not as numbers', "a:x < '9'", '<a:x>10</a:x>', true],
    ['untyped text with a boolean is a boolean', 'a:x = true()', '<a:x>1</a:x>', true],
    [
      'general comparisons hold for some pair',
      "a:x = ('2', '3') and a:x != '2'",
      '<a:x>1</a:x><a:x>2</a:x>',
      true,
    ],
    ['nothing compares with nothing', 'a:y = a:x or a:y != a:x', '<a:x>1</a:x>', false],
    [
      'a value comparison of nothing is nothing, so false',
      "a:y eq 'x' or not(true()) or a:y ne 'x'",
      '',
      false,
    ],
    ['a value comparison takes untyped text as text', "a:x eq '2.0'", '<a:x>2.0</a:x>', true],
    ['decimals are exact: no double in between', 'xs:decimal(a:x) + 0.2 = 0.3', '<a:x>0.1</a:x>', true],
    ['doubles are not', '(a:x + 0.2e0) = 0.3', '<a:x>0.1</a:x>', false],
    [
      'a decimal of a double has its exact binary value',
      'round(xs:decimal(sum(a:x)) * 100) div 100 = 100.00',
      '<a:x>100.005</a:x>',
      true,
    ],
    [
      'that of text is as written',
      'round(xs:decimal(a:x) * 100) div 100 = 100.01',
      '<a:x>100.005</a:x>',
      true,
    ],
    ['a NaN equals nothing', 'number(a:x) = number(a:x)', '<a:x>x</a:x>', false],
    ['no-break space is not white space', "normalize-space(a:x) = ''", '<a:x>\u00a0</a:x>', false],
    ['CDATA and references are text', "a:x = 'a&b'", '<a:x><![CDATA[a&]]>b</a:x>', true],
    [
      'the text of an element of elements is theirs',
      "a:x = '12'",
      '<a:x><a:y>1</a:y><a:y>2</a:y></a:x>',
      true,
    ],
  ])('%s', (_name, test, content, wanted) => {
    expect(outcome(test, doc(content))).toBe(wanted);
  });
});

describe('dynamic errors refuse the document', () => {
  it.each([
    ['several items where one is expected', 'xs:decimal(a:x) = 1', '<a:x>1</a:x><a:x>1</a:x>', 'XPTY0004'],
    ['in a function of one string', 'string-length(a:x) > 0', '<a:x>1</a:x><a:x>1</a:x>', 'XPTY0004'],
    ['in arithmetic', 'a:x + 1 = 2', '<a:x>1</a:x><a:x>1</a:x>', 'XPTY0004'],
    ['in a value comparison', "a:x eq '1'", '<a:x>1</a:x><a:x>1</a:x>', 'XPTY0004'],
    ['an empty element is no decimal', 'xs:decimal(a:x) = 1', '<a:x/>', 'FORG0001'],
    ['nor is NaN', 'xs:decimal(a:x) = 1', '<a:x>NaN</a:x>', 'FORG0001'],
    ['nor an exponent', 'xs:decimal(a:x) = 1', '<a:x>1E2</a:x>', 'FORG0001'],
    ['nor a comma', 'xs:decimal(a:x) = 1', '<a:x>1,5</a:x>', 'FORG0001'],
    ['text that is no number compared with one', 'a:x = 1', '<a:x>one</a:x>', 'FORG0001'],
    ['"no" is no boolean', 'a:x = true()', '<a:x>no</a:x>', 'FORG0001'],
    [
      'a day that does not exist',
      'xs:date(a:x) > xs:date("2026-01-01")',
      '<a:x>2026-02-30</a:x>',
      'FORG0001',
    ],
    ['division by zero', '1 div xs:decimal(a:x) = 1', '<a:x>0</a:x>', 'FOAR0001'],
    ['integer division by zero', '1 idiv 0 = 1', '', 'FOAR0001'],
    ['a regular expression of the document that is none', "matches('a', a:x)", '<a:x>(</a:x>', 'FORX0002'],
    ['a list of values as a condition', '(1, 2)', '', 'FORG0006'],
    ['nothing where one must be', 'exactly-one(a:x) = 1', '', 'XPTY0004'],
    ['a cast of nothing', '(a:x cast as xs:integer) = 1', '', 'XPTY0004'],
  ])('%s', (_name, test, content, code) => {
    expect(outcome(test, doc(content))).toBe(code);
  });

  it('tells the assert, the place and what was wrong', () => {
    const text = schema(
      '<rule context="a:x"><assert id="first" test="true()">t</assert><assert id="second" test="xs:decimal(.) = 1">t</assert></rule>',
    );
    const run = runOn(text, doc('\n<a:x>1</a:x>\n<a:x>x</a:x>'));
    expect(run.error).toEqual({
      message: 'FORG0001: Cannot convert string "x" to xs:decimal',
      assert: 1,
      path: '/a:root/a:x[2]',
      line: 3,
    });
  });

  it('what is not asked for is not computed: the right side of a decided "or", an unused let', () => {
    const lets = '<rule context="/*"><let name="n" value="xs:decimal(a:x)"/>';
    const tested = (test: string) =>
      runOn(schema(`${lets}<assert id="t" test="${test}">t</assert></rule>`), doc('<a:x/>'));
    expect(tested('true() or $n = 1').error).toBeNull();
    expect(tested('false() or $n = 1').error?.message).toContain('FORG0001');
    expect(outcome('false() and xs:decimal(a:x) = 1', doc('<a:x/>'))).toBe(false);
  });

  it('an error in the predicate of a context is no match, as in the official engine', () => {
    const text = schema(
      '<rule context="a:x[. = true()]"><assert id="a" test="false()">t</assert></rule><rule context="a:x"><assert id="b" test="false()">t</assert></rule>',
    );
    expect(failedIds(text, doc('<a:x>no</a:x><a:x>true</a:x>'))).toEqual({ a: 1, b: 1 });
  });

  it('a document too deep for a recursive function is refused, not a crash', () => {
    const head =
      '<xsl:function name="u:f"><xsl:param name="n"/><xsl:sequence select="u:f($n + 1)"/></xsl:function>';
    expect(outcome('u:f(1) = 1', doc(''), head)).toBe('Too deep or too large');
  });
});

describe('rules and patterns', () => {
  const fails = (id: string): string => `<assert id="${id}" test="false()">${id}</assert>`;

  it('the first rule of a pattern that matches takes the node; each pattern anew', () => {
    const text = schema(
      `<rule context="a:x[@n = 1]">${fails('one')}</rule><rule context="a:x">${fails('any')}</rule><rule context="*">${fails('other')}</rule></pattern>
       <pattern id="q"><rule context="a:x">${fails('again')}</rule>`,
    );
    expect(failedIds(text, doc('<a:x n="1"/><a:x n="2"/><a:y/>'))).toEqual({
      one: 1,
      any: 1,
      other: 2,
      again: 2,
    });
  });

  it.each([
    ['a:x', 2],
    ['//a:x', 2],
    ['/a:root/a:x', 1],
    ['/*/a:x', 1],
    ['/a:x', 0],
    ['a:g/a:x', 1],
    ['a:root//a:x', 2],
    ['/a:root//a:x', 2],
    ['//a:g//a:x', 1],
    ['a:x | a:y', 3],
    ['(a:x | a:y)[@n]', 2],
    ['(a:root | a:g)/(a:x | a:y)', 3],
    ['a:g[a:y]/a:x', 1],
    ['a:g[not(a:y)]/a:x', 0],
    ['a:x[1]', 2],
    ['a:x[2]', 0],
    ['a:g/*[2]', 1],
    ['a:g/*[last()]', 1],
    ['*[local-name() = "x"]', 2],
    ["*[ends-with(name(), 'x')]", 2],
    ['@n', 2],
    ['a:x/@n', 2],
    ['@*', 3],
    ['/', 1],
    ['a:*', 5],
    ['*:x', 2],
    ['a:x[current()/@n = 2]', 1],
    ['a:x[../@m]', 1],
  ])('context %s matches %i nodes', (context, count) => {
    const text = schema(`<rule context="${context.replaceAll('"', '&quot;')}">${fails('t')}</rule>`);
    const found = failedIds(text, doc('<a:x n="1"/><a:g m="1"><a:x n="2"/><a:y/></a:g>'));
    expect(found.t ?? 0).toBe(count);
  });

  it('reports fire when their test holds', () => {
    const text = schema(
      '<rule context="/*"><report id="r" test="a:x">t</report><report id="s" test="a:y">t</report></rule>',
    );
    expect(failedIds(text, doc('<a:x/>'))).toEqual({ r: 1 });
  });

  it('lets are known to what follows, in rules, patterns and the schema', () => {
    const head = '<let name="list" value="tokenize(\'A B\', \' \')"/><let name="first" value="//a:x[1]"/>';
    const body = `<let name="other" value="count($list)"/><rule context="a:x"><let name="me" value="."/><let name="twice" value="concat($me, $me)"/>
      <assert id="a" test="$me = $list and $other = 2 and $twice = 'AA'">t</assert><assert id="b" test="$first = 'A'">t</assert></rule>`;
    expect(failedIds(schema(body, head), doc('<a:x>A</a:x><a:x>C</a:x>'))).toEqual({ a: 1 });
  });

  it('a let of another pattern is known, as XSLT makes it global', () => {
    const text = schema(
      `<let name="n" value="2"/><rule context="/*"><assert id="a" test="$n = 2">t</assert></rule></pattern>
       <pattern id="q"><rule context="/*"><assert id="b" test="$n = 3">t</assert></rule>`,
    );
    expect(failedIds(text, doc(''))).toEqual({ b: 1 });
  });

  it('abstract rules are extended, abstract patterns made concrete with their parameters', () => {
    const text = schema(
      `<rule abstract="true" id="base"><assert id="base" test="@n">t</assert></rule>
       <rule context="a:x"><extends rule="base"/><assert id="own" test="@m">t</assert></rule></pattern>
       <pattern abstract="true" id="abs"><rule context="$what"><assert id="abs" test="$limit &gt; @n">t</assert></rule></pattern>
       <pattern is-a="abs" id="made"><param name="what" value="a:y"/><param name="limit" value="2"/>`,
    );
    const pack = program(text);
    expect(failedIds(text, doc('<a:x/><a:y n="3"/><a:y n="1"/>'))).toEqual({ base: 1, own: 1, abs: 1 });
    expect(pack.meta.asserts.map(({ context, pattern }) => `${pattern} ${context}`)).toEqual([
      'p a:x',
      'p a:x',
      'made a:y',
    ]);
  });

  it('functions: parameters and results are converted, conditions chosen, recursion followed', () => {
    const head = `
      <xsl:function name="u:size" as="xs:string"><xsl:param name="n" as="xs:decimal?"/>
        <xsl:variable name="limit" select="10"/>
        <xsl:choose><xsl:when test="empty($n)"><xsl:sequence select="'none'"/></xsl:when>
          <xsl:when test="$n gt $limit"><xsl:text>big</xsl:text></xsl:when><xsl:otherwise><xsl:value-of select="'small'"/></xsl:otherwise></xsl:choose>
      </xsl:function>
      <xsl:function name="u:gln" as="xs:boolean"><xsl:param name="val"/>
        <xsl:variable name="length" select="string-length($val) - 1"/>
        <xsl:variable name="digits" select="reverse(for $i in string-to-codepoints(substring($val, 0, $length + 1)) return $i - 48)"/>
        <xsl:variable name="weightedSum" select="sum(for $i in (0 to $length - 1) return $digits[$i + 1] * (1 + ((($i + 1) mod 2) * 2)))"/>
        <xsl:value-of select="(10 - ($weightedSum mod 10)) mod 10 = number(substring($val, $length + 1, 1))"/></xsl:function>
      <xsl:function name="u:slack" as="xs:boolean"><xsl:param name="exp" as="xs:decimal"/><xsl:param name="val" as="xs:decimal"/><xsl:param name="slack" as="xs:decimal"/>
        <xsl:value-of select="xs:decimal($exp + $slack) &gt;= $val and xs:decimal($exp - $slack) &lt;= $val"/></xsl:function>
      <xsl:function name="u:add" as="xs:integer"><xsl:param name="s" as="xs:string"/>
        <xsl:sequence select="if ($s = '') then 0 else xs:integer(substring($s, 1, 1)) + u:add(substring($s, 2))"/></xsl:function>
      <xsl:function name="u:words" as="xs:string*"><xsl:param name="s" as="xs:string*"/><xsl:for-each select="$s"><xsl:sequence select="upper-case(.)"/></xsl:for-each></xsl:function>`;
    const holds = [
      "u:size(a:x) = 'small' and u:size(99) = 'big' and u:size(a:none) = 'none'",
      "u:gln('7300010000001') and not(u:gln('7300010000002'))",
      'u:slack(1.00, 1.02, 0.02) and not(u:slack(1.00, 1.03, 0.02))',
      "u:add('123') = 6 and u:add(string(a:x)) = 5",
      "string-join(u:words(('a', 'b')), '') = 'AB' and count(u:words(a:x)) = 1",
    ];
    for (const test of holds) expect([test, outcome(test, doc('<a:x>5</a:x>'), head)]).toEqual([test, true]);
    expect(outcome('u:size(a:x) = "small"', doc('<a:x>5</a:x><a:x>6</a:x>'), head)).toBe('XPTY0004');
    expect(outcome('u:size(a:x) = "small"', doc('<a:x>five</a:x>'), head)).toBe('FORG0001');
  });

  it('the default phase chooses its patterns', () => {
    const text = schema(
      `<rule context="/*"><assert id="a" test="false()">t</assert></rule></pattern><pattern id="q"><rule context="/*"><assert id="b" test="false()">t</assert></rule>`,
      '<phase id="only"><active pattern="q"/></phase>',
    ).replace('queryBinding', 'defaultPhase="only" queryBinding');
    expect(failedIds(text, doc(''))).toEqual({ b: 1 });
  });
});

describe('what a run tells', () => {
  const text = schema(
    '<rule context="a:x"><assert id="x" flag="warning" test="@n">Text of <value-of select="."/> the rule</assert><assert test="true()">none</assert></rule>',
  );

  it('meta: title, prefixes, asserts as written, the digest of the file', () => {
    const { meta } = program(text);
    expect(meta.title).toBe('Test rules');
    expect(meta.namespaces).toEqual({ a: 'urn:a', b: 'urn:b', u: 'urn:u' });
    expect(meta.asserts[0]).toMatchObject({
      id: 'x',
      flag: 'warning',
      context: 'a:x',
      test: '@n',
      text: 'Text of the rule',
      pattern: 'p',
      line: 5,
    });
    expect(meta.asserts[1]).toMatchObject({ id: '-2', flag: 'fatal' });
    expect(meta.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('failures in document order with path and line, at most so many of one assert, all of them counted', () => {
    const xml = doc('\n<a:x/>\n<a:g><a:x/></a:g>\n<a:x/>');
    const run = program(text).run(parseXml(xml), { failuresPerAssertMax: 2 });
    expect(run.failures).toEqual([
      { assert: 0, path: '/a:root/a:x[1]', line: 2 },
      { assert: 0, path: '/a:root/a:g/a:x', line: 3 },
    ]);
    expect([...run.counts]).toEqual([[0, 3]]);
  });

  it('a program keeps nothing of one document for the next', () => {
    const pack = program(
      schema('<rule context="/*"><assert id="t" test="count(//a:x) = 1">t</assert></rule>'),
    );
    const failed = (xml: string): boolean => pack.run(parseXml(xml)).failures.length > 0;
    expect([doc('<a:x/>'), doc('<a:x/><a:x/>'), doc('<a:x/>'), doc('')].map(failed)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('names of packs loaded later are found in a tree that was indexed before', () => {
    const root = parseXml('<late:root xmlns:late="urn:late-unit"><late:only/></late:root>');
    program(schema('<rule context="a:x"><assert id="t" test="true()">t</assert></rule>')).run(root);
    const head = '<ns prefix="late" uri="urn:late-unit"/>';
    const later = program(
      schema('<rule context="late:only"><assert id="t" test="false()">t</assert></rule>', head),
    );
    expect(later.run(root).failures).toHaveLength(1);
  });
});
