import { describe, expect, it } from 'vitest';
import { effortMs } from '../helpers/effort.js';
import { failedIds, outcome, schema } from './schematron-support.js';

/** Check digits and tolerances the way rule files of several countries write them. */
const head = `
<let name="codes" value="tokenize('AD AE FR', '\\s')"/>
<let name="profile" value="if (/*/a:profile and matches(normalize-space(/*/a:profile), 'urn:x:([0-9]{2}):1.0')) then tokenize(normalize-space(/*/a:profile), ':')[3] else 'Unknown'"/>
<let name="country" value="concat(if (substring(/*/a:vat, 1, 2) = 'FR') then 'FR' else '', if (not(/*/a:vat)) then 'none' else '')"/>
<let name="mail" value="'^[a-zA-Z0-9!#\\$%&amp;*+/=?^_{|}~-]+(\\.[a-z]+)*@([a-z0-9]+\\.)+[a-z]+$'"/>
<xsl:function name="u:mod11" as="xs:boolean"><xsl:param name="val"/>
  <xsl:variable name="length" select="string-length($val) - 1"/>
  <xsl:variable name="digits" select="reverse(for $i in string-to-codepoints(substring($val, 0, $length + 1)) return $i - 48)"/>
  <xsl:variable name="sum" select="sum(for $i in (0 to $length - 1) return $digits[$i + 1] * (($i mod 6) + 2))"/>
  <xsl:value-of select="number($val) &gt; 0 and (11 - ($sum mod 11)) mod 11 = number(substring($val, $length + 1, 1))"/></xsl:function>
<xsl:function name="u:mod97" as="xs:boolean"><xsl:param name="val"/>
  <xsl:variable name="digits" select="number(substring($val, 9, 2))"/>
  <xsl:variable name="made" select="number(97 - (xs:integer(substring($val, 1, 8)) mod 97))"/>
  <xsl:value-of select="number($digits) = number($made)"/></xsl:function>
<xsl:function name="u:abn" as="xs:boolean"><xsl:param name="val"/>
  <xsl:value-of select="(((string-to-codepoints(substring($val, 1, 1)) - 49) * 10) + ((string-to-codepoints(substring($val, 2, 1)) - 48) * 1)) mod 11 = 0"/></xsl:function>
<xsl:function name="u:tin" as="xs:boolean"><xsl:param name="val" as="xs:string"/>
  <xsl:variable name="digits" select="for $ch in string-to-codepoints($val) return codepoints-to-string($ch)"/>
  <xsl:variable name="sum" select="(number($digits[3])*2) + (number($digits[2])*4) + (number($digits[1])*8)"/>
  <xsl:value-of select="($sum mod 11) mod 10 = number($digits[4])"/></xsl:function>
<xsl:function name="u:luhn" as="xs:boolean"><xsl:param name="number" as="xs:string"/>
  <xsl:choose><xsl:when test="not(matches($number, '^\\d+$'))"><xsl:sequence select="false()"/></xsl:when>
  <xsl:otherwise>
    <xsl:variable name="main" select="substring($number, 1, 9)"/>
    <xsl:variable name="sum" as="xs:integer"><xsl:value-of select="sum(for $pos in 1 to string-length($main) return if ($pos mod 2 = 1)
      then (number(substring($main, string-length($main) - $pos + 1, 1)) * 2) mod 10 + (number(substring($main, string-length($main) - $pos + 1, 1)) * 2) idiv 10
      else number(substring($main, string-length($main) - $pos + 1, 1)))"/></xsl:variable>
    <xsl:sequence select="(10 - $sum mod 10) mod 10 = number(substring($number, 10, 1))"/>
  </xsl:otherwise></xsl:choose></xsl:function>
<xsl:function name="u:letters" as="xs:boolean"><xsl:param name="arg" as="xs:string?"/>
  <xsl:variable name="allowed">ABCDEF</xsl:variable>
  <xsl:sequence select="if ((string-length(translate(substring($arg, 1, 3), $allowed, '')) = 0) and (substring($arg, 4, 2) castable as xs:integer)) then true() else false()"/></xsl:function>
<xsl:function name="u:odd" as="xs:integer"><xsl:param name="arg" as="xs:string"/><xsl:param name="even" as="xs:integer"/>
  <xsl:variable name="stop" select="if (not($arg castable as xs:integer)) then 0 else 1"/>
  <xsl:variable name="digit" select="if ($stop = 0) then 0 else (if ($even = 1) then (xs:integer(substring('0246813579', (xs:integer(substring($arg, 1, 1)) + 1), 1))) else (xs:integer(substring($arg, 1, 1))))"/>
  <xsl:sequence select="if ($stop = 0) then $digit else (xs:integer($digit) + u:odd(substring(xs:string($arg), 2), (if ($even = 0) then 1 else 0)))"/></xsl:function>`;

