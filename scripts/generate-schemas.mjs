// Writes the XSDs of schemas/ubl-2.1 and schemas/cii-d16b from the component models kept beside them.
//   node scripts/generate-schemas.mjs                    model.tsv -> *.xsd
//   node scripts/generate-schemas.mjs --check            fails when the files differ from what it would write
//   node scripts/generate-schemas.mjs --extract ../shared   reads the full models again and rewrites model.tsv
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const schemasDir = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'schemas');
const columns = ['kind', 'ns', 'owner', 'name', 'type', 'min', 'max', 'facet'];
const ublUri = (name) => `urn:oasis:names:specification:ubl:schema:xsd:${name}-2`;
const ciiUri = (name) => `urn:un:unece:uncefact:data:standard:${name}:100`;

/** The part of CII that an E2 flow may leave out (docs: the official sample FSO1116A_P01 does). */
const e2Optional = { owner: 'SupplyChainTradeTransaction', name: 'ApplicableHeaderTradeDelivery' };

const sets = {
  'ubl-2.1': {
    source: 'ubl-2.1.tsv',
    reduce: reduceUbl,
    namespaces: {
      inv: ublUri('Invoice'),
      cn: ublUri('CreditNote'),
      cac: ublUri('CommonAggregateComponents'),
      cbc: ublUri('CommonBasicComponents'),
      ext: ublUri('CommonExtensionComponents'),
    },
    files: [
      { name: 'invoice.xsd', ns: 'inv', imports: { cac: 'cac.xsd', cbc: 'cbc.xsd', ext: 'ext.xsd' } },
      { name: 'creditnote.xsd', ns: 'cn', imports: { cac: 'cac.xsd', cbc: 'cbc.xsd', ext: 'ext.xsd' } },
      { name: 'cac.xsd', ns: 'cac', imports: { cbc: 'cbc.xsd' } },
      { name: 'cbc.xsd', ns: 'cbc', imports: {} },
      { name: 'ext.xsd', ns: 'ext', imports: { cbc: 'cbc.xsd' } },
    ],
  },
  'cii-d16b': {
    source: 'cii-d16b.tsv',
    reduce: reduceCii,
    namespaces: {
      rsm: ciiUri('CrossIndustryInvoice'),
      ram: ciiUri('ReusableAggregateBusinessInformationEntity'),
      qdt: ciiUri('QualifiedDataType'),
      udt: ciiUri('UnqualifiedDataType'),
    },
    files: [
      { name: 'invoice.xsd', ns: 'rsm', imports: { ram: 'transaction.xsd' } },
      { name: 'invoice-e2.xsd', ns: 'rsm', imports: { ram: 'transaction-e2.xsd' } },
      { name: 'transaction.xsd', ns: 'ram', imports: {}, include: 'ram.xsd', only: e2Optional.owner },
      {
        name: 'transaction-e2.xsd',
        ns: 'ram',
        imports: {},
        include: 'ram.xsd',
        only: e2Optional.owner,
        relax: e2Optional,
      },
      {
        name: 'ram.xsd',
        ns: 'ram',
        imports: { qdt: 'qdt.xsd', udt: 'udt.xsd' },
        without: e2Optional.owner,
      },
      { name: 'qdt.xsd', ns: 'qdt', imports: {} },
      { name: 'udt.xsd', ns: 'udt', imports: {} },
    ],
  },
};

// ---------------------------------------------------------------- tables

function readTable(path) {
  const [head, ...lines] = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

function writeTable(path, rows) {
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join('\t'));
  writeFileSync(path, `${[columns.join('\t'), ...lines].join('\n')}\n`);
}

const ourName = (type) => type.replace(/Type(?=\/|$)/g, '').replaceAll('/', '.');
const key = (ns, name) => `${ns}:${name}`;

// ---------------------------------------------------------------- from the full models to our part

/** Attributes of a type with those of the types it is derived from; a nearer declaration hides a farther one. */
function flatten(model, ns, name) {
  const own = model.types.get(key(ns, name));
  const [baseNs, baseName] = own.type.split(':');
  const far = baseNs === 'xs' ? { base: own.type, attributes: [] } : flatten(model, baseNs, baseName);
  const near = model.attributes.get(key(ns, name)) ?? [];
  const hidden = new Set(near.map((a) => a.name));
  return { base: far.base, attributes: [...far.attributes.filter((a) => !hidden.has(a.name)), ...near] };
}

