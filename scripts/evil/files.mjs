// Hostile archives, attachments, PDFs and names.
import { deflateSync } from 'node:zlib';
import { xmp } from '../documents/facturx.mjs';
import { flowName } from '../documents/names.mjs';
import { gzip, pes } from '../documents/pes.mjs';
import { ubl } from '../documents/ubl.mjs';
import { facturxOf, facturxXml } from '../documents/variety.mjs';
import { attached, deflated, gz, pdfOf, streamOf, tar, zipOf } from './parts.mjs';
import { numberOf } from './xml.mjs';

const MB = 1_000_000;
const xml = (id, options = {}) => Buffer.from(ubl({ number: numberOf(id), ...options }));
const file = (id, name = 'a.xml') => ({ name, bytes: xml(id) });
const withPiece = (id, bytes, name = 'piece.pdf') => xml(id, { piece: { name, bytes } });
const lying = (bytes, length) => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(length, copy.length - 4);
  return copy;
};

/** `[id, what it is, rules expected (null: integrated), make, big]`: archives on FSO1100A. */
// biome-ignore format: a table reads by its rows
const archives = [
  ['gz-size-small', 'gzip that says it holds 10 bytes', ['IRR_EXTRAC'], () => lying(gz(tar([file('gz-size-small')])), 10)],
  ['gz-size-huge', 'gzip that says it holds 4 GB', ['IRR_EXTRAC'], () => lying(gz(tar([file('gz-size-huge')])), 0xffffffff)],
  ['gz-bomb', 'gzip of 150 MB of zeros', ['ECL-ENV-RATIO'], () => gz(Buffer.alloc(150 * MB)), true],
  ['gz-bomb-entry', 'tar.gz whose entry is 150 MB of zeros', ['ECL-ENV-RATIO'], () => gz(tar([{ name: 'a.xml', bytes: Buffer.alloc(150 * MB) }])), true],
  ['gz-bare', 'gzip around an XML without a tar', ['IRR_EXTRAC'], () => gz(xml('gz-bare'))],
  ['gz-in-gz', 'gzip in a gzip', ['IRR_EXTRAC'], () => gz(gz(tar([file('gz-in-gz')])))],
  ['gz-cut', 'tar.gz cut in the middle', ['ECL-ENV-UNFINISHED'], () => { const whole = gz(tar([file('gz-cut')])); return whole.subarray(0, whole.length >> 1); }],
  ['gz-tail', 'tar.gz with noise behind its end', ['IRR_EXTRAC'], () => Buffer.concat([gz(tar([file('gz-tail')])), Buffer.from('noise behind the end')])],
  ['gz-members-1000', 'gzip of 1,000 members', null, () => { const whole = tar([file('gz-members-1000')]); return Buffer.concat(Array.from({ length: 1000 }, (_, i) => gz(whole.subarray(Math.floor((i * whole.length) / 1000), Math.floor(((i + 1) * whole.length) / 1000))))); }, true],
  ['tar-slip', 'entry that climbs out of its folder', ['ECL-ENV-ENTRY-NAME'], () => gz(tar([file('tar-slip', '../../../../tmp/ecluse-evil.xml')]))],
  ['tar-absolute', 'entry with an absolute path', ['ECL-ENV-ENTRY-NAME'], () => gz(tar([file('tar-absolute', '/tmp/ecluse-evil.xml')]))],
  ['tar-backslash', 'entry with the separators of Windows', ['ECL-ENV-ENTRY-NAME'], () => gz(tar([file('tar-backslash', '..\\..\\evil.xml')]))],
  ['tar-symlink', 'symbolic link, then a file written through it', ['IRR_TYPE_F'], () => gz(tar([{ name: 'a', type: '2', link: '/tmp' }, file('tar-symlink', 'a/evil.xml')]))],
  ['tar-hardlink', 'hard link to a file outside', ['IRR_TYPE_F'], () => gz(tar([{ name: 'a.xml', type: '1', link: '/etc/passwd' }]))],
  ['tar-device', 'device', ['IRR_TYPE_F'], () => gz(tar([{ name: 'a.xml', type: '3' }]))],
  ['tar-fifo', 'pipe', ['IRR_TYPE_F'], () => gz(tar([{ name: 'a.xml', type: '6' }]))],
  ['tar-entries', '3,000 entries', ['ECL-ENV-ENTRIES'], () => gz(tar(Array.from({ length: 3000 }, (_, i) => ({ name: `${i}.xml`, bytes: Buffer.from('<a/>') })))), true],
  ['tar-folders', '100,000 folders', ['ECL-ENV-ENTRIES'], () => gz(tar(Array.from({ length: 100_000 }, (_, i) => ({ name: `d${i}/`, type: '5' })))), true],
  ['tar-twice', 'two entries of one name', ['IRR_NOM_F'], () => gz(tar([file('tar-twice'), file('tar-twice-2')]))],
  ['tar-size-huge', 'entry that says it has 8 GB', ['IRR_EXTRAC'], () => gz(tar([{ ...file('tar-size-huge'), size: 0o77777777777 }]))],
  ['tar-size-small', 'entry that says it has fewer bytes than it brings', ['IRR_EXTRAC'], () => gz(tar([{ ...file('tar-size-small'), size: 600 }]))],
  ['tar-empty', 'tar without entries', ['IRR_EXTRAC'], () => gz(tar([]))],
  ['tar-nested', 'tar.gz in a tar.gz', ['IRR_TYPE_F'], () => gz(tar([{ name: 'a.tar.gz', bytes: gz(tar([file('tar-nested')])) }]))],
  ['tar-bidi', 'entry whose name turns the writing round', ['ECL-ENV-ENTRY-NAME'], () => gz(tar([file('tar-bidi', 'facture\u202elmx.exe')]))],
  ['tar-control', 'entry whose name moves the cursor of a terminal', ['ECL-ENV-ENTRY-NAME'], () => gz(tar([file('tar-control', 'a\u001b[2Jb.xml')]))],
  ['tar-pax-long', 'pax header whose path has 5 MB', ['IRR_EXTRAC'], () => { const path = `a${'/b'.repeat(2_500_000)}`; const rest = ` path=${path}\n`; const length = rest.length + 7; return gz(tar([{ name: 'pax', type: 'x', bytes: Buffer.from(`${length}${rest}`) }, file('tar-pax-long')])); }, true],
  ['zip-flow', 'ZIP in the place of a tar.gz', ['IRR_TYPE'], () => zipOf([{ name: 'a.xml', bytes: xml('zip-flow') }])],
];

