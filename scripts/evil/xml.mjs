// Hostile XML: each a good invoice with one thing done to it.
import { cii } from '../documents/cii.mjs';
import { mixte } from '../documents/mixte.mjs';
import { flowId } from '../documents/names.mjs';
import { townHall } from '../documents/parties.mjs';
import { ubl } from '../documents/ubl.mjs';

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const utf16 = (text) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replace('"UTF-8"', '"UTF-16"'), 'utf16le')]);
const latin = (text, from, bytes) => {
  const [before, after] = text.split(from);
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};

/** Twenty characters are accepted. */
export const numberOf = (id) => `E-${id}`.slice(0, 20);

/** A good invoice in which `from` is replaced; fails loudly when it is not there. */
function changed(text, from, to) {
  if (!text.includes(from)) throw new Error(`not in the sample: ${from}`);
  return text.replace(from, () => to);
}
const good = (id, options = {}) => ubl({ number: numberOf(id), ...options });
const note = 'Livraison effectuée sur site.';
const withNote = (id, text) => changed(good(id), note, text);
const withDtd = (id, dtd, reference = '&x;') =>
  changed(withNote(id, reference), head, `${head}<!DOCTYPE Invoice ${dtd}>\n`);
const inRoot = (id, attributes) => changed(good(id), '<Invoice ', `<Invoice ${attributes} `);
const amounts = (id, value) =>
  changed(good(id), '>900.00</cbc:LineExtension', `>${value}</cbc:LineExtension`);

/** Where the schema takes anything. */
const anything = '<ext:UBLExtension><ext:ExtensionContent>';

const laughs = (levels) =>
  Array.from(
    { length: levels },
    (_, i) => `<!ENTITY l${i + 1} "${i === 0 ? 'ha' : `&l${i};`.repeat(10)}">`,
  ).join('');

const DTD = ['ECL-XML-DTD'];
const MALFORMED = ['ECL-XML-MALFORMED'];
const XSD = ['XSD'];
const ENCODING = ['ECL-XML-ENCODING'];
const UNFINISHED = ['ECL-XML-UNFINISHED'];

