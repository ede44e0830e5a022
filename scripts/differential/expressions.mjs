// XPath expressions at random, of the language that rule packs are written in, and a document to ask them of.

/**
 * Numbers of every form, text with and without blanks, what is empty, repeated, nested, and of another namespace. Nothing
 * between elements: white space there is kept by Saxon and not by our tree.
 */
export const document = [
  '<a:root xmlns:a="urn:a" xmlns:b="urn:b" id="r1" n="7">',
  '<a:one code="x">1.50</a:one>',
  '<a:two>2</a:two>',
  '<a:zero>-0.00</a:zero>',
  '<a:big>12345678901234567890.125</a:big>',
  '<a:small>0.005</a:small>',
  '<a:minus>-2.5</a:minus>',
  '<a:text>  some   words </a:text>',
  '<a:code>FR123</a:code>',
  '<a:empty/>',
  '<a:date>2026-02-28</a:date>',
  '<a:flag>true</a:flag>',
  '<a:item n="1"><a:price>10.00</a:price><a:kind>S</a:kind></a:item>',
  '<a:item n="2"><a:price>20.50</a:price><a:kind>S</a:kind></a:item>',
  '<a:item n="3"><a:price>0.01</a:price><a:kind>Z</a:kind><b:note xml:lang="fr">été</b:note></a:item>',
  '<a:item n="4"><a:kind/></a:item>',
  '<!-- told --><a:part><a:part><a:price>3</a:price></a:part></a:part>',
  '</a:root>',
].join('');

const literals = ['0', '1', '2', '-1', '0.5', '2.5', '100', '1.50', '0.005', '1e2', '10.0', '3'];
const words = [
  "''",
  "'S'",
  "'Z'",
  "'FR'",
  "'1.50'",
  "'2'",
  "'some words'",
  "' '",
  "'x'",
  "'été'",
  "'12'",
  "'a b  c'",
];
const patterns = [
  "'^[A-Z]{2}'",
  "'\\d+'",
  "'^\\s*$'",
  "'[^0-9.]'",
  "'(some|S)'",
  "'^.{1,5}$'",
  "'\\.'",
  "'-'",
];
const single = [
  'a:one',
  'a:two',
  'a:zero',
  'a:small',
  'a:minus',
  'a:text',
  'a:code',
  'a:empty',
  'a:none',
  'a:flag',
  'a:date',
];
const many = [
  'a:item',
  'a:item/a:price',
  '//a:price',
  'a:item/@n',
  '*',
  'a:item/a:kind',
  '//a:part',
  'a:item/b:note',
  '@*',
];
const general = ['=', '!=', '<', '<=', '>', '>='];
const valued = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const numberTypes = ['xs:decimal', 'xs:integer', 'xs:double'];