const kinds = { bomb: () => Buffer.alloc(100 * MB), small: () => Buffer.from('%PDF-1.4\n%%EOF\n') };

/** Attachments that are no good ZIP. */
// biome-ignore format: a table reads by its rows
const pieces = [
  ['zip-bomb', 'ZIP attachment of 100 MB of zeros', ['ECL-PJ-ZIP'], () => withPiece('zip-bomb', zipOf([{ name: 'a.pdf', bytes: kinds.bomb() }])), true],
  ['zip-size-lies', 'ZIP whose directory says 10 bytes for a file of 100 MB', ['ECL-PJ-ZIP'], () => withPiece('zip-size-lies', zipOf([{ name: 'a.pdf', bytes: kinds.bomb(), central: { size: 10 } }])), true],
  ['zip-crc-lies', 'ZIP whose check sum is wrong', ['ECL-PJ-ZIP'], () => withPiece('zip-crc-lies', zipOf([{ name: 'a.pdf', bytes: kinds.small(), central: { crc: 1 } }]))],
  ['zip-offset-lies', 'ZIP whose directory points outside', ['ECL-PJ-ZIP'], () => withPiece('zip-offset-lies', zipOf([{ name: 'a.pdf', bytes: kinds.small(), central: { at: 0x7fffffff } }]))],
  ['zip-overlap', 'ZIP of 500 entries that are all the same bytes', ['ECL-PJ-ZIP'], () => { const one = { name: 'a.pdf', bytes: Buffer.alloc(10 * MB) }; return withPiece('zip-overlap', zipOf([one, ...Array.from({ length: 499 }, (_, i) => ({ name: `b${i}.pdf`, bytes: Buffer.alloc(0), central: { at: 0, packed: deflated0(), size: 10 * MB } }))])); }, true],
  ['zip-count-lies', 'ZIP that says it has 60,000 entries', ['ECL-PJ-ZIP'], () => withPiece('zip-count-lies', zipOf([{ name: 'a.pdf', bytes: kinds.small() }], { count: 60_000 }))],
  ['zip-directory-lies', 'ZIP whose directory is not where it says', ['ECL-PJ-ZIP'], () => withPiece('zip-directory-lies', zipOf([{ name: 'a.pdf', bytes: kinds.small() }], { offset: 5 }))],
  ['zip-slip', 'ZIP whose file climbs out', ['ECL-PJ-ZIP'], () => withPiece('zip-slip', zipOf([{ name: '../../evil.pdf', bytes: kinds.small() }]))],
  ['zip-encrypted', 'ZIP behind a password', ['ECL-PJ-ZIP'], () => withPiece('zip-encrypted', zipOf([{ name: 'a.pdf', bytes: kinds.small(), flags: 1 }]))],
  ['zip-entries', 'ZIP of 2,000 files', ['ECL-PJ-ZIP'], () => withPiece('zip-entries', zipOf(Array.from({ length: 2000 }, (_, i) => ({ name: `${i}.pdf`, bytes: kinds.small() })))), true],
];
function deflated0() {
  return deflateSync(Buffer.alloc(10 * MB), { level: 9 }).length - 6;
}