const xml = `<a:root xmlns:a="urn:a"><a:profile>urn:x:01:1.0</a:profile><a:vat>FR12</a:vat><a:code> FR </a:code><a:means>58</a:means>
<a:mail>jean.durand@mairie.example.fr</a:mail><a:note>one
two#</a:note><a:sum currency="EUR">10.00</a:sum><a:sum currency="USD">11.00</a:sum><a:blank> </a:blank></a:root>`;

describe('idioms of rule files', () => {
  it.each([
    "u:mod11('987654325') and not(u:mod11('987654326'))",
    "u:mod97('0403019261') and not(u:mod97('0403019262'))",
    "u:abn('21') and not(u:abn('29'))",
    "u:tin('1235') = (((3 * 2 + 2 * 4 + 1 * 8) mod 11) mod 10 = 5)",
    "u:luhn('5560360793') and not(u:luhn('5560360794')) and not(u:luhn('55x'))",
    "u:letters('ABC12') and not(u:letters('ABX12')) and not(u:letters('ABCxy')) and not(u:letters(()))",
    "u:odd('123', 0) = 8 and u:odd('', 0) = 0 and (if (u:odd('5', 1) != 0) then true() else false())",
    "$profile = '01' and $country = 'FR'",
    'some $code in $codes satisfies normalize-space(a:code/text()) = $code',
    "a:means = (30, 58) and not(a:means = ('30', '42'))",
    'matches(normalize-space(a:mail), $mail) and not(matches("a@b", $mail))',
    "count(tokenize(a:note, '(\\r\\n|\\r|\\n)')) = 2 and (some $l in tokenize(a:note, '\\n') satisfies matches($l, '^[a-z]+#$'))",
    'every $c in distinct-values(a:sum/@currency) satisfies count(a:sum[@currency = $c]) = 1',
    "a:sum[@currency = 'EUR']/xs:decimal(.) + 1 = a:sum[@currency = 'USD']/xs:decimal(.)",
    'not(//*[not(*) and not(normalize-space())][not(self::a:blank)])',
    'not(string(a:vat) castable as xs:date) and string-length(a:vat/text()) = 4',
    'abs(xs:decimal(a:sum[1]) - xs:decimal(a:sum[2])) <= 1.00',
    '(round(xs:decimal(a:sum[1]) * 100 * 0.2) div 100) = 2',
    'xs:decimal(sum(a:sum)) = 21 and max(a:sum/xs:decimal(.)) = 11',
    'let $x := a:sum[1] return if ($x) then number($x) = 10 else true()',
    "not(contains(a:vat, ' ')) and number(substring(a:vat, 3)) mod 2 = 0",
    'for $s in a:sum return true() and false(), true()'
      .replace('for', 'count(for')
      .replace(', true()', ') = 2'),
  ])('%s', (test) => {
    expect(outcome(test, xml, head)).toBe(true);
  });

  it('contexts with predicates, wildcards and lists of names', () => {
    const rule = (id: string, context: string, test: string): string =>
      `<rule context="${context}"><assert id="${id}" test="${test}">t</assert></rule>`;
    const text = schema(
      `${rule('empty', '//*[not(*) and not(normalize-space())]', 'false()')}
       ${rule('sum', "a:sum[@currency = 'EUR'] | a:total[@currency = 'EUR']", '. = 11')}
       ${rule('currency', 'a:*[@currency]', "@currency = 'EUR'")}`,
      head,
    );
    expect(failedIds(text, xml)).toEqual({ empty: 1, sum: 1, currency: 1 });
  });
});

describe('what would be a product of two long lists is linear', () => {
  const lines = (count: number): string =>
    Array.from(
      { length: count },
      (_, i) => `<a:line><a:rate>${i % 500}</a:rate><a:net>1.00</a:net></a:line>`,
    ).join('');
  const groups = Array.from(
    { length: 500 },
    (_, i) => `<a:group><a:cat><a:rate>${i}</a:rate></a:cat><a:base>8</a:base></a:group>`,
  ).join('');
  const big = `<a:root xmlns:a="urn:a"><a:id>7</a:id>${lines(4000)}<a:tax>${groups}${groups}</a:tax></a:root>`;

  it.each([
    [
      'sums by key over all lines',
      'a:cat',
      'every $r in xs:decimal(a:rate) satisfies ../a:base = sum(../../../a:line[xs:decimal(a:rate) = $r]/xs:decimal(a:net))',
    ],
    ['a value of the root, asked by each line', 'a:line', '../a:id = 7'],
    ['an absolute path in a predicate', 'a:line', 'a:rate[. = /a:root/a:tax/a:group/a:cat/a:rate]'],
    ['a function of the whole document', 'a:line', 'count(//a:group[a:base = 8]) = 1000'],
  ])('%s', async (_name, context, test) => {
    const rules = schema(`<rule context="${context}"><assert id="t" test="${test}">t</assert></rule>`);
    const spentMs = await effortMs(() => expect(failedIds(rules, big)).toEqual({}));
    expect(spentMs).toBeLessThan(5_000);
  });
});