function indexModel(rows) {
  const model = { types: new Map(), attributes: new Map(), children: new Map(), elements: new Map(), rows };
  const push = (map, row) => {
    const at = key(row.ns, row.owner);
    map.set(at, [...(map.get(at) ?? []), row]);
  };
  for (const row of rows) {
    if (row.kind === 'complexType' || row.kind === 'simpleType') model.types.set(key(row.ns, row.owner), row);
    if (row.kind === 'attribute') push(model.attributes, row);
    if (row.kind === 'child' || row.kind === 'any') push(model.children, row);
    if (row.kind === 'element') model.elements.set(key(row.ns, row.owner), row);
  }
  return model;
}

function valueRows(model, from, ns, owner) {
  const { base, attributes } = flatten(model, ...from.split(':'));
  return [
    { kind: 'value', ns, owner, type: base },
    ...attributes.map((a) => ({
      kind: 'attribute',
      ns,
      owner,
      name: a.name,
      type: a.type,
      min: a.min,
      max: a.max,
      facet: a.facets,
    })),
  ];
}

/**
 * UBL: every common element stays, because an extension may hold any of them and is then checked. The three
 * layers of data types become one: an element of cbc has its data type at once.
 */
function reduceUbl(rows) {
  const model = indexModel(rows);
  const values = new Map();
  const out = [];
  for (const element of model.elements.values()) {
    const type = model.types.get(element.type);
    if (type.group !== 'simpleContent') {
      out.push({ kind: 'element', ns: element.ns, name: element.owner, type: ourName(element.type) });
      continue;
    }
    values.set(ourName(type.type.split(':')[1]), type.type);
    const value = key('cbc', ourName(type.type.split(':')[1]));
    out.push({ kind: 'element', ns: element.ns, name: element.owner, type: value });
  }
  for (const type of model.types.values()) {
    if (type.group === 'simpleContent') continue;
    out.push(...classRows(model, type));
  }
  for (const [name, from] of values) out.push(...valueRows(model, from, 'cbc', name));
  return out;
}

function classRows(model, type) {
  const parts = model.children.get(key(type.ns, type.owner)) ?? [];
  const owner = ourName(type.owner);
  return [
    { kind: 'class', ns: type.ns, owner, type: parts[0]?.group ?? 'sequence' },
    ...parts.map((part) =>
      part.kind === 'any'
        ? { kind: 'any', ns: type.ns, owner, type: 'lax', min: part.min, max: part.max }
        : {
            kind: 'child',
            ns: type.ns,
            owner,
            name: part.name,
            type: partType(part),
            min: part.min,
            max: part.max,
          },
    ),
  ];
}

function partType(part) {
  if (part.type === 'inline') return key(part.ns, ourName(`${part.owner}/${part.name}`));
  return part.type.startsWith('xs:') ? part.type : ourName(part.type);
}

/** CII: what the root reaches; a simple type without facets is what it restricts. */
function reduceCii(rows) {
  const model = indexModel(rows);
  const plain = (type) => (type.startsWith('xs:') ? type : model.types.get(type).type);
  const out = [];
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name) || name.startsWith('xs:')) return;
    seen.add(name);
    const type = model.types.get(name);
    if (type.group !== 'simpleContent') {
      out.push(...classRows(model, type));
      for (const part of model.children.get(name) ?? [])
        visit(part.type === 'inline' ? key(part.ns, `${part.owner}/${part.name}`) : part.type);
      return;
    }
    const [value, ...attributes] = valueRows(model, name, type.ns, ourName(type.owner));
    out.push({ ...value, facet: model.types.get(type.type)?.facets ?? '' });
    out.push(...attributes.map((a) => ({ ...a, type: plain(a.type) })));
  };
  for (const element of model.elements.values()) {
    out.push({ kind: 'element', ns: element.ns, name: element.owner, type: ourName(element.type) });
    visit(element.type);
  }
  return out;
}

// ---------------------------------------------------------------- from our part to schemas