const flate = (n) => `/Filter ${n === 1 ? '/FlateDecode' : `[${'/FlateDecode '.repeat(n)}]`}`;
const embedded = (dict, bytes) => streamOf(`/Type /EmbeddedFile ${dict}`, bytes);
const invoice = (id) => Buffer.from(facturxXml({ number: numberOf(id) }));
const pdfWith = (id, extra, options) =>
  pdfOf(new Map([...attached(embedded(flate(1), deflateSync(invoice(id)))), ...extra]), options);

/** The catalog replaced by one whose list of files is `names`. */
const namesOf = (id, names, extra) =>
  pdfOf(
    new Map([
      ...attached(embedded(flate(1), deflateSync(invoice(id)))),
      [1, `<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles ${names} >> >>`],
      ...extra,
    ]),
  );

const PDF = ['ECL-PDF-BROKEN'];
const LIMIT = ['ECL-PDF-LIMIT'];
/** PDFs on FSO1117A. */
// biome-ignore format: a table reads by its rows
const pdfs = [
  ['pdf-bomb', 'embedded invoice of 150 MB of zeros', LIMIT, () => pdfOf(attached(embedded(flate(1), deflated(Buffer.alloc(150 * MB), 1)))), true],
  ['pdf-bomb-nested', 'zeros deflated three times over', LIMIT, () => pdfOf(attached(embedded(flate(3), deflated(Buffer.alloc(150 * MB), 3)))), true],
  ['pdf-filters-1000', 'a stream with 1,000 filters', LIMIT, () => pdfOf(attached(embedded(flate(1000), deflateSync(invoice('f')))))],
  ['pdf-filter-unknown', 'a filter that is not known', PDF, () => pdfOf(attached(embedded('/Filter /EvilDecode', invoice('f'))))],
  ['pdf-predictor', 'predictor with rows of 2 billion columns', ['ECL-PDF-EMPTY'], () => pdfOf(attached(embedded(`${flate(1)} /DecodeParms << /Predictor 12 /Columns 2000000000 /Colors 32 /BitsPerComponent 32 >>`, deflateSync(invoice('p')))))],
  ['pdf-length-lies', 'stream that says it has 4 GB', null, () => pdfOf(attached(Buffer.concat([Buffer.from(`<< /Type /EmbeddedFile ${flate(1)} /Length 4294967295 >>\nstream\n`), deflateSync(invoice('pdf-length-lies')), Buffer.from('\nendstream')])))],
  ['pdf-length-self', 'stream whose length is in itself', null, () => pdfOf(attached(Buffer.concat([Buffer.from(`<< /Type /EmbeddedFile ${flate(1)} /Length 5 0 R >>\nstream\n`), deflateSync(invoice('pdf-length-self')), Buffer.from('\nendstream')])))],
  ['pdf-xref-loop', 'table of references that follows itself', null, () => pdfWith('pdf-xref-loop', [], { trailer: '/Prev {xref}' })],
  ['pdf-xref-outside', 'table of references beyond the end', null, () => pdfWith('pdf-xref-outside', [], { startxref: 999_999_999 })],
  ['pdf-xref-million', 'table of references that says it has 9,999,999,999 rows', null, () => Buffer.from(pdfWith('pdf-xref-million', []).toString('latin1').replace(/xref\n0 \d+/, 'xref\n0 9999999999'), 'latin1')],
  ['pdf-object-stream-self', 'object stream that lies in itself', null, () => objectStreamLoop()],
  ['pdf-reference-chain', 'chain of 9,000 references', null, () => namesOf('pdf-reference-chain', '10 0 R', [...Array.from({ length: 9000 }, (_, i) => [10 + i, `${11 + i} 0 R`]), [9010, '<< /Names [(factur-x.xml) 4 0 R] >>']]), true],
  ['pdf-reference-self', 'reference to itself', ['ECL-PDF-ABSENT'], () => namesOf('pdf-reference-self', '10 0 R', [[10, '10 0 R']])],
  ['pdf-names-loop', 'tree of names that contains itself', LIMIT, () => namesOf('pdf-names-loop', '10 0 R', [[10, '<< /Kids [10 0 R 11 0 R] >>'], [11, '<< /Kids [10 0 R 11 0 R] >>']])],
  ['pdf-names-wide', 'tree of names of 9,000 nodes', null, () => namesOf('pdf-names-wide', '10 0 R', [[10, `<< /Kids [${Array.from({ length: 9000 }, (_, i) => `${11 + i} 0 R`).join(' ')}] >>`], ...Array.from({ length: 8999 }, (_, i) => [11 + i, '<< /Names [] >>']), [9010, '<< /Names [(factur-x.xml) 4 0 R] >>']]), true],
  ['pdf-pages-loop', 'tree of pages that contains itself', null, () => pdfWith('pdf-pages-loop', [[2, '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1 >>']])],
  ['pdf-files-10000', '10,000 attached files', LIMIT, () => namesOf('pdf-files-10000', `<< /Names [${'(x) 12 0 R '.repeat(10_000)}] >>`, [[12, '<< /Type /Filespec /F (x) >>']]), true],
  ['pdf-arrays', 'arrays in arrays, 100,000 deep', PDF, () => namesOf('pdf-arrays', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, []), true],
  ['pdf-dictionaries', 'dictionaries in dictionaries, 50,000 deep', PDF, () => namesOf('pdf-dictionaries', `${'<< /A '.repeat(50_000)}1${' >>'.repeat(50_000)}`, []), true],
  ['pdf-string-open', 'string without end', PDF, () => namesOf('pdf-string-open', `(${'('.repeat(100_000)}`, []), true],
  ['pdf-digits', '1 MB of digits', PDF, () => Buffer.from(`%PDF-1.7\n${'1 0 '.repeat(250_000)}\nstartxref\n0\n%%EOF\n`), true],
  ['pdf-objects-600000', 'broken file of 600,000 objects', LIMIT, () => Buffer.from(`%PDF-1.7\n${Array.from({ length: 600_000 }, (_, i) => `${i} 0 obj\n1\nendobj\n`).join('')}startxref\n0\n%%EOF\n`), true],
  ['pdf-xref-index', 'stream of references with 60,000 ranges, and 9,000 objects to find by it', ['ECL-PDF-ABSENT'], () => xrefIndex(), true],
  ['pdf-no-end', 'PDF without its end', ['ECL-PDF-TRUNCATED'], () => pdfWith('pdf-no-end', []).subarray(0, 700)],
  ['pdf-xxe', 'external entity in the embedded invoice', ['ECL-XML-DTD'], () => pdfOf(attached(embedded(flate(1), deflateSync(Buffer.from(facturxXml({ number: 'x' }).replace(/\?>\n/, '?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'))))))],
  ['pdf-xmp-bomb', 'metadata of 150 MB', null, () => pdfOf(new Map([...attached(embedded(flate(1), deflateSync(invoice('pdf-xmp-bomb')))), [1, '<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /AF [4 0 R] >>'], [6, streamOf(`/Type /Metadata ${flate(1)}`, deflated(Buffer.alloc(150 * MB, 32), 1))]])), true],
  ['pdf-xmp-laughs', 'billion laughs in the metadata', null, () => facturxOf({ number: 'EVIL-pdf-xmp-laughs' }, { metadata: `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${xmp()}` })],
  ['pdf-xmp-tags', 'metadata of 2 MB of open tags', null, () => facturxOf({ number: 'EVIL-pdf-xmp-tags' }, { metadata: `${xmp()}${'<pdfaid:part '.repeat(150_000)}` }), true],
  ['pdf-javascript', 'PDF that runs a script when it is opened', null, () => pdfWith('pdf-javascript', [[1, '<< /Type /Catalog /Pages 2 0 R /AF [4 0 R] /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>']])],
];