/** A maker of expressions; the same numbers of `r` give the same expression. */
export function expressions(r) {
  const make = (kinds, depth) => {
    const [leaves, whole] = kinds;
    return depth <= 0 ? r.pick(leaves)(0) : r.pick(r.chance(0.25) ? leaves : whole)(depth - 1);
  };
  const nodes = (depth) =>
    make(
      [
        [() => r.pick(single), () => r.pick(many)],
        [
          (d) => `${r.pick(many.slice(0, 3))}[${bool(d)}]`,
          () =>
            `${r.pick(['a:item', 'a:item/a:price', '//a:kind'])}[${r.pick(['1', '2', 'last()', 'position() > 1', '5'])}]`,
          () => `(${r.pick(single)} | ${r.pick(many)})`,
          (d) => `a:item[a:price ${r.pick(general)} ${num(d)}]/a:kind`,
          () => `a:item[@n = ${r.pick(words)}]/${r.pick(['a:price', 'a:kind', '@n', '..'])}`,
          () =>
            `a:item/${r.pick(['following-sibling', 'preceding-sibling', 'ancestor', 'descendant', 'self'])}::${r.pick(['*', 'a:item', 'a:price', 'node()'])}`,
          () => `//*[local-name() = ${r.pick(["'price'", "'kind'", "'none'"])}]`,
          () => `a:item/a:price/..`,
          (d) => `(${nodes(d)})[${r.pick(['1', 'last()', '2'])}]`,
          () => `//text()[normalize-space()]`,
        ],
      ],
      depth,
    );
  const oneNode = (depth) => (depth <= 0 || r.chance(0.6) ? r.pick(single) : `(${nodes(depth - 1)})[1]`);
  const num = (depth) =>
    make(
      [
        [() => r.pick(literals), () => r.pick(single)],
        [
          (d) => `(${num(d)} ${r.pick(['+', '-', '*', 'div', 'idiv', 'mod'])} ${num(d)})`,
          (d) => `count(${nodes(d)})`,
          (d) => `sum(${nodes(d)})`,
          (d) => `${r.pick(['round', 'floor', 'ceiling', 'abs'])}(${num(d)})`,
          (d) => `round(${num(d)} * 10 * 10) div 100`,
          (d) => `number(${r.chance(0.5) ? oneNode(d) : str(d)})`,
          (d) => `${r.pick(numberTypes)}(${r.chance(0.6) ? oneNode(d) : num(d)})`,
          (d) => `string-length(${str(d)})`,
          (d) => `${r.pick(['max', 'min', 'avg'])}(${nodes(d)})`,
          (d) => `-${oneNode(d)}`,
          (d) => `(if (${bool(d)}) then ${num(d)} else ${num(d)})`,
          (d) =>
            `sum(for $x in ${nodes(d)} return ${r.pick(['number($x)', 'xs:decimal($x)', '1', 'string-length($x)'])})`,
          (d) => `round-half-to-even(${num(d)}, ${r.pick(['0', '1', '2'])})`,
        ],
      ],
      depth,
    );
  const str = (depth) =>
    make(
      [
        [() => r.pick(words), () => `string(${r.pick(single)})`],
        [
          (d) => `normalize-space(${r.chance(0.5) ? oneNode(d) : str(d)})`,
          (d) => `string(${r.chance(0.5) ? num(d) : oneNode(d)})`,
          (d) => `concat(${str(d)}, ${r.chance(0.5) ? num(d) : str(d)})`,
          (d) => `substring(${str(d)}, ${num(d)}${r.chance(0.5) ? `, ${num(d)}` : ''})`,
          (d) => `${r.pick(['substring-before', 'substring-after'])}(${str(d)}, ${str(d)})`,
          (d) => `${r.pick(['upper-case', 'lower-case'])}(${str(d)})`,
          (d) => `translate(${str(d)}, ${r.pick(words)}, ${r.pick(words)})`,
          (d) => `string-join(${nodes(d)}, ${r.pick(["','", "''", "' '"])})`,
          (d) => `replace(${str(d)}, ${r.pick(patterns)}, ${r.pick(["''", "'_'", "'$0'"])})`,
          (d) =>
            `tokenize(${str(d)}, ${r.pick(["'\\s+'", "','", "'\\.'"])})[${r.pick(['1', '2', 'last()'])}]`,
          (d) => `${r.pick(['name', 'local-name', 'namespace-uri'])}(${oneNode(d)})`,
          (d) => `(if (${bool(d)}) then ${str(d)} else ${str(d)})`,
          (d) => `xs:string(${num(d)})`,
        ],
      ],
      depth,
    );
  const some = (depth) => r.pick([num, str, nodes, nodes])(depth);
  const bool = (depth) =>
    make(
      [
        [
          () => 'true()',
          () => `exists(${r.pick(single)})`,
          () => `${r.pick(single)} ${r.pick(general)} ${r.pick(literals)}`,
        ],
        [
          (d) => `${num(d)} ${r.pick(general)} ${num(d)}`,
          (d) => `${str(d)} ${r.pick(general)} ${str(d)}`,
          (d) => `${nodes(d)} ${r.pick(general)} ${some(d)}`,
          (d) => `${nodes(d)} = (${r.pick(words)}, ${r.pick(words)}, ${str(d)})`,
          (d) => `${num(d)} ${r.pick(valued)} ${num(d)}`,
          (d) => `${str(d)} ${r.pick(valued)} ${str(d)}`,
          (d) => `(${bool(d)} ${r.pick(['and', 'or'])} ${bool(d)})`,
          (d) => `not(${r.chance(0.5) ? bool(d) : some(d)})`,
          (d) => `${r.pick(['exists', 'empty'])}(${nodes(d)})`,
          (d) => `${r.pick(['contains', 'starts-with', 'ends-with'])}(${str(d)}, ${str(d)})`,
          (d) => `matches(${str(d)}, ${r.pick(patterns)})`,
          (d) =>
            `(${r.pick(['every', 'some'])} $x in ${nodes(d)} satisfies ${r.pick(['$x = ', '$x != ', 'number($x) > ', "string($x) = '' or $x = "])}${some(d)})`,
          (d) => `${oneNode(d)} castable as ${r.pick([...numberTypes, 'xs:date', 'xs:boolean'])}`,
          (d) => `boolean(${some(d)})`,
          (d) =>
            `${r.pick(['a:date', 'a:text', str(d)])} ${r.pick(general)} ${r.pick(["'2026-03-01'", 'string(a:date)'])}`,
          () => `xs:date(a:date) ${r.pick(general)} xs:date('2026-0${r.between(1, 9)}-01')`,
          (d) => `count(distinct-values(${nodes(d)})) ${r.pick(general)} ${num(0)}`,
          (d) => `${num(d)} = ${r.between(0, 2)} to ${r.between(2, 4)}`,
        ],
      ],
      depth,
    );
  return () => bool(r.between(1, 3));
}