/** Cases in UBL on FSO1100A: `[id, what it is, rules expected (null: integrated), make, big]`. */
// biome-ignore format: a table reads by its rows
const ublCases = [
  ['xxe-file', 'external entity that names a local file', DTD, () => withDtd('xxe-file', '[<!ENTITY x SYSTEM "file:///etc/passwd">]')],
  ['xxe-http', 'external entity at an address', DTD, () => withDtd('xxe-http', '[<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]')],
  ['xxe-parameter', 'parameter entity that loads another DTD', DTD, () => withDtd('xxe-parameter', '[<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]', 'x')],
  ['xxe-utf16', 'the same external entity, in UTF-16', DTD, () => utf16(withDtd('xxe-utf16', '[<!ENTITY x SYSTEM "file:///etc/passwd">]'))],
  ['dtd-external', 'external DTD, no entity', DTD, () => withDtd('dtd-external', 'SYSTEM "http://127.0.0.1:9/invoice.dtd"', 'x')],
  ['dtd-late', 'DOCTYPE behind 70 KB of comment', DTD, () => changed(withDtd('dtd-late', '[<!ENTITY x "y">]'), '<!DOCTYPE', `<!--${' '.repeat(70_000)}-->\n<!DOCTYPE`), true],
  ['dtd-comments', 'thousands of open comments before the word DOCTYPE', DTD, () => changed(good('dtd-comments'), head, `${head}${'<!--'.repeat(16_000)}<!DOCTYPE `), true],
  ['dtd-cdata', 'DOCTYPE in a CDATA section of the text', null, () => withNote('dtd-cdata', '<![CDATA[<!DOCTYPE x [<!ENTITY y "z">]>&y;]]>')],
  ['laughs', 'billion laughs', DTD, () => withDtd('laughs', `[${laughs(9)}]`, '&l9;')],
  ['laughs-attribute', 'billion laughs in a default attribute', DTD, () => withDtd('laughs-attribute', `[${laughs(9)}<!ATTLIST Invoice id CDATA "&l9;">]`, 'x')],
  ['quadratic', 'one long entity, used 20,000 times', DTD, () => withDtd('quadratic', `[<!ENTITY x "${'a'.repeat(20_000)}">]`, '&x;'.repeat(20_000)), true],
  ['entity-unknown', 'entity that nothing declares', MALFORMED, () => withNote('entity-unknown', '&secret;')],
  ['reference-null', 'reference to the character 0', MALFORMED, () => withNote('reference-null', 'a&#0;b')],
  ['reference-huge', 'reference to a character that is none', MALFORMED, () => withNote('reference-huge', '&#x110000;')],
  ['reference-surrogate', 'reference to half a character', MALFORMED, () => withNote('reference-surrogate', '&#xD800;')],
  ['attributes-50000', '50,000 attributes on the root', ['ECL-LIM-TAG'], () => inRoot('attributes-50000', Array.from({ length: 50_000 }, (_, i) => `a${i}="1"`).join(' ')), true],
  ['attributes-namespaced', '50,000 attributes in namespaces of their own', ['ECL-LIM-TAG'], () => inRoot('attributes-namespaced', Array.from({ length: 50_000 }, (_, i) => `xmlns:p${i}="urn:p${i}" p${i}:a="1"`).join(' ')), true],
  ['attributes-twice', 'an attribute given twice', MALFORMED, () => inRoot('attributes-twice', 'a="1" a="2"')],
  ['attributes-twice-namespace', 'an attribute given twice by two prefixes', MALFORMED, () => inRoot('attributes-twice-namespace', 'xmlns:a="urn:a" xmlns:b="urn:a" a:c="1" b:c="2"')],
  ['levels-100000', '100,000 levels of elements', MALFORMED, () => withNote('levels-100000', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`), true],
  ['levels-100000-open', '100,000 levels of elements that nothing closes', MALFORMED, () => `${good('levels-100000-open').split(note)[0]}${'<a>'.repeat(100_000)}`, true],
  ['levels-extension', '2,000 levels where the schema takes anything', null, () => changed(good('levels-extension'), '</ext:UBLExtensions>', `${anything}${'<a>'.repeat(2000)}${'</a>'.repeat(2000)}</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>`), true],
  ['name-huge', 'element name of 1 MB', ['ECL-LIM-TAG'], () => withNote('name-huge', `</cbc:Note><cbc:${'N'.repeat(1_000_000)}/><cbc:Note>`), true],
  ['attribute-huge', 'attribute value of 5 MB', ['ECL-LIM-TAG'], () => inRoot('attribute-huge', `a="${'v'.repeat(5_000_000)}"`), true],
  ['prefixes-50000', '50,000 namespace prefixes on the root', ['ECL-LIM-TAG'], () => inRoot('prefixes-50000', Array.from({ length: 50_000 }, (_, i) => `xmlns:p${i}="urn:${i}"`).join(' ')), true],
  [
    'prefixes-nested',
    '1,500 levels that each declare another prefix, then 100,000 names to resolve',
    null,
    () => changed(good('prefixes-nested'), '</ext:UBLExtensions>', `${anything}${Array.from({ length: 1500 }, (_, i) => `<p${i}:a xmlns:p${i}="urn:${i}">`).join('')}${'<p0:b/>'.repeat(100_000)}${Array.from({ length: 1500 }, (_, i) => `</p${1499 - i}:a>`).join('')}</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>`),
    true,
  ],
  ['prefix-unbound', 'prefix that is bound to nothing', MALFORMED, () => withNote('prefix-unbound', '</cbc:Note><z:a/><cbc:Note>')],
  ['instructions', 'processing instructions, a stylesheet and PHP among them', null, () => changed(good('instructions'), head, `${head}<?xml-stylesheet href="http://127.0.0.1:9/x.xsl" type="text/xsl"?>\n<?php system("id"); ?>\n`)],
  ['instructions-100000', '100,000 processing instructions', null, () => withNote('instructions-100000', '<?a b?>'.repeat(100_000)), true],
  ['instruction-open', 'processing instruction without end', UNFINISHED, () => `${good('instruction-open').split(note)[0]}<?a ${'b'.repeat(10_000)}`],
  ['comments-open', 'comment without end', UNFINISHED, () => `${good('comments-open').split(note)[0]}<!-- ${'- '.repeat(5000)}`],
  ['cdata-open', 'CDATA section without end', UNFINISHED, () => `${good('cdata-open').split(note)[0]}<![CDATA[ ${']'.repeat(10_000)}`],
  ['cdata-100000', '100,000 CDATA sections in one value', null, () => withNote('cdata-100000', '<![CDATA[a]]>'.repeat(100_000)), true],
  ['xinclude', 'XInclude of a local file', XSD, () => withNote('xinclude', '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>')],
  ['xinclude-extension', 'XInclude where the schema takes anything', null, () => changed(good('xinclude-extension'), '</ext:UBLExtensions>', `${anything}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://127.0.0.1:9/x"/></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>`)],
  ['schema-location', 'xsi:schemaLocation at an address', null, () => inRoot('schema-location', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2 http://127.0.0.1:9/evil.xsd"')],
  [
    'schema-location-unknown',
    'xsi:schemaLocation for another namespace, used where the schema takes anything',
    null,
    () => changed(inRoot('schema-location-unknown', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:evil http://127.0.0.1:9/evil.xsd"'), '</ext:UBLExtensions>', `${anything}<e:a xmlns:e="urn:evil"/></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>`),
  ],
  ['xsi-type', 'xsi:type that names another type', XSD, () => changed(inRoot('xsi-type', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'), '<cbc:Note>', '<cbc:Note xsi:type="evil">')],
  ['xsi-nil', 'xsi:nil on an amount', XSD, () => changed(inRoot('xsi-nil', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'), '<cbc:PayableAmount ', '<cbc:PayableAmount xsi:nil="true" ')],
  ['empty-million', '1,000,000 empty elements', null, () => withNote('empty-million', `</cbc:Note>${'<cbc:Note/>'.repeat(1_000_000)}<cbc:Note>`), true],
  ['notes-million', '1,000,000 notes of one character', null, () => withNote('notes-million', `x</cbc:Note>${'<cbc:Note>x</cbc:Note>'.repeat(1_000_000)}<cbc:Note>x`), true],
  ['errors-million', '200,000 elements that the schema refuses', XSD, () => withNote('errors-million', `</cbc:Note>${'<cbc:Evil a="1">x</cbc:Evil>'.repeat(200_000)}<cbc:Note>`), true],
  ['line-long', 'one line of 20 MB', null, () => withNote('line-long', 'mot '.repeat(5_000_000).trim()), true],
  ['overlong', 'overlong UTF-8 for a slash', ENCODING, () => latin(good('overlong'), note, [0x2e, 0xc0, 0xaf])],
  ['utf8-broken', 'byte that UTF-8 does not have', ENCODING, () => latin(good('utf8-broken'), note, [0x61, 0xff, 0x62])],
  ['utf8-surrogate', 'half a character in UTF-8', ENCODING, () => latin(good('utf8-surrogate'), note, [0xed, 0xa0, 0x80])],
  ['utf8-cut', 'character of UTF-8 without its last byte', ENCODING, () => latin(good('utf8-cut'), note, [0xe2, 0x82])],
  ['utf7', 'UTF-7 declared', ENCODING, () => Buffer.from(changed(good('utf7'), '"UTF-8"', '"UTF-7"').replace(/[^\x20-\x7e\n]/g, 'e'))],
  ['utf7-markup', 'markup hidden in UTF-7, declared as UTF-8', null, () => withNote('utf7-markup', '+ADw-script+AD4-')],
  ['encoding-unknown', 'encoding that nothing knows', ENCODING, () => changed(good('encoding-unknown'), '"UTF-8"', '"X-EVIL"')],
  ['encoding-mixed', 'UTF-8 with a stretch of UTF-16', ENCODING, () => latin(good('encoding-mixed'), note, [...Buffer.from('\ufeffbonjour', 'utf16le')])],
  ['encoding-contradicts', 'UTF-16 mark, UTF-8 bytes', ['IRR_TYPE_F'], () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good('encoding-contradicts'))])],
  ['encoding-ebcdic', 'declares EBCDIC in ASCII bytes', ENCODING, () => changed(good('encoding-ebcdic'), '"UTF-8"', '"IBM037"')],
  ['nul', 'NUL byte in a value', MALFORMED, () => withNote('nul', 'a\0b')],
  ['nul-number', 'NUL byte in the number', MALFORMED, () => changed(good('nul-number'), 'E-nul-number', 'EVIL\0-1')],
  ['control', 'escape sequence of a terminal in the number', MALFORMED, () => changed(good('control'), 'E-control', '\u001b[31mEVIL')],
  ['bidi-number', 'characters that turn the writing round, in the number', ['G1.05'], () => changed(good('bidi-number'), 'E-bidi-number', 'F-\u202e1000\u202c')],
  [
    'bidi-name',
    'characters that turn the writing round, in the name of the supplier',
    null,
    () =>
      good('bidi-name', {
        supplier: { siret: '79955500800017', name: 'ATELIER \u202eLATEM', vat: 'FR91799555008' },
      }),
  ],
  ['zero-width', 'characters without width in the SIRET', ['ECL-SUP-SIRET'], () => changed(good('zero-width'), '>79955500800017<', '>7995550\u200b0800017<')],
  ['number-exponent', 'amount 1e999999', XSD, () => amounts('number-exponent', '1e999999')],
  ['number-digits', 'amount of a million digits', ['ECL-AMOUNT-DIGITS'], () => amounts('number-digits', '9'.repeat(1_000_000)), true],
  ['number-decimals', 'amount of a million decimals', ['ECL-AMOUNT-DIGITS'], () => amounts('number-decimals', `900.${'0'.repeat(1_000_000)}`), true],
  ['number-price-digits', 'price of 20,000 digits times a quantity of 20,000 digits', ['ECL-AMOUNT-DIGITS', 'ECL-QUANTITY-DIGITS'], () => changed(changed(good('number-price-digits'), '>450.00</cbc:PriceAmount', `>${'9'.repeat(20_000)}</cbc:PriceAmount`), '>2</cbc:InvoicedQuantity', `>${'7'.repeat(20_000)}</cbc:InvoicedQuantity`), true],
  ['number-infinite', 'amount INF', XSD, () => amounts('number-infinite', 'INF')],
  ['number-nan', 'amount NaN', XSD, () => amounts('number-nan', 'NaN')],
  ['number-hex', 'amount 0x10', XSD, () => amounts('number-hex', '0x10')],
  ['number-arabic', 'amount in digits of another script', XSD, () => amounts('number-arabic', '٩٠٠')],
  ['date-year', 'date in the year 999999999', ['ECL-DATE-ISSUE'], () => changed(good('date-year'), '2026-01-15', '999999999-01-15')],
  ['regex-iban', 'IBAN of 200,000 characters that almost fit', ['ECL-PAY-IBAN'], () => changed(good('regex-iban'), 'FR7630006000011234567890189', `FR76${'3000 '.repeat(40_000)}!`), true],
  ['regex-spaces', 'number of 200,000 spaces', ['G1.05'], () => changed(good('regex-spaces'), 'E-regex-spaces', `F${' '.repeat(200_000)}x`), true],
  ['regex-vat', 'VAT number of 200,000 letters', null, () => changed(good('regex-vat'), /<cbc:CompanyID>([^<]+)/.exec(good('x'))[1], `FR${'A'.repeat(200_000)}!`), true],
  ['regex-note', 'a note made of what patterns repeat', null, () => withNote('regex-note', `${'a-'.repeat(50_000)}!${' \t'.repeat(50_000)}x`), true],
  [
    'base64-huge',
    'attachment of 30 MB in base64',
    ['IRR_TAILLE_PJ'],
    () =>
      good('base64-huge', {
        piece: {
          name: 'gros.pdf',
          bytes: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(30_000_000, 65)]),
        },
      }),
    true,
  ],
  ['base64-bad', 'attachment that is not base64', XSD, () => changed(good('base64-bad', { piece: { name: 'p.pdf', bytes: Buffer.from('%PDF-1.4 abc') } }), 'JVBERi', '****')],
  ['base64-entities', 'base64 written in references of characters', XSD, () => changed(good('base64-entities', { piece: { name: 'p.pdf', bytes: Buffer.alloc(3000) } }), 'AAAA', '&#x41;&#x41;&#x41;')],
  ['base64-spaces', 'attachment of 20 MB of spaces', null, () => changed(good('base64-spaces', { piece: { name: 'p.pdf', bytes: Buffer.from('%PDF-1.4 abc') } }), 'JVBERi', `${' '.repeat(20_000_000)}JVBERi`), true],
  [
    'pieces-1000',
    '1,000 attachments',
    ['ECL-LIM-ATTACHMENTS'],
    () => {
      const one = /\n {2}<cac:AdditionalDocumentReference>[\s\S]*?<\/cac:AdditionalDocumentReference>/.exec(good('x', { piece: { name: 'p.pdf', bytes: Buffer.from('%PDF-1.4 abc') } }))[0];
      return changed(good('pieces-1000'), '\n  <cac:AccountingSupplierParty>', `${one.repeat(1000)}\n  <cac:AccountingSupplierParty>`);
    },
    true,
  ],
  ['structure-70mb', '70 MB of markup without attachments', ['ECL-LIM-STRUCTURE'], () => withNote('structure-70mb', `${'x'.repeat(70)}</cbc:Note><cbc:Note>`.repeat(760_000)), true],
  [
    'lines-100000',
    'invoice of 100,000 lines whose amounts are wrong',
    ['ECL-TOTAL-TTC'],
    () =>
      good('lines-30000', {
        lines: Array.from({ length: 30_000 }, (_, i) => [`Poste ${i}`, '1', '1.00', '2.00']),
        ht: '1.00',
      }),
    true,
  ],
  [
    'path-name',
    'attachment whose name climbs out of its folder',
    null,
    () =>
      good('path-name', {
        piece: { name: '../../../etc/cron.d/evil.pdf', bytes: Buffer.from('%PDF-1.4\n%%EOF\n') },
      }),
  ],
  [
    'html',
    'HTML and quotes in names: nothing is to run it',
    null,
    () =>
      good('html', {
        supplier: {
          siret: '79955500800017',
          name: '<script>alert("1")</script>\' OR 1=1 --',
          vat: 'FR91799555008',
        },
      }),
  ],
  ['other-xml', 'XML of another kind: SVG with a script', ['IRR_SYNTAX'], () => '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>\n'],
  ['two-roots', 'two invoices one behind the other', MALFORMED, () => `${good('two-roots')}${good('two-roots').replace(head, '')}`],
  ['declaration-late', 'XML declaration behind white space', MALFORMED, () => `\n\n${good('declaration-late')}`],
  ['declaration-long', 'XML declaration of 100 KB', null, () => changed(good('declaration-long'), ' encoding', `${' '.repeat(100_000)}encoding`), true],
  ['xml11', 'XML 1.1 with control characters', MALFORMED, () => changed(withNote('xml11', 'a&#1;b'), '"1.0"', '"1.1"')],
  ['noise', 'bytes without any sense', ['IRR_TYPE_F'], () => Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13 * (i >> 3)) & 255 || 1))],
  ['zeros', '100 KB of zeros', ['IRR_TYPE_F'], () => Buffer.alloc(100_000), true],
  ['lts', '1 MB of « < »', UNFINISHED, () => '<'.repeat(1_000_000), true],
  ['ampersands', '1 MB of « & » in a value', MALFORMED, () => withNote('ampersands', '&'.repeat(1_000_000)), true],
];

const mixed = { recipient: townHall, ht: '100.00', tva: '20.00', ttc: '120.00' };
// biome-ignore format: a table reads by its rows
const others = [
  [
    'cii-digits',
    'CII: amount of a million digits',
    'FSO1106A',
    ['ECL-AMOUNT-DIGITS'],
    () => {
      const text = cii({ number: 'EVIL-cii-digits' });
      const amount = /<ram:GrandTotalAmount[^>]*>([^<]+)/.exec(text);
      return changed(text, amount[0], amount[0].replace(amount[1], '9'.repeat(1_000_000)));
    },
    true,
  ],
  ['cii-levels', 'CII: 100,000 levels', 'FSO1106A', MALFORMED, () => changed(cii({ number: 'EVIL-cii-levels' }), '<rsm:SupplyChainTradeTransaction>', `<rsm:SupplyChainTradeTransaction>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`), true],
  ['cii-xxe', 'CII: external entity', 'FSO1106A', DTD, () => changed(cii({ number: '&x;' }).replace('&amp;x;', '&x;'), '?>\n', '?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n')],
  [
    'mixte-digits',
    'CPPFactureMixte: amount of a million digits',
    'FSO1113A',
    ['ECL-AMOUNT-DIGITS'],
    () => {
      const text = mixte(flowId('FSO1113A', 1), [{ number: 'EVIL-mixte-digits', ...mixed }]);
      const amount = /<(\w*MontantTTC\w*|\w*Montant\w*)>([\d.]+)</.exec(text);
      return changed(text, amount[0], `<${amount[1]}>${'9'.repeat(1_000_000)}<`);
    },
    true,
  ],
  [
    'mixte-5000',
    'CPPFactureMixte: 5,000 invoices in one file',
    'FSO1113A',
    ['ECL-LIM-ATTACHMENTS'],
    () =>
      mixte(
        flowId('FSO1113A', 1),
        Array.from({ length: 5000 }, (_, i) => ({ number: `EVIL-M${i}`, ...mixed })),
      ),
    true,
  ],
];

export const xmlCases = [
  ...ublCases.map(([id, what, rules, make, big = false]) => ({
    id,
    what,
    code: 'FSO1100A',
    rules,
    make,
    big,
    extension: 'xml',
  })),
  ...others.map(([id, what, code, rules, make, big = false]) => ({
    id,
    what,
    code,
    rules,
    make,
    big,
    extension: 'xml',
  })),
];