function objectStreamLoop() {
  const text = facturxOf({ number: 'EVIL-loop' }, { packed: true });
  // Type 2 rows point into the object stream; the stream's own row is made to point into itself.
  const at = text.lastIndexOf('/Type /XRef');
  const start = text.indexOf('stream\n', at) + 7;
  const dict = text.toString('latin1', at, start);
  const size = Number(/\/Size (\d+)/.exec(dict)[1]);
  const number = size - 2;
  const rows = Array.from({ length: size }, (_, i) => {
    const row = Buffer.alloc(7);
    row[0] = 2;
    row.writeUInt32BE(number, 1);
    row.writeUInt16BE(i, 5);
    return row;
  });
  const from = text.lastIndexOf(`${size - 1} 0 obj`, at);
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([
    text.subarray(0, from),
    Buffer.from(`${size - 1} 0 obj\n`),
    streamOf(`/Type /XRef /W [1 4 2] /Size ${size} /Root 1 0 R /Filter /FlateDecode`, data),
    Buffer.from(`\nendobj\nstartxref\n${from}\n%%EOF\n`),
  ]);
}

function xrefIndex() {
  const parts = [Buffer.from('%PDF-1.7\n')];
  let at = parts[0].length;
  const places = [];
  const write = (n, body) => {
    places[n] = at;
    const bytes = Buffer.from(`${n} 0 obj\n${body}\nendobj\n`);
    parts.push(bytes);
    at += bytes.length;
  };
  const kids = Array.from({ length: 9000 }, (_, i) => `${10 + i} 0 R`).join(' ');
  write(1, '<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>');
  write(2, `<< /Kids [${kids}] >>`);
  for (let i = 0; i < 9000; i++) write(10 + i, '<< >>');
  const rows = [];
  const index = ['1 2'];
  const row = (n) => {
    const bytes = Buffer.alloc(5);
    bytes[0] = 1;
    bytes.writeUInt32BE(places[n] ?? 0, 1);
    rows.push(bytes);
  };
  row(1);
  row(2);
  for (let i = 0; i < 60_000; i++) {
    index.push(`${900_000 + i} 1`);
    row(3);
  }
  index.push('10 9000');
  for (let i = 0; i < 9000; i++) row(10 + i);
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([
    ...parts,
    Buffer.from('9999 0 obj\n'),
    streamOf(
      `/Type /XRef /W [1 4 0] /Size 1000000 /Index [${index.join(' ')}] /Root 1 0 R /Filter /FlateDecode`,
      data,
    ),
    Buffer.from(`\nendobj\nstartxref\n${at}\n%%EOF\n`),
  ]);
}