const attrs = (pairs) =>
  Object.entries(pairs)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ` ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join('');
const occurs = ({ min, max }) => ({ minOccurs: min === '1' ? '' : min, maxOccurs: max === '1' ? '' : max });

function childLine(row, relax) {
  const loose = relax !== undefined && row.owner === relax.owner && row.name === relax.name;
  const times = occurs(loose ? { ...row, min: '0' } : row);
  if (row.kind === 'any')
    return `    <xs:any${attrs({ namespace: '##other', processContents: row.type, ...times })}/>`;
  const what = row.type === 'ref' ? { ref: row.name } : { name: row.name, type: row.type };
  return `    <xs:element${attrs({ ...what, ...times })}/>`;
}

function attributeLine(row) {
  const [, fixed] = /^fixed=(.*)$/.exec(row.facet) ?? [];
  const use = row.min === '1' ? 'required' : '';
  return `      <xs:attribute${attrs({ name: row.name, type: row.type, use, fixed })}/>`;
}

function valueLines(row, rows) {
  const attributes = rows.filter((r) => r.kind === 'attribute' && r.owner === row.owner).map(attributeLine);
  const facets = [...row.facet.matchAll(/(\w+)=([^;]+)/g)];
  const text = facets.length === 0 ? row.type : `${row.ns}:${row.owner}.text`;
  return [
    ...(facets.length === 0
      ? []
      : [
          `  <xs:simpleType name="${row.owner}.text"><xs:restriction base="${row.type}">`,
          ...facets.map(([, name, value]) => `    <xs:${name} value="${value}"/>`),
          '  </xs:restriction></xs:simpleType>',
        ]),
    `  <xs:complexType name="${row.owner}"><xs:simpleContent>`,
    ...(attributes.length === 0
      ? [`    <xs:extension base="${text}"/>`]
      : [`    <xs:extension base="${text}">`, ...attributes, '    </xs:extension>']),
    '  </xs:simpleContent></xs:complexType>',
  ];
}

function classLines(row, rows, relax) {
  const parts = rows.filter((r) => r.owner === row.owner && (r.kind === 'child' || r.kind === 'any'));
  return [
    `  <xs:complexType name="${row.owner}"><xs:${row.type}>`,
    ...parts.map((part) => childLine(part, relax)),
    `  </xs:${row.type}></xs:complexType>`,
  ];
}

function schemaText(set, name, file, rows) {
  const own = rows.filter(
    (row) =>
      row.ns === file.ns &&
      (file.only === undefined || row.owner === file.only) &&
      (file.without === undefined || row.owner !== file.without),
  );
  const prefixes = Object.entries(set.namespaces).map(([prefix, uri]) => `\n  xmlns:${prefix}="${uri}"`);
  const body = own.flatMap((row) => {
    if (row.kind === 'element') return [`  <xs:element${attrs({ name: row.name, type: row.type })}/>`];
    if (row.kind === 'value') return valueLines(row, own);
    return row.kind === 'class' ? classLines(row, own, file.relax) : [];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- Written by scripts/generate-schemas.mjs from schemas/${name}/model.tsv: change those, not this file. -->`,
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${prefixes.join('')}`,
    `  targetNamespace="${set.namespaces[file.ns]}" elementFormDefault="qualified">`,
    ...(file.include === undefined ? [] : [`  <xs:include schemaLocation="${file.include}"/>`]),
    ...Object.entries(file.imports).map(
      ([prefix, at]) => `  <xs:import namespace="${set.namespaces[prefix]}" schemaLocation="${at}"/>`,
    ),
    ...body,
    '</xs:schema>',
    '',
  ].join('\n');
}

// ---------------------------------------------------------------- commands

/** [path, text] of every file that the kept models call for. */
function generate() {
  return Object.entries(sets).flatMap(([name, set]) => {
    const rows = readTable(join(schemasDir, name, 'model.tsv'));
    return set.files.map((file) => [join(schemasDir, name, file.name), schemaText(set, name, file, rows)]);
  });
}

/** Schema files in our folders that nothing generates. */
function strays(files) {
  const known = new Set(files.map(([path]) => path));
  return Object.keys(sets).flatMap((name) =>
    readdirSync(join(schemasDir, name))
      .filter((file) => file.endsWith('.xsd'))
      .map((file) => join(schemasDir, name, file))
      .filter((path) => !known.has(path)),
  );
}

function check() {
  const files = generate();
  const wrong = files
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(([path]) => path);
  wrong.push(...strays(files));
  for (const path of wrong) console.error(`${path} is not what its model calls for: run \`npm run schemas\``);
  if (wrong.length > 0) process.exit(1);
  console.log(`${files.length} generated schema files are up to date`);
}

function write() {
  const files = generate();
  for (const path of strays(files)) rmSync(path);
  for (const [path, text] of files) writeFileSync(path, text);
  console.log(`${files.length} schema files written`);
}

function extract(shared) {
  for (const [name, set] of Object.entries(sets)) {
    const rows = set.reduce(readTable(join(shared, 'reference', 'models', set.source)));
    writeTable(join(schemasDir, name, 'model.tsv'), rows);
    console.log(`${name}: ${rows.length} rows kept`);
  }
}

const [flag, value] = process.argv.slice(2);
if (flag === '--extract' && value !== undefined) extract(resolve(value));
else if (flag === '--check') check();
else if (flag === undefined) write();
else {
  console.error('usage: generate-schemas.mjs [--check | --extract FOLDER]');
  process.exit(2);
}