const pesOf = (id, options) =>
  pes({
    invoices: [{ number: numberOf(id) }],
    ...options,
  });
const bombPiece = (bytes) => [['a.pdf', 'bombe', bytes]];
/** PES on FSO1102A. */
// biome-ignore format: a table reads by its rows
const pesCases = [
  ['pes-gzip-bomb', 'PES attachment: gzip of 100 MB of zeros', ['ECL-PES-PJ-SIZE'], () => pesOf('pes-gzip-bomb', { pieces: bombPiece(Buffer.alloc(100 * MB)) }), true],
  ['pes-gzip-twice', 'PES attachment: gzip in a gzip', ['ECL-PJ-CONTENT'], () => pesOf('pes-gzip-twice', { pieces: bombPiece(Buffer.from('%PDF-1.4\n%%EOF\n')), wrap: (bytes) => gzip(gzip(bytes)) })],
  ['pes-gzip-cut', 'PES attachment: gzip cut in the middle', ['ECL-PES-PJ-BROKEN'], () => pesOf('pes-gzip-cut', { pieces: bombPiece(Buffer.alloc(5000, 'x')), wrap: (bytes) => gzip(bytes).subarray(0, 20) })],
  ['pes-xxe', 'PES: external entity', ['ECL-XML-DTD'], () => Buffer.from(pesOf('pes-xxe').toString('latin1').replace('?>\n', '?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'), 'latin1')],
  ['pes-digits', 'PES: amount of a million digits', ['ECL-LIM-TAG'], () => pesOf('pes-digits', { invoices: [{ number: 'EVIL-pes-digits', ttc: '9'.repeat(1_000_000) }] }), true],
];

/** Names a file is deposited under; what is in it is good. */
// biome-ignore format: a table reads by its rows
const names = [
  ['name-control', 'name with an escape sequence of a terminal', ['IRR_FORM'], 'FSO1100A_FRN001_\u001b[31mROUGE.xml'],
  ['name-newline', 'name with a line end', ['IRR_FORM'], 'FSO1100A_FRN001\n_X.xml'],
  ['name-bidi', 'name that turns the writing round', ['IRR_FORM'], 'FSO1100A_FRN001_\u202elmx.exe'],
  ['name-long', 'name of 250 characters', ['IRR_FORM'], `FSO1100A_FRN001_${'A'.repeat(230)}.xml`],
  ['name-quotes', 'name made of quotes, dollars and semicolons', ['IRR_FORM'], `FSO1100A_'; DROP TABLE flows; -- $(id) \`id\`.xml`],
  ['name-xml', 'name made of markup', ['IRR_FORM'], 'FSO1100A_<a b="&x;">]]>.xml'],
  ['name-dots', 'name made of points', ['IRR_FORM'], 'FSO1100A_..._...xml'],
  ['name-dash', 'name that looks like an option', ['IRR_FORM'], '--help'],
  ['name-percent', 'name with what formats and addresses replace', ['IRR_FORM'], 'FSO1100A_%n%s%00{name}_$(x).xml'],
  ['name-underscores', 'name of 200 underscores', ['IRR_FORM'], '_'.repeat(200)],
  ['name-alike', 'name with letters of another alphabet that look the same', ['IRR_FORM'], flowName('FSO1100A', 77).replace('FRN', 'FRΝ')],
];

const row =
  (code, extension) =>
  ([id, what, rules, make, big = false]) => ({ id, what, code, rules, make, big, extension });

export const fileCases = [
  ...archives.map(row('FSO1100A', 'tar.gz')),
  ...pieces.map(row('FSO1100A', 'xml')),
  ...pdfs.map(row('FSO1117A', 'pdf')),
  ...pesCases.map(row('FSO1102A', 'xml')),
  ...names.map(([id, what, rules, name]) => ({
    id,
    what,
    code: 'FSO1100A',
    rules,
    make: () => xml(id),
    big: true,
    extension: 'xml',
    name,
  })),
];
